//! Arguments: commands, one flag for each scalar field made from the catalogue, exit codes.

mod args;
mod exit;

pub use args::{
    ColorChoice, Common, ConfigArgs, Format, Invocation, LintArgs, ProbeArgs, ScreenArgs, ServeArgs,
    ServeWhat, SessionArgs, TailArgs,
};
pub use exit::Exit;
