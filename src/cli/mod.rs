//! Arguments: commands, one flag for each scalar field made from the catalogue, exit codes.

mod ack_mode;
mod arg;
mod args;
mod exit;
mod flags;
mod load;
mod mistake;
mod parse;
mod variables;

pub use args::{
    ColorChoice, Common, ConfigArgs, DemoArgs, Display, Format, Invocation, Keep, LintArgs, OpenArgs,
    ProbeArgs, ScreenArgs, ServeArgs, ServeMode, SessionArgs, TailArgs, Theme,
};
pub use exit::Exit;
pub use load::{Gathered, LoadError, Loaded, gather, load, read_config, validate};
pub use mistake::mistake;
pub use parse::parse;
pub use variables::unknown_variables;
