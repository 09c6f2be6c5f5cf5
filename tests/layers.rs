//! The floors of the house: a room imports only from rooms below it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each room and the rooms it may import, as `src/lib.rs` draws them.
const FLOORS: &[(&str, &[&str])] = &[
    ("config", &[]),
    ("payload", &[]),
    ("wire", &[]),
    ("session", &["config", "wire"]),
    ("auth", &["config"]),
    ("cli", &["config"]),
    ("filter", &["session", "payload"]),
    ("diagnose", &["session", "config"]),
    ("net", &["auth", "config", "session", "wire"]),
    ("engine", &["net", "wire", "config", "session", "filter", "diagnose"]),
    ("serve", &["session", "payload"]),
    ("app", &["session", "config", "filter", "diagnose", "payload"]),
    ("view", &["app", "session", "config", "payload"]),
    ("headless", &["engine", "net", "serve", "filter", "diagnose", "session", "config", "payload", "cli"]),
    ("tui", &["app", "view", "engine", "net", "session", "config", "payload", "cli"]),
    ("logging", &[]),
];

/// Crates that a room must not know: the pure rooms have no I/O, the app no terminal.
const FOREIGN: &[(&str, &[&str])] = &[
    ("config", &["tokio", "ratatui", "crossterm"]),
    ("payload", &["tokio", "ratatui", "crossterm"]),
    ("wire", &["tokio", "ratatui", "crossterm"]),
    ("session", &["tokio", "ratatui", "crossterm"]),
    ("auth", &["tokio", "ratatui", "crossterm"]),
    ("filter", &["tokio", "ratatui", "crossterm"]),
    ("diagnose", &["tokio", "ratatui", "crossterm"]),
    ("app", &["tokio", "crossterm"]),
    ("view", &["tokio", "crossterm"]),
    ("engine", &["ratatui", "crossterm"]),
    ("headless", &["ratatui", "crossterm"]),
];

#[test]
fn every_import_runs_downwards() {
    let mut upward = Vec::new();
    for (room, allowed) in FLOORS {
        for file in files_of(room) {
            for target in imports(&read(&file)) {
                if target != *room && !allowed.contains(&target.as_str()) && is_a_room(&target) {
                    upward.push(format!("{} imports {target}, which {room} may not", file.display()));
                }
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let lib = read(&source().join("lib.rs"));
    let rooms = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    for room in rooms {
        assert!(room == "reference" || FLOORS.iter().any(|(name, _)| *name == room), "{room} has no floor");
    }
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

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files_of(room: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    visit(&source().join(room), &mut |file| files.push(file.to_owned()));
    let single = source().join(format!("{room}.rs"));
    if single.exists() {
        files.push(single);
    }
    files
}

fn visit(folder: &Path, each: &mut dyn FnMut(&Path)) {
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
    FLOORS.iter().any(|(room, _)| *room == name) || name == "reference"
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
