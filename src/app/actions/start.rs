//! What can be done on the start screen.

use super::super::action::ActionSpec;

pub(super) static ROWS: &[ActionSpec] = &[];
