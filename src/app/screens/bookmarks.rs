//! Bookmarks: set with a note, gone to, listed, taken away.

use crate::app::{
    effect::Effect,
    model::App,
    state::{BOOKMARKS, Focus, NOTE, Overlay, Purpose, Step, Tone},
};
use crate::session::Seq;

use super::Screen;

impl App {
    /// The note of the selected row, if that has a bookmark.
    pub fn selected_note(&self) -> Option<&str> {
        self.bookmarks.note(self.timeline.seq_of(self.timeline.selected_id())?)
    }

    /// Asks for a note to the selected row, or takes its bookmark away. The view stands still meanwhile.
    pub(in crate::app) fn toggle_bookmark(&mut self) -> Vec<Effect> {
        self.timeline.hold(self.page());
        let Some(seq) = self.timeline.seq_of(self.timeline.selected_id()) else { return Vec::new() };
        if self.bookmarks.note(seq).is_some() {
            return self.remove_bookmark(seq);
        }
        self.bookmarks.asked = Some(seq);
        self.ask(Purpose::Bookmark, "");
        Vec::new()
    }

    /// Sets the bookmark that the note was asked for.
    pub(in crate::app) fn bookmark_with(&mut self, note: &str) -> Vec<Effect> {
        let Some(seq) = self.bookmarks.asked else { return Vec::new() };
        let trimmed = note.trim();
        if trimmed.len() > NOTE {
            self.ask_again(Purpose::Bookmark, note, format!("a note has at most {NOTE} bytes"));
            return Vec::new();
        }
        if !self.bookmarks.set(seq, trimmed) {
            self.say(Tone::Bad, format!("no more than {BOOKMARKS} bookmarks can be set"));
            return Vec::new();
        }
        self.say(Tone::Done, "bookmarked; ' and \" go from one to the next, B lists them");
        vec![Effect::Bookmark { seq, note: Some(trimmed.to_owned()) }]
    }

    fn remove_bookmark(&mut self, seq: Seq) -> Vec<Effect> {
        let Some(note) = self.bookmarks.remove(seq) else { return Vec::new() };
        let named = if note.is_empty() { String::new() } else { format!(": {note}") };
        self.say(Tone::Done, format!("bookmark removed{named}"));
        vec![Effect::Bookmark { seq, note: None }]
    }

    /// Goes to the next bookmark, or to the one before.
    pub(in crate::app) fn go_to_next_bookmark(&mut self, lines: i64) -> Vec<Effect> {
        let onward = self.row_order.onward(lines) > 0;
        let here = self.timeline.seq_of(self.timeline.selected_id()).unwrap_or_default();
        if let Some(seq) = self.bookmarks.next(here, onward) {
            return self.go_to_seq(seq);
        }
        let place = if lines > 0 { "below" } else { "above" };
        self.say(Tone::Note, format!("no bookmark {place}; b sets one"));
        Vec::new()
    }

    /// Goes to the row at a place of the stream; a filter that hides it is dropped.
    pub(in crate::app) fn go_to_seq(&mut self, seq: Seq) -> Vec<Effect> {
        self.screen = Screen::Feed;
        let page = self.page();
        let was_filtered = self.timeline.filter_view().is_some();
        if !self.timeline.select_seq(seq, page) {
            self.say(Tone::Bad, "its row is no longer kept: without a capture only the last rows are");
        }
        self.after_reveal(was_filtered)
    }

    pub(in crate::app) fn show_bookmarks(&mut self) {
        let here = self.timeline.seq_of(self.timeline.selected_id()).unwrap_or_default();
        let nearest = self.bookmarks.iter().position(|(seq, _)| seq >= here);
        let last = self.bookmarks.iter().len().saturating_sub(1);
        self.overlay = Some(Overlay::Bookmarks(nearest.unwrap_or(last)));
    }

    pub(in crate::app) fn choose_bookmark(&mut self, step: Step) {
        let last = self.bookmarks.iter().len().saturating_sub(1);
        if let Some(Overlay::Bookmarks(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    fn chosen_bookmark(&self) -> Option<Seq> {
        let Some(Overlay::Bookmarks(chosen)) = self.overlay else { return None };
        self.bookmarks.iter().nth(chosen).map(|(seq, _)| seq)
    }

    pub(in crate::app) fn go_to_chosen_bookmark(&mut self) -> Vec<Effect> {
        let Some(seq) = self.chosen_bookmark() else { return Vec::new() };
        self.overlay = None;
        self.focus = Focus::Feed;
        self.go_to_seq(seq)
    }

    /// Removes the chosen bookmark; the list closes with the last.
    pub(in crate::app) fn remove_chosen_bookmark(&mut self) -> Vec<Effect> {
        let Some(seq) = self.chosen_bookmark() else { return Vec::new() };
        let effects = self.remove_bookmark(seq);
        if self.bookmarks.iter().len() == 0 {
            self.overlay = None;
        }
        self.choose_bookmark(Step::By(0));
        effects
    }
}
