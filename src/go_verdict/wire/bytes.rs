//! Reads numbers and blocks off the front of a byte string (`golang.org/x/crypto/cryptobyte`, `String`).

/// What is left to be read. Each reading is `None` where there are too few bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.number(1).and_then(|number| u8::try_from(number).ok())
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.number(2).and_then(|number| u16::try_from(number).ok())
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.number(4)
    }

    /// A block with its length in the `width` bytes before it.
    pub fn block(&mut self, width: usize) -> Option<Self> {
        let length = self.number(width)?;
        self.take(usize::try_from(length).ok()?).map(Self)
    }

    /// As [`Self::block`]; an empty one is no block.
    pub fn filled_block(&mut self, width: usize) -> Option<Self> {
        self.block(width).filter(|block| !block.is_empty())
    }

    /// A block of two-byte numbers, at least one.
    pub fn numbers(&mut self, width: usize) -> Option<Vec<u16>> {
        let mut block = self.filled_block(width)?;
        let mut numbers = Vec::with_capacity(block.0.len() / 2);
        while !block.is_empty() {
            numbers.push(block.u16()?);
        }
        Some(numbers)
    }

    fn number(&mut self, width: usize) -> Option<u32> {
        let taken = self.take(width)?;
        Some(taken.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }
}
