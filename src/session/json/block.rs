//! Which bytes of a block need escaping in a JSON string, without looking at each alone.

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 16;

/// Whether a byte needs more than a backslash before it: C0, DEL, and 0xC2, with which the C1
/// controls begin among others.
#[inline]
pub(super) fn has_rare(text: &[u8]) -> bool {
    // Without an early exit the compiler compares many bytes at once.
    text.iter().fold(false, |rare, byte| rare | (*byte < 0x20) | (*byte == 0x7f) | (*byte == 0xc2))
}

/// The quotes and backslashes of a block; bit n stands for byte n.
#[inline]
pub(super) fn backslashes(block: &[u8; BLOCK]) -> u32 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| bits << 8 | in_word(u64::from_le_bytes(*word)))
}

#[inline]
fn in_word(word: u64) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = ONES * 0x7f;
    // The top bit of each byte stays clear where the byte is the one sought: nothing is carried
    // from one byte to the next, so that all eight are told rightly.
    let low = word & LOW;
    let not_quote = (low ^ (ONES * b'"' as u64)) + LOW;
    let not_backslash = (low ^ (ONES * b'\\' as u64)) + LOW;
    let found = !((not_quote & not_backslash) | word) & !LOW;
    // Gathers the eight top bits in the top byte.
    #[expect(clippy::cast_possible_truncation, reason = "eight bits are left")]
    let bits = ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32;
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, backslashes, has_rare};

    fn one_by_one(block: &[u8; BLOCK]) -> u32 {
        block.iter().zip(0..).map(|(byte, nth)| u32::from(matches!(byte, b'"' | b'\\')) << nth).sum()
    }

    #[test]
    fn every_byte_is_told_rightly_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut block = [b' '; BLOCK];
                block[place] = byte;
                assert_eq!(backslashes(&block), one_by_one(&block), "{byte:#x} at {place}");
                assert_eq!(has_rare(&block), matches!(byte, 0..0x20 | 0x7f | 0xc2), "{byte:#x}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_block_is_told_rightly(block: [u8; BLOCK]) {
            prop_assert_eq!(backslashes(&block), one_by_one(&block));
        }
    }
}
