//! The command line: every command with its arguments, which are also what they say of themselves in the help.

use std::{path::PathBuf, time::Duration};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, builder::PossibleValue, value_parser};
use clap_complete::Shell;

use super::{
    flatten::ScreenAckMode,
    help,
    session::{DemoSession, SessionArgs},
};
use crate::{ack::AckMode, config::Dialect, export::Format, payload::parse_duration};

/// Inspect and debug websocket feeds, built around the websocket input of Bento and Redpanda Connect.
///
/// Without a command it opens the screen on an address or a config file. `sockeye demo` needs neither.
#[derive(Parser)]
#[command(name = "sockeye", bin_name = "sockeye", version, about = "Inspect and debug websocket feeds")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "Exit codes, and more fields with --help.", after_long_help = help::after())]
pub(super) struct CommandLine {
    #[command(flatten)]
    pub screen: ScreenArgs,
    #[command(subcommand)]
    pub command: Option<Invocation>,
}

/// One command with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Invocation {
    // The screen, on a URL or a file: the one without a word.
    #[command(skip)]
    Screen(ScreenArgs),
    /// The screen on a built-in feed server with faults to look at
    Demo(DemoArgs),
    /// The screen on a capture, as it was seen, also one whose writer was killed
    Open(OpenArgs),
    /// Write messages to stdout, one a line, and everything else to stderr
    Tail(TailArgs),
    /// Connect once and print each stage with its time, its evidence and what failed
    Probe(ProbeArgs),
    /// Check config files: every problem with its line and what would fix it
    #[command(after_long_help = help::after())]
    Lint(LintArgs),
    /// Print the effective config as pipeline YAML, each value with its origin, secrets hidden
    Config(ConfigArgs),
    /// Run a websocket server on loopback
    Serve(ServeArgs),
    /// Print a script with which a shell completes the command line
    Completions {
        /// The shell that reads it
        shell: Shell,
    },
    /// Print the manual page, as roff: `sockeye man | man -l -`
    Man,
}

/// What every command that prints for people takes.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// When to use colours
    #[arg(long, value_name = "WORD", default_value = "auto")]
    pub color: ColorChoice,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// How the screen looks and listens.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Screen")]
pub struct Display {
    /// Which colours
    #[arg(long, value_name = "WORD", default_value = "auto")]
    pub theme: Theme,
    /// Draw with ASCII only
    #[arg(long)]
    pub ascii: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
}

/// Which colours the screen takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// What the terminal says of itself
    #[default]
    Auto,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// The sixteen of the terminal
    #[value(name = "16")]
    Sixteen,
    /// No colours
    Plain,
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

/// The screen on a session, whichever it is.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OnScreen {
    #[command(flatten)]
    pub common: Common,
    /// Capture the session into this file instead of one in the state folder
    #[arg(long, value_name = "FILE", help_heading = "Screen")]
    pub capture: Option<PathBuf>,
    /// Capture nothing
    #[arg(long, conflicts_with = "capture", help_heading = "Screen")]
    pub no_capture: bool,
    #[command(flatten)]
    pub display: Display,
    #[command(flatten)]
    pub ack_mode: ScreenAckMode,
}

impl OnScreen {
    #[must_use]
    pub fn keep(&self) -> Keep {
        match &self.capture {
            Some(path) => Keep::At(path.clone()),
            None if self.no_capture => Keep::Nowhere,
            None => Keep::InState,
        }
    }
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenArgs {
    #[command(flatten)]
    pub screen: OnScreen,
    #[command(flatten)]
    pub session: SessionArgs,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoArgs {
    /// What to look at: /ticks, /unauthorized, /drop, … (`serve demo` lists all)
    pub path: Option<String>,
    /// Over TLS, with a certificate for another name
    #[arg(long)]
    pub secure: bool,
    #[command(flatten)]
    pub screen: OnScreen,
    #[command(flatten)]
    pub session: DemoSession,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenArgs {
    /// A capture: the screen says on leaving where it lies
    pub capture: PathBuf,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub display: Display,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct TailArgs {
    /// What is written for a message
    #[arg(long, value_name = "WORD", default_value = "json")]
    pub format: Format,
    /// Write every event of the session as a JSON line, not messages only
    #[arg(long)]
    pub events: bool,
    /// End after this many messages
    // Those that pass the filter.
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// End after this long: 500ms, 30s, 5m, 1h
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    pub limit: Option<Duration>,
    /// Write to this new file instead of stdout; only you can read it
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file of --output if it is there
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Only messages with these words; !word excludes, /regex/ matches
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Capture the whole session into this file as well
    #[arg(long, value_name = "FILE")]
    pub capture: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub ack_mode: AckMode,
    /// Write rejected messages to this new file, with their attempts and times
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub dead_letters: Option<PathBuf>,
    #[command(flatten)]
    pub session: SessionArgs,
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ProbeArgs {
    /// Print JSON for machines
    #[arg(long)]
    pub json: bool,
    /// How long to wait for a first message
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration, default_value = "5s")]
    pub wait: Duration,
    /// Do not send the opening messages
    #[arg(long = "no-open", action = ArgAction::SetFalse)]
    pub open: bool,
    /// Try every address of the host, each by itself; ends with the code of the first that fails
    #[arg(long)]
    pub all_addresses: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub session: SessionArgs,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct LintArgs {
    /// Fields, an input or a whole pipeline, as YAML or JSON
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Whose behaviour to follow: what the fields promise, or what a pipeline does to the letter
    #[arg(long = "as", value_name = "WORD", default_value = Dialect::Standard.word())]
    pub dialect: Dialect,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigArgs {
    /// Print a commented sample of every field instead
    #[arg(long)]
    pub example: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub session: SessionArgs,
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ServeArgs {
    /// A feed with faults, or an echo
    pub kind: ServeMode,
    /// Port; 0 lets the system choose
    #[arg(long, value_name = "PORT", default_value = "0")]
    pub port: u16,
    /// Messages a second of the tick feed
    #[arg(long, value_name = "N")]
    pub rate: Option<u32>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ServeMode {
    Demo,
    Echo,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.doc()))
    }
}

impl ValueEnum for Dialect {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}
