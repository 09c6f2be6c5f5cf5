//! Payloads as they were received, with a line break, a zero byte or their length to tell their ends.

use crate::{payload::printable, session::Message};

use super::super::encoder::Encoder;

/// How much of a payload is copied at a time, in bytes.
const PART: usize = 256 << 10;

/// Payloads with this byte behind each.
pub(super) struct Raw<const END: u8>;

impl<const END: u8> Encoder for Raw<END> {
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
        out.push(END);
    }
}

/// Payloads with the length before each.
pub(super) struct Measured;

impl Encoder for Measured {
    fn parts(&self, message: &Message<'_>) -> usize {
        message.payload.len().div_ceil(PART).max(1)
    }

    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, part: usize) {
        if part == 0 {
            // A message is shorter than 4 GiB: its span has as many bits.
            let length = u32::try_from(message.payload.len()).unwrap_or(u32::MAX);
            out.extend_from_slice(&length.to_be_bytes());
        }
        let rest = &message.payload[part * PART..];
        out.extend_from_slice(&rest[..rest.len().min(PART)]);
    }
}

/// Payloads and line breaks for a terminal, with control characters made visible.
pub(super) struct Visible;

impl Encoder for Visible {
    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, _part: usize) {
        out.extend_from_slice(printable(&String::from_utf8_lossy(message.payload)).as_bytes());
        out.push(b'\n');
    }
}
