//! Writing the filter of the feed, and moving over what it finds.

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{FilterView, Focus, Landmarked, Search, Tone},
    },
    filter::{Filter, Named},
};

impl App {
    /// The filter has been changed: what can be read of it is in force at once.
    pub(in crate::app) fn wrote_filter(&mut self) -> Vec<Effect> {
        if self.filter.read(&self.zone, &self.named_filters.named()) {
            self.filter_rows()
        } else {
            Vec::new()
        }
    }

    /// Opens the line of the filter, or of the highlight.
    pub(in crate::app) fn begin_search(&mut self, line: Focus) {
        self.words = self.timeline.paths();
        self.words.extend(self.named_filters.named().names().map(|name| format!("@{name}")));
        self.focus = line;
    }

    /// Leaves the line that is written and keeps what is looked for; not where that cannot be read, since the last that
    /// could would be taken for it.
    pub(in crate::app) fn keep_sought(&mut self) {
        let (search, next) = match self.focus {
            Focus::Highlight => (&self.highlight, Focus::Feed),
            Focus::Find => (&self.find, Focus::Detail),
            _ => (&self.filter, Focus::Feed),
        };
        match &search.fault {
            Some(fault) => {
                let column = fault.column;
                self.say(
                    Tone::Bad,
                    format!("this cannot be read at column {column}: correct it there, or esc clears it"),
                );
            }
            None => self.focus = next,
        }
    }

    /// Completes the word before the cursor.
    pub(in crate::app) fn complete_search(&mut self) -> Vec<Effect> {
        let line = if self.focus == Focus::Highlight { &mut self.highlight } else { &mut self.filter };
        if !line.complete(&self.words) {
            self.say(Tone::Note, "no key, word, path of JSON or name begins like this");
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
        let named = self.named_filters.named();
        let (narrowed, rest) = without_way(self.filter.input.text(), &named);
        let text = match (narrowed == Some(way), rest) {
            (true, rest) => rest.to_owned(),
            (false, "") => format!("dir:{way}"),
            (false, rest) => format!("dir:{way} ({rest})"),
        };
        self.filter = Search::default();
        self.filter.input.insert(&text);
        self.wrote_filter()
    }

    /// What the rows are filtered by: the filters that are on, and the one that is written.
    pub(in crate::app) fn filter_in_force(&self) -> Filter {
        let named = self.named_filters.on().map(|(_, filter)| filter);
        Filter::all(named.chain(self.filter.filter()))
    }

    /// How that is called: `@errors @btc /words`.
    fn filter_label(&self) -> String {
        let named = self.named_filters.on().map(|(name, _)| format!("@{name}")).collect::<Vec<_>>().join(" ");
        match (self.filter.filter(), named.as_str()) {
            (None, _) => named,
            (Some(_), "") => format!("/{}", self.filter.text_in_force()),
            (Some(_), _) => format!("{named} /{}", self.filter.text_in_force()),
        }
    }

    /// Calls the filter in force by the names that its parts have by now.
    pub(in crate::app) fn label_filter(&mut self) {
        let label = self.filter_label();
        self.timeline.call_filter(&label);
    }

    /// Puts the filters in force in a session that begins, or in a view that is cleared.
    pub(in crate::app) fn filter_anew(&mut self) {
        self.timeline.filter(self.filter_in_force(), &self.filter_label());
        self.timeline.highlight(self.highlight_in_force(), self.highlight.text_in_force());
    }

    /// Shows what the filters in force let through.
    pub(in crate::app) fn filter_rows(&mut self) -> Vec<Effect> {
        self.timeline.filter(self.filter_in_force(), &self.filter_label());
        let mut effects = vec![scan(self.timeline.filter_view(), Landmarked::Yes)];
        if self.highlight.filter().is_some() {
            effects.extend(self.highlight_rows());
        }
        effects
    }

    /// Of the rows that are shown, those in which something is to be coloured.
    fn highlight_in_force(&self) -> Filter {
        match self.highlight.filter() {
            Some(highlight) => Filter::all([&self.filter_in_force(), highlight]),
            None => Filter::default(),
        }
    }

    /// Finds what is to be coloured.
    pub(in crate::app) fn highlight_rows(&mut self) -> Vec<Effect> {
        self.timeline.highlight(self.highlight_in_force(), self.highlight.text_in_force());
        vec![scan(self.timeline.highlight_view(), Landmarked::No)]
    }

    /// Goes on with looks through the capture that had to wait for more.
    pub(in crate::app) fn scan_on(&mut self) -> impl Iterator<Item = Effect> {
        self.timeline.scan_on().into_iter().map(Effect::Scan)
    }

    /// Whether something is written that esc clears.
    pub fn has_search(&self) -> bool {
        self.highlight.filter().is_some() || !self.filter.input.is_empty()
    }

    /// Drops the filter that is written; those with names stay on.
    pub(in crate::app) fn drop_filter(&mut self) -> Vec<Effect> {
        self.focus = Focus::Feed;
        let was_in_force = self.filter.filter().is_some();
        self.filter = Search::default();
        if was_in_force { self.filter_rows() } else { Vec::new() }
    }

    /// Colours nothing any more.
    pub(in crate::app) fn drop_highlight(&mut self) -> Vec<Effect> {
        self.focus = Focus::Feed;
        self.highlight = Search::default();
        self.highlight_rows()
    }

    /// Goes to the next match of what is coloured, or to the one before; without it, to one of the filter's; without
    /// that, to a problem.
    pub(in crate::app) fn go_to_match(&mut self, lines: i64) {
        let by = self.row_order.onward(lines);
        let where_to = if lines > 0 { "below" } else { "above" };
        let page = self.page();
        if let Some(view) = self.timeline.sought_view() {
            let more = view.scanning.map_or(String::new(), |scan| {
                format!(" so far: {} % of the capture is searched", scan.percent())
            });
            let what = match view.landmarked {
                Landmarked::Yes => "the filter",
                Landmarked::No => "what is coloured",
            };
            if !self.timeline.select_match(by > 0, page) {
                return self.say(Tone::Note, format!("nothing {where_to} matches {what}{more}"));
            }
        } else if !self.timeline.select_problem(by > 0, page) {
            return self
                .say(Tone::Note, format!("no loss, failure or finding {where_to}; / filters by words"));
        }
        if let Some(place) = self.timeline.match_place() {
            self.say(Tone::Note, format!("match {place}"));
        }
    }
}

/// Looks through the capture for a view, as far as it is not in memory.
fn scan(view: Option<&FilterView>, landmarked: Landmarked) -> Effect {
    view.and_then(FilterView::request).map_or(Effect::StopScan(landmarked), Effect::Scan)
}

/// The way that a filter is narrowed to, and the rest of it.
fn without_way<'a>(text: &'a str, named: &Named) -> (Option<&'static str>, &'a str) {
    let text = text.trim();
    let narrowed = ["in", "out"].into_iter().find_map(|way| {
        let rest = text.strip_prefix("dir:")?.strip_prefix(way)?;
        let inner = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
        // `dir:in (a) or (b)` is not narrowed.
        let inner = inner
            .filter(|inner| Filter::parse_with(inner, named).is_ok())
            .or(rest.is_empty().then_some(""))?;
        Some((Some(way), inner))
    });
    narrowed.unwrap_or((None, text))
}

#[cfg(test)]
mod tests {
    use super::{Named, without_way};

    #[test]
    fn only_a_way_before_the_whole_filter_narrows_it() {
        let way = |text| without_way(text, &Named::default());
        assert_eq!(way("dir:in"), (Some("in"), ""));
        assert_eq!(way("dir:out (a or b)"), (Some("out"), "a or b"));
        assert_eq!(way("dir:in (a) or (b)"), (None, "dir:in (a) or (b)"));
        assert_eq!(way("dir:in,out"), (None, "dir:in,out"));
    }
}
