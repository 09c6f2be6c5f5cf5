//! Frames to messages: fragments, UTF-8, limits, and control frames in between.
//!
//! ```text
//!   bytes of a read
//!     -> many whole messages in one frame each   one run, nothing copied
//!     -> a fragment                              kept until its message is whole, a run of its own
//!     -> ping, pong, close                       at once, also between two fragments
//! ```

use bytes::{Buf, Bytes, BytesMut};

use super::{
    Close, Kind, Rule, Run, Span, Violation,
    frame::{self, Header, LONGEST_HEADER, Opcode},
    utf8::{self, Checker},
};

/// What the front of the bytes received was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Messages(Run),
    Control(ControlFrame),
}

/// A control frame (RFC 6455, section 5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlFrame {
    Ping(Bytes),
    Pong(Bytes),
    /// `None` for a close frame without a payload.
    Close(Option<Close>),
}

/// What becomes of a text message that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Utf8 {
    /// It is delivered, and its [`Span::valid`] is false.
    Tell,
    /// [`Rule::InvalidUtf8`], as soon as the first bad byte is there.
    Fail,
}

/// The receiving side of a client's connection.
#[derive(Debug)]
pub struct Decoder {
    /// The most payload bytes of one message.
    limit: u64,
    utf8: Utf8,
    /// The fragmented message under way.
    begun: Option<Begun>,
    /// The text under way, as far as it is checked; only with [`Utf8::Fail`].
    text: Checker,
    /// How many payload bytes of the frame at the front `text` has seen already.
    seen: usize,
}

/// A message whose last fragment has not come yet.
#[derive(Debug)]
struct Begun {
    kind: Kind,
    frames: u32,
    bytes: BytesMut,
}

impl Decoder {
    /// The largest limit there is: spans are 32 bits wide.
    pub const LARGEST: u64 = u32::MAX as u64 - LONGEST_HEADER as u64;
    /// A run ends before it grows over this many bytes; a larger message is a run of its own.
    pub const RUN_BYTES: usize = 1 << 20;
    /// The most messages of one run.
    pub const RUN_MESSAGES: usize = 1 << 16;
    /// The least that [`Decoder::wanted`] asks for.
    pub const READ: usize = 64 << 10;

    /// A decoder for a fresh connection. `max_message` is in payload bytes, added up over
    /// fragments, and at most [`Decoder::LARGEST`]; 0 lets only empty messages through.
    #[must_use]
    pub fn new(max_message: u64, utf8: Utf8) -> Self {
        let limit = max_message.min(Self::LARGEST);
        Self { limit, utf8, begun: None, text: Checker::default(), seen: 0 }
    }

    /// Takes whole frames off the front of `buf`, at most `room` messages.
    ///
    /// `None` when more bytes are needed, and always when `room` is 0: what is not taken off is
    /// not looked at. Control frames do not count as messages.
    ///
    /// # Errors
    ///
    /// The first broken rule, after everything before it has been handed out. `buf` then still
    /// begins with the broken frame, and asking again gives the same answer.
    pub fn next(&mut self, buf: &mut BytesMut, room: usize) -> Result<Option<Piece>, Violation> {
        if room == 0 {
            return Ok(None);
        }
        loop {
            if self.begun.is_none()
                && self.seen == 0
                && let Some(run) = self.run(buf, room)
            {
                return Ok(Some(Piece::Messages(run)));
            }
            let Some(header) = self.header(buf)? else { return Ok(None) };
            let there = buf.len() >= header.whole();
            let piece = match header.opcode {
                Opcode::Continuation | Opcode::Text | Opcode::Binary => {
                    self.check_text(&header, buf)?;
                    if !there {
                        return Ok(None);
                    }
                    self.take_data(&header, buf).map(Piece::Messages)
                }
                _ if !there => return Ok(None),
                _ => Some(Piece::Control(take_control(&header, buf)?)),
            };
            if piece.is_some() {
                return Ok(piece);
            }
        }
    }

    /// How many bytes to make room for before the next read: what the frame under way lacks,
    /// and at least [`Decoder::READ`].
    ///
    /// A header alone cannot make us reserve more than 1 MiB, or as much again as has come.
    #[must_use]
    pub fn wanted(&self, buf: &BytesMut) -> usize {
        let missing = match self.header(buf) {
            Ok(Some(header)) => header.whole().saturating_sub(buf.len()),
            _ => 0,
        };
        missing.clamp(Self::READ, buf.len().max(Self::RUN_BYTES))
    }

    /// The whole messages of one frame each that `buf` begins with, if it does.
    fn run(&self, buf: &mut BytesMut, room: usize) -> Option<Run> {
        let mut spans = Vec::new();
        let mut at = 0;
        while spans.len() < room.min(Self::RUN_MESSAGES)
            && let Some(span) = self.span(&buf[at..], at)
        {
            let end = span.start as usize + span.len as usize;
            if at == 0 {
                spans.reserve((buf.len() / end).min(room).min(1024));
            } else if end > Self::RUN_BYTES {
                break;
            }
            spans.push(span);
            at = end;
        }
        (!spans.is_empty()).then(|| Run { bytes: buf.split_to(at).freeze(), spans })
    }

    /// The message at the front of `bytes`, which lie `at` bytes behind the start of the run,
    /// unless it wants a closer look.
    #[inline]
    fn span(&self, bytes: &[u8], at: usize) -> Option<Span> {
        let (kind, head, len) = frame::plain(bytes)?;
        if len > self.limit {
            return None;
        }
        let payload = bytes.get(head..)?.get(..usize::try_from(len).ok()?)?;
        let valid = kind == Kind::Binary || utf8::is_text(payload);
        if !valid && self.utf8 == Utf8::Fail {
            return None;
        }
        let start = u32::try_from(at + head).ok()?;
        let len = u32::try_from(len).ok()?;
        Some(Span { start, len, kind, valid, frames: 1 })
    }

    /// The header at the front, if it is there and may be.
    fn header(&self, buf: &[u8]) -> Result<Option<Header>, Violation> {
        let broken = |rule| Violation::new(rule, buf);
        let header = Header::parse(buf, self.begun.is_some()).map_err(broken)?;
        let Some(header) = header else { return Ok(None) };
        let before = self.begun.as_ref().map_or(0, |begun| begun.bytes.len() as u64);
        let size = before.saturating_add(header.len);
        if !header.opcode.is_control() && size > self.limit {
            return Err(broken(Rule::TooLarge { size, limit: self.limit }));
        }
        Ok(Some(header))
    }

    /// Checks what has come of a text frame, whole or not, so that bad text fails at once.
    fn check_text(&mut self, header: &Header, buf: &[u8]) -> Result<(), Violation> {
        let kind = self.begun.as_ref().map(|begun| begun.kind);
        if self.utf8 == Utf8::Tell || kind == Some(Kind::Binary) || header.opcode == Opcode::Binary {
            return Ok(());
        }
        let Some(payload) = buf.get(header.head..header.whole().min(buf.len())) else { return Ok(()) };
        let bad = |at: usize| {
            let from = (header.head + at).saturating_sub(Violation::LAST / 2).min(buf.len());
            Violation::new(Rule::InvalidUtf8, &buf[from..])
        };
        let mut text = self.text;
        text.feed(&payload[self.seen..]).map_err(|at| bad(self.seen + at))?;
        let ends = header.fin && buf.len() >= header.whole();
        if ends && !text.is_whole() {
            return Err(bad(payload.len()));
        }
        self.text = text;
        self.seen = payload.len();
        Ok(())
    }

    /// Takes a whole data frame off, and gives the message that it completes.
    fn take_data(&mut self, header: &Header, buf: &mut BytesMut) -> Option<Run> {
        self.seen = 0;
        let kind = if header.opcode == Opcode::Text { Kind::Text } else { Kind::Binary };
        let begun = self.begun.get_or_insert_with(|| Begun { kind, frames: 0, bytes: BytesMut::new() });
        begun.frames = begun.frames.saturating_add(1);
        let mut frame = buf.split_to(header.whole());
        frame.advance(header.head);
        if header.fin && begun.bytes.is_empty() {
            begun.bytes = frame;
        } else {
            begun.bytes.extend_from_slice(&frame);
        }
        if !header.fin {
            return None;
        }
        self.text = Checker::default();
        self.begun.take().map(Begun::into_run)
    }
}

impl Begun {
    fn into_run(self) -> Run {
        let bytes = self.bytes.freeze();
        let valid = self.kind == Kind::Binary || utf8::is_text(&bytes);
        // The limit of a message is below `u32::MAX`.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let span = Span { start: 0, len, kind: self.kind, valid, frames: self.frames };
        Run { bytes, spans: vec![span] }
    }
}

/// Takes a whole control frame off. Its payload is copied: it outlives the buffer of the read.
fn take_control(header: &Header, buf: &mut BytesMut) -> Result<ControlFrame, Violation> {
    let payload = &buf[header.head..header.whole()];
    let frame = match header.opcode {
        Opcode::Close => {
            let close = Close::parse(payload).map_err(|rule| Violation::new(rule, buf))?;
            ControlFrame::Close(close)
        }
        Opcode::Ping => ControlFrame::Ping(Bytes::copy_from_slice(payload)),
        _ => ControlFrame::Pong(Bytes::copy_from_slice(payload)),
    };
    buf.advance(header.whole());
    Ok(frame)
}
