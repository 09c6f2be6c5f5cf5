//! The body of a refusal, collected up to a limit; pure over bytes.

use crate::session::BodyEnd;

use super::head::Head;

/// How much of a body is kept, in bytes.
pub(super) const LARGEST_BODY: usize = 1 << 20;

/// A size line of a chunk longer than this is no such line.
const LONGEST_LINE: usize = 4096;

/// What has come of a body so far.
#[derive(Debug)]
pub(super) struct Body {
    kept: Vec<u8>,
    /// Why no more of it is read, though it has not ended.
    cut: Option<BodyEnd>,
    framing: Framing,
}

/// Why the reading of a body stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It needs no more, or the peer has ended the stream.
    Ended,
    /// The connection failed.
    Failed,
    /// Nothing came in time.
    Late,
}

/// How its end is known (RFC 9112, section 6.3).
#[derive(Debug)]
enum Framing {
    /// Bytes that are still to come.
    Length(u64),
    Chunked(Chunk),
    UntilEnd,
    Whole,
}

/// Where in a chunked body the next byte stands (RFC 9112, section 7.1).
#[derive(Debug)]
enum Chunk {
    /// In the line of a size, of which this much has come.
    Size(Vec<u8>),
    /// In its bytes, so many of them to come.
    Bytes(u64),
    /// In the line break behind them.
    Break,
    /// In the lines behind the last chunk; whether the present one is empty so far.
    Trailer { empty: bool },
}

impl Body {
    /// The body that belongs to this head, nothing of it read.
    pub(super) fn new(head: &Head) -> Self {
        let length = head.values("Content-Length").find_map(|value| value.trim().parse().ok());
        let framing = match length {
            _ if matches!(head.status, 100..200 | 204 | 304) => Framing::Whole,
            _ if head.lists("Transfer-Encoding", "chunked") => Framing::Chunked(Chunk::Size(Vec::new())),
            Some(0) => Framing::Whole,
            Some(length) => Framing::Length(length),
            None => Framing::UntilEnd,
        };
        Self { kept: Vec::new(), cut: None, framing }
    }

    /// Whether nothing more needs to be read.
    pub(super) fn is_whole(&self) -> bool {
        self.cut.is_some() || matches!(self.framing, Framing::Whole)
    }

    /// Takes what was read.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_whole() {
            let taken = match &mut self.framing {
                Framing::Whole => return,
                Framing::UntilEnd => self.keep(bytes),
                Framing::Length(left) => {
                    let taken = shorter(bytes.len(), *left);
                    *left -= taken as u64;
                    if *left == 0 {
                        self.framing = Framing::Whole;
                    }
                    self.keep(&bytes[..taken])
                }
                Framing::Chunked(Chunk::Bytes(left)) => {
                    let taken = shorter(bytes.len(), *left);
                    *left -= taken as u64;
                    if *left == 0 {
                        self.framing = Framing::Chunked(Chunk::Break);
                    }
                    self.keep(&bytes[..taken])
                }
                Framing::Chunked(chunk) => {
                    match between(chunk, bytes[0]) {
                        Some(next) => self.framing = next,
                        None => self.cut = Some(BodyEnd::BrokenOff),
                    }
                    1
                }
            };
            bytes = &bytes[taken..];
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> usize {
        let room = LARGEST_BODY - self.kept.len();
        if bytes.len() > room {
            self.cut = Some(BodyEnd::TooLong);
        }
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        bytes.len()
    }

    /// What was kept, and how far that is.
    pub(super) fn finish(self, stop: Stop) -> (Vec<u8>, BodyEnd) {
        let end = match (self.cut, self.framing, stop) {
            (Some(cut), ..) => cut,
            (None, Framing::Whole, _) | (None, Framing::UntilEnd, Stop::Ended) => BodyEnd::Whole,
            (None, _, Stop::Late) => BodyEnd::Stalled,
            (None, _, Stop::Ended | Stop::Failed) => BodyEnd::BrokenOff,
        };
        (self.kept, end)
    }
}

/// What a byte between the chunks leads to; `None` when this is no chunked body.
fn between(chunk: &mut Chunk, byte: u8) -> Option<Framing> {
    let next = match chunk {
        Chunk::Size(line) if byte == b'\n' => match size(line)? {
            0 => Chunk::Trailer { empty: true },
            size => Chunk::Bytes(size),
        },
        Chunk::Size(line) if line.len() < LONGEST_LINE => {
            line.push(byte);
            Chunk::Size(std::mem::take(line))
        }
        Chunk::Break if byte == b'\n' => Chunk::Size(Vec::new()),
        Chunk::Break if byte == b'\r' => Chunk::Break,
        Chunk::Size(_) | Chunk::Bytes(_) | Chunk::Break => return None,
        Chunk::Trailer { empty: true } if byte == b'\n' => return Some(Framing::Whole),
        Chunk::Trailer { empty } => Chunk::Trailer { empty: byte == b'\n' || (*empty && byte == b'\r') },
    };
    Some(Framing::Chunked(next))
}

fn size(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    u64::from_str_radix(line.split(';').next()?.trim(), 16).ok()
}

fn shorter(here: usize, left: u64) -> usize {
    usize::try_from(left).map_or(here, |left| here.min(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(headers: &[(&str, &str)]) -> Body {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Body::new(&Head { status: 401, headers, ..Head::default() })
    }

    #[test]
    fn a_length_ends_a_body() {
        let mut body = body(&[("content-length", "5")]);
        body.push(b"he");
        assert!(!body.is_whole());
        body.push(b"llo, more");
        assert!(body.is_whole());
        assert_eq!(body.finish(Stop::Ended), (b"hello".to_vec(), BodyEnd::Whole));
    }

    #[test]
    fn chunks_are_joined_wherever_they_are_cut() {
        let wire = b"5;x=1\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: 1\r\n\r\n";
        for step in 1..wire.len() {
            let mut body = body(&[("Transfer-Encoding", "chunked")]);
            wire.chunks(step).for_each(|part| body.push(part));
            assert!(body.is_whole(), "in parts of {step}");
            let whole = (b"hello!".to_vec(), BodyEnd::Whole);
            assert_eq!(body.finish(Stop::Ended), whole, "in parts of {step}");
        }
    }

    #[test]
    fn broken_chunks_end_the_body() {
        let mut body = body(&[("Transfer-Encoding", "chunked")]);
        body.push(b"3\r\nabc\r\nzz\r\nrest");
        assert!(body.is_whole());
        assert_eq!(body.finish(Stop::Ended), (b"abc".to_vec(), BodyEnd::BrokenOff));
    }

    #[test]
    fn what_is_over_the_limit_is_cut() {
        let mut body = body(&[]);
        body.push(&vec![b'x'; LARGEST_BODY]);
        assert!(!body.is_whole(), "it may end here");
        body.push(b"x");
        assert!(body.is_whole());
        let (kept, end) = body.finish(Stop::Ended);
        assert_eq!((kept.len(), end), (LARGEST_BODY, BodyEnd::TooLong));
    }

    #[test]
    fn a_body_that_stops_early_is_told_by_why() {
        let ends = |headers: &[(&str, &str)], wire: &[u8]| {
            [Stop::Ended, Stop::Failed, Stop::Late].map(|stop| {
                let mut body = body(headers);
                body.push(wire);
                assert!(!body.is_whole());
                body.finish(stop).1
            })
        };
        let broken = [BodyEnd::BrokenOff, BodyEnd::BrokenOff, BodyEnd::Stalled];
        assert_eq!(ends(&[("content-length", "5")], b"he"), broken);
        assert_eq!(ends(&[("transfer-encoding", "chunked")], b"ffffffffffffffff\r\nhe"), broken);
        assert_eq!(ends(&[], b"he"), [BodyEnd::Whole, BodyEnd::BrokenOff, BodyEnd::Stalled]);
    }
}
