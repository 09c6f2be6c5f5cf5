//! The blocks of a PEM text (RFC 7468).

/// A block that begins and does not end, or is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotWhole;

/// All blocks of a PEM text.
pub(super) fn blocks(text: &[u8]) -> Result<Vec<pem::Pem>, NotWhole> {
    let blocks = pem::parse_many(text).map_err(|_| NotWhole)?;
    // A block without its end is no block to the parser.
    let begun = text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
    if begun == blocks.len() { Ok(blocks) } else { Err(NotWhole) }
}

const BEGIN: &[u8] = b"-----BEGIN ";

/// Whether bytes begin as a sequence of DER does.
pub(super) fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x84, ..])
        || matches!(bytes, [0x30, length, ..] if usize::from(*length) + 2 == bytes.len())
}
