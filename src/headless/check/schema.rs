//! Messages against a JSON Schema.
//!
//! References to other files and to addresses are refused: a check reads nothing but what it was given.

use std::path::Path;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use crate::{
    config::{MAX_FILE, read_within},
    payload::{counted, cut, printable},
    session::{Message, MessageId},
};

/// The most failures that are told.
const TOLD: usize = 10;
/// The most failures of one message that are told.
const OF_ONE: usize = 3;
/// The most cells of a failure, which may quote a whole message.
const WIDTH: usize = 200;
/// The largest message that is checked.
const LARGEST: usize = 16 << 20;
/// How often a pattern of the schema may go back on one text.
const BACKTRACKS: usize = 100_000;

/// A schema, and how messages did by it.
pub(super) struct Schema {
    validator: Validator,
    /// Messages that were checked.
    pub checked: u64,
    pub failed: u64,
    /// The first message that failed.
    pub first: Option<MessageId>,
    /// The first failures.
    pub told: Vec<String>,
}

impl Schema {
    /// Reads a schema from a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no JSON, or no schema that stands by itself; the error names the file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::File::open(path)
            .and_then(|file| read_within(MAX_FILE, file))
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        let schema: Value =
            serde_json::from_slice(&text).map_err(|error| format!("{name} is not JSON: {error}"))?;
        Self::of(&schema).map_err(|error| format!("{name} is no schema that can be used: {error}"))
    }

    fn of(schema: &Value) -> Result<Self, String> {
        let validator = jsonschema::options()
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS))
            .build(schema)
            .map_err(|error| {
                let at = error.instance_path().to_string();
                let at = if at.is_empty() { String::new() } else { format!("at {at}: ") };
                format!("{at}{}", shown(&error.to_string()))
            })?;
        Ok(Self { validator, checked: 0, failed: 0, first: None, told: Vec::new() })
    }

    /// Checks a message.
    pub(super) fn take(&mut self, message: Message<'_>) {
        self.checked += 1;
        if message.payload.len() > LARGEST {
            return self.fail(message.id, ["it is larger than 16 MiB, and is not checked".to_owned()]);
        }
        match serde_json::from_slice::<Value>(message.payload) {
            Ok(value) if self.validator.is_valid(&value) => {}
            Ok(value) => {
                let room = TOLD.saturating_sub(self.told.len()).min(OF_ONE);
                let errors: Vec<_> = self
                    .validator
                    .iter_errors(&value)
                    .take(room)
                    .map(|error| {
                        let at = error.instance_path().to_string();
                        let at = if at.is_empty() { "the whole" } else { &at };
                        format!("{}: {}", shown(at), shown(&error.to_string()))
                    })
                    .collect();
                self.fail(message.id, errors);
            }
            Err(error) => self.fail(message.id, [format!("it is not JSON: {error}")]),
        }
    }

    fn fail(&mut self, message: MessageId, errors: impl IntoIterator<Item = String>) {
        self.failed += 1;
        self.first.get_or_insert(message);
        for error in errors {
            if self.told.len() < TOLD {
                self.told.push(format!("message {message}: {error}"));
            }
        }
    }

    /// What was measured, in words.
    pub(super) fn measured(&self) -> String {
        let of = counted(self.checked, "message");
        match self.failed {
            0 => format!("{of}, all valid"),
            failed => format!("{} of {of} not valid", crate::payload::thousands(failed)),
        }
    }

    /// Nothing was checked yet.
    pub(super) fn reset(&mut self) {
        (self.checked, self.failed, self.first) = (0, 0, None);
        self.told.clear();
    }
}

/// A text of the server or of the schema in one line.
fn shown(text: &str) -> String {
    cut(&printable(text), WIDTH).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::session::Kind;

    fn checked(schema: &Value, payloads: &[&str]) -> Schema {
        let mut schema = Schema::of(schema).expect("it is a schema");
        for (nth, payload) in (1..).zip(payloads) {
            let payload = payload.as_bytes();
            schema.take(Message {
                id: MessageId(nth),
                kind: Kind::Text,
                payload,
                valid: true,
                frames: 1,
                wire: None,
            });
        }
        schema
    }

    #[test]
    fn a_failure_names_the_message_and_the_place_in_it() {
        let schema = json!({"properties": {"price": {"type": "number"}}, "required": ["price"]});
        let done = checked(&schema, &[r#"{"price":1}"#, r#"{"price":"1"}"#, r#"{"p":1}"#, "tick"]);
        assert_eq!((done.checked, done.failed, done.first), (4, 3, Some(MessageId(2))));
        assert_eq!(done.measured(), "3 of 4 messages not valid");
        assert_eq!(
            done.told,
            [
                "message 2: /price: \"1\" is not of type \"number\"",
                "message 3: the whole: \"price\" is a required property",
                "message 4: it is not JSON: expected ident at line 1 column 2",
            ]
        );
    }

    #[test]
    fn only_the_first_failures_are_told_and_a_long_one_is_cut() {
        let text = format!("\"{}\"", "x".repeat(10_000));
        let done = checked(&json!({"type": "number"}), &[text.as_str(); 30]);
        assert_eq!((done.failed, done.told.len()), (30, TOLD));
        assert!(done.told.iter().all(|told| told.chars().count() <= WIDTH + 40), "{:?}", done.told);
    }

    #[test]
    fn a_schema_that_points_elsewhere_is_refused() {
        for elsewhere in ["https://schemas.example/a.json", "file:///etc/passwd", "other.json"] {
            assert!(Schema::of(&json!({"$ref": elsewhere})).is_err(), "{elsewhere}");
        }
        assert!(Schema::of(&json!({"type": "nmuber"})).is_err_and(|error| error.contains("/type")));
    }
}
