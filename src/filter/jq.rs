//! Conditions on JSON payloads, in the language of jq, by jaq.
//!
//! A condition holds if one of its outputs is neither false nor null. What would let it run for ever is refused when it
//! is read, and what takes too many steps on one message is ended: a filter is asked for each of millions of messages,
//! and is not stopped from outside.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use jaq_core::{
    Compiler, Filter,
    load::{self, Arena, File, Loader, parse::Def},
};
use jaq_json::{Val, read};
use memchr::memmem::Finder;

use super::{
    counted::{self, Counted, TooLong},
    extent::{Piece, pieces},
    jq_error::{JqError, undefined, unknown, unread},
    place::{Path, is_text},
    project::{Read, members, project},
    simple::Simple,
    simple_source::path_at_end,
};

/// The steps that may be taken on one payload, beside some for each of its bytes.
const STEPS: u64 = 100_000;
const STEPS_A_BYTE: u64 = 8;

/// The definitions that a condition may call, as they are and so that they count.
static PLAIN: LazyLock<Vec<Def<&'static str>>> =
    LazyLock::new(|| jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).collect());
static COUNTED: LazyLock<Vec<Def<&'static str>>> =
    LazyLock::new(|| PLAIN.iter().cloned().map(counted::definition).collect());

/// What a condition is called as a definition.
const CONDITION: &str = "sockeye_condition";

/// On how many messages a condition took too long, and which was the first. Copies of a condition count together.
#[derive(Debug, Default)]
pub(super) struct Overruns {
    pub count: AtomicU64,
    /// The number of the message; 0 while none is known.
    pub first: AtomicU64,
}

/// A compiled condition.
#[derive(Clone)]
pub(super) struct Jq {
    source: Arc<str>,
    filter: Arc<Filter<Counted>>,
    /// The same, where it is simple.
    simple: Option<Arc<Simple>>,
    /// The members of a payload that are looked at, if not all.
    members: Option<Arc<[String]>>,
    /// What is multiplied: it must not be text, which jq repeats, without bound.
    products: Arc<[Path]>,
    /// Texts that a payload has if it matches.
    texts: Arc<[Finder<'static>]>,
    pub(super) overruns: Arc<Overruns>,
}

/// What is refused, and why.
static REFUSED: [(&[&str], &str); 4] = [
    (
        &["fromjson"],
        "could nest deeper than there is room: look for the text inside, such as .payload | contains(\"BTC\")",
    ),
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
        let functions = jaq_core::funs::<Counted>().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        Loader::new([]).load(&arena, File { path: (), code: source }).map_err(|errors| {
            errors.into_iter().next().map_or_else(unknown, |(_, error)| unread(source, error))
        })?;
        let body = load::parse(source, |parser| parser.term()).ok_or_else(unknown)?;
        // What looks once at each part of a payload ends by itself, and is faster without counting.
        let (definitions, body) =
            if counted::repeats(&body) { (&*COUNTED, counted::term(body)) } else { (&*PLAIN, body) };
        let own = Def { name: CONDITION, args: Vec::new(), body };
        let modules = Loader::new(definitions.iter().cloned().map(as_own).chain([own]))
            .load(&arena, File { path: (), code: CONDITION });
        let modules = modules.map_err(|_| unknown())?;
        let functions = functions.chain(counted::functions());
        let filter = Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
            let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
            first.map_or_else(unknown, |(name, what)| undefined(source, name, &what))
        })?;
        let simple = Simple::parse(source);
        let mut texts = Vec::new();
        if let Some(simple) = &simple {
            simple.needed(&mut texts);
        }
        let texts = texts.iter().map(|text| Finder::new(text).into_owned()).collect();
        let members = members(source).map(Arc::from);
        Ok(Self {
            source: source.into(),
            filter: Arc::new(filter),
            simple: simple.map(Arc::new),
            members,
            products: products.into(),
            texts,
            overruns: Arc::default(),
        })
    }

    /// Whether a payload is JSON and meets the condition; `id` is the number of its message. One that takes too long
    /// does not meet it.
    pub fn matches(&self, payload: &[u8], id: Option<u64>) -> bool {
        if !self.may_match(payload) {
            return false;
        }
        let simple = self.simple.as_ref().and_then(|simple| simple.matches(payload));
        simple.unwrap_or_else(|| {
            self.asks_jq(payload).unwrap_or_else(|TooLong| {
                self.overran(id);
                false
            })
        })
    }

    fn overran(&self, id: Option<u64>) {
        let first = id.unwrap_or(0);
        // Whoever was first stays.
        self.overruns.first.compare_exchange(0, first, Ordering::Relaxed, Ordering::Relaxed).ok();
        self.overruns.count.fetch_add(1, Ordering::Relaxed);
    }

    fn asks_jq(&self, payload: &[u8]) -> Result<bool, TooLong> {
        let Some(value) = self.value(payload) else { return Ok(false) };
        counted::holds(&self.filter, value, STEPS + STEPS_A_BYTE * payload.len() as u64)
    }

    /// What of a payload is asked; `None` where nothing can match.
    fn value(&self, payload: &[u8]) -> Option<Val> {
        if self.products.iter().any(|path| is_text(payload, path)) {
            return None;
        }
        match project(payload, self.members.as_deref()) {
            Read::Nothing => None,
            Read::Whole => read::parse_single(payload).ok(),
            Read::Members(members) => read::parse_single(&members).ok(),
        }
    }

    /// What the first of its outputs is made into that can be.
    pub fn first<T>(&self, payload: &[u8], make: impl Fn(Val) -> Option<T>) -> Option<T> {
        let steps = STEPS + STEPS_A_BYTE * payload.len() as u64;
        counted::first(&self.filter, self.value(payload)?, steps, make).ok().flatten()
    }

    /// Whether one of several payloads, one after the other, may match.
    pub fn may_match(&self, payloads: &[u8]) -> bool {
        // They may also be written with escapes.
        self.texts.iter().all(|text| text.find(payloads).is_some())
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

/// A definition among those that live as long as a source does.
const fn as_own<'s>(definition: Def<&'static str>) -> Def<&'s str> {
    definition
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
mod short_way;

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::Jq;

    fn jq(source: &str) -> Jq {
        Jq::parse(source).expect("it is jq")
    }

    #[test]
    fn a_payload_that_is_not_json_matches_nothing() {
        assert!(jq(".").matches(b"{}", None) && jq(".a | length > 1").matches(br#"{"a":[1,2]}"#, None));
        assert!(
            !jq(".").matches(b"{", None)
                && !jq(".a.b").matches(br#"{"a":7}"#, None)
                && !jq(".a[]").matches(b"{}", None)
        );
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
    fn a_condition_that_takes_too_many_steps_on_a_message_ends_and_is_counted() {
        let elements = |count: usize| format!("[{}]", vec!["1"; count].join(","));
        let (few, many) = (elements(100), elements(3_000));
        for source in [
            "[.[] as $a | .[] as $b | $a + $b] | length > 0",
            "[(.[] | 0) + (.[] | 0)] | length > 0",
            "[.. as $a | .[]? as $b | $a] | length > 0",
            ". as $all | map($all | map(1)) | length > 0",
            "[.[] as $a | (.[]?, 1)?] | length > 0",
            ". as $all | any(.[]; $all | sort | .[0] > 1) | not",
            "[.[] as $a | label $out | .[] | ., break $out] | length > 0",
        ] {
            let condition = Jq::parse(&format!(". | {source}")).expect(source);
            assert!(condition.matches(few.as_bytes(), Some(1)), "{source}");
            assert_eq!(condition.overruns.count.load(Ordering::Relaxed), 0, "{source}");
            if source.contains("label") {
                continue;
            }
            assert!(!condition.clone().matches(many.as_bytes(), Some(7)), "{source}");
            assert!(!condition.matches(many.as_bytes(), Some(8)), "{source}");
            let (count, first) = (&condition.overruns.count, &condition.overruns.first);
            assert_eq!((count.load(Ordering::Relaxed), first.load(Ordering::Relaxed)), (2, 7), "{source}");
        }
        let products = format!(".a | [{}] | length > 0", vec!["(.,.)"; 60].join("|"));
        assert!(!jq(&products).matches(br#"{"a":1}"#, None));
    }

    #[test]
    fn what_is_asked_of_each_element_of_a_large_message_is_answered() {
        let many = format!(r#"{{"l":[{}]}}"#, vec![r#"{"p":1,"q":[1,2]}"#; 5_000].join(","));
        for source in [
            ".l | length == 5000",
            "[.l[] | .p] | add == 5000",
            ".l | map(.q[]) | length == 10000",
            "any(.l[]; .p == 2) | not",
            "[.l[] | select(.p == 1)] | length == 5000",
            "[.. | numbers] | length == 15000",
            ".l[] | .p == 1 and (.q | length) == 2",
        ] {
            assert!(jq(&format!(". | {source}")).matches(many.as_bytes(), None), "{source}");
        }
    }

    #[test]
    fn a_broken_down_time_becomes_seconds() {
        assert!(jq(".t | mktime == 1425599621").matches(br#"{"t":[2015,2,5,23,53,41,4,63]}"#, None));
    }

    #[test]
    fn no_expression_is_too_long_or_deep_for_the_stack() {
        for part in
            [".|", "-", "[", "(", ".a and ", "if . then ", ".[0]", "{a:", "\"\\(", ".[.", "try ", ".a as $x|"]
        {
            assert!(Jq::parse(&format!(".{}", part.repeat(100_000))).is_err(), "{part}");
            drop(Jq::parse(&format!(".{}", part.repeat(400))));
        }
        assert!(!jq(".. == 1").matches(("[".repeat(100_000) + &"]".repeat(100_000)).as_bytes(), None));
    }

    #[test]
    fn members_are_multiplied_and_text_is_not_repeated() {
        let condition = jq(".p * .q.r > 10 and .s == \"x\" or .p * 1000000000000 > 10000000000000");
        assert!(condition.matches(br#"{"p":3,"q":{"r":4},"s":"x"}"#, None));
        assert!(!condition.matches(br#"{"p":2,"q":{"r":4},"s":"x"}"#, None));
        assert!(condition.matches(br#"{"p":20,"q":{"r":4}}"#, None));
        assert!(!condition.matches(br#"{"p":"a","q":{"r":4},"s":"x"}"#, None));
        assert!(!condition.matches(br#"{"\u0070":"a","q":{"r":4},"s":"x"}"#, None));
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
}
