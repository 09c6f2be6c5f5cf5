//! The shell round the app: it feeds inputs, runs the session and its capture, and lends the terminal.

mod effects;

use std::{
    io,
    path::PathBuf,
    process::ExitStatus,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
};

use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use crate::{
    ack::AckMode,
    app::{App, CaptureNews, EditTarget, Input, Outcome, update},
    cli::CaptureTarget,
    config::{Origin, Secret, Settings, Values, masked_yaml},
    headless::metrics::Metrics,
    net::Clock,
    preferences::Loaded,
    serve::{Demo, DemoOptions},
    session::{Command, Level, Seq},
    store::{self, Plan, Progress, Recorder, State},
};

use super::{
    Options,
    clipboard::Clipboard,
    colours,
    external_editor::ExternalEditor,
    folding::Folding,
    kept_columns,
    live::Live,
    named_filters,
    outgoing::OutgoingMessages,
    pacer::FramePacer,
    terminal::Screen,
    worker::{OUTCOMES, Source, Worker, WorkerThread},
};

pub(super) struct Shell {
    pub app: App,
    pub screen: Screen,
    pub clock: Clock,
    pub pacer: FramePacer,
    /// The session, once there is one.
    pub live: Option<Live>,
    clipboard: Clipboard,
    pub quick: Worker,
    pub slow: Worker,
    pub layouts: Worker,
    /// Finds what is coloured.
    pub highlights: Worker,
    /// Folds what the feed does over time.
    pub folding: Folding,
    /// What the workers report.
    pub heard: mpsc::Receiver<Input>,
    pub recorder: Option<Recorder>,
    /// How the capture stands, while it is written.
    pub progress: Option<watch::Receiver<Progress>>,
    /// Why it could not begin.
    pub refused: Option<String>,
    /// The old capture that is looked at.
    reading: Option<PathBuf>,
    keep: CaptureTarget,
    plan: Plan,
    /// Whether the user knows that the capture gets large.
    told_large: bool,
    /// The built-in feed server, once it was asked for.
    demo: Option<Demo>,
    /// The person's own editor, while it has the terminal.
    pub external_editor: Option<ExternalEditor>,
    /// When it gave the terminal back.
    pub returned: Option<Instant>,
    /// How messages of a new session are answered.
    ack_mode: AckMode,
    /// How often the files that values name were asked for; only the last look is of use.
    looks: Arc<AtomicU64>,
    /// Whether the new file under way is to be written no further.
    pub stop_saving: Arc<AtomicBool>,
    outgoing: OutgoingMessages,
    /// What follows from what was fed last.
    again: Vec<Input>,
}

impl Shell {
    /// A shell without a session.
    ///
    /// # Errors
    ///
    /// The system has no thread left for a worker.
    pub(super) fn new(
        mut app: App,
        screen: Screen,
        clock: Clock,
        recorder: Option<Recorder>,
        (options, metrics): (&Options, Option<Metrics>),
    ) -> io::Result<Self> {
        app.look = colours::look(options, |name| std::env::var(name).ok());
        app.ascii = options.display.ascii || colours::needs_ascii(|name| std::env::var(name).ok());
        app.mouse = !options.display.no_mouse;
        app.notifies = options.display.notify || options.preferences.preferences.notifies == Some(true);
        prefer(&mut app, &options.preferences);
        app.named_filters.file = named_filters::file().map(|path| path.display().to_string());
        app.journal.file = options.log.folder.as_ref().map(|path| path.display().to_string());
        let (outcomes, heard) = mpsc::channel(OUTCOMES);
        Ok(Self {
            app,
            screen,
            clock,
            pacer: FramePacer::default(),
            live: None,
            clipboard: Clipboard::default(),
            quick: Worker::open("pages", outcomes.clone())?,
            slow: Worker::open("files", outcomes.clone())?,
            layouts: Worker::open("layouts", outcomes.clone())?,
            highlights: Worker::open("highlights", outcomes.clone())?,
            folding: Folding::open(clock, outcomes, metrics)?,
            heard,
            recorder,
            progress: None,
            refused: None,
            reading: None,
            keep: options.capture_target(),
            plan: options.plan(),
            told_large: false,
            demo: None,
            external_editor: None,
            returned: None,
            ack_mode: options.first_ack_mode(),
            looks: Arc::default(),
            stop_saving: Arc::default(),
            outgoing: OutgoingMessages::default(),
            again: Vec::new(),
        })
    }

    /// Feeds the app and carries out what it asks for, and what follows from that; true when it asks to leave.
    pub(super) fn feed(&mut self, input: Input) -> bool {
        match input {
            Input::Key(_) | Input::Paste(_) | Input::Click(_) | Input::Wheel { .. } | Input::Resized(_) => {
                self.pacer.pressed();
            }
            // Somebody looks at places that were not at hand.
            Input::Outcome(Outcome::Loaded(_) | Outcome::Whole { .. }) => self.pacer.pressed(),
            Input::Outcome(Outcome::Filtered { .. }) => self.pacer.found(),
            _ => self.pacer.changed(),
        }
        let is_key = matches!(input, Input::Key(_));
        self.again.push(input);
        if is_key {
            // What is ordered by a key counts its time from now.
            self.again.push(Input::Tick(self.clock.now()));
        }
        while let Some(input) = self.again.pop() {
            if self.feed_one(input) {
                return true;
            }
        }
        false
    }

    fn feed_one(&mut self, input: Input) -> bool {
        update(&mut self.app, input).into_iter().any(|effect| self.carry_out(effect))
    }

    /// What comes of an effect goes to the app after the effects that came with it.
    fn follow(&mut self, outcome: Outcome) {
        self.again.push(Input::Outcome(outcome));
    }

    fn ask_quick(&mut self, job: impl FnOnce(&mut WorkerThread) -> bool + Send + 'static) {
        let taken = self.quick.ask(Box::new(job));
        self.unless(taken);
    }

    fn ask_slow(&mut self, job: impl FnOnce(&mut WorkerThread) -> bool + Send + 'static) {
        let taken = self.slow.ask(Box::new(job));
        self.unless(taken);
    }

    fn unless(&mut self, taken: bool) {
        if !taken {
            self.follow(Outcome::Failed("too many jobs wait for the disk; try again".to_owned()));
        }
    }

    fn ask_engine(&mut self, command: Command) {
        let asked = self.live.as_ref().map(|live| live.handle.send(command));
        match asked {
            Some(Ok(())) => {}
            Some(Err(error)) => self.follow(Outcome::Failed(error.to_string())),
            None => self.follow(Outcome::Failed("there is no session".to_owned())),
        }
    }

    /// The capture that rows are read back from, and where it counts from.
    fn source(&self) -> Option<Source> {
        if let Some(path) = &self.reading {
            return Some(Source { path: path.clone(), before: 0 });
        }
        let recorder = self.recorder.as_ref()?;
        Some(Source { path: recorder.path().to_owned(), before: recorder.progress().before })
    }

    /// Stops the program as ctrl+z does elsewhere; it resumes where it was.
    fn suspend(&mut self) {
        #[cfg(unix)]
        {
            Screen::lend();
            let stopped = Screen::stop();
            self.take_again();
            self.tell_if_failed(stopped);
        }
    }

    /// Gives the terminal to the person's own editor. The session continues meanwhile.
    fn go_outside(&mut self, text: &Secret, ending: &str, back: EditTarget) {
        Screen::lend();
        match ExternalEditor::start(text, ending, back, &|name| std::env::var(name).ok()) {
            Ok(external_editor) => self.external_editor = Some(external_editor),
            Err(message) => {
                self.take_again();
                self.follow(Outcome::NotEdited { message, back });
            }
        }
    }

    /// Takes the terminal from an editor that has ended, and what it has left.
    pub(super) fn back_from_outside(&mut self, ended: io::Result<ExitStatus>) -> Option<Input> {
        let outcome = self.external_editor.take().map(|external_editor| external_editor.left(ended));
        self.returned = Some(Instant::now());
        self.take_again();
        outcome.map(Input::Outcome)
    }

    pub(super) fn take_again(&mut self) {
        let back = self.screen.take_again(self.app.mouse);
        self.tell_if_failed(back);
        if let Ok(size) = self.screen.terminal.size() {
            drop(update(&mut self.app, Input::Resized(size)));
        }
        self.again.push(Input::Tick(self.clock.now()));
    }

    pub(super) fn tell(&mut self, outcome: Outcome) {
        drop(update(&mut self.app, Input::Outcome(outcome)));
    }

    fn tell_if_failed(&mut self, done: io::Result<()>) {
        if let Err(error) = done {
            self.tell(Outcome::Failed(format!("the terminal failed: {error}")));
        }
    }

    /// Connects to the built-in feed server, which runs as long as the screen.
    fn start_demo(&mut self) {
        if self.demo.is_none() {
            match Demo::start(DemoOptions::default()) {
                Ok(demo) => self.demo = Some(demo),
                Err(error) => return self.tell_if_failed(Err(error)),
            }
        }
        let Some(demo) = &self.demo else { return };
        let mut values = Values::default();
        values.set("url", demo.url("/ticks"), Origin::Form);
        let outcome = Outcome::Profile {
            values: Box::new(values),
            name: "demo".to_owned(),
            problems: Vec::new(),
            file: None,
        };
        self.follow(outcome);
    }

    /// Shows an old capture instead of a session.
    pub(super) fn open(&mut self, path: PathBuf, back: usize) {
        // The last handle goes with it, which ends a session politely.
        self.live = None;
        self.reading = Some(path.clone());
        self.slow.ask(Box::new(move |worker| worker.replay(&path, back)));
    }

    /// What the screen should know of the progress of the capture.
    pub(super) fn capture_news(&mut self, progress: &Progress) -> Option<Input> {
        let path = self.recorder.as_ref()?.path().to_owned();
        let committed = Seq(progress.committed);
        let news = match &progress.state {
            State::Opening | State::Compressing(_) | State::Closed => return None,
            State::Failed(message) => CaptureNews::Failed { path, message: message.clone(), committed },
            State::Recording => match &progress.large {
                Some(message) if !std::mem::replace(&mut self.told_large, true) => {
                    CaptureNews::Large { message: message.clone() }
                }
                _ => CaptureNews::Grown { path, bytes: progress.bytes },
            },
        };
        Some(Input::Outcome(Outcome::Capture(news)))
    }

    /// Begins to capture, unless that is not wanted or under way. A state folder that cannot be written is
    /// reported, and does not stop the session.
    fn begin_to_capture(&mut self) {
        if self.recorder.is_none() && self.keep == CaptureTarget::StateFolder {
            let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
            let name = self.app.profile.name.clone();
            let begun =
                store::new_path(&name, &stamp).and_then(|path| Recorder::start_with(&path, &name, self.plan));
            match begun {
                Ok(recorder) => self.recorder = Some(recorder),
                Err(error) => {
                    self.keep = CaptureTarget::Off;
                    let message = error.to_string();
                    self.refused = Some(message.clone());
                    self.tell(Outcome::Capture(CaptureNews::Refused { message }));
                }
            }
        }
        self.progress = self.recorder.as_ref().map(Recorder::watch);
    }

    /// Tells the capture what connections are made with from now on.
    fn tell_profile(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.set_profile(masked_yaml(&self.app.form.applied));
        }
    }

    /// The first session.
    pub(super) fn start(&mut self, settings: Settings) {
        self.reading = None;
        self.begin_to_capture();
        self.tell_profile();
        self.live = Some(Live::start(settings, self.ack_mode.clone()));
    }
}

/// Takes over what a person prefers, and tells what of it cannot be read.
fn prefer(app: &mut App, loaded: &Loaded) {
    let Loaded { path, preferences, faults, .. } = loaded;
    app.first_columns = preferences.columns.clone().unwrap_or_default();
    app.columns = kept_columns::begin_with(&app.first_columns);
    app.time = preferences.time.unwrap_or_default();
    app.bindings = preferences.bindings.clone();
    app.preferences_file = path.as_ref().map(|path| path.display().to_string());
    let path = path.as_ref().map_or(String::new(), |path| path.display().to_string());
    for fault in faults {
        app.journal.note(app.now, Level::Warn, format!("{path}:{fault}"));
    }
}
