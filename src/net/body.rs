//! Collects the body of a refusal up to a limit. Pure.

use crate::session::BodyEnd;

use super::head::Head;

/// The most bytes of a body that are kept.
pub(super) const LARGEST_BODY: usize = 1 << 20;

/// The longest line with the size of a chunk; a longer one is malformed.
const LONGEST_LINE: usize = 4096;

/// A body that is being received.
#[derive(Debug)]
pub(super) struct Body {
    kept: Vec<u8>,
    /// Set when reading stopped before the end.
    cut: Option<BodyEnd>,
    framing: Framing,
}

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StopReason {
    /// The body is complete, or the peer ended the stream.
    Ended,
    /// The connection failed.
    Failed,
    TimedOut,
}

/// How the end of a body is determined (RFC 9112, section 6.3).
#[derive(Debug)]
enum Framing {
    /// The number of bytes still to receive.
    Length(u64),
    Chunked(Chunk),
    UntilEnd,
    Complete,
}

/// The position of the next byte in a chunked body (RFC 9112, section 7.1).
#[derive(Debug)]
enum Chunk {
    /// In the line with the size, of which this part was received.
    Size(Vec<u8>),
    /// In the data, with this number of bytes still to receive.
    Bytes(u64),
    /// In the line break after the data.
    Break,
    /// In the lines after the last chunk; `empty` if the current line is empty so far.
    Trailer { empty: bool },
}

impl Body {
    /// An empty body for this head.
    pub(super) fn new(head: &Head) -> Self {
        let length = head.values("Content-Length").find_map(|value| value.trim().parse().ok());
        let framing = match length {
            _ if matches!(head.status, 100..200 | 204 | 304) => Framing::Complete,
            _ if head.lists("Transfer-Encoding", "chunked") => Framing::Chunked(Chunk::Size(Vec::new())),
            Some(0) => Framing::Complete,
            Some(length) => Framing::Length(length),
            None => Framing::UntilEnd,
        };
        Self { kept: Vec::new(), cut: None, framing }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.cut.is_some() || matches!(self.framing, Framing::Complete)
    }

    /// Adds received bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_complete() {
            let taken = match &mut self.framing {
                Framing::Complete => return,
                Framing::UntilEnd => self.keep(bytes),
                Framing::Length(left) => {
                    let taken = at_most(bytes.len(), *left);
                    *left -= taken as u64;
                    if *left == 0 {
                        self.framing = Framing::Complete;
                    }
                    self.keep(&bytes[..taken])
                }
                Framing::Chunked(Chunk::Bytes(left)) => {
                    let taken = at_most(bytes.len(), *left);
                    *left -= taken as u64;
                    if *left == 0 {
                        self.framing = Framing::Chunked(Chunk::Break);
                    }
                    self.keep(&bytes[..taken])
                }
                Framing::Chunked(chunk) => {
                    match next_chunk_state(chunk, bytes[0]) {
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

    /// The kept bytes, and how the body ended.
    pub(super) fn finish(self, stop: StopReason) -> (Vec<u8>, BodyEnd) {
        let end = match (self.cut, self.framing, stop) {
            (Some(cut), ..) => cut,
            (None, Framing::Complete, _) | (None, Framing::UntilEnd, StopReason::Ended) => BodyEnd::Whole,
            (None, _, StopReason::TimedOut) => BodyEnd::Stalled,
            (None, _, StopReason::Ended | StopReason::Failed) => BodyEnd::BrokenOff,
        };
        (self.kept, end)
    }
}

/// The state after a byte between chunks; `None` if the body is malformed.
fn next_chunk_state(chunk: &mut Chunk, byte: u8) -> Option<Framing> {
    let next = match chunk {
        Chunk::Size(line) if byte == b'\n' => match chunk_size(line)? {
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
        Chunk::Trailer { empty: true } if byte == b'\n' => return Some(Framing::Complete),
        Chunk::Trailer { empty } => Chunk::Trailer { empty: byte == b'\n' || (*empty && byte == b'\r') },
    };
    Some(Framing::Chunked(next))
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    u64::from_str_radix(line.split(';').next()?.trim(), 16).ok()
}

fn at_most(here: usize, left: u64) -> usize {
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
        assert!(!body.is_complete());
        body.push(b"llo, more");
        assert!(body.is_complete());
        assert_eq!(body.finish(StopReason::Ended), (b"hello".to_vec(), BodyEnd::Whole));
    }

    #[test]
    fn chunks_are_joined_wherever_they_are_cut() {
        let wire = b"5;x=1\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: 1\r\n\r\n";
        for step in 1..wire.len() {
            let mut body = body(&[("Transfer-Encoding", "chunked")]);
            wire.chunks(step).for_each(|part| body.push(part));
            assert!(body.is_complete(), "in parts of {step}");
            let whole = (b"hello!".to_vec(), BodyEnd::Whole);
            assert_eq!(body.finish(StopReason::Ended), whole, "in parts of {step}");
        }
    }

    #[test]
    fn broken_chunks_end_the_body() {
        let mut body = body(&[("Transfer-Encoding", "chunked")]);
        body.push(b"3\r\nabc\r\nzz\r\nrest");
        assert!(body.is_complete());
        assert_eq!(body.finish(StopReason::Ended), (b"abc".to_vec(), BodyEnd::BrokenOff));
    }

    #[test]
    fn a_body_over_the_limit_is_cut() {
        let mut body = body(&[]);
        body.push(&vec![b'x'; LARGEST_BODY]);
        assert!(!body.is_complete(), "it may end here");
        body.push(b"x");
        assert!(body.is_complete());
        let (kept, end) = body.finish(StopReason::Ended);
        assert_eq!((kept.len(), end), (LARGEST_BODY, BodyEnd::TooLong));
    }

    #[test]
    fn a_body_that_stops_early_has_the_reason() {
        let ends = |headers: &[(&str, &str)], wire: &[u8]| {
            [StopReason::Ended, StopReason::Failed, StopReason::TimedOut].map(|stop| {
                let mut body = body(headers);
                body.push(wire);
                assert!(!body.is_complete());
                body.finish(stop).1
            })
        };
        let broken = [BodyEnd::BrokenOff, BodyEnd::BrokenOff, BodyEnd::Stalled];
        assert_eq!(ends(&[("content-length", "5")], b"he"), broken);
        assert_eq!(ends(&[("transfer-encoding", "chunked")], b"ffffffffffffffff\r\nhe"), broken);
        assert_eq!(ends(&[], b"he"), [BodyEnd::Whole, BodyEnd::BrokenOff, BodyEnd::Stalled]);
    }
}
