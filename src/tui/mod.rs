//! The shell with a screen: it owns the terminal, feeds the app, and carries out its effects.

mod begin;
mod clipboard;
mod colours;
mod exit_summary;
mod external_editor;
mod fields;
mod fold_queue;
mod folding;
mod input;
mod kept_columns;
mod keys;
mod live;
mod named_filters;
mod outgoing;
mod pacer;
pub mod passphrase;
mod profiles;
mod recent;
mod rewriting;
mod run;
mod saving;
mod shell;
mod side_by_side;
mod terminal;
mod worker;

pub use begin::{Begin, Opening, Options, OwnLog, TuiError};
pub use exit_summary::ExitSummary;
pub use run::run;
pub use side_by_side::{run_side_by_side, show_captures_side_by_side};
