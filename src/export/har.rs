//! HAR 1.2 with `_webSocketMessages`, as Chrome's `DevTools` write and read it: an entry for each connection attempt, with
//! what became of it.
//!
//! Written while a session is read: only the attempt in hand is kept in memory, without its messages. Control frames stand
//! apart, since readers take each frame in `_webSocketMessages` for a message.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use crate::session::{
    CloseFrame, ControlKind, Direction, Event, EventKind, Evidence, Exchange, Failure, Kind, LossKind, Lost,
    Stage, StageReport, Timestamp,
};

use super::{Document, Exported, Out};

/// How many control frames of an attempt are kept.
const CONTROL: usize = 1_000;

/// Writes events and messages, in their order, as one HAR document.
#[derive(Debug, Default)]
pub(super) struct Har {
    attempt: Option<Attempt>,
    has_entry: bool,
    /// The handshakes that failed, of which HTTP has nothing to tell.
    tls_errors: Vec<Value>,
}

/// A connection attempt whose entry is not complete.
#[derive(Debug)]
struct Attempt {
    url: String,
    connection: u32,
    began: Timestamp,
    last: Timestamp,
    stages: Vec<StageReport>,
    failure: Option<Failure>,
    lost: Option<Lost>,
    /// What was written of its entry.
    written: Written,
    control: Vec<Value>,
    control_left_out: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Nothing,
    Head,
    Messages,
}

impl<O: Out> Document<O> for Har {
    fn wants_events(&self) -> bool {
        true
    }

    fn wants_deliveries(&self) -> bool {
        true
    }

    fn begin(&mut self, out: &mut O) -> Result<(), O::Error> {
        let creator = json!({"name": "sockeye", "version": env!("CARGO_PKG_VERSION")});
        let head = format!(r#"{{"log":{{"version":"1.2","creator":{creator},"pages":[],"entries":["#);
        out.buffer().extend_from_slice(head.as_bytes());
        out.end_message()
    }

    fn event(&mut self, out: &mut O, event: &Event) -> Result<(), O::Error> {
        if let EventKind::Connecting { url } = &event.kind {
            self.finish(out)?;
            self.attempt = Some(Attempt::new(url.clone(), event));
            return Ok(());
        }
        let Some(attempt) = &mut self.attempt else { return Ok(()) };
        attempt.last = attempt.last.max(event.at);
        match &event.kind {
            EventKind::StageEnded(report) => attempt.stages.push((**report).clone()),
            EventKind::Failed(failure) => attempt.failure = Some((**failure).clone()),
            EventKind::Lost(lost) => attempt.lost = Some((**lost).clone()),
            EventKind::Sent(sent) => {
                let extra = if sent.opening { r#","_opening":true"# } else { "" };
                let message = Line { at: event.at, is_sent: true, kind: sent.kind, payload: &sent.payload };
                self.line(out, &message, extra)?;
            }
            EventKind::Control(control) if attempt.control.len() < CONTROL => {
                attempt.control.push(control_frame(event.at, control.direction, &control.kind));
            }
            EventKind::Control(_) => attempt.control_left_out += 1,
            EventKind::Ended(_) => self.finish(out)?,
            _ => {}
        }
        Ok(())
    }

    fn message(&mut self, out: &mut O, exported: &Exported<'_>) -> Result<(), O::Error> {
        let Exported { origin, message, latest, .. } = exported;
        let (id, verdict, attempt) = (message.id.0, latest.verdict.word(), latest.attempt);
        let extra = format!(r#","_id":{id},"_ack":"{verdict}","_delivery":{attempt}"#);
        let line = Line { at: origin.at, is_sent: false, kind: message.kind, payload: message.payload };
        self.line(out, &line, &extra)
    }

    fn end(&mut self, out: &mut O, removed: &[String]) -> Result<(), O::Error> {
        self.finish(out)?;
        let mut rest = json!({"_tlsErrors": std::mem::take(&mut self.tls_errors)});
        if !removed.is_empty() {
            rest["_removed"] = removed.into();
        }
        out.buffer().extend_from_slice(format!("\n],{}}}\n", &rest.to_string()[1..]).as_bytes());
        out.end_message()
    }
}

impl Har {
    fn line<O: Out>(&mut self, out: &mut O, line: &Line<'_>, extra: &str) -> Result<(), O::Error> {
        let Some(attempt) = &mut self.attempt else { return Ok(()) };
        attempt.last = attempt.last.max(line.at);
        attempt.begin(out.buffer(), &mut self.has_entry);
        out.buffer().extend_from_slice(attempt.separator());
        line.write(out.buffer(), extra);
        out.end_message()
    }

    /// Completes the entry of the attempt in hand.
    fn finish<O: Out>(&mut self, out: &mut O) -> Result<(), O::Error> {
        let Some(mut attempt) = self.attempt.take() else { return Ok(()) };
        attempt.begin(out.buffer(), &mut self.has_entry);
        attempt.finish(out.buffer());
        self.tls_errors.extend(attempt.tls_error());
        out.end_message()
    }
}

impl Attempt {
    fn new(url: String, event: &Event) -> Self {
        Self {
            url,
            connection: event.connection.0,
            began: event.at,
            last: event.at,
            stages: Vec::new(),
            failure: None,
            lost: None,
            written: Written::Nothing,
            control: Vec::new(),
            control_left_out: 0,
        }
    }

    /// Writes what is known when the first message comes, unless it is written.
    fn begin(&mut self, out: &mut Vec<u8>, has_entry: &mut bool) {
        if self.written != Written::Nothing {
            return;
        }
        self.written = Written::Head;
        out.extend_from_slice(if std::mem::replace(has_entry, true) { b",\n" } else { b"\n" });
        let mut head = json!({
            "startedDateTime": self.began.to_string(),
            "request": self.request(),
            "response": self.response(),
            "cache": {},
            "connection": self.connection.to_string(),
            "_resourceType": "websocket",
        });
        if let Some(address) = self.server() {
            head["serverIPAddress"] = address.into();
        }
        let head = head.to_string();
        out.extend_from_slice(head.strip_suffix('}').unwrap_or(&head).as_bytes());
    }

    /// What stands before the next message.
    fn separator(&mut self) -> &'static [u8] {
        match std::mem::replace(&mut self.written, Written::Messages) {
            Written::Messages => b",\n",
            _ => b",\"_webSocketMessages\":[\n",
        }
    }

    /// Writes the rest of the entry.
    fn finish(&mut self, out: &mut Vec<u8>) {
        let was_open = self.exchange().is_some_and(|exchange| {
            exchange.response.as_ref().is_some_and(|response| response.status == 101)
        });
        if let Some(lost) = self.lost.as_ref().filter(|lost| !matches!(lost.kind, LossKind::Closed { .. })) {
            let text = Value::from(lost.message.as_str());
            let error =
                format!(r#"{{"type":"error","time":{},"opcode":-1,"data":{text}}}"#, Seconds(self.last));
            out.extend_from_slice(self.separator());
            out.extend_from_slice(error.as_bytes());
        } else if was_open && self.written == Written::Head {
            out.extend_from_slice(self.separator());
        }
        if self.written == Written::Messages {
            out.push(b']');
        }
        let mut rest = json!({"timings": self.timings(), "time": millis(self.last.since(self.began))});
        if let Some(close) = self.close() {
            rest["_webSocketClose"] = close;
        }
        if !self.control.is_empty() {
            rest["_wsControlFrames"] = std::mem::take(&mut self.control).into();
        }
        if self.control_left_out > 0 {
            rest["_wsControlFramesLeftOut"] = self.control_left_out.into();
        }
        out.push(b',');
        out.extend_from_slice(&rest.to_string().as_bytes()[1..]);
    }

    fn exchange(&self) -> Option<&Exchange> {
        self.stages.iter().rev().find_map(|report| match &report.evidence {
            Evidence::Upgrade(exchange) => Some(&**exchange),
            _ => None,
        })
    }

    fn request(&self) -> Value {
        let text = self.exchange().map_or("", |exchange| exchange.request.as_str());
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let query = url::Url::parse(&self.url).ok();
        let query: Vec<Value> = query
            .iter()
            .flat_map(url::Url::query_pairs)
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        json!({
            "method": first.split(' ').next().filter(|method| !method.is_empty()).unwrap_or("GET"),
            "url": self.url,
            "httpVersion": "HTTP/1.1",
            "headers": lines.filter_map(|line| line.split_once(':')).map(header).collect::<Vec<_>>(),
            "queryString": query,
            "cookies": [],
            "headersSize": if text.is_empty() { -1 } else { size(text.len()) },
            "bodySize": 0,
        })
    }

    /// The answer; status 0 and the reason where there is none.
    fn response(&self) -> Value {
        let error = self.failure.as_ref().map(|failure| failure.message.as_str());
        let Some(response) = self.exchange().and_then(|exchange| exchange.response.as_ref()) else {
            return json!({
                "status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [],
                "content": {"size": 0, "mimeType": "x-unknown"},
                "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 0, "_error": error,
            });
        };
        let headers = response.headers.iter().map(|(name, value)| header((name, value)));
        let mut content = json!({
            "size": response.body.len(),
            "mimeType": response.header("Content-Type").unwrap_or("x-unknown"),
        });
        if !response.body.is_empty() {
            content["text"] = response.body.as_str().into();
        }
        json!({
            "status": response.status,
            "statusText": response.reason,
            "httpVersion": response.head.split(' ').next().unwrap_or("HTTP/1.1"),
            "headers": headers.collect::<Vec<_>>(),
            "cookies": [],
            "content": content,
            "redirectURL": response.header("Location").unwrap_or_default(),
            "headersSize": response.head.len(),
            "bodySize": -1,
            "_transferSize": response.head.len() + response.body.len(),
            "_error": error,
        })
    }

    /// The address of the server; a proxy's is none.
    fn server(&self) -> Option<String> {
        self.stages.iter().find_map(|report| match &report.evidence {
            Evidence::Tcp { remote: Some(remote), of_proxy: false, .. } => Some(remote.ip().to_string()),
            _ => None,
        })
    }

    /// How long the stages took, in milliseconds; -1 for one that did not come to pass.
    fn timings(&self) -> Value {
        let of = |stage: Stage| {
            let reports = self.stages.iter().filter(|report| report.stage == stage);
            reports.map(|report| millis(report.took)).reduce(|sum, took| sum + took)
        };
        // A connection includes TLS.
        let connect = [Stage::Tcp, Stage::Proxy, Stage::Tls].into_iter().filter_map(of);
        let connect = connect.reduce(|sum, took| sum + took).unwrap_or(-1.0);
        let (dns, wait) = (of(Stage::Lookup).unwrap_or(-1.0), of(Stage::Upgrade).unwrap_or(0.0));
        let before: f64 = [dns, connect, wait].iter().map(|took| took.max(0.0)).sum();
        let receive = (millis(self.last.since(self.began)) - before).max(0.0);
        json!({
            "blocked": -1, "dns": dns, "connect": connect, "ssl": of(Stage::Tls).unwrap_or(-1.0),
            "send": 0, "wait": wait, "receive": receive,
        })
    }

    /// How the connection ended, as HTTP Toolkit writes it.
    fn close(&self) -> Option<Value> {
        let lost = self.lost.as_ref()?;
        let (code, reason) = match &lost.kind {
            LossKind::Closed { frame: CloseFrame { code, reason }, .. } => (code.unwrap_or(1005), reason),
            _ => (1006, &lost.message),
        };
        Some(json!({"code": code, "reason": reason, "timestamp": Seconds(self.last).number()}))
    }

    /// A TLS handshake that failed, as HTTP Toolkit writes it.
    fn tls_error(&self) -> Option<Value> {
        let failure = self.failure.as_ref().filter(|failure| failure.stage == Stage::Tls)?;
        let host = url::Url::parse(&self.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        Some(json!({
            "startedDateTime": self.began.to_string(),
            "time": millis(self.last.since(self.began)),
            "hostname": host,
            "cause": failure.message,
            "tlsMetadata": Map::new(),
        }))
    }
}

/// A message as readers know it.
struct Line<'a> {
    at: Timestamp,
    is_sent: bool,
    kind: Kind,
    payload: &'a [u8],
}

impl Line<'_> {
    fn write(&self, out: &mut Vec<u8>, extra: &str) {
        let way = if self.is_sent { "send" } else { "receive" };
        let text = (self.kind == Kind::Text).then(|| str::from_utf8(self.payload).ok()).flatten();
        let opcode = if text.is_some() { 1 } else { 2 };
        let head = format!(r#"{{"type":"{way}","time":{},"opcode":{opcode},"data":"#, Seconds(self.at));
        out.extend_from_slice(head.as_bytes());
        let data = text.map_or_else(|| BASE64_STANDARD.encode(self.payload).into(), Value::from);
        out.extend_from_slice(data.to_string().as_bytes());
        // Text that is not UTF-8 cannot stand in JSON.
        if text.is_none() && self.kind == Kind::Text {
            out.extend_from_slice(br#","_invalidText":true"#);
        }
        out.extend_from_slice(extra.as_bytes());
        out.push(b'}');
    }
}

/// Seconds since 1970 with microseconds.
struct Seconds(Timestamp);

impl Seconds {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this century are exact in a double")]
    fn number(&self) -> f64 {
        self.0.0 as f64 / 1e6
    }
}

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.6}", self.number())
    }
}

fn control_frame(at: Timestamp, direction: Direction, kind: &ControlKind) -> Value {
    let way = if direction == Direction::Out { "send" } else { "receive" };
    let (opcode, data) = match kind {
        ControlKind::Ping(data) => (9, &data[..]),
        ControlKind::Pong { payload, .. } => (10, &payload[..]),
        ControlKind::Close(frame) => (8, frame.reason.as_bytes()),
    };
    let mut value = json!({"type": way, "time": Seconds(at).number(), "opcode": opcode});
    if let ControlKind::Close(frame) = kind {
        value["code"] = frame.code.into();
        value["reason"] = frame.reason.as_str().into();
    } else {
        value["data"] = BASE64_STANDARD.encode(data).into();
    }
    value
}

fn header((name, value): (&str, &str)) -> Value {
    json!({"name": name, "value": value.trim()})
}

fn millis(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(-1)
}
