//! The arguments of the commands that judge feeds: `check` and `compare`.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, value_parser};

use super::{
    beside_args::{CaptureArgs, MetricsArgs},
    session::DemoSession,
    target::{Source, Target},
};
use crate::{payload::parse_duration, profiles::Folder};

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckArgs {
    /// The address of the feed, a config file or a capture, unless --config gives the address
    #[arg(value_name = "URL|CAPTURE", value_parser = value_parser!(Target))]
    pub target: Option<Target>,
    /// What must hold: 'count>=10 within 30s', 'rate<5 within 1m matching .type == "error"'; several may be given
    #[arg(long, value_name = "TEXT", help_heading = "Expectations")]
    pub expect: Vec<String>,
    /// No longer time without messages, from the first open connection to the end
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Expectations")]
    pub max_gap: Option<Duration>,
    /// No number missing at a path, also across reconnects: .seq, '.seq per .product'; without a path, at the one found
    #[arg(long, value_name = "PATH", num_args = 0..=1, help_heading = "Expectations")]
    pub no_seq_gap: Option<Option<String>>,
    /// No message older than this when it comes, by its own time
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Expectations")]
    pub max_lag: Option<Duration>,
    /// Where that time stands: .ts [default: the one found]
    #[arg(long, value_name = "PATH", requires = "max_lag", help_heading = "Expectations")]
    pub time_path: Option<String>,
    /// Every message is valid by this JSON Schema, which may not refer to other files or addresses
    #[arg(long, value_name = "FILE", help_heading = "Expectations")]
    pub schema: Option<PathBuf>,
    /// No message has a shape that is not in this file, as --save-shapes writes it
    #[arg(long, value_name = "FILE", help_heading = "Expectations")]
    pub shape: Option<PathBuf>,
    /// No finding with this code, such as cert-expires-soon, or none that is an error; several may be given
    #[arg(long, value_name = "CODE|error", help_heading = "Expectations")]
    pub no_finding: Vec<String>,
    /// How long to watch [default: until every --expect is decided]
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    pub limit: Option<Duration>,
    /// Write the shapes of the messages to this new file
    #[arg(long, value_name = "FILE")]
    pub save_shapes: Option<PathBuf>,
    /// How the report is written to stdout
    #[arg(long, value_name = "WORD", default_value = "text")]
    pub format: ReportFormat,
    /// Only this session of a capture; several may be named
    #[arg(long, value_name = "N")]
    pub session: Vec<i64>,
    #[command(flatten)]
    pub kept: CaptureArgs,
    #[command(flatten)]
    pub metrics: MetricsArgs,
    #[command(flatten)]
    pub feed: DemoSession,
}

impl CheckArgs {
    /// What is checked.
    #[must_use]
    pub fn source(&self) -> Source {
        match &self.target {
            Some(target) => target.source(&self.feed.0),
            None => Source::Session(Box::new(self.feed.0.clone())),
        }
    }
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CompareArgs {
    /// The first side: an address, a config file, a profile as NAME or NAME@ENV, or a capture
    #[arg(value_name = "URL|PROFILE|CAPTURE", value_parser = value_parser!(Target))]
    pub a: Target,
    /// The second side; the flags and --config hold for both
    #[arg(value_name = "URL|PROFILE|CAPTURE", value_parser = value_parser!(Target))]
    pub b: Target,
    /// What tells messages apart: .id, '.seq per .product' [default: a number that rises by one, or the whole payload]
    #[arg(long, value_name = "PATH")]
    pub by: Option<String>,
    /// How long a message may come later on one side before it is missing there
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10s")]
    pub window: Duration,
    /// A path that may differ, such as .sent; several may be given
    #[arg(long, value_name = "PATH")]
    pub ignore: Vec<String>,
    /// How long to compare [default: until ctrl+c]
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    pub limit: Option<Duration>,
    /// End with code 67 if a message is missing or differs
    #[arg(long)]
    pub strict: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the report at the end, with no screen while it runs; what is no terminal gets it anyhow
    #[arg(long)]
    pub report: bool,
    #[command(flatten)]
    pub feed: DemoSession,
}

impl CompareArgs {
    /// What is compared.
    #[must_use]
    pub fn sources(&self) -> [Source; 2] {
        let profiles = Folder::of_home().map(|folder| folder.names()).unwrap_or_default();
        [&self.a, &self.b].map(|target| target.source_or_profile(&self.feed.0, &profiles))
    }
}

/// How the outcome of a check is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// A line for each expectation
    #[default]
    Text,
    /// One JSON object
    Json,
    /// JUnit XML: a test case for each expectation
    Junit,
}
