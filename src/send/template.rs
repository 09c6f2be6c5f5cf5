//! Variables in what is sent.
//!
//! | variable | stands for |
//! | --- | --- |
//! | `${NAME}`, `${NAME:default}` | an environment variable; with a default if it is not set or empty |
//! | `{{now}}`, `{{now s}}`, `{{now ms}}` | the time: RFC 3339 in UTC, or seconds or milliseconds since 1970 |
//! | `{{uuid}}` | a random UUID, another one each time |
//! | `{{seq}}` | 1 for the first message of a session that has it, then 2, 3, … |
//! | `{{last .id}}`, `{{last}}` | a value of the message that was received last, by jq; or the whole message |
//! | `\{{`, `\${` | the text `{{` or `${` |
//!
//! Anything else in `{{…}}` is a fault, so that no misspelt variable is sent. The value of an environment variable whose
//! name is that of a credential is masked wherever the message is shown or recorded.

use uuid::Builder;

use crate::{
    config::{MASK, names_a_secret},
    filter::Query,
    session::Timestamp,
};

use super::Fault;

/// A text with variables.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    /// Each piece with the byte at which it begins.
    pieces: Vec<(usize, Piece)>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Environment {
        name: String,
        default: Option<String>,
    },
    Now(Clock),
    Uuid,
    Seq,
    /// A value of the last message, or all of it.
    Last(Option<Box<Query>>),
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Rfc3339,
    Seconds,
    Milliseconds,
}

/// Where values come from.
pub struct Sources<'a> {
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    pub now: Timestamp,
    pub random: &'a dyn Fn() -> [u8; 16],
    pub seq: u64,
    /// The payload of the message that was received last.
    pub last: Option<&'a [u8]>,
}

/// A text with its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    /// The same with masked secrets, if there are any.
    pub shown: Option<String>,
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// A variable is not closed or not known, with its place.
    pub fn parse(source: &str) -> Result<Self, Fault> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some(literal) = ["{{", "${"].iter().find(|open| is_escaped(rest, open)) {
                text.push_str(literal);
                at += literal.len() + 1;
            } else if let Some((len, piece)) = variable(source, at)? {
                if !text.is_empty() {
                    pieces.push((at, Piece::Text(std::mem::take(&mut text))));
                }
                pieces.push((at, piece));
                at += len;
            } else {
                let next = rest.chars().next().map_or(1, char::len_utf8);
                text.push_str(&rest[..next]);
                at += next;
            }
        }
        if !text.is_empty() {
            pieces.push((at, Piece::Text(text)));
        }
        Ok(Self { source: source.to_owned(), pieces })
    }

    /// A text that has no variables, whatever stands in it.
    #[must_use]
    pub fn verbatim(source: &str) -> Self {
        Self { source: source.to_owned(), pieces: vec![(0, Piece::Text(source.to_owned()))] }
    }

    /// The text with `0` in place of each variable.
    #[must_use]
    pub fn without_values(&self) -> String {
        let text = |(_, piece): &(usize, Piece)| match piece {
            Piece::Text(text) => text.clone(),
            _ => "0".to_owned(),
        };
        self.pieces.iter().map(text).collect()
    }

    /// Whether it counts the messages that have `{{seq}}`.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.pieces.iter().any(|(_, piece)| matches!(piece, Piece::Seq))
    }

    /// Whether it has a value of the message that was received last.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.pieces.iter().any(|(_, piece)| matches!(piece, Piece::Last(_)))
    }

    /// The text with the values of its variables.
    ///
    /// # Errors
    ///
    /// A variable has no value, with its place.
    pub fn fill(&self, sources: &Sources<'_>) -> Result<Filled, Fault> {
        let (mut text, mut shown, mut has_secret) = (String::new(), String::new(), false);
        for (at, piece) in &self.pieces {
            let value = piece.value(sources).map_err(|message| Fault::at(&self.source, *at, message))?;
            let is_secret = matches!(piece, Piece::Environment { name, .. } if names_a_secret(name));
            has_secret |= is_secret;
            shown.push_str(if is_secret { MASK } else { &value });
            text.push_str(&value);
        }
        Ok(Filled { text, shown: has_secret.then_some(shown) })
    }
}

impl Piece {
    fn value(&self, sources: &Sources<'_>) -> Result<String, String> {
        Ok(match self {
            Self::Text(text) => text.clone(),
            Self::Environment { name, default } => {
                let value =
                    (sources.environment)(name).filter(|value| default.is_none() || !value.is_empty());
                let unset = || {
                    format!("the environment variable {name} is not set; ${{{name}:…}} gives it a default")
                };
                value.or_else(|| default.clone()).ok_or_else(unset)?
            }
            Self::Now(clock) => clock.written(sources.now),
            Self::Uuid => Builder::from_random_bytes((sources.random)()).into_uuid().to_string(),
            Self::Seq => sources.seq.to_string(),
            Self::Last(query) => {
                let last = sources.last.ok_or("no message has been received yet")?;
                match query {
                    Some(query) => {
                        query.first(last).ok_or("the last message has no such value, or is not JSON")?
                    }
                    None => String::from_utf8(last.to_vec()).map_err(|_| "the last message is not text")?,
                }
            }
        })
    }
}

impl Clock {
    fn written(self, now: Timestamp) -> String {
        match self {
            Self::Rfc3339 => now.to_string(),
            Self::Seconds => now.0.div_euclid(1_000_000).to_string(),
            Self::Milliseconds => now.0.div_euclid(1_000).to_string(),
        }
    }
}

/// The text that is sent as `text` is, whatever stands in it.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace("{{", "\\{{").replace("${", "\\${")
}

fn is_escaped(rest: &str, open: &str) -> bool {
    rest.strip_prefix('\\').is_some_and(|rest| rest.starts_with(open))
}

/// The variable that begins at this byte, and its length.
fn variable(source: &str, at: usize) -> Result<Option<(usize, Piece)>, Fault> {
    let rest = &source[at..];
    if let Some(inner) = rest.strip_prefix("${") {
        // What could not be the name of a variable is text, as in a config.
        let name_len = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let Some(len) = inner.find('}').filter(|_| name_len > 0) else { return Ok(None) };
        let (name, behind) = inner[..len].split_at(name_len.min(len));
        let default = match behind.strip_prefix(':') {
            Some(default) => Some(default.to_owned()),
            None if behind.is_empty() => None,
            None => return Ok(None),
        };
        return Ok(Some((len + 3, Piece::Environment { name: name.to_owned(), default })));
    }
    let Some(inner) = rest.strip_prefix("{{") else { return Ok(None) };
    let Some(len) = inner.find("}}") else {
        return Err(Fault::at(
            source,
            at,
            "{{ opens a variable, and no }} closes it; write \\{{ for the text",
        ));
    };
    let words = inner[..len].trim();
    let (word, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let piece = match (word, rest.trim()) {
        ("now", "") => Piece::Now(Clock::Rfc3339),
        ("now", "s") => Piece::Now(Clock::Seconds),
        ("now", "ms") => Piece::Now(Clock::Milliseconds),
        ("uuid", "") => Piece::Uuid,
        ("seq", "") => Piece::Seq,
        ("last", "") => Piece::Last(None),
        ("last", query) => {
            let from = at + 2 + inner.find(query).unwrap_or(0);
            Piece::Last(Some(Box::new(Query::parse(query).map_err(|error| {
                let byte = query.char_indices().nth(error.column - 1).map_or(query.len(), |(byte, _)| byte);
                Fault::at(source, from + byte, error.message)
            })?)))
        }
        _ => {
            let message = format!(
                "there is no variable {{{{{words}}}}}; there are {{{{now}}}}, {{{{now s}}}}, {{{{now ms}}}}, \
                 {{{{uuid}}}}, {{{{seq}}}} and {{{{last .path}}}}, and \\{{{{ is the text"
            );
            return Err(Fault::at(source, at, message));
        }
    };
    Ok(Some((len + 4, piece)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sources(last: Option<&[u8]>) -> Sources<'_> {
        Sources {
            environment: &|name| match name {
                "SYMBOL" => Some("BTC".to_owned()),
                "API_TOKEN" => Some("hunter2".to_owned()),
                "EMPTY" => Some(String::new()),
                _ => None,
            },
            now: Timestamp(1_767_323_045_987_654),
            random: &|| [0xab; 16],
            seq: 7,
            last,
        }
    }

    fn filled(text: &str) -> Result<String, Fault> {
        let last = br#"{"id":12345678901234567890,"s":"x"}"#;
        Template::parse(text)?.fill(&sources(Some(last))).map(|filled| filled.text)
    }

    #[test]
    fn each_variable_has_its_value() {
        for (text, expected) in [
            ("plain {\"a\":{}}", "plain {\"a\":{}}"),
            ("${SYMBOL}-${NONE:usd}-${EMPTY:x}-${EMPTY}.", "BTC-usd-x-."),
            ("{{now}} {{now s}} {{ now ms }}", "2026-01-02T03:04:05.987654Z 1767323045 1767323045987"),
            ("{{uuid}}", "abababab-abab-4bab-abab-abababababab"),
            ("{\"id\":{{seq}},\"n\":{{seq}}}", "{\"id\":7,\"n\":7}"),
            ("{{last .id}} {{last .s}}", "12345678901234567890 x"),
            ("{{last}}", r#"{"id":12345678901234567890,"s":"x"}"#),
            (r"\{{now}} \${SYMBOL} \\{{ $ {", r"{{now}} ${SYMBOL} \{{ $ {"),
            ("${} ${!json()} ${a b} ${open", "${} ${!json()} ${a b} ${open"),
        ] {
            assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_fault_has_its_place_and_says_what_would_do() {
        for (text, place, part) in [
            ("a {{nov}}", (1, 3), "no variable {{nov}}"),
            ("a\nä {{now", (2, 3), "no }} closes it"),
            ("${NONE}", (1, 1), "NONE is not set"),
            ("x{{last .a | nosuch}}", (1, 14), "nosuch"),
            ("{{last .missing}}", (1, 1), "no such value"),
        ] {
            let fault = filled(text).expect_err(text);
            assert_eq!(fault.place, Some(place), "{text}: {fault}");
            assert!(fault.message.contains(part), "{text}: {fault}");
        }
        let early = Template::parse("{{last .id}}").expect("it is known").fill(&sources(None));
        assert_eq!(
            early.expect_err("nothing came").to_string(),
            "column 1: no message has been received yet"
        );
    }

    #[test]
    fn the_value_of_a_credential_is_masked_where_the_message_is_shown() {
        let template =
            Template::parse(r#"{"token":"${API_TOKEN}","s":"${SYMBOL}"}"#).expect("both are known");
        let filled = template.fill(&sources(None)).expect("both are set");
        assert_eq!(filled.text, r#"{"token":"hunter2","s":"BTC"}"#);
        assert_eq!(filled.shown.as_deref(), Some(r#"{"token":"•••","s":"BTC"}"#));
    }

    proptest! {
        #[test]
        fn an_escaped_text_is_sent_as_it_is(text in "[a{}$\\\\ä ]{0,12}|\\PC*") {
            prop_assert_eq!(filled(&escaped(&text)), Ok(text));
        }
    }
}
