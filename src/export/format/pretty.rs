//! A line for people: number, time, kind, size and a readable payload.

use std::io::Write as _;

use jiff::tz::TimeZone;

use crate::{
    payload::{hex::spaced, printable},
    session::{Kind, Message},
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
    fn write(&self, out: &mut Vec<u8>, message: &Message<'_>, _part: usize) {
        let start = &message.payload[..message.payload.len().min(SHOWN)];
        let rest = message.payload.len() - start.len();
        let body = if message.kind == Kind::Text {
            printable(&String::from_utf8_lossy(start)).into_owned()
        } else {
            spaced(start)
        };
        let more = if rest == 0 { String::new() } else { format!(" … {rest} more bytes") };
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
