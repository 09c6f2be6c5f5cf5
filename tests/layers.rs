//! The floors of the house: a room imports only from rooms below it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[path = "layers/circles.rs"]
mod circles;

/// Each room and the rooms it imports, as `src/lib.rs` draws them.
const FLOORS: &[(&str, &[&str])] = &[
    ("keys", &[]),
    ("go_offer", &[]),
    ("wire", &[]),
    ("go_verdict", &["wire"]),
    ("payload", &["wire"]),
    ("config", &["go_verdict", "keys", "payload"]),
    ("files", &[]),
    ("signals", &[]),
    ("logging", &["files"]),
    ("profiles", &["files"]),
    ("filter", &["payload", "wire"]),
    ("serve", &[]),
    ("ack", &["filter", "payload"]),
    ("session", &["ack", "config", "filter", "wire"]),
    ("schema", &["ack", "payload", "session"]),
    ("delivery", &["ack", "session", "wire"]),
    ("describe", &["payload", "session"]),
    ("send", &["config", "filter", "payload", "session"]),
    ("stats", &["payload", "session"]),
    ("auth", &["config", "keys", "session"]),
    ("diagnose", &["ack", "config", "payload", "session", "stats", "wire"]),
    ("net", &["auth", "config", "files", "go_offer", "go_verdict", "keys", "payload", "session", "wire"]),
    ("store", &["files", "filter", "schema", "session"]),
    ("export", &["describe", "payload", "schema", "session"]),
    (
        "archive",
        &[
            "config", "describe", "diagnose", "export", "files", "filter", "payload", "schema", "session",
            "store",
        ],
    ),
    ("cli", &["ack", "config", "export", "logging", "payload", "profiles", "store"]),
    ("engine", &["ack", "config", "delivery", "diagnose", "net", "schema", "session", "wire"]),
    (
        "app",
        &["ack", "config", "describe", "export", "filter", "payload", "schema", "send", "session", "stats"],
    ),
    ("view", &["app", "config", "describe", "filter", "payload", "session", "stats"]),
    ("preferences", &["ack", "app", "cli", "files", "payload", "store"]),
    (
        "headless",
        &[
            "ack", "archive", "cli", "config", "describe", "diagnose", "engine", "export", "files", "filter",
            "net", "payload", "profiles", "schema", "send", "serve", "session", "signals", "stats", "store",
        ],
    ),
    ("reference", &["app", "cli", "config", "diagnose"]),
    (
        "tui",
        &[
            "ack",
            "app",
            "archive",
            "cli",
            "config",
            "diagnose",
            "engine",
            "export",
            "files",
            "filter",
            "headless",
            "net",
            "payload",
            "send",
            "preferences",
            "profiles",
            "serve",
            "session",
            "signals",
            "stats",
            "store",
            "view",
        ],
    ),
    // Stands in tests only, and in the targets of `fuzz/`.
    (
        "fuzzing",
        &[
            "app",
            "config",
            "filter",
            "go_verdict",
            "keys",
            "net",
            "payload",
            "schema",
            "session",
            "store",
            "view",
            "wire",
        ],
    ),
];

/// Crates that a room must not know: the pure rooms have no I/O, the app no terminal.
const FOREIGN: &[(&str, &[&str])] = &[
    ("config", &["tokio", "ratatui", "crossterm"]),
    ("go_verdict", &["rustls", "tokio", "ratatui", "crossterm"]),
    ("payload", &["tokio", "ratatui", "crossterm"]),
    ("wire", &["tokio", "ratatui", "crossterm"]),
    ("schema", &["tokio", "ratatui", "crossterm"]),
    ("delivery", &["tokio", "ratatui", "crossterm"]),
    ("session", &["tokio", "ratatui", "crossterm"]),
    ("auth", &["tokio", "ratatui", "crossterm"]),
    ("filter", &["tokio", "ratatui", "crossterm"]),
    ("diagnose", &["tokio", "ratatui", "crossterm"]),
    ("describe", &["tokio", "ratatui", "crossterm"]),
    ("send", &["tokio", "ratatui", "crossterm"]),
    ("export", &["tokio", "ratatui", "crossterm"]),
    ("app", &["tokio", "crossterm"]),
    ("view", &["tokio", "crossterm"]),
    ("engine", &["ratatui", "crossterm"]),
    ("headless", &["ratatui", "crossterm"]),
];

/// What reads a clock, a file, a variable or chance. A generator with a seed is none of these.
const DOORS: &[&str] = &[
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "fs::",
    "File::open",
    "File::create",
    "env::",
    "getrandom",
    "fastrand::u",
];

/// Folders and files that take all of these as arguments.
const PURE: &[&str] = &[
    "keys",
    "go_verdict",
    "config",
    "payload",
    "wire",
    "ack",
    "session",
    "schema",
    "delivery",
    "auth",
    "filter",
    "describe",
    "diagnose",
    "send",
    "stats",
    "export",
    "app",
    "view",
    "engine/machine.rs",
    "engine/retry.rs",
];

#[test]
fn each_room_imports_what_its_row_says_and_every_row_points_up_the_table() {
    let mut odd = Vec::new();
    for (nth, (room, allowed)) in FLOORS.iter().enumerate() {
        let mut imported = BTreeSet::new();
        for file in files_of(room) {
            for target in imports(&read(&file)).into_iter().filter(|target| target != room) {
                if is_a_room(&target) && !allowed.contains(&target.as_str()) {
                    odd.push(format!("{} imports {target}, which {room} may not", file.display()));
                }
                imported.insert(target);
            }
        }
        let unused = allowed.iter().filter(|target| !imported.contains(**target));
        odd.extend(unused.map(|target| format!("{room} may import {target} and does not")));
        let circular = allowed.iter().filter(|target| !FLOORS[..nth].iter().any(|(name, _)| name == *target));
        odd.extend(circular.map(|target| format!("{room} stands above {target}, which it may import")));
    }
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

#[test]
fn pure_rooms_read_no_clock_no_file_and_no_chance() {
    let mut impure = Vec::new();
    for place in PURE {
        let mut files = Vec::new();
        visit(&source().join(place), &mut |file| files.push(file.to_owned()));
        assert!(!files.is_empty(), "there is no {place}");
        for file in files {
            let text = without_comments(&read(&file));
            let doors = DOORS.iter().filter(|door| text.contains(**door));
            impure.extend(doors.map(|door| format!("{} has {door}", file.display())));
        }
    }
    assert!(impure.is_empty(), "{}", impure.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let lib = read(&source().join("lib.rs"));
    let rooms = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    for room in rooms {
        assert!(is_a_room(room), "{room} has no floor");
    }
}

/// What opens a file to write it, or makes a folder.
const PENS: &[&str] = &[
    "File::create",
    "File::options",
    "OpenOptions",
    "fs::write",
    "fs::copy",
    "create_dir",
    "DirBuilder",
    "tempdir(",
    "NamedTempFile",
    "Connection::open",
];

/// Files that may, beside the one room, and why.
const WRITERS: &[(&str, &str)] = &[
    ("store/writer.rs", "SQLite opens by its name what the room has made, and what lies beside it"),
    ("store/bookmarks.rs", "SQLite changes an old capture that is open, and makes none"),
    ("store/plain.rs", "SQLite fills by its name an empty file that the room has made"),
    (
        "store/access.rs",
        "the same as the writer, and to move the log of a writer that was killed into its file",
    ),
];

#[test]
fn files_are_opened_for_writing_in_one_room_only() {
    let mut odd = Vec::new();
    visit(&source(), &mut |file| {
        let is_named = WRITERS.iter().any(|(name, _)| file.ends_with(name));
        let text = without_comments(&read(file));
        // What a test writes is nobody's.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let pens = PENS.iter().filter(|pen| text.contains(**pen));
        // What is fuzzed writes into a folder of its own, and is part of no program.
        let is_exempt = ["files", "fuzzing"].iter().any(|room| file.starts_with(source().join(room)));
        if !is_exempt {
            let pens = pens.filter(|pen| !(is_named && **pen == "Connection::open"));
            odd.extend(pens.map(|pen| format!("{} has {pen}", file.display())));
        }
    });
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

#[test]
fn pure_rooms_know_no_terminal_and_no_network() {
    let mut foreign = Vec::new();
    for (room, forbidden) in FOREIGN {
        for file in files_of(room) {
            let text = without_comments(&read(&file));
            for name in *forbidden {
                if text.contains(&format!("{name}::")) {
                    foreign.push(format!("{} uses {name}", file.display()));
                }
            }
        }
    }
    assert!(foreign.is_empty(), "{}", foreign.join("\n"));
}

#[test]
fn every_file_opens_with_its_subject() {
    let mut silent = Vec::new();
    visit(&source(), &mut |file| {
        if !read(file).starts_with("//! ") {
            silent.push(file.display().to_string());
        }
    });
    assert!(silent.is_empty(), "no module comment in {}", silent.join(", "));
}

#[test]
fn every_file_that_the_map_names_is_there() {
    let lib = read(&source().join("lib.rs"));
    let map = lib.lines().filter(|line| line.starts_with("//!"));
    let quoted = map.flat_map(|line| line.split('`').skip(1).step_by(2));
    let files: Vec<_> = quoted.filter(|text| text.contains('/') && !text.starts_with('/')).collect();
    assert!(files.len() > 20, "the map names files: {files:?}");
    for file in files {
        assert!(source().join(file).exists() || root().join(file).exists(), "there is no {file}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source() -> PathBuf {
    root().join("src")
}

fn files_of(room: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for place in [room.to_owned(), format!("{room}.rs")] {
        visit(&source().join(place), &mut |file| files.push(file.to_owned()));
    }
    files
}

/// Every source file in a folder, or the one file itself.
fn visit(folder: &Path, each: &mut dyn FnMut(&Path)) {
    if folder.is_file() {
        return each(folder);
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("the source tree is readable").path()) {
        if path.is_dir() {
            visit(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path);
        }
    }
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("a source file is readable")
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn is_a_room(name: &str) -> bool {
    FLOORS.iter().any(|(room, _)| *room == name)
}

/// Every `x` of `crate::x` and of `use crate::{x, …}`.
fn imports(text: &str) -> Vec<String> {
    let text = without_comments(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(top_names(group));
        } else {
            found.push(name_at(rest));
        }
    }
    found
}

/// The first names of a brace group, up to its closing brace.
fn top_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name_at(group[start..at].trim_start()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name_at(group[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn imports_are_found_in_all_their_forms() {
    let text =
        "use crate::{config::Settings, session::{Event, What}};\nfn f() { crate::net::x() } // crate::tui";
    assert_eq!(imports(text), ["config", "session", "net"]);
}

#[test]
fn unsafe_code_stands_in_one_file_only() {
    let mut places = Vec::new();
    visit(&source(), &mut |file| {
        let has_any = without_comments(&read(file)).contains("unsafe {");
        places.extend(has_any.then(|| file.to_owned()));
    });
    assert_eq!(places, [source().join("net/renegotiate.rs")]);
}
