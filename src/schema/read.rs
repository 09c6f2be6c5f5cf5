//! Reads events back from their JSON.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Error, Map, Value, from_value};

use crate::session::{
    BackPressure, Control, ControlKind, DeliveryUpdate, Direction, End, Ended, Event, EventKind, Evidence,
    Failure, Opened, Pause, ReplayWaits, RetryIn, Sent, Stage, StageReport, TcpLine, Timestamp, micros,
};

use super::{line::Line, write_event};

/// The kind of an event, as its line has it.
#[must_use]
pub const fn kind_of(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Connecting { .. } => "connecting",
        EventKind::StageStarted(_) | EventKind::StageEnded(_) => "stage",
        EventKind::Opened(_) => "opened",
        EventKind::Answered(_) => "answer",
        EventKind::Messages(_) => "message",
        EventKind::Control(_) => "control",
        EventKind::Sent(_) => "sent",
        EventKind::Delivery(_) => "delivery",
        EventKind::Lost(_) => "lost",
        EventKind::Failed(_) => "failed",
        EventKind::RetryIn(_) => "retry",
        EventKind::Finding(_) => "finding",
        EventKind::Pipeline(_) => "pipeline",
        EventKind::AckMode(_) => "ack-mode",
        EventKind::ReplayWaits(_) => "replay",
        EventKind::Whereabouts(_) => "whereabouts",
        EventKind::ReadingPaused { .. } => "paused",
        EventKind::BackPressure(_) => "pressure",
        EventKind::ReadingResumed { .. } => "resumed",
        EventKind::TcpLine(_) => "tcp",
        EventKind::Refused { .. } => "refused",
        EventKind::Ended(_) => "ended",
    }
}

/// The line of an event as an object without version, kind, time and connection. Not for messages.
#[must_use]
pub fn body(event: &Event) -> String {
    let (mut head, mut line) = (Vec::new(), Vec::new());
    Line::write_head(&mut head, kind_of(&event.kind), event.at, event.connection);
    write_event(&mut line, event);
    let rest = line.get(head.len()..).unwrap_or_default();
    let rest = rest.strip_prefix(b",").unwrap_or(rest);
    format!("{{{}", String::from_utf8_lossy(rest).trim_end())
}

/// Reads an event of this kind from its [`body`].
///
/// # Errors
///
/// The body does not fit the kind, or the kind is unknown.
pub fn read_event(kind: &str, body: &str) -> Result<EventKind, Error> {
    let mut fields = Fields(serde_json::from_str(body)?);
    Ok(match kind {
        "connecting" => EventKind::Connecting { url: fields.take("url")? },
        "stage" => stage(&mut fields)?,
        "opened" => {
            let took = fields.ms("took_ms");
            EventKind::Opened(Box::new(Opened { took, ..fields.all()? }))
        }
        "answer" => EventKind::Answered(fields.all()?),
        "control" => EventKind::Control(control(&mut fields)?),
        "sent" => EventKind::Sent(Sent {
            kind: fields.take("type")?,
            opening: fields.take("opening")?,
            payload: fields.payload(),
        }),
        "delivery" => EventKind::Delivery(fields.all::<DeliveryUpdate>()?.into()),
        "lost" => {
            let open_for = fields.ms("open_for_ms");
            let mut lost: Box<crate::session::Lost> = fields.all()?;
            lost.open_for = open_for;
            EventKind::Lost(lost)
        }
        "failed" => EventKind::Failed(fields.all()?),
        "retry" => {
            let delay = fields.ms("delay_ms");
            EventKind::RetryIn(RetryIn { delay, ..fields.all()? })
        }
        "finding" => EventKind::Finding(fields.all()?),
        "pipeline" => EventKind::Pipeline(fields.all()?),
        "ack-mode" => EventKind::AckMode(fields.all()?),
        "replay" => {
            let delay = fields.ms("delay_ms");
            EventKind::ReplayWaits(ReplayWaits { delay, ..fields.all()? })
        }
        "whereabouts" => EventKind::Whereabouts(fields.all()?),
        // Captures of earlier versions have no `why`.
        "paused" => EventKind::ReadingPaused {
            why: fields.take::<Option<Pause>>("why")?.unwrap_or_default(),
            read_ahead: fields.take("read_ahead")?,
        },
        "pressure" => {
            let paused = fields.ms("paused_ms");
            EventKind::BackPressure(BackPressure { paused, ..fields.all()? })
        }
        "resumed" => EventKind::ReadingResumed { after: fields.ms("after_ms") },
        "tcp" => {
            let (last_ack, round_trip) = (fields.ms("last_ack_ms"), fields.ms("round_trip_ms"));
            EventKind::TcpLine(TcpLine { last_ack, round_trip, ..fields.all()? })
        }
        "refused" => {
            let command: String = fields.take("command")?;
            EventKind::Refused { command: command.into(), message: fields.take("message")? }
        }
        "ended" => EventKind::Ended(ended(&mut fields)?),
        other => return Err(serde::de::Error::custom(format!("there is no event kind {other}"))),
    })
}

/// The fields of a body that are not read yet.
struct Fields(Map<String, Value>);

impl Fields {
    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Error> {
        from_value(self.0.remove(name).unwrap_or(Value::Null))
    }

    fn all<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        from_value(Value::Object(std::mem::take(&mut self.0)))
    }

    fn ms(&mut self, name: &str) -> Duration {
        micros(self.0.remove(name).and_then(|value| value.as_f64()).unwrap_or_default())
    }

    fn payload(&mut self) -> Bytes {
        match (self.0.remove("text"), self.0.remove("base64")) {
            (Some(Value::String(text)), _) => text.into_bytes().into(),
            (_, Some(Value::String(base64))) => BASE64_STANDARD.decode(base64).unwrap_or_default().into(),
            _ => Bytes::new(),
        }
    }
}

fn stage(fields: &mut Fields) -> Result<EventKind, Error> {
    let stage: Stage = fields.take("stage")?;
    let progress: String = fields.take("state")?;
    if progress == "started" {
        return Ok(EventKind::StageStarted(stage));
    }
    let failure: Option<Failure> = fields.take("failure")?;
    let began: Timestamp = fields.take("began")?;
    Ok(EventKind::StageEnded(Box::new(StageReport {
        stage,
        began,
        took: fields.ms("took_ms"),
        outcome: failure.map_or(Ok(()), Err),
        evidence: evidence(stage, fields.take("evidence")?)?,
    })))
}

/// The type of the evidence follows from its stage.
fn evidence(stage: Stage, value: Value) -> Result<Evidence, Error> {
    #[derive(Deserialize)]
    struct Lookup {
        host: String,
        addresses: Vec<std::net::IpAddr>,
        route: Option<crate::session::Route>,
    }
    #[derive(Deserialize)]
    struct Tcp {
        tried: Vec<crate::session::Tried>,
        local: Option<std::net::SocketAddr>,
        remote: Option<std::net::SocketAddr>,
        #[serde(default)]
        of_proxy: bool,
        #[serde(default)]
        unix_socket: Option<String>,
    }
    #[derive(Deserialize)]
    struct Open {
        sent: Vec<crate::session::OpenSent>,
    }
    if value.as_object().is_none_or(Map::is_empty) {
        return Ok(Evidence::Nothing {});
    }
    Ok(match stage {
        Stage::Lookup => {
            let Lookup { host, addresses, route } = from_value(value)?;
            Evidence::Lookup { host, addresses, route }
        }
        Stage::Tcp => {
            let Tcp { tried, local, remote, of_proxy, unix_socket } = from_value(value)?;
            Evidence::Tcp { tried, local, remote, of_proxy, unix_socket }
        }
        Stage::Tls => Evidence::Tls(from_value(value)?),
        Stage::Upgrade => Evidence::Upgrade(from_value(value)?),
        Stage::Open => Evidence::Open { sent: from_value::<Open>(value)?.sent },
        Stage::Proxy => Evidence::Proxy(from_value(value)?),
        Stage::First => Evidence::Nothing {},
    })
}

fn control(fields: &mut Fields) -> Result<Control, Error> {
    let direction: Direction = fields.take("dir")?;
    let kind: String = fields.take("type")?;
    let kind = match kind.as_str() {
        "ping" => ControlKind::Ping(fields.payload()),
        "pong" => {
            let timed = fields.0.contains_key("round_trip_ms");
            let round_trip = timed.then(|| fields.ms("round_trip_ms"));
            ControlKind::Pong { payload: fields.payload(), round_trip }
        }
        _ => ControlKind::Close(fields.all()?),
    };
    Ok(Control { direction, kind })
}

fn ended(fields: &mut Fields) -> Result<Ended, Error> {
    let why: String = fields.take("why")?;
    let why = match why.as_str() {
        "stopped" => End::Stopped,
        "not-retried" => End::NotRetried,
        "file-ends" => End::FileEnds,
        _ => End::RetriesExhausted { retries: fields.take("retries")?, last: fields.take("last")? },
    };
    Ok(Ended {
        why,
        messages: fields.take("messages")?,
        connections: fields.take("connections")?,
        during: fields.take("during")?,
    })
}
