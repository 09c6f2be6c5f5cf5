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

impl Offer {
    /// Whether it is a capture without messages.
    fn is_empty(&self) -> bool {
        matches!(self, Self::Capture { about: Ok(About { messages: 0, .. }), .. })
    }
}

/// What the start screen shows.
#[derive(Clone, Debug)]
pub struct Start {
    /// An address, or a line to read one from.
    pub input: TextInput,
    /// Why that does not do.
    pub fault: Option<String>,
    /// What is shown: of captures, those with messages.
    pub offers: Vec<Offer>,
    /// All that there is.
    all: Vec<Offer>,
    /// Whether captures without messages are shown, too.
    pub shows_empty: bool,
    /// The chosen offer.
    pub chosen: usize,
}

impl Default for Start {
    fn default() -> Self {
        let offers = vec![Offer::Demo];
        Self {
            input: TextInput::default(),
            fault: None,
            all: offers.clone(),
            offers,
            shows_empty: false,
            chosen: 0,
        }
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
        self.all = offers;
        self.all.insert(0, Offer::Demo);
        self.sift();
    }

    /// How many captures hold no message.
    pub fn empty_captures(&self) -> usize {
        self.all.iter().filter(|offer| offer.is_empty()).count()
    }

    /// Shows the captures without messages, or hides them.
    pub fn toggle_empty_captures(&mut self) {
        self.shows_empty = !self.shows_empty;
        self.sift();
    }

    fn sift(&mut self) {
        let is_shown = |offer: &&Offer| self.shows_empty || !offer.is_empty();
        self.offers = self.all.iter().filter(is_shown).cloned().collect();
        self.go(Step::By(0));
    }
}
