//! Looking for something in the payload that the detail shows.

use crate::app::{
    effect::Effect,
    model::App,
    state::{Focus, Search, Step, Tone},
};

impl App {
    /// Opens the line on which it is written; where no payload is shown, that of the filter.
    pub(in crate::app) fn begin_find(&mut self) {
        if self.detail.compared.is_some() || self.detail.document().is_none() {
            return self.begin_search(Focus::Filter);
        }
        self.focus = Focus::Find;
        self.detail.begin_find();
    }

    /// What is looked for has been changed: the first place from where the search began is shown at once.
    pub(in crate::app) fn wrote_find(&mut self) -> Vec<Effect> {
        if !self.find.read(&self.zone, &self.named_filters.named()) {
            return Vec::new();
        }
        let Some(sought) = self.find.filter() else { return Vec::new() };
        self.detail.find_again(sought);
        self.lay_out_detail()
    }

    /// Looks for nothing any more.
    pub(in crate::app) fn drop_find(&mut self) {
        self.focus = Focus::Detail;
        self.find = Search::default();
    }

    /// Goes to the next difference, or to the next place that is found, or to the one before.
    pub(in crate::app) fn go_to_place(&mut self, onward: bool) -> Vec<Effect> {
        if self.detail.compared.is_some() {
            self.go_detail(Step::By(if onward { 1 } else { -1 }));
            return Vec::new();
        }
        let Some(sought) = self.find.filter() else { return Vec::new() };
        match self.detail.find_next(sought, onward) {
            None => self.say(Tone::Note, "the payload has no such place"),
            Some(true) if onward => self.say(Tone::Note, "from the end to the beginning"),
            Some(true) => self.say(Tone::Note, "from the beginning to the end"),
            Some(false) => {}
        }
        self.lay_out_detail()
    }
}
