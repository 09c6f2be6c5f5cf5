//! A config file: its text, its websocket inputs, and what reading it brought up.

use std::{collections::HashMap, path::Path};

use crate::config::{
    interpolate::{Unset, mark},
    schema::{Origin, Problem, Values, hide_secrets},
    spelling::is_near,
};

use super::{locate::locate, node::Node, parse::parse, read::Reader, source::Source};

/// A config file and the websocket inputs in it.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    source: Source,
    pub inputs: Vec<Input>,
    /// Problems of the file as a whole.
    pub problems: Vec<Problem>,
}

/// One websocket input of a file.
#[derive(Clone, Debug)]
pub struct Input {
    /// The engine's name of its place: `root.input.broker.inputs.0`.
    pub path: String,
    pub label: Option<String>,
    pub values: Values,
    /// What reading it brought up; the lint has the rest.
    pub problems: Vec<Problem>,
    /// Where its object stands, in the replaced text.
    at: usize,
}

impl ConfigFile {
    /// Reads the text of the file at `path`. Problems are collected, never returned as errors.
    #[must_use]
    pub fn read(path: &Path, text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut source = Source::new(path, text, environment);
        let mut problems: Vec<_> =
            source.replaced.unset.iter().map(|unset| not_set(&source, unset)).collect();
        let mut inputs = Vec::new();
        match parse(&source.replaced.text) {
            Err(broken) => {
                let origin = source.origin(broken.at);
                let advice = match broken.code {
                    "duplicate-key" => "remove one of the two",
                    _ => "check the indentation, the quotes and the brackets on this line and the one above",
                };
                problems.push(Problem::error(broken.code, "", origin, broken.message).advise(advice));
            }
            Ok(root) => {
                source.parsed = true;
                // Without an expression there is nothing to be told from the text around it.
                let has_any = !source.replaced.replaced.is_empty();
                let marked = has_any.then(|| parse(&mark(&source.raw)).ok()).flatten();
                read_inputs(&mut source, &root, marked.as_ref(), &mut inputs, &mut problems);
            }
        }
        let mut file = Self { source, inputs, problems };
        file.show_lines();
        file
    }

    /// The input that is meant: the only one, or the one at `wanted`: its path, with or
    /// without `root.`, or its label.
    ///
    /// # Errors
    ///
    /// Which inputs there are, when there is not exactly one that can be meant.
    pub fn input(&self, wanted: Option<&str>) -> Result<&Input, Box<Problem>> {
        let whole = Origin::File { path: self.source.path.clone(), line: 0, column: 0 };
        let paths = || self.inputs.iter().map(Input::described).collect::<Vec<_>>().join("\n        ");
        let told = |code, message: String, advice| {
            Box::new(Problem { advice, ..Problem::error(code, "", whole.clone(), message) })
        };
        let Some(wanted) = wanted else {
            return match self.inputs.as_slice() {
                [only] => Ok(only),
                [] => Err(told("no-websocket-input", "there is no websocket input in it".to_owned(), None)),
                several => {
                    let message = format!("there are {} websocket inputs in it", several.len());
                    let advice = format!("choose one with --input:\n        {}", paths());
                    Err(told("several-inputs", message, Some(advice)))
                }
            };
        };
        let is_meant = |input: &&Input| {
            input.path == wanted
                || input.path.strip_prefix("root.") == Some(wanted)
                || input.label.as_deref() == Some(wanted)
        };
        self.inputs.iter().find(is_meant).ok_or_else(|| {
            let message = format!("there is no websocket input at '{wanted}' in it");
            let advice = if self.inputs.is_empty() {
                "there is no websocket input in it at all".to_owned()
            } else {
                format!("it has:\n        {}", paths())
            };
            told("no-such-input", message, Some(advice))
        })
    }

    /// Where an input of this file begins: the place of what is missing in it.
    #[must_use]
    pub fn start_of(&self, input: &Input) -> Origin {
        self.source.origin(input.at)
    }

    /// Gives problems of this file the line on which they stand, secrets masked.
    pub fn add_lines(&self, problems: &mut [Problem]) {
        self.source.show_lines(problems);
        self.inputs.iter().for_each(|input| hide_secrets(problems, &input.values));
    }

    fn show_lines(&mut self) {
        self.source.settle();
        self.source.show_lines(&mut self.problems);
        for input in &mut self.inputs {
            self.source.show_lines(&mut input.problems);
            hide_secrets(&mut input.problems, &input.values);
            hide_secrets(&mut self.problems, &input.values);
        }
    }
}

impl Input {
    fn described(&self) -> String {
        match &self.label {
            Some(label) => format!("{} (label {label})", self.path),
            None => self.path.clone(),
        }
    }
}

fn not_set(source: &Source, unset: &Unset) -> Problem {
    let message = format!("the environment variable {} is not set", unset.name);
    let advice = format!("export {0}=…, or give a default: ${{{0}:default}}", unset.name);
    Problem::error("variable-not-set", "", source.raw_origin(unset.at), message).advise(advice)
}

fn read_inputs(
    source: &mut Source,
    root: &Node,
    marked: Option<&Node>,
    inputs: &mut Vec<Input>,
    problems: &mut Vec<Problem>,
) {
    let located = locate(root);
    let marked_inputs: HashMap<_, _> =
        marked.map(|root| locate(root).inputs).unwrap_or_default().into_iter().collect();
    for (at, names) in located.ambiguous {
        let message = format!("unable to infer the input type, candidates are {}", names.join(" and "));
        let problem = Problem::error("several-components", "", source.origin(at), message);
        problems.push(problem.advise("an input has one component; keep one of them"));
    }
    if located.inputs.is_empty() {
        let mut problem = Problem::error(
            "no-websocket-input",
            "",
            source.origin(root.at),
            "there is no websocket input in it",
        );
        let others: Vec<_> = located.others.iter().map(|(path, name)| format!("{path} is {name}")).collect();
        let typo = located.others.iter().find(|(_, name)| is_near(name, "websocket"));
        problem.advice = Some(if let Some((path, name)) = typo {
            format!("{path} is '{name}'; did you mean 'websocket'?")
        } else if others.is_empty() {
            "expected the fields of the input, 'websocket:' or 'input: websocket:'".to_owned()
        } else {
            format!("it has other inputs: {}", others.join(", "))
        });
        problems.push(problem);
    }
    for (path, slot) in located.inputs {
        let twin = marked_inputs.get(&path).map(|slot| slot.body);
        let mut reader = Reader::new(source);
        reader.slot(&slot, twin);
        let (values, mut problems) = (reader.values, reader.problems);
        hide_secrets(&mut problems, &values);
        let label = slot.label().map(str::to_owned);
        inputs.push(Input { path, label, values, problems, at: slot.body.at });
    }
}
