//! What of a session a filter can be asked about.

use crate::filter::{Answer, Candidate, FrameKind, Way};

use super::{
    Batch, ConnectionId, Control, ControlKind, Delivery, Direction, Kind, Message, Timestamp, Verdict,
};

impl From<Kind> for FrameKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Binary => Self::Binary,
        }
    }
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pending => Self::Pending,
            Verdict::Acked => Self::Acked,
            Verdict::Nacked => Self::Nacked,
            Verdict::Dropped => Self::Dropped,
            Verdict::Lost => Self::Lost,
        }
    }
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::In => Self::In,
            Direction::Out => Self::Out,
        }
    }
}

impl<'a> Message<'a> {
    /// A received message, as it came and was last answered. `before` is the time of the message received before it.
    #[must_use]
    pub fn candidate(
        &self,
        at: Timestamp,
        connection: ConnectionId,
        delivery: Delivery,
        before: Option<Timestamp>,
    ) -> Candidate<'a> {
        Candidate {
            id: Some(self.id.0),
            connection: Some(connection.0),
            at: Some(at.0),
            gap: before.map(|before| at.since(before)),
            answer: Some(delivery.verdict.into()),
            attempt: Some(delivery.attempt),
            ..Candidate::received(self.kind.into(), self.payload)
        }
    }
}

impl Batch {
    /// The messages as they come, at their first delivery. `before` is the time of the message received before them.
    pub fn candidates(
        &self,
        at: Timestamp,
        connection: ConnectionId,
        before: Option<Timestamp>,
    ) -> impl Iterator<Item = Candidate<'_>> {
        let delivery = Delivery { attempt: 1, verdict: self.verdict };
        self.messages().enumerate().map(move |(nth, message)| {
            // The messages of one read came together.
            message.candidate(at, connection, delivery, if nth == 0 { before } else { Some(at) })
        })
    }
}

impl Control {
    /// The payload that a filter searches: of a close its reason.
    #[must_use]
    pub fn candidate(&self, at: Timestamp, connection: ConnectionId) -> Candidate<'_> {
        let (kind, payload) = match &self.kind {
            ControlKind::Ping(payload) => (FrameKind::Ping, &payload[..]),
            ControlKind::Pong { payload, .. } => (FrameKind::Pong, &payload[..]),
            ControlKind::Close(close) => (FrameKind::Close, close.reason.as_bytes()),
        };
        Candidate {
            way: self.direction.into(),
            connection: Some(connection.0),
            at: Some(at.0),
            ..Candidate::received(kind, payload)
        }
    }
}

/// A message that we sent.
#[must_use]
pub fn sent_candidate(kind: Kind, payload: &[u8], at: Timestamp, connection: ConnectionId) -> Candidate<'_> {
    Candidate {
        way: Way::Out,
        connection: Some(connection.0),
        at: Some(at.0),
        ..Candidate::received(kind.into(), payload)
    }
}
