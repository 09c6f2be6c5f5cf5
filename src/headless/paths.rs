//! `sockeye paths`: each folder and file that the program keeps for itself, and whether it exists.

use std::io;

use serde::Serialize;
use strum::VariantArray as _;

use crate::{
    cli::{Exit, PathsArgs},
    files::Place,
    payload::printable,
};

/// A place as it is printed.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    /// `null` where there is no home folder.
    path: Option<String>,
    exists: bool,
    holds: &'static str,
}

/// Writes the places to `out`.
///
/// # Errors
///
/// Those of writing to `out`.
pub fn run(args: &PathsArgs, out: &mut dyn io::Write) -> io::Result<Exit> {
    let rows: Vec<_> = Place::VARIANTS.iter().map(|place| row(*place)).collect();
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &rows)?;
        writeln!(out)?;
        return Ok(Exit::Done);
    }
    let path =
        |row: &Row| row.path.as_deref().map_or("there is no home folder".into(), printable).into_owned();
    let widest = rows.iter().map(|row| path(row).chars().count()).max().unwrap_or(0);
    for row in &rows {
        let exists = if row.exists { "exists" } else { "not yet" };
        writeln!(out, "{:<11}  {:<widest$}  {exists:<7}  {}", row.name, path(row), row.holds)?;
    }
    Ok(Exit::Done)
}

fn row(place: Place) -> Row {
    let path = place.path();
    Row {
        name: place.into(),
        exists: path.as_ref().is_some_and(|path| path.exists()),
        path: path.map(|path| path.display().to_string()),
        holds: place.doc(),
    }
}
