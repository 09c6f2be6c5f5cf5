//! The table of actions: everything a person can do, one row each, a file a scope.

mod answers;
mod availability;
mod config;
mod connections;
mod delivery;
mod edit;
mod editor;
mod everywhere;
mod feed;
mod filter;
mod help;
mod id;
mod log;
mod palette;
mod prompt;
mod screens;
mod search;
mod send;
mod spec;
mod start;

pub use id::ActionId;
pub use spec::{ActionSpec, Unavailable};

/// The rows by scope, in the order of the help.
static TABLES: [&[ActionSpec]; 18] = [
    start::ROWS,
    feed::ROWS,
    config::ROWS,
    connections::ROWS,
    delivery::ROWS,
    log::ROWS,
    screens::MOVING,
    &screens::GOING,
    screens::ROWS,
    send::ROWS,
    filter::ROWS,
    edit::ROWS,
    editor::ROWS,
    search::ROWS,
    prompt::ROWS,
    palette::ROWS,
    help::ROWS,
    everywhere::ROWS,
];

/// Every action, in the order of the help.
pub fn actions() -> impl Iterator<Item = &'static ActionSpec> + Clone {
    TABLES.into_iter().flatten()
}
