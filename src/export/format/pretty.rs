//! A line for people: number, time, kind, size and a readable payload.

use std::io::Write as _;

use jiff::tz::TimeZone;

use crate::{
    payload::{Decoded, decode},
    session::Message,
};

use super::super::encoder::{Encoder, Origin};

/// How much of a payload is shown, in bytes.
const SHOWN: usize = 16 << 10;

pub(super) struct Pretty {
    clock: String,
}

impl Pretty {
    pub(super) fn new(origin: &Origin, zone: &TimeZone) -> Self {
        Self { clock: origin.at.clock(zone) }
    }
}

impl Encoder for Pretty {
    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, _part: usize) {
        let decoded = decode(message.kind, message.payload, SHOWN);
        let more = match decoded.left_out {
            0 => String::new(),
            rest => format!(" … {rest} more bytes"),
        };
        let pieces = Decoded { left_out: 0, ..decoded }.line(usize::MAX);
        let body: String = pieces.into_iter().map(|piece| piece.text).collect();
        // Writing to a vector cannot fail.
        drop(writeln!(
            out,
            "{:>6}  {}  {:<6} {:>7} B  {body}{more}",
            message.id.0,
            self.clock,
            message.kind.word(),
            message.payload.len()
        ));
    }
}
