//! A session, as data: the vocabulary that engine, screen, printer and diagnosis share.

mod auth;
mod candidate;
mod command;
mod dead_letters;
mod delivery;
mod encoding;
mod event;
mod exchange;
mod failure;
mod finding;
mod finding_code;
mod id;
mod loss;
mod message;
mod pipeline;
mod poison;
mod proxy;
mod redact;
mod report;
mod stage;
mod stored;
mod time;
mod tls;
mod whereabouts;

pub use crate::wire::{CloseFrame, Kind, Run, Span};
pub use auth::{AuthEvidence, AuthMethod};
pub use candidate::sent_candidate;
pub use command::{Command, Outgoing, Pongs};
pub use dead_letters::{DELIVERIES, DeadLetter};
pub use delivery::{Delivery, DeliveryRun, DeliveryUpdate, Verdict};
pub(crate) use encoding::micros;
pub use event::{
    ActiveAckMode, Answered, BackPressure, Control, ControlKind, Direction, End, Ended, Event, EventKind,
    Opened, Pause, ReplayWaits, RetryIn, Sent, TcpLine,
};
pub use exchange::{BodyEnd, Exchange, Response};
pub use failure::{Counted, Failure, FailureKind, TokenFault};
pub use finding::{Edit, Finding, Fix, NAME_SERVER, NewFile, Noticed, PIPELINE_LOG, Severity};
pub use finding_code::FindingCode;
pub use id::{ConnectionId, MessageId};
pub use loss::{LossKind, Lost, Side};
pub use message::{Batch, Message};
pub use pipeline::{Level, PipelineLine};
pub use poison::{Backlog, Poison};
pub use proxy::{ProxyEvidence, Route, SocksReply};
pub use redact::Mask;
pub use report::{Evidence, OpenSent, StageReport, Tried};
pub use stage::Stage;
pub use stored::{MessageRange, Seq, Stored, StoredEvent, StoredKind, StoredMessage};
pub use time::Timestamp;
pub use tls::{Aspect, Certificate, CertificateCheck, ClientEvidence, Judgement, TlsEvidence, TlsVerdict};
pub use whereabouts::{Place, Whereabouts};
