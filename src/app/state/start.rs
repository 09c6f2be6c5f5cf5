//! The start screen: recent profiles, old captures, an address to paste, the demo.

use std::path::PathBuf;

use crate::session::Timestamp;

use super::{step::Step, text_input::TextInput};

/// Something to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    Demo,
    /// A config file that was opened before.
    Profile {
        path: PathBuf,
        url: String,
        at: Timestamp,
    },
    /// An old capture, or why it cannot be read.
    Capture {
        path: PathBuf,
        bytes: u64,
        about: Result<About, String>,
    },
}

/// What an old capture holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Masked.
    pub url: String,
    pub began: Timestamp,
    pub messages: u64,
}

/// What the start screen shows.
#[derive(Clone, Debug)]
pub struct Start {
    /// An address, or a line to read one from.
    pub input: TextInput,
    /// Why that does not do.
    pub fault: Option<String>,
    pub offers: Vec<Offer>,
    /// The chosen offer.
    pub chosen: usize,
}

impl Default for Start {
    fn default() -> Self {
        Self { input: TextInput::default(), fault: None, offers: vec![Offer::Demo], chosen: 0 }
    }
}

impl Start {
    /// The chosen offer.
    pub fn offer(&self) -> Option<&Offer> {
        self.offers.get(self.chosen)
    }

    pub fn go(&mut self, step: Step) {
        self.chosen = step.from(self.chosen, self.offers.len().saturating_sub(1));
    }

    /// Takes in what there is to begin with.
    pub fn offer_all(&mut self, offers: Vec<Offer>) {
        self.offers = offers;
        self.offers.push(Offer::Demo);
        self.go(Step::By(0));
    }
}
