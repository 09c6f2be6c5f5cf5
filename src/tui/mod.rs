//! The shell with a screen: it owns the terminal, feeds the app, and carries out its effects.

mod begin;
mod clipboard;
mod colours;
mod desk;
mod effects;
mod farewell;
mod fields;
mod input;
mod keys;
mod live;
mod outside;
mod pacer;
mod recent;
mod run;
mod signals;
mod terminal;

pub use begin::{Begin, Opening, Options, OwnLog, TuiError};
pub use farewell::Farewell;
pub use run::run;
