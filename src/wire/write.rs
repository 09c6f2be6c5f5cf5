//! Writes frames as a client does: masked (RFC 6455, section 5.3).

use bytes::{BufMut, BytesMut};
use flate2::{Compress, Compression, FlushCompress};

use super::{Kind, Opcode};

/// The longest reason of a close frame: the 125 bytes of a control frame without the two of the code.
const REASON: usize = 123;
/// The bit before the length that announces a mask.
const MASKED: u8 = 0x80;
/// The bit in the first frame of a message that marks it as compressed (RFC 7692, section 6).
const COMPRESSED: u8 = 0x40;

/// Writes one masked frame. The payload of a control frame is at most 125 bytes.
pub fn write_frame(out: &mut BytesMut, fin: bool, opcode: Opcode, payload: &[u8], mask: [u8; 4]) {
    out.reserve(super::frame::LONGEST_HEADER + payload.len());
    out.put_u8(u8::from(fin) << 7 | opcode as u8);
    let len = payload.len();
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(short @ ..126), _) => out.put_u8(MASKED | short),
        (_, Ok(medium)) => {
            out.put_u8(MASKED | 0x7e);
            out.put_u16(medium);
        }
        _ => {
            out.put_u8(MASKED | 0x7f);
            out.put_u64(len as u64);
        }
    }
    out.put_slice(&mask);
    let start = out.len();
    out.put_slice(payload);
    apply_mask(&mut out[start..], mask);
}

/// Writes a whole message, in frames of at most `fragment` bytes of payload if that is given.
///
/// Each frame takes a fresh mask (section 5.3). The Go library writes frames of 4,096 bytes.
pub fn write_message(
    out: &mut BytesMut,
    kind: Kind,
    payload: &[u8],
    mask: &mut dyn FnMut() -> [u8; 4],
    fragment: Option<usize>,
) {
    let size = fragment.unwrap_or(usize::MAX).max(1);
    let (first, mut rest) = payload.split_at(payload.len().min(size));
    write_frame(out, rest.is_empty(), kind.into(), first, mask());
    while !rest.is_empty() {
        let (next, after) = rest.split_at(rest.len().min(size));
        write_frame(out, after.is_empty(), Opcode::Continuation, next, mask());
        rest = after;
    }
}

/// Writes a whole message compressed, without reference to earlier messages (RFC 7692, section 7.2.1), in
/// frames like [`write_message`].
pub fn write_compressed(
    out: &mut BytesMut,
    kind: Kind,
    payload: &[u8],
    mask: &mut dyn FnMut() -> [u8; 4],
    fragment: Option<usize>,
) {
    let start = out.len();
    write_message(out, kind, &deflated(payload), mask, fragment);
    if let Some(first) = out.get_mut(start) {
        *first |= COMPRESSED;
    }
}

/// The compressed payload, without the tail that senders omit (RFC 7692, section 7.2.1).
fn deflated(payload: &[u8]) -> Vec<u8> {
    let mut state = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(payload.len() + payload.len() / 8 + 64);
    let mut rest = payload;
    loop {
        let before = state.total_in();
        let result = state.compress_vec(rest, &mut out, FlushCompress::Sync);
        let taken = usize::try_from(state.total_in() - before).unwrap_or(rest.len());
        rest = rest.get(taken..).unwrap_or_default();
        if result.is_err() || (rest.is_empty() && out.len() < out.capacity()) {
            break;
        }
        out.reserve(64.max(rest.len()));
    }
    out.truncate(out.len().saturating_sub(super::inflate::TAIL.len()));
    out
}

/// The payload of a close frame. A reason that is too long is cut between two characters.
#[must_use]
pub fn close_payload(code: u16, reason: &str) -> Vec<u8> {
    let reason = &reason[..reason.floor_char_boundary(REASON)];
    [&code.to_be_bytes(), reason.as_bytes()].concat()
}

/// Masks or unmasks in place, eight bytes at a time.
fn apply_mask(bytes: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (eights, rest) = bytes.as_chunks_mut::<8>();
    for eight in eights {
        *eight = (u64::from_ne_bytes(*eight) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}
