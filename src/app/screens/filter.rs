//! Writing the filter of the feed, and moving over what it finds.

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Focus, Search, Tone},
    },
    filter::Filter,
};

impl App {
    /// The filter has been changed: what can be read of it is in force at once.
    pub(in crate::app) fn wrote_filter(&mut self) -> Vec<Effect> {
        if !self.filter.read(&self.zone) {
            return Vec::new();
        }
        let text = self.filter.input.text().to_owned();
        self.filter_rows(self.filter.filter().cloned().unwrap_or_default(), &text)
    }

    /// Opens the line of the filter, or of the highlight.
    pub(in crate::app) fn begin_search(&mut self, line: Focus) {
        self.paths = self.timeline.paths();
        self.focus = line;
    }

    /// Completes the word before the cursor.
    pub(in crate::app) fn complete_search(&mut self) -> Vec<Effect> {
        let line = if self.focus == Focus::Highlight { &mut self.highlight } else { &mut self.filter };
        if !line.complete(&self.paths) {
            self.say(Tone::Note, "no key, word or path of JSON begins like this");
            return Vec::new();
        }
        self.wrote()
    }

    /// What is coloured on the feed where it is found.
    pub fn sought(&self) -> Option<&Filter> {
        let filtered = || self.timeline.filter_view().map(|filter_view| &filter_view.filter);
        self.highlight.filter().or_else(filtered)
    }

    /// What is coloured in the detail where it is found.
    pub fn sought_in_detail(&self) -> Option<&Filter> {
        self.find.filter().or_else(|| self.sought())
    }

    /// Narrows the filter to one way, or takes that back when it is narrowed so already.
    pub(in crate::app) fn toggle_way(&mut self, way: &str) -> Vec<Effect> {
        let (narrowed, rest) = without_way(self.filter.input.text());
        let text = match (narrowed == Some(way), rest) {
            (true, rest) => rest.to_owned(),
            (false, "") => format!("dir:{way}"),
            (false, rest) => format!("dir:{way} ({rest})"),
        };
        self.filter = Search::default();
        self.filter.input.insert(&text);
        self.wrote_filter()
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
        self.filter = Search::default();
        self.filter_rows(Filter::default(), "")
    }

    /// Colours nothing any more.
    pub(in crate::app) fn drop_highlight(&mut self) {
        self.focus = Focus::Feed;
        self.highlight = Search::default();
    }

    /// Goes to the next match of what is coloured, or to the one before; without it, to one of the filter's; without
    /// that, to a problem.
    pub(in crate::app) fn go_to_match(&mut self, lines: i64) {
        let by = self.row_order.onward(lines);
        let where_to = if lines > 0 { "below" } else { "above" };
        let page = self.page();
        if let Some(sought) = self.highlight.filter() {
            if !self.timeline.select_match(sought, by > 0, page) {
                self.say(Tone::Note, format!("no row at hand {where_to} matches what is coloured"));
            }
        } else if self.timeline.filter_view().is_some() {
            self.timeline.select_by(by, page);
        } else if !self.timeline.select_problem(by > 0, page) {
            self.say(Tone::Note, format!("no loss, failure or finding {where_to}; / filters by words"));
        }
    }
}

/// The way that a filter is narrowed to, and the rest of it.
fn without_way(text: &str) -> (Option<&'static str>, &str) {
    let text = text.trim();
    let narrowed = ["in", "out"].into_iter().find_map(|way| {
        let rest = text.strip_prefix("dir:")?.strip_prefix(way)?;
        let inner = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
        // `dir:in (a) or (b)` is not narrowed.
        let inner = inner.filter(|inner| Filter::parse(inner).is_ok()).or(rest.is_empty().then_some(""))?;
        Some((Some(way), inner))
    });
    narrowed.unwrap_or((None, text))
}

#[cfg(test)]
mod tests {
    use super::without_way;

    #[test]
    fn only_a_way_before_the_whole_filter_narrows_it() {
        assert_eq!(without_way("dir:in"), (Some("in"), ""));
        assert_eq!(without_way("dir:out (a or b)"), (Some("out"), "a or b"));
        assert_eq!(without_way("dir:in (a) or (b)"), (None, "dir:in (a) or (b)"));
        assert_eq!(without_way("dir:in,out"), (None, "dir:in,out"));
    }
}
