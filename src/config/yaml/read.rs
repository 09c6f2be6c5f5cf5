//! Reads the values of one websocket input from its tree.

use std::ops::Range;

use crate::config::{
    interpolate::restore,
    schema::{
        FIELDS, Field, FieldId, FieldValue, Kind, Mend, Origin, Problem, Severity, Values, did_you_mean,
        is_secret, is_word, known_elsewhere, meant, misplaced, nearest,
    },
    secrets::address_secrets,
};

use super::{
    flow::flow_text,
    node::{Key, Node, NodeKind},
    pipeline,
    quotes::quoted,
    scalar::{decode, unquoted},
    slots::{Slot, tag},
    source::{Source, is_secret_name},
    template,
};

/// Limit of the entries read from a map or a list: more than any input has, and few enough that comparing them
/// with each other takes no noticeable time.
const MAX_ENTRIES: usize = 10_000;

/// Collects the values of one input and their problems.
pub(super) struct Reader<'a> {
    source: &'a mut Source,
    pub values: Values,
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a mut Source) -> Self {
        Self { source, values: Values::default(), problems: Vec::new() }
    }

    /// Reads an input. `marked` is its object in the text whose expressions are replaced by marks.
    pub fn slot(&mut self, slot: &Slot<'_>, marked: Option<&Node>) {
        let body = slot.body;
        for (key, value) in slot.misplaced_entries() {
            let message =
                format!("field {} is invalid when the component type is websocket (input)", key.text);
            let near = nearest("", &key.text);
            let advice = near.map(|path| format!("did you mean '{path}' below websocket?"));
            self.problems.push(Problem { advice, ..self.error("misplaced-field", "", key.at, message) });
            self.hide_secrets(key, value);
        }
        if let Some(key) = slot.plugin() {
            let problem = self.error("plugin", "", key.at, "plugin object is ineffective");
            let problem = problem.advise("move the fields below websocket:");
            self.problems.push(Problem { severity: Severity::Warning, ..problem });
        }
        // With `type: websocket` and no key `websocket`, the fields are missing.
        if slot.slot.is_some_and(|slot| std::ptr::eq(slot, body)) {
            return;
        }
        if matches!(body.kind, NodeKind::Map(_)) {
            self.object(body, marked, "", "");
        } else {
            let problem =
                self.misfit("expected-object", "", body.at, "the fields of the input", body, "object");
            self.problems.push(problem.advise("write at least 'url: wss://host/path' below it"));
        }
    }

    /// An error at an offset of the text.
    fn error(
        &self,
        code: &'static str,
        path: impl Into<String>,
        at: usize,
        message: impl Into<String>,
    ) -> Problem {
        Problem::error(code, path, self.source.origin(at), message)
    }

    /// An error about a value of the wrong kind: in the words of the pipeline's lint, if one is followed.
    fn misfit(
        &self,
        code: &'static str,
        path: impl Into<String>,
        at: usize,
        expected: &str,
        value: &Node,
        go_type: &str,
    ) -> Problem {
        let message = match go_type {
            _ if !self.source.dialect.is_pipeline() => {
                format!("expected {expected}, got {}", value.kind_name())
            }
            "object" => format!("expected object value, got {}", tag(value)),
            _ => format!("expected {go_type} value"),
        };
        self.error(code, path, at, message)
    }

    /// Reads an object. `row` prefixes the paths of its fields in the schema, `path` those of its values.
    fn object(&mut self, node: &Node, marked: Option<&Node>, row: &str, path: &str) {
        for (nth, (key, value)) in node.entries().iter().enumerate() {
            if nth == MAX_ENTRIES {
                return self.skip_rest(key.at..node.end, path.trim_end_matches('.'));
            }
            if key.text == "<<" {
                self.merge_key(key, value, path);
                continue;
            }
            let is_one_name = !key.text.contains('.');
            let field = FIELDS.iter().find(|field| is_one_name && field.path == format!("{row}{}", key.text));
            let marked = marked.and_then(|marked| marked.get_near(nth, &key.text));
            let Some(field) = field else {
                self.unknown(key, value, node, row, path);
                continue;
            };
            if self.of_template(field, key, value, marked, &format!("{path}{}", key.text)) {
                continue;
            }
            let path = format!("{path}{}", key.text);
            let before = self.problems.len();
            self.field(field, key, value, marked, &path);
            let is_known = self.source.dialect.knows(field);
            let is_last = !node.entries()[nth + 1..].iter().any(|(later, _)| later.text == key.text);
            if !is_known || !is_last {
                self.take_back(&path, before);
            }
            if !is_known && is_last {
                self.not_known_there(field, key);
            } else if is_last {
                self.problems.extend(pipeline::incomplete_group(self.source, node, key, value));
            }
        }
    }

    /// Forgets a value that the pipeline does not use. It reads it none the less.
    fn take_back(&mut self, path: &str, before: usize) {
        self.values.unset_below(path, &Origin::Form);
        let own = self.problems.split_off(before);
        let is_seen =
            |problem: &Problem| ["unknown-field", "wrong-kind", "wrong-type"].contains(&problem.code);
        self.problems.extend(own.into_iter().filter(is_seen));
    }

    /// A field that the followed engine does not know.
    fn not_known_there(&mut self, field: &Field, key: &Key) {
        let path = field.path;
        let problem = self.error("field-not-known-there", path, key.at, self.source.dialect.not_known(path));
        let advice = "remove it, or follow another engine: --as standard knows all fields";
        self.push_lint(problem.advise(advice));
    }

    /// A problem of the pipeline's lint, which a comment may have switched off.
    fn push_lint(&mut self, problem: Problem) {
        let severity = if self.source.lints { problem.severity } else { Severity::Warning };
        self.problems.push(Problem { severity, ..problem });
    }

    /// The pipeline's lint knows no merge key, but lets one with an alias pass.
    fn merge_key(&mut self, key: &Key, value: &Node, path: &str) {
        let is_alias =
            self.source.interpolated.text.get(value.at..).is_some_and(|rest| rest.starts_with('*'));
        let message = if is_alias || !self.source.dialect.is_pipeline() {
            "the pipeline does not follow a merge key, so the fields it would merge are missing"
        } else {
            "field << not recognised: the pipeline does not follow a merge key"
        };
        let problem = self.error("merge-key", path.trim_end_matches('.'), key.at, message);
        let problem = problem.advise("write out the fields, or use an alias for a whole value");
        if is_alias || !self.source.dialect.is_pipeline() {
            self.problems.push(Problem { severity: Severity::Warning, ..problem });
        } else {
            self.push_lint(problem);
        }
        if !is_alias {
            self.source.hide(value.at..value.end);
        }
    }

    /// Masks the value of an unknown key, which may be secret. If the key is close to the name of a field that
    /// is not secret, it masks only credentials in addresses and misplaced secrets.
    fn hide_secrets(&mut self, key: &Key, value: &Node) {
        let near = nearest("", &key.text).and_then(Field::at);
        let is_plain = near.is_some_and(|field| !field.secret) && !is_secret_name(&key.text);
        match &value.kind {
            NodeKind::Map(entries) if is_plain => {
                for (key, value) in entries {
                    self.hide_secrets(key, value);
                }
            }
            NodeKind::Scalar(scalar) if is_plain => {
                if near.is_some_and(|field| misplaced(field, &scalar.text)) {
                    self.source.hide(value.at..value.end);
                } else {
                    self.hide_pieces(&scalar.text, value);
                }
            }
            _ => self.source.hide(value.at..value.end),
        }
    }

    fn unknown(&mut self, key: &Key, value: &Node, object: &Node, row: &str, path: &str) {
        let near = nearest(row, &key.text);
        self.hide_secrets(key, value);
        let name =
            key.text.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).next().unwrap_or_default();
        // In `password hunter2`, where the colon is missing, the secret is part of the key.
        let full = if key.is_marked {
            self.source.hide(key.at..value.end);
            format!("{path}…")
        } else if name != key.text && is_secret_name(name) {
            self.source.hide(key.at + name.len()..value.end);
            format!("{path}{name}…")
        } else {
            format!("{path}{}", key.text)
        };
        let message = match () {
            () if key.is_complex() => {
                "no field has this name: a key must be a single value, not a list or a map".to_owned()
            }
            () if !self.source.lints => {
                "no field has this name; the pipeline's lint is switched off, and it is ignored".to_owned()
            }
            () if self.source.dialect.is_pipeline() => {
                format!("field {} not recognised", full.strip_prefix(path).unwrap_or(&full))
            }
            () => "no field has this name".to_owned(),
        };
        let problem = self.error("unknown-field", full, key.at, message);
        let dotted = key.text.split_once('.').filter(|_| Field::at(&key.text).is_some());
        let advice = dotted
            .map(|(group, name)| format!("write '{group}:', and '{name}:' indented below it"))
            .or_else(|| known_elsewhere(&key.text).map(str::to_owned))
            .unwrap_or_else(|| did_you_mean(near));
        let problem = problem.advise(advice).mended_by(self.renamed(key, object, row));
        self.push_lint(problem);
    }

    /// The mend of a misspelt key: the one name that it is near, if the object does not have that, and no secret would
    /// come to stand below a name that is not one's.
    fn renamed(&self, key: &Key, object: &Node, row: &str) -> Option<Mend> {
        let own = meant(row, &key.text)?;
        let name = own.path.strip_prefix(row)?;
        let is_free = object.get(name).is_none()
            && object
                .entries()
                .iter()
                .filter(|(other, _)| meant(row, &other.text).is_some_and(|other| other.id == own.id))
                .count()
                == 1;
        let keeps_secrets = own.secret || !is_secret_name(&key.text);
        let is_taken =
            self.source.dialect.knows(own) && !key.is_marked && known_elsewhere(&key.text).is_none();
        (is_free && keeps_secrets && is_taken).then(|| Mend::Word { old: key.text.clone(), new: name })
    }

    /// Takes a value that only the template knows, as an expression. Returns whether it is one.
    fn of_template(
        &mut self,
        field: &Field,
        key: &Key,
        value: &Node,
        marked: Option<&Node>,
        path: &str,
    ) -> bool {
        if self.source.pieces.is_empty() {
            return false;
        }
        let is_whole = matches!(
            field.kind,
            Kind::Group | Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList
        );
        let raw = match &value.kind {
            NodeKind::Scalar(scalar) if scalar.is_null() => {
                let key = self.source.interpolated.raw_offset(key.at);
                template::written_below(&self.source.raw, &self.source.pieces, key)
            }
            NodeKind::Scalar(_) => self.source.template_in(value.at..value.end),
            _ => None,
        };
        let Some(raw) = raw.map(str::to_owned) else { return false };
        if is_secret(path) {
            self.source.hide(value.at..value.end);
        }
        let origin = self.source.origin(value.at);
        if is_whole && path == field.path {
            let message = "what it holds is written by the template, and not known here";
            let problem = Problem::warning("template-value", path, origin, message);
            self.problems.push(problem.advise("set what it needs here, or render the template first"));
        } else {
            let expression = Some(self.expression(marked).unwrap_or(raw));
            self.values.put(path.to_owned(), FieldValue { text: String::new(), origin, expression });
        }
        true
    }

    fn field(&mut self, field: &Field, key: &Key, value: &Node, marked: Option<&Node>, path: &str) {
        let is_read_further =
            matches!((field.kind, &value.kind), (Kind::TextMap | Kind::AnyMap, NodeKind::Map(_)));
        // A value of the wrong kind may be a secret that belongs below this field.
        let is_misplaced = match (field.kind, &value.kind) {
            (Kind::Group, NodeKind::Map(_))
            | (Kind::ObjectList, NodeKind::List(_))
            | (Kind::TextList | Kind::TextMap | Kind::AnyMap, _) => false,
            (Kind::Group | Kind::ObjectList, _) => true,
            (_, kind) => !matches!(kind, NodeKind::Scalar(_)),
        };
        if (field.secret && !is_read_further) || is_misplaced {
            self.source.hide(value.at..value.end);
        }
        let expected = match (field.kind, &value.kind) {
            (Kind::Group, NodeKind::Map(_)) => {
                return self.object(value, marked, &format!("{}.", field.path), &format!("{path}."));
            }
            (Kind::TextMap | Kind::AnyMap, NodeKind::Map(_)) => return self.map(field, value, marked, path),
            (Kind::TextList | Kind::ObjectList, NodeKind::List(items)) => {
                return self.list(field, items, marked, path);
            }
            (Kind::Group | Kind::TextMap | Kind::AnyMap, _) => "a map of names and values",
            (Kind::TextList | Kind::ObjectList, _) => "a list with '- ' before each item",
            (_, NodeKind::Scalar(_)) => return self.scalar(field, key, value, marked, path),
            (Kind::Bool, _) => "true or false",
            (Kind::Int, _) => "a whole number",
            _ => "a text",
        };
        let at = if is_empty(value) { key.at } else { value.at };
        let problem = self.misfit("wrong-kind", path, at, expected, value, go_type(field.kind));
        self.problems.push(match field.kind {
            Kind::TextMap | Kind::AnyMap => {
                problem.advise("write each entry as 'Name: value' on an indented line of its own below it")
            }
            Kind::TextList => {
                problem.advise("write each item on a line of its own below it, beginning with '- '")
            }
            Kind::Text | Kind::Path | Kind::Url { .. } => {
                problem.advise(self.quotes(field, &key.text, value, marked))
            }
            _ => problem,
        });
    }

    /// The advice to put a value in quotes. Only an opening message is shown in it.
    fn quotes(&self, field: &Field, name: &str, value: &Node, marked: Option<&Node>) -> String {
        let expression = self.expression(marked);
        let is_opening = matches!(field.id, FieldId::OpenMessage | FieldId::OpenMessages);
        quoted(name, value, expression.as_deref(), is_opening)
    }

    fn scalar(&mut self, field: &Field, key: &Key, value: &Node, marked: Option<&Node>, path: &str) {
        let NodeKind::Scalar(scalar) = &value.kind else { return };
        let origin = self.source.origin(if scalar.text.is_empty() { key.at } else { value.at });
        match decode(scalar, field.kind) {
            Ok(decoded) => {
                if misplaced(field, &decoded.text) {
                    self.source.hide(value.at..value.end);
                } else if matches!(field.kind, Kind::Url { .. }) {
                    self.hide_pieces(&decoded.text, value);
                }
                self.problems.extend(pipeline::secret_not_text(
                    self.source,
                    field.id,
                    path,
                    value.at,
                    scalar,
                ));
                if let Some(oddity) = decoded.oddity {
                    self.problems.extend(oddity.problem(field, path, &origin, &decoded.text));
                }
                let expression = self.expression(marked);
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
                let problem = Problem::error("wrong-type", path, origin, message).advise(advice);
                self.problems.push(problem.mended_by(unquoted(scalar, field.kind)));
            }
        }
    }

    /// Hides the credentials in an address.
    fn hide_pieces(&mut self, address: &str, value: &Node) {
        for secret in address_secrets(address) {
            let written = self.source.interpolated.text.get(value.at..value.end).unwrap_or_default();
            if let Some(at) = written.find(secret.expose()).filter(|_| !secret.is_empty()) {
                let from = value.at + at;
                self.source.hide(from..from + secret.expose().len());
            }
        }
    }

    /// Skips the rest of a map or a list, and hides it.
    fn skip_rest(&mut self, rest: Range<usize>, path: &str) {
        let message = format!("it has more than {MAX_ENTRIES} entries; the rest is not read");
        let problem = self.error("too-many-entries", path, rest.start, message);
        self.source.hide(rest);
        self.problems.push(problem.advise("is this the right file?"));
    }

    fn map(&mut self, field: &Field, node: &Node, marked: Option<&Node>, path: &str) {
        for (nth, (key, value)) in node.entries().iter().enumerate() {
            if nth == MAX_ENTRIES {
                return self.skip_rest(key.at..node.end, path);
            }
            let path = format!("{path}.{}", key.text);
            let marked = marked.and_then(|marked| marked.get_near(nth, &key.text));
            if is_secret(&path) || !matches!(value.kind, NodeKind::Scalar(_)) {
                self.source.hide(value.at..value.end);
            }
            match &value.kind {
                _ if self.of_template(field, key, value, marked, &path) => {}
                _ if field.kind == Kind::AnyMap => {
                    let origin = self.source.origin(if is_empty(value) { key.at } else { value.at });
                    let is_quoted = matches!(&value.kind, NodeKind::Scalar(scalar) if !scalar.plain);
                    // Without its quotes it would have another type.
                    let expression = self.expression(marked);
                    let expression = expression.map(|raw| if is_quoted { format!("\"{raw}\"") } else { raw });
                    self.values.put(path, FieldValue { text: flow_text(value), origin, expression });
                }
                NodeKind::Scalar(_) => {
                    self.scalar(&Field { kind: Kind::Text, ..*field }, key, value, marked, &path);
                }
                _ => {
                    let problem = self.misfit("wrong-kind", path, value.at, "a text", value, "string");
                    self.problems.push(problem.advise(self.quotes(field, &key.text, value, marked)));
                }
            }
        }
    }

    fn list(&mut self, field: &Field, items: &[Node], marked: Option<&Node>, path: &str) {
        for (index, item) in items.iter().enumerate() {
            if index == MAX_ENTRIES {
                let end = items.last().map_or(item.end, |last| last.end);
                return self.skip_rest(item.at..end, path);
            }
            let path = format!("{path}.{index}");
            let marked = marked.and_then(|marked| marked.items().get(index));
            let key = Key { at: item.at, text: String::new(), plain: true, is_marked: false };
            match (&item.kind, field.kind) {
                _ if self.of_template(field, &key, item, marked, &path) => {}
                (NodeKind::Map(entries), Kind::ObjectList) => {
                    if entries.is_empty() {
                        // An entry without fields is still one, of which all is missing.
                        let origin = self.source.origin(item.at);
                        self.values.set(format!("{path}.cert"), "", origin);
                    }
                    self.object(item, marked, &format!("{}[].", field.path), &format!("{path}."));
                }
                (NodeKind::Scalar(_), Kind::TextList) => {
                    self.scalar(&Field { kind: Kind::Text, ..*field }, &key, item, marked, &path);
                }
                (_, kind) => {
                    let expected =
                        if kind == Kind::TextList { "a text" } else { "a map of names and values" };
                    let go_type = if kind == Kind::TextList { "string" } else { "object" };
                    self.source.hide(item.at..item.end);
                    let number = index.to_string();
                    let advice = (kind == Kind::TextList).then(|| self.quotes(field, &number, item, marked));
                    let problem = self.misfit("wrong-kind", path, item.at, expected, item, go_type);
                    self.problems.push(Problem { advice, ..problem });
                }
            }
        }
    }

    /// The raw text of a value, if the marked node shows that it contains `${…}`.
    fn expression(&self, marked: Option<&Node>) -> Option<String> {
        match &marked?.kind {
            NodeKind::Scalar(scalar) => {
                restore(&scalar.text, &self.source.raw, &self.source.interpolated.replacements)
            }
            _ => None,
        }
    }
}

/// The word of the pipeline's lint for what a field takes (`FieldSpec.LintYAML` in `internal/docs/format_yaml.go`).
fn go_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Group | Kind::TextMap | Kind::AnyMap => "object",
        Kind::TextList | Kind::ObjectList => "array",
        Kind::Bool => "bool",
        Kind::Int => "int",
        _ => "string",
    }
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar(scalar) if scalar.text.is_empty())
}
