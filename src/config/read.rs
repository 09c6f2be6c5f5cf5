//! From the text of a file to the values of each websocket input in it.

use std::path::Path;

use super::field::{Field, Kind};
use super::locate::{Slot, locate};
use super::scalar::{Odd, decode};
use super::source::{Source, is_secret_name};
use super::yaml::{Key, Node, What, parse};
use super::{Given, Origin, Problem, Values, nearest};

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
                problems.push(Problem::error(broken.code, "", origin, broken.says).advise(advice));
            }
            Ok(root) => {
                source.parsed = true;
                let marked = parse(&super::interpolate::mark(&source.raw)).ok();
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
        let told = |code, says: String, advice| {
            Box::new(Problem { advice, ..Problem::error(code, "", whole.clone(), says) })
        };
        let Some(wanted) = wanted else {
            return match self.inputs.as_slice() {
                [only] => Ok(only),
                [] => Err(told("no-websocket-input", "there is no websocket input in it".to_owned(), None)),
                several => {
                    let says = format!("there are {} websocket inputs in it", several.len());
                    let advice = format!("choose one with --input:\n        {}", paths());
                    Err(told("several-inputs", says, Some(advice)))
                }
            };
        };
        let is_meant = |input: &&Input| {
            input.path == wanted
                || input.path.strip_prefix("root.") == Some(wanted)
                || input.label.as_deref() == Some(wanted)
        };
        self.inputs.iter().find(is_meant).ok_or_else(|| {
            let says = format!("there is no websocket input at '{wanted}' in it");
            let advice = if self.inputs.is_empty() {
                "there is no websocket input in it at all".to_owned()
            } else {
                format!("it has:\n        {}", paths())
            };
            told("no-such-input", says, Some(advice))
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
    }

    fn show_lines(&mut self) {
        self.source.show_lines(&mut self.problems);
        for input in &mut self.inputs {
            self.source.show_lines(&mut input.problems);
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

fn not_set(source: &Source, unset: &super::interpolate::Unset) -> Problem {
    let says = format!("the environment variable {} is not set", unset.name);
    let advice = format!("export {0}=…, or give a default: ${{{0}:default}}", unset.name);
    Problem::error("variable-not-set", "", source.raw_origin(unset.at), says).advise(advice)
}

fn read_inputs(
    source: &mut Source,
    root: &Node,
    marked: Option<&Node>,
    inputs: &mut Vec<Input>,
    problems: &mut Vec<Problem>,
) {
    let located = locate(root);
    let marked_inputs = marked.map(|root| locate(root).inputs).unwrap_or_default();
    for (at, names) in located.ambiguous {
        let says = format!("unable to infer the input type, candidates are {}", names.join(" and "));
        let problem = Problem::error("several-components", "", source.origin(at), says);
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
        problem.advice = Some(if others.is_empty() {
            "expected the fields of the input, 'websocket:' or 'input: websocket:'".to_owned()
        } else {
            format!("it has other inputs: {}", others.join(", "))
        });
        problems.push(problem);
    }
    for (path, slot) in located.inputs {
        let twin = marked_inputs.iter().find(|(other, _)| *other == path).map(|(_, slot)| slot.body);
        let mut reader = Reader { source, values: Values::default(), problems: Vec::new() };
        reader.slot(&slot, twin);
        let (values, problems) = (reader.values, reader.problems);
        let label = slot.label().map(str::to_owned);
        inputs.push(Input { path, label, values, problems, at: slot.body.at });
    }
}

struct Reader<'a> {
    source: &'a mut Source,
    values: Values,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn slot(&mut self, slot: &Slot<'_>, twin: Option<&Node>) {
        for key in slot.strangers() {
            let says = format!("field {} is invalid when the component type is websocket (input)", key.text);
            let near = nearest("", &key.text);
            let advice = near.map(|path| format!("did you mean '{path}' within websocket?"));
            let mut problem = Problem::error("misplaced-field", "", self.source.origin(key.at), says);
            problem.advice = advice;
            self.problems.push(problem);
        }
        if let Some(node) = slot.slot {
            for (key, value) in node.entries() {
                if slot.strangers().iter().any(|stranger| stranger.at == key.at) && is_secret_name(&key.text)
                {
                    self.source.hide(value.at..value.end);
                }
            }
        }
        if matches!(slot.body.what, What::Map(_)) {
            self.object(slot.body, twin, "", "");
        } else {
            let says = format!("expected the fields of the input, got {}", slot.body.name());
            let problem = Problem::error("expected-object", "", self.source.origin(slot.body.at), says);
            self.problems.push(problem.advise("write at least 'url: wss://host/path' below it"));
        }
    }

    /// Reads an object whose rows are at `row` and whose values go to `path`.
    fn object(&mut self, node: &Node, twin: Option<&Node>, row: &str, path: &str) {
        for (key, value) in node.entries() {
            if key.text == "<<" {
                let says = "the pipeline does not follow a merge key; what it would bring in is missing";
                let origin = self.source.origin(key.at);
                let advice = "write the fields out, or use an alias for a whole value";
                self.problems.push(
                    Problem::warning("merge-key", path.trim_end_matches('.'), origin, says).advise(advice),
                );
                continue;
            }
            let field = super::FIELDS.iter().find(|field| field.path == format!("{row}{}", key.text));
            let twin = twin.and_then(|twin| twin.get(&key.text));
            match field {
                Some(field) => self.field(field, key, value, twin, &format!("{path}{}", key.text)),
                None => self.unknown(key, value, row, path),
            }
        }
    }

    fn unknown(&mut self, key: &Key, value: &Node, row: &str, path: &str) {
        let near = nearest(row, &key.text);
        if is_secret_name(&key.text) || near.and_then(Field::at).is_some_and(|field| field.secret) {
            self.source.hide(value.at..value.end);
        }
        let full = format!("{path}{}", key.text);
        let mut problem =
            Problem::error("unknown-field", full, self.source.origin(key.at), "no field has this name");
        problem.advice = near.map(|path| format!("did you mean '{path}'?"));
        self.problems.push(problem);
    }

    fn field(&mut self, field: &Field, key: &Key, value: &Node, twin: Option<&Node>, path: &str) {
        if field.secret {
            self.source.hide(value.at..value.end);
        }
        let wanted = match (field.kind, &value.what) {
            (Kind::Group, What::Map(_)) => {
                return self.object(value, twin, &format!("{}.", field.path), &format!("{path}."));
            }
            (Kind::TextMap | Kind::AnyMap, What::Map(_)) => return self.map(field, value, twin, path),
            (Kind::TextList | Kind::ObjectList, What::List(items)) => {
                return self.list(field, items, twin, path);
            }
            (Kind::Group | Kind::TextMap | Kind::AnyMap, _) => "a map of names and values",
            (Kind::TextList | Kind::ObjectList, _) => "a list, each item behind '- '",
            (_, What::Scalar(_)) => return self.scalar(field, key, value, twin, path),
            (Kind::Bool, _) => "true or false",
            (Kind::Int, _) => "a whole number",
            _ => "a text",
        };
        let says = format!("expected {wanted}, got {}", value.name());
        self.problems.push(Problem::error("wrong-kind", path, self.source.origin(key.at), says));
    }

    fn scalar(&mut self, field: &Field, key: &Key, value: &Node, twin: Option<&Node>, path: &str) {
        let What::Scalar(scalar) = &value.what else { return };
        let origin = self.source.origin(if scalar.text.is_empty() { key.at } else { value.at });
        match decode(scalar, field.kind) {
            Ok(decoded) => {
                if let Some(odd) = decoded.odd {
                    self.odd(odd, field, path, &origin, &decoded.text);
                }
                let expression = self.expression(twin);
                self.values.put(path.to_owned(), Given { text: decoded.text, origin, expression });
            }
            Err(says) => {
                let advice = match field.kind {
                    Kind::Bool => "write true or false without quotes",
                    _ => "write the number without quotes",
                };
                self.problems.push(Problem::error("wrong-type", path, origin, says).advise(advice));
            }
        }
    }

    fn odd(&mut self, odd: Odd, field: &Field, path: &str, origin: &Origin, text: &str) {
        let (code, says, advice) = match odd {
            Odd::Null if field.id == super::FieldId::ConnectionMaxRetries => (
                "max-retries-empty",
                "nothing stands behind it, which means 0: a failed attempt is never retried".to_owned(),
                "remove the field to retry for ever, or write the number",
            ),
            Odd::Null if field.preset_text().is_none_or(|preset| preset == text) => return,
            Odd::Null => (
                "empty-value",
                format!("nothing stands behind it, which means {}, not the default", zero(text)),
                "remove the field, or write its value",
            ),
            Odd::Fraction => {
                ("fraction-cut", format!("its fraction is cut off: {text}"), "write a whole number")
            }
        };
        self.problems.push(Problem::warning(code, path, origin.clone(), says).advise(advice));
    }

    fn map(&mut self, field: &Field, node: &Node, twin: Option<&Node>, path: &str) {
        for (key, value) in node.entries() {
            let path = format!("{path}.{}", key.text);
            let twin = twin.and_then(|twin| twin.get(&key.text));
            match &value.what {
                What::Scalar(_) => {
                    self.scalar(&Field { kind: Kind::Text, ..*field }, key, value, twin, &path);
                }
                _ if field.kind == Kind::AnyMap => {
                    let origin = self.source.origin(key.at);
                    self.values.put(path, Given { text: flow(value), origin, expression: None });
                }
                _ => {
                    let says = format!("expected a text, got {}", value.name());
                    self.problems.push(Problem::error("wrong-kind", path, self.source.origin(key.at), says));
                }
            }
        }
    }

    fn list(&mut self, field: &Field, items: &[Node], twin: Option<&Node>, path: &str) {
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}.{index}");
            let twin = twin.and_then(|twin| twin.items().get(index));
            let key = Key { at: item.at, text: String::new() };
            match (&item.what, field.kind) {
                (What::Map(_), Kind::ObjectList) => {
                    self.object(item, twin, &format!("{}[].", field.path), &format!("{path}."));
                }
                (What::Scalar(_), Kind::TextList) => {
                    self.scalar(&Field { kind: Kind::Text, ..*field }, &key, item, twin, &path);
                }
                (_, kind) => {
                    let wanted = if kind == Kind::TextList { "a text" } else { "a map of names and values" };
                    let says = format!("expected {wanted}, got {}", item.name());
                    let origin = self.source.origin(item.at);
                    self.problems.push(Problem::error("wrong-kind", path, origin, says));
                }
            }
        }
    }

    /// The value as the file has it, where the marked twin shows that `${…}` took part.
    fn expression(&self, twin: Option<&Node>) -> Option<String> {
        match &twin?.what {
            What::Scalar(scalar) => {
                super::interpolate::restore(&scalar.text, &self.source.raw, &self.source.replaced.replaced)
            }
            _ => None,
        }
    }
}

fn zero(text: &str) -> &str {
    if text.is_empty() { "an empty text" } else { text }
}

/// A nested value in YAML's flow style, for fields that take anything.
fn flow(node: &Node) -> String {
    match &node.what {
        What::Scalar(scalar) if scalar.plain => scalar.text.clone(),
        What::Scalar(scalar) => serde_json::Value::from(scalar.text.as_str()).to_string(),
        What::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        What::Map(entries) => {
            let pair = |(key, value): &(Key, Node)| {
                format!("{}: {}", serde_json::Value::from(key.text.as_str()), flow(value))
            };
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}
