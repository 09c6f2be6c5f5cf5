//! The brackets around a place in a JSON text, a bit each.

/// The deepest nesting that is followed. It bounds memory: 2 MiB of bits.
pub const DEEPEST: usize = 16 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Object,
    Array,
}

impl Bracket {
    pub const fn closing(self) -> u8 {
        match self {
            Self::Object => b'}',
            Self::Array => b']',
        }
    }
}

/// Which brackets are open, the outermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Brackets {
    /// A set bit is an array.
    bits: Vec<u64>,
    len: usize,
}

impl Brackets {
    /// Those further out than [`DEEPEST`] are forgotten.
    pub fn push(&mut self, bracket: Bracket) {
        if self.len == DEEPEST {
            *self = Self::default();
        }
        let (word, bit) = (self.len / 64, 1 << (self.len % 64));
        if word == self.bits.len() {
            self.bits.push(0);
        }
        match bracket {
            Bracket::Array => self.bits[word] |= bit,
            Bracket::Object => self.bits[word] &= !bit,
        }
        self.len += 1;
    }

    pub fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }

    /// The innermost, if it was read.
    pub fn last(&self) -> Option<Bracket> {
        let last = self.len.checked_sub(1)?;
        let is_array = self.bits[last / 64] >> (last % 64) & 1 == 1;
        Some(if is_array { Bracket::Array } else { Bracket::Object })
    }
}
