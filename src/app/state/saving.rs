//! What goes into a new file.

use bytes::Bytes;

use crate::{
    filter::Filter,
    session::{DeadLetter, Seq},
};

/// What goes into a new file.
#[derive(Clone, Debug)]
pub enum Contents {
    /// These bytes. `count` messages or certificates are in them.
    Bytes { bytes: Bytes, count: u64 },
    /// Messages of the capture, those that pass if there is a filter.
    Range { filter: Option<Filter>, from: Seq, to: Seq },
    /// These messages of the capture, a rejected one with its deliveries.
    Places(Vec<(Seq, Option<DeadLetter>)>),
}
