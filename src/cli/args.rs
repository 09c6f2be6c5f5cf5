//! The commands and their arguments. The doc comments are the texts of the help.

use std::{path::PathBuf, time::Duration};

use clap::{
    ArgAction, Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    value_parser,
};
use clap_complete::Shell;

use super::{
    beside_args::{CaptureArgs, MetricsArgs},
    capture_args::{BundleArgs, ExportArgs, RawArgs, SqlArgs},
    check_args::{CheckArgs, CompareArgs},
    flatten::ScreenAckMode,
    help,
    lint_args::LintArgs,
    message_type::MessageTypeArgs,
    own_args::{PathsArgs, PreferencesArgs, ProfilesCommand},
    session::{DemoSession, SessionArgs, SpokenSession},
    shown_args::{Common, Display},
};
use crate::{
    ack::AckMode,
    config::{Dialect, TOOLS, Tool},
    export::Format,
    payload::parse_duration,
    store::Compress,
};

/// Inspect and debug websocket feeds, built around the websocket input of Bento and Redpanda Connect.
///
/// Without a command, sockeye opens the screen on an address or a config file. `sockeye demo` needs neither.
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
    // No command: the screen on a URL or a file.
    #[command(skip)]
    Screen(ScreenArgs),
    /// Open the screen on a built-in feed server that simulates faults
    Demo(DemoArgs),
    /// Open the screen on a capture, also one whose writer was killed
    Open(OpenArgs),
    /// Write the messages of a capture into a file of another format
    Export(ExportArgs),
    /// Pack the evidence of a session into one archive, for a ticket
    Bundle(BundleArgs),
    /// Ask a capture in SQL, also of its compressed messages
    Sql(SqlArgs),
    /// Write messages to stdout, one per line, and everything else to stderr
    Tail(TailArgs),
    /// Send messages on one connection, print what arrives, and wait for an answer
    Send(SendArgs),
    /// Carry out a script: send, wait, expect, ping, pong, sleep, close; each step's outcome is a line of JSON
    Run(RunArgs),
    /// Check a feed or a capture against expectations, for CI: counts, gaps, lag, sequence, schema, shapes
    #[command(after_long_help = help::after_check())]
    Check(CheckArgs),
    /// Compare two feeds, or two captures, message by message: who is first, what is missing, what differs
    Compare(CompareArgs),
    /// Connect once and print each stage with its time, evidence and failure
    Probe(ProbeArgs),
    /// Check config files and print each problem with its line and a fix
    #[command(after_long_help = help::after())]
    Lint(LintArgs),
    /// Print the effective config as pipeline YAML with the origin of each value and masked secrets
    Config(ConfigArgs),
    /// Run a websocket server on loopback
    Serve(ServeArgs),
    /// Check the file of your preferences for the screen, or print one to begin with
    Preferences(PreferencesArgs),
    /// List, show, compare, save and delete connections that have names
    #[command(subcommand)]
    Profiles(ProfilesCommand),
    /// Print each folder and file that Sockeye keeps for itself, and whether it exists
    Paths(PathsArgs),
    /// Print a shell script that completes the command line
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page as roff: `sockeye man | man -l -`
    Man,
}

impl Invocation {
    /// How binary messages are read; `None` for commands that read none.
    #[must_use]
    pub const fn message_type(&self) -> Option<&MessageTypeArgs> {
        match self {
            Self::Screen(args) => Some(&args.screen.message_type),
            Self::Demo(args) => Some(&args.screen.message_type),
            Self::Open(args) => Some(&args.message_type),
            Self::Tail(args) => Some(&args.out.message_type),
            Self::Send(args) => Some(&args.out.message_type),
            _ => None,
        }
    }
}

/// The file into which a session on the screen is captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CaptureTarget {
    /// A new file in the state folder, unless the preferences say otherwise.
    #[default]
    StateFolder,
    /// `--capture FILE`
    File(PathBuf),
    /// `--no-capture`
    Off,
}

/// Arguments of all commands that open the screen on a session.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OnScreen {
    #[command(flatten)]
    pub common: Common,
    /// Capture the session into this file instead of one in the state folder
    #[arg(long, value_name = "FILE", help_heading = "Screen")]
    pub capture: Option<PathBuf>,
    /// Do not capture the session
    #[arg(long, conflicts_with = "capture", help_heading = "Screen")]
    pub no_capture: bool,
    /// When to compress the capture as it is left [default: auto]
    #[arg(long, value_name = "WORD", help_heading = "Screen")]
    pub compress: Option<Compress>,
    #[command(flatten)]
    pub display: Display,
    #[command(flatten)]
    pub message_type: MessageTypeArgs,
    #[command(flatten)]
    pub ack_mode: ScreenAckMode,
    #[command(flatten)]
    pub metrics: MetricsArgs,
}

impl OnScreen {
    #[must_use]
    pub fn capture_target(&self) -> CaptureTarget {
        match &self.capture {
            Some(path) => CaptureTarget::File(path.clone()),
            None if self.no_capture => CaptureTarget::Off,
            None => CaptureTarget::StateFolder,
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
    /// The feed to open: /ticks, /unauthorized, /drop, … (`serve demo` lists all)
    pub path: Option<String>,
    /// Use TLS, with a certificate for another name
    #[arg(long)]
    pub secure: bool,
    #[command(flatten)]
    pub screen: OnScreen,
    #[command(flatten)]
    pub session: DemoSession,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenArgs {
    /// The capture; the screen prints its path at exit
    pub capture: PathBuf,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub display: Display,
    #[command(flatten)]
    pub message_type: MessageTypeArgs,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct TailArgs {
    /// End after this many messages
    // Counts only messages that pass the filter.
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// End after this long: 500ms, 30s, 5m, 1h
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    pub limit: Option<Duration>,
    /// End with code 68 when no message has come for this long: only messages that pass the filter count, no pings,
    /// connections or retries
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub idle: Option<Duration>,
    #[command(flatten)]
    pub out: OutputArgs,
    #[command(flatten)]
    pub ack_mode: AckMode,
    /// Write nacked messages to this new file, with their attempts and times
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub dead_letters: Option<PathBuf>,
    #[command(flatten)]
    pub metrics: MetricsArgs,
    #[command(flatten)]
    pub session: SessionArgs,
}

/// How and where received messages are written.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputArgs {
    /// The output format of messages
    #[arg(long, value_name = "WORD", default_value = "json")]
    pub format: Format,
    /// Write all events of the session as JSON lines, not only messages
    #[arg(long)]
    pub events: bool,
    /// Write to this new file instead of stdout; it is readable only by you
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file of --output if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
    #[command(flatten)]
    pub raw: RawArgs,
    /// Write only messages that match: words, "a phrase", /regex/, size:>1k, .price > 5, !not, or
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    #[command(flatten)]
    pub kept: CaptureArgs,
    #[command(flatten)]
    pub message_type: MessageTypeArgs,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct SendArgs {
    #[command(flatten)]
    pub written: WrittenAs,
    /// Also send what this file holds, in a binary frame unless --text; may be given several times
    #[arg(long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// After the last message, wait until a message matches: words, "a phrase", /regex/, .id == 7
    #[arg(long, value_name = "FILTER")]
    pub wait: Option<String>,
    /// How long to wait for it
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10s")]
    pub timeout: Duration,
    /// After the last message, or the awaited one, listen for this long
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    pub listen: Option<Duration>,
    #[command(flatten)]
    pub out: OutputArgs,
    #[command(flatten)]
    pub session: SpokenSession,
}

/// How messages on the command line and on stdin are written, and in which frame they go.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct WrittenAs {
    /// Send in text frames [default, except for --hex, --base64 and --file]
    #[arg(long, conflicts_with = "binary")]
    pub text: bool,
    /// Send in binary frames
    #[arg(long)]
    pub binary: bool,
    /// Messages are JSON, and what is not is refused
    #[arg(long, conflicts_with_all = ["hex", "base64"])]
    pub json: bool,
    /// Messages are written as hex digits
    #[arg(long, conflicts_with = "base64")]
    pub hex: bool,
    /// Messages are written as base64
    #[arg(long)]
    pub base64: bool,
    /// Send ${NAME} and {{now}} as they stand instead of their values
    #[arg(long)]
    pub verbatim: bool,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct RunArgs {
    /// The script, a step a line; the README has the language
    pub script: PathBuf,
    /// How long a step waits that does not say how long
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10s")]
    pub timeout: Duration,
    #[command(flatten)]
    pub kept: CaptureArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub session: SessionArgs,
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ProbeArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How long to listen once the connection is open [default: until a first message, at most 5s]
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    pub wait: Option<Duration>,
    /// Do not send the opening messages
    #[arg(long = "no-open", action = ArgAction::SetFalse)]
    pub open: bool,
    /// Write the root that the server sends, where trusting it would help, to this new PEM file
    #[arg(long, value_name = "FILE", conflicts_with = "all_addresses")]
    pub save_root: Option<PathBuf>,
    /// Try each address of the host separately; the exit code is that of the first failure
    #[arg(long)]
    pub all_addresses: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub session: SessionArgs,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigArgs {
    /// Print a commented sample with every field instead
    #[arg(long)]
    pub example: bool,
    /// Print how another tool makes this connection instead, with secrets from the environment
    #[arg(long, value_name = "TOOL", value_parser = tools(), conflicts_with = "example")]
    pub command: Option<&'static Tool>,
    /// Print a whole pipeline that runs instead: what is set, with a variable in the place of each secret
    #[arg(long, conflicts_with_all = ["example", "command"])]
    pub pipeline: bool,
    /// Print what the flags would change in the config file instead, as a unified diff with masked secrets
    #[arg(long, conflicts_with_all = ["example", "command", "pipeline"])]
    pub diff: bool,
    /// Write what the flags change into the config file, and print the diff; every other line stays as it is
    #[arg(long, conflicts_with_all = ["example", "command", "pipeline"])]
    pub write: bool,
    /// Print the connection of a HAR instead: of its first websocket, or of number N; its secrets become variables
    #[arg(long, value_name = "FILE[#N]", conflicts_with_all = ["example", "command"])]
    pub from_har: Option<String>,
    /// With --from-har: print the secrets as they stand in the file
    #[arg(long, requires = "from_har")]
    pub include_secrets: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub session: SessionArgs,
}

/// Takes the words of the tools.
fn tools() -> impl TypedValueParser<Value = &'static Tool> {
    let words = TOOLS.iter().map(|tool| PossibleValue::new(tool.word).help(tool.doc));
    PossibleValuesParser::new(words).try_map(|word| Tool::named(&word).ok_or("there is no such tool"))
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ServeArgs {
    /// A feed that simulates faults, or an echo
    pub kind: ServeMode,
    /// The port; with 0 the system chooses one
    #[arg(long, value_name = "PORT", default_value = "0")]
    pub port: u16,
    /// Messages per second of the tick feed
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

impl ValueEnum for Compress {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.doc()))
    }
}

impl ValueEnum for Dialect {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}
