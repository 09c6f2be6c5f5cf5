//! The loop: keys first, then the frame, then what the engine tells.

use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

use crate::{
    ack::AckMode,
    app::{App, CaptureNews, EditTarget, Input, Outcome, update},
    cli::CaptureTarget,
    config::{Origin, Secret, Settings, Values},
    net::Clock,
    serve::{Demo, DemoOptions},
    session::{Command, Event, Seq},
    store::{self, Progress, Reader, Recorder, State},
    view,
};

use super::{
    Begin, ExitSummary, Options, TuiError,
    clipboard::Clipboard,
    colours,
    effects::{Hands, Then},
    external_editor::ExternalEditor,
    input,
    keys::{Keys, is_gone},
    live::Live,
    pacer::FramePacer,
    recent,
    signals::{Signal, Signals},
    terminal::Screen,
    worker::{Job, OUTCOMES, Source, Worker},
};

/// How long nothing may come of a polite close when leaving. The engine waits less for the server, and what has been
/// received is still taken, so that the capture and the farewell agree.
const GRACE: Duration = Duration::from_millis(1_200);

/// An interrupt so soon after an editor has ended is the one that was pressed in it.
const SAME_KEY: Duration = Duration::from_millis(300);

/// Runs the screen until it is left.
///
/// # Errors
///
/// The terminal fails, or a task of the program panics. The terminal has been given back.
pub async fn run(begin: Begin, options: Options) -> Result<ExitSummary, TuiError> {
    // A file that was named and cannot be used is told before anything is drawn or tried.
    let recorder = match &options.keep {
        CaptureTarget::File(path) => {
            let name = begin.name();
            Some(Recorder::start(path, name).map_err(TuiError::Capture)?)
        }
        CaptureTarget::StateFolder | CaptureTarget::Off => None,
    };
    if let Begin::Capture(path) = &begin {
        Reader::open(path).map_err(TuiError::Capture)?;
    }
    let signals = Signals::new().map_err(TuiError::Signals)?;
    let clock = Clock::start();
    let screen = Screen::take().map_err(TuiError::Terminal)?;
    let size = screen.terminal.size().map_err(TuiError::Terminal)?;
    let app = begin.app(size, &clock);
    let (outcomes, heard) = mpsc::channel(OUTCOMES);
    let worker = |name| Worker::open(name, outcomes.clone()).map_err(TuiError::Terminal);
    let mut shell = Shell {
        app,
        screen,
        clock,
        pacer: FramePacer::default(),
        live: None,
        clipboard: Clipboard::default(),
        quick: worker("pages")?,
        slow: worker("files")?,
        heard,
        recorder,
        progress: None,
        refused: None,
        reading: None,
        keep: options.keep.clone(),
        told_large: false,
        demo: None,
        external_editor: None,
        returned: None,
        ack_mode: options.ack_mode.clone(),
        again: Vec::new(),
    };
    shell.app.look = colours::look(&options, |name| std::env::var(name).ok());
    shell.app.ascii = options.display.ascii || colours::needs_ascii(|name| std::env::var(name).ok());
    shell.app.mouse = !options.display.no_mouse;
    shell.app.journal.file = options.log.folder.as_ref().map(|path| path.display().to_string());
    if let Some(fault) = &options.log.fault {
        shell.tell(Outcome::Failed(fault.clone()));
    }
    if options.display.no_mouse {
        Screen::hear_mouse(false).map_err(TuiError::Terminal)?;
    }
    if let (Begin::Session(opening), Some(path)) = (&begin, &options.profile) {
        recent::remember(path, &opening.settings.shown_url(), clock.now());
    }
    match begin {
        Begin::Session(opening) => shell.start(opening.settings),
        Begin::Capture(path) => shell.open(path, 0),
        Begin::Start(_) => drop(shell.slow.ask(Job::Run(Box::new(recent::offers)))),
    }
    let keys = Keys::listen().map_err(TuiError::Terminal)?;
    let mut inputs = InputSources { keys, signals };
    let left = shell.converse(&mut inputs).await;
    // After a signal the terminal may be gone: it is neither drawn on nor read.
    let keys = matches!(left, Ok(Left::Asked)).then_some(inputs.keys);
    shell.part(keys).await;
    let Shell { app, screen, recorder, quick, slow, heard, refused, .. } = shell;
    drop(heard);
    // Whoever reads the capture lets go of it first, so that its writer leaves one file.
    quick.close();
    slow.close();
    let kept = match recorder {
        Some(recorder) => Some((recorder.path().to_owned(), recorder.finish().await)),
        None => None,
    };
    drop(screen);
    let interrupted = matches!(left?, Left::Interrupted);
    Ok(ExitSummary::of(&app, clock.elapsed(), interrupted, kept, refused))
}

/// What made the loop end.
enum Left {
    Asked,
    Interrupted,
}

/// Where the person is heard.
struct InputSources {
    keys: Keys,
    signals: Signals,
}

struct Shell {
    app: App,
    screen: Screen,
    clock: Clock,
    pacer: FramePacer,
    /// The session, once there is one.
    live: Option<Live>,
    clipboard: Clipboard,
    quick: Worker,
    slow: Worker,
    /// What the workers tell.
    heard: mpsc::Receiver<Input>,
    recorder: Option<Recorder>,
    /// How the capture stands, while it is written.
    progress: Option<watch::Receiver<Progress>>,
    /// Why it could not begin.
    refused: Option<String>,
    /// The old capture that is looked at.
    reading: Option<PathBuf>,
    keep: CaptureTarget,
    /// Whether it has been told that the capture gets large.
    told_large: bool,
    /// The built-in feed server, once it was asked for.
    demo: Option<Demo>,
    /// The person's own editor, while it has the terminal.
    external_editor: Option<ExternalEditor>,
    /// When it gave the terminal back.
    returned: Option<Instant>,
    /// How messages of a new session are answered.
    ack_mode: AckMode,
    /// What follows from what was fed last.
    again: Vec<Input>,
}

impl Shell {
    async fn converse(
        &mut self,
        InputSources { keys, signals }: &mut InputSources,
    ) -> Result<Left, TuiError> {
        self.pacer.changed();
        loop {
            let is_lent = self.external_editor.is_some();
            if Screen::is_lost() && !is_lent {
                return Err(TuiError::Panicked);
            }
            let due = self.pacer.due(Instant::now());
            let tick = self.app.next_tick().map(|after| self.clock.when(self.app.now.plus(after)));
            // In this order: a flood can delay neither a frame nor a key.
            let input = tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    // It was pressed for the program that has the terminal.
                    Signal::Interrupt if is_lent || self.has_just_returned() => None,
                    _ => return Ok(Left::Interrupted),
                },
                event = keys.next(), if !is_lent => match event {
                    Some(Ok(event)) => input::translate(event),
                    Some(Err(error)) if is_gone(&error) => return Ok(Left::Interrupted),
                    Some(Err(error)) => return Err(TuiError::Terminal(error)),
                    None => return Ok(Left::Interrupted),
                },
                ended = ended(&mut self.external_editor) => self.back_from_outside(ended),
                () = reached(due), if due.is_some() && !is_lent => {
                    match self.draw() {
                        Err(error) if is_gone(&error) => return Ok(Left::Interrupted),
                        drawn => drawn.map_err(TuiError::Terminal)?,
                    }
                    continue;
                }
                Some(input) = self.heard.recv() => Some(input),
                progress = grown(&mut self.progress) => self.capture_news(&progress),
                events = told(&mut self.live, self.recorder.as_ref()) => events.map(Input::Events),
                () = reached(tick), if tick.is_some() => Some(Input::Tick(self.clock.now())),
            };
            if let Some(input) = input
                && self.feed(input)
            {
                return Ok(Left::Asked);
            }
        }
    }

    /// Whether an interrupt may have ended the editor: it reaches this program too, and perhaps later.
    fn has_just_returned(&self) -> bool {
        self.returned.is_some_and(|returned| returned.elapsed() < SAME_KEY)
    }

    fn draw(&mut self) -> io::Result<()> {
        let Self { app, screen, .. } = self;
        screen.draw(|frame| view::draw(frame, app))?;
        self.pacer.drawn(Instant::now());
        Ok(())
    }

    /// Feeds the app and carries out what it asks for, and what follows from that; true when it asks to leave.
    fn feed(&mut self, input: Input) -> bool {
        match input {
            Input::Key(_) | Input::Paste(_) | Input::Click(_) | Input::Wheel { .. } | Input::Resized(_) => {
                self.pacer.pressed();
            }
            _ => self.pacer.changed(),
        }
        self.again.push(input);
        while let Some(input) = self.again.pop() {
            if self.feed_one(input) {
                return true;
            }
        }
        false
    }

    fn feed_one(&mut self, input: Input) -> bool {
        for effect in update(&mut self.app, input) {
            let mut hands = Hands {
                handle: self.live.as_ref().map(|live| &live.handle),
                source: self.source(),
                clipboard: &mut self.clipboard,
                quick: &self.quick,
                slow: &self.slow,
            };
            match hands.carry_out(effect) {
                Then::GoOn => {}
                Then::Tell(outcome) => self.again.push(Input::Outcome(outcome)),
                Then::Restart => {
                    self.live = self.live.take().map(|live| Live::start(live.settings, live.ack_mode));
                }
                Then::Connection(settings) => match &mut self.live {
                    Some(live) => live.dial(*settings),
                    None => self.start(*settings),
                },
                Then::Demo => self.start_demo(),
                Then::Mouse(heard) => self.tell_if_failed(Screen::hear_mouse(heard)),
                Then::Suspend => self.suspend(),
                Then::Answer(ack_mode) => self.answer(ack_mode),
                Then::Edit { text, ending, back } => self.go_outside(&text, ending, back),
                Then::Open { path, back } => self.open(path, back),
                Then::Quit => return true,
            }
        }
        false
    }

    /// The capture that rows are read back from, and where it counts from.
    fn source(&self) -> Option<Source> {
        if let Some(path) = &self.reading {
            return Some(Source { path: path.clone(), before: 0 });
        }
        let recorder = self.recorder.as_ref()?;
        Some(Source { path: recorder.path().to_owned(), before: recorder.progress().before })
    }

    /// Answers messages so, in the session that runs and in those to come.
    fn answer(&mut self, ack_mode: AckMode) {
        self.ack_mode = ack_mode.clone();
        let Some(live) = &mut self.live else { return };
        live.ack_mode = ack_mode.clone();
        if let Err(error) = live.handle.ask(Command::Answer(ack_mode)) {
            self.again.push(Input::Outcome(Outcome::Failed(error.to_string())));
        }
    }

    /// Stops the program as ctrl+z does elsewhere; it goes on where it was.
    fn suspend(&mut self) {
        #[cfg(unix)]
        {
            Screen::lend();
            let stopped = Screen::stop();
            self.take_again();
            self.tell_if_failed(stopped);
        }
    }

    /// Gives the terminal to the person's own editor. The session goes on meanwhile.
    fn go_outside(&mut self, text: &Secret, ending: &str, back: EditTarget) {
        Screen::lend();
        match ExternalEditor::start(text, ending, back, &|name| std::env::var(name).ok()) {
            Ok(external_editor) => self.external_editor = Some(external_editor),
            Err(message) => {
                self.take_again();
                self.again.push(Input::Outcome(Outcome::NotEdited { message, back }));
            }
        }
    }

    /// Takes the terminal from an editor that has ended, and what it has left.
    fn back_from_outside(&mut self, ended: io::Result<ExitStatus>) -> Option<Input> {
        let outcome = self.external_editor.take().map(|external_editor| external_editor.left(ended));
        self.returned = Some(Instant::now());
        self.take_again();
        outcome.map(Input::Outcome)
    }

    fn take_again(&mut self) {
        let back = self.screen.take_again(self.app.mouse);
        self.tell_if_failed(back);
        if let Ok(size) = self.screen.terminal.size() {
            drop(update(&mut self.app, Input::Resized(size)));
        }
        drop(update(&mut self.app, Input::Tick(self.clock.now())));
    }

    fn tell(&mut self, outcome: Outcome) {
        drop(update(&mut self.app, Input::Outcome(outcome)));
    }

    fn tell_if_failed(&mut self, done: io::Result<()>) {
        if let Err(error) = done {
            let message = format!("the terminal refuses: {error}");
            drop(update(&mut self.app, Input::Outcome(Outcome::Failed(message))));
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
        let outcome =
            Outcome::Profile { values: Box::new(values), name: "demo".to_owned(), problems: Vec::new() };
        self.again.push(Input::Outcome(outcome));
    }

    /// Shows an old capture instead of a session.
    fn open(&mut self, path: PathBuf, back: usize) {
        // The last handle goes with it, which ends a session politely.
        self.live = None;
        self.reading = Some(path.clone());
        self.slow.ask(Job::Open { path, back });
    }

    /// What the screen should know of the progress of the capture.
    fn capture_news(&mut self, progress: &Progress) -> Option<Input> {
        let path = self.recorder.as_ref()?.path().to_owned();
        let committed = Seq(progress.committed);
        let news = match &progress.state {
            State::Opening | State::Closed => return None,
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

    /// Begins to capture, unless that is not wanted or under way; a state folder that cannot be written
    /// is told and is no reason not to go on.
    fn begin_to_capture(&mut self) {
        if self.recorder.is_none() && self.keep == CaptureTarget::StateFolder {
            let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
            let name = self.app.profile.name.clone();
            let begun = store::new_path(&name, &stamp).and_then(|path| Recorder::start(&path, &name));
            match begun {
                Ok(recorder) => self.recorder = Some(recorder),
                Err(error) => {
                    self.keep = CaptureTarget::Off;
                    let message = error.to_string();
                    self.refused = Some(message.clone());
                    let news = CaptureNews::Refused { message };
                    drop(update(&mut self.app, Input::Outcome(Outcome::Capture(news))));
                }
            }
        }
        self.progress = self.recorder.as_ref().map(Recorder::watch);
    }

    /// The first session.
    fn start(&mut self, settings: Settings) {
        self.reading = None;
        self.begin_to_capture();
        self.live = Some(Live::start(settings, self.ack_mode.clone()));
    }

    /// Closes politely and folds what the engine still tells, for as long as that may take.
    /// Whoever asks to leave once more leaves at once.
    async fn part(&mut self, mut keys: Option<Keys>) {
        if self.live.as_ref().is_none_or(|live| live.handle.ask(Command::Stop).is_err()) {
            return;
        }
        self.app.closing = true;
        if keys.is_some() && self.app.current.is_open() && self.draw().is_err() {
            // A terminal that is gone shows nothing, and the connection is closed all the same.
            keys = None;
        }
        let mut until = Instant::now() + GRACE;
        loop {
            let key = async {
                match &mut keys {
                    Some(keys) => keys.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep_until(until) => return,
                event = key => match event {
                    Some(Ok(event)) if input::leaves(&event) => return,
                    Some(Ok(_)) => {}
                    _ => keys = None,
                },
                events = told(&mut self.live, self.recorder.as_ref()) => match events {
                    Some(events) => {
                        until = Instant::now() + GRACE;
                        drop(update(&mut self.app, Input::Events(events)));
                    }
                    None => return,
                },
            }
        }
    }
}

async fn grown(progress: &mut Option<watch::Receiver<Progress>>) -> Progress {
    match progress {
        Some(watched) => {
            if watched.changed().await.is_ok() {
                return watched.borrow_and_update().clone();
            }
            // It has ended, and has told its last.
            *progress = None;
            std::future::pending().await
        }
        None => std::future::pending().await,
    }
}

async fn told(live: &mut Option<Live>, recorder: Option<&Recorder>) -> Option<Vec<Event>> {
    match live {
        Some(live) => live.recv(recorder).await,
        None => std::future::pending().await,
    }
}

async fn ended(external_editor: &mut Option<ExternalEditor>) -> io::Result<ExitStatus> {
    match external_editor {
        Some(external_editor) => external_editor.wait().await,
        None => std::future::pending().await,
    }
}

async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
