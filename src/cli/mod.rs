//! The command line: commands and their arguments, the settings they come to, exit codes, completions and the
//! manual page.

mod ack_mode;
mod arg;
mod args;
mod exit;
mod flatten;
mod help;
mod load;
mod manual;
mod mistake;
mod parse;
mod session;
mod shortcuts;
mod variables;

pub use args::{
    ColorChoice, Common, ConfigArgs, DemoArgs, Display, Invocation, Keep, LintArgs, OnScreen, OpenArgs,
    ProbeArgs, ScreenArgs, ServeArgs, ServeMode, TailArgs, Theme,
};
pub use exit::Exit;
pub use flatten::ScreenAckMode;
pub use load::{Gathered, LoadError, Loaded, gather, load, read_config, validate};
pub use manual::{commands, completions, manual};
pub use mistake::mistake;
pub use parse::parse;
pub use session::{DemoSession, SessionArgs};
pub use variables::unknown_variables;
