//! What goes into a new file.

use bytes::Bytes;

use crate::{
    export::Redaction,
    filter::Filter,
    session::{DeadLetter, Seq},
};

/// What goes into a new file.
#[derive(Clone, Debug)]
pub enum Contents {
    /// These bytes. `count` messages or certificates are in them; `removed` says what was taken out.
    Bytes { bytes: Bytes, count: u64, removed: Vec<String> },
    /// Messages of the capture, those that pass if there is a filter.
    Range { filter: Option<Filter>, from: Seq, to: Seq, redaction: Redaction },
    /// These messages of the capture, a rejected one with its deliveries.
    Places { places: Vec<(Seq, Option<DeadLetter>)>, redaction: Redaction },
    /// An archive with the evidence of the session that has this place, with at most so many messages.
    Evidence { at: Seq, last: u64, redaction: Redaction },
}

/// A new file that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    pub path: String,
    /// Messages that are in it.
    pub done: u64,
}
