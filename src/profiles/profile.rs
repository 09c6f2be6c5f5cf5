//! A profile as data.

/// The path under which a profile says whose behaviour is followed, which is no field.
pub const DIALECT: &str = "as";

/// One value of a profile.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path of a field or an option: `url`, `headers.X-Key`, `beyond.pin`.
    pub path: String,
    /// As written: `${VAR}` is not replaced, and a secret may be a reference.
    pub text: String,
    /// In its file, from 1; 0 for one that is not from a file.
    pub line: u32,
}

/// `Debug` shows no text, which may be a secret.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The values of a connection that has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub entries: Vec<Entry>,
    /// What holds in place of them or besides in an environment, by its name.
    pub environments: Vec<(String, Vec<Entry>)>,
}

impl Profile {
    /// The values in an environment, each path once; `None` if there is no such environment.
    #[must_use]
    pub fn in_environment(&self, environment: Option<&str>) -> Option<Vec<Entry>> {
        let mut entries = self.entries.clone();
        let Some(environment) = environment else { return Some(entries) };
        let (_, others) = self.environments.iter().find(|(name, _)| name == environment)?;
        for other in others {
            match entries.iter_mut().find(|entry| entry.path == other.path) {
                Some(entry) => entry.clone_from(other),
                None => entries.push(other.clone()),
            }
        }
        Some(entries)
    }
}

/// The name and the environment in `NAME` or `NAME@ENV`.
#[must_use]
pub fn name_and_environment(text: &str) -> (&str, Option<&str>) {
    text.split_once('@').map_or((text, None), |(name, environment)| (name, Some(environment)))
}

/// Whether the text of a secret says where it is: in a file, in the environment, or what a command prints.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    text.starts_with('@') || text.starts_with("env:") || text.starts_with("cmd:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, text: &str) -> Entry {
        Entry { path: path.to_owned(), text: text.to_owned(), line: 0 }
    }

    #[test]
    fn an_environment_replaces_values_and_adds_others() {
        let profile = Profile {
            entries: vec![entry("url", "wss://feed.example/"), entry("beyond.pin", "p")],
            environments: vec![(
                "staging".to_owned(),
                vec![entry("url", "wss://staging.example/"), entry("beyond.source", "127.0.0.1")],
            )],
        };
        let staging = profile.in_environment(Some("staging")).expect("there is one");
        let texts: Vec<_> = staging.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["wss://staging.example/", "p", "127.0.0.1"]);
        assert_eq!(profile.in_environment(None), Some(profile.entries.clone()));
        assert_eq!(profile.in_environment(Some("prod")), None);
    }
}
