//! JSON Lines: one object for each message, as `assets/events.md` documents them.

use crate::{
    schema::{MessageLines, Verbatim, escape_invisible, write_deliveries},
    session::{DeadLetter, Delivery, Message},
};

use super::super::encoder::{Encoder, Origin};

pub(super) struct JsonLines {
    lines: MessageLines,
    is_terminal: bool,
}

impl JsonLines {
    pub(super) fn new(origin: &Origin, delivery: Delivery, is_text: bool, is_terminal: bool) -> Self {
        let verbatim = if is_text { Verbatim::Never } else { Verbatim::Always };
        Self { lines: MessageLines::new(origin.at, origin.connection, delivery, verbatim), is_terminal }
    }
}

impl Encoder for JsonLines {
    #[inline]
    fn parts(&self, message: &Message<'_>) -> usize {
        MessageLines::parts(message)
    }

    #[inline]
    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, part: usize) {
        let from = out.len();
        self.lines.write_part(out, message, part);
        if self.is_terminal {
            escape_invisible(out, from);
        }
    }

    fn add_deliveries(&self, out: &mut Vec<u8>, letter: &DeadLetter) {
        write_deliveries(letter, out);
    }
}
