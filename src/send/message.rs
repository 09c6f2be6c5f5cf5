//! A message as it is written, and the frame that it becomes.

use std::{io, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::{
    payload::{hex, json},
    session::{Kind, Outgoing},
};

use super::{Fault, Filled, Sources, Template};

/// How a message is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Form {
    /// As it is sent.
    #[default]
    Text,
    /// The same, and nothing is sent that is not JSON.
    Json,
    /// Two hex digits for each byte.
    Hex,
    /// Base64 with or without padding.
    Base64,
    /// The path of a file that holds the payload.
    File,
}

/// A message as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub form: Form,
    /// Whether it is sent as a text or a binary frame; `None` for text if it is written as text.
    pub kind: Option<Kind>,
}

/// A message whose variables are read.
#[derive(Clone, Debug)]
pub struct Prepared {
    template: Template,
    form: Form,
    kind: Kind,
}

impl Form {
    /// The word of the form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// The form after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Text => Self::Json,
            Self::Json => Self::Hex,
            Self::Hex => Self::Base64,
            Self::Base64 => Self::File,
            Self::File => Self::Text,
        }
    }

    /// The frame that is used unless another is asked for.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Text | Self::Json => Kind::Text,
            Self::Hex | Self::Base64 | Self::File => Kind::Binary,
        }
    }
}

impl Message {
    /// Text for a text frame.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The frame it becomes.
    #[must_use]
    pub fn frame(&self) -> Kind {
        self.kind.unwrap_or(self.form.kind())
    }

    /// Reads the variables.
    ///
    /// # Errors
    ///
    /// One is not known, with its place.
    pub fn prepare(&self) -> Result<Prepared, Fault> {
        let template = Template::parse(&self.text)?;
        Ok(Prepared { template, form: self.form, kind: self.frame() })
    }

    /// The message without variables, whatever stands in it.
    #[must_use]
    pub fn verbatim(&self) -> Prepared {
        Prepared { template: Template::verbatim(&self.text), form: self.form, kind: self.frame() }
    }
}

impl Prepared {
    /// Whether it counts the messages that have `{{seq}}`.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.template.counts()
    }

    /// Whether it has a value of the message that was received last.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.template.answers()
    }

    /// The frame. `read` reads a file.
    ///
    /// # Errors
    ///
    /// A variable has no value, or the text is not what its form says, with its place; or the file cannot be read.
    pub fn frame(
        &self,
        sources: &Sources<'_>,
        read: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<Outgoing, Fault> {
        let Filled { text, shown } = self.template.fill(sources)?;
        let payload = payload(self.form, &text, read)?;
        // A secret within hex or base64 is not found again, so none of it is shown.
        let shown = shown.filter(|_| self.form != Form::File).map(Bytes::from);
        Ok(Outgoing::Data { kind: self.kind, payload, shown })
    }
}

fn payload(form: Form, text: &str, read: &dyn Fn(&Path) -> io::Result<Vec<u8>>) -> Result<Bytes, Fault> {
    match form {
        Form::Text => Ok(text.to_owned().into()),
        Form::Json => match json::check(text) {
            Ok(()) => Ok(text.to_owned().into()),
            Err(error) => {
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                let place = Some((error.line().max(1), error.column().max(1)));
                Err(Fault { place, message: format!("this is not JSON: {message}") })
            }
        },
        Form::Hex => hex::decode(text).map(Bytes::from).map_err(|error| match error {
            hex::HexError::NoDigit { at, .. } => Fault::at(text, at, error.to_string()),
            hex::HexError::Odd(_) => Fault::whole(error.to_string()),
        }),
        Form::Base64 => {
            let text: String = text.split_whitespace().collect();
            let decoded = BASE64_STANDARD
                .decode(&text)
                .or_else(|_| base64::prelude::BASE64_STANDARD_NO_PAD.decode(&text));
            decoded.map(Bytes::from).map_err(|error| Fault::whole(format!("this is not base64: {error}")))
        }
        Form::File => {
            let path = text.trim();
            let unread = |error: io::Error| Fault::whole(format!("cannot read {path}: {error}"));
            read(Path::new(path)).map(Bytes::from).map_err(unread)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Timestamp;

    fn sent(form: Form, text: &str) -> Result<(Kind, Vec<u8>, Option<String>), String> {
        let sources = Sources {
            environment: &|name| (name == "KEY").then(|| "6869".to_owned()),
            now: Timestamp(0),
            random: &|| [0; 16],
            seq: 1,
            last: None,
        };
        let read = |path: &Path| {
            if path == Path::new("there.bin") { Ok(vec![1, 2]) } else { Err(io::ErrorKind::NotFound.into()) }
        };
        let message = Message { text: text.to_owned(), form, kind: None };
        let frame = message.prepare().and_then(|prepared| prepared.frame(&sources, &read));
        match frame.map_err(|fault| fault.to_string())? {
            Outgoing::Data { kind, payload, shown } => {
                let shown = shown.map(|shown| String::from_utf8_lossy(&shown).into_owned());
                Ok((kind, payload.to_vec(), shown))
            }
            other => panic!("a message: {other:?}"),
        }
    }

    #[test]
    fn each_form_becomes_its_bytes_and_its_frame() {
        for (form, text, kind, bytes) in [
            (Form::Text, "hä", Kind::Text, "hä".as_bytes()),
            (Form::Json, " {\"a\":[1]}", Kind::Text, b" {\"a\":[1]}"),
            (Form::Hex, "68 69:21", Kind::Binary, b"hi!"),
            (Form::Base64, "aGk=", Kind::Binary, b"hi"),
            (Form::Base64, "aG\nk", Kind::Binary, b"hi"),
            (Form::File, " there.bin\n", Kind::Binary, &[1, 2]),
        ] {
            assert_eq!(sent(form, text), Ok((kind, bytes.to_vec(), None)), "{form:?} {text}");
        }
    }

    #[test]
    fn what_is_not_of_its_form_is_refused_with_the_reason() {
        for (form, text, message) in [
            (Form::Json, "{\"a\":\n oops}", "line 2, column 2: this is not JSON: expected value"),
            (Form::Hex, "123", "hex has two digits for each byte, and this has an odd number of digits: 3"),
            (Form::Hex, "12 3x", "column 5: 'x' is no hex digit"),
            (Form::Base64, "a b?", "this is not base64: Invalid symbol 63, offset 2."),
            (Form::File, "gone.bin", "cannot read gone.bin: entity not found"),
        ] {
            assert_eq!(sent(form, text), Err(message.to_owned()), "{form:?} {text}");
        }
    }

    #[test]
    fn a_secret_is_masked_also_in_what_is_written_as_hex() {
        let expected = (Kind::Binary, b"\xffhi".to_vec(), Some("ff•••".to_owned()));
        assert_eq!(sent(Form::Hex, "ff${KEY}"), Ok(expected));
    }
}
