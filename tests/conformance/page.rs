//! The page `assets/conformance.md`: which versions were compared, and what was found.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::Path,
};

use crate::engines::{self, Engine};

/// What the names of configs begin with.
pub const LINT: &str = "lint ";

/// What came of one scene or config beside one engine.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub scene: String,
    pub engine: Engine,
    /// Why the two are not equal, where that is known.
    pub reason: Option<&'static str>,
    pub failure: Option<String>,
}

impl Verdict {
    /// It fails if there are differences without a reason, or a reason without differences.
    pub fn of(scene: String, engine: Engine, reason: Option<&'static str>, differences: &[String]) -> Self {
        let version = engine.version();
        let failure = match (reason, differences.is_empty()) {
            (None, false) => Some(format!("{scene} beside {version}:\n  {}", differences.join("\n  "))),
            (Some(reason), true) => {
                Some(format!("{scene} beside {version} is equal, but is said to differ: {reason}"))
            }
            _ => None,
        };
        Self { scene, engine, reason, failure }
    }
}

const PAGE: &str = "assets/conformance.md";

const README: &str = "README.md";

/// What the line of the README that has the count begins with.
const COUNTED: &str = "> Beside the real engine:";

/// Compares the page and the count in the README with the verdicts of a whole run, or writes them.
///
/// # Errors
/// A sentence if they say something else.
pub fn check(verdicts: &[Verdict]) -> Result<(), String> {
    hold(PAGE, |_| page(verdicts))?;
    hold(README, |readme| {
        let line = |line: &str| if line.starts_with(COUNTED) { count(verdicts) } else { line.to_owned() };
        readme.lines().map(|own| line(own) + "\n").collect()
    })
}

/// Compares a file with what is made of it, or writes that.
fn hold(name: &str, make: impl FnOnce(&str) -> String) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let there = fs::read_to_string(&path).unwrap_or_default();
    let text = make(&there);
    if there == text {
        return Ok(());
    }
    if env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        return fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()));
    }
    Err(format!("{name} does not say what this run found: run it with SOCKEYE_UPDATE_EXPECTED=1"))
}

/// The line of the README.
fn count(verdicts: &[Verdict]) -> String {
    let equal = verdicts.iter().filter(|verdict| verdict.reason.is_none()).count();
    let [first, second, third] = engines::ALL.map(Engine::version);
    format!("{COUNTED} Benthos {first}, {second}, {third} · {equal} of {} comparisons equal", verdicts.len())
}

fn page(verdicts: &[Verdict]) -> String {
    let (configs, scenes): (Vec<_>, Vec<_>) =
        verdicts.iter().partition(|verdict| verdict.scene.starts_with(LINT));
    let mut page = include_str!("page.md").to_owned();
    let go = engines::go().unwrap_or_default();
    // The last part of the version changes no text.
    let go = go.trim_start_matches("go").splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    _ = writeln!(page, "\nThis run: Go {go}.");
    page += "\n| `--as` | Benthos | scenes | equal | configs | equal |\n|---|---|---|---|---|---|\n";
    for engine in engines::ALL {
        let [(scenes, equal), (configs, alike)] = [&scenes, &configs].map(|verdicts| {
            let own = || verdicts.iter().filter(|verdict| verdict.engine == engine);
            (own().count(), own().filter(|verdict| verdict.reason.is_none()).count())
        });
        let (flavor, version) = (engine.flavor(), engine.version());
        _ = writeln!(page, "| `{flavor}` | {version} | {scenes} | {equal} | {configs} | {alike} |");
    }
    page += "\n## Scenes\n\nA scene that is not equal says why.\n\n| scene | 4.77.0 | 4.78.0 | 4.80.0 |\n|---|---|---|---|\n";
    let mut table: BTreeMap<&str, BTreeMap<Engine, Option<&str>>> = BTreeMap::new();
    for verdict in scenes {
        table.entry(&verdict.scene).or_default().insert(verdict.engine, verdict.reason);
    }
    for (name, found) in table {
        let cell = |engine| match found.get(&engine) {
            None => "–",
            Some(None) => "equal",
            Some(Some(reason)) => reason,
        };
        let cells = engines::ALL.map(cell).join(" | ");
        _ = writeln!(page, "| {name} | {cells} |");
    }
    page += "\n## Configs\n\nThe verdicts on these are not the same, and why.\n\n| configs | beside | reason |\n|---|---|---|\n";
    let mut reasons: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for verdict in configs {
        let Some(reason) = verdict.reason else { continue };
        let (names, engines) = reasons.entry(reason).or_default();
        names.insert(verdict.scene.trim_start_matches(LINT));
        engines.insert(verdict.engine.version());
    }
    for (reason, (names, engines)) in reasons {
        let [names, engines] = [names, engines].map(|set| set.into_iter().collect::<Vec<_>>().join(", "));
        _ = writeln!(page, "| {names} | {engines} | {reason} |");
    }
    page
}
