//! The command line: commands and their arguments, the settings made from them, exit codes, completions and the manual
//! page.

mod ack_mode;
mod arg;
mod args;
mod bare_word;
mod beside_args;
mod check_args;
mod exit;
mod flatten;
mod help;
mod kept;
mod load;
mod manual;
mod parse;
mod redacted_error;
mod session;
mod shortcuts;
mod target;
mod variables;

pub use args::{
    BundleArgs, CaptureTarget, ColorChoice, Common, ConfigArgs, DemoArgs, Deny, Display, ExportArgs,
    Invocation, LintArgs, LintFormat, OnScreen, OpenArgs, OutputArgs, PathsArgs, PreferencesArgs, ProbeArgs,
    ProfilesCommand, RowFormat, RunArgs, SaveProfileArgs, ScreenArgs, SendArgs, ServeArgs, ServeMode,
    SqlArgs, TailArgs, Theme, WrittenAs,
};
pub use beside_args::{CaptureArgs, MetricsArgs};
pub use check_args::{CheckArgs, CompareArgs, ReportFormat};
pub use exit::Exit;
pub use flatten::ScreenAckMode;
pub use kept::kept;
pub use load::{
    CollectedValues, LoadError, Loaded, collect_values, config_text, load, read_config, refreshed, validate,
};
pub use manual::{commands, completions, manual};
pub use parse::parse;
pub use redacted_error::redacted_error;
pub use session::{DemoSession, SessionArgs, SpokenSession};
pub use target::{Source, Target};
pub use variables::unknown_variables;
