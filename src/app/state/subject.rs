//! A payload of a row, as it is looked at.

use bytes::Bytes;

use crate::session::Kind;

use super::row::RowId;

/// A payload of a row.
#[derive(Clone, Debug)]
pub struct Subject {
    pub row: RowId,
    pub kind: Kind,
    pub payload: Bytes,
}

impl Subject {
    /// Whether it is the same bytes of the same row.
    pub(super) fn is(&self, other: &Self) -> bool {
        let place = |payload: &Bytes| (payload.as_ptr(), payload.len());
        self.row == other.row && place(&self.payload) == place(&other.payload)
    }
}
