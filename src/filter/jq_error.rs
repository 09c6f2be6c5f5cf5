//! Why an expression is no condition, and what would be right.

use jaq_core::{
    compile::Undefined,
    load::{Error, lex, parse},
};

use super::{counted::Counted, nearest::nearest};

/// Why an expression is no condition, and where, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JqError {
    pub at: usize,
    pub message: String,
}

/// What people write who know other languages, and how jq has it.
static INSTEAD: [(&[&str], &str); 8] = [
    (&["&&", "&", "AND", "And"], "write and"),
    (&["||", "OR", "Or"], "write or"),
    (&["===", "=="], "write == between two values"),
    (&["<>", "!=="], "write !="),
    (&["~", "=~", "/", "matches", "like"], "a regex is asked by test: .s | test(\"^a.*z\")"),
    (
        &["contains", "startswith", "endswith", "test", "has", "inside", "length", "tonumber", "any", "all"],
        "a function takes its input through a pipe, and what it is asked in parentheses: .s | contains(\"a\")",
    ),
    (&["in", "IN"], "write .s == \"a\" or .s == \"b\""),
    (&["not", "NOT", "is", "IS"], "not stands behind what it turns round: .a == 1 | not"),
];

/// What cannot be read.
pub(super) fn unread(source: &str, error: Error<&str>) -> JqError {
    match error {
        Error::Io(errors) => errors
            .into_iter()
            .next()
            .map_or_else(unknown, |(at, message)| JqError { at: offset(source, at), message }),
        Error::Lex(errors) => errors.into_iter().next().map_or_else(unknown, |(expected, at)| {
            let advice = match expected {
                lex::Expect::Delim(_) => format!("the {} is missing", expected.as_str()),
                lex::Expect::Digit => "a digit is missing".to_owned(),
                lex::Expect::Ident => "a name is missing".to_owned(),
                lex::Expect::Escape => "a backslash in text is written \\\\".to_owned(),
                _ if at.starts_with('\'') => "text stands in \"double quotes\"".to_owned(),
                _ => "it means nothing in jq; text stands in \"quotes\"".to_owned(),
            };
            expected_else(source, at, &advice)
        }),
        Error::Parse(errors) => errors
            .into_iter()
            .next()
            .map_or_else(unknown, |(expected, at)| expected_else(source, at, &advice(&expected, word(at)))),
    }
}

/// What would be right in place of a word.
fn advice(expected: &parse::Expect<&str>, found: &str) -> String {
    use parse::Expect;
    let advice = match expected {
        Expect::Just(sign) => return format!("{sign} is missing"),
        Expect::Term => "a value is missing: a path such as .price, a number, or \"text\"",
        Expect::Key if found.starts_with(|first: char| first.is_ascii_digit()) => {
            "the number of an element stands in brackets: .list[0]"
        }
        Expect::Key => "the name of a member is missing behind the dot: .price",
        Expect::Var | Expect::Pattern => "a name to keep a value under begins with $: .a as $a | .b == $a",
        Expect::ElseOrEnd => "end is missing: if .a then .b else .c end",
        Expect::CommaOrRBrack => "] is missing",
        Expect::CommaOrRBrace => "} is missing",
        Expect::SemicolonOrRParen => ") is missing; arguments are parted by ;",
        Expect::Nothing if found.starts_with(|first: char| first.is_ascii_digit()) => {
            "a number begins with a digit, 0.5, and and, or or a sign such as == joins two values"
        }
        Expect::Nothing if found.starts_with(|first: char| first.is_alphabetic()) => {
            "words stand before the jq, or behind an and"
        }
        _ => "and, or, | or a sign such as == joins two values",
    };
    advice.to_owned()
}

/// What was found where something else would be right.
fn expected_else(source: &str, at: &str, advice: &str) -> JqError {
    let found = word(at);
    let shown: String = found.chars().take(20).collect();
    let message = match INSTEAD.iter().find(|(words, _)| words.contains(&found)) {
        _ if found.is_empty() => format!("jq expects more at the end: {advice}"),
        Some((_, instead)) => format!("jq cannot read {shown} here: {instead}"),
        None => format!("jq cannot read {shown} here: {advice}"),
    };
    JqError { at: offset(source, at), message }
}

/// The word, or the signs, at the front.
fn word(text: &str) -> &str {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let begins_a_word = text.starts_with(is_letter);
    let end = text.find(|letter: char| letter.is_whitespace() || is_letter(letter) != begins_a_word);
    // Text in quotes is shown with its beginning.
    let end = if text.starts_with(['"', '\'']) { text.find(char::is_whitespace) } else { end };
    &text[..end.unwrap_or(text.len())]
}

/// What is not known by its name.
pub(super) fn undefined(source: &str, name: &str, what: &Undefined) -> JqError {
    let at = offset(source, name);
    let before = source[..at].trim_end();
    let message = match what {
        Undefined::Var => format!("jq knows no {name}: .a as {name} | … keeps a value under it"),
        Undefined::Filter(0) if before.ends_with('-') => {
            let from = before.trim_end_matches('-').rfind('.').map_or(0, |dot| dot + 1);
            let whole = &source[from..at + name.len()];
            format!("jq knows no {name}: a member whose name has a dash stands in quotes: .\"{whole}\"")
        }
        Undefined::Filter(arity) => {
            let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
            let functions = jaq_core::funs::<Counted>().chain(jaq_std::funs()).chain(jaq_json::funs());
            let names = definitions.map(|definition| definition.name).chain(functions.map(|(name, ..)| name));
            match nearest(name, names).filter(|_| name.len() > 3) {
                Some(nearest) => format!("jq knows no function {name}: the nearest is {nearest}"),
                None if *arity == 0 => format!("jq knows no {name}: text stands in quotes: \"{name}\""),
                None => format!("jq knows no function {name}"),
            }
        }
        other => format!("jq knows no {} {name}", other.as_str()),
    };
    JqError { at, message }
}

pub(super) fn unknown() -> JqError {
    JqError { at: 0, message: "jq cannot read this".to_owned() }
}

/// Where a piece of the source stands in it; its end for what is not of it.
fn offset(source: &str, piece: &str) -> usize {
    (piece.as_ptr() as usize).checked_sub(source.as_ptr() as usize).unwrap_or(source.len()).min(source.len())
}

#[cfg(test)]
mod tests {
    use crate::filter::jq::Jq;

    #[test]
    fn an_error_says_what_would_be_right() {
        for (source, at, part) in [
            (".a >", 4, "at the end: a value is missing"),
            (".a && .b", 3, "cannot read && here: write and"),
            (".a || .b", 3, "write or"),
            (".a AND .b", 3, "write and"),
            (".a == 'x'", 6, "text stands in \"double quotes\""),
            (".a == BTC", 6, "text stands in quotes: \"BTC\""),
            (".a contains \"x\"", 3, "through a pipe"),
            (".a | contians(\"x\")", 5, "the nearest is contains"),
            (".user-id == 1", 6, "stands in quotes: .\"user-id\""),
            (".[0", 3, "the closing bracket is missing"),
            (".a as x | x", 6, "begins with $"),
            (".a == $x", 6, ".a as $x"),
            (".a.0 == 1", 3, ".list[0]"),
            (".a === 1", 3, "write =="),
            (".a <> 1", 3, "write !="),
            (".a | test(/x/)", 10, "test(\"^a"),
            (".a b", 3, "words stand before the jq"),
            (".a | if . then 1", 16, "end is missing"),
            (".5 > 1", 1, "a number begins with a digit"),
        ] {
            let error = Jq::parse(source).expect_err(source);
            assert_eq!(error.at, at, "{source}: {}", error.message);
            assert!(error.message.contains(part), "{source}: {}", error.message);
        }
    }
}
