//! The body of a refusal, collected up to a limit; pure over bytes.

use super::answer::Head;

/// How much of a body is kept, in bytes.
pub(super) const LARGEST_BODY: usize = 1 << 20;

/// A size line of a chunk longer than this is no such line.
const LONGEST_LINE: usize = 4096;

/// What has come of a body so far.
#[derive(Debug)]
pub(super) struct Body {
    kept: Vec<u8>,
    cut: bool,
    framing: Framing,
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
        Self { kept: Vec::new(), cut: false, framing }
    }

    /// Whether nothing more needs to be read.
    pub(super) fn is_whole(&self) -> bool {
        self.cut || matches!(self.framing, Framing::Whole)
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
                        None => self.cut = true,
                    }
                    1
                }
            };
            bytes = &bytes[taken..];
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> usize {
        let room = LARGEST_BODY - self.kept.len();
        self.cut |= bytes.len() > room;
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        bytes.len()
    }

    /// What was kept, and whether there was more of it.
    pub(super) fn finish(self) -> (Vec<u8>, bool) {
        let announced = matches!(self.framing, Framing::Length(_) | Framing::Chunked(_));
        (self.kept, self.cut || announced)
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
        assert_eq!(body.finish(), (b"hello".to_vec(), false));
    }

    #[test]
    fn chunks_are_joined_wherever_they_are_cut() {
        let wire = b"5;x=1\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: 1\r\n\r\n";
        for step in 1..wire.len() {
            let mut body = body(&[("Transfer-Encoding", "chunked")]);
            wire.chunks(step).for_each(|part| body.push(part));
            assert!(body.is_whole(), "in parts of {step}");
            assert_eq!(body.finish(), (b"hello!".to_vec(), false), "in parts of {step}");
        }
    }

    #[test]
    fn broken_chunks_end_the_body() {
        let mut body = body(&[("Transfer-Encoding", "chunked")]);
        body.push(b"3\r\nabc\r\nzz\r\nrest");
        assert!(body.is_whole());
        assert_eq!(body.finish(), (b"abc".to_vec(), true));
    }

    #[test]
    fn what_is_over_the_limit_is_cut() {
        let mut body = body(&[]);
        body.push(&vec![b'x'; LARGEST_BODY]);
        assert!(!body.is_whole(), "it may end here");
        body.push(b"x");
        assert!(body.is_whole());
        let (kept, cut) = body.finish();
        assert_eq!((kept.len(), cut), (LARGEST_BODY, true));
    }

    #[test]
    fn a_body_that_stops_early_is_marked() {
        let mut body = body(&[("content-length", "5")]);
        body.push(b"he");
        assert_eq!(body.finish(), (b"he".to_vec(), true));
    }
}
