//! `sockeye lint`: reports every problem of config files, with its place and its fix.

use std::io;

use crate::{
    cli::{Exit, LintArgs, read_config, validate},
    config::{ConfigFile, Dialect, Origin, Problem},
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
        if problems.is_empty() {
            let message = format!("{}: no problems in {}", path.display(), inputs.join(", "));
            writeln!(out, "{}", printable(&message))?;
        }
        if problems.iter().any(Problem::is_error) {
            exit = Exit::Usage;
        }
    }
    Ok(exit)
}

/// Every problem of every websocket input of a file, in the order of their places.
fn problems_of(file: &ConfigFile, dialect: Dialect) -> Vec<Problem> {
    let mut problems = file.problems.clone();
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
