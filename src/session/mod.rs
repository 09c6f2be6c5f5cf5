//! A session, as data: the vocabulary that engine, screen, printer and diagnosis share.

mod auth;
mod command;
mod dead_letters;
mod encoding;
mod event;
mod failure;
mod finding;
mod finding_code;
mod id;
mod loss;
mod message;
mod pipeline;
mod proxy;
mod redact;
mod stage;
mod stored;
mod time;

pub use crate::wire::{Kind, Run, Span};
pub use auth::{AuthEvidence, AuthMethod};
pub use command::{Command, Outgoing};
pub use dead_letters::{DELIVERIES, DeadLetter};
pub(crate) use encoding::micros;
pub use event::{
    ActiveAckMode, Answered, BackPressure, Control, ControlKind, Delivery, DeliveryUpdate, Direction, End,
    Ended, Event, EventKind, Opened, Pause, ReplayWaits, RetryIn, Sent, Verdict,
};
pub use failure::{Counted, Failure, FailureKind, TokenFault};
pub use finding::{Edit, Finding, Fix, Severity};
pub use finding_code::FindingCode;
pub use id::{ConnectionId, MessageId};
pub use loss::{CloseFrame, LossKind, Lost, Side};
pub use message::{Batch, Message};
pub use pipeline::{Level, PipelineLine};
pub use proxy::{ProxyEvidence, Route, SocksReply};
pub use stage::{
    BodyEnd, Certificate, ClientEvidence, Evidence, Exchange, OpenSent, Response, Stage, StageReport,
    TlsEvidence, Tried,
};
pub use stored::{MessageRange, Seq, Stored, StoredEvent, StoredKind, StoredMessage};
pub use time::{Timestamp, limit_in_words};
