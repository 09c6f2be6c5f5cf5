//! Splits PEM text into its blocks (RFC 7468).

/// A block has no end, or is not Base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Incomplete;

pub(super) fn blocks(text: &[u8]) -> Result<Vec<pem::Pem>, Incomplete> {
    let blocks = pem::parse_many(text).map_err(|_| Incomplete)?;
    // The parser ignores a block without an end.
    let starts = text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
    if starts == blocks.len() { Ok(blocks) } else { Err(Incomplete) }
}

const BEGIN: &[u8] = b"-----BEGIN ";

/// Whether bytes begin like a DER sequence.
pub(super) fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x84, ..])
        || matches!(bytes, [0x30, length, ..] if usize::from(*length) + 2 == bytes.len())
}
