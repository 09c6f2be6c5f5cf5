//! Problems as lines for people.

use std::io;

use crate::{
    config::Origin,
    payload::{printable, printable_lines},
};

use super::check::{Checked, SOCKEYE, Source, Told};

/// Writes the problems of a file, or that there are none.
pub(super) fn write(checked: &Checked, engine: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
    for told in &checked.told {
        writeln!(out, "{}", printable_lines(&problem(told, engine)))?;
    }
    if !checked.has_errors() && (checked.told.is_empty() || !checked.inputs.is_empty()) {
        let found = if checked.told.is_empty() { "no problems" } else { "no errors" };
        let message = format!("{}: {}", checked.path.display(), passed(found, &checked.inputs, engine));
        writeln!(out, "{}", printable(&message))?;
    }
    Ok(())
}

/// Says where there are no problems, or none that is an error, and that the rest of a pipeline was not looked at.
fn passed(found: &str, inputs: &[String], engine: Option<&str>) -> String {
    let scope = match (inputs, engine) {
        (_, Some(engine)) => format!(" ({engine} looked at the whole file)"),
        // The file is the input.
        ([only], _) if only == "root" => String::new(),
        ([_], _) => " (only the websocket input and what holds it were looked at)".to_owned(),
        _ => " (only the websocket inputs and what holds them were looked at)".to_owned(),
    };
    let place = if inputs.is_empty() { "the file".to_owned() } else { inputs.join(", ") };
    format!("{found} in {place}{scope}")
}

/// The place as the pipeline's linter writes it, then the rest as everywhere. Where an engine was asked, the first line
/// ends with who says it.
fn problem(told: &Told, engine: Option<&str>) -> String {
    let problem = &told.problem;
    let text = match &problem.origin {
        Origin::File { path, line, column } if *line > 0 => {
            format!("{}({line},{column}) {problem:#}", path.display())
        }
        _ => problem.to_string(),
    };
    let Some(engine) = engine else { return text };
    let source = match told.source {
        Source::Sockeye => SOCKEYE.to_owned(),
        Source::Engine => engine.to_owned(),
        Source::Both => format!("{SOCKEYE}, {engine}"),
    };
    match text.split_once('\n') {
        Some((first, rest)) => format!("{first} [{source}]\n{rest}"),
        None => format!("{text} [{source}]"),
    }
}
