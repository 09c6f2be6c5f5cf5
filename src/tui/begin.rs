//! What the screen begins with, and its other options.

use std::{io, path::PathBuf};

use ratatui::layout::Size;

use crate::{
    ack::AckMode,
    app::{App, Profile, Screen},
    cli::{CaptureTarget, ColorChoice, Display},
    config::{OpenedFile, SessionOptions, Settings, Values},
    net::{Clock, Limits},
    store::{CaptureError, Compress, Plan},
};

/// The options beside the settings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub color: ColorChoice,
    pub display: Display,
    pub keep: CaptureTarget,
    /// When the capture is compressed.
    pub compress: Compress,
    /// How messages are answered.
    pub ack_mode: AckMode,
    pub log: OwnLog,
    /// The config file that the session comes from.
    pub profile: Option<PathBuf>,
}

impl Options {
    /// How a capture is written.
    pub(super) fn plan(&self) -> Plan {
        Plan { compress: self.compress, ..Plan::default() }
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
        let app = |profile| App::new(profile, size, clock.now(), jiff::tz::TimeZone::system());
        match self {
            Self::Session(opening) => {
                let Opening { settings, values, name, opened } = &**opening;
                app(Profile::of(name.clone(), settings, connect_limit, open_limit))
                    .with_values(values.clone())
                    .of_file(opened.clone())
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
