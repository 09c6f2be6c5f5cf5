//! Writes values as pipeline YAML, for the screen and for a file.

use crate::config::{
    schema::{Engines, FIELDS, Field, FieldId, FieldValue, Kind, Origin, Relevance, Values, is_invisible},
    secrets::MASK,
};

use super::scalar_style::{NewValue, Quotes, Quoting, Rendered, Style, quotes_for, render, scalar_text};

/// New text takes single quotes where it needs any, and stands as a block where it has several lines.
const QUOTING: Quoting = Quoting { quotes: Quotes::Single, has_open_end: false };

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
            _ => return self.scalar(field, name, indent),
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
        let lines = entries.flat_map(|(key, _)| {
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
            let origin = self.values.get(&path).map(|value| origin_text(&value.origin));
            // In an object of a list the names stand behind the dash.
            let deeper = if field.kind == Kind::ObjectList { 4 } else { 2 };
            let value = self.value(&path, field.kind, indent + deeper);
            value_lines(format!("{:indent$}{lead}", ""), value, path, origin)
        });
        lines.collect()
    }

    fn scalar(&self, field: &Field, name: &str, indent: usize) -> Vec<YamlLine> {
        if let Some(value) = self.values.of(field.id) {
            let origin = Some(origin_text(&value.origin));
            let value = self.value(field.path, field.kind, indent + 2);
            return value_lines(format!("{:indent$}{name}: ", ""), value, field.path.to_owned(), origin);
        }
        self.default(field, name, indent).into_iter().collect()
    }

    /// The line of a field that is not set.
    fn default(&self, field: &Field, name: &str, indent: usize) -> Option<YamlLine> {
        let takes_part = match field.relevance {
            Relevance::Always => true,
            Relevance::EnabledBy(switch) => self.values.is_on(switch),
        };
        if !self.with_defaults || !takes_part || field.engines != Engines::ALL {
            return None;
        }
        field.default_text()?;
        let text = format!("{:indent$}{name}: {}", "", default_yaml(field));
        let (path, origin) = (Some(field.path.to_owned()), Some(origin_text(&Origin::Default)));
        Some(YamlLine { text, path, origin })
    }

    /// A value as YAML. A block of lines stands this deep.
    fn value(&self, path: &str, kind: Kind, indent: usize) -> Rendered {
        let Some(value) = self.values.get(path) else { return Rendered::inline("") };
        let shown = match (self.secrets, &value.expression, &value.origin) {
            (Secrets::Masked, ..) => self.values.shown(path).unwrap_or_default(),
            (Secrets::Typed, Some(expression), _) => expression.clone(),
            // A secret from the environment is written as an expression.
            (Secrets::Typed, None, Origin::Environment(name)) => format!("${{{name}}}"),
            (Secrets::Typed, None, _) => value.text.clone(),
        };
        if shown == MASK {
            return Rendered::inline(shown);
        }
        let is_expression = value.expression.is_some()
            || (self.secrets == Secrets::Typed && matches!(value.origin, Origin::Environment(_)));
        let quotes = quotes_for(&shown).filter(|_| is_expression);
        let value = NewValue { text: shown, is_expression, kind, quotes };
        render(&value, Style::Plain, QUOTING, Some(indent))
    }
}

/// The line of a value, and those of its block.
fn value_lines(lead: String, value: Rendered, path: String, origin: Option<String>) -> Vec<YamlLine> {
    let first = YamlLine { text: lead + &value.inline, path: Some(path), origin };
    std::iter::once(first).chain(value.below.into_iter().map(YamlLine::plain)).collect()
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

    #[test]
    fn a_text_takes_single_quotes_and_several_lines_are_a_block() {
        let mut values = Values::default();
        values.set("url", "ws://h", Origin::Form);
        values.set("open_message", r#"{"op":"it's"}"#, Origin::Form);
        values.set("tls.root_cas", "-----BEGIN\nabc\n-----END\n", Origin::Form);
        values.set("headers.X-Note", "two\n  lines", Origin::Form);
        let written = YamlWriter { values: &values, with_defaults: false, secrets: Secrets::Typed }.text();
        for part in [
            "    open_message: '{\"op\":\"it''s\"}'\n",
            "      X-Note: |-\n        two\n          lines\n",
            "      root_cas: |\n        -----BEGIN\n        abc\n        -----END\n",
        ] {
            assert!(written.contains(part), "{written}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_reads_back(text in r#"[a-z '"\\:#{}$|>\-\n\t\r&*!%@`\[\]é]{1,24}"#) {
            for path in ["open_message", "headers.X-Template", "basic_auth.username"] {
                proptest::prop_assert_eq!(round_trip(path, &text), Some(text.clone()), "{}", path);
            }
        }
    }
}
