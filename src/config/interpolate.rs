//! Replaces `${NAME}` in the text of a file before YAML is parsed, as the pipeline does.
//!
//! | form | meaning |
//! | --- | --- |
//! | `${NAME}` | the value; a problem if it is not set |
//! | `${NAME:default}` | the default if it is not set or empty; may contain one level of `${…}` |
//! | `${{NAME}}`, `${{NAME:x}}` | the text `${NAME}`, `${NAME:x}` |
//! | `${NAME\|base64decode}`, `${NAME:x\|base64decode}` | the same, decoded: Benthos since 4.50 only |
//! | `${!…}`, `${}`, other characters in the name | unchanged |
//!
//! Line breaks in a value become the two characters backslash and n, so that the numbers of lines stay the same.

use std::{ops::Range, sync::LazyLock};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use regex::Regex;

/// A text with replaced variables, and the places of the replacements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpolated {
    pub text: String,
    /// In increasing order.
    pub replacements: Vec<Replacement>,
    /// Variables that are not set and have no default.
    pub unset: Vec<Unset>,
    /// Values that a decode function does not take: the offset in the raw text, and the error of the pipeline.
    pub undecoded: Vec<(usize, String)>,
}

/// Whether a `|` in an expression begins a decode function, as in Benthos since 4.50, or is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipes {
    Text,
    Decode,
}

/// A piece of a Go template, `{{ … }}`, and whether it is alone in its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub raw: Range<usize>,
    pub is_alone: bool,
}

/// Stands for what a template writes within a line: a private-use character.
pub(super) const RENDERED: char = '\u{f8f2}';

/// A replacement: the ranges of the expression in the raw text and of its value in the new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub raw: Range<usize>,
    pub new: Range<usize>,
}

/// A variable that is not set and has no default, with the offset of its expression in the raw text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unset {
    pub name: String,
    pub at: usize,
}

/// Replaces the expressions in `raw` by the values of `environment`.
#[must_use]
pub fn interpolate(raw: &str, pipes: Pipes, environment: &dyn Fn(&str) -> Option<String>) -> Interpolated {
    interpolate_template(raw, pipes, &[], environment)
}

/// The same for a Go template with these pieces.
pub(super) fn interpolate_template(
    raw: &str,
    pipes: Pipes,
    pieces: &[Piece],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Interpolated {
    let (mut unset, mut undecoded) = (Vec::new(), Vec::new());
    let mut result = replace(raw, pipes, pieces, |found, at, _| {
        let Some(found) = found else { return RENDERED.to_string() };
        let value = found.value(environment).unwrap_or_else(|| {
            unset.push(Unset { name: found.name.to_owned(), at });
            String::new()
        });
        let decoded = match found.function {
            Some(function) => decoded(function, &value),
            None => Ok(value),
        };
        let value = decoded.unwrap_or_else(|error| {
            undecoded.push((at, error));
            String::new()
        });
        value.replace('\n', "\\n")
    });
    (result.unset, result.undecoded) = (unset, undecoded);
    result
}

/// A value as a decode function returns it (`ReplaceEnvVariables` of Benthos).
fn decoded(function: &str, value: &str) -> Result<String, String> {
    if function != "base64decode" {
        return Err(format!("unknown env var decode function: {function}"));
    }
    let bytes = BASE64_STANDARD.decode(value.replace(['\r', '\n'], "")).map_err(|error| {
        let at = match error {
            base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => at,
            _ => value.len() - value.len() % 4,
        };
        format!("failed to decode base64-encoded env var: illegal base64 data at input byte {at}")
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Replaces each expression by a mark with its number, which has no meaning in YAML; see [`restore`].
pub(super) fn mark(raw: &str, pipes: Pipes, pieces: &[Piece]) -> Interpolated {
    replace(raw, pipes, pieces, |_, _, nth| format!("{OPEN}{nth}{CLOSE}"))
}

/// Replaces the marks in `text` by the expressions of `raw`; `None` if there is no mark.
pub(super) fn restore(text: &str, raw: &str, replacements: &[Replacement]) -> Option<String> {
    let mut restored = String::new();
    let mut rest = text;
    let mut any = false;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        let (number, behind) = behind.split_once(CLOSE)?;
        restored.push_str(before);
        restored.push_str(raw.get(replacements.get(number.parse::<usize>().ok()?)?.raw.clone())?);
        rest = behind;
        any = true;
    }
    restored.push_str(rest);
    any.then_some(restored)
}

/// Escapes `text` for a file: adds a second pair of braces to expressions, so that they are not replaced.
#[must_use]
pub fn escape(text: &str) -> String {
    replace(text, Pipes::Text, &[], |found, _, _| {
        let Some(found) = found else { return String::new() };
        let default = found.default.map(|default| format!(":{default}")).unwrap_or_default();
        let inner = format!("${{{{{}{default}}}}}", found.name);
        if found.literal { format!("${{{inner}}}") } else { inner }
    })
    .text
}

/// Whether a text is a single expression without a default, and so does not reveal the value.
#[must_use]
pub fn is_bare(text: &str) -> bool {
    let captures = EXPRESSION.captures(text);
    captures.is_some_and(|captures| {
        captures.get(0).is_some_and(|whole| whole.len() == text.len())
            && captures.get(3).is_some()
            && captures.get(4).is_none()
    })
}

/// Private-use characters, which YAML allows wherever an expression may be.
const OPEN: char = '\u{f8f0}';
const CLOSE: char = '\u{f8f1}';

impl Interpolated {
    /// The offset in the raw text for an offset in the new text. Within a value it is the start of the expression.
    #[must_use]
    pub fn raw_offset(&self, new: usize) -> usize {
        let behind = self.replacements.partition_point(|one| one.new.start <= new);
        match self.replacements[..behind].last() {
            None => new,
            Some(one) if new < one.new.end => one.raw.start,
            Some(one) => new - one.new.end + one.raw.end,
        }
    }
}

/// An expression: `${NAME}`, `${NAME:default}`, `${{…}}`.
struct Expression<'a> {
    name: &'a str,
    default: Option<&'a str>,
    /// Two pairs of braces: an escaped expression.
    literal: bool,
    /// The decode function.
    function: Option<&'a str>,
}

impl Expression<'_> {
    /// The text that replaces it; `None` if the variable is not set and has no default.
    fn value(&self, environment: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        if self.literal {
            // The engine removes the braces after the replacement, so that a default within is replaced first.
            let default =
                self.default.map(|text| format!(":{}", interpolate(text, Pipes::Text, environment).text));
            return Some(format!("${{{}{}}}", self.name, default.unwrap_or_default()));
        }
        let value = match (environment(self.name), self.default) {
            (Some(value), None) => value,
            (Some(value), Some(_)) if !value.is_empty() => value,
            (_, Some(default)) => default.to_owned(),
            (None, None) => return None,
        };
        Some(value)
    }
}

/// The expressions of the engine. A default ends at the first `}` that does not close a `${` within it, or else at the
/// `}` of the inner expression.
static EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
    const BODY: &str = r"([0-9A-Za-z_.]+)(?::((?:\$\{[^}]+\}|[^}])*))?";
    Regex::new(&format!(r"\$\{{\{{{BODY}\}}\}}|\$\{{{BODY}(\|[0-9A-Za-z]+)?\}}"))
        .expect("the expression is well formed")
});

/// Replaces each expression by its value, of which the closure gets the offset and the number; no expression is a piece of
/// a template.
fn replace(
    raw: &str,
    pipes: Pipes,
    pieces: &[Piece],
    mut value: impl FnMut(Option<&Expression<'_>>, usize, usize) -> String,
) -> Interpolated {
    let mut result = Interpolated::default();
    let mut done = 0;
    let mut pieces = pieces.iter().peekable();
    for captures in EXPRESSION.captures_iter(raw) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.get(1).or_else(|| captures.get(3))) else {
            continue;
        };
        while let Some(piece) = pieces.next_if(|piece| piece.raw.start < whole.start()) {
            result.put(raw, &mut done, piece, &mut value);
        }
        if whole.start() < done {
            continue;
        }
        let mut default = captures.get(2).or_else(|| captures.get(4)).map(|default| default.as_str());
        let literal = captures.get(1).is_some();
        let mut function = captures.get(5).map(|function| &function.as_str()[1..]);
        if function.is_some() && pipes == Pipes::Text {
            continue;
        }
        // A default takes all it can: its last `|` begins the function.
        let split =
            default.filter(|_| pipes == Pipes::Decode && !literal).and_then(|text| text.rsplit_once('|'));
        if let Some((before, name)) = split {
            (default, function) = (Some(before), Some(name).filter(|name| !name.is_empty()));
        }
        let expression = Expression { name: name.as_str(), default, literal, function };
        let new = value(Some(&expression), whole.start(), result.replacements.len());
        result.push(raw, &mut done, whole.range(), &new);
    }
    for piece in pieces {
        result.put(raw, &mut done, piece, &mut value);
    }
    result.text.push_str(&raw[done..]);
    result
}

impl Interpolated {
    /// Adds what stands before a range, and the text in its place.
    fn push(&mut self, raw: &str, done: &mut usize, range: Range<usize>, new: &str) {
        self.text.push_str(&raw[*done..range.start]);
        let start = self.text.len();
        self.text.push_str(new);
        *done = range.end;
        self.replacements.push(Replacement { raw: range, new: start..self.text.len() });
    }

    /// Adds a piece of a template: blanks, which keep its lines, or what stands for its text.
    fn put(
        &mut self,
        raw: &str,
        done: &mut usize,
        piece: &Piece,
        value: &mut impl FnMut(Option<&Expression<'_>>, usize, usize) -> String,
    ) {
        let new = if piece.is_alone {
            raw[piece.raw.clone()].chars().filter(|c| "\r\n".contains(*c)).collect()
        } else {
            value(None, piece.raw.start, self.replacements.len())
        };
        self.push(raw, done, piece.raw.clone(), &new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<String> {
        let known = [
            ("SET", "value"),
            ("EMPTY", ""),
            ("A.B", "dotted"),
            ("LINES", "one\ntwo"),
            ("URL", "ws://h:1/x?y#z"),
        ];
        known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn expressions_are_replaced_as_in_the_pipeline() {
        let table = [
            ("foo ${SET} baz", "foo value baz"),
            ("foo ${A.B} baz", "foo dotted baz"),
            ("foo ${SET:bar} baz", "foo value baz"),
            ("foo ${UNSET:bar} baz", "foo bar baz"),
            ("foo ${EMPTY:bar} baz", "foo bar baz"),
            ("foo ${EMPTY} baz", "foo  baz"),
            ("foo ${UNSET:} baz", "foo  baz"),
            ("foo ${UNSET} baz", "foo  baz"),
            ("foo ${URL} baz", "foo ws://h:1/x?y#z baz"),
            ("foo ${UNSET:http://bar.com} baz", "foo http://bar.com baz"),
            ("foo ${UNSET:http://bar.com?wat=nuh} baz", "foo http://bar.com?wat=nuh baz"),
            ("foo ${UNSET:tcp://*:2020} baz", "foo tcp://*:2020 baz"),
            ("foo ${UNSET:wat@nuh.com} baz", "foo wat@nuh.com baz"),
            ("foo ${UNSET:foo,bar} baz", "foo foo,bar baz"),
            ("foo ${UNSET:foo|bar} baz", "foo foo|bar baz"),
            ("foo ${UNSET:${!metadata:foo}} baz", "foo ${!metadata:foo} baz"),
            ("foo ${UNSET:${!count:foo}-${!now}.gz} baz", "foo ${!count:foo}-${!now}.gz baz"),
            ("foo ${UNSET:a}${SET}${UNSET:b} baz", "foo avalueb baz"),
            ("foo ${UNSET:${SET} baz", "foo ${SET baz"),
            ("foo ${{SET}} baz", "foo ${SET} baz"),
            ("foo ${{SET:bar}} baz", "foo ${SET:bar} baz"),
            ("foo ${{UNSET:http://bar.com}} baz", "foo ${UNSET:http://bar.com} baz"),
            ("foo ${} baz", "foo ${} baz"),
            ("foo ${!json(\"x\")} baz", "foo ${!json(\"x\")} baz"),
            ("foo ${NOT-A-NAME} baz", "foo ${NOT-A-NAME} baz"),
            ("foo ${SET|base64decode} baz", "foo ${SET|base64decode} baz"),
            ("foo $SET {SET} baz", "foo $SET {SET} baz"),
            ("# a comment ${SET}", "# a comment value"),
            ("pem: \"${LINES}\"", "pem: \"one\\ntwo\""),
        ];
        for (raw, expected) in table {
            assert_eq!(interpolate(raw, Pipes::Text, &environment).text, expected, "{raw}");
        }
    }

    #[test]
    fn a_decode_function_decodes_the_value_or_the_default() {
        let known = |name: &str| (name == "B64").then(|| "Zm9vYmFy".to_owned());
        for (raw, expected) in [
            ("${B64|base64decode}", "foobar"),
            ("${B64:foo|base64decode}", "foobar"),
            ("${B64:foo|bar|base64decode}", "foobar"),
            ("${UNSET:bWVvdw==|base64decode}", "meow"),
            ("${UNSET:plain|}", "plain"),
            ("${UNSET:plain}", "plain"),
            ("${{B64|base64decode}}", "${{B64|base64decode}}"),
        ] {
            let found = interpolate(raw, Pipes::Decode, &known);
            assert_eq!((found.text.as_str(), found.undecoded.len()), (expected, 0), "{raw}");
        }
        for (raw, error) in [
            ("a ${B64|kaboom}", "unknown env var decode function: kaboom"),
            ("a ${UNSET:foo|bar}", "unknown env var decode function: bar"),
            (
                "a ${UNSET:!|base64decode}",
                "failed to decode base64-encoded env var: illegal base64 data at input byte 0",
            ),
            (
                "a ${UNSET:abcde|base64decode}",
                "failed to decode base64-encoded env var: illegal base64 data at input byte 4",
            ),
        ] {
            let found = interpolate(raw, Pipes::Decode, &known);
            assert_eq!(found.undecoded, [(2, error.to_owned())], "{raw}");
        }
        let unset = interpolate("${UNSET|base64decode}", Pipes::Decode, &known).unset;
        assert_eq!(unset, [Unset { name: "UNSET".to_owned(), at: 0 }]);
    }

    #[test]
    fn missing_variables_are_listed_with_their_places() {
        let result = interpolate("a: ${ONE}\nb: ${TWO:x}\nc: ${{THREE}} ${FOUR}", Pipes::Text, &environment);
        let unset: Vec<_> = result.unset.iter().map(|unset| (unset.name.as_str(), unset.at)).collect();
        assert_eq!(unset, [("ONE", 3), ("FOUR", 36)]);
    }

    #[test]
    fn an_offset_is_converted_to_the_raw_text() {
        let raw = "a: ${SET} b ${UNSET:} c";
        let result = interpolate(raw, Pipes::Text, &environment);
        assert_eq!(result.text, "a: value b  c");
        assert_eq!(result.raw_offset(0), 0);
        assert_eq!(result.raw_offset(5), 3, "within the value");
        assert_eq!(raw.as_bytes()[result.raw_offset(9)], b'b');
        assert_eq!(raw.as_bytes()[result.raw_offset(12)], b'c');
    }

    #[test]
    fn marks_are_replaced_by_their_expressions() {
        let raw = "${SET}-${UNSET:x: #}";
        let replacements = interpolate(raw, Pipes::Text, &environment).replacements;
        assert_eq!(restore(&mark(raw, Pipes::Text, &[]).text, raw, &replacements).as_deref(), Some(raw));
        assert_eq!(restore("plain", raw, &replacements), None);
    }
}
