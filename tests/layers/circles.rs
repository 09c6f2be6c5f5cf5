//! Within a room: no files import one another in a circle, and the folders of some stand on floors.

use std::collections::{BTreeMap, BTreeSet};

use super::{FLOORS, files_of, name_at, read, source, without_comments};

/// Rooms that hold a circle: an app is on a screen, and what happens there is a method of the app.
const CIRCULAR: &[&str] = &["app"];

/// The floors of that room, the lowest first; the parts of one may use one another.
const APP: &[&[&str]] = &[
    &["state"],
    &["effect"],
    &["action_id", "bindings", "layout", "model", "screens", "side_by_side", "table"],
    &["actions"],
    &["keymap"],
    &["copy_list", "palette"],
    &["update"],
];

#[test]
fn no_files_of_a_room_import_one_another_in_a_circle() {
    let rooms = FLOORS.iter().map(|(room, _)| *room).filter(|room| !CIRCULAR.contains(room));
    let circles: Vec<_> = rooms.flat_map(|room| Tree::of(room).circles()).collect();
    assert!(circles.is_empty(), "each line is a circle:\n{}", circles.join("\n"));
}

#[test]
fn the_parts_of_the_app_use_only_those_below_them() {
    let floor = |part: &str| APP.iter().position(|parts| parts.contains(&part));
    let tree = Tree::of("app");
    let part = |file: &str| file.split('/').nth(1).unwrap_or_default().to_owned();
    let mut odd = Vec::new();
    for (file, targets) in tree.arrows() {
        let Some(own) = floor(&part(file)) else {
            odd.extend((file != "app").then(|| format!("{file} stands on no floor")));
            continue;
        };
        let above = targets.into_iter().filter(|target| floor(&part(target)).is_none_or(|other| other > own));
        odd.extend(above.map(|target| format!("{file} uses {target}, which stands above it")));
    }
    odd.extend(Tree::of("app/state").circles());
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

type Rows = &'static [(&'static str, &'static [&'static str])];

/// The parts of a room, folders and files, and the parts that each uses, as its `mod.rs` draws them.
const PARTS: &[(&str, Rows)] = &[("config", CONFIG), ("go_verdict", GO_VERDICT)];

const CONFIG: Rows = &[
    ("spelling", &[]),
    ("interpolate", &[]),
    ("expression", &[]),
    ("secrets", &["spelling"]),
    ("address", &["secrets"]),
    ("schema", &["expression", "interpolate", "secrets", "spelling"]),
    ("pem", &["schema", "secrets"]),
    ("beyond", &["pem", "secrets"]),
    ("yaml", &["interpolate", "schema", "secrets", "spelling"]),
    ("lint", &["address", "beyond", "expression", "pem", "schema", "secrets", "yaml"]),
    ("settings", &["address", "beyond", "lint", "pem", "schema", "secrets", "yaml"]),
    ("command_line", &["address", "beyond", "interpolate", "pem", "schema", "secrets", "settings", "yaml"]),
    ("effective", &["address", "lint", "pem", "schema", "secrets", "yaml"]),
    ("import", &["address", "schema"]),
];

const GO_VERDICT: Rows = &[
    ("code", &[]),
    ("der", &[]),
    ("request", &["code"]),
    ("certificate", &["der"]),
    ("chain", &["certificate", "code", "der"]),
    ("wire", &["code", "request"]),
    ("client", &["certificate", "chain", "code", "der", "request"]),
    ("verdict", &["certificate", "chain", "wire"]),
];

#[test]
fn each_part_of_a_room_uses_what_its_row_says_and_every_row_points_up_the_table() {
    let mut odd = Vec::new();
    for (room, parts) in PARTS {
        let tree = Tree::of(room);
        let part = |file: &str| file.split('/').nth(1).unwrap_or_default().to_owned();
        let mut used: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (file, targets) in tree.arrows() {
            used.entry(part(file)).or_default().extend(targets.into_iter().map(part));
        }
        for (nth, (name, allowed)) in parts.iter().enumerate() {
            let used = used.remove(*name).unwrap_or_default();
            let used: BTreeSet<_> = used.iter().map(String::as_str).filter(|other| other != name).collect();
            if used != allowed.iter().copied().collect() {
                odd.push(format!("{room}/{name} uses {used:?}, and its row says {allowed:?}"));
            }
            let circular =
                allowed.iter().filter(|other| !parts[..nth].iter().any(|(name, _)| name == *other));
            odd.extend(circular.map(|other| format!("{room}/{name} stands above {other}, which it uses")));
        }
        odd.extend(
            used.keys().filter(|part| !part.is_empty()).map(|part| format!("{room}/{part} has no row")),
        );
    }
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}

#[test]
fn a_circle_is_found_through_names_that_a_folder_hands_on() {
    let tree = Tree::new([
        ("r", "mod a; mod b; mod c; pub use a::{A, a};\npub(crate) use c::C as D;", true),
        ("r/a", "use super::b::{B, x::Y};", false),
        ("r/b", "mod x; use crate::s::S; fn f() -> super::D {}", false),
        ("r/b/x", "use super::B;", false),
        ("r/c", "use crate::{r::{A}, s::T};", false),
        ("r/d", "use super::{a, b::S};", false),
    ]);
    assert_eq!(tree.circles(), ["r/a r/b r/c"]);
    assert_eq!(tree.arrows()["r/d"], BTreeSet::from(["r/a"]));
}

/// The modules of a room by their paths, `config/yaml/read`, as paths are written here throughout.
struct Tree(BTreeMap<String, File>);

struct File {
    /// Whether it is a `mod.rs`: what that hands on it does not itself need.
    is_folder: bool,
    paths: Vec<Used>,
}

/// A path that a file names: `super/b/B`.
struct Used {
    path: String,
    /// The name that it has from then on, if it is imported.
    name: Option<String>,
    is_public: bool,
}

impl Tree {
    fn of(room: &str) -> Self {
        let files = files_of(room).into_iter().filter(|file| !file.ends_with("tests.rs"));
        let named = files.map(|file| {
            let path = file.strip_prefix(source()).expect("it stands in src").with_extension("");
            let path = path.to_str().expect("names are plain").replace('\\', "/");
            let module = path.strip_suffix("/mod").unwrap_or(&path).to_owned();
            let text = without_comments(&read(&file));
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
            (module, text, file.ends_with("mod.rs"))
        });
        Self::new(named)
    }

    fn new<N: Into<String>, T: AsRef<str>>(files: impl IntoIterator<Item = (N, T, bool)>) -> Self {
        let file = |text: &str, is_folder| File { is_folder, paths: paths(&tokens(text)) };
        Self(files.into_iter().map(|(name, text, is)| (name.into(), file(text.as_ref(), is))).collect())
    }

    /// Every file with those whose names it uses.
    fn arrows(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let targets = |module: &str, file: &File| {
            let used = file.paths.iter().filter(|used| !(file.is_folder && used.is_public));
            let found = used.filter_map(|used| self.defined_in(&self.absolute(module, &used.path)?));
            // What a file holds and what its own children add to it is one thing in several files.
            let is_parent = |target: &str| {
                module.strip_prefix(target).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
                    && (module == target || !self.0[target].is_folder)
            };
            found.filter(|target| !is_parent(target)).collect()
        };
        self.0.iter().map(|(module, file)| (module.as_str(), targets(module, file))).collect()
    }

    /// A path from the crate on; `None` for one of another crate.
    fn absolute(&self, module: &str, path: &str) -> Option<String> {
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match first {
            "crate" => Some(rest.to_owned()),
            "self" => Some(format!("{module}/{rest}")),
            "super" => {
                let parent = module.rsplit_once('/')?.0;
                let is_further = rest.split('/').next() == Some("super");
                if is_further { self.absolute(parent, rest) } else { Some(format!("{parent}/{rest}")) }
            }
            child => self.0.contains_key(&format!("{module}/{child}")).then(|| format!("{module}/{path}")),
        }
    }

    /// The file of this room that holds what is at a path, also where others hand it on.
    fn defined_in(&self, path: &str) -> Option<&str> {
        let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let end = ends.rfind(|end| self.0.contains_key(&path[..*end]))?;
        let (module, file) = self.0.get_key_value(&path[..end])?;
        let (name, rest) = path[end..].trim_start_matches('/').split_once('/').unwrap_or((&path[end..], ""));
        let name = name.trim_start_matches('/');
        match file.paths.iter().find(|used| used.name.as_deref() == Some(name)) {
            Some(used) => self.defined_in(&format!("{}/{rest}", self.absolute(module, &used.path)?)),
            None => Some(module),
        }
    }

    /// The files of each circle, in a line.
    fn circles(&self) -> Vec<String> {
        let arrows = self.arrows();
        let mut reached = BTreeMap::new();
        for from in arrows.keys() {
            let (mut found, mut next) = (BTreeSet::new(), vec![*from]);
            while let Some(file) = next.pop() {
                next.extend(arrows[file].iter().copied().filter(|file| found.insert(*file)));
            }
            reached.insert(*from, found);
        }
        let circle = |file: &&str| {
            let others = reached[file].iter().filter(|other| reached[**other].contains(*file));
            others.copied().collect::<Vec<_>>().join(" ")
        };
        let circles: BTreeSet<_> = arrows.keys().map(circle).filter(|circle| !circle.is_empty()).collect();
        circles.into_iter().collect()
    }
}

/// Names and signs; `::` is one.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let len = match name_at(rest).len() {
            0 if rest.starts_with("::") => 2,
            0 => first.len_utf8(),
            len => len,
        };
        let (token, behind) = rest.split_at(len);
        found.push(token);
        rest = behind.trim_start();
    }
    found
}

/// Every path of more than one name, groups in braces taken apart.
fn paths(tokens: &[&str]) -> Vec<Used> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens.get(at + 1) == Some(&"::") && !name_at(tokens[at]).is_empty() {
            let is_import = at > 0 && tokens[at - 1] == "use";
            let is_public = at > 1 && is_import && ["pub", ")"].contains(&tokens[at - 2]);
            let mut group = Vec::new();
            // `pub(in crate::x)` says who may use, and uses nothing.
            let is_scope = tokens[..at].ends_with(&["(", "in"]);
            at = expand(tokens, at, "", &mut group);
            group.retain(|_| !is_scope);
            found.extend(group.into_iter().map(|(path, name)| {
                let name = Some(name).filter(|_| is_import);
                Used { path, name, is_public }
            }));
        } else {
            at += 1;
        }
    }
    found
}

/// The paths that begin with `before` and go on at a token, and the token behind them.
fn expand(tokens: &[&str], mut at: usize, before: &str, found: &mut Vec<(String, String)>) -> usize {
    let mut path = before.to_owned();
    loop {
        match tokens.get(at).copied().unwrap_or_default() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| *token != "}") {
                    at = if tokens[at] == "," { at + 1 } else { expand(tokens, at, &path, found) };
                }
                return at + 1;
            }
            name => {
                path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
                at += 1;
            }
        }
        match tokens.get(at).copied() {
            Some("::") => at += 1,
            Some("as") => {
                found.push((path, tokens.get(at + 1).copied().unwrap_or_default().to_owned()));
                return at + 2;
            }
            _ => {
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                found.push((path, name));
                return at;
            }
        }
    }
}
