//! One open connection: bytes in, events out; frames in, bytes out.
//!
//! ```text
//!            close asked               the server's close
//!   Open ------------------> Leaving ----------------------+
//!    |                                                     v
//!    +-- the server's close, a violation ------------> Spent: lost, as soon as the answer is out
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
    delivery::Downstream,
    diagnose,
    net::{Io, Meter, Socket},
    session::{
        Batch, CloseFrame, Control, ControlKind, Direction, EventKind, Evidence, LossKind, Lost, MessageId,
        Outgoing, Run, Side, Stage, StageReport, Timestamp, Verdict,
    },
    wire::{Close, ControlFrame, Decoder, Piece, Rule, Strictness, Violation, close},
};

use super::{
    closing_socket::ClosingSocket,
    loss::{self, SocketEnd},
    outbound::Outbound,
};

/// How many pieces of one read are taken before what they yielded is handed over. A read of
/// data messages is one piece; this holds against a flood of control frames.
const PIECES: usize = 1024;
/// Room for less than this is not worth a read.
const LEAST_READ: usize = Decoder::READ / 4;
/// The largest payload of a control frame (RFC 6455, section 5.5).
const CONTROL: usize = 125;

/// An upgraded connection while it lasts.
pub(super) struct Connection {
    io: Box<dyn Io>,
    meter: Option<Meter>,
    inbox: BytesMut,
    /// Whether whole pieces may still lie in the inbox.
    more: bool,
    decoder: Decoder,
    outbound: Outbound,
    unflushed: bool,
    /// Why nothing more can be written.
    broken: Option<String>,
    state: State,
    opened_at: Duration,
    began: Timestamp,
    messages: u64,
    intake: Intake,
    /// Whether a text that is not UTF-8 was told; once is enough for a connection.
    invalid_told: bool,
}

/// Whether data messages are part of the session.
enum Intake {
    Open,
    /// Those that come after a stop are read and dropped.
    Ended,
}

enum State {
    Open,
    /// A close frame of ours is on its way and not answered.
    Leaving(CloseFrame),
    /// It is settled how this connection ends.
    Spent(LossKind),
}

/// What one turn brought.
pub(super) enum Turn {
    /// So many bytes were read, 0 at the end; or pieces of an earlier read are left.
    Read(io::Result<usize>),
    More,
    /// Frames of ours were written whole, or cannot be written.
    Wrote(io::Result<()>),
    /// It is settled how the connection ends, and what could be answered has been.
    Over,
}

impl Connection {
    pub(super) fn new(socket: Socket, max_message: u64, opened_at: Duration, began: Timestamp) -> Self {
        Self {
            io: socket.io,
            meter: socket.meter,
            more: !socket.read_ahead.is_empty(),
            inbox: socket.read_ahead,
            decoder: Decoder::new(max_message, Strictness::Pipeline).inflating(socket.inflate),
            outbound: Outbound::default(),
            unflushed: false,
            broken: None,
            state: State::Open,
            opened_at,
            began,
            messages: 0,
            intake: Intake::Open,
            invalid_told: false,
        }
    }

    /// Writes what is waiting, and reads once unless `may_read` is false. Safe to cancel.
    pub(super) async fn turn(&mut self, may_read: bool) -> Turn {
        poll_fn(|context| self.poll(may_read, context)).await
    }

    fn poll(&mut self, may_read: bool, context: &mut Context<'_>) -> Poll<Turn> {
        if let Poll::Ready(written) = self.poll_write(context) {
            return Poll::Ready(Turn::Wrote(written));
        }
        if let State::Spent(_) = self.state {
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

    /// Makes room to read into. What is left of the last buffer is used up first: a trickle of
    /// small messages then shares one buffer, where each would keep a buffer of its own alive.
    fn make_room(&mut self) {
        let wanted = self.decoder.wanted(&self.inbox);
        let enough = if wanted > Decoder::READ { wanted } else { LEAST_READ };
        if self.inbox.capacity() - self.inbox.len() < enough {
            self.inbox.reserve(wanted);
        }
    }

    /// Ready when there is something to tell: a frame has gone out, or none will any more.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.broken.is_some() {
            return Poll::Pending;
        }
        while !self.outbound.unwritten().is_empty() {
            match Pin::new(&mut self.io).poll_write(context, self.outbound.unwritten()) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(len)) => self.outbound.wrote(len),
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
        if self.outbound.has_news() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Tells the frames that have been written, and takes note when no more can be.
    pub(super) fn wrote(&mut self, written: io::Result<()>, now: Duration, events: &mut Vec<EventKind>) {
        events.extend(std::iter::from_fn(|| self.outbound.news(now)));
        if let Err(error) = written {
            // What the server sent before it broke, a close frame perhaps, can still be read.
            self.broken = Some(error.to_string());
            self.outbound = Outbound::default();
        }
    }

    /// Takes whole pieces out of what was read, and tells what they are and what was let pass of the rules.
    pub(super) fn take_in(
        &mut self,
        downstream: &mut Downstream,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) {
        self.pieces(downstream, now, events);
        let deviations = self.decoder.take_deviations();
        events.extend(
            deviations.iter().map(|deviation| EventKind::Finding(Box::new(diagnose::deviation(deviation)))),
        );
    }

    fn pieces(&mut self, downstream: &mut Downstream, now: Duration, events: &mut Vec<EventKind>) {
        self.more = false;
        for _ in 0..PIECES {
            if let State::Spent(_) = self.state {
                return;
            }
            let room = if self.takes_messages() { downstream.room() } else { usize::MAX };
            match self.decoder.next(&mut self.inbox, room) {
                Ok(None) => {
                    // What there is no room for may be whole.
                    self.more = room == 0;
                    return;
                }
                Ok(Some(Piece::Messages(_))) if !self.takes_messages() => {}
                Ok(Some(Piece::Messages(run))) => self.messages(run, downstream, now, events),
                Ok(Some(Piece::Control(frame))) => self.control(frame, now, events),
                Err(violation) => self.violated(&violation),
            }
        }
        self.more = true;
    }

    fn messages(
        &mut self,
        run: Run,
        downstream: &mut Downstream,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) {
        if !self.heard() {
            events.push(EventKind::StageEnded(Box::new(StageReport {
                stage: Stage::First,
                began: self.began,
                took: now.saturating_sub(self.opened_at),
                outcome: Ok(()),
                evidence: Evidence::Nothing {},
            })));
        }
        self.messages += run.spans.len() as u64;
        let ahead = downstream.messages();
        let first_invalid =
            if self.invalid_told { None } else { run.spans.iter().position(|span| !span.valid) };
        let finding = first_invalid.map(|nth| {
            let batch = Batch { first: MessageId(ahead + 1), run: run.clone(), verdict: Verdict::Pending };
            batch.messages().nth(nth).map(|message| Box::new(diagnose::invalid_utf8(&message)))
        });
        self.invalid_told |= finding.is_some();
        downstream.receive(run, now, events);
        events.extend(finding.flatten().map(EventKind::Finding));
    }

    fn control(&mut self, frame: ControlFrame, now: Duration, events: &mut Vec<EventKind>) {
        let kind = match frame {
            ControlFrame::Ping(payload) => {
                if self.is_open() {
                    self.outbound.pong(payload.clone());
                }
                ControlKind::Ping(payload)
            }
            ControlFrame::Pong(payload) => {
                let round_trip = self.outbound.round_trip(&payload, now);
                ControlKind::Pong { payload, round_trip }
            }
            ControlFrame::Close(close) => ControlKind::Close(self.closed(close)),
        };
        events.push(EventKind::Control(Control { direction: Direction::In, kind }));
    }

    /// The server's close frame: it answers ours, or is answered by the same code without the
    /// reason, as the pipeline does (RFC 6455, section 5.5.1).
    fn closed(&mut self, close: Option<Close>) -> CloseFrame {
        let frame = close
            .map(|close| CloseFrame { code: Some(close.code), reason: close.reason })
            .unwrap_or_default();
        let kind = if let State::Leaving(ours) = &self.state {
            LossKind::Closed { by: Side::Us, frame: ours.clone() }
        } else {
            if self.is_open() {
                self.outbound.close(CloseFrame { code: frame.code, reason: String::new() });
            }
            LossKind::Closed { by: Side::Server, frame: frame.clone() }
        };
        self.state = State::Spent(kind);
        frame
    }

    fn violated(&mut self, violation: &Violation) {
        if self.is_open() {
            let reason = violation.reason().to_owned();
            self.outbound.close(CloseFrame { code: Some(violation.close_code()), reason });
        }
        self.state = State::Spent(match violation.rule {
            Rule::TooLarge { size, limit } => LossKind::TooLarge { size, limit },
            _ => LossKind::Violation { rule: violation.reason().to_owned(), last: violation.last.to_vec() },
        });
    }

    /// Puts a frame on its way; a close frame begins the closing handshake.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent, in words.
    pub(super) fn send(&mut self, frame: Outgoing) -> Result<(), String> {
        if !self.is_open() {
            return Err("the connection is closing, so nothing more can be sent on it".to_owned());
        }
        let closes = matches!(frame, Outgoing::Close(_));
        if !closes && !self.outbound.has_room_for(payload_len(&frame)) {
            return Err(format!(
                "the server does not read: {} bytes are waiting for it, and no more than {} may",
                self.outbound.unwritten().len(),
                super::outbound::BOUND
            ));
        }
        check(&frame)?;
        match frame {
            Outgoing::Data { kind, payload } => self.outbound.message(kind, payload),
            Outgoing::Ping(payload) => self.outbound.ping(payload),
            Outgoing::Close(frame) => {
                self.outbound.close(frame.clone());
                self.state = State::Leaving(frame);
            }
        }
        Ok(())
    }

    /// Whether frames can be sent and a closing handshake has not begun.
    fn is_open(&self) -> bool {
        matches!(self.state, State::Open) && self.broken.is_none()
    }

    /// Whether the end of this connection is near.
    pub(super) fn is_ending(&self) -> bool {
        !self.is_open()
    }

    /// Whether a data message has come.
    pub(super) fn heard(&self) -> bool {
        self.messages > 0
    }

    /// From now on only the end of the connection is awaited.
    pub(super) const fn end_intake(&mut self) {
        self.intake = Intake::Ended;
    }

    pub(super) const fn takes_messages(&self) -> bool {
        matches!(self.intake, Intake::Open)
    }

    /// Bytes that were read and not yet looked at.
    pub(super) fn read_ahead(&self) -> u64 {
        self.inbox.len() as u64
    }

    /// Bytes that wait in the system's buffer of the socket, where it says so.
    pub(super) fn unread(&self) -> Option<u64> {
        self.meter.as_ref().and_then(Meter::unread)
    }

    /// Leaves the connection: what is to be told of it, and the socket to part from.
    pub(super) fn lost(self, end: &SocketEnd, now: Duration) -> (Lost, ClosingSocket) {
        let closing_socket = ClosingSocket { io: self.io, unwritten: self.outbound.into_unwritten() };
        let kind = match (self.state, self.broken, end) {
            (State::Spent(kind), ..) => kind,
            (State::Leaving(_), ..) | (State::Open, None, SocketEnd::Completed | SocketEnd::LeftByUs) => {
                LossKind::Left
            }
            (State::Open, _, SocketEnd::Eof) => LossKind::Ended,
            (State::Open, _, SocketEnd::AsksAgain) => LossKind::RenegotiationAsked,
            (State::Open, Some(error), _) => LossKind::Io { error },
            (State::Open, None, SocketEnd::Error(error)) => LossKind::Io { error: error.clone() },
        };
        let message = loss::message(&kind, end);
        let open_for = now.saturating_sub(self.opened_at);
        (Lost { kind, open_for, messages: self.messages, message }, closing_socket)
    }
}

/// Whether a frame may be on the wire at all; why not, and what may.
fn check(frame: &Outgoing) -> Result<(), String> {
    match frame {
        Outgoing::Ping(payload) if payload.len() > CONTROL => Err(format!(
            "a ping carries at most {CONTROL} bytes (RFC 6455, section 5.5), not {}",
            payload.len()
        )),
        Outgoing::Close(CloseFrame { code: None, reason }) if !reason.is_empty() => {
            Err("a close frame without a code cannot carry a reason; give it a code".to_owned())
        }
        Outgoing::Close(CloseFrame { code: Some(code), .. }) if !close::may_be_sent(*code) => Err(format!(
            "{code} must not be sent as a close code (RFC 6455, section 7.4); 1000 is the polite one, \
             3000 to 4999 are free to use"
        )),
        Outgoing::Close(CloseFrame { reason, .. }) if reason.len() > CONTROL - 2 => Err(format!(
            "the reason of a close frame has at most {} bytes (RFC 6455, section 5.5), not {}",
            CONTROL - 2,
            reason.len()
        )),
        Outgoing::Data { .. } | Outgoing::Ping(_) | Outgoing::Close(_) => Ok(()),
    }
}

fn payload_len(frame: &Outgoing) -> usize {
    match frame {
        Outgoing::Data { payload, .. } | Outgoing::Ping(payload) => payload.len(),
        Outgoing::Close(frame) => frame.reason.len(),
    }
}
