//! Compares text line by line.

use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

use super::{Change, Comparison, MOST, Unit};

/// After this time the rest is taken as changed, however alike it is.
const PATIENCE: Duration = Duration::from_millis(200);

pub(super) fn compare(before: &str, after: &str) -> Comparison {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(PATIENCE).diff_lines(before, after);
    let (mut changes, mut equal) = (Vec::new(), 0);
    for change in diff.iter_all_changes() {
        let line = |nth: Option<usize>| format!("line {}", nth.map_or(0, |nth| nth + 1));
        let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
        match change.tag() {
            ChangeTag::Equal => equal += 1,
            _ if changes.len() > MOST => {}
            ChangeTag::Delete => {
                changes.push(Change { place: line(change.old_index()), before: Some(text), after: None });
            }
            ChangeTag::Insert => {
                changes.push(Change { place: line(change.new_index()), before: None, after: Some(text) });
            }
        }
    }
    Comparison { unit: Unit::Lines, changes, equal, is_cut: false }
}
