//! The table of actions: everything a person can do, one row each, a file a scope.

mod answers;
mod availability;
mod config;
mod connections;
mod copy_as;
mod delivery;
mod detail;
mod edit;
mod feed;
mod lines;
mod log;
mod overlays;
mod profiles;
mod screens;
mod spec;
mod start;
mod stats;

pub use spec::{ActionSpec, Unavailable};

use super::action_id as id;

/// The rows by scope, in the order of the help.
static TABLES: [&[ActionSpec]; 38] = [
    start::ROWS,
    feed::ROWS,
    detail::ROWS,
    config::ROWS,
    connections::ROWS,
    delivery::ROWS,
    stats::ROWS,
    log::ROWS,
    screens::MOVING,
    &screens::GOING,
    screens::ROWS,
    lines::SEND,
    lines::FILTER,
    lines::HIGHLIGHT,
    lines::FIND,
    edit::FIELD,
    edit::EDITOR,
    lines::SEARCH,
    overlays::PROMPT,
    overlays::PALETTE,
    overlays::DECODERS,
    copy_as::MESSAGE,
    copy_as::CONNECTION,
    copy_as::LIST,
    overlays::COLOURS,
    overlays::COLUMNS,
    overlays::BOOKMARKS,
    overlays::SAVED_MESSAGES,
    overlays::UNANSWERED,
    overlays::FILTERS,
    overlays::REWRITING,
    overlays::INPUTS,
    profiles::LIST,
    profiles::COMPARED,
    overlays::EFFECTIVE,
    overlays::LEAVING,
    overlays::HELP,
    overlays::EVERYWHERE,
];

/// Every action, in the order of the help.
pub fn actions() -> impl Iterator<Item = &'static ActionSpec> + Clone {
    TABLES.into_iter().flatten()
}
