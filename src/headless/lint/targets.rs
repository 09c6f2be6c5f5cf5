//! What is checked: files, the configs of folders, what a pattern matches, and the input of the program.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use crate::config::{Origin, Problem};

/// Most entries that are looked at in one folder, or for one pattern.
const MAX_ENTRIES: usize = 100_000;
/// Deepest folder that is looked at.
const DEEPEST: usize = 64;
/// Folders of other people's files.
const FOREIGN: [&str; 1] = ["node_modules"];

/// One thing to check.
#[derive(Debug, PartialEq)]
pub(super) enum Target {
    Stdin,
    /// A file that was named itself, or by a pattern.
    File(PathBuf),
    /// A folder, with its files that may be configs.
    Folder(PathBuf, Vec<PathBuf>),
    /// What cannot be checked.
    Wrong(Problem),
}

/// What the arguments name, in their order, each file once.
pub(super) fn targets(paths: &[PathBuf]) -> Vec<Target> {
    let mut all = Vec::new();
    for path in paths {
        match path.to_str() {
            Some("-") => all.push(Target::Stdin),
            Some(pattern) if is_pattern(pattern) && path.symlink_metadata().is_err() => {
                matching(pattern, path, &mut all);
            }
            _ => file_or_folder(path, &mut all),
        }
    }
    once(all)
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.split_once('[').is_some_and(|(_, rest)| rest.contains(']'))
}

/// Leaves out what was named before. A file that was named itself is not one of a folder.
fn once(all: Vec<Target>) -> Vec<Target> {
    let own = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut has_stdin = false;
    let mut seen = HashSet::new();
    let named: HashSet<_> = all
        .iter()
        .filter_map(|target| if let Target::File(path) = target { Some(own(path)) } else { None })
        .collect();
    let first = |target| match target {
        Target::Stdin if std::mem::replace(&mut has_stdin, true) => None,
        Target::File(path) if !seen.insert(own(&path)) => None,
        Target::Folder(folder, mut files) => {
            let is_whole = files.iter().all(|path| !named.contains(&own(path)) && !seen.contains(&own(path)));
            files.retain(|path| !named.contains(&own(path)) && seen.insert(own(path)));
            (is_whole || !files.is_empty()).then_some(Target::Folder(folder, files))
        }
        other => Some(other),
    };
    all.into_iter().filter_map(first).collect()
}

fn file_or_folder(path: &Path, all: &mut Vec<Target>) {
    if !path.is_dir() {
        return all.push(Target::File(path.to_owned()));
    }
    let mut files = Vec::new();
    for (nth, entry) in walk(path).enumerate() {
        if nth == MAX_ENTRIES {
            all.push(too_many(path));
            break;
        }
        match entry {
            Ok(entry) if may_be_config(&entry) => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                let place = error.path().unwrap_or(path).to_owned();
                let reason =
                    error.io_error().map_or_else(|| "it leads to itself".to_owned(), ToString::to_string);
                all.push(wrong(&place, "file-unreadable", format!("cannot read the folder: {reason}")));
            }
        }
    }
    all.push(Target::Folder(path.to_owned(), files));
}

/// The entries below a folder. Links to folders are not followed, so that none leads back; neither are hidden folders.
fn walk(folder: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    let is_foreign = |entry: &DirEntry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        entry.depth() > 0 && entry.file_type().is_dir() && (name.starts_with('.') || FOREIGN.contains(&name))
    };
    // The first entry is the folder itself, which may be a link.
    let below = WalkDir::new(folder).sort_by_file_name().max_depth(DEEPEST).into_iter();
    below.filter_entry(move |entry| !is_foreign(entry))
}

fn may_be_config(entry: &DirEntry) -> bool {
    let extension = entry.path().extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| ["yaml", "yml"].iter().any(|own| extension.eq_ignore_ascii_case(own)))
        && entry.path().is_file()
}

fn matching(pattern: &str, path: &Path, all: &mut Vec<Target>) {
    let found = match glob::glob(pattern) {
        Ok(found) => found,
        Err(error) => {
            let message = format!("the pattern is not valid: {} at character {}", error.msg, error.pos + 1);
            return all.push(wrong(path, "bad-pattern", message));
        }
    };
    let mut count = 0;
    for one in found {
        count += 1;
        if count > MAX_ENTRIES {
            return all.push(too_many(path));
        }
        match one {
            Ok(path) => file_or_folder(&path, all),
            Err(error) => {
                let message = format!("cannot read the folder: {}", error.error());
                all.push(wrong(error.path(), "file-unreadable", message));
            }
        }
    }
    if count == 0 {
        all.push(wrong(path, "file-not-found", "no file matches this pattern".to_owned()));
    }
}

fn too_many(path: &Path) -> Target {
    let message = format!("it has more than {MAX_ENTRIES} entries; the rest is not looked at");
    let problem = problem(path, "too-many-files", message);
    Target::Wrong(problem.advise("name the folders below it that have the configs"))
}

fn wrong(path: &Path, code: &'static str, message: String) -> Target {
    Target::Wrong(problem(path, code, message))
}

fn problem(path: &Path, code: &'static str, message: String) -> Problem {
    let origin = Origin::File { path: path.to_owned(), line: 0, column: 0 };
    Problem::error(code, "", origin, message)
}
