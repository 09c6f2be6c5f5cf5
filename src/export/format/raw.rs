//! Payloads as they were received, with a line break behind each.

use crate::{payload::printable, session::Message};

use super::super::encoder::Encoder;

/// How much of a payload is copied at a time, in bytes.
const PART: usize = 256 << 10;

pub(super) struct Raw;

impl Encoder for Raw {
    #[inline]
    fn parts(&self, message: &Message<'_>) -> usize {
        message.payload.len().div_ceil(PART).max(1)
    }

    #[inline]
    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, part: usize) {
        let rest = &message.payload[part * PART..];
        if rest.len() > PART {
            return out.extend_from_slice(&rest[..PART]);
        }
        out.extend_from_slice(rest);
        out.push(b'\n');
    }
}

/// The same for a terminal, with control characters made visible.
pub(super) struct Visible;

impl Encoder for Visible {
    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, _part: usize) {
        out.extend_from_slice(printable(&String::from_utf8_lossy(message.payload)).as_bytes());
        out.push(b'\n');
    }
}
