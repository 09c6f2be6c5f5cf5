//! What the screen knows and does: state, one function that changes it, and the table of actions.
//! Pure: no clock, no terminal, no engine.
//!
//! Three floors, each of which knows only those below it; `tests/layers.rs` holds them to that.
//!
//! ```text
//!   update               an input in, effects out
//!   keymap   palette     from keys, names and lists to actions
//!   actions              a row for each thing a person can do, and when it can be done
//!   screens              what happens on each screen, and how it is reached
//!   action_id  bindings  what actions are called in files, and the keys that they were given there
//!   model  layout  table  effect    the app, where it draws, what goes in and out
//!   state                rows, form, connections, log ...: plain data, which knows no app
//! ```

mod action_id;
mod actions;
mod bindings;
mod copy_list;
mod effect;
mod keymap;
pub mod layout;
mod model;
mod palette;
pub mod screens;
mod side_by_side;
mod state;
pub mod table;
mod update;

pub use action_id::ActionId;
pub use actions::{ActionSpec, Unavailable, actions};
pub use bindings::Bindings;
pub use effect::{
    By, Completed, EditTarget, Effect, Framed, Input, Outcome, PathPrefix, ProfileOrder, StatsOrder,
    Utterance,
};
pub use keymap::{Hint, hints};
pub use model::App;
pub use screens::{CopyForm, Scope, Screen};
pub use side_by_side::{Next, SideBySide, SideBySideAreas};
pub use state::*;
pub use update::{press, update};
