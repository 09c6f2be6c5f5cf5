//! What the screen begins with, and its other options.

use std::{io, net::SocketAddr, path::PathBuf};

use ratatui::layout::Size;

use crate::{
    ack::AckMode,
    app::{App, Profile, Screen},
    cli::{CaptureTarget, ColorChoice, Display, Theme},
    config::{OpenedFile, SessionOptions, Settings, Values},
    files::local_zone,
    net::{Clock, Limits},
    preferences::Loaded,
    store::{CaptureError, Compress, Plan},
};

/// The options beside the settings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub color: ColorChoice,
    pub display: Display,
    pub keep: CaptureTarget,
    /// When the capture is compressed.
    pub compress: Option<Compress>,
    /// How messages are answered.
    pub ack_mode: Option<AckMode>,
    /// What holds where no flag says otherwise.
    pub preferences: Loaded,
    pub log: OwnLog,
    /// Where the numbers of the session are served.
    pub metrics: Option<SocketAddr>,
    /// The config file that the session comes from.
    pub profile: Option<PathBuf>,
}

impl Options {
    /// How a capture is written.
    pub(super) fn plan(&self) -> Plan {
        let compress = self.compress.or(self.preferences.preferences.compress).unwrap_or_default();
        Plan { compress, ..Plan::default() }
    }

    /// Where a session is captured.
    pub(super) fn capture_target(&self) -> CaptureTarget {
        match self.keep {
            CaptureTarget::StateFolder if self.preferences.preferences.captures == Some(false) => {
                CaptureTarget::Off
            }
            _ => self.keep.clone(),
        }
    }

    /// How messages are answered at first.
    pub(super) fn first_ack_mode(&self) -> AckMode {
        let preferred = || self.preferences.preferences.ack_mode.clone();
        self.ack_mode.clone().or_else(preferred).unwrap_or_default()
    }

    /// The colours that are asked for.
    pub(super) fn theme(&self) -> Theme {
        self.display.theme.or(self.preferences.preferences.theme).unwrap_or_default()
    }
}

/// Why the screen could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error("the terminal cannot be used")]
    Terminal(#[source] io::Error),
    #[error("the signals cannot be heard")]
    Signals(#[source] io::Error),
    #[error(transparent)]
    Capture(CaptureError),
    /// The numbers cannot be served there, and why.
    #[error("{0}")]
    Metrics(String),
    #[error("a part of the program failed; its message is above")]
    Panicked,
}

/// The program's own log: where it lies, or why there is none.
#[derive(Clone, Debug, Default)]
pub struct OwnLog {
    pub folder: Option<PathBuf>,
    pub fault: Option<String>,
}

/// What the screen begins with.
#[derive(Clone, Debug)]
pub enum Begin {
    /// The choice of what to look at, and how a session on it is conducted.
    Start(SessionOptions),
    /// An old capture.
    Capture(PathBuf),
    Session(Box<Opening>),
    /// A file with several inputs, of which one is to be chosen.
    Choice(Box<OpenedFile>, SessionOptions),
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct Opening {
    pub settings: Settings,
    /// Where the settings come from, for the form.
    pub values: Values,
    pub name: String,
    /// The file that they are from.
    pub opened: Option<OpenedFile>,
    /// Whether it is the built-in feed, so that the screen says what there is to try.
    pub is_demo: bool,
}

impl Begin {
    /// What the session is called.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Session(opening) => &opening.name,
            Self::Start(_) | Self::Capture(_) | Self::Choice(..) => "session",
        }
    }

    pub(super) fn app(&self, size: Size, clock: &Clock) -> App {
        let limits = Limits::default();
        let (connect_limit, open_limit) = (limits.connect, limits.open);
        let blank = Profile { connect_limit, open_limit, ..Profile::default() };
        let app = |profile| App::new(profile, size, clock.now(), local_zone());
        match self {
            Self::Session(opening) => {
                let Opening { settings, values, name, opened, is_demo } = &**opening;
                let profile = Profile::of(name.clone(), settings, connect_limit, open_limit);
                let app = app(profile).with_values(values.clone()).of_file(opened.clone());
                App { shows_tips: *is_demo, ..app }
            }
            Self::Capture(_) => app(blank),
            Self::Start(options) | Self::Choice(_, options) => {
                let mut values = Values::default();
                values.options = *options;
                let app =
                    App { screen: Screen::Start, has_no_session: true, ..app(blank).with_values(values) };
                match self {
                    Self::Choice(file, _) => app.choosing((**file).clone()),
                    _ => app,
                }
            }
        }
    }
}
