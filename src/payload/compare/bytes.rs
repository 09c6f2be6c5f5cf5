//! Compares bytes at the same place, and what one has behind the end of the other.

use super::{super::hex::spaced, Change, Comparison, LIMIT, MOST, Unit};

/// Bytes of a difference that are told.
const TOLD: usize = 16;

pub(super) fn compare(before: &[u8], after: &[u8]) -> Comparison {
    let [first, second] = [before, after].map(|bytes| &bytes[..bytes.len().min(LIMIT)]);
    let common = first.len().min(second.len());
    let differs = |at: &usize| first[*at] != second[*at];
    let (mut changes, mut equal, mut at) = (Vec::new(), 0, 0);
    while at < common && changes.len() <= MOST {
        let start = (at..common).find(differs).unwrap_or(common);
        let end = (start..common).find(|at| !differs(at)).unwrap_or(common);
        equal += (start - at) as u64;
        if start < end {
            changes.push(change(start, Some(&first[start..end]), Some(&second[start..end])));
        }
        at = end;
    }
    let rest = |bytes: &'_ [u8]| (bytes.len() > common).then(|| bytes[common..].to_vec());
    match (rest(first), rest(second)) {
        (None, None) => {}
        (one, other) => changes.push(change(common, one.as_deref(), other.as_deref())),
    }
    let is_cut = first.len() < before.len() || second.len() < after.len();
    Comparison { unit: Unit::Bytes, changes, equal, is_cut }
}

fn change(at: usize, before: Option<&[u8]>, after: Option<&[u8]>) -> Change {
    let told = |bytes: &[u8]| {
        let more = if bytes.len() > TOLD { format!(" … {} bytes", bytes.len()) } else { String::new() };
        format!("{}{more}", spaced(&bytes[..bytes.len().min(TOLD)]))
    };
    Change { place: format!("{at:08x}"), before: before.map(told), after: after.map(told) }
}
