//! Finds the bytes of a block that mean something in JSON, many bytes at once.

use wide::u8x16;

/// How many bytes are examined at once.
pub(super) const BLOCK: usize = 16;
/// How many bytes have a bit each in a mask.
pub(super) const WIDE: usize = 4 * BLOCK;

/// The escaping that a text needs in a JSON string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    /// Backslashes before quotes and backslashes.
    Backslashes,
    /// Unicode escapes: it holds C0, DEL or 0xC2, which is the first byte of the C1 controls, among others.
    Unicode,
}

/// The escaping that this text needs.
#[inline]
pub(super) fn needs(text: &[u8]) -> Needs {
    let (blocks, rest) = text.as_chunks();
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let (mut unicode, mut backslashes) = (u8x16::ZERO, u8x16::ZERO);
    // Without an early exit: almost every text is short, or needs nothing.
    for block in blocks.iter().chain([&last]) {
        let block = u8x16::new(*block);
        unicode |= unsafe_on_a_terminal(block);
        backslashes |= equal(block, b'"') | equal(block, b'\\');
    }
    match (unicode.any(), backslashes.any()) {
        (true, _) => Needs::Unicode,
        (false, true) => Needs::Backslashes,
        (false, false) => Needs::Nothing,
    }
}

/// The positions of quotes and backslashes in a block: bit n is set for byte n.
#[inline]
pub(super) fn backslashes(block: &[u8; BLOCK]) -> u32 {
    let bytes = u8x16::new(*block);
    (equal(bytes, b'"') | equal(bytes, b'\\')).to_bitmask()
}

/// What 64 bytes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Survey {
    /// Bit n is set if byte n is a quotation mark.
    pub(super) quotes: u64,
    pub(super) has_backslash: bool,
    /// Whether there is C0, DEL or 0xC2.
    pub(super) may_be_unsafe: bool,
}

#[inline]
pub(super) fn survey(bytes: &[u8; WIDE]) -> Survey {
    let (mut quotes, mut backslashes, mut odd) = (0, u8x16::ZERO, u8x16::ZERO);
    for block in bytes.as_chunks::<BLOCK>().0.iter().rev() {
        let block = u8x16::new(*block);
        quotes = quotes << BLOCK | u64::from(equal(block, b'"').to_bitmask());
        backslashes |= equal(block, b'\\');
        odd |= unsafe_on_a_terminal(block);
    }
    Survey { quotes, has_backslash: backslashes.any(), may_be_unsafe: odd.any() }
}

#[inline]
fn equal(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

#[inline]
fn unsafe_on_a_terminal(bytes: u8x16) -> u8x16 {
    bytes.min(u8x16::splat(0x1f)).simd_eq(bytes) | equal(bytes, 0x7f) | equal(bytes, 0xc2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Needs, Survey, WIDE, backslashes, needs, survey};

    #[test]
    fn every_byte_is_classified_correctly_at_every_position() {
        for byte in 0..=u8::MAX {
            let needed = match byte {
                0..0x20 | 0x7f | 0xc2 => Needs::Unicode,
                b'"' | b'\\' => Needs::Backslashes,
                _ => Needs::Nothing,
            };
            for place in 0..WIDE {
                let mut bytes = [b' '; WIDE];
                bytes[place] = byte;
                let expected = Survey {
                    quotes: u64::from(byte == b'"') << place,
                    has_backslash: byte == b'\\',
                    may_be_unsafe: needed == Needs::Unicode,
                };
                assert_eq!((survey(&bytes), needs(&bytes)), (expected, needed), "{byte:#x} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_block_is_classified_correctly(block: [u8; BLOCK]) {
            let marked = block.iter().zip(0..).map(|(byte, nth)| u32::from(matches!(byte, b'"' | b'\\')) << nth);
            prop_assert_eq!(backslashes(&block), marked.sum::<u32>());
        }
    }
}
