//! `sockeye lint`: reports every problem of config files, with its place and its fix.

use std::io;

use crate::{
    cli::{Exit, LintArgs, read_config, validate},
    config::{ConfigFile, Dialect, Origin, Problem, Severity},
    payload::{printable, printable_lines},
};

/// Checks the files and writes their problems to `out`.
///
/// Ends with [`Exit::Usage`] when there are errors; warnings alone are fine.
///
/// # Errors
///
/// Those of writing to `out`.
pub fn run(
    args: &LintArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
) -> io::Result<Exit> {
    let mut exit = Exit::Done;
    for path in &args.files {
        let (problems, inputs) = match read_config(path) {
            Ok(text) => {
                let file = ConfigFile::read_as(path, &text, args.dialect, environment);
                let inputs: Vec<_> = file.inputs.iter().map(|input| input.path.clone()).collect();
                (problems_of(&file, args.dialect), inputs)
            }
            Err(problem) => (vec![*problem], Vec::new()),
        };
        for problem in &problems {
            write_problem(problem, out)?;
        }
        if problems.iter().any(Problem::is_error) {
            exit = Exit::Usage;
        } else if problems.is_empty() || !inputs.is_empty() {
            let found = if problems.is_empty() { "no problems" } else { "no errors" };
            let message = format!("{}: {}", path.display(), passed(found, &inputs));
            writeln!(out, "{}", printable(&message))?;
        }
    }
    Ok(exit)
}

/// Says where there are no problems, or none that is an error, and that the rest of a pipeline was not looked at.
fn passed(found: &str, inputs: &[String]) -> String {
    let scope = match inputs {
        // The file is the input.
        [only] if only == "root" => "",
        [_] => " (only the websocket input and what holds it were looked at)",
        _ => " (only the websocket inputs and what holds them were looked at)",
    };
    format!("{found} in {}{scope}", inputs.join(", "))
}

/// Every problem of every websocket input of a file and of what holds them, in the order of their places.
fn problems_of(file: &ConfigFile, dialect: Dialect) -> Vec<Problem> {
    let mut problems = file.problems.clone();
    problems.extend(file.slot_problems(dialect).cloned());
    if file.inputs.is_empty() && !problems.iter().any(Problem::is_error) {
        // A pipeline with other inputs has no fault.
        let absent =
            file.input(None).err().map(|problem| Problem { severity: Severity::Warning, ..*problem });
        problems.extend(absent);
    }
    for input in &file.inputs {
        problems.extend(input.problems.iter().cloned());
        let mut values = input.values.clone();
        values.options.dialect = dialect;
        let mut found = validate(&values, &input.problems);
        for problem in &mut found {
            if problem.origin == Origin::Default {
                problem.origin = file.start_of(input);
            }
        }
        problems.extend(found);
    }
    file.add_lines(&mut problems);
    problems.sort_by_key(|problem| match problem.origin {
        Origin::File { line, column, .. } => (line, column),
        _ => (0, 0),
    });
    problems
}

/// The place as the pipeline's linter writes it, then the rest as everywhere.
fn write_problem(problem: &Problem, out: &mut dyn io::Write) -> io::Result<()> {
    let line = match &problem.origin {
        Origin::File { path, line, column } if *line > 0 => {
            format!("{}({line},{column}) {problem:#}", path.display())
        }
        _ => problem.to_string(),
    };
    writeln!(out, "{}", printable_lines(&line))
}
