//! The slots of a config: where its inputs stand, what holds them, and what is wrong there.
//!
//! The rules and the words are those of the pipeline's linter (Benthos: `internal/docs/format_yaml.go` and
//! `config.go`), limited to the websocket inputs and what holds them. Mappings are not judged.

mod beside;
mod component;
mod fault;
mod hide;
mod keys;
mod labels;
mod locate;
mod walk;
mod wrapper;

pub(super) use fault::{Fault, tag};
pub(super) use hide::hide_line;
pub(super) use keys::{PIPELINE, is_pipeline_word, is_reserved, is_root_word};
pub(super) use locate::locate;
pub(super) use walk::Slot;

#[cfg(test)]
mod tests;
