//! `sockeye preferences`: the template, the check, and the list of actions.

use std::{io, path::Path};

use super::{Loaded, load, template::template};
use crate::{
    app::{ActionSpec, actions},
    cli::{Exit, PreferencesArgs},
    payload::printable,
};

/// Writes what is asked for to `out`. A file with faults ends with [`Exit::Usage`].
///
/// # Errors
///
/// Those of writing to `out`.
pub fn run(args: &PreferencesArgs, out: &mut dyn io::Write) -> io::Result<Exit> {
    if args.wanted.template {
        out.write_all(template().as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.wanted.actions {
        return list(out);
    }
    check(args.file.as_deref(), out)
}

fn check(file: Option<&Path>, out: &mut dyn io::Write) -> io::Result<Exit> {
    let Loaded { path, is_there, faults, .. } = load(file);
    let Some(path) = path.map(|path| printable(&path.display().to_string()).into_owned()) else {
        writeln!(out, "there is no home folder to keep preferences in")?;
        return Ok(Exit::Done);
    };
    if !is_there {
        writeln!(
            out,
            "{path}: there is no such file; `sockeye preferences --template` prints one to begin with"
        )?;
        return Ok(if file.is_some() { Exit::Usage } else { Exit::Done });
    }
    for fault in &faults {
        // With a place, `PATH:LINE:COLUMN: ` is what editors jump to.
        let gap = if fault.place.is_some() { "" } else { " " };
        writeln!(out, "{path}:{gap}{}", printable(&fault.to_string()))?;
    }
    if faults.is_empty() {
        writeln!(out, "{path}: no problems")?;
        return Ok(Exit::Done);
    }
    Ok(Exit::Usage)
}

/// Every action: its id, its keys, where they mean it, and what it does.
fn list(out: &mut dyn io::Write) -> io::Result<Exit> {
    let keys =
        |action: &ActionSpec| action.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let widest = |cell: fn(&ActionSpec) -> usize| actions().map(cell).max().unwrap_or(0);
    let id = widest(|action| action.id.to_string().len());
    let key = actions().map(|action| keys(action).chars().count()).max().unwrap_or(0);
    let place = widest(|action| action.scope.place().len());
    for action in actions() {
        let (name, where_) = (action.id.to_string(), action.scope.place());
        writeln!(out, "{name:<id$}  {:<key$}  {where_:<place$}  {}", keys(action), action.doc)?;
    }
    Ok(Exit::Done)
}
