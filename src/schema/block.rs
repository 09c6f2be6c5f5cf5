//! Finds the bytes of a block that mean something in JSON, many bytes at once.

use wide::u8x16;

/// How many bytes are examined at once.
pub(super) const BLOCK: usize = 16;
/// How many bytes have a bit each in a mask.
pub(super) const WIDE: usize = 4 * BLOCK;

/// The bytes of a block that cannot stand in a JSON string as they are, or may not: bit n is set for byte n. 0xC2 is the
/// first byte of the C1 controls, among others.
#[inline]
pub(super) fn to_escape(block: &[u8; BLOCK]) -> u32 {
    let bytes = u8x16::new(*block);
    (equal(bytes, b'"') | equal(bytes, b'\\') | unsafe_on_a_terminal(bytes)).to_bitmask()
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

    use super::{BLOCK, Survey, WIDE, survey, to_escape};

    fn is_odd(byte: u8) -> bool {
        matches!(byte, 0..0x20 | 0x7f | 0xc2)
    }

    #[test]
    fn every_byte_is_classified_correctly_at_every_position() {
        for byte in 0..=u8::MAX {
            for place in 0..WIDE {
                let mut bytes = [b' '; WIDE];
                bytes[place] = byte;
                let expected = Survey {
                    quotes: u64::from(byte == b'"') << place,
                    has_backslash: byte == b'\\',
                    may_be_unsafe: is_odd(byte),
                };
                assert_eq!(survey(&bytes), expected, "{byte:#x} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_block_is_classified_correctly(block: [u8; BLOCK]) {
            let bits = block.iter().zip(0..).map(|(&byte, nth)| u32::from(matches!(byte, b'"' | b'\\') || is_odd(byte)) << nth);
            prop_assert_eq!(to_escape(&block), bits.sum::<u32>());
        }
    }
}
