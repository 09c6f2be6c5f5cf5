//! What stands over a screen and takes its keys until it is closed.

use super::{
    decoders::Decoders,
    editor::Editor,
    losses::Losses,
    profiles::{ComparedProfiles, ProfileList},
    prompt::Prompt,
    rewriting::{InputChoice, Rewriting},
    step::Step,
    text_input::TextInput,
};

/// Lines that the help may take; its drawing stops at the last.
const LONGEST_HELP: usize = 400;

/// At most one is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// How far it is scrolled, in lines.
    Help(usize),
    Palette(Palette),
    /// The colour rules, and which of them is chosen.
    Colours(usize),
    /// The columns of the feed, and which of them is chosen.
    Columns(usize),
    /// The bookmarks, and which of them is chosen.
    Bookmarks(usize),
    /// The filters with names, and which of them is chosen.
    Filters(usize),
    Prompt(Prompt),
    Editor(Editor),
    Decoders(Decoders),
    /// What writing the profile back would change.
    Rewriting(Box<Rewriting>),
    /// The inputs of the file of the profile.
    Inputs(InputChoice),
    /// The profiles with names.
    Profiles(ProfileList),
    /// Two of them side by side.
    ComparedProfiles(Box<ComparedProfiles>),
    /// The settings as the engine uses them, and which of them is chosen.
    Effective(usize),
    /// The forms in which something can be copied, and which of them is chosen.
    CopyAs(usize),
    /// The messages with names, and which of them is chosen.
    SavedMessages(usize),
    /// Requests without an answer, and which of them is chosen.
    Unanswered(usize),
    /// Whether to leave, though this would be lost.
    Leaving(Losses),
}

impl Overlay {
    /// Scrolls the help, if it is open.
    pub fn scroll_help(&mut self, by: i64) {
        if let Self::Help(scroll) = self {
            *scroll = Step::By(by).from(*scroll, LONGEST_HELP);
        }
    }
}

/// What has been written to find an action, and which of those that fit is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    pub input: TextInput,
    pub chosen: usize,
}
