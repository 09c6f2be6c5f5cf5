//! What can be done on the form of the connection.

use super::super::action::ActionSpec;

pub(super) static ROWS: &[ActionSpec] = &[];
