//! Why the server's bytes are read no further.

use crate::go_verdict::wire::outcome::Doubt;
use crate::go_verdict::wire::refusal::Refusal;

/// Why nothing more is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    Fails(Refusal),
    Unknown(Doubt),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Fails(refusal)
    }
}

impl Stop {
    /// The server chose what Go does not take: its own fault, or the answer to what the dial alone offered.
    pub fn at_choice(engine: &[u16], dialled: &[u16], choice: u16, refusal: Refusal) -> Self {
        if dialled.contains(&choice) && !engine.contains(&choice) {
            Self::Unknown(Doubt::OtherOffer)
        } else {
            Self::Fails(refusal)
        }
    }
}
