//! The arguments for how things look: colours, signs, the mouse.

use clap::{Args, ValueEnum};

/// Arguments of all commands that print for people.
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

/// The appearance of the screen, and its use of the mouse.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Screen")]
pub struct Display {
    /// The colours of the screen [default: auto]
    #[arg(long, value_name = "WORD")]
    pub theme: Option<Theme>,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
    /// Ring the bell and tell the desktop when the data stops or numbers are missing
    #[arg(long)]
    pub notify: bool,
}

/// The colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// As the terminal reports
    #[default]
    Auto,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// The sixteen colours of the terminal
    #[value(name = "16")]
    Sixteen,
    /// No colours
    Plain,
}
