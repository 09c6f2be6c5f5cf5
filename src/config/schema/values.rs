//! The values of fields as text, with their origins.

use std::{borrow::Cow, collections::HashMap, fmt, path::PathBuf, sync::Arc};

use crate::config::secrets::Secret;

use super::{
    dialect::SessionOptions,
    field::{FieldId, Kind},
    pipeline_shape::PipelineShape,
};

/// Where a value comes from. Later variants take precedence over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    /// Line and column count from 1; a line of 0 means the file as a whole.
    File {
        path: PathBuf,
        line: u32,
        column: u32,
    },
    /// The name of the variable.
    Environment(String),
    Flag,
    Form,
}

impl Origin {
    fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Environment(_) => 2,
            Self::Flag => 3,
            Self::Form => 4,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: 0, .. } => write!(f, "{}", path.display()),
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("command line"),
            Self::Form => f.write_str("form"),
        }
    }
}

/// A value as text. Its `Debug` does not show the text, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// Unchecked; the lint checks it against the kind of the field.
    pub text: String,
    pub origin: Origin,
    /// The text as written in the file, if it contains `${…}`: to be shown and written instead of the value.
    pub expression: Option<String>,
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldValue").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Values by path: `url`, `headers.X-Key`, `open_messages.0`, `tls.client_certs.0.cert_file`. They keep the order in
/// which they were set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    by_path: Vec<(String, FieldValue)>,
    /// Where each path is in that list, names of headers in small letters.
    places: HashMap<String, usize>,

    /// Where secrets are: the path, the reference as written, and what it stood for.
    references: Vec<(String, String, String)>,

    /// Passphrases that a person was asked for, each for the field at a path. They hold as long as these values, and are
    /// none of them, so that nothing that writes values writes them.
    passphrases: Vec<(String, Secret)>,

    pub options: SessionOptions,
    /// What stands behind the input in the file that the values are from.
    pub shape: Arc<PipelineShape>,
}

impl Values {
    /// Sets a value. An existing value of a higher origin is kept; one of the same or a lower origin is replaced.
    pub fn set(&mut self, path: impl Into<String>, text: impl Into<String>, origin: Origin) {
        self.put(path.into(), FieldValue { text: text.into(), origin, expression: None });
    }

    /// Sets a value with its expression, by the same rule.
    pub fn put(&mut self, path: String, value: FieldValue) {
        self.passphrases.retain(|(known, _)| *known != path);
        let place = self.places.get(&*folded(&path)).map(|place| &mut self.by_path[*place]);
        match place {
            Some((_, old)) if old.origin.rank() > value.origin.rank() => {}
            Some(slot) => *slot = (path, value),
            None => {
                self.places.insert(folded(&path).into_owned(), self.by_path.len());
                self.by_path.push((path, value));
            }
        }
    }

    /// Has a passphrase that a person was asked for hold in place of the value at a path, until that is set.
    pub fn give_passphrase(&mut self, path: &str, passphrase: Secret) {
        self.passphrases.retain(|(known, _)| known != path);
        self.passphrases.push((path.to_owned(), passphrase));
    }

    /// The passphrase for the field at a path: the one that was asked for, or the value.
    #[must_use]
    pub fn passphrase(&self, path: &str) -> Secret {
        let asked = self.passphrases.iter().find(|(known, _)| known == path).map(|(_, asked)| asked.clone());
        asked.unwrap_or_else(|| Secret::new(self.get(path).map_or("", |value| value.text.as_str())))
    }

    /// The passphrases that a person was asked for.
    pub(in crate::config) fn passphrases(&self) -> impl Iterator<Item = &Secret> {
        self.passphrases.iter().map(|(_, passphrase)| passphrase)
    }

    /// Notes where the value at a path is: `@FILE`, `env:NAME` or `cmd:COMMAND`.
    pub fn note_reference(&mut self, path: &str, reference: &str) {
        let Some(text) = self.get(path).map(|value| value.text.clone()) else { return };
        self.references.retain(|(known, ..)| known != path);
        self.references.push((path.to_owned(), reference.to_owned(), text));
    }

    /// Where the value at a path is, unless it was changed since.
    #[must_use]
    pub fn reference(&self, path: &str) -> Option<&str> {
        let (_, reference, text) = self.references.iter().find(|(known, ..)| known == path)?;
        (self.get(path)?.text == *text).then_some(reference)
    }

    /// The paths of values that a command has given, with the command.
    pub fn commands(&self) -> impl Iterator<Item = (&str, &str)> {
        let paths = self.references.iter().map(|(path, ..)| path.as_str());
        paths.filter_map(|path| Some((path, self.reference(path)?.strip_prefix("cmd:")?)))
    }

    /// Puts another secret in place of one that a command has given.
    pub fn renew(&mut self, path: &str, text: String) {
        let reference = self.reference(path).map(str::to_owned);
        if let Some(value) = self.value_mut(path) {
            value.text = text;
        }
        if let Some(reference) = reference {
            self.note_reference(path, &reference);
        }
    }

    /// Removes a value, so that the default applies.
    pub fn unset(&mut self, path: &str) {
        if self.get(path).is_some() {
            self.retain(|known, _| known != path);
        }
    }

    fn retain(&mut self, keeps: impl Fn(&str, &FieldValue) -> bool) {
        self.by_path.retain(|(path, value)| keeps(path, value));
        let places = self.by_path.iter().enumerate();
        self.places = places.map(|(nth, (path, _))| (folded(path).into_owned(), nth)).collect();
    }

    fn value_mut(&mut self, path: &str) -> Option<&mut FieldValue> {
        let place = *self.places.get(&*folded(path))?;
        self.by_path.get_mut(place).filter(|(known, _)| known == path).map(|(_, value)| value)
    }

    /// The path of an existing value that is the same as `path`: names of headers are compared ignoring case.
    #[must_use]
    pub fn same(&self, path: &str) -> Option<&str> {
        self.places.get(&*folded(path)).map(|place| self.by_path[*place].0.as_str())
    }

    /// Moves a value to another path, and keeps its place in the order. A value at that path is removed.
    pub fn rename(&mut self, from: &str, to: &str) {
        self.retain(|known, _| known == from || folded(known) != folded(to));
        if let Some((known, value)) = self.by_path.iter_mut().find(|(known, _)| known == from) {
            to.clone_into(known);
            value.origin = Origin::Form;
        }
        self.retain(|_, _| true);
    }

    /// Removes all values at `path` and below it with a lower origin than `origin`.
    pub fn unset_below(&mut self, path: &str, origin: &Origin) {
        self.retain(|known, value| {
            let within =
                known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            !within || value.origin.rank() >= origin.rank()
        });
    }

    /// The highest origin among a field and its entries.
    #[must_use]
    pub fn highest(&self, id: FieldId) -> Option<&Origin> {
        let entries = self.entries(id).into_iter().map(|(_, value)| value);
        self.of(id).into_iter().chain(entries).map(|value| &value.origin).max_by_key(|origin| origin.rank())
    }

    /// The value at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&FieldValue> {
        let place = *self.places.get(&*folded(path))?;
        self.by_path.get(place).filter(|(known, _)| known == path).map(|(_, value)| value)
    }

    /// The value of a scalar field.
    #[must_use]
    pub fn of(&self, id: FieldId) -> Option<&FieldValue> {
        self.get(id.path())
    }

    /// The text of a scalar field, or its default, or an empty text.
    #[must_use]
    pub fn text_of(&self, id: FieldId) -> String {
        self.of(id).map(|value| value.text.clone()).or_else(|| id.field().default_text()).unwrap_or_default()
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, id: FieldId) -> bool {
        self.text_of(id) == "true"
    }

    /// The entries of a map or list field: the name or index, and the value. Entries of lists are sorted by index.
    #[must_use]
    pub fn entries(&self, id: FieldId) -> Vec<(&str, &FieldValue)> {
        let prefix = format!("{}.", id.path());
        let mut entries: Vec<_> = self
            .by_path
            .iter()
            .filter_map(|(path, value)| Some((path.strip_prefix(&prefix)?, value)))
            .collect();
        if matches!(id.field().kind, Kind::TextList | Kind::ObjectList) {
            entries.sort_by_key(|(name, _)| index_of(name));
        }
        entries
    }

    /// The folder of the file that was read; empty without one.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let of_file = self.by_path.iter().find_map(|(_, value)| match &value.origin {
            Origin::File { path, .. } => path.parent().map(PathBuf::from),
            _ => None,
        });
        of_file.unwrap_or_default()
    }

    /// All paths with their values, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FieldValue)> {
        self.by_path.iter().map(|(path, value)| (path.as_str(), value))
    }
}

/// What two paths that are the same have in common: header names are compared ignoring case.
fn folded(path: &str) -> Cow<'_, str> {
    if path.starts_with("headers.") { path.to_ascii_lowercase().into() } else { path.into() }
}

fn index_of(name: &str) -> usize {
    name.split('.').next().and_then(|index| index.parse().ok()).unwrap_or(usize::MAX)
}
