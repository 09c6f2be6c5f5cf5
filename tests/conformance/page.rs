//! The page `assets/conformance.md`: which versions were compared, and what was found.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use crate::engines::{self, Engine};

/// What came of one scene beside one engine.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub scene: String,
    pub engine: Engine,
    /// Why the two are not equal, where that is known.
    pub reason: Option<&'static str>,
    pub failure: Option<String>,
}

const PAGE: &str = "assets/conformance.md";

/// Compares the page with the verdicts of a whole run, or writes it.
///
/// # Errors
/// A sentence if the page says something else.
pub fn check(verdicts: &[Verdict]) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page(verdicts);
    if env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        return fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()));
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    if there == page {
        return Ok(());
    }
    Err(format!("{PAGE} does not say what this run found: run it with SOCKEYE_UPDATE_EXPECTED=1"))
}

fn page(verdicts: &[Verdict]) -> String {
    let mut scenes: BTreeMap<&str, BTreeMap<Engine, Option<&str>>> = BTreeMap::new();
    for verdict in verdicts {
        scenes.entry(&verdict.scene).or_default().insert(verdict.engine, verdict.reason);
    }
    let equal = |engine: Engine| {
        let own = || verdicts.iter().filter(|verdict| verdict.engine == engine);
        (own().filter(|verdict| verdict.reason.is_none()).count(), own().count())
    };
    let mut page = include_str!("page.md").to_owned();
    page += "\n| `--as` | Benthos | scenes | equal |\n|---|---|---|---|\n";
    for engine in engines::ALL {
        let (equal, all) = equal(engine);
        _ = writeln!(page, "| `{}` | {} | {all} | {equal} |", engine.flavor(), engine.version());
    }
    page += "\n## Scenes\n\nA scene that is not equal says why.\n\n| scene | 4.77.0 | 4.78.0 | 4.80.0 |\n|---|---|---|---|\n";
    for (name, found) in scenes {
        let cell = |engine| match found.get(&engine) {
            None => "–",
            Some(None) => "equal",
            Some(Some(reason)) => reason,
        };
        let cells = engines::ALL.map(cell).join(" | ");
        _ = writeln!(page, "| {name} | {cells} |");
    }
    page
}
