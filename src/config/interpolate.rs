//! Replaces `${NAME}` in the text of a file before YAML is parsed, as the pipeline does.
//!
//! | form | meaning |
//! | --- | --- |
//! | `${NAME}` | the value; a problem if it is not set |
//! | `${NAME:default}` | the default if it is not set or empty; may contain one level of `${…}` |
//! | `${{NAME}}`, `${{NAME:x}}` | the text `${NAME}`, `${NAME:x}` |
//! | `${!…}`, `${}`, other characters in the name | unchanged |
//!
//! Line breaks in a value become the two characters backslash and n, so that the numbers of lines stay the same.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

/// A text with replaced variables, and the places of the replacements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpolated {
    pub text: String,
    /// In increasing order.
    pub replacements: Vec<Replacement>,
    /// Variables that are not set and have no default.
    pub unset: Vec<Unset>,
}

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
pub fn interpolate(raw: &str, environment: &dyn Fn(&str) -> Option<String>) -> Interpolated {
    let mut unset = Vec::new();
    let mut result = replace(raw, |found, at| {
        found.value(environment).unwrap_or_else(|| {
            unset.push(Unset { name: found.name.to_owned(), at });
            String::new()
        })
    });
    result.unset = unset;
    result
}

/// Replaces each expression by a mark with its number, which has no meaning in YAML; see [`restore`].
pub(super) fn mark(raw: &str) -> String {
    let mut count = 0_usize;
    let marked = replace(raw, |_, _| {
        count += 1;
        format!("{OPEN}{}{CLOSE}", count - 1)
    });
    marked.text
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
    replace(text, |found, _| {
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
}

impl Expression<'_> {
    /// The text that replaces it; `None` if the variable is not set and has no default.
    fn value(&self, environment: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        if self.literal {
            // The engine removes the braces after the replacement, so that a default within is replaced first.
            let default = self.default.map(|text| format!(":{}", interpolate(text, environment).text));
            return Some(format!("${{{}{}}}", self.name, default.unwrap_or_default()));
        }
        let value = match (environment(self.name), self.default) {
            (Some(value), None) => value,
            (Some(value), Some(_)) if !value.is_empty() => value,
            (_, Some(default)) => default.to_owned(),
            (None, None) => return None,
        };
        Some(value.replace('\n', "\\n"))
    }
}

/// The expressions of the engine. A default ends at the first `}` that does not close a `${` within it, or else at the
/// `}` of the inner expression.
static EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
    const BODY: &str = r"([0-9A-Za-z_.]+)(?::((?:\$\{[^}]+\}|[^}])*))?";
    Regex::new(&format!(r"\$\{{\{{{BODY}\}}\}}|\$\{{{BODY}\}}")).expect("the expression is well formed")
});

fn replace(raw: &str, mut value: impl FnMut(&Expression<'_>, usize) -> String) -> Interpolated {
    let mut result = Interpolated::default();
    let mut done = 0;
    for captures in EXPRESSION.captures_iter(raw) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.get(1).or_else(|| captures.get(3))) else {
            continue;
        };
        let default = captures.get(2).or_else(|| captures.get(4)).map(|default| default.as_str());
        let expression = Expression { name: name.as_str(), default, literal: captures.get(1).is_some() };
        result.text.push_str(&raw[done..whole.start()]);
        let start = result.text.len();
        result.text.push_str(&value(&expression, whole.start()));
        result.replacements.push(Replacement { raw: whole.range(), new: start..result.text.len() });
        done = whole.end();
    }
    result.text.push_str(&raw[done..]);
    result
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
            assert_eq!(interpolate(raw, &environment).text, expected, "{raw}");
        }
    }

    #[test]
    fn missing_variables_are_listed_with_their_places() {
        let result = interpolate("a: ${ONE}\nb: ${TWO:x}\nc: ${{THREE}} ${FOUR}", &environment);
        let unset: Vec<_> = result.unset.iter().map(|unset| (unset.name.as_str(), unset.at)).collect();
        assert_eq!(unset, [("ONE", 3), ("FOUR", 36)]);
    }

    #[test]
    fn an_offset_is_converted_to_the_raw_text() {
        let raw = "a: ${SET} b ${UNSET:} c";
        let result = interpolate(raw, &environment);
        assert_eq!(result.text, "a: value b  c");
        assert_eq!(result.raw_offset(0), 0);
        assert_eq!(result.raw_offset(5), 3, "within the value");
        assert_eq!(raw.as_bytes()[result.raw_offset(9)], b'b');
        assert_eq!(raw.as_bytes()[result.raw_offset(12)], b'c');
    }

    #[test]
    fn marks_are_replaced_by_their_expressions() {
        let raw = "${SET}-${UNSET:x: #}";
        let replacements = interpolate(raw, &environment).replacements;
        assert_eq!(restore(&mark(raw), raw, &replacements).as_deref(), Some(raw));
        assert_eq!(restore("plain", raw, &replacements), None);
    }
}
