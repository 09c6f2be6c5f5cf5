//! Writes an event as its line.
//!
//! Lines are written by hand into a buffer that the caller reuses. The cost of a message here is the cost of
//! `sockeye tail`, so its path allocates nothing and formats nothing twice.

use crate::session::{
    ConnectionId, Control, ControlKind, Delivery, Direction, End, Ended, Event, EventKind, Kind, Message,
    Sent, StageReport, Timestamp,
};

use super::{
    line::{self, Line},
    text,
};

/// The size of one part of a payload, in bytes. A multiple of three, so that base64 needs no padding between
/// parts.
const PART: usize = 192 << 10;

/// Writes `event` as one line, or a batch as one line per message.
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
            let lines = MessageLines::new(event.at, event.connection, Delivery::first(batch.verdict));
            batch.messages().for_each(|message| lines.write(out, &message));
        }
        EventKind::Control(control) => write_control(begin(out, "control"), control),
        EventKind::Sent(sent) => write_sent(begin(out, "sent"), sent),
        EventKind::Delivery(update) => begin(out, "delivery").fields(update).end(),
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
        EventKind::Refused { command, message } => {
            begin(out, "refused").text("command", command).text("message", message).end();
        }
        EventKind::Ended(ended) => write_ended(begin(out, "ended"), ended),
    }
}

/// The parts that the lines of one batch have in common, formatted once.
#[derive(Debug)]
pub struct MessageLines {
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl MessageLines {
    /// Formats the common parts of messages that were received at this time on this connection, of which this became.
    #[must_use]
    pub fn new(at: Timestamp, connection: ConnectionId, delivery: Delivery) -> Self {
        let mut head = Vec::with_capacity(96);
        Line::write_head(&mut head, "message", at, connection);
        head.extend_from_slice(b",\"id\":");
        let mut tail = Vec::with_capacity(40);
        tail.extend_from_slice(b",\"verdict\":\"");
        tail.extend_from_slice(delivery.verdict.word().as_bytes());
        tail.extend_from_slice(b"\",\"attempt\":");
        text::write_number(&mut tail, u64::from(delivery.attempt));
        Self { head, tail }
    }

    /// Appends the line of one message.
    pub fn write(&self, out: &mut Vec<u8>, message: &Message<'_>) {
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

    /// Appends one part, counted from 0.
    pub fn write_part(&self, out: &mut Vec<u8>, message: &Message<'_>, part: usize) {
        let is_text = message.kind == Kind::Text;
        let as_text = is_text && message.valid;
        if part == 0 {
            self.begin(out, message);
            line::payload_begin(out, is_text, message.valid);
        }
        let [start, end] = [part, part + 1].map(|nth| edge(message.payload, nth * PART, as_text));
        line::payload_part(out, as_text, &message.payload[start..end]);
        if part + 1 == Self::parts(message) {
            out.extend_from_slice(b"\"}\n");
        }
    }

    fn begin(&self, out: &mut Vec<u8>, message: &Message<'_>) {
        out.extend_from_slice(&self.head);
        text::write_number(out, message.id.0);
        out.extend_from_slice(match message.kind {
            Kind::Text => b",\"dir\":\"in\",\"type\":\"text\",\"size\":",
            Kind::Binary => b",\"dir\":\"in\",\"type\":\"binary\",\"size\":",
        });
        text::write_number(out, message.payload.len() as u64);
        out.extend_from_slice(&self.tail);
        if message.frames > 1 {
            out.extend_from_slice(b",\"frames\":");
            text::write_number(out, u64::from(message.frames));
        }
        if let Some(wire) = message.wire {
            out.extend_from_slice(b",\"wire_size\":");
            text::write_number(out, u64::from(wire.get()));
        }
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
