//! What was asked for on the command line, typed.

use std::{fmt, path::PathBuf, time::Duration};

use crate::{
    ack::AckMode,
    config::{Dialect, SessionOptions},
};

/// One command with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// The screen, on a URL or a file.
    Screen(ScreenArgs),
    /// The screen on a built-in feed server.
    Demo(DemoArgs),
    /// The screen on a capture.
    Open(OpenArgs),
    Tail(TailArgs),
    Probe(ProbeArgs),
    Lint(LintArgs),
    Config(ConfigArgs),
    Serve(ServeArgs),
}

/// What every command takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    pub color: ColorChoice,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Where the fields of a session come from, in rising order of rank.
///
/// `given` and the values of `headers` may hold secrets; `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SessionArgs {
    /// `-c FILE`
    pub file: Option<PathBuf>,
    /// `--input PATH`: which websocket input of a pipeline config, by the engine's path.
    pub input: Option<String>,
    /// Field path and text, in the order given: flags, `--set` and the short flags.
    pub given: Vec<(String, String)>,
    /// `-H 'Name: value'`, in the order given. `-H @file` is the name `@file` without a value.
    pub headers: Vec<(String, String)>,
    /// `--as`, `--deflate`
    pub options: SessionOptions,
}

impl fmt::Debug for SessionArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("SessionArgs")
            .field("file", &self.file)
            .field("input", &self.input)
            .field("given", &names(&self.given))
            .field("headers", &names(&self.headers))
            .field("manner", &self.options)
            .finish()
    }
}

/// Whether and where a session on the screen is captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// In a file of its own in the state folder.
    #[default]
    InState,
    /// `--capture FILE`
    At(PathBuf),
    /// `--no-capture`
    Nowhere,
}

/// How the screen looks and listens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Display {
    /// `--theme`
    pub theme: Theme,
    /// `--ascii`
    pub ascii: bool,
    /// `--no-mouse`
    pub no_mouse: bool,
}

/// Which colours the screen takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the terminal says of itself.
    #[default]
    Auto,
    Dark,
    Light,
    Sixteen,
    Plain,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenArgs {
    pub common: Common,
    pub display: Display,
    pub session: SessionArgs,
    pub keep: Keep,
    /// How messages are answered.
    pub ack_mode: AckMode,
}

/// `open CAPTURE`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenArgs {
    pub common: Common,
    pub display: Display,
    pub capture: PathBuf,
}

/// What of the built-in feed server to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoArgs {
    pub screen: ScreenArgs,
    /// One of the server's paths, with or without its slash; `None` for the ticks.
    pub path: Option<String>,
    /// `--secure`: over TLS.
    pub secure: bool,
}

/// What `tail` writes for each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines: one object a message.
    #[default]
    Json,
    /// The payload and a line break.
    Raw,
    /// Number, time, size and a readable payload.
    Pretty,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TailArgs {
    pub common: Common,
    pub session: SessionArgs,
    pub format: Format,
    /// `--events`: every event as one JSON line instead of messages only.
    pub events: bool,
    /// End after this many messages (those that pass the filter).
    pub count: Option<u64>,
    /// End after this long.
    pub limit: Option<Duration>,
    /// A file instead of stdout.
    pub output: Option<PathBuf>,
    /// `--force`: the file may be there, and is replaced.
    pub force: bool,
    /// Words that must all be in the payload; `!word` must not; `/regex/` must match.
    pub filter: Option<String>,
    /// `--capture FILE`
    pub capture: Option<PathBuf>,
    /// How messages are answered.
    pub ack_mode: AckMode,
    /// `--dead-dead_letters FILE`
    pub dead_letters: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeArgs {
    pub common: Common,
    pub session: SessionArgs,
    pub json: bool,
    /// How long to wait for a first message.
    pub wait: Duration,
    /// Whether the opening messages are sent.
    pub open: bool,
    /// Whether every address of the host is tried, each by itself.
    pub all_addresses: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintArgs {
    pub common: Common,
    /// `--as`
    pub dialect: Dialect,
    pub files: Vec<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigArgs {
    pub common: Common,
    pub session: SessionArgs,
    /// Print a commented sample instead.
    pub example: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeArgs {
    pub common: Common,
    pub kind: ServeMode,
    /// Port of the plain server; 0 lets the system choose.
    pub port: u16,
    /// Messages a second of the tick feed.
    pub rate: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServeMode {
    Demo,
    Echo,
}
