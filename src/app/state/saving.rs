//! What goes into a new file, and which question asks for its name.

use bytes::Bytes;

use crate::{
    filter::Filter,
    session::{DeadLetter, Seq},
};

use super::prompt::Purpose;

/// A new file: which question asked for it, and what goes into it.
#[derive(Clone, Debug)]
pub struct Saving {
    /// What is asked again when the file cannot be written.
    pub purpose: Purpose,
    pub contents: Contents,
}

#[derive(Clone, Debug)]
pub enum Contents {
    /// These bytes. `count` messages or certificates are in them.
    Bytes { bytes: Bytes, count: u64 },
    /// Messages of the capture, those that pass if there is a filter.
    Range { filter: Option<Filter>, from: Seq, to: Seq },
    /// These messages of the capture, a rejected one with its deliveries.
    Places(Vec<(Seq, Option<DeadLetter>)>),
}
