//! Frames to messages: fragments, UTF-8, limits, and control frames in between.
//!
//! ```text
//!   bytes of a read
//!     -> many whole messages in one frame each   one run, nothing copied
//!     -> many compressed ones                    one run, inflated into a buffer of its own
//!     -> a fragment                              kept until its message is whole, a run of its own
//!     -> ping, pong, close                       at once, also between two fragments
//! ```

use bytes::{Buf, Bytes, BytesMut};

use super::{
    Close, Inflate, Kind, Leniency, Passed, Rule, Run, Span, Strictness, Violation,
    frame::{self, Header, LONGEST_HEADER, Opcode},
    inflate::Inflated,
    leniency::Record,
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

/// The receiving side of a client's connection.
#[derive(Debug)]
pub struct Decoder {
    /// The most payload bytes of one message.
    limit: u64,
    strictness: Strictness,
    /// What was let pass of the rules.
    record: Record,
    /// The fragmented message under way.
    begun: Option<Begun>,
    /// The text under way, as far as it is checked; only with [`Strictness::Rfc`].
    text: Checker,
    /// How many payload bytes of the frame at the front `text` has seen already.
    seen: usize,
    /// What was agreed on for compressed messages.
    inflate: Option<Box<Inflate>>,
    /// The rule that a compressed message broke: what inflates cannot be asked twice.
    broken: Option<Violation>,
}

/// A message whose last fragment has not come yet.
#[derive(Debug)]
struct Begun {
    kind: Kind,
    compressed: bool,
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
    pub fn new(max_message: u64, strictness: Strictness) -> Self {
        let limit = max_message.min(Self::LARGEST);
        let (text, seen, inflate, broken) = (Checker::default(), 0, None, None);
        let record = Record::default();
        Self { limit, strictness, record, begun: None, text, seen, inflate, broken }
    }

    /// The same where compression may have been agreed on (RFC 7692). The limit then holds for
    /// messages as inflated.
    #[must_use]
    pub fn inflating(self, inflate: Option<Inflate>) -> Self {
        Self { inflate: inflate.map(Box::new), ..self }
    }

    /// Takes whole frames off the front of `buf`, at most `room` messages.
    ///
    /// `None` when more bytes are needed, and always when `room` is 0: what is not taken off is
    /// not looked at. Control frames do not count as messages.
    ///
    /// # Errors
    ///
    /// The first broken rule, after everything before it has been delivered. `buf` then still
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
            if self.inflate.is_some()
                && self.begun.is_none()
                && let Some(run) = self.inflated_run(buf, room)
            {
                return Ok(Some(Piece::Messages(run)));
            }
            if let Some(broken) = &self.broken {
                return Err(broken.clone());
            }
            let Some(header) = self.header(buf)? else { return Ok(None) };
            let there = buf.len() >= header.whole();
            let piece = match header.opcode {
                Opcode::Continuation | Opcode::Text | Opcode::Binary => {
                    self.check_text(&header, buf)?;
                    if !there {
                        return Ok(None);
                    }
                    self.note(&header, buf);
                    self.take_data(&header, buf)?.map(Piece::Messages)
                }
                _ if !there => return Ok(None),
                _ => {
                    self.note(&header, buf);
                    Some(Piece::Control(self.take_control(&header, buf)?))
                }
            };
            if piece.is_some() {
                return Ok(piece);
            }
        }
    }

    /// The rules that were broken for the first time and let pass since this was last asked.
    pub fn passed(&mut self) -> Vec<Passed> {
        self.record.take()
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
        if len > self.limit || !self.takes_length(head, len) {
            return None;
        }
        let payload = bytes.get(head..)?.get(..usize::try_from(len).ok()?)?;
        let valid = kind == Kind::Binary || utf8::is_text(payload);
        if !valid && self.strictness == Strictness::Rfc {
            return None;
        }
        let start = u32::try_from(at + head).ok()?;
        let len = u32::try_from(len).ok()?;
        Some(Span { start, len, kind, valid, frames: 1, wire: None })
    }

    /// Whether a length of this form needs no closer look: it is in its shortest form, or another was told.
    #[inline]
    fn takes_length(&self, head: usize, len: u64) -> bool {
        frame::is_shortest(head, len) || self.record.knows(Leniency::LongLength)
    }

    /// The whole compressed messages of one frame each that `buf` begins with, inflated.
    fn inflated_run(&mut self, buf: &mut BytesMut, room: usize) -> Option<Run> {
        let (mut out, mut spans) = (Vec::new(), Vec::new());
        while self.broken.is_none()
            && spans.len() < room.min(Self::RUN_MESSAGES)
            && out.len() < Self::RUN_BYTES
            && let Some((kind, head, len)) = frame::compressed(buf)
            && len <= self.wire_limit()
            && self.takes_length(head, len)
            && let Some(whole) = usize::try_from(len).ok().and_then(|len| head.checked_add(len))
            && let Some(payload) = buf.get(head..whole)
        {
            let begun = Inflated { kind, frames: 1, wire: len };
            match self
                .inflate
                .as_mut()
                .map(|inflate| begun.add(inflate, payload, &mut out, self.limit, self.strictness))
            {
                Some(Ok(span)) => {
                    spans.push(span);
                    buf.advance(whole);
                }
                Some(Err(rule)) => self.broken = Some(Violation::new(rule, buf)),
                None => return None,
            }
        }
        self.note_behind();
        (!spans.is_empty()).then(|| Run { bytes: out.into(), spans })
    }

    /// Keeps what the frame at the front breaks and the pipeline lets pass.
    fn note(&mut self, header: &Header, buf: &[u8]) {
        for rule in header.passed() {
            self.record.note(Passed::new(rule, buf.get(..header.head).unwrap_or(buf)));
        }
    }

    fn note_behind(&mut self) {
        if let Some(raw) = self.inflate.as_mut().and_then(|inflate| inflate.take_behind()) {
            self.record.note(Passed { rule: Leniency::BehindLastBlock, raw });
        }
    }

    /// The most that a message may have on the wire while it is compressed: what cannot be
    /// compressed grows a little.
    fn wire_limit(&self) -> u64 {
        self.limit.saturating_add(self.limit >> 10).saturating_add(64)
    }

    /// The header at the front, if it is there and may be.
    fn header(&self, buf: &[u8]) -> Result<Option<Header>, Violation> {
        let broken = |rule| Violation::new(rule, buf);
        let header = Header::parse(buf, self.begun.is_some(), self.inflate.is_some()).map_err(broken)?;
        let Some(header) = header else { return Ok(None) };
        let (before, compressed) = self
            .begun
            .as_ref()
            .map_or((0, header.compressed), |begun| (begun.bytes.len() as u64, begun.compressed));
        let size = before.saturating_add(header.len);
        let limit = if compressed { self.wire_limit() } else { self.limit };
        if !header.opcode.is_control() && size > limit {
            return Err(broken(Rule::TooLarge { size, limit: self.limit }));
        }
        if self.strictness == Strictness::Rfc
            && let Some(rule) = header.passed().find_map(Leniency::rule)
        {
            return Err(broken(rule));
        }
        Ok(Some(header))
    }

    /// Checks what has come of a text frame, whole or not, so that bad text fails at once.
    fn check_text(&mut self, header: &Header, buf: &[u8]) -> Result<(), Violation> {
        let kind = self.begun.as_ref().map(|begun| begun.kind);
        let compressed = self.begun.as_ref().map_or(header.compressed, |begun| begun.compressed);
        if compressed
            || self.strictness == Strictness::Pipeline
            || kind == Some(Kind::Binary)
            || header.opcode == Opcode::Binary
        {
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
    fn take_data(&mut self, header: &Header, buf: &mut BytesMut) -> Result<Option<Run>, Violation> {
        self.seen = 0;
        let kind = if header.opcode == Opcode::Text { Kind::Text } else { Kind::Binary };
        let compressed = header.compressed;
        let begun =
            self.begun.get_or_insert_with(|| Begun { kind, compressed, frames: 0, bytes: BytesMut::new() });
        begun.frames = begun.frames.saturating_add(1);
        if header.fin && begun.compressed {
            begun.bytes.extend_from_slice(buf.get(header.head..header.whole()).unwrap_or_default());
            return self.take_compressed(header, buf);
        }
        let mut frame = buf.split_to(header.whole());
        frame.advance(header.head);
        if header.fin && begun.bytes.is_empty() {
            begun.bytes = frame;
        } else {
            begun.bytes.extend_from_slice(&frame);
        }
        if !header.fin {
            return Ok(None);
        }
        self.text = Checker::default();
        Ok(self.begun.take().map(Begun::into_run))
    }

    /// Inflates the message under way, which is whole, and takes its last frame off.
    fn take_compressed(&mut self, header: &Header, buf: &mut BytesMut) -> Result<Option<Run>, Violation> {
        let (Some(begun), Some(inflate)) = (self.begun.take(), &mut self.inflate) else { return Ok(None) };
        let mut out = Vec::new();
        let message = Inflated { kind: begun.kind, frames: begun.frames, wire: begun.bytes.len() as u64 };
        match message.add(inflate, &begun.bytes, &mut out, self.limit, self.strictness) {
            Ok(span) => {
                buf.advance(header.whole());
                self.note_behind();
                Ok(Some(Run { bytes: out.into(), spans: vec![span] }))
            }
            Err(rule) => Err(self.broken.insert(Violation::new(rule, buf)).clone()),
        }
    }

    /// Takes a whole control frame off. Its payload is copied: it outlives the buffer of the read.
    fn take_control(&mut self, header: &Header, buf: &mut BytesMut) -> Result<ControlFrame, Violation> {
        let payload = &buf[header.head..header.whole()];
        let frame = match header.opcode {
            Opcode::Close => ControlFrame::Close(self.close(header, buf)?),
            Opcode::Ping => ControlFrame::Ping(Bytes::copy_from_slice(payload)),
            _ => ControlFrame::Pong(Bytes::copy_from_slice(payload)),
        };
        buf.advance(header.whole());
        // Nothing behind a close frame is read, but a data frame must not be there.
        if header.opcode == Opcode::Close && buf.first().is_some_and(|first| first & 0x0f < 3) {
            self.record.note(Passed::new(Leniency::BehindClose, &buf[..buf.len().min(2)]));
        }
        Ok(frame)
    }

    /// What the close frame at the front says.
    fn close(&mut self, header: &Header, buf: &[u8]) -> Result<Option<Close>, Violation> {
        match Close::parse(&buf[header.head..header.whole()]) {
            Err(Rule::CloseTooShort) if self.strictness == Strictness::Pipeline => {
                self.record.note(Passed::new(Leniency::HalfCloseCode, &buf[..header.whole()]));
                Ok(None)
            }
            close => close.map_err(|rule| Violation::new(rule, buf)),
        }
    }
}

impl Begun {
    fn into_run(self) -> Run {
        let bytes = self.bytes.freeze();
        let valid = self.kind == Kind::Binary || utf8::is_text(&bytes);
        // The limit of a message is below `u32::MAX`.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let span = Span { start: 0, len, kind: self.kind, valid, frames: self.frames, wire: None };
        Run { bytes, spans: vec![span] }
    }
}
