//! What can be done on the log.

use super::super::action::ActionSpec;

pub(super) static ROWS: &[ActionSpec] = &[];
