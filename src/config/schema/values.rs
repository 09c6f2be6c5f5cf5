//! What was given for each field, as text, and where it came from.

use std::{fmt, path::PathBuf};

use super::{
    dialect::SessionOptions,
    field::{FieldId, Kind},
};

/// Where a value stands. Later ones outrank earlier ones.
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

/// One value as text. It does not print: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// Checked against its kind by the lint, not before.
    pub text: String,
    pub origin: Origin,
    /// The value as its file has it, where `${…}` took part: what may be shown and written.
    pub expression: Option<String>,
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The values given, by path: `url`, `headers.X-Key`, `open_messages.0`,
/// `tls.client_certs.0.cert_file`. Names in a map keep the order in which they came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    given: Vec<(String, FieldValue)>,
    /// What was asked for beside the fields.
    pub options: SessionOptions,
}

impl Values {
    /// Sets one value. A value of a higher rank stands; one of the same rank gives way.
    pub fn set(&mut self, path: impl Into<String>, text: impl Into<String>, origin: Origin) {
        self.put(path.into(), FieldValue { text: text.into(), origin, expression: None });
    }

    /// Sets one value with all that is known of it, by the same rule.
    pub fn put(&mut self, path: String, given: FieldValue) {
        match self.given.iter_mut().find(|(known, _)| same_path(known, &path)) {
            Some((_, old)) if old.origin.rank() > given.origin.rank() => {}
            Some(slot) => *slot = (path, given),
            None => self.given.push((path, given)),
        }
    }

    /// Takes a value back, so that the default holds.
    pub fn unset(&mut self, path: &str) {
        self.given.retain(|(known, _)| known != path);
    }

    /// The path under which a value stands that would be the same as `path`: names of headers are
    /// the same in any case.
    #[must_use]
    pub fn same(&self, path: &str) -> Option<&str> {
        self.given.iter().map(|(known, _)| known.as_str()).find(|known| same_path(known, path))
    }

    /// Gives a value another path, in its place among the others; whatever stood there is gone.
    pub fn rename(&mut self, from: &str, to: &str) {
        self.given.retain(|(known, _)| known == from || !same_path(known, to));
        if let Some((known, given)) = self.given.iter_mut().find(|(known, _)| known == from) {
            to.clone_into(known);
            given.origin = Origin::Form;
        }
    }

    /// Takes back everything at `path` and below it that ranks below `origin`.
    pub fn unset_below(&mut self, path: &str, origin: &Origin) {
        self.given.retain(|(known, given)| {
            let within =
                known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            !within || given.origin.rank() >= origin.rank()
        });
    }

    /// The highest origin among a field and its entries.
    #[must_use]
    pub fn highest(&self, id: FieldId) -> Option<&Origin> {
        let entries = self.entries(id).into_iter().map(|(_, given)| given);
        self.of(id).into_iter().chain(entries).map(|given| &given.origin).max_by_key(|origin| origin.rank())
    }

    /// The value at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&FieldValue> {
        self.given.iter().find(|(known, _)| known == path).map(|(_, given)| given)
    }

    /// The value of a field that has one value.
    #[must_use]
    pub fn of(&self, id: FieldId) -> Option<&FieldValue> {
        self.get(id.path())
    }

    /// The text of a field that has one value; its default where it has one; else nothing.
    #[must_use]
    pub fn text_of(&self, id: FieldId) -> String {
        self.of(id).map(|given| given.text.clone()).or_else(|| id.field().default_text()).unwrap_or_default()
    }

    /// The entries of a map or list field: the name or index, and the value. Lists by index.
    #[must_use]
    pub fn entries(&self, id: FieldId) -> Vec<(&str, &FieldValue)> {
        let prefix = format!("{}.", id.path());
        let mut entries: Vec<_> = self
            .given
            .iter()
            .filter_map(|(path, given)| Some((path.strip_prefix(&prefix)?, given)))
            .collect();
        if matches!(id.field().kind, Kind::TextList | Kind::ObjectList) {
            entries.sort_by_key(|(name, _)| index_of(name));
        }
        entries
    }

    /// Every path with its value, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FieldValue)> {
        self.given.iter().map(|(path, given)| (path.as_str(), given))
    }
}

/// Header names are compared without regard to case; everything else byte for byte.
fn same_path(one: &str, other: &str) -> bool {
    one == other || (one.starts_with("headers.") && one.eq_ignore_ascii_case(other))
}

fn index_of(name: &str) -> usize {
    name.split('.').next().and_then(|index| index.parse().ok()).unwrap_or(usize::MAX)
}
