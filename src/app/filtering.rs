//! Writing the filter of the feed, and moving over what it finds.

use crate::filter::Filter;

use super::{
    model::{App, Focus, Tone},
    text_input::TextInput,
    update::Effect,
};

impl App {
    /// The filter has been changed: what can be read of it is in force at once.
    pub(super) fn wrote_filter(&mut self) -> Vec<Effect> {
        match Filter::parse(self.filter.text()) {
            Ok(filter) => {
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

    fn filter_rows(&mut self, filter: Filter, text: &str) -> Vec<Effect> {
        self.timeline.filter(filter.clone(), text);
        self.detail.scroll = 0;
        let scan = self
            .timeline
            .filter_view()
            .and_then(|filter_view| Some((filter_view.generation, filter_view.scanning?)));
        vec![match scan {
            Some((generation, scan)) => Effect::Scan { generation, filter, from: scan.from, to: scan.to },
            None => Effect::StopScan,
        }]
    }

    /// Goes on with a look through the capture that had to wait for more.
    pub(super) fn scan_on(&mut self) -> Option<Effect> {
        let (generation, filter, from, to) = self.timeline.scan_on()?;
        Some(Effect::Scan { generation, filter, from, to })
    }

    /// Goes back to the feed with the filter that is in force.
    pub(super) fn keep_filter(&mut self) -> Vec<Effect> {
        self.focus = Focus::Feed;
        Vec::new()
    }

    /// Shows everything again.
    pub(super) fn drop_filter(&mut self) -> Vec<Effect> {
        self.focus = Focus::Feed;
        self.filter = TextInput::default();
        self.filter_fault = None;
        self.filter_rows(Filter::default(), "")
    }

    /// To the next or the last match; without a filter to the next or the last trouble.
    pub(super) fn go_to_next(&mut self, forward: bool) -> Vec<Effect> {
        let page = self.page();
        self.detail.scroll = 0;
        if self.timeline.filter_view().is_some() {
            self.timeline.select_by(if forward { 1 } else { -1 }, page);
        } else if !self.timeline.select_problem(forward, page) {
            let where_to = if forward { "below" } else { "above" };
            self.say(Tone::Note, format!("no loss, failure or finding {where_to}; / filters by words"));
        }
        Vec::new()
    }
}
