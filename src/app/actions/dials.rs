//! What can be done on the screen of the dials.

use super::super::action::ActionSpec;

pub(super) static ROWS: &[ActionSpec] = &[];
