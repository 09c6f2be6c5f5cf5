//! What the screen knows and does: state, one function that changes it, and the table of actions.
//! Pure: no clock, no terminal, no engine.

mod action;
mod actions;
mod conditions;
mod deeds;
pub mod dials;
pub mod form;
pub mod journal;
mod key;
pub mod layout;
mod link;
mod model;
mod overlay;
mod palette;
mod prompt;
mod rate;
pub mod reading;
mod row;
mod screen;
pub mod start;
mod text_input;
mod timeline;
mod update;
mod window;

pub use action::{ActionSpec, Hint, Scope, Unavailable, hints};
pub use actions::actions;
pub use key::{Code, Key, keys};
pub use link::{Counts, Ladder, Link, Rung, State};
pub use model::{App, Detail, Focus, Look, Mode as DetailMode, Notice, Profile, Tone};
pub use overlay::Overlay;
pub use palette::Palette;
pub use prompt::{Prompt, Purpose};
pub use rate::Rate;
pub use row::{Entry, Line, Received, Row, RowId, Written};
pub use screen::Screen;
pub use text_input::TextInput;
pub use timeline::{Mode, Timeline};
pub use update::{Effect, Input, Outcome, press, update};
