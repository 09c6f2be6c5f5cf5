//! Writes changed values back into the text they were read from, and leaves every other byte as it is.
//!
//! ```text
//! base, wanted --changes--> [Change] --apply, one by one--> text --read again--> equal to wanted, or refused
//! ```
//!
//! Each change is applied to a text that is parsed afresh, so that no offset is ever stale.

mod apply;
mod changes;
mod diff;
mod document;
mod expand;
mod insert;
mod kept_secrets;
mod layout;
mod merge;
mod opened;
mod refusal;
mod remove;
mod rewrite;
mod tree;

pub use diff::{DiffKind, DiffLine, masked_diff};
pub use kept_secrets::with_variables;
pub use merge::Conflict;
pub use opened::OpenedFile;
pub use refusal::Refusal;
pub use rewrite::{Patched, Rewrite, patch};
