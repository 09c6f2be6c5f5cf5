//! Writing the filter of the feed, and moving over what it finds.

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Focus, TextInput, Tone},
    },
    filter::Filter,
};

impl App {
    /// The filter has been changed: what can be read of it is in force at once.
    pub(in crate::app) fn wrote_filter(&mut self) -> Vec<Effect> {
        match Filter::parse(self.filter.text()) {
            Ok(filter) => {
                let filter = filter.in_zone(self.zone.clone());
                self.filter_fault = None;
                let text = self.filter.text().to_owned();
                self.filter_rows(filter, &text)
            }
            Err(error) => {
                self.filter_fault = Some(error.to_string());
                Vec::new()
            }
        }
    }

    /// What is coloured where it is found.
    pub fn sought(&self) -> Option<&Filter> {
        self.timeline.filter_view().map(|filter_view| &filter_view.filter)
    }

    fn filter_rows(&mut self, filter: Filter, text: &str) -> Vec<Effect> {
        self.timeline.filter(filter.clone(), text);
        let scan = self
            .timeline
            .filter_view()
            .and_then(|filter_view| Some((filter_view.generation, filter_view.scanning?.places)));
        vec![match scan {
            Some((generation, places)) => Effect::Scan { generation, filter, places },
            None => Effect::StopScan,
        }]
    }

    /// Goes on with a look through the capture that had to wait for more.
    pub(in crate::app) fn scan_on(&mut self) -> Option<Effect> {
        let (generation, filter, places) = self.timeline.scan_on()?;
        Some(Effect::Scan { generation, filter, places })
    }

    /// Shows everything again.
    pub(in crate::app) fn drop_filter(&mut self) -> Vec<Effect> {
        self.focus = Focus::Feed;
        self.filter = TextInput::default();
        self.filter_fault = None;
        self.filter_rows(Filter::default(), "")
    }

    /// Goes to the next match, or to the one before; without a filter, to a problem.
    pub(in crate::app) fn go_to_match(&mut self, by: i64, where_to: &str) {
        let page = self.page();
        if self.timeline.filter_view().is_some() {
            self.timeline.select_by(by, page);
        } else if !self.timeline.select_problem(by > 0, page) {
            self.say(Tone::Note, format!("no loss, failure or finding {where_to}; / filters by words"));
        }
    }
}
