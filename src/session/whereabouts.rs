//! Where the messages are that were read and are not answered.

use serde::{Deserialize, Serialize};

use super::MessageId;

/// The messages on their way through the pipeline, at one moment. The input offers one message to the next stage until
/// it is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// Read from the socket while another message is offered.
    pub read_ahead: Place,
    pub offered: Place,
    /// In the stages between the input and the output, the next one first.
    pub threads: Place,
    /// In the output, unacknowledged.
    pub output: Place,
    /// Rejected, in the order in which they are redelivered.
    pub rejected: Place,
}

/// Messages in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub count: u64,
    /// The first of them, at most [`Place::SHOWN`].
    pub first: Vec<MessageId>,
}

impl Place {
    /// How many messages of a place are named.
    pub const SHOWN: usize = 16;
}

impl FromIterator<MessageId> for Place {
    fn from_iter<T: IntoIterator<Item = MessageId>>(messages: T) -> Self {
        let mut place = Self::default();
        for id in messages {
            place.count += 1;
            if place.first.len() < Self::SHOWN {
                place.first.push(id);
            }
        }
        place
    }
}
