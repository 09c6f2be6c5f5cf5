//! Conditions on JSON payloads, in the language of jq, by jaq.
//!
//! A condition holds if one of its outputs is neither false nor null. What would let it run for ever is refused when it
//! is read: a filter is asked for each of millions of messages, and is not stopped from outside.

use std::{fmt, sync::Arc};

use jaq_core::{
    Compiler, Ctx, Filter, Vars, data,
    load::{self, Arena, File, Loader},
};
use jaq_json::{Val, read};
use memchr::memmem::Finder;

use super::{
    extent::{Piece, pieces},
    project::{Read, members, project},
    simple::{Path, Simple, is_text, path_at_end},
};

/// How many outputs of one payload are looked at.
const OUTPUTS: usize = 100_000;

type Data = data::JustLut<Val>;

/// A compiled condition.
#[derive(Clone)]
pub(super) struct Jq {
    source: Arc<str>,
    filter: Arc<Filter<Data>>,
    /// The same, where it is simple.
    simple: Option<Arc<Simple>>,
    /// The members of a payload that are looked at, if not all.
    members: Option<Arc<[String]>>,
    /// What is multiplied: it must not be text, which jq repeats, without bound.
    products: Arc<[Path]>,
    /// Names that a payload has if it matches.
    names: Arc<[Finder<'static>]>,
}

/// Why an expression is no condition, and where, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JqError {
    pub at: usize,
    pub message: String,
}

/// What is refused, and why.
static REFUSED: [(&[&str], &str); 3] = [
    (
        &[
            "repeat",
            "while",
            "until",
            "range",
            "combinations",
            "def",
            "recurse",
            "reduce",
            "foreach",
            "limit",
            "fromjson",
        ],
        "could run for ever or grow without bound, and a filter is asked for each message; .. and any(…), all(…) and .[] are bounded by the payload",
    ),
    (
        &["input", "inputs", "input_line_number", "import", "include"],
        "reads other input: a filter sees one message",
    ),
    (
        &[
            "env",
            "halt",
            "halt_error",
            "debug",
            "stderr",
            "input_filename",
            "now",
            "localtime",
            "strflocaltime",
            "mktime",
        ],
        "looks or reaches outside of the message",
    ),
];

impl Jq {
    /// Compiles a condition.
    ///
    /// # Errors
    ///
    /// It is not written in jq's language, or could run for ever.
    pub fn parse(source: &str) -> Result<Self, JqError> {
        refuse(source)?;
        refuse_assignment(source)?;
        bound(source)?;
        let products = products(source)?;
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let functions = jaq_core::funs::<Data>().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let modules =
            Loader::new(definitions).load(&arena, File { path: (), code: source }).map_err(|errors| {
                errors.into_iter().next().map_or_else(unknown, |(_, error)| unread(source, error))
            })?;
        let filter = Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
            let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
            first.map_or_else(unknown, |(name, undefined)| JqError {
                at: offset(source, name),
                message: format!("jq knows no {} {name}", undefined.as_str()),
            })
        })?;
        let simple = Simple::parse(source);
        let mut names = Vec::new();
        if let Some(simple) = &simple {
            simple.needed(&mut names);
        }
        let names = names.iter().map(|name| Finder::new(name).into_owned()).collect();
        let members = members(source).map(Arc::from);
        Ok(Self {
            source: source.into(),
            filter: Arc::new(filter),
            simple: simple.map(Arc::new),
            members,
            products: products.into(),
            names,
        })
    }

    /// Whether a payload is JSON and meets the condition.
    pub fn matches(&self, payload: &[u8]) -> bool {
        if !self.may_match(payload) {
            return false;
        }
        let simple = self.simple.as_ref().and_then(|simple| simple.matches(payload));
        simple.unwrap_or_else(|| self.asks_jq(payload))
    }

    fn asks_jq(&self, payload: &[u8]) -> bool {
        let is_true = |value| (!matches!(value, Val::Null | Val::Bool(false))).then_some(());
        self.first(payload, is_true).is_some()
    }

    /// What the first of its outputs is made into that can be.
    pub fn first<T>(&self, payload: &[u8], make: impl Fn(Val) -> Option<T>) -> Option<T> {
        if self.products.iter().any(|path| is_text(payload, path)) {
            return None;
        }
        let value = match project(payload, self.members.as_deref()) {
            Read::Nothing => return None,
            Read::Whole => read::parse_single(payload),
            Read::Members(members) => read::parse_single(&members),
        };
        let context = Ctx::<Data>::new(&self.filter.lut, Vars::new([]));
        let outputs = self.filter.id.run((context, value.ok()?)).map(jaq_core::unwrap_valr).take(OUTPUTS);
        outputs.filter_map(Result::ok).find_map(make)
    }

    /// Whether one of several payloads, one after the other, may match.
    pub fn may_match(&self, payloads: &[u8]) -> bool {
        // A name may also be written with escapes.
        self.names.iter().all(|name| name.find(payloads).is_some())
            || memchr::memchr(b'\\', payloads).is_some()
    }
}

/// Refuses what sets a value: it is nearly always a comparison with a sign too few.
fn refuse_assignment(source: &str) -> Result<(), JqError> {
    for (at, _) in pieces(source).filter(|(_, piece)| *piece == Piece::Sign('=')) {
        let (before, behind) = (&source[..at], &source[at + 1..]);
        if !before.ends_with(['=', '!', '<', '>']) && !behind.starts_with('=') {
            let message = "= sets a value, and a filter only looks; write == to compare".to_owned();
            return Err(JqError { at, message });
        }
    }
    Ok(())
}

/// What is multiplied, where that is a path or a number of the payload itself.
fn products(source: &str) -> Result<Vec<Path>, JqError> {
    let mut products = Vec::new();
    for (at, _) in pieces(source).filter(|(_, piece)| *piece == Piece::Sign('*')) {
        let is_first = members(source).is_some() && members(&source[..at]).is_some();
        let operands = [path_at_end(&source[..at], true), path_at_end(&source[at + 1..], false)];
        let [Some(before), Some(behind)] = operands.map(|operand| operand.filter(|_| is_first)) else {
            let message = "* multiplies members and numbers only, such as .price * .size > 100: text would be \
                           repeated without bound";
            return Err(JqError { at, message: message.to_owned() });
        };
        products.extend([before, behind].into_iter().filter(|path| !path.is_empty()));
    }
    Ok(products)
}

/// Refuses what would be too much for the stack of jaq's parser.
fn bound(source: &str) -> Result<(), JqError> {
    let (mut depth, mut signs, mut nesting) = (0_usize, 0_usize, 0_usize);
    let mut all = 0_usize;
    for (at, piece) in pieces(source) {
        match piece {
            Piece::Sign('(' | '[' | '{') => depth += 1,
            Piece::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            // Each of these may take what follows as its inside.
            Piece::Sign('-') | Piece::Word("if" | "try" | "as" | "reduce" | "foreach" | "label") => {
                nesting += 1;
            }
            Piece::Sign('.') if source[at..].starts_with("..") => all += 1,
            Piece::Text(text) => nesting += text.matches("\\(").count(),
            _ => {}
        }
        signs += 1;
        if depth > 32 || nesting > 32 || all > 1 || signs > 1_000 {
            return Err(JqError {
                at,
                message: "this is too long, or nested too deep, for a filter".to_owned(),
            });
        }
    }
    Ok(())
}

/// Refuses what a filter must not do.
fn refuse(source: &str) -> Result<(), JqError> {
    for (at, piece) in pieces(source) {
        let Piece::Word(word) = piece else { continue };
        let is_plain_recurse = word == "recurse" && !source[at + word.len()..].trim_start().starts_with('(');
        if let Some((_, why)) =
            REFUSED.iter().find(|(words, _)| words.contains(&word)).filter(|_| !is_plain_recurse)
        {
            return Err(JqError { at, message: format!("{word} {why}") });
        }
    }
    Ok(())
}

fn unread(source: &str, error: load::Error<&str>) -> JqError {
    let found = |expected: &str, at: &str| {
        let what = match at.chars().next() {
            None => "the end".to_owned(),
            Some(_) => at.split_whitespace().next().unwrap_or_default().chars().take(20).collect(),
        };
        JqError { at: offset(source, at), message: format!("jq expects {expected} here and finds {what}") }
    };
    match error {
        load::Error::Io(errors) => errors
            .into_iter()
            .next()
            .map_or_else(unknown, |(at, message)| JqError { at: offset(source, at), message }),
        load::Error::Lex(errors) => {
            errors.into_iter().next().map_or_else(unknown, |(expected, at)| found(expected.as_str(), at))
        }
        load::Error::Parse(errors) => {
            errors.into_iter().next().map_or_else(unknown, |(expected, at)| found(expected.as_str(), at))
        }
    }
}

fn unknown() -> JqError {
    JqError { at: 0, message: "jq cannot read this".to_owned() }
}

/// Where a piece of the source stands in it; its end for what is not of it.
fn offset(source: &str, piece: &str) -> usize {
    (piece.as_ptr() as usize).checked_sub(source.as_ptr() as usize).unwrap_or(source.len()).min(source.len())
}

impl fmt::Display for Jq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl fmt::Debug for Jq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jq({})", self.source)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Jq;

    fn jq(source: &str) -> Jq {
        Jq::parse(source).expect("it is jq")
    }

    #[test]
    fn a_payload_that_is_not_json_matches_nothing() {
        assert!(jq(".").matches(b"{}") && jq(".a | length > 1").matches(br#"{"a":[1,2]}"#));
        assert!(!jq(".").matches(b"{") && !jq(".a.b").matches(br#"{"a":7}"#) && !jq(".a[]").matches(b"{}"));
    }

    #[test]
    fn what_could_run_for_ever_or_looks_outside_is_refused_with_its_place() {
        for (source, at) in [
            (".a | range(1e12)", 5),
            ("repeat(.)", 0),
            ("def f: f; f", 0),
            (". as $x | until(false; .)", 10),
            ("[recurse(.a; true)]", 1),
            ("reduce .[] as $x (0; . + .)", 0),
            (".a | fromjson", 5),
            (".a = 1", 3),
            (".a |= 1 | .c == 2", 4),
            (".a | . * 9", 7),
            ("\"xx\" * 9223372036854775807", 5),
            (".. | ..", 5),
            (".a, env.HOME", 4),
        ] {
            let error = Jq::parse(source).expect_err("it is refused");
            assert_eq!(error.at, at, "{source}: {}", error.message);
        }
        assert!(
            Jq::parse(r#".range > 1 and .["repeat"] and ({while: 1} | .while) and (recurse | numbers)"#)
                .is_ok()
        );
    }

    #[test]
    fn no_expression_is_too_long_or_deep_for_the_stack() {
        for part in
            [".|", "-", "[", "(", ".a and ", "if . then ", ".[0]", "{a:", "\"\\(", ".[.", "try ", ".a as $x|"]
        {
            assert!(Jq::parse(&format!(".{}", part.repeat(100_000))).is_err(), "{part}");
            drop(Jq::parse(&format!(".{}", part.repeat(400))));
        }
        assert!(!jq(".. == 1").matches(("[".repeat(100_000) + &"]".repeat(100_000)).as_bytes()));
    }

    #[test]
    fn members_are_multiplied_and_text_is_not_repeated() {
        let condition = jq(".p * .q.r > 10 and .s == \"x\" or .p * 1000000000000 > 10000000000000");
        assert!(condition.matches(br#"{"p":3,"q":{"r":4},"s":"x"}"#));
        assert!(!condition.matches(br#"{"p":2,"q":{"r":4},"s":"x"}"#));
        assert!(condition.matches(br#"{"p":20,"q":{"r":4}}"#));
        assert!(!condition.matches(br#"{"p":"a","q":{"r":4},"s":"x"}"#));
        assert!(!condition.matches(br#"{"\u0070":"a","q":{"r":4},"s":"x"}"#));
    }

    #[test]
    fn an_error_says_where_it_is_and_what_is_expected() {
        for (source, at, part) in [
            (".a >", 4, "the end"),
            (".a > )", 5, ""),
            (".a | nosuch(1)", 5, "nosuch"),
            (".a == \"x", 8, "closing quote"),
        ] {
            let error = Jq::parse(source).expect_err("it is refused");
            assert_eq!(error.at, at, "{source}: {}", error.message);
            assert!(error.message.contains(part), "{source}: {}", error.message);
        }
    }

    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("false".to_owned()),
            "-?[0-9]{1,3}(\\.[0-9]{1,2})?".prop_filter("JSON has no leading zeros", |digits| {
                let digits = digits.trim_start_matches('-');
                !digits.starts_with('0') || digits.len() == 1 || digits.starts_with("0.")
            }),
            Just("1e400".to_owned()),
            Just("18446744073709551615".to_owned()),
            "\"[ab]{0,2}\"",
            Just(r#""\u0061""#.to_owned()),
            Just("[]".to_owned()),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop::collection::vec(("[abc]", inner), 0..4).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
                format!("{{{}}}", members.join(","))
            })
        })
    }

    proptest! {
        #[test]
        fn the_short_way_says_what_jq_says(
            payload in value(),
            path in "(\\.[abc]){1,2}",
            operator in prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")],
            literal in prop_oneof![Just("null"), Just("true"), Just("1"), Just("-0.5"), Just("100"), Just("\"a\""), Just("\"ab\"")],
            join in prop_oneof![Just(" and "), Just(" or ")],
            other in "(\\.[abc]){1,2}",
        ) {
            let condition = jq(&format!("{path} {operator} {literal}{join}{other}"));
            prop_assert!(condition.simple.is_some());
            let of_jq = super::Jq { members: None, ..condition.clone() }.asks_jq(payload.as_bytes());
            prop_assert_eq!(condition.matches(payload.as_bytes()), of_jq, "{} on {}", condition, payload);
            let piped = jq(&format!("{path}{join}{other} | . {operator} {literal}"));
            let of_jq = super::Jq { members: None, ..piped.clone() }.asks_jq(payload.as_bytes());
            prop_assert_eq!(piped.matches(payload.as_bytes()), of_jq, "{} on {}", piped, payload);
        }
    }
}
