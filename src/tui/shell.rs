//! The shell round the app: it feeds inputs, and carries out each effect in one place.

use std::{
    io,
    path::PathBuf,
    process::ExitStatus,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use crate::{
    ack::AckMode,
    app::{
        App, CaptureNews, EditTarget, Effect, Framed, Input, Landmarked, Outcome, StatsOrder, Utterance,
        update,
    },
    cli::CaptureTarget,
    config::{Origin, Secret, Settings, Values, masked_yaml},
    headless::metrics::Metrics,
    net::Clock,
    preferences::Loaded,
    send::Form,
    serve::{Demo, DemoOptions},
    session::{Command, Level, Seq},
    store::{self, Plan, Progress, Recorder, State},
};

use super::{
    Options,
    clipboard::{Clipboard, NotCopied},
    colours,
    external_editor::ExternalEditor,
    fields,
    folding::{Folding, Order, Running, ShapesOrder},
    kept_columns,
    live::Live,
    named_filters,
    outgoing::{self, OutgoingMessages},
    pacer::FramePacer,
    profiles, recent, rewriting, saving,
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

    /// Carries out one effect without waiting; true when it asks to leave.
    fn carry_out(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Quit => return true,
            Effect::Engine(command) => self.ask_engine(command),
            Effect::Send(utterance) => self.send(*utterance),
            Effect::Put(framed) => self.put(*framed),
            Effect::ForgetMessage(name) => self.ask_slow(move |worker| {
                outgoing::forget(&name).into_iter().all(|outcome| worker.report(outcome))
            }),
            Effect::KeepMessage(kept) => self.ask_slow(move |worker| {
                outgoing::keep(kept).into_iter().all(|outcome| worker.report(outcome))
            }),
            Effect::Answer(ack_mode) => self.answer(ack_mode),
            Effect::Connection(settings) => {
                self.tell_profile();
                match &mut self.live {
                    Some(live) => live.connect(*settings),
                    None => self.start(*settings),
                }
            }
            Effect::Restart => {
                self.live = self.live.take().map(|live| Live::start(live.settings, live.ack_mode));
            }
            Effect::StartDemo => self.start_demo(),
            Effect::OpenCapture { path, back } => self.open(path, back),
            Effect::Load(ranges) => match self.source() {
                Some(source) => self.ask_quick(move |worker| worker.load(&source, &ranges)),
                None => self.follow(Outcome::Loaded(Vec::new())),
            },
            Effect::LoadWhole(seq) => match self.source() {
                Some(source) => self.ask_quick(move |worker| worker.load_whole(&source, seq)),
                None => self.follow(Outcome::Whole { seq, bytes: None }),
            },
            Effect::Bookmark { seq, note } => self.bookmark(seq, note),
            Effect::LayOut { generation, document } => {
                self.layouts.want(generation);
                let taken = self.layouts.ask(Box::new(move |worker| worker.lay_out(generation, *document)));
                self.unless(taken);
            }
            Effect::Scan(request) => {
                if let Some(source) = self.source() {
                    let scanner = self.scanner(request.landmarked);
                    scanner.want(request.generation);
                    let taken = scanner.ask(Box::new(move |worker| worker.scan(&source, &request)));
                    self.unless(taken);
                }
            }
            Effect::StopScan(landmarked) => self.scanner(landmarked).stop_scan(),
            Effect::Save { path, purpose, contents } => {
                let (source, stopped) = (self.source(), self.stop_saving.clone());
                self.ask_slow(move |worker| {
                    stopped.store(false, Ordering::SeqCst);
                    worker.save(source, path, purpose, contents, &stopped)
                });
            }
            Effect::StopSaving => self.stop_saving.store(true, Ordering::SeqCst),
            Effect::WriteProfile { path, text, url } => {
                self.ask_slow(move |worker| worker.report(fields::written(&path, &text, &url)));
            }
            Effect::Profiles(order) => {
                self.ask_slow(move |worker| worker.report(profiles::carry_out(order)));
            }
            Effect::Refresh(values) => self.ask_slow(move |worker| {
                fields::refreshed(&values).is_none_or(|outcome| worker.report(outcome))
            }),
            Effect::Stats(order) => self.fold(order),
            Effect::Notify(text) => self.tell_if_failed(Screen::notify(&text)),
            Effect::PreviewRewrite { file, values, theirs } => {
                self.ask_slow(move |worker| worker.report(rewriting::preview(&file, &values, theirs)));
            }
            Effect::Rewrite { path, current, new } => {
                self.ask_slow(move |worker| worker.report(rewriting::write(&path, &current, new)));
            }
            Effect::ReadInput { file, input, options } => {
                self.ask_slow(move |worker| worker.report(rewriting::input(&file, input, options)));
            }
            Effect::ListRecent => self.ask_slow(|worker| worker.report(recent::offers())),
            Effect::ChangeFilters(change) => self.ask_quick(move |worker| {
                named_filters::change(&change).is_none_or(|failed| worker.report(failed))
            }),
            Effect::KeepColumns(kept) => self.ask_quick(move |worker| {
                kept_columns::keep(kept.as_deref()).is_none_or(|failed| worker.report(failed))
            }),
            Effect::DeleteCapture(path) => self.ask_slow(move |worker| {
                recent::delete(&path).into_iter().all(|outcome| worker.report(outcome))
            }),
            Effect::OpenProfile(path) => self.ask_quick(move |worker| worker.report(fields::profile(&path))),
            Effect::ReadYaml(text) => self.ask_quick(move |worker| worker.report(fields::pasted(&text))),
            Effect::Interpolate { path, expression } => self.follow(fields::interpolated(path, expression)),
            Effect::Complete(prefix) => {
                self.ask_quick(move |worker| worker.report(fields::completed(prefix)));
            }
            Effect::CheckFiles(values) => self.check_files(values),
            Effect::Copy(text) => self.copy(text),
            Effect::EditOutside { text, ending, back } => self.go_outside(&text, ending, back),
            Effect::Mouse(heard) => self.tell_if_failed(Screen::hear_mouse(heard)),
            Effect::Suspend => self.suspend(),
        }
        false
    }

    /// Makes the frame of a message and sends it. A file is read on another thread.
    fn send(&mut self, utterance: Utterance) {
        let seq = self.outgoing.next();
        if utterance.message.form == Form::File {
            self.outgoing.count(&utterance);
            return self.ask_slow(move |worker| worker.report(outgoing::read_file(utterance, seq)));
        }
        match outgoing::frame(&utterance, seq) {
            Ok(frame) => {
                self.outgoing.count(&utterance);
                self.put(Framed { message: utterance.message, by: utterance.by, frame });
            }
            Err(fault) => self.follow(Outcome::NotSent { by: utterance.by, message: fault.to_string() }),
        }
    }

    /// Hands a frame to the engine, which must have a connection for it.
    fn put(&mut self, Framed { message, by, frame }: Framed) {
        let outcome = match self.live.as_ref().map(|live| live.handle.send(Command::Send(frame))) {
            Some(Ok(())) => Outcome::HandedOver { message, by },
            Some(Err(error)) => Outcome::NotSent { by, message: error.to_string() },
            None => Outcome::NotSent { by, message: "there is no session".to_owned() },
        };
        self.follow(outcome);
    }

    /// Writes a bookmark into the capture: that of the session, or the one that is open.
    fn bookmark(&mut self, seq: Seq, note: Option<String>) {
        if let Some(path) = self.reading.clone() {
            return self.ask_slow(move |worker| worker.bookmark(&path, seq, note.as_deref()));
        }
        let reason = match &self.recorder {
            None => "the session is not captured",
            Some(recorder) if recorder.bookmark(seq, note) => return,
            Some(_) => "the capture has ended, or is behind",
        };
        self.follow(Outcome::BookmarkNotKept(reason.to_owned()));
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

    /// Who looks through the capture for what is shown, or for what is coloured.
    const fn scanner(&self, landmarked: Landmarked) -> &Worker {
        match landmarked {
            Landmarked::Yes => &self.slow,
            Landmarked::No => &self.highlights,
        }
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

    fn copy(&mut self, text: String) {
        let outcome = match self.clipboard.copy(&text, &|name| std::env::var(name).ok()) {
            Ok(way) => Outcome::Copied { bytes: text.len(), way },
            Err(NotCopied::Failed(error)) => Outcome::Failed(format!("not copied: {error}")),
            Err(NotCopied::TooLarge) => {
                return self.ask_slow(move |worker| worker.report(saving::copied_to_file(&text)));
            }
        };
        self.follow(outcome);
    }

    /// Checks the files that these values name, unless a newer check is asked for before a worker begins.
    fn check_files(&mut self, values: Box<Values>) {
        let look = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
        let looks = self.looks.clone();
        self.ask_quick(move |worker| {
            looks.load(Ordering::SeqCst) != look || worker.report(fields::checked(&values))
        });
    }

    /// The capture that rows are read back from, and where it counts from.
    fn source(&self) -> Option<Source> {
        if let Some(path) = &self.reading {
            return Some(Source { path: path.clone(), before: 0 });
        }
        let recorder = self.recorder.as_ref()?;
        Some(Source { path: recorder.path().to_owned(), before: recorder.progress().before })
    }

    /// Hands an order to whoever folds.
    fn fold(&self, order: StatsOrder) {
        match order {
            StatsOrder::Watch(in_sight) => self.folding.watch(in_sight),
            StatsOrder::Stop => self.folding.ask(Order::Stop),
            StatsOrder::SaveShapes(path) => self.folding.ask_for_shapes(ShapesOrder::Save(path)),
            StatsOrder::CompareShapes(path) => self.folding.ask_for_shapes(ShapesOrder::Compare(path)),
            StatsOrder::Read { path, back, paths } => {
                self.folding.ask(Order::Read { path, back, paths: *paths });
            }
            StatsOrder::Choose(paths) => {
                let capture = self.source().map(|Source { path, before }| Running { path, before });
                self.folding.ask(Order::Choose { paths: *paths, capture });
            }
        }
    }

    /// Answers messages so, in the session that runs and in those to come.
    fn answer(&mut self, ack_mode: AckMode) {
        self.ack_mode = ack_mode.clone();
        if let Some(live) = &mut self.live {
            live.ack_mode = ack_mode.clone();
            self.ask_engine(Command::SetAckMode(ack_mode));
        }
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
