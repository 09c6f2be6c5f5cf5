//! UTF-8 checked piece by piece: a character may be cut anywhere (RFC 6455, section 8.1).

use std::str::from_utf8;

/// Whether the whole of `bytes` is UTF-8. Most text is ASCII, and that is the faster question.
#[inline]
pub(super) fn is_text(bytes: &[u8]) -> bool {
    bytes.is_ascii() || from_utf8(bytes).is_ok()
}

/// What is left over of a text that came in pieces: a character that may still become whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checker {
    begun: [u8; 4],
    len: usize,
}

impl Checker {
    /// Takes the next piece, or tells the offset of its first byte that cannot be.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while self.len > 0 && at < piece.len() {
            self.begun[self.len] = piece[at];
            self.len += 1;
            match from_utf8(&self.begun[..self.len]) {
                Ok(_) => self.len = 0,
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(at),
            }
            at += 1;
        }
        match from_utf8(&piece[at..]) {
            Ok(_) => Ok(()),
            Err(error) if error.error_len().is_none() => {
                let rest = &piece[at + error.valid_up_to()..];
                self.begun[..rest.len()].copy_from_slice(rest);
                self.len = rest.len();
                Ok(())
            }
            Err(error) => {
                // A byte that may begin a character is not yet the one that cannot be.
                let start = at + error.valid_up_to();
                let begins = from_utf8(&piece[start..=start]).is_err_and(|one| one.error_len().is_none());
                Err(start + if begins { error.error_len().unwrap_or(0) } else { 0 })
            }
        }
    }

    /// Whether the text may end here.
    pub fn is_whole(self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Checker;

    fn accepts(pieces: &[&[u8]]) -> bool {
        let mut checker = Checker::default();
        pieces.iter().all(|piece| checker.feed(piece).is_ok()) && checker.is_whole()
    }

    /// The offset in all of it of the first byte that cannot be.
    fn refused_at(pieces: &[&[u8]]) -> Option<usize> {
        let mut checker = Checker::default();
        let mut before = 0;
        pieces.iter().find_map(|piece| {
            before += piece.len();
            checker.feed(piece).err().map(|at| before - piece.len() + at)
        })
    }

    #[test]
    fn the_byte_that_cannot_be_is_the_same_however_a_text_is_cut() {
        for (text, at) in [(&b"ab\xf4\x8f\x0d"[..], 4), (b"\xff", 0), (b"a\xed\xa0", 2), (b"a\xbf", 1)] {
            let single: Vec<_> = text.chunks(1).collect();
            assert_eq!((refused_at(&[text]), refused_at(&single)), (Some(at), Some(at)), "{text:x?}");
        }
    }

    #[test]
    fn a_surrogate_is_refused_at_its_second_byte() {
        let mut checker = Checker::default();
        assert_eq!(checker.feed(b"a\xed"), Ok(()));
        assert_eq!(checker.feed(b"\xa0"), Err(0));
    }

    proptest! {
        #[test]
        fn pieces_are_judged_as_the_whole_is(
            text in prop_oneof![
                any::<String>().prop_map(String::into_bytes),
                prop::collection::vec(any::<u8>(), 0..24),
                prop::collection::vec(prop::sample::select(vec![0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x8d, 0xf4, 0x90, 0xed, 0xa0]), 0..12),
            ],
            size in 1usize..5,
        ) {
            let pieces: Vec<_> = text.chunks(size).collect();
            prop_assert_eq!(accepts(&pieces), std::str::from_utf8(&text).is_ok());
            prop_assert_eq!(refused_at(&pieces), refused_at(&[&text]));
        }
    }
}
