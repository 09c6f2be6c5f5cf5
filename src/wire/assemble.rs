//! Assembles messages from frames: fragments, UTF-8, limits, and control frames in between.
//!
//! ```text
//!   bytes of a read
//!     -> whole messages of one frame each   one run, nothing copied
//!     -> the same, compressed               one run, inflated into a buffer of its own
//!     -> a fragment                         kept until its message is complete, then a run of its own
//!     -> ping, pong, close                  at once, also between two fragments
//! ```

use bytes::{Buf, Bytes, BytesMut};

use super::{
    CloseFrame, Deviation, Inflater, Kind, Leniency, Rule, Run, Span, Strictness, Violation,
    frame::{self, Header, LONGEST_HEADER, Opcode},
    inflate::CompressedMessage,
    leniency::Deviations,
    utf8::{self, Checker},
};

/// What the decoder took off the received bytes.
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
    Close(CloseFrame),
}

/// The receiving side of a client's connection.
#[derive(Debug)]
pub struct Decoder {
    /// The longest message in payload bytes.
    limit: u64,
    strictness: Strictness,
    /// The rules that were broken and tolerated.
    deviations: Deviations,
    /// The current fragmented message.
    partial: Option<PartialMessage>,
    /// The UTF-8 state of the current text message; only with [`Strictness::Rfc`].
    text: Checker,
    /// How many payload bytes of the first frame `text` has checked already.
    seen: usize,
    /// Present if compression was negotiated.
    inflate: Option<Box<Inflater>>,
    /// The rule that a compressed message broke. It is kept because the inflater cannot be used again.
    broken: Option<Violation>,
}

/// A message whose last fragment was not received yet.
#[derive(Debug)]
struct PartialMessage {
    kind: Kind,
    compressed: bool,
    frames: u32,
    bytes: BytesMut,
}

impl Decoder {
    /// The highest possible limit: spans are 32 bits wide.
    pub const LARGEST: u64 = u32::MAX as u64 - LONGEST_HEADER as u64;
    /// A run ends before it exceeds this many bytes; a larger message is a run of its own.
    pub const RUN_BYTES: usize = 1 << 20;
    /// The highest number of messages in one run.
    pub const RUN_MESSAGES: usize = 1 << 16;
    /// The least that [`Decoder::wanted`] returns.
    pub const READ: usize = 64 << 10;

    /// A decoder for a new connection. `max_message` is the longest message in payload bytes, summed over its
    /// fragments, and is capped at [`Decoder::LARGEST`]; 0 allows only empty messages.
    #[must_use]
    pub fn new(max_message: u64, strictness: Strictness) -> Self {
        let limit = max_message.min(Self::LARGEST);
        let (text, seen, inflate, broken) = (Checker::default(), 0, None, None);
        let deviations = Deviations::default();
        Self { limit, strictness, deviations, partial: None, text, seen, inflate, broken }
    }

    /// Enables compression if it was negotiated (RFC 7692). The limit then applies to inflated messages.
    #[must_use]
    pub fn inflating(self, inflate: Option<Inflater>) -> Self {
        Self { inflate: inflate.map(Box::new), ..self }
    }

    /// Takes whole frames off the start of `buf`, at most `room` messages.
    ///
    /// Returns `None` if more bytes are needed, and always if `room` is 0: frames are examined only when they
    /// are taken. Control frames do not count as messages.
    ///
    /// # Errors
    ///
    /// The first broken rule, after everything before it was returned. `buf` then still starts with the
    /// broken frame, and every later call returns the same error.
    pub fn next(&mut self, buf: &mut BytesMut, room: usize) -> Result<Option<Piece>, Violation> {
        if room == 0 {
            return Ok(None);
        }
        loop {
            if self.partial.is_none()
                && self.seen == 0
                && let Some(run) = self.run(buf, room)
            {
                return Ok(Some(Piece::Messages(run)));
            }
            if self.inflate.is_some()
                && self.partial.is_none()
                && let Some(run) = self.inflated_run(buf, room)
            {
                return Ok(Some(Piece::Messages(run)));
            }
            if let Some(broken) = &self.broken {
                return Err(broken.clone());
            }
            let Some(header) = self.header(buf)? else { return Ok(None) };
            let is_whole = buf.len() >= header.whole();
            let piece = match header.opcode {
                Opcode::Continuation | Opcode::Text | Opcode::Binary => {
                    self.check_text(&header, buf)?;
                    if !is_whole {
                        return Ok(None);
                    }
                    self.note(&header, buf);
                    self.take_data(&header, buf)?.map(Piece::Messages)
                }
                _ if !is_whole => return Ok(None),
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

    /// How many frames and bytes came of a message whose last frame did not.
    #[must_use]
    pub fn unfinished(&self) -> Option<(u32, usize)> {
        self.partial.as_ref().map(|partial| (partial.frames, partial.bytes.len()))
    }

    /// Takes the rules that were broken and tolerated for the first time since the last call.
    pub fn take_deviations(&mut self) -> Vec<Deviation> {
        self.deviations.take()
    }

    /// How many bytes to reserve before the next read: the rest of the current frame, and at least
    /// [`Decoder::READ`].
    ///
    /// A header alone cannot make us reserve more than 1 MiB, or more than was received so far if that is
    /// larger.
    #[must_use]
    pub fn wanted(&self, buf: &BytesMut) -> usize {
        let missing = match self.header(buf) {
            Ok(Some(header)) => header.whole().saturating_sub(buf.len()),
            _ => 0,
        };
        missing.clamp(Self::READ, buf.len().max(Self::RUN_BYTES))
    }

    /// Takes the whole messages of one frame each off the start of `buf`, if there are any.
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
        (!spans.is_empty()).then(|| Run { bytes: buf.split_to(at).freeze(), spans: spans.into() })
    }

    /// The message at the start of `bytes`, which is at offset `at` of the run; `None` if it needs the slow
    /// path.
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

    /// Whether a length of this form is fine for the fast path: it is in its shortest form, or that rule was
    /// already reported as broken.
    #[inline]
    fn takes_length(&self, head: usize, len: u64) -> bool {
        frame::is_shortest(head, len) || self.deviations.contains(Leniency::LongLength)
    }

    /// Takes the whole compressed messages of one frame each off the start of `buf`, and inflates them.
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
            let message = CompressedMessage { kind, frames: 1, wire: len };
            match self
                .inflate
                .as_mut()
                .map(|inflate| message.inflate_into(inflate, payload, &mut out, self.limit, self.strictness))
            {
                Some(Ok(span)) => {
                    spans.push(span);
                    buf.advance(whole);
                }
                Some(Err(rule)) => self.broken = Some(Violation::new(rule, buf)),
                None => return None,
            }
        }
        self.note_after_last_block();
        (!spans.is_empty()).then(|| Run { bytes: out.into(), spans: spans.into() })
    }

    /// Records the rules that the first frame breaks and the pipeline tolerates.
    fn note(&mut self, header: &Header, buf: &[u8]) {
        for rule in header.tolerated() {
            self.deviations.add(Deviation::new(rule, buf.get(..header.head).unwrap_or(buf)));
        }
    }

    fn note_after_last_block(&mut self) {
        if let Some(raw) = self.inflate.as_mut().and_then(|inflate| inflate.take_after_last_block()) {
            self.deviations.add(Deviation { rule: Leniency::AfterLastBlock, raw });
        }
    }

    /// The longest compressed message: incompressible payloads grow a little.
    fn wire_limit(&self) -> u64 {
        self.limit.saturating_add(self.limit >> 10).saturating_add(64)
    }

    /// The header at the start of `buf`, if it is complete.
    fn header(&self, buf: &[u8]) -> Result<Option<Header>, Violation> {
        let broken = |rule| Violation::new(rule, buf);
        let (inside, inflates) = (self.partial.is_some(), self.inflate.is_some());
        let header = Header::parse(buf, inside, inflates).map_err(|rule| match *buf {
            [first, second, ..] if rule != Rule::Length => {
                broken(rule).naming(&frame::broken_rules([first, second], inside, inflates))
            }
            _ => broken(rule),
        });
        let header = header?;
        let Some(header) = header else { return Ok(None) };
        let (before, compressed) = self
            .partial
            .as_ref()
            .map_or((0, header.compressed), |partial| (partial.bytes.len() as u64, partial.compressed));
        let size = before.saturating_add(header.len);
        let limit = if compressed { self.wire_limit() } else { self.limit };
        if !header.opcode.is_control() && size > limit {
            return Err(broken(Rule::TooLarge { size, limit: self.limit }));
        }
        if self.strictness == Strictness::Rfc
            && let Some(rule) = header.tolerated().find_map(Leniency::rule)
        {
            return Err(broken(rule));
        }
        Ok(Some(header))
    }

    /// Checks the received part of a text frame, complete or not, so that invalid text fails at once.
    fn check_text(&mut self, header: &Header, buf: &[u8]) -> Result<(), Violation> {
        let kind = self.partial.as_ref().map(|partial| partial.kind);
        let compressed = self.partial.as_ref().map_or(header.compressed, |partial| partial.compressed);
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

    /// Takes a whole data frame off, and returns the message that it completes.
    fn take_data(&mut self, header: &Header, buf: &mut BytesMut) -> Result<Option<Run>, Violation> {
        self.seen = 0;
        let kind = if header.opcode == Opcode::Text { Kind::Text } else { Kind::Binary };
        let compressed = header.compressed;
        let partial = self.partial.get_or_insert_with(|| PartialMessage {
            kind,
            compressed,
            frames: 0,
            bytes: BytesMut::new(),
        });
        partial.frames = partial.frames.saturating_add(1);
        if header.fin && partial.compressed {
            partial.bytes.extend_from_slice(buf.get(header.head..header.whole()).unwrap_or_default());
            return self.take_compressed(header, buf);
        }
        let mut frame = buf.split_to(header.whole());
        frame.advance(header.head);
        if header.fin && partial.bytes.is_empty() {
            partial.bytes = frame;
        } else {
            partial.bytes.extend_from_slice(&frame);
        }
        if !header.fin {
            return Ok(None);
        }
        self.text = Checker::default();
        Ok(self.partial.take().map(PartialMessage::into_run))
    }

    /// Inflates the current message, which is complete, and takes its last frame off.
    fn take_compressed(&mut self, header: &Header, buf: &mut BytesMut) -> Result<Option<Run>, Violation> {
        let (Some(partial), Some(inflate)) = (self.partial.take(), &mut self.inflate) else {
            return Ok(None);
        };
        let mut out = Vec::new();
        let message = CompressedMessage {
            kind: partial.kind,
            frames: partial.frames,
            wire: partial.bytes.len() as u64,
        };
        match message.inflate_into(inflate, &partial.bytes, &mut out, self.limit, self.strictness) {
            Ok(span) => {
                buf.advance(header.whole());
                self.note_after_last_block();
                Ok(Some(Run { bytes: out.into(), spans: [span].into() }))
            }
            Err(rule) => Err(self.broken.insert(Violation::new(rule, buf)).clone()),
        }
    }

    /// Takes a whole control frame off. Its payload is copied, so that it does not keep the read buffer
    /// alive.
    fn take_control(&mut self, header: &Header, buf: &mut BytesMut) -> Result<ControlFrame, Violation> {
        let payload = &buf[header.head..header.whole()];
        let frame = match header.opcode {
            Opcode::Close => ControlFrame::Close(self.close(header, buf)?),
            Opcode::Ping => ControlFrame::Ping(Bytes::copy_from_slice(payload)),
            _ => ControlFrame::Pong(Bytes::copy_from_slice(payload)),
        };
        buf.advance(header.whole());
        // Nothing after a close frame is read, but a data frame there breaks a rule.
        if header.opcode == Opcode::Close && buf.first().is_some_and(|first| first & 0x0f < 3) {
            self.deviations.add(Deviation::new(Leniency::DataAfterClose, &buf[..buf.len().min(2)]));
        }
        Ok(frame)
    }

    /// Parses the close frame at the start of `buf`.
    fn close(&mut self, header: &Header, buf: &[u8]) -> Result<CloseFrame, Violation> {
        match CloseFrame::parse(&buf[header.head..header.whole()]) {
            Err(Rule::CloseTooShort) if self.strictness == Strictness::Pipeline => {
                self.deviations.add(Deviation::new(Leniency::HalfCloseCode, &buf[..header.whole()]));
                Ok(CloseFrame::default())
            }
            close => close.map_err(|rule| Violation::new(rule, buf)),
        }
    }
}

impl PartialMessage {
    fn into_run(self) -> Run {
        let bytes = self.bytes.freeze();
        let valid = self.kind == Kind::Binary || utf8::is_text(&bytes);
        // The limit of a message is below `u32::MAX`.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let span = Span { start: 0, len, kind: self.kind, valid, frames: self.frames, wire: None };
        Run { bytes, spans: [span].into() }
    }
}
