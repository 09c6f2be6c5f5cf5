//! The formats: a row each, and a file that says how it writes a message.

mod json_lines;
mod pretty;
mod raw;

use std::path::Path;

use jiff::tz::TimeZone;
use strum::{EnumMessage, EnumProperty, IntoStaticStr, VariantArray};

use crate::session::{DeadLetter, Message};

use super::encoder::{Origin, Out, each};
use json_lines::JsonLines;
use pretty::Pretty;
use raw::{Raw, Visible};

/// What is written for a message. The words of a variant are its help on the command line.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, EnumMessage, EnumProperty, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Format {
    /// JSON Lines: one object a message
    #[default]
    #[strum(serialize = "json", props(extension = "jsonl"))]
    JsonLines,
    /// The payload and a line break
    Raw,
    /// Number, time, size and a readable payload
    Pretty,
}

/// Writes messages in one format.
#[derive(Clone, Debug)]
pub struct Exporter {
    pub format: Format,
    /// The time zone of a clock that a person reads.
    pub zone: TimeZone,
    /// Whether a terminal takes what is written, so that nothing in it may steer one.
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

    /// The format that the name of a file asks for; JSON Lines if it asks for none.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let asked = |format: &&Self| extension.is_some() && format.get_str("extension") == extension;
        Self::ALL.iter().find(asked).copied().unwrap_or_default()
    }
}

impl Exporter {
    /// For what no terminal shows, with times in UTC.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self { format, zone: TimeZone::UTC, is_terminal: false }
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

    /// Appends one message, with its deliveries if there are any to tell and the format can.
    pub fn write_one(
        &self,
        out: &mut Vec<u8>,
        origin: &Origin,
        message: &Message<'_>,
        deliveries: Option<&DeadLetter>,
    ) {
        let Ok(()) = self.encode(out, origin, std::iter::once(*message), deliveries);
    }

    /// Chooses the encoder outside of the loop over the messages, which is the hot path of `tail`.
    fn encode<'m, O: Out>(
        &self,
        out: &mut O,
        origin: &Origin,
        messages: impl Iterator<Item = Message<'m>>,
        deliveries: Option<&DeadLetter>,
    ) -> Result<(), O::Error> {
        match self.format {
            Format::JsonLines => each(out, &JsonLines::new(origin, self.is_terminal), messages, deliveries),
            Format::Raw if self.is_terminal => each(out, &Visible, messages, deliveries),
            Format::Raw => each(out, &Raw, messages, deliveries),
            Format::Pretty => each(out, &Pretty::new(origin, &self.zone), messages, deliveries),
        }
    }
}

#[cfg(test)]
mod tests;
