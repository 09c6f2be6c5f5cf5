//! The table of keys: which action gets which, and that no key means two things in one place.

use std::{collections::HashMap, sync::LazyLock};

use toml::de::DeTable;

use super::{
    fault::nearest,
    settings::{Mistake, Value, mistake, text_of},
};
use crate::app::{ActionSpec, Bindings, Key, Scope, actions};

/// Every action by its name.
static BY_NAME: LazyLock<HashMap<String, &'static ActionSpec>> =
    LazyLock::new(|| actions().map(|action| (action.id.to_string(), action)).collect());

/// An action and the keys it is to have, each with its place.
struct Wish {
    action: &'static ActionSpec,
    keys: Vec<(Key, usize)>,
}

/// Reads the table. A key that cannot be given is left out; an action that is left without one keeps those it has.
pub(super) fn read(table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Bindings {
    let mut wishes = Vec::new();
    for (name, value) in table {
        let written: &str = name.get_ref();
        let Some(action) = BY_NAME.get(written).copied() else {
            let near = nearest(written, BY_NAME.keys().map(String::as_str));
            let meant = near.map_or_else(String::new, |near| format!(" (did you mean \"{near}\"?)"));
            let message = format!(
                "there is no action \"{written}\"{meant}; `sockeye preferences --actions` lists them"
            );
            mistakes.push(Mistake { byte: name.span().start, message });
            continue;
        };
        wishes.extend(wish(action, value, mistakes));
    }
    // In the order in which they stand: of two that want one key, the later is told.
    wishes.sort_by_key(|wish| wish.keys.first().map_or(0, |(_, byte)| *byte));
    settle(wishes, mistakes)
}

fn wish(action: &'static ActionSpec, value: &Value<'_>, mistakes: &mut Vec<Mistake>) -> Option<Wish> {
    let written: Vec<&Value<'_>> = match value.get_ref().as_array() {
        Some(list) => list.iter().collect(),
        None => vec![value],
    };
    if written.is_empty() {
        if action.scope == Scope::Everywhere {
            mistakes.push(mistake(value, &format!("{}: it needs a key", action.id)));
            return None;
        }
        return Some(Wish { action, keys: Vec::new() });
    }
    let mut keys = Vec::new();
    for one in written {
        let read = text_of(one).and_then(|text| key(action, text, one));
        match read {
            Ok(key) => keys.push((key, one.span().start)),
            Err(wrong) => {
                let message = format!("{}: {}", action.id, wrong.message);
                mistakes.push(Mistake { message, ..wrong });
            }
        }
    }
    (!keys.is_empty()).then_some(Wish { action, keys })
}

fn key(action: &ActionSpec, text: &str, value: &Value<'_>) -> Result<Key, Mistake> {
    let key: Key = text.parse().map_err(|why| mistake(value, &format!("\"{text}\": {why}")))?;
    if key.typed().is_some() && action.scope.writes() {
        let message =
            format!("{key} is written there; allowed: enter, tab, F1 to F24, and keys with ctrl or alt");
        return Err(mistake(value, &message));
    }
    Ok(key)
}

/// Gives each action its keys, but none that another action has where both can be meant.
fn settle(mut wishes: Vec<Wish>, mistakes: &mut Vec<Mistake>) -> Bindings {
    loop {
        let mut bindings = Bindings::default();
        for wish in &wishes {
            bindings.bind(wish.action.id, wish.keys.iter().map(|(key, _)| *key).collect());
        }
        let Some((nth, place, owner)) = first_clash(&wishes, &bindings) else { return bindings };
        let (key, byte) = wishes[nth].keys.remove(place);
        let message = format!(
            "{}: {key} is the key of {}; give that one another key first",
            wishes[nth].action.id, owner.id
        );
        mistakes.push(Mistake { byte, message });
        if wishes[nth].keys.is_empty() {
            wishes.remove(nth);
        }
    }
}

/// The last wish for a key that is that of another action, which of its keys that is, and the other action.
fn first_clash(wishes: &[Wish], bindings: &Bindings) -> Option<(usize, usize, &'static ActionSpec)> {
    wishes.iter().enumerate().rev().find_map(|(nth, wish)| {
        wish.keys.iter().enumerate().find_map(|(place, (key, _))| {
            let has_it = |other: &&ActionSpec| {
                let keys = bindings.of(other.id).unwrap_or(other.keys);
                // Where the table has it twice, the inner scope is meant to take it.
                let is_so_anyway = other.keys.contains(key) && wish.action.keys.contains(key);
                other.id != wish.action.id
                    && other.scope.meets(wish.action.scope)
                    && keys.contains(key)
                    && !is_so_anyway
            };
            actions().find(has_it).map(|other| (nth, place, other))
        })
    })
}
