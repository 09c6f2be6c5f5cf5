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
        let said = match self.detail.find_next(sought, onward) {
            None => "the payload has no such place".to_owned(),
            Some(is_past_end) => {
                let place = self.detail.found_place(sought);
                let place = place.map_or("behind the first 1,000".to_owned(), |place| place.to_string());
                let past = match (is_past_end, onward) {
                    (false, _) => "",
                    (true, true) => ", from the end to the beginning",
                    (true, false) => ", from the beginning to the end",
                };
                format!("match {place}{past}")
            }
        };
        self.say(Tone::Note, said);
        self.lay_out_detail()
    }
}
