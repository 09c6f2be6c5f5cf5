//! An entry of a HAR as the events of a connection.

use std::{net::SocketAddr, time::Duration};

use crate::{
    config::{Redactor, Secret, address_secrets, is_credential_header, mask_urls, shown_header},
    session::{
        Batch, BodyEnd, CloseFrame, ConnectionId, Control, ControlKind, Direction, Event, EventKind,
        Evidence, Exchange, Failure, FailureKind, Kind, LossKind, Lost, MessageId, Opened, Response, Run,
        Sent, Side, Span, Stage, StageReport, Timestamp, Verdict,
    },
};

use super::har::{Closed, Entry, FrameKind, Header, Understood};

/// The events of the entries so far.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    pub connections: u32,
    pub received: u64,
    pub sent: u64,
    /// When the last event was.
    pub last: Timestamp,
    /// Connections that began before the one before them had ended.
    pub overlapping: u32,
    /// Connections whose end the file does not tell.
    pub endless: u32,
}

/// The events of one connection, in order.
struct Events {
    connection: ConnectionId,
    events: Vec<Event>,
}

impl Transcript {
    /// The events of an entry; it becomes the next connection. Credentials in its handshake are masked.
    ///
    /// # Errors
    ///
    /// A field of it cannot be read; the error names it.
    pub fn connection(&mut self, entry: &mut Entry) -> Result<Vec<Event>, String> {
        let (began, frames) = (entry.began()?, entry.take_frames()?);
        if entry.request.url.is_empty() {
            return Err("request.url is missing".to_owned());
        }
        self.connections += 1;
        self.overlapping += u32::from(began < self.last);
        let mut events = Events { connection: ConnectionId(self.connections), events: Vec::new() };
        events.add(began, EventKind::Connecting { url: mask_urls(&entry.url()) });
        let opened = events.handshake(began, entry);
        if entry.response.status != 101 && frames.is_empty() {
            let failure = EventKind::Failed(Box::new(refusal(entry)));
            events.add(opened, failure);
        } else {
            let header = |name: &str| header(&entry.response.headers, name);
            events.add(
                opened,
                EventKind::Opened(Box::new(Opened {
                    remote: remote(entry),
                    tls: None,
                    subprotocol: header("Sec-WebSocket-Protocol"),
                    extension: header("Sec-WebSocket-Extensions"),
                    took: opened.since(began),
                })),
            );
            self.messages(&mut events, (opened, frames), entry.closed());
        }
        let redactor = secrets(entry);
        events.events.iter_mut().for_each(|event| event.redact(&redactor));
        self.last = events.events.iter().map(|event| event.at).fold(self.last, Timestamp::max);
        Ok(events.events)
    }

    fn messages(
        &mut self,
        events: &mut Events,
        (opened, frames): (Timestamp, Vec<Understood>),
        closed: Option<Closed>,
    ) {
        let before = self.received;
        let mut at = opened;
        let mut lost = None;
        for frame in frames {
            // What is received while the handshake is timed comes behind it.
            at = at.max(frame.at);
            let direction = if frame.is_sent { Direction::Out } else { Direction::In };
            let payload = frame.payload;
            let control = |kind| EventKind::Control(Control { direction, kind });
            let kind = match frame.kind {
                FrameKind::Text => self.message(frame.is_sent, Kind::Text, payload),
                FrameKind::Binary => self.message(frame.is_sent, Kind::Binary, payload),
                FrameKind::Ping => control(ControlKind::Ping(payload)),
                FrameKind::Pong => control(ControlKind::Pong { payload, round_trip: None }),
                FrameKind::Close => {
                    let reason = String::from_utf8_lossy(&payload).into_owned();
                    control(ControlKind::Close(CloseFrame { code: None, reason }))
                }
                FrameKind::Error => {
                    lost = Some(String::from_utf8_lossy(&payload).into_owned());
                    continue;
                }
            };
            events.add(at, kind);
        }
        let end = closed.as_ref().and_then(|closed| closed.at).map_or(at, |end| end.max(at));
        let Some((kind, message)) = loss(closed, lost) else {
            self.endless += 1;
            return;
        };
        let (open_for, messages) = (end.since(opened), self.received - before);
        events.add(end, EventKind::Lost(Box::new(Lost { kind, open_for, messages, message })));
    }

    fn message(&mut self, is_sent: bool, kind: Kind, payload: bytes::Bytes) -> EventKind {
        if is_sent {
            self.sent += 1;
            return EventKind::Sent(Sent { kind, payload, opening: false });
        }
        self.received += 1;
        EventKind::Messages(batch(MessageId(self.received), kind, payload, Verdict::Acked))
    }
}

impl Events {
    fn add(&mut self, at: Timestamp, kind: EventKind) {
        self.events.push(Event { at, connection: self.connection, kind });
    }

    /// The stages that the file has times of, and the exchange; when that was over.
    fn handshake(&mut self, began: Timestamp, entry: &Entry) -> Timestamp {
        let timings = entry.timings;
        let tcp = timings.connect.map(|connect| connect - timings.ssl.unwrap_or(0.0).max(0.0));
        let remote = remote(entry);
        let of_tcp =
            Evidence::Tcp { tried: Vec::new(), local: None, remote, of_proxy: false, unix_socket: None };
        let stages = [
            (Stage::Lookup, timings.dns, Evidence::Nothing {}),
            (Stage::Tcp, tcp, of_tcp),
            (Stage::Tls, timings.ssl, Evidence::Nothing {}),
        ];
        let mut at = began;
        for (stage, took, evidence) in stages {
            let Some(took) = took.and_then(millis).filter(|took| !took.is_zero()) else { continue };
            at = self.stage(stage, at, took, evidence, Ok(()));
        }
        let outcome = if entry.response.status == 101 { Ok(()) } else { Err(refusal(entry)) };
        let exchange = Evidence::Upgrade(Box::new(exchange(entry)));
        self.stage(Stage::Upgrade, at, timings.wait.and_then(millis).unwrap_or_default(), exchange, outcome)
    }

    fn stage(
        &mut self,
        stage: Stage,
        began: Timestamp,
        took: Duration,
        evidence: Evidence,
        outcome: Result<(), Failure>,
    ) -> Timestamp {
        let over = began.plus(took);
        self.add(began, EventKind::StageStarted(stage));
        self.add(
            over,
            EventKind::StageEnded(Box::new(StageReport { stage, began, took, outcome, evidence })),
        );
        over
    }
}

/// A batch of one message.
pub(super) fn batch(first: MessageId, kind: Kind, bytes: bytes::Bytes, verdict: Verdict) -> Batch {
    let valid = kind == Kind::Binary || str::from_utf8(&bytes).is_ok();
    // A file is smaller than what a length can say.
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let span = Span { start: 0, len, kind, valid, frames: 1, wire: None };
    Batch { first, run: Run { bytes, spans: [span].into() }, verdict }
}

/// How the file says that the connection ended.
fn loss(closed: Option<Closed>, error: Option<String>) -> Option<(LossKind, String)> {
    if let Some(error) = error {
        return Some((LossKind::Io { error: error.clone() }, format!("it broke: {error}")));
    }
    let closed = closed?;
    match closed.code {
        Some(1006) | None => {
            let reason =
                if closed.reason.is_empty() { String::new() } else { format!(": {}", closed.reason) };
            Some((LossKind::Ended, format!("it ended without a close frame{reason}")))
        }
        Some(code) => {
            let reason = if closed.reason.is_empty() { String::new() } else { format!(" {}", closed.reason) };
            let message = format!("closed with {code}{reason}; the file does not say by which side");
            let frame = CloseFrame { code: Some(code), reason: closed.reason };
            Some((LossKind::Closed { by: Side::Server, frame }, message))
        }
    }
}

fn refusal(entry: &Entry) -> Failure {
    let response = &entry.response;
    let error = response.error.as_deref().filter(|error| !error.is_empty());
    let (kind, message) = match (response.status, error) {
        (0, Some(error)) => (FailureKind::Io, format!("the file has no answer, and says: {error}")),
        (0, None) => (FailureKind::Io, "the file has no answer to the request".to_owned()),
        (code, _) => {
            let status = format!("{code} {}", response.reason);
            let message =
                format!("the server answered {} instead of 101 Switching Protocols", status.trim_end());
            (FailureKind::Status { code }, message)
        }
    };
    Failure { stage: Stage::Upgrade, kind, message, sources: Vec::new() }
}

fn exchange(entry: &Entry) -> Exchange {
    let (request, response) = (&entry.request, &entry.response);
    let lines = |headers: &[Header]| {
        let line = |Header { name, value }: &Header| format!("{name}: {}\r\n", shown_header(name, value));
        headers.iter().map(line).collect::<Vec<_>>().concat()
    };
    let url = mask_urls(&request.url);
    let behind = url.split_once("://").map_or("", |(_, behind)| behind);
    let target = behind.find(['/', '?']).map_or("/", |at| &behind[at..]);
    let headers =
        response.headers.iter().map(|Header { name, value }| (name.clone(), shown_header(name, value)));
    let version = if response.version.is_empty() { "HTTP/1.1" } else { &response.version };
    let answer = (response.status != 0).then(|| Response {
        status: response.status,
        reason: response.reason.clone(),
        head: format!("{version} {} {}\r\n{}", response.status, response.reason, lines(&response.headers)),
        headers: headers.collect(),
        body: response.content.text.clone().unwrap_or_default(),
        body_end: BodyEnd::Whole,
    });
    let method = if request.method.is_empty() { "GET" } else { &request.method };
    Exchange {
        request: format!("{method} {target} HTTP/1.1\r\n{}\r\n", lines(&request.headers)),
        response: answer,
        extension: header(&response.headers, "Sec-WebSocket-Extensions"),
        ..Exchange::default()
    }
}

/// The credentials of a handshake, which may be repeated elsewhere in it.
fn secrets(entry: &Entry) -> Redactor {
    let credentials = entry.request.headers.iter().filter(|header| is_credential_header(&header.name));
    let values = credentials.flat_map(|header| header.value.split([' ', ';', '=']));
    let values = values.filter(|value| value.len() >= 8).map(Secret::new);
    address_secrets(&entry.request.url).into_iter().chain(values).collect()
}

fn header(headers: &[Header], name: &str) -> Option<String> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.clone())
}

/// The server's address, if the file has one; HAR has no place for the port.
fn remote(entry: &Entry) -> Option<SocketAddr> {
    let address = entry.address.as_deref()?.trim_matches(['[', ']']).parse().ok()?;
    let port = url::Url::parse(&entry.url()).ok()?.port_or_known_default()?;
    Some(SocketAddr::new(address, port))
}

/// A time in milliseconds; `None` below zero, which says that there is none.
fn millis(time: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(time / 1e3).ok()
}
