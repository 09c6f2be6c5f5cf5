//! A session, as data: the vocabulary that engine, screen, printer and diagnosis share.

mod auth;
mod command;
mod event;
mod failure;
mod finding;
mod id;
pub mod json;
mod letters;
mod loss;
mod message;
mod pipeline;
mod policy;
mod proxy;
mod redact;
mod stage;
mod stored;
mod time;

pub use crate::wire::{Kind, Run, Span};
pub use auth::{AuthEvidence, AuthHow};
pub use command::{Command, Outgoing};
pub use event::{
    Answered, Answering, BackPressure, Control, ControlKind, Delivery, Direction, End, Ended, Event, Opened,
    Pause, Redelivery, ReplayWaits, RetryIn, Sent, Verdict, What,
};
pub use failure::{Counted, Failure, FailureKind, TokenFault};
pub use finding::{Edit, Finding, Fix, Severity};
pub use id::{DialId, MessageId};
pub use letters::{DELIVERIES, Letter};
pub use loss::{CloseFrame, LossKind, Lost, Side};
pub use message::{Batch, Message};
pub use pipeline::{Level, PipelineLine};
pub use policy::{IN_FLIGHT, LONGEST_DELAY, MOST_IN_FLIGHT, MOST_WORKERS, Policy, PolicyError, Rejects};
pub use proxy::{ProxyEvidence, Route, SocksReply};
pub use stage::{
    BodyEnd, Certificate, ClientEvidence, Evidence, Exchange, OpenSent, Response, Stage, StageReport,
    TlsEvidence, Tried,
};
pub use stored::{Remembered, Seq, Stored, StoredMessage, StoredWhat, Stretch};
pub use time::{Timestamp, limit_in_words};
