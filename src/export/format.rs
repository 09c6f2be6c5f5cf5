//! The formats: each has a variant here, and a file that writes a message in it.

mod json_lines;
mod pretty;
mod raw;

use std::path::Path;

use jiff::tz::TimeZone;
use strum::{EnumMessage, EnumProperty, IntoStaticStr, VariantArray};

use crate::session::{DeadLetter, Delivery, Message};

use super::encoder::{Origin, Out, each};
use json_lines::JsonLines;
use pretty::Pretty;
use raw::{Measured, Raw, Visible};

/// How a message is written. The comment of a variant is its help text on the command line.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, EnumMessage, EnumProperty, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Format {
    /// JSON Lines: one object a message, with a payload that is JSON as it is
    #[default]
    #[strum(serialize = "json", props(extension = "jsonl"))]
    JsonLines,
    /// The same with each payload as text, also if it is JSON
    #[strum(serialize = "json-text")]
    JsonText,
    /// The payload and a line break
    Raw,
    /// Number, time, size and a readable payload
    Pretty,
}

/// How a reader of raw payloads finds their ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayloadEnd {
    /// A line break follows.
    #[default]
    LineBreak,
    /// A zero byte follows.
    Null,
    /// The length in bytes stands before it, in four bytes, the highest first.
    Length,
}

/// Writes messages in one format.
#[derive(Clone, Debug)]
pub struct Exporter {
    pub format: Format,
    /// Those of [`Format::Raw`].
    pub end: PayloadEnd,
    /// The time zone of times that people read.
    pub zone: TimeZone,
    /// Whether the output is a terminal: then control characters are made visible.
    pub is_terminal: bool,
}

impl Format {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its word on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn doc(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// The format for the extension of a file; JSON Lines if no format has it.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let asked = |format: &&Self| extension.is_some() && format.get_str("extension") == extension;
        Self::ALL.iter().find(asked).copied().unwrap_or_default()
    }
}

impl Exporter {
    /// An exporter for a file or a pipe, with times in UTC.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self { format, end: PayloadEnd::LineBreak, zone: TimeZone::UTC, is_terminal: false }
    }

    /// Appends messages of one origin.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write<'m, O: Out>(
        &self,
        out: &mut O,
        origin: &Origin,
        messages: impl Iterator<Item = Message<'m>>,
    ) -> Result<(), O::Error> {
        self.encode(out, origin, messages, None)
    }

    /// Appends one message, and its deliveries if they are given and the format has a place for them: then the last one
    /// stands in place of the first.
    pub fn write_one(
        &self,
        out: &mut Vec<u8>,
        origin: &Origin,
        message: &Message<'_>,
        deliveries: Option<&DeadLetter>,
    ) {
        let Ok(()) = self.encode(out, origin, std::iter::once(*message), deliveries);
    }

    /// Chooses the encoder outside the loop over the messages, since that loop is the hot path of `tail`.
    pub(super) fn encode<'m, O: Out>(
        &self,
        out: &mut O,
        origin: &Origin,
        messages: impl Iterator<Item = Message<'m>>,
        deliveries: Option<&DeadLetter>,
    ) -> Result<(), O::Error> {
        let delivery = deliveries.and_then(DeadLetter::last).unwrap_or(Delivery::first(origin.verdict));
        match self.format {
            Format::JsonLines | Format::JsonText => {
                let is_text = self.format == Format::JsonText;
                let mut lines = JsonLines::new(origin, delivery, is_text, self.is_terminal);
                each(out, &mut lines, messages, deliveries)
            }
            Format::Raw if self.is_terminal => each(out, &mut Visible, messages, deliveries),
            Format::Raw => match self.end {
                PayloadEnd::LineBreak => each(out, &mut Raw::<b'\n'>, messages, deliveries),
                PayloadEnd::Null => each(out, &mut Raw::<0>, messages, deliveries),
                PayloadEnd::Length => each(out, &mut Measured, messages, deliveries),
            },
            Format::Pretty => each(out, &mut Pretty::new(origin, &self.zone), messages, deliveries),
        }
    }
}

#[cfg(test)]
mod tests;
