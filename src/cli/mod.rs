//! The command line: commands and their arguments, the settings made from them, exit codes, completions and the manual
//! page.

mod ack_mode;
mod arg;
mod args;
mod bare_word;
mod beside_args;
mod capture_args;
mod check_args;
mod compared;
mod exit;
mod flatten;
mod help;
mod kept;
mod lint_args;
mod load;
mod load_error;
mod manual;
mod message_type;
mod own_args;
mod parse;
mod passphrase;
mod read_files;
mod redacted_error;
mod session;
mod shortcuts;
mod shown_args;
mod target;
mod variables;

pub use args::{
    CaptureTarget, ConfigArgs, DemoArgs, Invocation, OnScreen, OpenArgs, OutputArgs, ProbeArgs, RunArgs,
    ScreenArgs, SendArgs, ServeArgs, ServeMode, TailArgs, WrittenAs,
};
pub use beside_args::{CaptureArgs, MetricsArgs};
pub use capture_args::{BundleArgs, ExportArgs, RowFormat, SqlArgs};
pub use check_args::{CheckArgs, CompareArgs, ReportFormat};
pub use compared::{Compared, compared, entries_of, shown_entry};
pub use exit::Exit;
pub use flatten::ScreenAckMode;
pub use kept::kept;
pub use lint_args::{Deny, LintArgs, LintFormat};
pub use load::{CollectedValues, Loaded, collect_values, load, load_asking, refreshed, validate};
pub use load_error::LoadError;
pub use manual::{commands, completions, manual};
pub use message_type::MessageTypeArgs;
pub use own_args::{PathsArgs, PreferencesArgs, ProfilesCommand, SaveProfileArgs};
pub use parse::parse;
pub use passphrase::{Passphrases, Question};
pub use read_files::{config_text, read_config};
pub use redacted_error::redacted_error;
pub use session::{DemoSession, SessionArgs, SpokenSession};
pub use shown_args::{ColorChoice, Common, Display, Theme};
pub use target::{Source, Target};
pub use variables::unknown_variables;
