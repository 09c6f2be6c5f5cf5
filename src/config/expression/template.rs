//! A text with expressions in it: fills in variables, and works out the rest.

use super::{
    evaluate::{FUNCTIONS, evaluate},
    methods::METHODS,
    parse::{Query, query},
    value::{Fault, Moment, Value},
};

/// What begins an expression.
const OPEN: &str = "${!";

/// A part of a text.
enum Piece<'a> {
    Text(&'a str),
    Expression(Query),
}

/// Whether a text has an expression.
#[must_use]
pub fn has_expression(text: &str) -> bool {
    text.contains(OPEN)
}

/// The text with the values of its expressions.
///
/// # Errors
///
/// An expression has no value.
pub fn work_out(text: &str, moment: &Moment) -> Result<String, Fault> {
    let mut written = String::new();
    for piece in pieces(text).map_err(Fault::Unknown)? {
        match piece {
            Piece::Text(text) => written.push_str(text),
            Piece::Expression(query) => written.push_str(&evaluate(&query, moment)?.into_text()),
        }
    }
    Ok(written)
}

/// Replaces the variables that are set by their values: `${! env("A") }` by the value itself, and within a longer
/// expression by a text in quotes. `None` if there are none.
#[must_use]
pub fn fill_in(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut filled = String::new();
    let (mut at, mut is_changed) = (0, false);
    while let Some(open) = text[at..].find(OPEN) {
        let start = at + open;
        let (query, end) = query(text, start + OPEN.len()).ok()?;
        filled.push_str(&text[at..start]);
        let mut calls = Vec::new();
        variables(&query, &mut |name, range| {
            calls.extend(environment(name).map(|value| (value, range.clone())));
        });
        is_changed |= !calls.is_empty();
        if let (Query::Call { .. }, [(value, _)]) = (&query, calls.as_slice()) {
            filled.push_str(value);
        } else {
            let mut done = start;
            for (value, range) in calls {
                filled.push_str(&text[done..range.start]);
                filled.push_str(&serde_json::Value::from(value).to_string());
                done = range.end;
            }
            filled.push_str(&text[done..end]);
        }
        at = end;
    }
    filled.push_str(&text[at..]);
    is_changed.then_some(filled)
}

/// The variables whose absence is written as `null`: those of which none is set, without a value in their place.
#[must_use]
pub fn unset_variables(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in pieces(text).unwrap_or_default() {
        if let Piece::Expression(query) = piece {
            let has_other = matches!(&query, Query::Either(..))
                || matches!(&query, Query::Method { name, .. } if name == "or" || name == "catch");
            if !has_other {
                variables(&query, &mut |name, _| names.push(name.to_owned()));
            }
        }
    }
    names
}

/// The first word of its expressions that is not known here.
pub(in crate::config) fn unknown_word(text: &str) -> Option<String> {
    match pieces(text) {
        Err(word) => Some(word),
        Ok(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Expression(query) => unknown(query),
        }),
    }
}

/// The variable, if the only expression of a text is that of a variable.
pub(in crate::config) fn only_variable(text: &str) -> Option<String> {
    let (_, end) = query(text, text.find(OPEN)? + OPEN.len()).ok()?;
    let mut found = Vec::new();
    for piece in pieces(&text[..end]).ok()? {
        if let Piece::Expression(query) = piece {
            let is_call = matches!(query, Query::Call { .. });
            variables(&query, &mut |name, _| found.extend(is_call.then(|| name.to_owned())));
        }
    }
    let is_word = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    found.pop().filter(is_word).filter(|_| !has_expression(&text[end..]))
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find(OPEN) {
        pieces.push(Piece::Text(&text[at..at + open]));
        let (query, end) = query(text, at + open + OPEN.len())?;
        pieces.push(Piece::Expression(query));
        at = end;
    }
    pieces.push(Piece::Text(&text[at..]));
    Ok(pieces)
}

fn parts(query: &Query) -> Vec<&Query> {
    match query {
        Query::Literal(_) => Vec::new(),
        Query::Call { arguments, .. } => arguments.iter().collect(),
        Query::Method { of, arguments, .. } => std::iter::once(&**of).chain(arguments).collect(),
        Query::Arithmetic(left, _, right) | Query::Either(left, right) => vec![left, right],
    }
}

/// The variables of a query, in the order of the text.
fn variables(query: &Query, found: &mut dyn FnMut(&str, &std::ops::Range<usize>)) {
    if let Query::Call { name, arguments, range } = query
        && name == "env"
        && let [Query::Literal(Value::Text(variable)), ..] = arguments.as_slice()
    {
        return found(variable, range);
    }
    for part in parts(query) {
        variables(part, found);
    }
}

fn unknown(query: &Query) -> Option<String> {
    let own = match query {
        Query::Call { name, .. } => (!FUNCTIONS.contains(&name.as_str())).then_some(name),
        Query::Method { name, .. } => (!METHODS.contains(&name.as_str())).then_some(name),
        _ => None,
    };
    own.map(|name| format!("{name}()")).or_else(|| parts(query).into_iter().find_map(unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Moment {
        let now = "2026-11-28T21:50:00.25+01:00[+01:00]".parse().expect("a time");
        Moment { now, chance: [0xff; 16], host: "box".to_owned() }
    }

    fn environment(name: &str) -> Option<String> {
        [("TOKEN", "t1"), ("QUOTED", "a\"b")]
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| (*value).into())
    }

    fn worked_out(text: &str) -> Result<String, Fault> {
        let filled = fill_in(text, &environment).unwrap_or_else(|| text.to_owned());
        work_out(&filled, &moment())
    }

    #[test]
    fn an_expression_without_a_message_is_worked_out() {
        for (text, expected) in [
            ("plain", "plain"),
            ("Bearer ${! env(\"TOKEN\") }", "Bearer t1"),
            ("${!env(\"TOKEN\")}-${! env(\"TOKEN\").uppercase() }", "t1-T1"),
            ("${! env(\"QUOTED\").string() }", "a\"b"),
            ("${! env(\"NONE\") }", "null"),
            ("${! env(\"NONE\").or(\"x\") }", "x"),
            ("${! env(\"NONE\") | \"x\" }", "x"),
            ("${! env(\"NONE\").uppercase().catch(\"y\") }", "y"),
            ("${! env(name: \"TOKEN\") + \"-\" + hostname() }", "t1-box"),
            ("${! now() }", "2026-11-28T21:50:00.25+01:00"),
            (
                "${! now().ts_format(\"2006-01-02 15:04:05.000 Mon Jan\", \"UTC\") }",
                "2026-11-28 20:50:00.250 Sat Nov",
            ),
            ("${! now().format_timestamp(\"2006-01-02T15:04:05Z07:00\", \"UTC\") }", "2026-11-28T20:50:00Z"),
            ("${! now().ts_strftime(\"%Y/%m\") }", "2026/11"),
            ("${! timestamp_unix() }", "1795899000"),
            ("${! timestamp_unix_milli() }", "1795899000250"),
            ("${! now().ts_unix() + 60 }", "1795899060"),
            ("${! uuid_v4() }", "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            ("${! \"abcdef\".slice(1, -1) }", "bcde"),
            ("Basic ${! (\"u:\" + env(\"TOKEN\")).encode(\"base64\") }", "Basic dTp0MQ=="),
            (
                "${! \"a\".hash(\"sha256\").encode(\"hex\") }",
                "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
            ),
            ("${! \"a\".hash(\"hmac_sha1\", \"k\").encode(\"base64url\") }", "QOfUQcrbF7B_BQNBqiOmgg7YHIs="),
        ] {
            assert_eq!(worked_out(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_needs_a_message_or_another_function_is_named() {
        for (text, word) in [
            ("${! json(\"a\") }", "json()"),
            ("a ${! now().ts_add_iso8601(\"P1D\") }", "ts_add_iso8601()"),
            ("${! this.a }", "this"),
            ("${! now() .ts_unix() }", "."),
            ("${! if true { 1 } }", "if"),
            ("${! 1 == 1 }", "="),
            ("${! 1e3 }", "e3"),
            ("${! env(\"TOKEN\")", ""),
        ] {
            assert_eq!(unknown_word(text).as_deref(), Some(word), "{text}");
            assert!(matches!(worked_out(text), Err(Fault::Unknown(_))), "{text}");
        }
    }

    #[test]
    fn numbers_come_out_as_in_the_engine() {
        for (query, expected) in [
            ("timestamp_unix() * 1000", "1795899000000"),
            ("7 * 3 - 1", "20"),
            ("1 + 2 * 3", "7"),
            ("10-3", "7"),
            ("7 / 2", "3.5"),
            ("8 / 2", "4"),
            ("7.5 % 4", "3"),
            ("-7 % 4", "-3"),
            ("2.50", "2.5"),
            ("1 + 1.5", "2.5"),
            ("0.1+0.2", "0.30000000000000004"),
            ("0.00001 * 1", "1e-05"),
            ("0.0001 * 1", "0.0001"),
            ("999999.0 * 1", "999999"),
            ("12345678.0 * 1000", "1.2345678e+10"),
            ("1795899000250 / 1000", "1.79589900025e+09"),
            ("(1795899000250 / 1000).floor()", "1795899000"),
            ("(7 / 2).round() * 1000000", "4000000"),
            ("\"5\".number() * 1000000", "5e+06"),
            ("\"x\".number(3)", "3"),
            ("100000000 * 100000000 * 100000000", "2003764205206896640"),
            ("\"a\" | \"b\" + \"c\"", "ac"),
            ("now().ts_unix().string() + \".\" + \"ab\".repeat(2)", "1795899000.abab"),
            ("5 - \"é\".length()", "3"),
            ("\"616263\".decode(\"hex\")", "abc"),
        ] {
            assert_eq!(worked_out(&format!("${{! {query} }}")).as_deref(), Ok(expected), "{query}");
        }
        for (query, error) in [
            ("timestamp_unix() / 0", "attempted to divide by zero"),
            ("timestamp_unix() % 0", "attempted to divide by zero"),
            ("now().ts_unix() - now()", "cannot subtract types number and string"),
            ("\"a\".hash(\"hmac_sha256\")", "hash algorithm hmac_sha256 requires a key argument"),
            ("\"\".not_empty()", "string value is empty"),
            ("null.not_null()", "value is null"),
        ] {
            let failed = Err(Fault::Failed(error.to_owned()));
            assert_eq!(worked_out(&format!("${{! {query} }}")), failed, "{query}");
        }
    }

    #[test]
    fn what_fails_in_the_pipeline_fails() {
        let error = Fault::Failed("expected string value, got null".to_owned());
        assert_eq!(worked_out("${! env(\"NONE\").uppercase() }"), Err(error));
    }

    #[test]
    fn a_variable_that_is_not_set_is_named_unless_another_value_is() {
        for (text, names) in [
            ("${! env(\"A\") } ${! env(\"B\") }", vec!["A", "B"]),
            ("${! env(\"A\").or(\"\") }", vec![]),
            ("${! env(\"A\") | \"\" }", vec![]),
            ("${! now() }", vec![]),
        ] {
            assert_eq!(unset_variables(text), names, "{text}");
        }
    }

    #[test]
    fn a_text_of_one_variable_has_its_name() {
        assert_eq!(only_variable("x=${!env(\"T\")}&y").as_deref(), Some("T"));
        assert_eq!(only_variable("${! now() }"), None);
        assert_eq!(only_variable("${!env(\"A\")}${!env(\"B\")}"), None);
    }
}
