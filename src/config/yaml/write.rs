//! Writes values as pipeline YAML, for the screen and for a file.

use crate::config::{
    interpolate::{Pipes, escape, interpolate},
    schema::{Engines, FIELDS, Field, FieldId, FieldValue, Kind, Origin, Relevance, Values, is_invisible},
    secrets::MASK,
};

use super::dynamic_value;

/// How secrets are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Masked, for the screen.
    Masked,
    /// As they were typed, for a file. A secret from the environment stays an expression.
    Typed,
}

/// Writes values as YAML.
#[derive(Clone, Copy, Debug)]
pub struct YamlWriter<'a> {
    pub values: &'a Values,
    /// Whether to write the defaults of relevant fields too.
    pub with_defaults: bool,
    pub secrets: Secrets,
}

/// What a session is made with, without secrets: for its capture. An opening message may hold a password that no field
/// names, and so is masked as a whole.
#[must_use]
pub fn masked_yaml(values: &Values) -> String {
    let mut masked = values.clone();
    for (path, given) in values.iter().filter(|(_, given)| given.expression.is_none()) {
        let opens = |field: &Field| {
            matches!(field.id, FieldId::OpenMessage | FieldId::OpenMessages) && !given.text.is_empty()
        };
        if Field::at(path).is_some_and(opens) {
            masked.put(path.to_owned(), FieldValue { text: MASK.to_owned(), ..given.clone() });
        }
    }
    YamlWriter { values: &masked, with_defaults: false, secrets: Secrets::Masked }.text()
}

/// A line of YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlLine {
    pub text: String,
    /// The path of the value in it, if it has one.
    pub path: Option<String>,
    /// Origin of that value, in words.
    pub origin: Option<String>,
}

impl YamlLine {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), path: None, origin: None }
    }
}

impl YamlWriter<'_> {
    /// The values as `input: websocket:`.
    #[must_use]
    pub fn lines(&self) -> Vec<YamlLine> {
        let mut lines = vec![YamlLine::plain("input:"), YamlLine::plain("  websocket:")];
        for field in FIELDS.iter().filter(|field| !field.path.contains('.')) {
            lines.extend(self.rows(field, 4));
        }
        lines
    }

    /// The values as the text of a file.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines().into_iter().map(|line| line.text + "\n").collect()
    }

    /// The lines of a field and of the fields below it.
    fn rows(&self, field: &Field, indent: usize) -> Vec<YamlLine> {
        let name = field.path.rsplit('.').next().unwrap_or(field.path);
        let rows: Vec<YamlLine> = match field.kind {
            Kind::Group => {
                let prefix = format!("{}.", field.path);
                let children = FIELDS
                    .iter()
                    .filter(|child| child.path.strip_prefix(&prefix).is_some_and(|rest| !rest.contains('.')));
                children.flat_map(|child| self.rows(child, indent + 2)).collect()
            }
            Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList => {
                self.entries(field, indent + 2)
            }
            _ => return self.scalar(field, name, indent).into_iter().collect(),
        };
        if rows.is_empty() {
            return rows;
        }
        let mut lines = vec![YamlLine::plain(format!("{:indent$}{name}:", ""))];
        lines.extend(rows);
        lines
    }

    /// The lines of a map or a list; the first line of each object in a list has the dash.
    fn entries(&self, field: &Field, indent: usize) -> Vec<YamlLine> {
        let mut last = None;
        let entries = self.values.entries(field.id).into_iter();
        let lines = entries.map(|(key, _)| {
            let lead = match field.kind {
                Kind::TextList => "- ".to_owned(),
                Kind::ObjectList => {
                    let (index, leaf) = key.split_once('.').unwrap_or((key, ""));
                    let dash = if last.replace(index) == Some(index) { "  " } else { "- " };
                    format!("{dash}{leaf}: ")
                }
                _ => format!("{}: ", scalar_text(key)),
            };
            let path = format!("{}.{key}", field.path);
            let text = format!("{:indent$}{lead}{}", "", self.value(&path, field.kind));
            let origin = self.values.get(&path).map(|value| origin_text(&value.origin));
            YamlLine { text, path: Some(path), origin }
        });
        lines.collect()
    }

    fn scalar(&self, field: &Field, name: &str, indent: usize) -> Option<YamlLine> {
        let path = Some(field.path.to_owned());
        if let Some(value) = self.values.of(field.id) {
            let text = format!("{:indent$}{name}: {}", "", self.value(field.path, field.kind));
            return Some(YamlLine { text, path, origin: Some(origin_text(&value.origin)) });
        }
        let takes_part = match field.relevance {
            Relevance::Always => true,
            Relevance::EnabledBy(switch) => self.values.is_on(switch),
        };
        if !self.with_defaults || !takes_part || field.engines != Engines::ALL {
            return None;
        }
        field.default_text()?;
        let text = format!("{:indent$}{name}: {}", "", default_yaml(field));
        Some(YamlLine { text, path, origin: Some(origin_text(&Origin::Default)) })
    }

    /// A value as YAML.
    fn value(&self, path: &str, kind: Kind) -> String {
        let Some(value) = self.values.get(path) else { return String::new() };
        let shown = match (self.secrets, &value.expression, &value.origin) {
            (Secrets::Masked, ..) => self.values.shown(path).unwrap_or_default(),
            (Secrets::Typed, Some(expression), _) => expression.clone(),
            // A secret from the environment is written as an expression.
            (Secrets::Typed, None, Origin::Environment(name)) => format!("${{{name}}}"),
            (Secrets::Typed, None, _) => value.text.clone(),
        };
        if shown == MASK {
            return shown;
        }
        let is_expression = value.expression.is_some()
            || (self.secrets == Secrets::Typed && matches!(value.origin, Origin::Environment(_)));
        if kind == Kind::AnyMap {
            return any_text(&shown, is_expression);
        }
        let bare = matches!(kind, Kind::Bool | Kind::Int);
        match is_expression {
            true if bare || is_plain(&shown) => shown,
            true => quoted(&shown),
            false if bare => shown,
            false => literal_text(&shown),
        }
    }
}

/// A value of any type. It is YAML already, unless it is a text.
fn any_text(text: &str, is_expression: bool) -> String {
    match dynamic_value::typed(text) {
        _ if is_expression => text.to_owned(),
        Ok(serde_json::Value::String(plain)) => literal_text(&plain),
        _ => escape(text),
    }
}

/// The default of a field as YAML.
#[must_use]
pub fn default_yaml(field: &Field) -> String {
    let default = field.default_text().unwrap_or_default();
    if matches!(field.kind, Kind::Bool | Kind::Int) { default } else { scalar_text(&default) }
}

/// An origin for a comment. A control character in a path must not end the line.
fn origin_text(origin: &Origin) -> String {
    let text = match origin {
        Origin::File { path, line, .. } => format!("{}:{line}", path.display()),
        other => other.to_string(),
    };
    text.chars().map(|c| if is_invisible(c) { '\u{fffd}' } else { c }).collect()
}

/// A text as a YAML scalar in which the engine replaces no expression.
fn literal_text(text: &str) -> String {
    let escaped = escape(text);
    if interpolate(&escaped, Pipes::Text, &|_| None).text == text {
        return scalar_text(&escaped);
    }
    // The engine would replace an escaped expression again, so its dollar signs are written as YAML escapes.
    quoted(text).replace('$', "\\x24")
}

/// A text as a YAML scalar that parses as this text.
pub(super) fn scalar_text(text: &str) -> String {
    if is_plain(text) && !is_resolved(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text without quotes would be a number, a bool or null.
pub(super) fn is_resolved(text: &str) -> bool {
    let resolves = serde_yaml::from_str::<serde_yaml::Value>(text).is_ok_and(|value| !value.is_string());
    resolves || ["y", "n", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a text needs no quotes in block style, since it has no indicators.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.$(_".contains(c))
        && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['"', '\'', '`', '\\'])
}

/// A double-quoted scalar, with invisible characters escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_invisible(c) => quoted.extend(format!("\\U{:08X}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Origin, Secrets, Values, YamlWriter};
    use crate::config::ConfigFile;

    /// Writes a value to a file and reads it back.
    fn round_trip(path: &str, text: &str) -> Option<String> {
        let mut values = Values::default();
        values.set("url", "ws://h", Origin::Form);
        values.set(path, text, Origin::Form);
        let written = YamlWriter { values: &values, with_defaults: false, secrets: Secrets::Typed }.text();
        let file = ConfigFile::read(Path::new("a.yaml"), &written, &|name| Some(format!("<{name}>")));
        Some(file.inputs.first()?.values.get(path)?.text.clone())
    }

    #[test]
    fn a_text_that_the_engine_would_replace_twice_reads_back() {
        for text in
            ["${NAME}", "${{NAME}}", "a ${{NAME:x}} b", "${NAME:${OTHER}}", "${{A:${B}}}\n\"", "${${A}"]
        {
            for path in ["open_message", "headers.X-Template", "jwt.claims.template"] {
                assert_eq!(round_trip(path, text).as_deref(), Some(text), "{path}");
            }
        }
    }
}
