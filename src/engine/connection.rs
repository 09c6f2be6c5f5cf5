//! One open connection: decodes received bytes into events, and encodes frames to send.
//!
//! ```text
//!          our close frame             the server's close frame
//!   Open ------------------> Closing --------------------------+
//!    |                                                         v
//!    +-- the server's close frame, or a violation ---------> Done: lost once our answer is written
//! ```

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWrite};

use crate::{
    config::{Dialect, Settings},
    delivery::{Downstream, Waiting},
    diagnose::{self, Conversation},
    net::{Io, Meter, Socket, broken},
    session::{
        Batch, CloseFrame, Control, ControlKind, Direction, EventKind, Evidence, LossKind, Lost, MessageId,
        Outgoing, Pongs, Side, Stage, StageReport, TcpLine, Timestamp, Verdict,
    },
    wire::{ControlFrame, Decoder, Piece, Rule, Strictness, Violation},
};

use super::{
    closing_socket::ClosingSocket,
    decoded::Decoded,
    loss::{self, SocketEnd},
    outbound::{self, Outbound},
};

/// How many pieces are decoded before their events are sent. The data messages of a read are one piece, so
/// this limits floods of control frames.
const PIECES: usize = 1024;
/// With less room than this, the buffer grows before a read.
const LEAST_READ: usize = Decoder::READ / 4;

/// The close code of a gateway whose server fails.
const BAD_GATEWAY: u16 = 1014;

/// An upgraded connection.
pub(super) struct Connection {
    io: Box<dyn Io>,
    meter: Option<Meter>,
    inbox: BytesMut,
    /// Whether the inbox may still hold complete frames.
    more: bool,
    decoder: Decoder,
    /// Messages that are decoded and wait for the reader.
    decoded: Decoded,
    outbound: Outbound,
    unflushed: bool,
    /// The error after which nothing more can be written.
    write_error: Option<String>,
    state: State,
    opened_at: Duration,
    began: Timestamp,
    messages: u64,
    /// When the last message was received, or the connection opened.
    last_message: Duration,
    intake: Intake,
    /// Whose answers broken rules get.
    dialect: Dialect,
    conversation: Conversation,
    /// Whether a text that is not UTF-8 was reported; this happens once per connection.
    invalid_utf8_reported: bool,
    /// Whether pings are answered.
    pub(super) pongs: Pongs,
}

/// Whether received data messages belong to the session.
enum Intake {
    Open,
    /// After a stop, messages are read and dropped.
    Ended,
}

enum State {
    Open,
    /// Our close frame was queued and is not answered.
    Closing(CloseFrame),
    /// How the connection ends is decided.
    Done(LossKind),
}

/// The result of one turn.
pub(super) enum Turn {
    /// The number of bytes that were read; 0 is the end of the stream.
    Read(io::Result<usize>),
    /// Complete frames of an earlier read are left.
    More,
    /// Frames were written completely, or cannot be written.
    Wrote(io::Result<()>),
    /// The connection is done, and everything that could be written is written.
    Over,
}

impl Connection {
    pub(super) fn new(socket: Socket, settings: &Settings, opened_at: Duration, began: Timestamp) -> Self {
        Self {
            io: socket.io,
            meter: socket.meter,
            more: !socket.read_ahead.is_empty(),
            inbox: socket.read_ahead,
            decoder: Decoder::new(settings.max_message_size, Strictness::Pipeline).inflating(socket.inflate),
            decoded: Decoded::default(),
            outbound: Outbound::default(),
            unflushed: false,
            write_error: None,
            state: State::Open,
            opened_at,
            began,
            messages: 0,
            last_message: opened_at,
            intake: Intake::Open,
            dialect: settings.options.dialect,
            conversation: Conversation::new(socket.opened.subprotocol),
            invalid_utf8_reported: false,
            pongs: Pongs::Sent,
        }
    }

    /// Writes what is queued, and reads once if `may_read`. Safe to cancel.
    pub(super) async fn turn(&mut self, may_read: bool) -> Turn {
        poll_fn(|context| self.poll(may_read, context)).await
    }

    fn poll(&mut self, may_read: bool, context: &mut Context<'_>) -> Poll<Turn> {
        if let Poll::Ready(written) = self.poll_write(context) {
            return Poll::Ready(Turn::Wrote(written));
        }
        if let State::Done(_) = self.state {
            return Poll::Ready(Turn::Over);
        }
        if !may_read || self.outbound.is_full() {
            return Poll::Pending;
        }
        if self.more {
            return Poll::Ready(Turn::More);
        }
        self.make_room();
        let read = ready!(pin!(self.io.read_buf(&mut self.inbox)).poll(context));
        Poll::Ready(Turn::Read(read))
    }

    /// Makes room to read into. The rest of the last buffer is used first, so that slow small messages share
    /// one buffer instead of each keeping its own alive.
    fn make_room(&mut self) {
        let wanted = self.decoder.wanted(&self.inbox);
        let enough = if wanted > Decoder::READ { wanted } else { LEAST_READ };
        if self.inbox.capacity() - self.inbox.len() < enough {
            self.inbox.reserve(wanted);
        }
    }

    /// Ready when a frame was written completely, or writing failed.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.write_error.is_some() {
            return Poll::Pending;
        }
        while !self.outbound.unwritten().is_empty() {
            match Pin::new(&mut self.io).poll_write(context, self.outbound.unwritten()) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(len)) => self.outbound.mark_written(len),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => break,
            }
            self.unflushed = true;
        }
        if self.unflushed
            && let Poll::Ready(flushed) = Pin::new(&mut self.io).poll_flush(context)
        {
            flushed?;
            self.unflushed = false;
        }
        if self.outbound.has_written_frame() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Emits the frames that were written, and notes if no more can be.
    pub(super) fn finish_write(
        &mut self,
        written: io::Result<()>,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) {
        let first = events.len();
        events.extend(std::iter::from_fn(|| self.outbound.next_written(now)));
        for event in &events[first..] {
            match event {
                EventKind::Control(Control { kind: ControlKind::Pong { .. }, .. }) => {
                    self.conversation.ponged(now.saturating_sub(self.opened_at));
                }
                EventKind::Sent(_) => self.conversation.spoke(),
                _ => {}
            }
        }
        if let Err(error) = written {
            // What the server sent before, such as a close frame, can still be read.
            self.write_error = Some(broken(&error));
            self.outbound = Outbound::default();
        }
    }

    /// Decodes what was read, and emits the messages, control frames and tolerated deviations.
    pub(super) fn decode(&mut self, downstream: &mut Downstream, now: Duration, events: &mut Vec<EventKind>) {
        self.decode_pieces(downstream, now, events);
        let deviations = self.decoder.take_deviations();
        events.extend(
            deviations.iter().map(|deviation| EventKind::Finding(Box::new(diagnose::deviation(deviation)))),
        );
    }

    fn decode_pieces(&mut self, downstream: &mut Downstream, now: Duration, events: &mut Vec<EventKind>) {
        self.more = false;
        for _ in 0..PIECES {
            if let State::Done(_) = self.state {
                return;
            }
            let room = if self.takes_messages() { room(downstream, now, events) } else { usize::MAX };
            if room == 0 {
                // Control frames behind a message wait with it, as in the pipeline.
                self.more = !self.decoded.is_empty() || !self.inbox.is_empty();
                return;
            }
            if !self.decoded.is_empty() {
                self.receive_messages(downstream, now, events);
                continue;
            }
            match self.decoder.next(&mut self.inbox, room) {
                Ok(None) => return,
                Ok(Some(Piece::Messages(_))) if !self.takes_messages() => {}
                Ok(Some(Piece::Messages(run))) => {
                    let heard =
                        self.conversation.hear(&run, self.inbox.len(), now.saturating_sub(self.opened_at));
                    self.decoded = Decoded::new(run, heard.map(Box::new));
                }
                Ok(Some(Piece::Control(frame))) => self.receive_control(frame, now, events),
                Err(violation) => self.fail(&violation),
            }
        }
        self.more = true;
    }

    /// Whether the inbox may hold complete frames.
    pub(super) const fn has_more(&self) -> bool {
        self.more
    }

    /// Receives decoded messages, as many as the reader takes in one go.
    fn receive_messages(&mut self, downstream: &mut Downstream, now: Duration, events: &mut Vec<EventKind>) {
        let (run, taken) = self.decoded.take(|run, from| downstream.takes(run, from));
        if !self.has_received() {
            events.push(EventKind::StageEnded(Box::new(StageReport {
                stage: Stage::First,
                began: self.began,
                took: now.saturating_sub(self.opened_at),
                outcome: Ok(()),
                evidence: Evidence::Nothing {},
            })));
        }
        self.messages += run.spans.len() as u64;
        self.last_message = now;
        let ahead = downstream.messages();
        let first_invalid =
            if self.invalid_utf8_reported { None } else { run.spans.iter().position(|span| !span.valid) };
        let finding = first_invalid.map(|nth| {
            let batch = Batch { first: MessageId(ahead + 1), run: run.clone(), verdict: Verdict::Pending };
            batch.messages().nth(nth).map(|message| Box::new(diagnose::invalid_utf8(&message)))
        });
        self.invalid_utf8_reported |= finding.is_some();
        downstream.receive(run, taken, now, events);
        let heard = self.decoded.take_finding();
        events.extend(finding.flatten().into_iter().chain(heard).map(EventKind::Finding));
    }

    fn receive_control(&mut self, frame: ControlFrame, now: Duration, events: &mut Vec<EventKind>) {
        let kind = match frame {
            ControlFrame::Ping(payload) => {
                self.conversation.pinged(now.saturating_sub(self.opened_at));
                if self.is_open() && self.pongs == Pongs::Sent {
                    self.outbound.pong(payload.clone());
                }
                ControlKind::Ping(payload)
            }
            ControlFrame::Pong(payload) => {
                let round_trip = self.outbound.round_trip(&payload, now);
                ControlKind::Pong { payload, round_trip }
            }
            // The pipelines' library does not know this code of the registry.
            ControlFrame::Close(CloseFrame { code: Some(BAD_GATEWAY), .. }) if self.dialect.is_pipeline() => {
                return self.fail(&Violation::new(Rule::CloseCode(BAD_GATEWAY), &[]));
            }
            ControlFrame::Close(frame) => ControlKind::Close(self.receive_close(frame)),
        };
        events.push(EventKind::Control(Control { direction: Direction::In, kind }));
    }

    /// Handles the server's close frame. It answers ours, or we answer it with the same code and no reason,
    /// as the pipeline does (RFC 6455, section 5.5.1).
    fn receive_close(&mut self, frame: CloseFrame) -> CloseFrame {
        let kind = if let State::Closing(ours) = &self.state {
            LossKind::Closed { by: Side::Us, frame: ours.clone() }
        } else {
            if self.is_open() {
                self.outbound.close(CloseFrame { code: frame.code, reason: String::new() });
            }
            LossKind::Closed { by: Side::Server, frame: frame.clone() }
        };
        self.state = State::Done(kind);
        frame
    }

    fn fail(&mut self, violation: &Violation) {
        if self.is_open()
            && let Some(reason) = self.close_reason(violation)
        {
            self.outbound.close(CloseFrame { code: Some(violation.close_code()), reason });
        }
        self.state = State::Done(match violation.rule {
            Rule::TooLarge { size, limit } => LossKind::TooLarge { size, limit },
            _ => LossKind::Violation { rule: violation.reason().to_owned(), last: violation.last.to_vec() },
        });
    }

    /// The reason in the close frame about a violation; `None` where none is sent. A pipeline's library gives none
    /// for a message over the limit, and sends no frame about a length that overflows its 63 bits.
    fn close_reason(&self, violation: &Violation) -> Option<String> {
        match violation.rule {
            Rule::Length | Rule::Deflate if self.dialect.is_pipeline() => None,
            Rule::TooLarge { size, .. } if self.dialect.is_pipeline() => {
                i64::try_from(size).is_ok().then(String::new)
            }
            _ => Some(violation.reason().to_owned()),
        }
    }

    /// Queues a frame; a close frame starts the closing handshake.
    ///
    /// # Errors
    ///
    /// The message says why the frame cannot be sent.
    pub(super) fn send(&mut self, frame: Outgoing) -> Result<(), String> {
        if !self.is_open() {
            return Err("the connection is closing, so nothing more can be sent on it".to_owned());
        }
        let closes = matches!(frame, Outgoing::Close(_));
        if !closes && !self.outbound.has_room_for(outbound::payload_len(&frame)) {
            return Err(format!(
                "the server does not read: {} bytes already wait for it, and the limit is {}",
                self.outbound.unwritten().len(),
                outbound::BOUND
            ));
        }
        outbound::check(&frame)?;
        match frame {
            Outgoing::Data { kind, payload, shown } => self.outbound.message(kind, &payload, shown),
            Outgoing::Ping(payload) => self.outbound.ping(payload),
            Outgoing::Pong(payload) => self.outbound.pong(payload),
            Outgoing::Close(frame) => {
                self.outbound.close(frame.clone());
                self.state = State::Closing(frame);
            }
        }
        Ok(())
    }

    /// Whether frames can be sent and no closing handshake has started.
    fn is_open(&self) -> bool {
        matches!(self.state, State::Open) && self.write_error.is_none()
    }

    /// Whether the connection is closing or broken.
    pub(super) fn is_ending(&self) -> bool {
        !self.is_open()
    }

    /// How long no data message was received.
    pub(super) fn silence(&self, now: Duration) -> Duration {
        now.saturating_sub(self.last_message)
    }

    /// Whether a data message was received.
    pub(super) fn has_received(&self) -> bool {
        self.messages > 0
    }

    /// Drops data messages from now on; only the end of the connection is awaited.
    pub(super) fn end_intake(&mut self) {
        self.intake = Intake::Ended;
        self.decoded = Decoded::default();
    }

    pub(super) const fn takes_messages(&self) -> bool {
        matches!(self.intake, Intake::Open)
    }

    /// Bytes that were read and that the played input has not taken.
    pub(super) fn read_ahead(&self) -> u64 {
        self.decoded.payload_bytes() + self.inbox.len() as u64
    }

    /// Bytes that wait in the system's buffer of the socket, if the system reports it.
    pub(super) fn unread(&self) -> Option<u64> {
        self.meter.as_ref().and_then(Meter::unread)
    }

    /// How the line stands, if the system tells.
    pub(super) fn line(&self) -> Option<TcpLine> {
        self.meter.as_ref().and_then(Meter::line)
    }

    /// What waits before the played input.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting {
            bytes: self.unread().map(|unread| unread + self.read_ahead()),
            buffer: self.meter.as_ref().and_then(Meter::buffer),
        }
    }

    /// Ends the connection. Returns how it ended, what was said on it, and the socket to close.
    pub(super) fn into_lost(self, end: &SocketEnd, now: Duration) -> (Lost, Conversation, ClosingSocket) {
        let closing_socket = ClosingSocket { io: self.io, unwritten: self.outbound.into_unwritten() };
        let kind = match (self.state, self.write_error, end) {
            (State::Done(kind), ..) => kind,
            (State::Closing(_), ..) | (State::Open, None, SocketEnd::Completed | SocketEnd::LeftByUs) => {
                LossKind::Left
            }
            (State::Open, _, SocketEnd::Eof) => LossKind::Ended,
            (State::Open, _, SocketEnd::RenegotiationRequested) => LossKind::RenegotiationAsked,
            (State::Open, Some(error), _) => LossKind::Io { error },
            (State::Open, None, SocketEnd::Error(error)) => LossKind::Io { error: error.clone() },
        };
        let unfinished = self.decoder.unfinished().filter(|_| !matches!(kind, LossKind::Left));
        let message = loss::message(&kind, end, unfinished);
        let open_for = now.saturating_sub(self.opened_at);
        let lost = Lost { kind, open_for, messages: self.messages, message };
        (lost, self.conversation, closing_socket)
    }
}

/// How many messages may be decoded. Answers that are due may make room.
fn room(downstream: &mut Downstream, now: Duration, events: &mut Vec<EventKind>) -> usize {
    while downstream.room() == 0 && downstream.step(now, events) {}
    downstream.room()
}
