//! The pane of one message: what it shows, and moving, closing brackets and copying in it.

use crate::{
    app::{
        effect::Effect,
        layout,
        model::App,
        state::{Compared, Focus, Received, RowId, Step, Tone, With},
    },
    filter::{Candidate, Filter},
    payload::document::Document,
    session::Kind,
};

/// Lines that an explanation of a row may have.
const PROSE: u64 = 400;

impl App {
    /// Whether the detail is in sight: by hand, or since the screen is wide enough.
    pub fn has_detail(&self) -> bool {
        self.detail.wish.unwrap_or(self.size.width >= layout::OPENS_ITSELF)
    }

    /// Shows the selected row in the detail, if it is in sight.
    pub(in crate::app) fn fill_detail(&mut self) -> Option<Effect> {
        let pane = layout::areas(self.size, self).detail;
        let subject = if pane.height > 0 { self.timeline.selected_subject() } else { None };
        // Looking for one of the same shape may go through thousands of rows: once for each row that is selected.
        let is_settled = |compared: &Compared<RowId>| {
            compared.with == With::Previous && compared.is_settled(self.timeline.selected_id())
        };
        if let Some(compared) = self.detail.compared.as_ref().filter(|compared| !is_settled(compared)) {
            let other = match compared.with {
                With::Previous => self.timeline.previous_alike(),
                With::Marked => self.timeline.marked_subject(),
            };
            self.detail.compare(subject.as_ref(), other.as_ref());
        }
        let unfinished = self.detail.show(subject, usize::from(pane.width).saturating_sub(2));
        self.detail.keep_in_sight_if_focused(self.focus.is_detail(), self.detail_height());
        unfinished.map(Effect::laying_out)
    }

    /// Takes in what of a large payload was laid out.
    pub(in crate::app) fn learn_layout(&mut self, generation: u64, document: Document) -> Vec<Effect> {
        let height = self.detail_height();
        let unfinished = self.detail.learn(generation, document, height);
        unfinished.map(Effect::laying_out).into_iter().collect()
    }

    /// Rows of a payload that are in sight.
    pub(in crate::app) fn detail_height(&self) -> u64 {
        layout::areas(self.size, self).detail.height.into()
    }

    /// Moves the cursor of the detail, or what it explains.
    pub(in crate::app) fn go_detail(&mut self, step: Step) {
        if let Some(compared) = &mut self.detail.compared {
            compared.step(step);
        } else if self.detail.document().is_some() {
            self.detail.step(step, self.detail_height());
        } else {
            self.detail.top = step.from_row(self.detail.top, PROSE);
        }
    }

    /// Moves what the detail shows.
    pub(in crate::app) fn scroll_detail(&mut self, step: Step) {
        if self.detail.document().is_some() {
            self.detail.scroll(step, self.detail_height());
        } else {
            self.detail.top = step.from_row(self.detail.top, PROSE);
        }
    }

    /// Opens the detail and holds the view; one that is open gets the keys.
    pub(in crate::app) fn open_detail(&mut self) {
        self.timeline.hold(self.page());
        if self.has_detail() {
            self.focus = Focus::Detail;
        }
        self.detail.wish = Some(true);
    }

    pub(in crate::app) fn close_detail(&mut self) {
        self.detail.wish = Some(false);
        self.detail.is_wide = false;
        if self.focus == Focus::Detail {
            self.focus = Focus::Feed;
        }
    }

    /// Compares the selected message with another, or shows its payload again.
    pub(in crate::app) fn compare_with(&mut self, with: With) {
        self.timeline.hold(self.page());
        let is_shown = self.detail.compared.as_ref().is_some_and(|compared| compared.with == with);
        self.detail.compared = (!is_shown).then(|| Compared::new(with));
        self.detail.wish = Some(true);
    }

    /// Gives the detail the whole width, or back.
    pub(in crate::app) fn widen_detail(&mut self) {
        self.timeline.hold(self.page());
        self.detail.is_wide = !self.detail.is_wide;
        self.detail.wish = Some(true);
        self.focus = if self.detail.is_wide { Focus::Detail } else { Focus::Feed };
    }

    /// Opens or closes the bracket under the cursor.
    pub(in crate::app) fn toggle_bracket(&mut self) -> Vec<Effect> {
        if !self.detail.toggle() {
            self.say(Tone::Note, "there is no bracket on this line to open or close");
        }
        self.lay_out_detail()
    }

    pub(in crate::app) fn fold_detail(&mut self, below: Option<usize>) -> Vec<Effect> {
        self.detail.fold_below(below);
        self.lay_out_detail()
    }

    pub(in crate::app) fn lay_out_detail(&mut self) -> Vec<Effect> {
        let height = self.detail_height();
        self.detail.keep_in_sight(height);
        let unfinished = self.detail.lay_out();
        unfinished.map(Effect::laying_out).into_iter().collect()
    }

    /// The way to what the cursor of the detail is on, as jq writes it.
    pub fn path_of_cursor(&self) -> Option<String> {
        if self.detail.compared.is_some() {
            // The cursor is on a difference.
            return None;
        }
        self.detail.document()?.path(self.detail.cursor)
    }

    pub(in crate::app) fn copy_path(&mut self) -> Vec<Effect> {
        self.path_of_cursor().map(Effect::Copy).into_iter().collect()
    }

    /// Copies the value that begins under the cursor, as it was sent.
    pub(in crate::app) fn copy_value(&mut self) -> Vec<Effect> {
        self.value_of_cursor().map(Effect::Copy).into_iter().collect()
    }

    fn value_of_cursor(&self) -> Option<String> {
        let document = self.detail.document()?;
        let range = document.value(self.detail.cursor)?;
        Some(String::from_utf8_lossy(&document.text()[range]).into_owned())
    }

    /// Filters the feed by the value under the cursor: a scalar must be equal, a bracket must be there.
    pub(in crate::app) fn filter_by_value(&mut self) -> Vec<Effect> {
        let (Some(path), Some(value)) = (self.path_of_cursor(), self.value_of_cursor()) else {
            return Vec::new();
        };
        let condition = match value.as_bytes() {
            [b'{' | b'[', ..] => format!("{path} != null"),
            _ => format!("{path} == {value}"),
        };
        let passes =
            |payload: &Candidate<'_>| Filter::parse(&condition).is_ok_and(|filter| filter.matches(payload));
        let hides = |message: Received<'_>| {
            let payload = message.payload.filter(|_| message.is_whole);
            payload.is_some_and(|payload| !passes(&Candidate::received(message.kind.into(), payload)))
        };
        if self.timeline.selected_message().is_some_and(hides) {
            self.say(Tone::Note, "a filter does not see this value: it is decoded from what was sent");
            return Vec::new();
        }
        self.filter.input.replace(&condition);
        self.wrote_filter()
    }

    /// The payload of the selected row, received or sent.
    pub fn selected_payload(&self) -> Option<(Kind, &[u8])> {
        self.timeline.selected()?.payload()
    }
}
