//! The loop: keys first, then the frame, then what the engine tells.

use std::{io, time::Duration};

use ratatui::layout::Size;
use tokio::time::{Instant, sleep_until};

use crate::{
    app::{self, App, Input, Profile, update},
    cli::ColorChoice,
    config::{Settings, Values},
    engine::{self, Events, Handle, HandleError},
    net::{Clock, Limits, Network},
    session::{Command, Event},
    view,
};

use super::{
    Farewell,
    clipboard::Clipboard,
    colours,
    effects::{Then, carry_out},
    input,
    keys::{Keys, is_gone},
    pacer::FramePacer,
    signals::Signals,
    terminal::Screen,
};

/// How long a polite close may take when leaving. The engine waits a second for the server.
const GRACE: Duration = Duration::from_millis(1_200);

/// What the screen is told beside the settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub color: ColorChoice,
}

/// Why the screen could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error("the terminal cannot be used")]
    Terminal(#[source] io::Error),
    #[error("the signals cannot be heard")]
    Signals(#[source] io::Error),
    #[error("a part of the program failed; its message is above")]
    Panicked,
}

/// What the screen begins with.
#[derive(Clone, Debug)]
pub enum Begin {
    /// The choice of what to look at.
    Start,
    Session(Box<Opening>),
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct Opening {
    pub settings: Settings,
    /// Where the settings come from, for the form.
    pub values: Values,
    pub name: String,
}

impl Begin {
    fn app(&self, size: Size, clock: &Clock) -> App {
        let limits = Limits::default();
        let profile = match self {
            Self::Session(opening) => {
                Profile::of(opening.name.clone(), &opening.settings, limits.connect, limits.open)
            }
            Self::Start => {
                Profile { connect_limit: limits.connect, open_limit: limits.open, ..Profile::default() }
            }
        };
        let app = App::new(profile, size, clock.now(), jiff::tz::TimeZone::system());
        match self {
            Self::Session(opening) => app.with_values(opening.values.clone()),
            Self::Start => App { screen: app::Screen::Start, ..app },
        }
    }
}

/// Runs the screen until it is left.
///
/// # Errors
///
/// The terminal fails, or a task of the program panics. The terminal has been given back.
pub async fn run(begin: Begin, options: Options) -> Result<Farewell, TuiError> {
    let signals = Signals::new().map_err(TuiError::Signals)?;
    let clock = Clock::start();
    let screen = Screen::take().map_err(TuiError::Terminal)?;
    let size = screen.terminal.size().map_err(TuiError::Terminal)?;
    let app = begin.app(size, &clock);
    let pacer = FramePacer::default();
    let mut shell = Shell { app, screen, clock, pacer, live: None, clipboard: Clipboard::default() };
    shell.app.look = colours::look(options.color, |name| std::env::var(name).ok());
    if let Begin::Session(opening) = begin {
        shell.start(opening.settings);
    }
    let keys = Keys::listen().map_err(TuiError::Terminal)?;
    let mut ears = Ears { keys, signals };
    let left = shell.converse(&mut ears).await;
    // After a signal the terminal may be gone: it is neither drawn on nor read.
    let keys = matches!(left, Ok(Left::Asked)).then_some(ears.keys);
    shell.part(keys).await;
    let Shell { app, screen, .. } = shell;
    drop(screen);
    match left? {
        Left::Asked => Ok(Farewell::of(&app, clock.elapsed(), false)),
        Left::Interrupted => Ok(Farewell::of(&app, clock.elapsed(), true)),
    }
}

/// What made the loop end.
enum Left {
    Asked,
    Interrupted,
}

/// Where the person is heard.
struct Ears {
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
}

/// A session and the ends of its queues.
struct Live {
    /// Those it was last asked to run with.
    settings: Settings,
    handle: Handle,
    events: Events,
    /// The engine has told its last event.
    told_all: bool,
}

impl Live {
    fn start(settings: Settings) -> Self {
        let (handle, events) = engine::start(settings.clone(), Network::new(), fastrand::u64(..));
        Self { settings, handle, events, told_all: false }
    }

    /// Dials with these settings, in a new session if this one has ended.
    fn dial(&mut self, settings: Settings) {
        self.settings = settings.clone();
        if self.handle.ask(Command::Connect(Box::new(settings.clone()))) == Err(HandleError::Ended) {
            *self = Self::start(settings);
        }
    }

    /// What the engine tells next; `None` once, when it has told all, and never after.
    async fn recv(&mut self) -> Option<Vec<Event>> {
        if self.told_all {
            return std::future::pending().await;
        }
        let events = self.events.recv().await;
        self.told_all = events.is_none();
        events
    }
}

impl Shell {
    async fn converse(&mut self, Ears { keys, signals }: &mut Ears) -> Result<Left, TuiError> {
        self.pacer.changed();
        loop {
            if Screen::is_lost() {
                return Err(TuiError::Panicked);
            }
            let due = self.pacer.due(Instant::now());
            let tick = self.app.next_tick().map(|after| self.clock.when(self.app.now.plus(after)));
            // In this order: a flood can delay neither a frame nor a key.
            let input = tokio::select! {
                biased;
                () = signals.next() => return Ok(Left::Interrupted),
                event = keys.next() => match event {
                    Some(Ok(event)) => input::translate(event),
                    Some(Err(error)) if is_gone(&error) => return Ok(Left::Interrupted),
                    Some(Err(error)) => return Err(TuiError::Terminal(error)),
                    None => return Ok(Left::Interrupted),
                },
                () = reached(due), if due.is_some() => {
                    match self.draw() {
                        Err(error) if is_gone(&error) => return Ok(Left::Interrupted),
                        drawn => drawn.map_err(TuiError::Terminal)?,
                    }
                    continue;
                }
                events = told(&mut self.live) => events.map(Input::Events),
                () = reached(tick), if tick.is_some() => Some(Input::Tick(self.clock.now())),
            };
            if let Some(input) = input
                && self.feed(input)
            {
                return Ok(Left::Asked);
            }
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let Self { app, screen, .. } = self;
        screen.terminal.draw(|frame| view::draw(frame, app))?;
        self.pacer.drawn(Instant::now());
        Ok(())
    }

    /// Feeds the app and carries out what it asks for; true when it asks to leave.
    fn feed(&mut self, input: Input) -> bool {
        self.pacer.changed();
        for effect in update(&mut self.app, input) {
            let handle = self.live.as_ref().map(|live| &live.handle);
            match carry_out(effect, handle, &mut self.clipboard) {
                Then::GoOn => {}
                Then::Tell(outcome) => drop(update(&mut self.app, Input::Outcome(outcome))),
                Then::Restart => {
                    self.live = self.live.take().map(|live| Live::start(live.settings));
                }
                Then::Dial(settings) => match &mut self.live {
                    Some(live) => live.dial(*settings),
                    None => self.start(*settings),
                },
                Then::Quit => return true,
            }
        }
        false
    }

    /// The first session.
    fn start(&mut self, settings: Settings) {
        self.live = Some(Live::start(settings));
    }

    /// Closes politely and folds what the engine still tells, for as long as that may take.
    /// Whoever asks to leave once more leaves at once.
    async fn part(&mut self, mut keys: Option<Keys>) {
        if self.live.as_ref().is_none_or(|live| live.handle.ask(Command::Stop).is_err()) {
            return;
        }
        self.app.closing = true;
        if keys.is_some() && self.app.link.is_open() && self.draw().is_err() {
            // A terminal that is gone shows nothing, and the connection is closed all the same.
            keys = None;
        }
        let until = Instant::now() + GRACE;
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
                events = told(&mut self.live) => match events {
                    Some(events) => drop(update(&mut self.app, Input::Events(events))),
                    None => return,
                },
            }
        }
    }
}

async fn told(live: &mut Option<Live>) -> Option<Vec<Event>> {
    match live {
        Some(live) => live.recv().await,
        None => std::future::pending().await,
    }
}

async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
