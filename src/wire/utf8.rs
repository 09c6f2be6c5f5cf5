//! Validates UTF-8 piece by piece: a character may be cut anywhere (RFC 6455, section 8.1).

use std::str::from_utf8;

/// Whether all of `bytes` is UTF-8. Most text is ASCII, and that check is faster.
#[inline]
pub(super) fn is_text(bytes: &[u8]) -> bool {
    bytes.is_ascii() || from_utf8(bytes).is_ok()
}

/// The state of a text that arrives in pieces: the start of a character that is not complete yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checker {
    partial: [u8; 4],
    len: usize,
}

impl Checker {
    /// Takes the next piece. The error is the offset of its first invalid byte.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while self.len > 0 && at < piece.len() {
            self.partial[self.len] = piece[at];
            self.len += 1;
            match from_utf8(&self.partial[..self.len]) {
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
                self.partial[..rest.len()].copy_from_slice(rest);
                self.len = rest.len();
                Ok(())
            }
            Err(error) => {
                // A byte that can start a character is not the invalid one; the next is.
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

    /// The offset of the first invalid byte in the whole text.
    fn first_invalid(pieces: &[&[u8]]) -> Option<usize> {
        let mut checker = Checker::default();
        let mut before = 0;
        pieces.iter().find_map(|piece| {
            before += piece.len();
            checker.feed(piece).err().map(|at| before - piece.len() + at)
        })
    }

    #[test]
    fn the_first_invalid_byte_does_not_depend_on_the_pieces() {
        for (text, at) in [(&b"ab\xf4\x8f\x0d"[..], 4), (b"\xff", 0), (b"a\xed\xa0", 2), (b"a\xbf", 1)] {
            let single: Vec<_> = text.chunks(1).collect();
            assert_eq!((first_invalid(&[text]), first_invalid(&single)), (Some(at), Some(at)), "{text:x?}");
        }
    }

    #[test]
    fn a_surrogate_is_invalid_from_its_second_byte() {
        let mut checker = Checker::default();
        assert_eq!(checker.feed(b"a\xed"), Ok(()));
        assert_eq!(checker.feed(b"\xa0"), Err(0));
    }

    proptest! {
        #[test]
        fn pieces_are_validated_like_the_whole(
            text in prop_oneof![
                any::<String>().prop_map(String::into_bytes),
                prop::collection::vec(any::<u8>(), 0..24),
                prop::collection::vec(prop::sample::select(vec![0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x8d, 0xf4, 0x90, 0xed, 0xa0]), 0..12),
            ],
            size in 1usize..5,
        ) {
            let pieces: Vec<_> = text.chunks(size).collect();
            prop_assert_eq!(accepts(&pieces), std::str::from_utf8(&text).is_ok());
            prop_assert_eq!(first_invalid(&pieces), first_invalid(&[&text]));
        }
    }
}
