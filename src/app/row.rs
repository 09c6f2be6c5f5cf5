//! A row of the timeline: its place, and what it says.

use std::time::Duration;

use crate::session::{
    Control, Delivery, DialId, Ended, Failure, Finding, Lost, Message, MessageId, Opened, Sent, Timestamp,
};

/// One row as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    pub id: RowId,
    pub at: Timestamp,
    /// Since the row before; `None` for the first.
    pub delta: Option<Duration>,
    pub dial: DialId,
    pub line: Line<'a>,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub enum Line<'a> {
    Message {
        message: Message<'a>,
        delivery: Delivery,
    },
    /// A message handed out again; its payload when it is still kept.
    Redelivered {
        id: MessageId,
        delivery: Delivery,
        message: Option<Message<'a>>,
    },
    Entry(&'a Entry),
    /// This many rows have left between what is held and the newest.
    Gap(u64),
}

/// A row's place in the session, counted from 0; it never changes, also when rows before it leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u64);

/// A row that is not a received message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    Control(Control),
    Sent(Sent),
    /// The message is handed out once more.
    Redelivered {
        id: MessageId,
        attempt: u32,
    },
    Opened(Box<Opened>),
    Lost(Box<Lost>),
    Failed(Box<Failure>),
    Paused {
        read_ahead: u64,
    },
    Resumed {
        after: Duration,
    },
    Ended(Ended),
    /// A diagnosis of an open or a lost connection.
    Found(Box<Finding>),
}
