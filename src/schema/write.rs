//! Writes an event as its line.
//!
//! Lines are written by hand into a buffer that the caller reuses. The cost of a message here is the cost of
//! `sockeye tail`, so its path allocates nothing and formats nothing twice.

use std::{num::NonZeroU32, ops::Range};

use crate::{
    payload::is_invisible,
    session::{
        ConnectionId, Control, ControlKind, Delivery, Direction, End, Ended, Event, EventKind, Kind, Message,
        MessageId, Sent, StageReport, Timestamp,
    },
};

use super::{
    line::{self, Form, Line},
    text,
    verbatim::Checker,
};

/// The size of one part of a payload, in bytes. A multiple of three, so that base64 needs no padding between
/// parts.
const PART: usize = 192 << 10;

/// Writes `event` as one line, or as one line per message.
pub fn write_event(out: &mut Vec<u8>, event: &Event) {
    let begin = |out, kind| Line::begin(out, kind, event.at, event.connection);
    match &event.kind {
        EventKind::Connecting { url } => begin(out, "connecting").text("url", url).end(),
        EventKind::StageStarted(stage) => {
            begin(out, "stage").text("stage", stage.word()).text("state", "started").end();
        }
        EventKind::StageEnded(report) => stage_ended(begin(out, "stage"), report),
        EventKind::Answered(answered) => begin(out, "answer").fields(answered).end(),
        EventKind::Opened(opened) => begin(out, "opened").fields(opened).ms("took_ms", opened.took).end(),
        EventKind::Messages(batch) => {
            let mut lines = MessageLines::new(
                event.at,
                event.connection,
                Delivery::first(batch.verdict),
                Verbatim::Always,
            );
            batch.messages().for_each(|message| lines.write(out, &message));
        }
        EventKind::Control(control) => write_control(begin(out, "control"), control),
        EventKind::Sent(sent) => write_sent(begin(out, "sent"), sent),
        EventKind::Delivery(run) => {
            for update in run.updates() {
                Line::begin(out, "delivery", event.at, event.connection).fields(&update).end();
            }
        }
        EventKind::Lost(lost) => begin(out, "lost").fields(lost).ms("open_for_ms", lost.open_for).end(),
        EventKind::Failed(failure) => begin(out, "failed").fields(failure).end(),
        EventKind::RetryIn(retry) => begin(out, "retry").fields(retry).ms("delay_ms", retry.delay).end(),
        EventKind::Finding(finding) => begin(out, "finding").fields(finding).end(),
        EventKind::Pipeline(line) => begin(out, "pipeline").fields(line).end(),
        EventKind::AckMode(ack_mode) => begin(out, "ack-mode").fields(ack_mode).end(),
        EventKind::ReplayWaits(waits) => begin(out, "replay").fields(waits).ms("delay_ms", waits.delay).end(),
        EventKind::Whereabouts(whereabouts) => begin(out, "whereabouts").fields(whereabouts).end(),
        EventKind::ReadingPaused { why, read_ahead } => {
            begin(out, "paused").text("why", why.word()).number("read_ahead", *read_ahead).end();
        }
        EventKind::BackPressure(pressure) => {
            begin(out, "pressure").fields(pressure).ms("paused_ms", pressure.paused).end();
        }
        EventKind::ReadingResumed { after } => begin(out, "resumed").ms("after_ms", *after).end(),
        EventKind::TcpLine(tcp) => {
            let line = begin(out, "tcp").fields(tcp).ms("last_ack_ms", tcp.last_ack);
            line.ms("round_trip_ms", tcp.round_trip).end();
        }
        EventKind::Refused { command, message } => {
            begin(out, "refused").text("command", command).text("message", message).end();
        }
        EventKind::Ended(ended) => write_ended(begin(out, "ended"), ended),
    }
}

/// Whether a text that is an object or an array of JSON goes into its line as it is, as the member `json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbatim {
    Always,
    Never,
}

/// Writes the lines of one batch.
#[derive(Debug)]
pub struct MessageLines {
    verbatim: Verbatim,
    checker: Checker,
    /// The line of the last message up to its payload.
    head: Vec<u8>,
    /// Where its id stands in that; before it is what all lines have in common.
    digits: Range<usize>,
    /// What follows the size in all lines.
    tail: Vec<u8>,
    last: Option<(MessageId, Shape)>,
}

/// What the beginning of a line says of its message, apart from the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    kind: Kind,
    size: usize,
    frames: u32,
    wire: Option<NonZeroU32>,
    form: Form,
}

impl MessageLines {
    /// Prepares the lines of messages that were received at this time on this connection, of which this became.
    #[must_use]
    pub fn new(at: Timestamp, connection: ConnectionId, delivery: Delivery, verbatim: Verbatim) -> Self {
        let mut head = Vec::with_capacity(256);
        Line::write_head(&mut head, "message", at, connection);
        head.extend_from_slice(b",\"id\":");
        let mut tail = Vec::with_capacity(40);
        tail.extend_from_slice(b",\"verdict\":\"");
        tail.extend_from_slice(delivery.verdict.word().as_bytes());
        tail.extend_from_slice(b"\",\"attempt\":");
        text::write_number(&mut tail, u64::from(delivery.attempt));
        let digits = head.len()..head.len();
        Self { verbatim, checker: Checker::default(), head, digits, tail, last: None }
    }

    /// Appends the line of one message.
    pub fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>) {
        for part in 0..Self::parts(message) {
            self.write_part(out, message, part);
        }
    }

    /// How many parts the line of a message has. A caller that empties the buffer between parts never holds a
    /// second copy of a large payload.
    #[must_use]
    pub fn parts(message: &Message<'_>) -> usize {
        message.payload.len().div_ceil(PART).max(1)
    }

    /// Appends one part, counted from 0. The parts of a message come one after the other.
    #[inline]
    pub fn write_part(&mut self, out: &mut Vec<u8>, message: &Message<'_>, part: usize) {
        let form = match self.last {
            Some((_, shape)) if part > 0 => shape.form,
            _ => self.begin(out, message),
        };
        let [start, end] = [part, part + 1].map(|nth| edge(message.payload, nth * PART, form == Form::Text));
        line::payload_part(out, form, &message.payload[start..end]);
        if part + 1 == Self::parts(message) {
            out.extend_from_slice(if form == Form::Json { b"}\n" } else { b"\"}\n" });
        }
    }

    /// The line up to the payload, and how the payload is written.
    #[inline]
    fn begin(&mut self, out: &mut Vec<u8>, message: &Message<'_>) -> Form {
        let Message { id, kind, payload, frames, wire, .. } = *message;
        let shape = Shape { kind, size: payload.len(), frames, wire, form: self.form(message) };
        let is_next = self.last.is_some_and(|(last, of_last)| of_last == shape && last.plus(1) == id);
        // Of many lines only the id differs.
        if !is_next || !text::count_up(&mut self.head[self.digits.clone()]) {
            self.write_head(id, shape);
        }
        self.last = Some((id, shape));
        out.extend_from_slice(&self.head);
        shape.form
    }

    fn write_head(&mut self, id: MessageId, shape: Shape) {
        let head = &mut self.head;
        head.truncate(self.digits.start);
        text::write_number(head, id.0);
        self.digits.end = head.len();
        head.extend_from_slice(match shape.kind {
            Kind::Text => b",\"dir\":\"in\",\"type\":\"text\",\"size\":",
            Kind::Binary => b",\"dir\":\"in\",\"type\":\"binary\",\"size\":",
        });
        text::write_number(head, shape.size as u64);
        head.extend_from_slice(&self.tail);
        if shape.frames > 1 {
            head.extend_from_slice(b",\"frames\":");
            text::write_number(head, u64::from(shape.frames));
        }
        if let Some(wire) = shape.wire {
            head.extend_from_slice(b",\"wire_size\":");
            text::write_number(head, u64::from(wire.get()));
        }
        line::payload_begin(head, shape.form);
    }

    /// How the payload of a message is written.
    #[inline]
    fn form(&mut self, message: &Message<'_>) -> Form {
        match message.kind {
            Kind::Text if !message.valid => Form::Invalid,
            Kind::Text if self.stands(message.payload) => Form::Json,
            Kind::Text => Form::Text,
            Kind::Binary => Form::Base64,
        }
    }

    #[inline]
    fn stands(&mut self, payload: &[u8]) -> bool {
        self.verbatim == Verbatim::Always
            && matches!(payload, [b'{' | b'[', ..])
            && (payload.is_ascii() || str::from_utf8(payload).is_ok_and(|text| !text.contains(is_invisible)))
            && self.checker.stands(payload)
    }
}

/// The end of a part, at `at` or before it: text is not cut within a character.
fn edge(payload: &[u8], at: usize, as_text: bool) -> usize {
    let mut at = at.min(payload.len());
    while as_text && at > 0 && at < payload.len() && payload[at] & 0xc0 == 0x80 {
        at -= 1;
    }
    at
}

fn stage_ended(line: Line<'_>, report: &StageReport) {
    let line = line
        .text("stage", report.stage.word())
        .text("state", "ended")
        .text("outcome", if report.outcome.is_ok() { "ok" } else { "failed" })
        .value("began", &report.began)
        .ms("took_ms", report.took)
        .value("evidence", &report.evidence);
    match &report.outcome {
        Ok(()) => line.end(),
        Err(failure) => line.value("failure", failure).end(),
    }
}

fn write_control(line: Line<'_>, control: &Control) {
    let line = line.text("dir", direction_word(control.direction));
    match &control.kind {
        ControlKind::Ping(payload) => line.text("type", "ping").bytes(payload).end(),
        ControlKind::Pong { payload, round_trip } => {
            let line = line.text("type", "pong").bytes(payload);
            match round_trip {
                Some(round_trip) => line.ms("round_trip_ms", *round_trip).end(),
                None => line.end(),
            }
        }
        ControlKind::Close(frame) => line.text("type", "close").fields(frame).end(),
    }
}

fn write_sent(line: Line<'_>, sent: &Sent) {
    let line = line
        .text("dir", "out")
        .text("type", sent.kind.word())
        .number("size", sent.payload.len() as u64)
        .boolean("opening", sent.opening);
    match sent.kind {
        Kind::Text => line.bytes(&sent.payload).end(),
        Kind::Binary => line.binary(&sent.payload).end(),
    }
}

fn write_ended(line: Line<'_>, ended: &Ended) {
    let line = match &ended.why {
        End::Stopped => line.text("why", "stopped"),
        End::RetriesExhausted { retries, last } => {
            line.text("why", "retries-exhausted").number("retries", u64::from(*retries)).value("last", last)
        }
        End::NotRetried => line.text("why", "not-retried"),
        End::FileEnds => line.text("why", "file-ends"),
    };
    let line = match ended.during {
        Some(stage) => line.text("during", stage.word()),
        None => line,
    };
    line.number("messages", ended.messages).number("connections", u64::from(ended.connections)).end();
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "in",
        Direction::Out => "out",
    }
}
