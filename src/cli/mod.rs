//! Arguments: commands, one flag for each scalar field made from the catalogue, exit codes.

mod arg;
mod args;
mod exit;
mod flags;
mod load;
mod mistake;
mod parse;
mod policy;
mod variables;

pub use args::{
    ColorChoice, Common, ConfigArgs, DemoArgs, Display, Format, Invocation, Keep, LintArgs, OpenArgs,
    ProbeArgs, ScreenArgs, ServeArgs, ServeWhat, SessionArgs, TailArgs, Theme,
};
pub use exit::Exit;
pub use load::{Gathered, LoadError, Loaded, gather, judge, load, read_config};
pub use mistake::mistake;
pub use parse::parse;
pub use variables::unknown_variables;
