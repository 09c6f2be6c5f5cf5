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
    let is_foreign =
        |name: &str, is_folder: bool| is_folder && (name.starts_with('.') || FOREIGN.contains(&name));
    for entry in walk(path, DEEPEST, is_foreign) {
        match entry {
            Ok(entry) if may_be_config(&entry) => files.push(entry.into_path()),
            Ok(_) => {}
            Err(target) => all.push(*target),
        }
    }
    all.push(Target::Folder(path.to_owned(), files));
}

/// The entries below a folder, and what keeps some from being looked at. Links are followed, but not in a circle; those
/// that lead nowhere are left out.
fn walk(
    folder: &Path,
    deepest: usize,
    is_foreign: impl Fn(&str, bool) -> bool,
) -> impl Iterator<Item = Result<DirEntry, Box<Target>>> {
    let is_foreign = move |entry: &DirEntry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        entry.depth() > 0 && is_foreign(name, entry.file_type().is_dir())
    };
    let below = WalkDir::new(folder).sort_by_file_name().max_depth(deepest).follow_links(true).into_iter();
    let entries = below.filter_entry(move |entry| !is_foreign(entry)).filter_map(told);
    let folder = folder.to_owned();
    entries.take(MAX_ENTRIES + 1).enumerate().map(move |(nth, entry)| match entry {
        _ if nth == MAX_ENTRIES => Err(Box::new(too_many(&folder))),
        Ok(entry) => Ok(entry),
        Err((place, reason)) => {
            let place = place.unwrap_or_else(|| folder.clone());
            Err(Box::new(wrong(&place, "file-unreadable", reason)))
        }
    })
}

/// An entry, or why a folder cannot be read. A link that leads back or nowhere has nothing to read.
fn told(entry: walkdir::Result<DirEntry>) -> Option<Result<DirEntry, (Option<PathBuf>, String)>> {
    let error = match entry {
        Ok(entry) => return Some(Ok(entry)),
        Err(error) => error,
    };
    let reason = error.io_error()?.to_string();
    let place = error.path().map(Path::to_owned);
    let is_link = place.as_deref().is_some_and(Path::is_symlink);
    (!is_link).then(|| Err((place, format!("cannot read the folder: {reason}"))))
}

fn may_be_config(entry: &DirEntry) -> bool {
    let extension = entry.path().extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| ["yaml", "yml"].iter().any(|own| extension.eq_ignore_ascii_case(own)))
        && entry.path().is_file()
}

/// What a pattern matches, as a shell would expand it: hidden names only where the pattern has their dot. Pipes and
/// devices, which could keep a reader waiting for ever, are read only if they are named themselves.
fn matching(pattern: &str, path: &Path, all: &mut Vec<Target>) {
    let as_a_shell = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let whole = match glob::Pattern::new(pattern) {
        Ok(pattern) => pattern,
        Err(error) => {
            let message = format!("the pattern is not valid: {} at character {}", error.msg, error.pos + 1);
            return all.push(wrong(path, "bad-pattern", message));
        }
    };
    // What stands before the first sign of a pattern is a folder.
    let base: PathBuf =
        path.components().take_while(|step| !step.as_os_str().to_str().is_some_and(is_pattern)).collect();
    let below = path.components().skip(base.components().count());
    let deepest = if pattern.contains("**") { DEEPEST } else { below.count() };
    let is_meant = |sign: &str| pattern.contains(sign);
    let (sees_hidden, sees_foreign) = (is_meant("/.") || pattern.starts_with('.'), is_meant(FOREIGN[0]));
    let is_foreign = move |name: &str, _| {
        (name.starts_with('.') && !sees_hidden) || (FOREIGN.contains(&name) && !sees_foreign)
    };
    let is_here = base.as_os_str().is_empty();
    let start = if is_here { Path::new(".") } else { base.as_path() };
    let before = all.len();
    for entry in walk(start, deepest, is_foreign).filter(|_| start.is_dir()) {
        let found = match entry {
            Ok(entry) => entry.into_path(),
            Err(target) => {
                all.push(*target);
                continue;
            }
        };
        let found = found.strip_prefix(".").ok().filter(|_| is_here).unwrap_or(&found);
        if !whole.matches_path_with(found, as_a_shell) {
            continue;
        }
        if fs::metadata(found).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
            all.push(wrong(found, "file-unreadable", "it is no file, but a pipe or a device".to_owned()));
        } else {
            file_or_folder(found, all);
        }
    }
    if all.len() == before {
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
