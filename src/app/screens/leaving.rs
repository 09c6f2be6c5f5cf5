//! Going back, and leaving: what `q` does, and the question before something is lost.

use super::Screen;
use crate::app::{
    effect::Effect,
    model::App,
    state::{Focus, Losses, Overlay},
};

/// Where going back leads from where one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Back {
    /// The feed has the keys again.
    OutOfDetail,
    CloseDetail,
    /// The view follows again.
    Newest,
    Feed,
    Start,
}

impl App {
    /// Goes back: out of the detail, to the newest row, to the feed. There, leaves.
    pub(in crate::app) fn back_or_leave(&mut self) -> Vec<Effect> {
        match self.back() {
            Some(Back::OutOfDetail) => {
                self.detail.compared = None;
                self.detail.is_wide = false;
                self.focus = Focus::Feed;
                Vec::new()
            }
            Some(Back::CloseDetail) => {
                self.close_detail();
                Vec::new()
            }
            Some(Back::Newest) => {
                self.timeline.follow();
                Vec::new()
            }
            Some(Back::Feed) => self.go_to(Screen::Feed),
            Some(Back::Start) => self.go_to(Screen::Start),
            None => self.leave(),
        }
    }

    /// Whether there is something to go back to before the program is left.
    pub(in crate::app) fn can_go_back(&self) -> bool {
        self.back().is_some()
    }

    fn back(&self) -> Option<Back> {
        match self.screen {
            Screen::Feed if self.shows_ladder() => None,
            Screen::Feed if self.focus == Focus::Detail => Some(Back::OutOfDetail),
            Screen::Feed if self.detail.wish == Some(true) => Some(Back::CloseDetail),
            // The rows of an old capture, or of a session that is over, wait for nothing.
            Screen::Feed if self.capture.is_reading() || self.current.has_ended() => None,
            Screen::Feed if !self.timeline.is_following() => Some(Back::Newest),
            Screen::Start | Screen::Feed => None,
            _ if self.has_no_session => Some(Back::Start),
            _ => Some(Back::Feed),
        }
    }

    /// Leaves, or asks first if something would be lost.
    pub(in crate::app) fn leave(&mut self) -> Vec<Effect> {
        let losses = self.losses();
        if losses.is_none() || matches!(self.overlay, Some(Overlay::Leaving(_))) {
            return vec![Effect::Quit];
        }
        self.overlay = Some(Overlay::Leaving(losses));
        Vec::new()
    }

    fn losses(&self) -> Losses {
        Losses { marks: self.timeline.unsaved_marks(), edits: self.form.unwritten() }
    }
}
