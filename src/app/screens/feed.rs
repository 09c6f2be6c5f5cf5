//! The feed: its rows and the detail of one, or the ladder while nothing has come through.

use ratatui::layout::{Position, Rect};

use super::{PLAIN, Scope, Screen, ScreenSpec};
use crate::{
    app::{
        effect::Effect,
        layout,
        model::App,
        state::{Decoders, DetailMode, Focus, Key, Landmarked, MARKS, Overlay, RowOrder, Search, Step, Tone},
        table::Table,
    },
    payload::{hex, plain_text},
    session::{Command, MessageId},
};

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Feed",
    keys: &[Key::char('1')],
    label: "feed",
    doc: "Go to the feed",
    scopes: |app| match app.focus {
        Focus::Send => &[Scope::Send, Scope::Everywhere],
        Focus::Filter => &[Scope::Filter, Scope::Everywhere],
        Focus::Highlight => &[Scope::Highlight, Scope::Everywhere],
        Focus::Find => &[Scope::Find, Scope::Everywhere],
        Focus::Feed => &[Scope::Feed, Scope::Screens, Scope::Everywhere],
        Focus::Detail => &[Scope::Detail, Scope::Feed, Scope::Screens, Scope::Everywhere],
    },
    text: |app| match app.focus {
        Focus::Send => Some(&app.send),
        Focus::Filter => Some(&app.filter.input),
        Focus::Highlight => Some(&app.highlight.input),
        Focus::Find => Some(&app.find.input),
        Focus::Feed | Focus::Detail => None,
    },
    text_mut: |app| match app.focus {
        Focus::Send => Some(&mut app.send),
        Focus::Filter => Some(&mut app.filter.input),
        Focus::Highlight => Some(&mut app.highlight.input),
        Focus::Find => Some(&mut app.find.input),
        Focus::Feed | Focus::Detail => None,
    },
    wrote: |app| match app.focus {
        Focus::Filter => app.wrote_filter(),
        Focus::Highlight => {
            let is_read = app.highlight.read(&app.zone, &app.named_filters.named());
            if is_read { app.highlight_rows() } else { Vec::new() }
        }
        Focus::Find => app.wrote_find(),
        Focus::Send => {
            app.sender.wrote();
            Vec::new()
        }
        Focus::Feed | Focus::Detail => Vec::new(),
    },
    entered: |app| {
        app.focus = Focus::Feed;
        Vec::new()
    },
    go: App::go_feed,
    wheel: App::wheel_feed,
    click: App::click_feed,
    ..PLAIN
};

impl App {
    /// Moves through the rows, or scrolls the ladder or the detail.
    fn go_feed(&mut self, step: Step) {
        if self.shows_ladder() {
            let scroll = step.from(self.ladder_scroll, self.current.most_lines(self.size.width));
            self.ladder_scroll = scroll;
        } else if self.focus.is_detail() {
            self.go_detail(step);
        } else {
            let page = self.page();
            match step {
                Step::By(lines) => self.timeline.select_by(self.row_order.onward(lines), page),
                Step::First => self.timeline.select_first(page),
                Step::Last => self.timeline.follow(),
            }
        }
    }

    /// The wheel moves through the rows, whatever has the focus, and scrolls the detail under it.
    fn wheel_feed(&mut self, at: Position, lines: i64) {
        if layout::areas(self.size, self).detail.contains(at) {
            return self.scroll_detail(Step::By(lines));
        }
        let focus = std::mem::replace(&mut self.focus, Focus::Feed);
        self.go_feed(Step::By(lines));
        self.focus = focus;
    }

    fn click_feed(&mut self, at: Position) {
        let areas = layout::areas(self.size, self);
        if areas.rows.contains(at) {
            self.focus = Focus::Feed;
            self.select_line(at.y - areas.rows.y, areas.rows);
        } else if areas.detail.contains(at) {
            self.focus = Focus::Detail;
            self.detail.cursor = self.detail.top + u64::from(at.y - areas.detail.y);
        } else if areas.send.contains(at) {
            self.focus = Focus::Send;
        }
    }

    /// Selects the row on a line of the table.
    fn select_line(&mut self, line: u16, rows: Rect) {
        let table = Table::of(self, rows.width, rows.height);
        let page = u16::try_from(table.rows.len()).unwrap_or(u16::MAX);
        let Some(nth) = table.row_on(line).and_then(|nth| u16::try_from(nth).ok()) else { return };
        let nth = if self.row_order == RowOrder::NewestFirst { page - 1 - nth } else { nth };
        self.timeline.select_line(nth, page);
    }

    /// Lets long previews go on in further lines, or cuts them at one.
    pub(in crate::app) fn toggle_wrap(&mut self) {
        self.wraps = !self.wraps;
        let message =
            if self.wraps { "long previews take up to four lines" } else { "a preview takes one line" };
        self.say(Tone::Note, message);
    }

    /// Shows the newest row at the other end.
    pub(in crate::app) fn turn_rows(&mut self) {
        self.row_order = self.row_order.turned();
        self.say(
            Tone::Note,
            match self.row_order {
                RowOrder::NewestFirst => "the newest row is at the top",
                RowOrder::NewestLast => "the newest row is at the bottom",
            },
        );
    }

    /// Folds equal messages, or shows each again.
    pub(in crate::app) fn toggle_repeats(&mut self) {
        let page = self.page();
        self.timeline.toggle_repeats(page);
        let message = match (self.timeline.folds_repeats(), self.timeline.filter_view()) {
            (true, None) => "equal messages in a row are one row, as far as they are read; . unfolds one",
            (true, Some(_)) => "equal messages are folded once the filter is cleared: a filter shows each",
            (false, _) => "each message is a row",
        };
        self.say(Tone::Note, message);
    }

    /// Unfolds the selected row, or folds it again.
    pub(in crate::app) fn toggle_run(&mut self) {
        let page = self.page();
        if !self.timeline.toggle_run(page) {
            self.say(Tone::Note, "the selected row is equal to none beside it");
        }
    }

    pub(in crate::app) fn toggle_mark(&mut self) {
        self.timeline.hold(self.page());
        if !self.timeline.toggle_mark() {
            self.say(Tone::Bad, format!("no more than {MARKS} messages can be marked"));
        }
    }

    pub(in crate::app) fn next_time_style(&mut self) {
        self.time = self.time.next();
        self.say(Tone::Note, format!("times are shown {}", self.time.word()));
    }

    /// Goes to a message by its number.
    pub(in crate::app) fn go_to_message(&mut self, id: MessageId) -> Vec<Effect> {
        self.screen = Screen::Feed;
        self.focus = Focus::Feed;
        let (page, was_filtered) = (self.page(), self.timeline.filter_view().is_some());
        if self.timeline.select_message(id, page) {
            return self.after_reveal(was_filtered);
        }
        let last = self.current.counts.messages;
        let message = match id.0 {
            0 => "the first message is number 1".to_owned(),
            n if n > last => format!("message {n} has not been received: the last message is {last}"),
            n => format!("message {n} is no longer kept: without a capture only the last rows are"),
        };
        self.say(Tone::Bad, message);
        Vec::new()
    }

    /// A row was selected. Where the filter hid it, that is not in force any more.
    pub(in crate::app) fn after_reveal(&mut self, was_filtered: bool) -> Vec<Effect> {
        if was_filtered && self.timeline.filter_view().is_none() {
            self.say(Tone::Note, "the filter was dropped: it hid the row");
            return self.forget_filters();
        }
        Vec::new()
    }

    /// The timeline shows all rows again: what filtered them is not in force any more.
    pub(in crate::app) fn forget_filters(&mut self) -> Vec<Effect> {
        self.filter = Search::default();
        if self.named_filters.on().next().is_some() {
            self.named_filters.set_aside();
            self.say(Tone::Note, "the filters are off for now: F turns them on");
        }
        let mut effects = self.highlight_rows();
        effects.push(Effect::StopScan(Landmarked::Yes));
        effects
    }

    /// Goes from one delivery of the selected message to the next, or to the one before.
    pub(in crate::app) fn go_to_delivery(&mut self, onward: bool, which: &str) {
        let Some(id) = self.timeline.selected_message_id() else { return };
        let page = self.page();
        if !self.timeline.select_delivery(id, onward, page) {
            self.say(Tone::Note, format!("the feed shows no {which} delivery of message {id}"));
        }
    }

    /// Asks the engine for something about the selected message. The view stands still, so that what
    /// follows is about what was looked at.
    pub(in crate::app) fn answer_selected(&mut self, command: fn(MessageId) -> Command) -> Vec<Effect> {
        self.timeline.hold(self.page());
        self.timeline.selected_message_id().map(|id| Effect::Engine(command(id))).into_iter().collect()
    }

    /// The same about every marked message.
    pub(in crate::app) fn answer_marked(&mut self, command: fn(MessageId) -> Command) -> Vec<Effect> {
        let marks: Vec<_> = self.timeline.marks().collect();
        let ids = marks.into_iter().filter_map(|row| self.timeline.message_at(row));
        vec![Effect::Engine(Command::All(ids.map(command).collect()))]
    }

    /// Opens the list of what the selected payload can be read as.
    pub(in crate::app) fn open_decoders(&mut self) {
        self.timeline.hold(self.page());
        if let Some((kind, payload)) = self.selected_payload() {
            self.overlay = Some(Overlay::Decoders(Decoders::of(kind, payload, self.detail.mode)));
        }
    }

    /// Moves in that list.
    pub(in crate::app) fn choose_decoder(&mut self, step: Step) {
        if let Some(Overlay::Decoders(decoders)) = &mut self.overlay {
            decoders.choose(step);
        }
    }

    /// Reads the selected payload as what is chosen, whatever it was taken for.
    pub(in crate::app) fn read_as_chosen(&mut self) {
        if let Some(Overlay::Decoders(decoders)) = self.overlay.take()
            && let Some(row) = decoders.chosen()
        {
            self.detail.mode = DetailMode::As(row.name);
        }
    }

    /// Copies the selected payload: text as it is, however it was sent; anything else as hex digits, so that it
    /// survives the clipboard.
    pub(in crate::app) fn copy_payload(&mut self) -> Vec<Effect> {
        self.timeline.hold(self.page());
        let Some((kind, payload)) = self.selected_payload() else { return Vec::new() };
        let text = plain_text(kind, payload).map_or_else(|| hex::encode(payload), str::to_owned);
        vec![Effect::Copy(text)]
    }
}
