//! What a person and somebody else have changed in the same input, as one.
//!
//! Edits of different fields, and of different entries of a list, go together. Where both have changed the same, the
//! person's own is written unless they choose the other.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::config::schema::{Field, FieldId, FieldValue, Kind, Values};

use super::changes::{Change, Item, changes, items, written};

/// A field, or a list, that both have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    /// What the person has set, with masked secrets; empty if nothing.
    pub mine: String,
    /// What the file holds by now.
    pub theirs: String,
}

/// The values that the file gets.
#[derive(Debug)]
pub(super) struct Merged {
    pub values: Values,
    pub conflicts: Vec<Conflict>,
    pub notes: Vec<String>,
}

/// The changes from `base` to `wanted`, made to what the file holds by now. Of the conflicts whose paths are in
/// `theirs`, the file keeps its own.
pub(super) fn merged(base: &Values, current: &Values, wanted: &Values, theirs: &[String]) -> Merged {
    let mut merged = Merged { values: copy(current), conflicts: Vec::new(), notes: Vec::new() };
    for change in changes(base, wanted) {
        let path = change.path();
        if list_of(&path).is_none() {
            merged.change(&change, &path, base, current, wanted, theirs);
        }
    }
    for list in [FieldId::OpenMessages, FieldId::TlsClientCerts] {
        merged.list(list, base, current, wanted, theirs);
    }
    merged
}

impl Merged {
    fn change(
        &mut self,
        change: &Change,
        path: &str,
        base: &Values,
        current: &Values,
        wanted: &Values,
        theirs: &[String],
    ) {
        let text = |values: &Values| values.get(path).map(|value| written(value).to_owned());
        let is_changed_there = text(base) != text(current) && text(current) != text(wanted);
        if is_changed_there && self.is_theirs(path, path, current, wanted, theirs) {
            return;
        }
        match change {
            Change::Set { path, value } => {
                self.values.unset(path);
                self.values.put(path.clone(), value.clone());
            }
            Change::Remove { path } => self.values.unset(path),
            Change::Rename { path, to } if current.get(path).is_some() => self.values.rename(path, to),
            Change::Rename { path, to } => {
                let new = format!("{}{to}", &path[..path.find('.').map_or(0, |dot| dot + 1)]);
                if let Some(value) = wanted.get(&new) {
                    self.values.put(new, value.clone());
                }
            }
            Change::Insert { .. } | Change::Cut { .. } => {}
        }
    }

    fn list(&mut self, list: FieldId, base: &Values, current: &Values, wanted: &Values, theirs: &[String]) {
        let [old, there, mine] = [base, current, wanted].map(|values| items(values, list));
        if is_same(&old, &mine) || is_same(&there, &mine) {
            return;
        }
        let path = list.path();
        let new = match (is_same(&old, &there), merged_items(&old, &mine, &there)) {
            (false, Some(both)) => {
                self.notes.push(format!("{path} was changed in the file as well; both changes are in it"));
                both
            }
            (false, None) if self.is_theirs(path, &format!("{path}."), current, wanted, theirs) => return,
            (true, _) | (false, None) => mine,
        };
        let gone: Vec<_> = self.values.iter().map(|(own, _)| own.to_owned()).collect();
        let prefix = format!("{path}.");
        gone.iter().filter(|own| own.starts_with(&prefix)).for_each(|own| self.values.unset(own));
        for (nth, item) in new.into_iter().enumerate() {
            for (leaf, value) in item {
                let end = if leaf.is_empty() { String::new() } else { format!(".{leaf}") };
                self.values.put(format!("{prefix}{nth}{end}"), value);
            }
        }
    }

    /// Tells of a conflict, and whether the person chose what the file holds.
    fn is_theirs(
        &mut self,
        path: &str,
        prefix: &str,
        current: &Values,
        wanted: &Values,
        theirs: &[String],
    ) -> bool {
        let shown = |values: &Values| {
            let paths = values.iter().map(|(own, _)| own).filter(|own| own.starts_with(prefix));
            paths.filter_map(|own| values.shown(own)).collect::<Vec<_>>().join(", ")
        };
        let (mine, there) = (shown(wanted), shown(current));
        self.conflicts.push(Conflict { path: path.to_owned(), mine, theirs: there });
        let is_theirs = theirs.iter().any(|own| own == path);
        let end = if is_theirs { "theirs stays" } else { "yours replaces it" };
        self.notes.push(format!("{path} was changed in the file as well; {end}"));
        is_theirs
    }
}

fn copy(values: &Values) -> Values {
    let mut copy = Values::default();
    for (path, value) in values.iter() {
        copy.put(path.to_owned(), value.clone());
    }
    copy
}

fn list_of(path: &str) -> Option<FieldId> {
    let list = Field::at(path)?.path.split("[]").next().and_then(FieldId::of_list)?;
    matches!(list.field().kind, Kind::TextList | Kind::ObjectList).then_some(list)
}

fn key(item: &Item) -> Vec<(&str, &str)> {
    item.iter().map(|(leaf, value)| (leaf.as_str(), written(value))).collect()
}

fn is_same(one: &[Item], other: &[Item]) -> bool {
    one.iter().map(key).eq(other.iter().map(key))
}

/// A range of the items of the base, and what one side has in its place.
type Hunk = (Range<usize>, Vec<Item>);

/// What one side has changed, item by item where their number is the same.
fn hunks(base: &[Item], side: &[Item]) -> Vec<Hunk> {
    let [old, new] = [base, side].map(|items| items.iter().map(key).collect::<Vec<_>>());
    let mut hunks = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => {}
            _ if from.len() == to.len() => {
                let single = |(from, to): (usize, usize)| (from..from + 1, vec![side[to].clone()]);
                hunks.extend(from.zip(to).map(single));
            }
            _ => hunks.push((from, side[to].to_vec())),
        }
    }
    hunks
}

/// The items with the changes of both sides; `None` if both have changed the same ones.
fn merged_items(base: &[Item], mine: &[Item], theirs: &[Item]) -> Option<Vec<Item>> {
    let (own, other) = (hunks(base, mine), hunks(base, theirs));
    let mut all: Vec<Hunk> = Vec::new();
    for hunk in &other {
        let (range, items) = hunk;
        let overlapping: Vec<_> = own.iter().filter(|(own, _)| overlaps(own, range)).collect();
        match overlapping.as_slice() {
            [] => all.push(hunk.clone()),
            [(own, own_items)] if own == range && is_same(own_items, items) => all.push(hunk.clone()),
            [(own, own_items)] if own == range && own.len() == 1 => {
                let [one] = own_items.as_slice() else { return None };
                let [two] = items.as_slice() else { return None };
                all.push((range.clone(), vec![merged_item(&base[own.start], one, two)?]));
            }
            _ => return None,
        }
    }
    all.extend(own.into_iter().filter(|(own, _)| !other.iter().any(|(range, _)| overlaps(own, range))));
    // Of two insertions at one place, theirs comes first.
    all.sort_by_key(|(range, _)| (range.start, range.end));
    let mut merged = Vec::new();
    let mut at = 0;
    for (range, items) in all {
        merged.extend_from_slice(&base[at..range.start]);
        merged.extend(items);
        at = range.end;
    }
    merged.extend_from_slice(&base[at..]);
    Some(merged)
}

fn overlaps(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// An item of which the sides have changed different fields.
fn merged_item(base: &Item, mine: &Item, theirs: &Item) -> Option<Item> {
    let of =
        |item: &Item, leaf: &str| item.iter().find(|(own, _)| own == leaf).map(|(_, value)| value.clone());
    let text = |value: &Option<FieldValue>| value.as_ref().map(|value| written(value).to_owned());
    let mut leaves: Vec<&String> = theirs.iter().chain(mine).map(|(leaf, _)| leaf).collect();
    leaves.dedup();
    let mut merged: Item = Vec::new();
    for leaf in leaves {
        if merged.iter().any(|(own, _)| own == leaf) {
            continue;
        }
        let (old, one, two) = (of(base, leaf), of(mine, leaf), of(theirs, leaf));
        let value = match () {
            () if text(&one) == text(&old) => two,
            () if text(&two) == text(&old) || text(&one) == text(&two) => one,
            () => return None,
        };
        merged.extend(value.map(|value| (leaf.clone(), value)));
    }
    Some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    fn values(list: &str, texts: &str) -> Values {
        let mut values = Values::default();
        for (nth, text) in texts.split_whitespace().enumerate() {
            match text.split_once('=') {
                Some((leaf, text)) => values.set(format!("{list}.0.{leaf}"), text, Origin::Form),
                None => values.set(format!("{list}.{nth}"), text, Origin::Form),
            }
        }
        values
    }

    fn both(list: &str, base: &str, mine: &str, theirs: &str) -> Option<String> {
        let merged = merged(&values(list, base), &values(list, theirs), &values(list, mine), &[]);
        let texts = merged.values.iter().map(|(_, value)| value.text.clone()).collect::<Vec<_>>().join(" ");
        merged.conflicts.is_empty().then_some(texts)
    }

    #[test]
    fn edits_of_different_entries_go_together() {
        for (base, mine, theirs, expected) in [
            ("a b c", "x b c", "a b y", Some("x b y")),
            ("a b c", "a c", "a b c d", Some("a c d")),
            ("a b", "a b mine", "a b theirs", Some("a b theirs mine")),
            ("a b", "x b", "new a b", Some("new x b")),
            ("a b", "a", "a", Some("a")),
            ("a b", "x b", "x b c", Some("x b c")),
            ("a b", "x b", "y b", None),
            ("a b", "b", "y b", None),
        ] {
            assert_eq!(
                both("open_messages", base, mine, theirs).as_deref(),
                expected,
                "{base}|{mine}|{theirs}"
            );
        }
    }

    #[test]
    fn different_fields_of_one_certificate_go_together() {
        let certificate = |base, mine, theirs| both("tls.client_certs", base, mine, theirs);
        let merged = certificate("cert=a key=b", "cert=c key=b", "cert=a key=d");
        assert_eq!(merged.as_deref(), Some("c d"));
        assert_eq!(certificate("cert=a key=b", "cert=c key=b", "cert=d key=b"), None);
    }

    #[test]
    fn of_what_both_have_changed_one_is_chosen() {
        let list = |texts| values("open_messages", texts);
        let chosen = |theirs: &[String]| {
            let merged = merged(&list("a b"), &list("y b"), &list("x b"), theirs);
            assert_eq!((&*merged.conflicts[0].mine, &*merged.conflicts[0].theirs), ("x, b", "y, b"));
            merged.values.get("open_messages.0").map(|value| value.text.clone())
        };
        assert_eq!(chosen(&[]).as_deref(), Some("x"));
        assert_eq!(chosen(&["open_messages".to_owned()]).as_deref(), Some("y"));
    }
}
