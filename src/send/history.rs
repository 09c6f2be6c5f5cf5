//! Messages that are kept over sessions: those that were sent last, and those with names.

use serde::{Deserialize, Serialize};

use crate::{
    config::{Redactor, names_a_secret},
    payload::hex,
    session::Kind,
};

use super::{Form, Message, Template};

/// Messages without names that are kept, and messages with names.
const LATEST: usize = 500;
const NAMED: usize = 200;
/// A longer message is not kept, in bytes.
const LONGEST: usize = 64 << 10;

/// A message that is kept as it was written: variables are kept, and not their values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMessage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default)]
    pub form: Form,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<Kind>,
    pub text: String,
}

/// Kept messages, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(Vec<KeptMessage>);

impl KeptMessage {
    #[must_use]
    pub fn of(message: &Message, name: Option<String>) -> Self {
        Self { name, form: message.form, frame: message.kind, text: message.text.clone() }
    }

    #[must_use]
    pub fn message(&self) -> Message {
        Message { text: self.text.clone(), form: self.form, kind: self.frame }
    }

    /// Whether it may be written to the disk: it is short, and holds no secret. A secret is what `redactor` knows or takes
    /// for one, and a member of JSON whose name is that of a credential, unless its value is a variable.
    #[must_use]
    pub fn may_be_written(&self, redactor: &Redactor) -> bool {
        let decoded = match self.form {
            Form::Hex => hex::decode(&self.text).unwrap_or_default(),
            Form::Text | Form::Json | Form::Base64 | Form::File => Vec::new(),
        };
        self.text.len() <= LONGEST
            && redactor.bytes(self.text.as_bytes()).is_none()
            && redactor.bytes(&decoded).is_none()
            && !has_credential(&self.text)
    }
}

/// Whether a text is JSON in which a member of a telling name has a value that is spelled out.
fn has_credential(text: &str) -> bool {
    // What is written may be JSON only once its variables are filled in.
    let bare = Template::parse(text).map(|template| template.without_values()).unwrap_or_default();
    serde_json::from_str(&bare).is_ok_and(|value| spells_out(&value))
}

fn spells_out(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(members) => members.iter().any(|(name, value)| {
            let is_spelled = match value {
                serde_json::Value::String(text) => !text.trim_matches('0').is_empty(),
                _ => false,
            };
            (is_spelled && names_a_secret(name)) || spells_out(value)
        }),
        serde_json::Value::Array(items) => items.iter().any(spells_out),
        _ => false,
    }
}

impl History {
    /// Adds a message, or moves it to the end. One with a name replaces the one of that name.
    pub fn add(&mut self, kept: KeptMessage) {
        let is_same = |other: &KeptMessage| match &kept.name {
            Some(name) => other.name.as_ref() == Some(name),
            None => other.name.is_none() && (&other.text, other.form) == (&kept.text, kept.form),
        };
        self.0.retain(|other| !is_same(other));
        self.0.push(kept);
        for (is_named, most) in [(false, LATEST), (true, NAMED)] {
            let of_kind = |kept: &KeptMessage| kept.name.is_some() == is_named;
            let mut left_out = self.0.iter().filter(|kept| of_kind(kept)).count().saturating_sub(most);
            self.0.retain(|kept| {
                let leaves = left_out > 0 && of_kind(kept);
                left_out -= usize::from(leaves);
                !leaves
            });
        }
    }

    /// Those with names, the newest last.
    pub fn named(&self) -> impl DoubleEndedIterator<Item = &KeptMessage> {
        self.0.iter().filter(|kept| kept.name.is_some())
    }

    /// Forgets the message of a name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|kept| kept.name.as_deref() != Some(name));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn get(&self, nth: usize) -> Option<&KeptMessage> {
        self.0.get(nth)
    }

    /// The newest before `before` whose text or name contains what is looked for, in any case.
    #[must_use]
    pub fn older(&self, before: usize, wanted: &str) -> Option<usize> {
        (0..before.min(self.0.len())).rev().find(|nth| self.fits(*nth, wanted))
    }

    /// The oldest after `after` that does.
    #[must_use]
    pub fn newer(&self, after: usize, wanted: &str) -> Option<usize> {
        (after + 1..self.0.len()).find(|nth| self.fits(*nth, wanted))
    }

    fn fits(&self, nth: usize, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        self.0.get(nth).is_some_and(|kept| {
            kept.text.to_lowercase().contains(&wanted)
                || kept.name.as_ref().is_some_and(|name| name.to_lowercase().contains(&wanted))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn kept(text: &str) -> KeptMessage {
        KeptMessage { text: text.to_owned(), ..KeptMessage::default() }
    }

    #[test]
    fn a_message_that_spells_out_a_secret_is_not_written() {
        let redactor: Redactor = [Secret::new("hunter2-hunter2")].into_iter().collect();
        for (text, may) in [
            (r#"{"op":"subscribe","channel":"ticks"}"#, true),
            (r#"{"op":"auth","token":"${API_KEY}"}"#, true),
            (r#"{"op":"auth","token":"abc"}"#, false),
            (r#"{"id":{{seq}},"args":[{"apiKey":"abc"}]}"#, false),
            (r#"{"id":{{seq}},"key":{{seq}}}"#, true),
            ("login hunter2-hunter2", false),
        ] {
            assert_eq!(kept(text).may_be_written(&redactor), may, "{text}");
        }
        let hex = KeptMessage { form: Form::Hex, ..kept(&hex::encode(b"hunter2-hunter2")) };
        assert!(!hex.may_be_written(&redactor) && !kept(&"x".repeat(LONGEST + 1)).may_be_written(&redactor));
    }

    #[test]
    fn messages_are_found_by_what_they_contain_and_by_name() {
        let mut history = History::default();
        for text in ["sub ticks", "ping", "sub TRADES", "ping"] {
            history.add(kept(text));
        }
        history.add(KeptMessage { name: Some("Login".to_owned()), ..kept("hello") });
        assert_eq!(history.len(), 4, "the same message is kept once");
        let text = |nth: Option<usize>| nth.and_then(|nth| history.get(nth)).map(|kept| kept.text.as_str());
        assert_eq!(text(history.older(4, "")), Some("hello"));
        assert_eq!(text(history.older(4, "sub")), Some("sub TRADES"));
        assert_eq!(text(history.older(1, "sub")), Some("sub ticks"));
        assert_eq!(text(history.older(4, "login")), Some("hello"));
        assert_eq!(text(history.newer(0, "trades")), Some("sub TRADES"));
        assert_eq!(history.newer(1, "sub"), None);
    }

    #[test]
    fn the_oldest_leave_and_those_with_names_stay() {
        let mut history = History::default();
        history.add(KeptMessage { name: Some("login".to_owned()), ..kept("hello") });
        (0..LATEST + 10).for_each(|nth| history.add(kept(&nth.to_string())));
        assert_eq!(history.len(), LATEST + 1);
        assert_eq!(history.get(1).map(|kept| kept.text.as_str()), Some("10"));
    }
}
