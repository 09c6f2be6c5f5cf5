//! A row of the timeline: its place, and what it says.

use std::{num::NonZeroU32, time::Duration};

use bytes::Bytes;

use crate::{
    filter::Filter,
    session::{
        ActiveAckMode, ConnectionId, Control, ControlKind, Delivery, Ended, EventKind, Failure, Finding,
        Kind, Lost, Message, MessageId, Opened, Pause, Sent, Span, Timestamp, sent_candidate,
    },
};

/// One row as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    pub id: RowId,
    pub at: Timestamp,
    /// Since the row before; `None` for the first.
    pub delta: Option<Duration>,
    pub connection: ConnectionId,
    pub line: Line<'a>,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub enum Line<'a> {
    Message {
        message: Received<'a>,
        delivery: Delivery,
    },
    /// A message redelivered; itself when its row is still kept.
    Redelivered {
        id: MessageId,
        delivery: Delivery,
        message: Option<Received<'a>>,
    },
    Entry(&'a Entry),
    /// This many rows have arrived behind what is held.
    Newer(u64),
    /// A row that is being read from the capture, or that never came into it.
    Unread {
        message: Option<MessageId>,
        is_gone: bool,
    },
}

/// A received message as the window keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    pub id: MessageId,
    pub kind: Kind,
    /// Whether a text message is valid UTF-8; true for binary.
    pub valid: bool,
    /// How many frames carried it.
    pub frames: u32,
    /// Length of its payload on the wire in bytes, where it came compressed.
    pub wire: Option<NonZeroU32>,
    /// Of the payload, in bytes.
    pub size: u64,
    /// `None` when it was let go to stay within the bytes of the window.
    pub payload: Option<&'a [u8]>,
    /// The buffer that holds it.
    pub(super) buffer: &'a Bytes,
    /// Whether that is all of it; of a message read back from a capture it may be the beginning.
    pub is_whole: bool,
}

/// A message of ours as the window keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub kind: Kind,
    /// Whether it is one of the opening messages.
    pub opening: bool,
    /// Of the payload, in bytes.
    pub size: u64,
    /// `None` when it was let go to stay within the bytes of the window.
    pub payload: Option<Bytes>,
}

impl<'a> Row<'a> {
    /// Its payload, received or sent, if it has one that is kept.
    pub fn payload(&self) -> Option<(Kind, &'a [u8])> {
        match &self.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                Some((message.kind, message.payload?))
            }
            Line::Entry(Entry::Sent(sent)) => Some((sent.kind, sent.payload.as_ref()?)),
            Line::Entry(Entry::Control(control)) => match &control.kind {
                ControlKind::Ping(payload) | ControlKind::Pong { payload, .. } if !payload.is_empty() => {
                    Some((Kind::Binary, payload))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The payload of a message, received or sent, that may be JSON, and whether it is all of it.
    pub fn json(&self) -> Option<(&'a [u8], bool)> {
        match &self.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                Some((message.payload?, message.is_whole))
            }
            Line::Entry(Entry::Sent(sent)) => Some((sent.payload.as_ref()?, true)),
            _ => None,
        }
    }

    /// The payload of a message, received or sent, with its size in bytes, if it has one that is kept.
    pub fn preview_payload(&self) -> Option<(Kind, &'a [u8], u64)> {
        let (payload, _) = self.json()?;
        match &self.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                Some((message.kind, payload, message.size))
            }
            Line::Entry(Entry::Sent(sent)) => Some((sent.kind, payload, sent.size)),
            _ => None,
        }
    }

    /// Whether a frame satisfies a filter; `None` for what is no frame, and while its payload is not at hand. `before`
    /// is when the message before it was received.
    pub(super) fn matches(&self, filter: &Filter, before: Option<Timestamp>) -> Option<bool> {
        let (at, connection) = (self.at, self.connection);
        Some(match &self.line {
            Line::Message { message, delivery }
            | Line::Redelivered { message: Some(message), delivery, .. } => {
                let Received { id, kind, valid, frames, wire, payload, .. } = *message;
                let message = Message { id, kind, payload: payload?, valid, frames, wire };
                filter.matches(&message.candidate(at, connection, *delivery, before))
            }
            Line::Entry(Entry::Sent(sent)) => {
                filter.matches(&sent_candidate(sent.kind, sent.payload.as_ref()?, at, connection))
            }
            Line::Entry(Entry::Control(frame)) => {
                filter.needs().control && filter.matches(&frame.candidate(at, connection))
            }
            _ => return None,
        })
    }

    /// The same with the buffer shared.
    pub(super) fn shared_payload(&self) -> Option<(Kind, Bytes)> {
        match &self.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                Some((message.kind, message.buffer.slice_ref(message.payload?)))
            }
            Line::Entry(Entry::Sent(sent)) => Some((sent.kind, sent.payload.clone()?)),
            Line::Entry(Entry::Control(control)) => match &control.kind {
                ControlKind::Ping(payload) | ControlKind::Pong { payload, .. } => {
                    Some((Kind::Binary, payload.clone()))
                }
                ControlKind::Close(_) => None,
            },
            _ => None,
        }
    }

    /// How large its payload was, when it is not kept any more.
    pub fn let_go(&self) -> Option<u64> {
        match &self.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                message.payload.is_none().then_some(message.size)
            }
            Line::Entry(Entry::Sent(sent)) => sent.payload.is_none().then_some(sent.size),
            _ => None,
        }
    }
}

impl<'a> Received<'a> {
    pub(super) fn of(id: MessageId, span: &Span, bytes: &'a Bytes) -> Self {
        let (start, len) = (span.start as usize, span.len as usize);
        let payload = if len == 0 { Some(&[][..]) } else { bytes.get(start..start + len) };
        let Span { kind, valid, frames, wire, .. } = *span;
        Self {
            id,
            kind,
            valid,
            frames,
            wire,
            size: span.len.into(),
            payload,
            buffer: bytes,
            is_whole: payload.is_some(),
        }
    }
}

impl From<Sent> for Written {
    fn from(Sent { kind, payload, opening }: Sent) -> Self {
        Self { kind, opening, size: payload.len() as u64, payload: Some(payload) }
    }
}

impl Entry {
    /// Whether it is a frame on the wire, and no landmark.
    pub(super) const fn is_frame(&self) -> bool {
        matches!(self, Self::Sent(_) | Self::Control(_))
    }

    /// The row that an event makes by itself; deliveries and findings need to know what was before.
    pub(super) fn of(kind: EventKind) -> Option<Self> {
        Some(match kind {
            EventKind::Control(control) => Self::Control(control),
            EventKind::Sent(sent) => Self::Sent(sent.into()),
            EventKind::Opened(opened) => Self::Opened(opened),
            EventKind::Lost(lost) => Self::Lost(lost, Vec::new()),
            EventKind::Failed(failure) => Self::Failed(failure),
            EventKind::ReadingPaused { why, read_ahead } => Self::Paused { why, read_ahead },
            EventKind::ReadingResumed { after } => Self::Resumed { after },
            EventKind::AckMode(ack_mode) => Self::AckMode(ack_mode),
            EventKind::Ended(ended) => Self::Ended(ended),
            EventKind::Finding(finding) => Self::Found(finding),
            EventKind::Messages(_)
            | EventKind::Delivery(_)
            | EventKind::Connecting { .. }
            | EventKind::StageStarted(_)
            | EventKind::StageEnded(_)
            | EventKind::Answered(_)
            | EventKind::RetryIn(_)
            | EventKind::ReplayWaits(_)
            | EventKind::Whereabouts(_)
            | EventKind::BackPressure(_)
            | EventKind::TcpLine(_)
            | EventKind::Pipeline(_)
            | EventKind::Refused { .. } => return None,
        })
    }
}

/// A row's place in the session, counted from 0; it never changes, also when rows before it leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u64);

/// A row that is not a received message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    Control(Control),
    Sent(Written),
    /// The message is delivered once more.
    Redelivered {
        id: MessageId,
        attempt: u32,
    },
    Opened(Box<Opened>),
    /// An open connection that is no more, and what was found about it.
    Lost(Box<Lost>, Vec<Finding>),
    Failed(Box<Failure>),
    /// How messages are answered from here on.
    AckMode(ActiveAckMode),
    Paused {
        why: Pause,
        read_ahead: u64,
    },
    Resumed {
        after: Duration,
    },
    Ended(Ended),
    /// A diagnosis of an open or a lost connection.
    Found(Box<Finding>),
}
