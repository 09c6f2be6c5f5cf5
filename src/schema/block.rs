//! Finds the bytes of a block that must be escaped in a JSON string, many bytes at once.

/// How many bytes are examined at once.
pub(super) const BLOCK: usize = 16;

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
    let (mut unicode, mut backslashes) = (0, 0);
    // Without an early exit and without a branch the compiler compares many bytes at once.
    for &byte in text {
        unicode |= u8::from(byte < 0x20) | u8::from(byte == 0x7f) | u8::from(byte == 0xc2);
        backslashes |= u8::from(byte == b'"') | u8::from(byte == b'\\');
    }
    match (unicode, backslashes) {
        (0, 0) => Needs::Nothing,
        (0, _) => Needs::Backslashes,
        _ => Needs::Unicode,
    }
}

/// The positions of quotes and backslashes in a block: bit n is set for byte n.
#[inline]
pub(super) fn backslashes(block: &[u8; BLOCK]) -> u32 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| bits << 8 | in_word(u64::from_le_bytes(*word)))
}

#[inline]
fn in_word(word: u64) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = ONES * 0x7f;
    const QUOTE: u64 = 0x22;
    const BACKSLASH: u64 = 0x5c;
    // The top bit of a byte stays clear if the byte is the one sought. Nothing is carried from one byte to
    // the next, so the result is exact for all eight.
    let low = word & LOW;
    let not_quote = (low ^ (ONES * QUOTE)) + LOW;
    let not_backslash = (low ^ (ONES * BACKSLASH)) + LOW;
    let found = !((not_quote & not_backslash) | word) & !LOW;
    // Gathers the eight top bits in the top byte.
    ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Needs, backslashes, needs};

    fn one_by_one(block: &[u8; BLOCK]) -> u32 {
        block.iter().zip(0..).map(|(byte, nth)| u32::from(matches!(byte, b'"' | b'\\')) << nth).sum()
    }

    #[test]
    fn every_byte_is_classified_correctly_at_every_position() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut block = [b' '; BLOCK];
                block[place] = byte;
                assert_eq!(backslashes(&block), one_by_one(&block), "{byte:#x} at {place}");
                let needed = match byte {
                    0..0x20 | 0x7f | 0xc2 => Needs::Unicode,
                    b'"' | b'\\' => Needs::Backslashes,
                    _ => Needs::Nothing,
                };
                assert_eq!(needs(&block), needed, "{byte:#x} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_block_is_classified_correctly(block: [u8; BLOCK]) {
            prop_assert_eq!(backslashes(&block), one_by_one(&block));
        }
    }
}
