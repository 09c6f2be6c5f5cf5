//! Reads the TOML of a profile: `path = "text"`, and below `[env.NAME]` what holds in an environment.

use toml::de::{DeTable, DeValue};

use super::profile::{Entry, Profile};

/// The table of the environments.
const ENVIRONMENTS: &str = "env";

/// What is wrong with a text, and where, as an offset in bytes.
#[derive(Debug)]
pub(super) struct Mistake {
    pub byte: usize,
    pub message: String,
}

pub(super) fn read(text: &str) -> Result<Profile, Mistake> {
    let table = DeTable::parse(text).map_err(|error| Mistake {
        byte: error.span().map_or(0, |span| span.start),
        message: error.message().to_owned(),
    })?;
    let mut profile = Profile::default();
    for (name, value) in table.get_ref() {
        let place = name.span().start;
        if name.get_ref() == ENVIRONMENTS {
            let environments = value.get_ref().as_table().ok_or_else(|| Mistake {
                byte: place,
                message: "env: write a table for each environment: [env.staging]".to_owned(),
            })?;
            for (environment, values) in environments {
                let mut entries = Vec::new();
                let Some(values) = values.get_ref().as_table() else {
                    let message = format!("env.{}: write a table", environment.get_ref());
                    return Err(Mistake { byte: environment.span().start, message });
                };
                for (name, value) in values {
                    add(text, name.get_ref(), value.get_ref(), name.span().start, &mut entries)?;
                }
                profile.environments.push((environment.get_ref().to_string(), by_line(entries)));
            }
        } else {
            add(text, name.get_ref(), value.get_ref(), place, &mut profile.entries)?;
        }
    }
    profile.entries = by_line(profile.entries);
    Ok(profile)
}

/// In the order of the file, which the library does not keep.
fn by_line(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|entry| entry.line);
    entries
}

/// Adds a value, or those below it: tables by name, lists by index.
fn add(
    text: &str,
    path: &str,
    value: &DeValue<'_>,
    byte: usize,
    entries: &mut Vec<Entry>,
) -> Result<(), Mistake> {
    let given = match value {
        DeValue::String(given) => given.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Boolean(is_on) => is_on.to_string(),
        DeValue::Table(table) => {
            return table.iter().try_for_each(|(name, value)| {
                let below = format!("{path}.{}", name.get_ref());
                add(text, &below, value.get_ref(), name.span().start, entries)
            });
        }
        DeValue::Array(list) => {
            return list.iter().enumerate().try_for_each(|(nth, value)| {
                add(text, &format!("{path}.{nth}"), value.get_ref(), value.span().start, entries)
            });
        }
        DeValue::Float(_) | DeValue::Datetime(_) => {
            let message = format!("{path}: write a text, a whole number, true or false");
            return Err(Mistake { byte, message });
        }
    };
    let line = text[..byte].matches('\n').count() + 1;
    entries.push(Entry { path: path.to_owned(), text: given, line: u32::try_from(line).unwrap_or(u32::MAX) });
    Ok(())
}
