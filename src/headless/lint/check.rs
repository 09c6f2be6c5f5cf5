//! What Sockeye says of one file.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    cli::{config_text, read_config, validate},
    config::{ConfigFile, Dialect, MAX_FILE, Origin, Problem, Severity, read_within},
};

/// The program itself, as a source of problems.
pub(super) const SOCKEYE: &str = "Sockeye";
/// The name under which the input of the program is reported.
pub(super) const STDIN: &str = "stdin";

/// A file as it was read.
pub(super) struct Read {
    pub path: PathBuf,
    pub text: Result<String, Box<Problem>>,
    pub is_stdin: bool,
}

impl Read {
    pub fn file(path: &Path) -> Self {
        Self { path: path.to_owned(), text: read_config(path), is_stdin: false }
    }

    pub fn stdin() -> Self {
        let path = PathBuf::from(STDIN);
        let text = config_text(&path, read_within(MAX_FILE, io::stdin().lock()));
        Self { path, text, is_stdin: true }
    }

    /// Whether a file that was not named itself is something else than a config.
    pub fn is_of_another_kind(&self, dialect: Dialect, environment: &dyn Fn(&str) -> Option<String>) -> bool {
        self.text
            .as_ref()
            .is_ok_and(|text| !ConfigFile::read_as(&self.path, text, dialect, environment).is_config())
    }
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Sockeye,
    Engine,
    Both,
}

/// A problem, and who says it.
pub(super) struct Told {
    pub problem: Problem,
    pub source: Source,
}

/// A file and its problems, in the order of their places.
pub(super) struct Checked {
    pub path: PathBuf,
    /// The paths of its websocket inputs.
    pub inputs: Vec<String>,
    pub told: Vec<Told>,
    /// To mask secrets in what an engine says, and to show its lines.
    pub file: Option<ConfigFile>,
}

impl Checked {
    /// What is no file that was read, and why.
    pub fn wrong(problem: Problem) -> Self {
        let path = match &problem.origin {
            Origin::File { path, .. } => path.clone(),
            _ => PathBuf::new(),
        };
        let told = vec![Told { problem, source: Source::Sockeye }];
        Self { path, inputs: Vec::new(), told, file: None }
    }

    pub fn has_errors(&self) -> bool {
        self.told.iter().any(|told| told.problem.is_error())
    }

    /// Whether it is a pipeline with another input, in which there is nothing to look at.
    pub fn has_only_another_input(&self) -> bool {
        self.inputs.is_empty()
            && matches!(&self.told[..], [only] if only.problem.code == "no-websocket-input" && !only.problem.is_error())
    }

    /// Sorts the problems by their places.
    pub fn sort(&mut self) {
        self.told.sort_by_key(|told| match told.problem.origin {
            Origin::File { line, column, .. } => (line, column),
            _ => (0, 0),
        });
    }
}

/// Every problem of every websocket input of a file and of what holds them.
pub(super) fn check(read: &Read, dialect: Dialect, environment: &dyn Fn(&str) -> Option<String>) -> Checked {
    let text = match &read.text {
        Ok(text) => text,
        Err(problem) => return Checked::wrong(Problem::clone(problem)),
    };
    let file = ConfigFile::read_as(&read.path, text, dialect, environment);
    let inputs = file.inputs.iter().map(|input| input.path.clone()).collect();
    let problems = problems_of(&file, dialect).into_iter();
    let told = problems.map(|problem| Told { problem, source: Source::Sockeye }).collect();
    let mut checked = Checked { path: read.path.clone(), inputs, told, file: Some(file) };
    checked.sort();
    checked
}

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
    problems
}
