//! From the tree of one websocket input to its values.

use std::{collections::HashSet, ops::Range};

use crate::config::{
    interpolate::restore,
    schema::{
        FIELDS, Field, FieldId, FieldValue, Kind, Origin, Problem, Values, did_you_mean, is_secret, is_word,
        misplaced, nearest,
    },
    secrets::address_secrets,
};

use super::{
    dynamic_value,
    locate::Slot,
    node::{Key, Node, What},
    scalar::{Odd, decode},
    source::{Source, is_secret_name},
};

/// The most entries of a map or a list that are read: more than any input has, and no more than can be
/// compared with each other in no time.
const ENTRIES: usize = 10_000;

/// Collects the values of one input and what is wrong with them.
pub(super) struct Reader<'a> {
    source: &'a mut Source,
    pub values: Values,
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a mut Source) -> Self {
        Self { source, values: Values::default(), problems: Vec::new() }
    }

    /// Reads the object of an input. `twin` is the same object in the text with marks for its
    /// expressions.
    pub fn slot(&mut self, slot: &Slot<'_>, twin: Option<&Node>) {
        for key in slot.strangers() {
            let message =
                format!("field {} is invalid when the component type is websocket (input)", key.text);
            let near = nearest("", &key.text);
            let advice = near.map(|path| format!("did you mean '{path}' within websocket?"));
            let mut problem = Problem::error("misplaced-field", "", self.source.origin(key.at), message);
            problem.advice = advice;
            self.problems.push(problem);
        }
        let strangers: HashSet<_> = slot.strangers().iter().map(|key| key.at).collect();
        for (key, value) in slot.slot.map_or(&[][..], Node::entries) {
            if strangers.contains(&key.at) {
                self.hide_secrets(key, value);
            }
        }
        if let Some(key) = slot.plugin() {
            let problem =
                Problem::warning("plugin", "", self.source.origin(key.at), "plugin object is ineffective");
            self.problems.push(problem.advise("move the fields below websocket:"));
        }
        if matches!(slot.body.kind, What::Map(_)) {
            self.object(slot.body, twin, "", "");
        } else {
            let message = format!("expected the fields of the input, got {}", slot.body.name());
            let problem = Problem::error("expected-object", "", self.source.origin(slot.body.at), message);
            self.problems.push(problem.advise("write at least 'url: wss://host/path' below it"));
        }
    }

    /// Reads an object whose rows are at `row` and whose values go to `path`.
    fn object(&mut self, node: &Node, twin: Option<&Node>, row: &str, path: &str) {
        for (nth, (key, value)) in node.entries().iter().enumerate() {
            if nth == ENTRIES {
                return self.leave_out(key.at..node.end, path.trim_end_matches('.'));
            }
            if key.text == "<<" {
                let message = "the pipeline does not follow a merge key; what it would bring in is missing";
                let origin = self.source.origin(key.at);
                let advice = "write the fields out, or use an alias for a whole value";
                self.problems.push(
                    Problem::warning("merge-key", path.trim_end_matches('.'), origin, message).advise(advice),
                );
                continue;
            }
            let field = FIELDS.iter().find(|field| field.path == format!("{row}{}", key.text));
            let twin = twin.and_then(|twin| twin.get(&key.text));
            match field {
                Some(field) => self.field(field, key, value, twin, &format!("{path}{}", key.text)),
                None => self.unknown(key, value, row, path),
            }
        }
    }

    /// Masks what may be secret in a value that no field takes: all of it, unless the key is
    /// nearly that of a field which has no secret.
    fn hide_secrets(&mut self, key: &Key, value: &Node) {
        let near = nearest("", &key.text).and_then(Field::at);
        let is_plain = near.is_some_and(|field| !field.secret) && !is_secret_name(&key.text);
        match &value.kind {
            What::Map(entries) if is_plain => {
                for (key, value) in entries {
                    self.hide_secrets(key, value);
                }
            }
            What::Scalar(scalar) if is_plain => {
                let is_misplaced = near.is_some_and(|field| misplaced(field, &scalar.text));
                if is_misplaced {
                    self.source.hide(value.at..value.end);
                } else {
                    self.hide_pieces(&scalar.text, value);
                }
            }
            _ => self.source.hide(value.at..value.end),
        }
    }

    fn unknown(&mut self, key: &Key, value: &Node, row: &str, path: &str) {
        let near = nearest(row, &key.text);
        self.hide_secrets(key, value);
        let name =
            key.text.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).next().unwrap_or_default();
        // `password hunter2` without its colon is all key.
        let full = if key.is_marked {
            self.source.hide(key.at..value.end);
            format!("{path}…")
        } else if name != key.text && is_secret_name(name) {
            self.source.hide(key.at + name.len()..value.end);
            format!("{path}{name}…")
        } else {
            format!("{path}{}", key.text)
        };
        let mut problem =
            Problem::error("unknown-field", full, self.source.origin(key.at), "no field has this name");
        problem.advice = Some(did_you_mean(near));
        self.problems.push(problem);
    }

    fn field(&mut self, field: &Field, key: &Key, value: &Node, twin: Option<&Node>, path: &str) {
        let is_read_further =
            matches!((field.kind, &value.kind), (Kind::TextMap | Kind::AnyMap, What::Map(_)));
        // What stands where a block of secrets belongs, or is no value of its field, may be one of them.
        let is_misplaced = match (field.kind, &value.kind) {
            (Kind::Group, What::Map(_))
            | (Kind::ObjectList, What::List(_))
            | (Kind::TextList | Kind::TextMap | Kind::AnyMap, _) => false,
            (Kind::Group | Kind::ObjectList, _) => true,
            (_, kind) => !matches!(kind, What::Scalar(_)),
        };
        if (field.secret && !is_read_further) || is_misplaced {
            self.source.hide(value.at..value.end);
        }
        let wanted = match (field.kind, &value.kind) {
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
        let message = format!("expected {wanted}, got {}", value.name());
        let mut problem = Problem::error("wrong-kind", path, self.source.origin(key.at), message);
        problem.advice = match field.kind {
            Kind::TextMap | Kind::AnyMap => {
                Some("write each as 'Name: value', indented, on a line below it".to_owned())
            }
            Kind::TextList => Some("write each behind '- ' on a line below it".to_owned()),
            _ => None,
        };
        self.problems.push(problem);
    }

    fn scalar(&mut self, field: &Field, key: &Key, value: &Node, twin: Option<&Node>, path: &str) {
        let What::Scalar(scalar) = &value.kind else { return };
        let origin = self.source.origin(if scalar.text.is_empty() { key.at } else { value.at });
        match decode(scalar, field.kind) {
            Ok(decoded) => {
                if misplaced(field, &decoded.text) {
                    self.source.hide(value.at..value.end);
                } else if matches!(field.kind, Kind::Url { .. }) {
                    self.hide_pieces(&decoded.text, value);
                }
                if let Some(odd) = decoded.odd {
                    self.odd(odd, field, path, &origin, &decoded.text);
                }
                let expression = self.expression(twin);
                self.values.put(path.to_owned(), FieldValue { text: decoded.text, origin, expression });
            }
            Err(message) => {
                if !is_word(&scalar.text) {
                    self.source.hide(value.at..value.end);
                }
                let advice = match field.kind {
                    Kind::Bool => "write true or false without quotes",
                    _ => "write the number without quotes",
                };
                self.problems.push(Problem::error("wrong-type", path, origin, message).advise(advice));
            }
        }
    }

    /// Hides the credentials that stand in an address.
    fn hide_pieces(&mut self, address: &str, value: &Node) {
        for secret in address_secrets(address) {
            let written = self.source.replaced.text.get(value.at..value.end).unwrap_or_default();
            if let Some(at) = written.find(secret.expose()).filter(|_| !secret.is_empty()) {
                let from = value.at + at;
                self.source.hide(from..from + secret.expose().len());
            }
        }
    }

    fn odd(&mut self, odd: Odd, field: &Field, path: &str, origin: &Origin, text: &str) {
        let (code, message, advice) = match odd {
            Odd::Null if field.id == FieldId::ConnectionMaxRetries => (
                "max-retries-empty",
                "nothing stands behind it, which means 0: a failed attempt is never retried".to_owned(),
                "remove the field to retry for ever, or write the number",
            ),
            Odd::Null if field.default_text().is_none_or(|default| default == text) => return,
            Odd::Null => (
                "empty-value",
                format!("nothing stands behind it, which means {}, not the default", zero(text)),
                "remove the field, or write its value",
            ),
            Odd::Fraction => {
                ("fraction-cut", format!("its fraction is cut off: {text}"), "write a whole number")
            }
        };
        self.problems.push(Problem::warning(code, path, origin.clone(), message).advise(advice));
    }

    /// Leaves the rest of a map or a list alone, and shows nothing of it.
    fn leave_out(&mut self, rest: Range<usize>, path: &str) {
        let origin = self.source.origin(rest.start);
        self.source.hide(rest);
        let message = format!("more than {ENTRIES} entries stand here, and no more are read");
        let problem = Problem::error("too-many-entries", path, origin, message);
        self.problems.push(problem.advise("is this the right file?"));
    }

    fn map(&mut self, field: &Field, node: &Node, twin: Option<&Node>, path: &str) {
        for (nth, (key, value)) in node.entries().iter().enumerate() {
            if nth == ENTRIES {
                return self.leave_out(key.at..node.end, path);
            }
            let path = format!("{path}.{}", key.text);
            let twin = twin.and_then(|twin| twin.get(&key.text));
            if is_secret(&path) || !matches!(value.kind, What::Scalar(_)) {
                self.source.hide(value.at..value.end);
            }
            match &value.kind {
                _ if field.kind == Kind::AnyMap => {
                    let origin = self.source.origin(if is_empty(value) { key.at } else { value.at });
                    let is_quoted = matches!(&value.kind, What::Scalar(scalar) if !scalar.plain);
                    // Without its quotes it would stand for another type.
                    let expression = self.expression(twin);
                    let expression = expression.map(|raw| if is_quoted { format!("\"{raw}\"") } else { raw });
                    self.values.put(path, FieldValue { text: flow(value), origin, expression });
                }
                What::Scalar(_) => {
                    self.scalar(&Field { kind: Kind::Text, ..*field }, key, value, twin, &path);
                }
                _ => {
                    let message = format!("expected a text, got {}", value.name());
                    self.problems.push(Problem::error(
                        "wrong-kind",
                        path,
                        self.source.origin(key.at),
                        message,
                    ));
                }
            }
        }
    }

    fn list(&mut self, field: &Field, items: &[Node], twin: Option<&Node>, path: &str) {
        for (index, item) in items.iter().enumerate() {
            if index == ENTRIES {
                let end = items.last().map_or(item.end, |last| last.end);
                return self.leave_out(item.at..end, path);
            }
            let path = format!("{path}.{index}");
            let twin = twin.and_then(|twin| twin.items().get(index));
            let key = Key { at: item.at, text: String::new(), plain: true, is_marked: false };
            match (&item.kind, field.kind) {
                (What::Map(_), Kind::ObjectList) => {
                    self.object(item, twin, &format!("{}[].", field.path), &format!("{path}."));
                }
                (What::Scalar(_), Kind::TextList) => {
                    self.scalar(&Field { kind: Kind::Text, ..*field }, &key, item, twin, &path);
                }
                (_, kind) => {
                    let wanted = if kind == Kind::TextList { "a text" } else { "a map of names and values" };
                    let message = format!("expected {wanted}, got {}", item.name());
                    self.source.hide(item.at..item.end);
                    let origin = self.source.origin(item.at);
                    self.problems.push(Problem::error("wrong-kind", path, origin, message));
                }
            }
        }
    }

    /// The value as the file has it, where the marked twin shows that `${…}` took part.
    fn expression(&self, twin: Option<&Node>) -> Option<String> {
        match &twin?.kind {
            What::Scalar(scalar) => restore(&scalar.text, &self.source.raw, &self.source.replaced.replaced),
            _ => None,
        }
    }
}

fn zero(text: &str) -> &str {
    if text.is_empty() { "an empty text" } else { text }
}

/// A value in YAML's flow style, for fields that take anything: as [`dynamic_value::typed`] reads it back.
fn flow(node: &Node) -> String {
    match &node.kind {
        What::Scalar(scalar) if scalar.plain => scalar.text.clone(),
        What::Scalar(scalar) => dynamic_value::written(&scalar.text.as_str().into()),
        What::List(_) | What::Map(_) => inner(node),
    }
}

/// The same within a list or a map, where a plain text may not stand as it is.
fn inner(node: &Node) -> String {
    match &node.kind {
        What::Scalar(scalar) if scalar.plain => {
            dynamic_value::plain(&scalar.text).map_or_else(|_| scalar.text.clone(), |value| value.to_string())
        }
        What::Scalar(scalar) => serde_json::Value::from(scalar.text.as_str()).to_string(),
        What::List(items) => format!("[{}]", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
        What::Map(entries) => {
            let pair = |(key, value): &(Key, Node)| {
                let text = serde_json::Value::from(key.text.as_str()).to_string();
                // A key that is no text stays none; JSON cannot hold it, and that is told later.
                let is_text =
                    !key.plain || dynamic_value::plain(&key.text).is_ok_and(|value| value.is_string());
                format!("{}: {}", if is_text { &text } else { &key.text }, inner(value))
            };
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.kind, What::Scalar(scalar) if scalar.text.is_empty())
}
