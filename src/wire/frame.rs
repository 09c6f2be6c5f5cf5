//! One frame header, parsed in place (RFC 6455, section 5.2).

use strum::{FromRepr, VariantArray as _};

use super::{Kind, Leniency, Rule};

/// The opcodes that are defined, by their four bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromRepr)]
#[repr(u8)]
pub enum Opcode {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

impl Opcode {
    pub(super) const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

impl From<Kind> for Opcode {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Binary => Self::Binary,
        }
    }
}

/// The longest header, mask included.
pub(super) const LONGEST_HEADER: usize = 14;

/// The header of a frame that a client may receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub fin: bool,
    pub opcode: Opcode,
    /// Whether the message that starts here is compressed (RFC 7692, section 6).
    pub compressed: bool,
    /// The length of the header in bytes.
    pub head: usize,
    /// The length of the payload in bytes.
    pub len: u64,
    /// The bits of the rules that it breaks and the pipeline tolerates.
    pub tolerated: u8,
}

impl Header {
    /// Parses the header at the start of `bytes`; `None` if it is incomplete.
    ///
    /// `inside` is whether a fragmented message has started. The first two bytes are checked as soon as they
    /// are received, in the order of the Go library. `inflates` is whether compression was negotiated: the
    /// first frame of a message may then have its first reserved bit set (RFC 7692, section 6.1); on other
    /// frames the library ignores that bit.
    pub fn parse(bytes: &[u8], inside: bool, inflates: bool) -> Result<Option<Self>, Rule> {
        let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
        let fin = first & 0x80 != 0;
        let short = second & 0x7f;
        if let Some(rule) = broken_rules([first, second], inside, inflates).first() {
            return Err(*rule);
        }
        let opcode = Opcode::from_repr(first & 0x0f).ok_or(Rule::Opcode(first & 0x0f))?;
        let Some((head, len)) = length(short, rest) else { return Ok(None) };
        if len >> 63 != 0 {
            return Err(Rule::Length);
        }
        let first_bit = inflates && first & 0x40 != 0;
        let compressed = first_bit && matches!(opcode, Opcode::Text | Opcode::Binary);
        let mut tolerated = if is_shortest(head, len) { 0 } else { Leniency::LongLength.bit() };
        if first_bit && !compressed {
            tolerated |= match opcode {
                Opcode::Continuation => Leniency::CompressedContinuation.bit(),
                _ => Leniency::CompressedControl.bit(),
            };
        }
        Ok(Some(Self { fin, opcode, compressed, head, len, tolerated }))
    }

    /// The rules that it breaks and the pipeline tolerates.
    pub fn tolerated(&self) -> impl Iterator<Item = Leniency> + use<> {
        let tolerated = self.tolerated;
        Leniency::VARIANTS.iter().copied().filter(move |rule| tolerated & rule.bit() != 0)
    }

    /// The length of header and payload together.
    pub fn whole(&self) -> usize {
        usize::try_from(self.len).unwrap_or(usize::MAX).saturating_add(self.head)
    }
}

/// All rules that the first two bytes of a frame break, in the order in which the Go library collects them.
pub(super) fn broken_rules([first, second]: [u8; 2], inside: bool, inflates: bool) -> Vec<Rule> {
    let reserved = if inflates { first & !0x40 } else { first };
    let mut rules: Vec<_> =
        (1..=3).filter(|nth| reserved & (0x80 >> nth) != 0).map(Rule::ReservedBit).collect();
    match Opcode::from_repr(first & 0x0f) {
        Some(control) if control.is_control() => {
            rules.extend((second & 0x7f > 125).then_some(Rule::ControlTooLong));
            rules.extend((first & 0x80 == 0).then_some(Rule::ControlFragmented));
        }
        Some(Opcode::Continuation) => rules.extend((!inside).then_some(Rule::LoneContinuation)),
        Some(_) => rules.extend(inside.then_some(Rule::DataInsideMessage)),
        None => rules.push(Rule::Opcode(first & 0x0f)),
    }
    rules.extend((second & 0x80 != 0).then_some(Rule::Masked));
    rules
}

/// The lengths of header and payload; `None` if the length field is incomplete.
fn length(short: u8, rest: &[u8]) -> Option<(usize, u64)> {
    Some(match short {
        126 => (4, u64::from(u16::from_be_bytes(*rest.first_chunk()?))),
        127 => (10, u64::from_be_bytes(*rest.first_chunk()?)),
        len => (2, u64::from(len)),
    })
}

/// Whether a length in a header of this many bytes is in its shortest form (section 5.2).
#[inline]
pub(super) const fn is_shortest(head: usize, len: u64) -> bool {
    match head {
        2 => true,
        4 => len > 125,
        _ => len > 0xffff,
    }
}

/// The fast path for the most frequent frame: a data message in one frame. Returns its kind and the lengths
/// of header and payload, if the first bytes are such a header.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> Option<(Kind, usize, u64)> {
    single(bytes, 0x80)
}

/// The same for a compressed message.
pub(super) fn compressed(bytes: &[u8]) -> Option<(Kind, usize, u64)> {
    single(bytes, 0xc0)
}

/// A data message in one frame, with these bits before its opcode.
#[inline]
fn single(bytes: &[u8], bits: u8) -> Option<(Kind, usize, u64)> {
    let &[first, second, ref rest @ ..] = bytes else { return None };
    let kind = match first ^ bits {
        0x01 => Kind::Text,
        0x02 => Kind::Binary,
        _ => return None,
    };
    let (head, len) = if second < 0x80 { length(second, rest)? } else { return None };
    Some((kind, head, len))
}

#[cfg(test)]
mod tests {
    use super::{Header, Leniency, Opcode, Rule};

    fn parsed(bytes: &[u8]) -> Header {
        Header::parse(bytes, false, false).expect("no rule is broken").expect("the header is whole")
    }

    #[test]
    fn all_three_forms_of_the_length_are_read() {
        let head = |head, len| {
            let (opcode, compressed) = (Opcode::Binary, false);
            Header { fin: true, opcode, compressed, head, len, tolerated: 0 }
        };
        assert_eq!(parsed(&[0x82, 125]), head(2, 125));
        assert_eq!(parsed(&[0x82, 126, 1, 2]), head(4, 258));
        assert_eq!(parsed(&[0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0]), head(10, 1 << 32));
    }

    fn tolerated(header: Header) -> Vec<Leniency> {
        header.tolerated().collect()
    }

    #[test]
    fn a_length_that_is_not_in_its_shortest_form_is_tolerated() {
        assert_eq!(tolerated(parsed(&[0x81, 126, 0, 125])), [Leniency::LongLength]);
        assert_eq!(tolerated(parsed(&[0x81, 126, 0, 126])), []);
        assert_eq!(parsed(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1]).len, 1);
        assert_eq!(tolerated(parsed(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff])), [Leniency::LongLength]);
        assert_eq!(tolerated(parsed(&[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])), []);
    }

    #[test]
    fn an_incomplete_header_needs_more_bytes() {
        for cut in 0..10 {
            let bytes = [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0];
            assert_eq!(Header::parse(&bytes[..cut], false, false), Ok(None));
        }
    }

    #[test]
    fn the_first_two_bytes_show_a_broken_rule() {
        let broken =
            |bytes: [u8; 2], inside| Header::parse(&bytes, inside, false).expect_err("a rule is broken");
        assert_eq!(broken([0xc1, 1], false), Rule::ReservedBit(1));
        assert_eq!(broken([0xa1, 1], false), Rule::ReservedBit(2));
        assert_eq!(broken([0x91, 1], false), Rule::ReservedBit(3));
        assert_eq!(broken([0x83, 1], false), Rule::Opcode(3));
        assert_eq!(broken([0x8f, 1], false), Rule::Opcode(15));
        assert_eq!(broken([0x89, 126], false), Rule::ControlTooLong);
        assert_eq!(broken([0x09, 1], false), Rule::ControlFragmented);
        assert_eq!(broken([0x81, 1], true), Rule::DataInsideMessage);
        assert_eq!(broken([0x80, 1], false), Rule::LoneContinuation);
        assert_eq!(broken([0x81, 0x81], false), Rule::Masked);
    }

    #[test]
    fn all_broken_rules_of_a_header_are_collected() {
        use Rule::{ControlFragmented, ControlTooLong, DataInsideMessage, Masked, ReservedBit};
        let rules = |bytes, inside| super::broken_rules(bytes, inside, false);
        assert_eq!(
            rules([0x79, 0xff], false),
            [ReservedBit(1), ReservedBit(2), ReservedBit(3), ControlTooLong, ControlFragmented, Masked]
        );
        assert_eq!(rules([0x81, 0x81], true), [DataInsideMessage, Masked]);
        assert_eq!(rules([0x81, 0x01], false), []);
    }

    #[test]
    fn only_the_first_frame_of_a_message_marks_it_as_compressed() {
        let parse = |first, inside| Header::parse(&[first, 1], inside, true);
        for (first, opcode) in [(0xc1, Opcode::Text), (0x42, Opcode::Binary)] {
            let header = parse(first, false).expect("no rule is broken").expect("the header is whole");
            assert_eq!((header.compressed, header.opcode), (true, opcode));
        }
        assert!(parse(0x81, false).is_ok_and(|header| header.is_some_and(|header| !header.compressed)));
        assert_eq!(parse(0xe1, false), Err(Rule::ReservedBit(2)));
        assert_eq!(parse(0xd1, false), Err(Rule::ReservedBit(3)));
    }

    #[test]
    fn the_compression_bit_is_tolerated_on_other_frames_once_compression_is_negotiated() {
        let cases = [
            (0xc0, true, Leniency::CompressedContinuation),
            (0xc9, false, Leniency::CompressedControl),
            (0xc8, true, Leniency::CompressedControl),
        ];
        for (first, inside, rule) in cases {
            let bytes = [first, 1];
            let header = Header::parse(&bytes, inside, true).expect("it is tolerated").expect("it is whole");
            assert_eq!((tolerated(header), header.compressed), (vec![rule], false), "{first:x}");
            assert_eq!(Header::parse(&bytes, inside, false), Err(Rule::ReservedBit(1)), "{first:x}");
        }
        assert_eq!(Header::parse(&[0x49, 1], false, true), Err(Rule::ControlFragmented));
    }

    #[test]
    fn a_length_with_the_top_bit_set_is_refused() {
        let bytes = [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(Header::parse(&bytes, false, false), Err(Rule::Length));
    }
}
