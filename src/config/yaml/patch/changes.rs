//! What a person changed: from the values of the file as it was read to those that are wanted.

use crate::config::schema::{FIELDS, Field, FieldId, FieldValue, Kind, Values};

/// A change of the values of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Also of a value that is not there yet.
    Set { path: String, value: FieldValue },
    /// A value goes, so that its default holds; or an entry.
    Remove { path: String },
    /// An entry of a map gets another name.
    Rename { path: String, to: String },
    /// A new entry of a list at this place. Of a list of objects, the names and values of its fields.
    Insert { list: FieldId, index: usize, item: Vec<(String, FieldValue)> },
    /// An entry of a list goes.
    Cut { list: FieldId, index: usize },
}

/// The text as it stands in a file.
pub(super) fn written(value: &FieldValue) -> &str {
    value.expression.as_ref().unwrap_or(&value.text)
}

fn is_same(one: Option<&FieldValue>, other: Option<&FieldValue>) -> bool {
    one.map(written) == other.map(written)
}

/// Every change between two sets of values, in the published order of the fields.
pub(super) fn changes(base: &Values, wanted: &Values) -> Vec<Change> {
    let mut all = Vec::new();
    for field in FIELDS.iter().filter(|field| !field.path.contains("[]")) {
        match field.kind {
            Kind::Group => {}
            Kind::TextMap | Kind::AnyMap => of_map(field, base, wanted, &mut all),
            Kind::TextList | Kind::ObjectList => of_list(field.id, base, wanted, &mut all),
            _ => all.extend(of_value(field.path, base, wanted)),
        }
    }
    all
}

fn of_value(path: &str, base: &Values, wanted: &Values) -> Option<Change> {
    let (old, new) = (base.get(path), wanted.get(path));
    if is_same(old, new) {
        return None;
    }
    let path = path.to_owned();
    Some(match new {
        Some(value) => Change::Set { path, value: value.clone() },
        None => Change::Remove { path },
    })
}

fn of_map(field: &Field, base: &Values, wanted: &Values, all: &mut Vec<Change>) {
    let (old, new) = (base.entries(field.id), wanted.entries(field.id));
    let has = |entries: &[(&str, &FieldValue)], name: &str| entries.iter().any(|(own, _)| *own == name);
    let path = |name: &str| format!("{}.{name}", field.path);
    let mut added: Vec<_> = new.iter().filter(|(name, _)| !has(&old, name)).collect();
    for (name, value) in old.iter().filter(|(name, _)| !has(&new, name)) {
        // The same value under another name is a new name.
        let renamed = added.iter().position(|(_, other)| is_same(Some(*value), Some(*other)));
        all.push(match renamed.map(|nth| added.remove(nth)) {
            Some((to, _)) => Change::Rename { path: path(name), to: (*to).to_owned() },
            None => Change::Remove { path: path(name) },
        });
    }
    all.extend(
        old.iter()
            .filter(|(name, _)| has(&new, name))
            .filter_map(|(name, _)| of_value(&path(name), base, wanted)),
    );
    all.extend(
        added.into_iter().map(|(name, value)| Change::Set { path: path(name), value: (*value).clone() }),
    );
}

pub(super) type Item = Vec<(String, FieldValue)>;

/// The items of a list, each with the names of its fields; an item that is a text has one, without a name.
pub(super) fn items(values: &Values, list: FieldId) -> Vec<Item> {
    let mut items: Vec<(&str, Item)> = Vec::new();
    for (name, value) in values.entries(list) {
        let (index, leaf) = name.split_once('.').unwrap_or((name, ""));
        let leaf = (leaf.to_owned(), value.clone());
        match items.last_mut().filter(|(own, _)| *own == index) {
            Some((_, item)) => item.push(leaf),
            None => items.push((index, vec![leaf])),
        }
    }
    items.into_iter().map(|(_, item)| item).collect()
}

/// The items at both ends that are the same stay; those between are changed one by one, then added or cut.
fn of_list(list: FieldId, base: &Values, wanted: &Values, all: &mut Vec<Change>) {
    let (old, new) = (items(base, list), items(wanted, list));
    let same = |one: &Item, other: &Item| {
        one.len() == other.len()
            && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && is_same(Some(&a.1), Some(&b.1)))
    };
    let from = old.iter().zip(&new).take_while(|(one, other)| same(one, other)).count();
    let (old, new) = (&old[from..], &new[from..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| same(one, other)).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    for (nth, (old, new)) in old.iter().zip(new).enumerate() {
        of_item(&format!("{}.{}", list.path(), from + nth), old, new, all);
    }
    for index in (new.len()..old.len()).rev() {
        all.push(Change::Cut { list, index: from + index });
    }
    for (index, item) in new.iter().enumerate().skip(old.len()) {
        all.push(Change::Insert { list, index: from + index, item: item.clone() });
    }
}

fn of_item(path: &str, old: &Item, new: &Item, all: &mut Vec<Change>) {
    let of =
        |item: &Item, leaf: &str| item.iter().find(|(own, _)| own == leaf).map(|(_, value)| value.clone());
    let full = |leaf: &str| if leaf.is_empty() { path.to_owned() } else { format!("{path}.{leaf}") };
    for (leaf, value) in new {
        if !is_same(of(old, leaf).as_ref(), Some(value)) {
            all.push(Change::Set { path: full(leaf), value: value.clone() });
        }
    }
    let gone = old.iter().filter(|(leaf, _)| of(new, leaf).is_none());
    all.extend(gone.map(|(leaf, _)| Change::Remove { path: full(leaf) }));
}

impl Change {
    /// The path that a person knows it by.
    pub fn path(&self) -> String {
        match self {
            Self::Set { path, .. } | Self::Remove { path } | Self::Rename { path, .. } => path.clone(),
            Self::Insert { list, index, .. } | Self::Cut { list, index } => {
                format!("{}.{index}", list.path())
            }
        }
    }
}
