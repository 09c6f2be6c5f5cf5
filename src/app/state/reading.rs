//! A payload as the detail shows it: what it was decoded to, laid out for the pane.

use std::borrow::Cow;

use bytes::Bytes;

use crate::{
    payload::{
        Body, Decoded, Misfit, decode, decode_with,
        document::{Document, Form},
    },
    session::Kind,
};

use super::panes::DetailMode as Mode;

/// How many bytes are read to recognise a payload.
pub const LIMIT: usize = 64 << 10;
/// How many bytes a payload that is packed may take unpacked.
const UNPACKED: usize = 16 << 20;

/// A payload laid out in one of the modes.
#[derive(Clone, Debug)]
pub struct Reading {
    mode: Mode,
    pub document: Document,
    /// How many bytes of a packed payload were not read.
    pub left_out: usize,
    /// Whether a packed payload goes on behind what was unpacked.
    pub is_stopped: bool,
    /// Why what follows cannot be read; `None` if the payload ends as its kind does.
    pub fault: Option<Misfit>,
    /// What it was decoded from: `gzip › JSON`. `None` where nothing is decoded.
    pub title: Option<String>,
}

impl Reading {
    /// The payload as this mode has it, in so many cells. What was sent as text is text, also with control characters
    /// in it, unless it is not UTF-8.
    pub fn of(kind: Kind, payload: &Bytes, mode: Mode, width: usize) -> Self {
        let of = |text, form| Self {
            mode,
            document: Document::new(text, form, width),
            left_out: 0,
            is_stopped: false,
            fault: None,
            title: None,
        };
        match mode {
            Mode::Raw => return of(payload.clone(), Form::Text),
            Mode::Hex => return of(payload.clone(), Form::Hex),
            Mode::Pretty | Mode::Tree | Mode::As(_) => {}
        }
        let front = read(kind, payload, mode, LIMIT);
        // What is packed is read as far as it may be; the rest is shown where it stands.
        let is_packed = matches!(
            &front.body,
            Body::Text(Cow::Owned(_)) | Body::Json(Cow::Owned(_)) | Body::Bytes(Cow::Owned(_))
        );
        let decoded = if is_packed && (front.is_stopped || front.left_out > 0) {
            read(kind, payload, mode, UNPACKED)
        } else {
            front
        };
        let (text, form) = shown(decoded.body, payload);
        let form = if (mode, form) == (Mode::Tree, Form::Json) { Form::Tree } else { form };
        Self {
            left_out: if is_packed { decoded.left_out } else { 0 },
            is_stopped: is_packed && decoded.is_stopped,
            fault: decoded.fault,
            title: Some(decoded.title),
            ..of(text, form)
        }
    }

    /// Whether it is laid out so.
    pub fn is_for(&self, mode: Mode, width: usize) -> bool {
        self.mode == mode && self.document.width() == width.max(1)
    }
}

/// What the payload was taken for, unless it can be read as what was chosen.
fn read(kind: Kind, payload: &Bytes, mode: Mode, limit: usize) -> Decoded<'_> {
    let chosen = if let Mode::As(name) = mode { decode_with(name, kind, payload, limit).ok() } else { None };
    chosen.unwrap_or_else(|| decode(kind, payload, limit))
}

/// A decoded payload as bytes, and how they are shown.
fn shown(body: Body<'_>, payload: &Bytes) -> (Bytes, Form) {
    match body {
        Body::Text(Cow::Owned(text)) => (text.into(), Form::Text),
        Body::Json(Cow::Owned(text)) => (text.into(), Form::Json),
        Body::Bytes(Cow::Owned(bytes)) => (bytes.into(), Form::Hex),
        Body::Text(Cow::Borrowed(_)) => (payload.clone(), Form::Text),
        Body::Json(Cow::Borrowed(_)) => (payload.clone(), Form::Json),
        // As much as was read back from a capture may end inside a character.
        Body::Broken(front) if str::from_utf8(&front).is_err_and(|error| error.error_len().is_none()) => {
            (payload.clone(), Form::Text)
        }
        Body::Broken(_) | Body::Bytes(Cow::Borrowed(_)) => (payload.clone(), Form::Hex),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Form, Kind, Mode, Reading};

    fn form(kind: Kind, payload: &[u8], mode: Mode) -> Form {
        Reading::of(kind, &Bytes::copy_from_slice(payload), mode, 40).document.form()
    }

    #[test]
    fn what_is_not_json_is_text_and_what_is_not_text_is_hex() {
        assert_eq!(form(Kind::Binary, br#"{"a":1}"#, Mode::Pretty), Form::Json);
        assert_eq!(form(Kind::Binary, br#"{"a":1}"#, Mode::Tree), Form::Tree);
        assert_eq!(form(Kind::Binary, br#"{"a":1}"#, Mode::Raw), Form::Text);
        assert_eq!(form(Kind::Binary, b"{a}", Mode::Tree), Form::Text);
        assert_eq!(form(Kind::Binary, &[0, 1, 2, 255], Mode::Pretty), Form::Hex);
    }

    #[test]
    fn what_was_sent_as_text_is_text_unless_it_is_not_utf8() {
        assert_eq!(form(Kind::Text, b"a\x1b[2J\x07\x00", Mode::Pretty), Form::Text);
        assert_eq!(form(Kind::Text, b"\x00\xff\xfe", Mode::Pretty), Form::Hex);
        assert_eq!(form(Kind::Text, b"text", Mode::Hex), Form::Hex);
    }

    #[test]
    fn a_text_that_ends_inside_a_character_is_text_still() {
        assert_eq!(form(Kind::Text, b"caf\xc3", Mode::Pretty), Form::Text);
    }

    #[test]
    fn all_of_a_long_payload_can_be_reached() {
        let long = Bytes::from(vec![b'x'; 1 << 20]);
        let mut reading = Reading::of(Kind::Text, &long, Mode::Pretty, 64);
        reading.document.lay_out(usize::MAX);
        assert_eq!((reading.document.rows(), reading.document.laid_out()), (1 << 14, None));
    }

    #[test]
    fn what_a_row_has_of_a_payload_is_what_decides_its_kind() {
        assert_eq!(crate::payload::HEAD, crate::session::StoredMessage::HEAD);
    }
}
