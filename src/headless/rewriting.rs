//! `sockeye config --diff` and `--write`: what flags change is written into the config file.

use std::io;

use crate::{
    cli::{CollectedValues, ConfigArgs, Exit, collect_values, validate},
    config::{DiffLine, Problem},
    files::rewrite,
    payload::{printable, printable_lines},
};

/// Prints the diff, and writes the file if that was asked for.
///
/// # Errors
///
/// Those of writing to `out`.
pub(super) fn run(
    args: &ConfigArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
    problems: &mut dyn io::Write,
) -> io::Result<Exit> {
    let mut tell = |text: &str| drop(writeln!(problems, "{}", printable_lines(text)));
    let collected = collect_values(&args.session, environment);
    let found = validate(&collected.values, &collected.problems);
    let CollectedValues { values, problems: reading, opened, .. } = collected;
    for problem in reading.iter().chain(&found).filter(|problem| problem.is_error()) {
        tell(&problem.to_string());
    }
    let is_of_flags = |problem: &Problem| problem.code == "secret-not-found";
    let Some(opened) = opened.filter(|opened| !opened.input.is_empty() && !reading.iter().any(is_of_flags))
    else {
        if args.session.file.is_none() {
            tell("error: there is no file to write to: name it with -c FILE");
        }
        return Ok(Exit::Usage);
    };
    let current = opened.base.expose();
    let patched = match opened.patch(current, &values, &[], environment) {
        Ok(patched) => patched,
        Err(refusal) => {
            tell(&format!("error: {}: not written: {refusal}", opened.path.display()));
            return Ok(Exit::Usage);
        }
    };
    for note in &patched.notes {
        tell(&format!("note: {note}"));
    }
    if patched.text == *current {
        tell("note: nothing would change");
        return Ok(Exit::Done);
    }
    let name = opened.path.display().to_string();
    writeln!(out, "--- {0}\n+++ {0}", printable(&name))?;
    for DiffLine { kind, text } in opened.diff(current, &patched.text, environment) {
        writeln!(out, "{}{}", kind.sign(), printable(&text))?;
    }
    if args.write
        && let Err(error) = rewrite(&opened.path, current.as_bytes(), patched.text.as_bytes())
    {
        let reason = match error.kind() {
            io::ErrorKind::StaleNetworkFileHandle => "it was changed meanwhile".to_owned(),
            _ => error.to_string(),
        };
        tell(&format!("error: {name}: not written: {reason}"));
        return Ok(Exit::Other);
    }
    Ok(Exit::Done)
}
