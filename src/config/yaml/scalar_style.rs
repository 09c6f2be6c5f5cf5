//! A value as YAML in the style that a file has for it, where it can be written so.

use crate::config::{
    interpolate::{Pipes, escape, interpolate},
    schema::{Kind, is_invisible},
};

use super::dynamic_value;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
    Alias,
    Flow,
    Block,
}

/// The quotes of the texts of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    Single,
    Double,
    /// Each key and each text takes double quotes.
    Json,
}

/// How texts are quoted in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quoting {
    pub quotes: Quotes,
    /// Whether the last line has no line break, which a block scalar there would need.
    pub has_open_end: bool,
}

/// A value that is written.
#[derive(Clone, Debug)]
pub(super) struct NewValue {
    /// As a person typed it.
    pub text: String,
    /// Whether its `${…}` are replaced by the engine; otherwise it is meant literally.
    pub is_expression: bool,
    pub kind: Kind,
    /// The quotes that what its variable brings needs.
    pub quotes: Option<Style>,
}

/// A value as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    /// What stands behind the key.
    pub inline: String,
    /// The lines of a block scalar.
    pub below: Vec<String>,
}

impl Rendered {
    pub fn inline(text: impl Into<String>) -> Self {
        Self { inline: text.into(), below: Vec::new() }
    }
}

/// Writes a value. `indent` is the indentation of the lines of a block scalar; `None` within brackets.
pub(super) fn render(value: &NewValue, style: Style, quoting: Quoting, indent: Option<usize>) -> Rendered {
    match value.kind {
        Kind::Bool | Kind::Int => return Rendered::inline(&*value.text),
        Kind::AnyMap if value.is_expression => return Rendered::inline(&*value.text),
        Kind::AnyMap => match dynamic_value::typed(&value.text) {
            Ok(serde_json::Value::String(text)) => return render_text(&text, false, style, quoting, indent),
            _ => return Rendered::inline(escape(&value.text)),
        },
        _ => {}
    }
    let style = value.quotes.unwrap_or(style);
    render_text(&value.text, value.is_expression, style, quoting, indent)
}

/// The quotes that an expression needs so that YAML reads what its variable brings as it is.
pub(super) fn quotes_for(text: &str) -> Option<Style> {
    match () {
        () if text.is_empty() || is_plain(text) => None,
        () if text.contains(['\'', '\n', '\r']) => Some(Style::Double),
        () => Some(Style::Single),
    }
}

fn render_text(
    text: &str,
    is_expression: bool,
    style: Style,
    quoting: Quoting,
    indent: Option<usize>,
) -> Rendered {
    let escaped = if is_expression { text.to_owned() } else { escape(text) };
    // The engine would replace an escaped expression again, so its dollar signs are written as YAML escapes.
    let is_stable = is_expression || interpolate(&escaped, Pipes::Text, &|_| None).text == text;
    if !is_stable || quoting.quotes == Quotes::Json {
        return Rendered::inline(double(text, &escaped, is_stable, quoting));
    }
    let single = || Rendered::inline(format!("'{}'", escaped.replace('\'', "''")));
    let is_one_line = !escaped.chars().any(|c| c.is_control() || is_invisible(c));
    let has_break = !(quoting.has_open_end && escaped.ends_with('\n'));
    let block = indent.filter(|_| has_break && fits_block(&escaped));
    match (style, block) {
        (Style::Plain | Style::Alias, _) if is_plain_here(&escaped, indent.is_none()) => {
            Rendered::inline(escaped)
        }
        (Style::Single, _) if is_one_line => single(),
        // Only a block that is there has a header which can say how deep its lines are.
        (Style::Plain | Style::Alias, Some(_)) if escaped.starts_with(' ') && escaped.contains('\n') => {
            Rendered::inline(double(text, &escaped, true, quoting))
        }
        (Style::Folded, Some(indent)) if fits_folded(&escaped) => folded(&escaped, indent),
        (Style::Literal | Style::Folded, Some(indent)) => literal(&escaped, indent),
        (Style::Single | Style::Double, _) => Rendered::inline(double(text, &escaped, true, quoting)),
        (_, Some(indent)) if escaped.contains('\n') => literal(&escaped, indent),
        _ if is_one_line && quoting.quotes == Quotes::Single => single(),
        _ => Rendered::inline(double(text, &escaped, true, quoting)),
    }
}

/// Whether a text needs no quotes where it stands.
fn is_plain_here(text: &str, is_flow: bool) -> bool {
    let is_safe = !is_flow || !text.contains([',', '[', ']', '{', '}', '?']);
    is_plain(text) && !is_resolved(text) && is_safe
}

fn double(text: &str, escaped: &str, is_stable: bool, quoting: Quoting) -> String {
    let literal = if is_stable { escaped } else { text };
    match (quoting.quotes == Quotes::Json, is_stable) {
        (true, true) => serde_json::Value::from(literal).to_string(),
        (true, false) => serde_json::Value::from(literal).to_string().replace('$', "\\u0024"),
        (false, true) => quoted(literal),
        (false, false) => quoted(literal).replace('$', "\\x24"),
    }
}

/// Whether a text can be the lines of a block scalar.
fn fits_block(text: &str) -> bool {
    let is_shown = |c: char| c == '\n' || c == '\t' || !(c.is_control() || is_invisible(c));
    !text.trim().is_empty() && !text.starts_with(['\t', '\n']) && text.chars().all(is_shown)
}

/// Whether a text can be folded: a line that begins with a blank would keep its breaks.
fn fits_folded(text: &str) -> bool {
    text.lines().all(|line| !line.starts_with([' ', '\t']) && !line.ends_with(' ')) && !text.ends_with("\n\n")
}

/// How the line breaks at the end are kept, and the text without them.
fn chomped(text: &str) -> (&'static str, &str, usize) {
    let body = text.trim_end_matches('\n');
    match text.len() - body.len() {
        0 => ("-", body, 0),
        1 => ("", body, 0),
        more => ("+", body, more - 1),
    }
}

fn literal(text: &str, indent: usize) -> Rendered {
    let (chomp, body, blanks) = chomped(text);
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("{:indent$}{line}", "") };
    let mut below: Vec<_> = body.split('\n').map(line).collect();
    below.extend((0..blanks).map(|_| String::new()));
    Rendered { inline: format!("|{chomp}"), below }
}

fn folded(text: &str, indent: usize) -> Rendered {
    let (chomp, body, _) = chomped(text);
    let mut below = Vec::new();
    for (nth, line) in body.split('\n').enumerate() {
        if nth > 0 {
            below.push(String::new());
        }
        if !line.is_empty() {
            below.push(format!("{:indent$}{line}", ""));
        }
    }
    Rendered { inline: format!(">{chomp}"), below }
}

/// A text as a YAML scalar that parses as this text.
pub(super) fn scalar_text(text: &str) -> String {
    match () {
        () if is_plain(text) && !is_resolved(text) => text.to_owned(),
        // As the documentation of the fields writes no text.
        () if text.is_empty() || text.chars().any(is_invisible) => quoted(text),
        () => format!("'{}'", text.replace('\'', "''")),
    }
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
