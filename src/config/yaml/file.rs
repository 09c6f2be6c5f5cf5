//! A config file: its text, its websocket inputs and the problems found while reading it.

use std::{collections::HashMap, path::Path};

use crate::config::{
    interpolate::{RENDERED, Unset, mark},
    schema::{Dialect, Origin, Problem, Values, hide_secrets},
};

use super::{
    enclosed::{Connection, Enclosed, begins_as_config, connection, enclosed, is_config, other_file},
    node::Node,
    parse::parse,
    pipeline,
    read::Reader,
    shape::shape_of,
    slots::{Fault, hide_line, locate},
    source::{Source, pipes},
    template,
};

/// A config file and the websocket inputs in it.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    source: Source,
    pub inputs: Vec<Input>,
    /// Problems of the whole file rather than of one input.
    pub problems: Vec<Problem>,
    /// What is wrong around the inputs, and the same as problems.
    faults: Vec<Fault>,
    slot_problems: Vec<Problem>,
    /// Says why there is no websocket input.
    no_input: Option<Problem>,
    /// The label of the resource that the main input refers to.
    main: Option<String>,
}

/// One websocket input of a file.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its path as the engine names it: `root.input.broker.inputs.0`.
    pub path: String,
    pub label: Option<String>,
    pub values: Values,
    /// Problems found while reading it; the lint adds the others.
    pub problems: Vec<Problem>,
    /// Offset of its object in the interpolated text.
    at: usize,
}

impl ConfigFile {
    /// Reads the text of the file at `path` by the standard. It collects problems and never fails.
    #[must_use]
    pub fn read(path: &Path, text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        Self::read_as(path, text, Dialect::Standard, environment)
    }

    /// Reads it as this engine does.
    #[must_use]
    pub fn read_as(
        path: &Path,
        text: &str,
        dialect: Dialect,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let is_plain = begins_as_config(text);
        let enclosed = if is_plain { None } else { enclosed(text) };
        let text = enclosed.as_ref().map_or(text, |enclosed| enclosed.text.as_str());
        let mut source = Source::new(path, text, dialect, environment);
        if !is_plain
            && enclosed.is_none()
            && let Some((inputs, problem)) = of_another_kind(&mut source)
        {
            return Self::with(source, inputs, problem);
        }
        let mut problems: Vec<_> =
            source.interpolated.unset.iter().map(|unset| variable_not_set(&source, unset)).collect();
        let mut found = Found::default();
        problems.extend(enclosed.map(|Enclosed { message, advice, .. }| {
            Problem::warning("enclosed-pipeline", "", source.whole(), message).advise(advice)
        }));
        problems.extend(source.interpolated.undecoded.iter().map(|(at, error)| {
            let problem = Problem::error("variable-undecoded", "", source.raw_origin(*at), error.clone());
            problem.advise("behind | only base64decode is known; in a default, too, a | begins a function")
        }));
        problems.extend(pipeline::directive(&source));
        match parse(&source.interpolated.text) {
            Err(error) => {
                let origin = source.origin(error.at);
                problems.push(if let Some(at) = tab_before(&source.interpolated.text, error.at) {
                    let message = format!("a tab in the indentation: {}", error.message);
                    let problem = Problem::error("yaml-tab", "", source.origin(at), message);
                    problem.advise("write blanks in place of the tab; YAML takes no tabs there")
                } else {
                    let advice = match template_line(&source.raw) {
                        _ if error.message.starts_with("control characters") => {
                            "remove it, or write it as an escape in double quotes, such as \"\\u0007\"".to_owned()
                        }
                        Some(line) => format!(
                            "line {line} is of a Go template, {{{{ … }}}}: give what the template is rendered to; what \
                             stands in quotes or behind # is read as it is"
                        ),
                        None => "check the indentation, the quotes and the brackets on this line and the one above"
                            .to_owned(),
                    };
                    Problem::error(error.code, "", origin, error.message).advise(advice)
                });
            }
            Ok(root) => {
                source.parsed = true;
                // The marked tree shows which values contain expressions, so a file without any needs none.
                let has_expressions = !source.interpolated.replacements.is_empty();
                let marked = has_expressions
                    .then(|| parse(&mark(&source.raw, pipes(dialect), &source.pieces).text).ok())
                    .flatten();
                found = read_inputs(&mut source, &root, marked.as_ref(), &mut problems);
                found.inputs.iter_mut().for_each(|input| input.values.fill_in_headers(environment));
                if let Some(line) = template::first_line(&source.raw, &source.pieces) {
                    keep_known(&source, &mut found, &mut problems);
                    problems.insert(0, go_template(&source, line));
                }
            }
        }
        let Found { inputs, faults, no_input, main } = found;
        let slot_problems = faults.iter().map(|fault| fault.problem(&source)).collect();
        let mut file = Self { source, inputs, problems, faults, slot_problems, no_input, main };
        file.show_lines();
        file
    }

    fn with(source: Source, inputs: Vec<Input>, problem: Problem) -> Self {
        let (faults, slot_problems) = (Vec::new(), Vec::new());
        let problems = vec![problem];
        let mut file = Self { source, inputs, problems, faults, slot_problems, no_input: None, main: None };
        file.show_lines();
        file
    }

    /// The input that `selector` names by its label or its path, with or without `root.`. Without a selector,
    /// the only input of the file, or the resource that its main input refers to.
    ///
    /// # Errors
    ///
    /// A problem that lists the inputs, when no input matches or several do.
    pub fn input(&self, selector: Option<&str>) -> Result<&Input, Box<Problem>> {
        let origin = Origin::File { path: self.source.path.clone(), line: 0, column: 0 };
        let paths = || self.inputs.iter().map(Input::describe).collect::<Vec<_>>().join("\n        ");
        let error = |code, message: String, advice| {
            Box::new(Problem { advice, ..Problem::error(code, "", origin.clone(), message) })
        };
        if let Some(problem) = &self.no_input {
            return Err(Box::new(problem.clone()));
        }
        let is_main = |input: &&Input| self.main.is_some() && input.label == self.main;
        if let (None, Some(main)) = (selector, self.inputs.iter().find(is_main)) {
            return Ok(main);
        }
        let Some(selector) = selector else {
            return match self.inputs.as_slice() {
                [only] => Ok(only),
                [] => Err(error("no-websocket-input", "the file has no websocket input".to_owned(), None)),
                several => {
                    let message = format!("the file has {} websocket inputs", several.len());
                    let advice = format!("choose one with --input:\n        {}", paths());
                    Err(error("several-inputs", message, Some(advice)))
                }
            };
        };
        let matches = |input: &&Input| {
            input.path == selector
                || input.path.strip_prefix("root.") == Some(selector)
                || input.label.as_deref() == Some(selector)
        };
        self.inputs.iter().find(matches).ok_or_else(|| {
            let message = format!("the file has no websocket input '{selector}'");
            let advice = if self.inputs.is_empty() {
                "it has no websocket input at all".to_owned()
            } else {
                format!("it has:\n        {}", paths())
            };
            error("no-such-input", message, Some(advice))
        })
    }

    /// The problems of what holds the inputs and stands beside them: components, labels, fields. An input can be
    /// used by itself in spite of them, but the pipeline of this dialect refuses the file.
    pub fn slot_problems(&self, dialect: Dialect) -> impl Iterator<Item = &Problem> {
        let all = self.faults.iter().zip(&self.slot_problems);
        all.filter(move |(fault, _)| fault.applies(dialect)).map(|(_, problem)| problem)
    }

    /// Whether it is a config of a pipeline, or a part of one: it begins as one does, or a websocket input was found
    /// where one can stand.
    #[must_use]
    pub fn is_config(&self) -> bool {
        is_config(&self.source.raw) || self.inputs.iter().any(|input| input.path != "root")
    }

    /// Whether the text is YAML.
    #[must_use]
    pub fn is_parsed(&self) -> bool {
        self.source.parsed
    }

    /// Where an input begins; the origin of problems about a missing field.
    #[must_use]
    pub fn start_of(&self, input: &Input) -> Origin {
        self.source.origin(input.at)
    }

    /// Each line as it is shown, by its number: secrets are masked.
    pub(super) fn shown(&self) -> impl Fn(u32) -> Option<String> {
        self.source.shown()
    }

    /// Adds to each problem the line of this file it refers to, with secrets masked.
    pub fn add_lines(&self, problems: &mut [Problem]) {
        self.source.show_lines(problems);
        self.inputs.iter().for_each(|input| hide_secrets(problems, &input.values));
    }

    fn show_lines(&mut self) {
        self.source.sort_hidden();
        self.source.show_lines(&mut self.problems);
        self.source.show_lines(&mut self.slot_problems);
        self.source.show_lines(self.no_input.as_mut_slice());
        for input in &mut self.inputs {
            self.source.show_lines(&mut input.problems);
            hide_secrets(&mut input.problems, &input.values);
            hide_secrets(&mut self.problems, &input.values);
            hide_secrets(&mut self.slot_problems, &input.values);
        }
    }
}

impl Input {
    fn describe(&self) -> String {
        match &self.label {
            Some(label) => format!("{} (label {label})", self.path),
            None => self.path.clone(),
        }
    }
}

/// Says what is read of a template.
fn go_template(source: &Source, line: usize) -> Problem {
    let message = format!(
        "this is a Go template, as in a chart of Helm: lines of {{{{ … }}}} alone are passed over, so that all branches \
         are read, and values with {{{{ … }}}} are not known (the first is in line {line})"
    );
    let advice = "to check what the pipeline reads, render it first: helm template CHART > out.yaml";
    Problem::warning("go-template", "", source.whole(), message).advise(advice)
}

/// Drops what is said of texts that only the template knows.
fn keep_known(source: &Source, found: &mut Found, problems: &mut Vec<Problem>) {
    let is_known =
        |problem: &Problem| !problem.message.contains(RENDERED) && !problem.path.contains(RENDERED);
    problems.retain(is_known);
    found.inputs.iter_mut().for_each(|input| input.problems.retain(is_known));
    found.no_input = found.no_input.take().filter(is_known);
    let begins = |at| source.interpolated.text.get(at..).is_some_and(|text| text.starts_with(RENDERED));
    found.faults.retain(|fault: &Fault| !begins(fault.at));
}

/// The number of the first line with an expression of Go's templates outside quotes and comments, as Helm has them. A
/// `${{NAME}}` is an escape of the pipeline.
fn template_line(text: &str) -> Option<usize> {
    let is_template = |line: &str| {
        let at = line.find("{{").filter(|at| line[*at..].contains("}}"));
        at.is_some_and(|at| !line[..at].contains(['"', '\'', '#']) && !line[..at].ends_with('$'))
    };
    text.lines().position(is_template).map(|nth| nth + 1)
}

/// The first tab in the indentation of the line at an offset, or of the one above it.
fn tab_before(text: &str, at: usize) -> Option<usize> {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let above = text[..start.saturating_sub(1)].rfind('\n').map_or(0, |end| end + 1);
    [start, above].into_iter().find_map(|start| {
        let line = text[start..].lines().next().unwrap_or_default();
        let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        indentation.find('\t').map(|tab| start + tab)
    })
}

/// What is read from a recording or a collection of requests, or what a file is that is no config at all.
fn of_another_kind(source: &mut Source) -> Option<(Vec<Input>, Problem)> {
    if let Some(found) = parse(&source.raw).ok().as_ref().and_then(connection) {
        let input = recorded(source, &found);
        let Connection { message, advice, .. } = found;
        source.parsed = true;
        let warning = Problem::warning("enclosed-connection", "", source.whole(), message);
        return Some((vec![input], warning.advise(advice)));
    }
    let (what, advice) = other_file(&source.raw)?;
    let message = format!("this is {what}, not the config of a pipeline");
    let error = Problem::error("not-a-config", "", source.whole(), message);
    Some((Vec::new(), error.advise(advice)))
}

/// The input of a connection that another program recorded.
fn recorded(source: &mut Source, found: &Connection) -> Input {
    let mut values = Values::default();
    for (path, text, range) in &found.values {
        let origin = source.raw_origin(range.start);
        source.hidden.push(range.clone());
        values.set(path.as_str(), text.as_str(), origin);
    }
    Input { path: "root".to_owned(), label: None, values, problems: Vec::new(), at: found.at }
}

fn variable_not_set(source: &Source, unset: &Unset) -> Problem {
    let message = format!("the environment variable {} is not set", unset.name);
    let advice = match unset.name.rsplit_once('.') {
        // A shell takes no name with a dot.
        Some((space, name)) => {
            let origin = if space == "secrets" { "it is a secret of Redpanda Cloud; here " } else { "" };
            format!("{origin}write ${{{name}}}, and export {name}=…, since a shell takes no name with a dot")
        }
        None => format!("export {0}=…, or write a default: ${{{0}:default}}", unset.name),
    };
    Problem::error("variable-not-set", "", source.raw_origin(unset.at), message).advise(advice)
}

/// What a file that is valid YAML has.
#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    faults: Vec<Fault>,
    no_input: Option<Problem>,
    main: Option<String>,
}

fn read_inputs(
    source: &mut Source,
    root: &Node,
    marked: Option<&Node>,
    problems: &mut Vec<Problem>,
) -> Found {
    let located = locate(root, &|at| source.line_of(at));
    let marked_inputs: HashMap<_, _> =
        marked.map(|root| locate(root, &|_| 0).inputs).unwrap_or_default().into_iter().collect();
    let read: Vec<_> = located.inputs.iter().map(|(_, slot)| slot.body).collect();
    for fault in &located.faults {
        hide_line(source, root, &read, fault.at);
    }
    problems.extend(pipeline::unknown_roots(source, root));
    problems.extend(pipeline::repeated_keys(source, root, &read));
    let no_input = located.inputs.is_empty().then(|| {
        let fault = located.faults.iter().find(|fault| fault.hides_inputs());
        match fault {
            Some(fault) => fault.problem(source),
            None => no_input(source, root, &located.others),
        }
    });
    let mut inputs = Vec::new();
    for (path, slot) in located.inputs {
        let marked = marked_inputs.get(&path).map(|slot| slot.body);
        let mut reader = Reader::new(source);
        reader.slot(&slot, marked);
        let (mut values, mut problems) = (reader.values, reader.problems);
        values.shape = shape_of(root, &slot, source.dialect).into();
        hide_secrets(&mut problems, &values);
        let label = slot.label().filter(|label| !label.contains(RENDERED)).map(str::to_owned);
        inputs.push(Input { path, label, values, problems, at: slot.body.at });
    }
    let main = root.get("input").and_then(|input| input.get("resource"));
    let main = main.and_then(Node::text).filter(|label| !label.is_empty()).map(str::to_owned);
    Found { inputs, faults: located.faults, no_input, main }
}

/// Says that a file has no websocket input, and which inputs it has.
fn no_input(source: &mut Source, root: &Node, others: &[(String, String)]) -> Problem {
    hide_line(source, root, &[], root.at);
    let message = "the file has no websocket input";
    let problem = Problem::error("no-websocket-input", "", source.origin(root.at), message);
    let others: Vec<_> = others.iter().map(|(path, name)| format!("{path} is {name}")).collect();
    let resource = root.get("input").and_then(|input| input.get("resource")).and_then(Node::text);
    problem.advise(if let Some(label) = resource {
        format!("its input is the resource '{label}', which stands in another file: give that file, with -c")
    } else if ["name", "type", "mapping"].iter().all(|key| root.get(key).is_some()) {
        "this is a template of a component, whose mapping writes the config: give a config that uses it, with its fields \
         written out"
            .to_owned()
    } else if others.is_empty() {
        "begin it with 'input: websocket:', 'websocket:' or the fields of the input".to_owned()
    } else {
        format!("it has other inputs: {}", others.join(", "))
    })
}
