//! Values by their paths: those below one, and the entries of lists.

use crate::config::{Field, FieldId, FieldValue, Kind, Origin, UnixAddress, Values};

/// Sets a value as typed, whatever stands there now.
pub fn set(values: &mut Values, path: &str, text: &str) {
    values.unset(path);
    values.put(path.to_owned(), FieldValue { text: text.to_owned(), origin: Origin::Form, expression: None });
}

/// Sets a value as typed. An address that names a unix socket becomes the address and the option; returns whether it did.
pub fn take(values: &mut Values, path: &str, text: &str) -> bool {
    let address = UnixAddress::parse(text).filter(|_| path == FieldId::Url.path());
    let Some(Ok(UnixAddress { socket, url })) = address else {
        set(values, path, text);
        return false;
    };
    set(values, path, &url);
    set(values, FieldId::UnixSocket.path(), &socket);
    true
}

/// Takes a value away, and those below it.
pub fn unset(values: &mut Values, path: &str) {
    for (path, _) in within(values, path) {
        values.unset(&path);
    }
}

/// A value and those below it. What is below the name of an entry of a map is part of other names.
pub fn within(values: &Values, path: &str) -> Vec<(String, FieldValue)> {
    let is_name = Field::at(path)
        .is_some_and(|field| matches!(field.kind, Kind::TextMap | Kind::AnyMap) && field.path != path);
    let is_within = |own: &str| own == path || (is_below(own, path) && !is_name);
    let found = values.iter().filter(|(own, _)| is_within(own));
    found.map(|(path, given)| (path.to_owned(), given.clone())).collect()
}

/// Whether a path stands below the other one.
pub fn is_below(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'))
}

/// The list, the index in it and what stands behind that, of a path within a list.
pub fn place_in_list(path: &str) -> Option<(String, usize, String)> {
    let field = Field::at(path)?;
    let list = field.path.split("[]").next().unwrap_or_default();
    let is_list = matches!(FieldId::of_list(list)?.field().kind, Kind::TextList | Kind::ObjectList);
    let rest = path.strip_prefix(list)?.strip_prefix('.').filter(|_| is_list)?;
    let index = rest.split('.').next().unwrap_or_default();
    Some((list.to_owned(), index.parse().ok()?, rest[index.len()..].to_owned()))
}

/// The indices that a list has, in order.
pub fn indices(values: &Values, list: &str) -> Vec<usize> {
    let prefix = format!("{list}.");
    let mut indices: Vec<usize> = values
        .iter()
        .filter_map(|(path, _)| path.strip_prefix(&prefix)?.split('.').next()?.parse().ok())
        .collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

/// After an entry of a list has gone, those behind it move up.
pub fn close_gaps(values: &mut Values, list: &str) {
    for (nth, index) in indices(values, list).into_iter().enumerate() {
        if nth != index {
            let (from, to) = (format!("{list}.{index}"), format!("{list}.{nth}"));
            let moving = within(values, &from);
            unset(values, &from);
            put_below(values, moving, &from, &to);
        }
    }
}

/// Exchanges two entries.
pub fn swap(values: &mut Values, one: &str, other: &str) {
    let (mine, theirs) = (within(values, one), within(values, other));
    unset(values, one);
    unset(values, other);
    put_below(values, mine, one, other);
    put_below(values, theirs, other, one);
}

/// Puts values that stood below one path below another.
fn put_below(values: &mut Values, all: Vec<(String, FieldValue)>, from: &str, to: &str) {
    for (path, given) in all {
        values.put(format!("{to}{}", &path[from.len()..]), given);
    }
}
