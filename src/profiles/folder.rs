//! The folder of the profiles: a file each, which only its owner reads.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::files::{Place, create_private_folder, replace_private};

use super::{
    fault::ProfileFault,
    profile::{Entry, Profile},
    read::{Mistake, read},
    write::text,
};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;
const ENDING: &str = "toml";

/// Where profiles are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// The one in the config folder.
    ///
    /// # Errors
    ///
    /// There is no home folder.
    pub fn of_home() -> Result<Self, ProfileFault> {
        Place::Profiles.path().map(Self).ok_or(ProfileFault::Homeless)
    }

    /// Another one.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The file of a profile, which need not be there.
    ///
    /// # Errors
    ///
    /// The name is none.
    pub fn file(&self, name: &str) -> Result<PathBuf, ProfileFault> {
        let is_fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_name = !name.is_empty() && !name.starts_with(['.', '-']) && name.chars().all(is_fine);
        if is_name {
            Ok(self.0.join(format!("{name}.{ENDING}")))
        } else {
            Err(ProfileFault::Name(name.to_owned()))
        }
    }

    /// The names of all profiles, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().filter_map(Result::ok);
        let name = |path: PathBuf| {
            let is_one = path.extension().is_some_and(|ending| ending == ENDING);
            path.file_stem().filter(|_| is_one)?.to_str().map(str::to_owned)
        };
        let mut names: Vec<_> = entries.filter_map(|entry| name(entry.path())).collect();
        names.sort();
        names
    }

    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// There is none of this name, or its file cannot be read.
    pub fn read(&self, name: &str) -> Result<Profile, ProfileFault> {
        let path = self.file(name)?;
        let failed = |source| ProfileFault::Io { path: path.clone(), source };
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ProfileFault::Unknown { name: name.to_owned(), known: listed(&self.names()) });
            }
            Ok(meta) if meta.len() > LARGEST => return Err(failed(io::ErrorKind::FileTooLarge.into())),
            _ => {}
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        read(&text).map_err(|Mistake { byte, message }| {
            let before = &text[..text.floor_char_boundary(byte)];
            let (line, column) = (
                before.matches('\n').count() + 1,
                before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            );
            ProfileFault::Broken { path: path.clone(), line, column, message }
        })
    }

    /// The values of a profile in an environment.
    ///
    /// # Errors
    ///
    /// Those of [`Self::read`], or it has no such environment.
    pub fn entries(&self, name: &str, environment: Option<&str>) -> Result<Vec<Entry>, ProfileFault> {
        let profile = self.read(name)?;
        profile.in_environment(environment).ok_or_else(|| ProfileFault::Environment {
            name: name.to_owned(),
            environment: environment.unwrap_or_default().to_owned(),
            known: listed(&profile.environments.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()),
        })
    }

    /// Keeps values under a name; the environments of a profile that is there stay. Whether there was one.
    ///
    /// # Errors
    ///
    /// The name is none, a profile that is there cannot be read, or the file cannot be written.
    pub fn save(&self, name: &str, entries: Vec<Entry>, notes: &[String]) -> Result<bool, ProfileFault> {
        let path = self.file(name)?;
        let (was_there, environments) = match self.read(name) {
            Ok(known) => (true, known.environments),
            Err(ProfileFault::Unknown { .. }) => (false, Vec::new()),
            Err(fault) => return Err(fault),
        };
        let text = text(&Profile { entries, environments }, notes);
        self.write(&path, &text).map_err(|source| ProfileFault::Io { path, source })?;
        Ok(was_there)
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        create_private_folder(&self.0)?;
        // The file behind a link is replaced, not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        replace_private(&target, |file| file.write_all(text.as_bytes()))
    }

    /// Deletes a profile.
    ///
    /// # Errors
    ///
    /// There is none of this name, or it cannot be deleted.
    pub fn delete(&self, name: &str) -> Result<(), ProfileFault> {
        let path = self.file(name)?;
        fs::remove_file(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => {
                ProfileFault::Unknown { name: name.to_owned(), known: listed(&self.names()) }
            }
            _ => ProfileFault::Io { path, source },
        })
    }
}

/// `a, b`, or `none`.
fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::at(home.path().join("profiles"));
        (home, folder)
    }

    fn entry(path: &str, text: &str) -> Entry {
        Entry { path: path.to_owned(), text: text.to_owned(), line: 0 }
    }

    #[test]
    fn a_profile_is_kept_listed_replaced_and_deleted() {
        let (_home, folder) = folder();
        assert_eq!(folder.names(), Vec::<String>::new());
        let save = |text| folder.save("feed", vec![entry("url", text)], &[]).expect("it is written");
        assert!(!save("ws://one"));
        let path = folder.file("feed").expect("it is a name");
        let with_environment =
            fs::read_to_string(&path).expect("it is there") + "[env.staging]\nurl = 'ws://s'\n";
        fs::write(&path, with_environment).expect("it can be written");
        assert!(save("ws://two"));
        assert_eq!(folder.names(), ["feed"]);
        let text = |environment| folder.entries("feed", environment).expect("it is there")[0].text.clone();
        assert_eq!((text(None), text(Some("staging"))), ("ws://two".to_owned(), "ws://s".to_owned()));
        folder.delete("feed").expect("it is there");
        let fault = folder.read("feed").expect_err("it is gone").to_string();
        assert_eq!(fault, "there is no profile 'feed'; there is none");
    }

    #[test]
    fn a_name_stays_within_the_folder_and_a_fault_has_its_place() {
        let (_home, folder) = folder();
        for name in ["../x", "a/b", "", ".hidden", "-x"] {
            assert!(matches!(folder.file(name), Err(ProfileFault::Name(_))), "{name}");
        }
        folder.save("feed", Vec::new(), &[]).expect("it is written");
        let path = folder.file("feed").expect("it is a name");
        fs::write(&path, "url = 'ws://h'\n  x = 1.5\n").expect("it can be written");
        let fault = folder.read("feed").expect_err("it is broken").to_string();
        assert!(fault.contains("feed.toml:2:3: x: write a text"), "{fault}");
    }
}
