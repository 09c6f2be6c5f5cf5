//! The screen of what the feed does over time: numbers, a chart, and lists of what happened, of kinds and of shapes.

use ratatui::layout::{Position, Rect};

use super::{PLAIN, Scope, Screen, ScreenSpec};
use crate::{
    app::{
        effect::{Effect, StatsOrder},
        layout,
        model::App,
        state::{Capture, Focus, Key, Purpose, Search, StatsNews, StatsPane, Tone, first_shown},
    },
    session::{FindingCode, Level, MessageId, Severity, Timestamp},
    stats::{Paths, What},
};

/// What rings the bell, where that is wished.
const ALARMS: [FindingCode; 4] =
    [FindingCode::Silence, FindingCode::KindSilence, FindingCode::SequenceGap, FindingCode::Lag];
/// From this width the lists stand beside the numbers and the chart.
const SIDE_BY_SIDE: u16 = 160;
/// Lines of the numbers.
const FACTS: u16 = 7;
/// Cells at the left of the chart that say how high it is.
pub const SCALE: u16 = 9;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Stats",
    keys: &[Key::char('5')],
    label: "stats",
    doc: "Go to what the feed does over time: missing numbers, lag, silence, connections, kinds and shapes",
    scopes: |_| &[Scope::Stats, Scope::Screens, Scope::Everywhere],
    go: |app, step| app.over_time.go(step),
    click: App::click_stats,
    ..PLAIN
};

/// The place of each part; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatsAreas {
    pub title: Rect,
    /// What was found, a line each.
    pub found: Rect,
    pub facts: Rect,
    pub chart_title: Rect,
    /// The bars with their scale.
    pub chart: Rect,
    /// When connections stood, and the times of both ends.
    pub axis: Rect,
    pub divider: Rect,
    /// The lists in order, each with its rule.
    pub lists: [(Rect, Rect); LISTS.len()],
}

/// The lists, in the order of [`StatsAreas::lists`].
pub const LISTS: [StatsPane; 4] =
    [StatsPane::Happenings, StatsPane::Kinds, StatsPane::Shapes, StatsPane::Connections];

/// Computes the places.
pub fn areas(app: &App) -> StatsAreas {
    let body = layout::areas(app.size, app).body;
    let mut areas = StatsAreas::default();
    let mut rest = body;
    if body.width >= SIDE_BY_SIDE {
        let width = body.width / 2;
        areas.divider = Rect { x: body.x + width, width: 1, ..body };
        let mut right = Rect { x: areas.divider.right(), width: body.width - width - 1, ..body };
        rest.width = width;
        let count = LISTS.len();
        let each = right.height / u16::try_from(count).unwrap_or(1);
        for (nth, list) in areas.lists.iter_mut().enumerate() {
            let mut part = layout::top(&mut right, if nth + 1 == count { u16::MAX } else { each });
            *list = (layout::top(&mut part, 1), part);
        }
    }
    areas.title = layout::top(&mut rest, 1);
    let found = u16::try_from(app.over_time.noticed.len()).unwrap_or(u16::MAX).min((rest.height / 12).max(1));
    areas.found = layout::top(&mut rest, found);
    areas.facts = layout::top(&mut rest, FACTS);
    let is_beside = areas.divider.height > 0;
    if !is_beside {
        // The list that is looked at, or all of it where there is no more room.
        let height = if rest.height >= 11 { rest.height / 2 } else { rest.height };
        let mut list = layout::bottom(&mut rest, height);
        let nth = LISTS.iter().position(|pane| *pane == app.over_time.list()).unwrap_or(0);
        areas.lists[nth] = (layout::top(&mut list, 1), list);
    }
    if rest.height >= 5 {
        areas.chart_title = layout::top(&mut rest, 1);
        areas.axis = layout::bottom(&mut rest, 2);
        areas.chart = rest;
    }
    areas
}

/// How many bars the chart has.
pub fn bars(app: &App) -> usize {
    usize::from(areas(app).chart.width.saturating_sub(SCALE + 2))
}

/// The first row shown of a list.
pub fn first_listed(app: &App, pane: StatsPane, height: u16) -> usize {
    first_shown(app.over_time.place(pane), usize::from(height).max(1))
}

impl App {
    fn click_stats(&mut self, at: Position) {
        let areas = areas(self);
        if areas.chart.contains(at) {
            self.over_time.pane = StatsPane::Chart;
        }
        for (pane, (_, list)) in LISTS.into_iter().zip(areas.lists) {
            if list.contains(at) {
                let heads = u16::from(pane != StatsPane::Happenings);
                self.over_time.pane = pane;
                if let Some(line) = (at.y - list.y).checked_sub(heads) {
                    let place = first_listed(self, pane, list.height - heads) + usize::from(line);
                    if place < self.over_time.rows(pane) {
                        self.over_time.select(pane, place);
                    }
                }
            }
        }
    }

    /// Whoever folds is told when the screen comes into sight and when it leaves, and an old capture is read then.
    pub(in crate::app) fn watch_stats(&mut self) -> Vec<Effect> {
        let is_watched = self.screen == Screen::Stats;
        let mut effects = Vec::new();
        if is_watched {
            self.over_time.saw();
        }
        if std::mem::replace(&mut self.over_time.is_watched, is_watched) != is_watched {
            effects.push(Effect::Stats(StatsOrder::Watch(is_watched)));
        }
        // The column of the lag needs to know where the time is.
        if (is_watched || self.columns.has_lag())
            && let Capture::Reading { path, sessions, nth, .. } = &self.capture
        {
            let wanted = Some((path.clone(), *nth));
            if self.over_time.read != wanted {
                let (path, back) = (path.clone(), sessions - nth);
                self.over_time.read = wanted;
                self.over_time.percent = Some(0);
                let paths = self.over_time.snapshot.choices.clone();
                effects.push(Effect::Stats(StatsOrder::Read { path, back, paths: Box::new(paths) }));
            }
        }
        effects
    }

    /// Takes in what the folds say, and tells what is new.
    pub(in crate::app) fn take_stats(&mut self, news: StatsNews) -> Vec<Effect> {
        if let Some(message) = &news.failed {
            self.say(Tone::Bad, format!("the capture was not read to its end: {message}"));
        }
        let new = self.over_time.take(news);
        if self.capture.is_reading() {
            // It was told when it happened.
            self.over_time.saw();
            return Vec::new();
        }
        let mut effects = Vec::new();
        for noticed in new {
            let finding = noticed.finding;
            let level = match finding.severity {
                Severity::Note => Level::Info,
                Severity::Warning => Level::Warn,
                Severity::Error => Level::Error,
            };
            self.journal.note(self.now, level, format!("{}: {}", finding.code, finding.cause));
            if self.notifies && ALARMS.contains(&finding.code) {
                effects.push(Effect::Notify(format!("{}: {}", self.profile.name, finding.title)));
            }
        }
        effects
    }

    /// Asks which paths are read.
    pub(in crate::app) fn ask_for_paths(&mut self) {
        self.words = self.timeline.paths();
        self.ask(Purpose::Paths, "");
    }

    /// Takes an order such as `time .ts`; `None` if it is none.
    pub(in crate::app) fn order_paths(&mut self, text: &str) -> Option<Vec<Effect>> {
        let ordered = self.over_time.snapshot.choices.ordered(text)?;
        Some(match ordered {
            Ok(paths) => self.choose_paths(paths),
            Err(message) => {
                self.ask_again(Purpose::Paths, text, message);
                Vec::new()
            }
        })
    }

    /// Takes the answer to the question for the paths.
    pub(in crate::app) fn answer_paths(&mut self, text: &str) -> Vec<Effect> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        self.order_paths(text).unwrap_or_else(|| {
            let message = "write sequence, time or kind, and a path, off or auto: time .ts";
            self.ask_again(Purpose::Paths, text, message.to_owned());
            Vec::new()
        })
    }

    fn choose_paths(&mut self, paths: Paths) -> Vec<Effect> {
        self.over_time.snapshot.choices = paths.clone();
        if self.capture.is_reading() {
            // It is read again at the next look.
            self.over_time.read = None;
            self.go_to(Screen::Stats);
            return Vec::new();
        }
        let message = match &self.capture {
            Capture::Recording { .. } => "the session is counted again from its capture",
            _ => "counted from now on: there is no capture to count again",
        };
        self.say(Tone::Done, message);
        vec![Effect::Stats(StatsOrder::Choose(Box::new(paths)))]
    }

    /// The numbers of the session are served, as this says: `metrics at http://127.0.0.1:9400/metrics`
    pub fn serves_at(&mut self, message: &str) {
        let address = message.split_once("//").map_or(message, |(_, rest)| rest);
        self.metrics = Some(address.split('/').next().unwrap_or_default().to_owned());
        self.journal.note(self.now, Level::Info, message.to_owned());
    }

    /// Asks for the file of the shapes to compare with.
    pub(in crate::app) fn ask_for_shapes(&mut self) {
        self.ask(Purpose::CompareShapes, "");
    }

    /// Compares the shapes with those of this file, and shows them.
    pub(in crate::app) fn compare_shapes_with(&mut self, path: &str) -> Vec<Effect> {
        self.over_time.pane = StatsPane::Shapes;
        let path = (!path.is_empty()).then(|| path.into());
        vec![Effect::Stats(StatsOrder::CompareShapes(path))]
    }

    /// Stops to read an old capture; what was read of it stays.
    pub(in crate::app) fn stop_reading_stats(&mut self) -> Vec<Effect> {
        self.over_time.percent = None;
        self.say(Tone::Note, "stopped: the numbers are of the part that was read");
        vec![Effect::Stats(StatsOrder::Stop)]
    }

    pub(in crate::app) fn zoom_chart(&mut self, by: i8) {
        let (cells, is_live) = (bars(self), !self.capture.is_reading());
        if !self.over_time.zoom_by(by, cells, is_live) {
            let message =
                if by < 0 { "a bar is as short as it can be" } else { "a bar is as long as it can be" };
            self.say(Tone::Note, message);
        }
    }

    pub(in crate::app) fn move_chart_cursor(&mut self, by: i64) {
        let (cells, is_live) = (bars(self), !self.capture.is_reading());
        self.over_time.move_cursor(by, cells, is_live);
    }

    pub(in crate::app) fn go_to_happening(&mut self, by: i64) {
        if !self.over_time.go_to_happening(by) {
            let message = if by > 0 { "nothing more has happened" } else { "nothing happened before" };
            self.say(Tone::Note, message);
        }
    }

    /// Shows what is selected on the feed: the message or the time of what happened, all messages of a kind or a shape,
    /// or the time at the cursor of the chart.
    pub(in crate::app) fn show_stats_on_feed(&mut self) -> Vec<Effect> {
        match self.over_time.pane {
            StatsPane::Happenings => {
                let happening = self.over_time.happening().map(|happening| (happening.at, happening.message));
                match happening {
                    Some((_, Some(message))) => self.go_to_message(message),
                    Some((at, None)) => self.go_to_moment(at),
                    None => Vec::new(),
                }
            }
            StatsPane::Kinds => {
                let path = self.over_time.snapshot.paths.kind.as_ref().map(|(path, _)| path.to_string());
                let value = self.over_time.kind().map(|row| row.written.clone());
                path.zip(value)
                    .map_or_else(Vec::new, |(path, value)| self.filter_feed(&format!("{path} == {value}")))
            }
            StatsPane::Shapes => {
                let name = self.over_time.shape().map(|row| row.name.clone());
                name.map_or_else(Vec::new, |name| self.filter_feed(&format!("shape:{name}")))
            }
            StatsPane::Connections => {
                let place =
                    self.over_time.connection().map(|row| (row.first, row.opened.unwrap_or(row.began)));
                match place {
                    Some((Some(first), _)) => self.go_to_message(first),
                    Some((None, at)) => self.go_to_moment(at),
                    None => Vec::new(),
                }
            }
            StatsPane::Chart => self.over_time.cursor.map_or_else(Vec::new, |at| self.go_to_moment(at)),
        }
    }

    /// Shows the newest message of the selected kind or shape.
    pub(in crate::app) fn show_example(&mut self) -> Vec<Effect> {
        self.example().map_or_else(Vec::new, |message| self.go_to_message(message))
    }

    /// That message; the rows of other lists have none.
    pub(in crate::app) fn example(&self) -> Option<MessageId> {
        match self.over_time.pane {
            StatsPane::Kinds => self.over_time.kind().map(|row| row.example),
            StatsPane::Shapes => self.over_time.shape().filter(|row| row.messages > 0).map(|row| row.example),
            StatsPane::Happenings | StatsPane::Connections | StatsPane::Chart => None,
        }
    }

    fn filter_feed(&mut self, text: &str) -> Vec<Effect> {
        self.screen = Screen::Feed;
        self.focus = Focus::Feed;
        self.filter = Search::default();
        self.filter.input.replace(text);
        self.wrote_filter()
    }

    fn go_to_moment(&mut self, at: Timestamp) -> Vec<Effect> {
        self.screen = Screen::Feed;
        self.focus = Focus::Feed;
        let page = self.page();
        let second = Timestamp(at.0.div_euclid(1_000_000) * 1_000_000);
        if !self.timeline.select_time(second, page) {
            self.say(Tone::Note, "the rows of that time are no longer kept");
        }
        Vec::new()
    }

    /// What enter does on the screen now, or why nothing.
    pub(in crate::app) fn refuses_to_show_stats(&self) -> Option<&'static str> {
        let over_time = &self.over_time;
        match over_time.pane {
            StatsPane::Happenings if over_time.happening().is_none() => Some("nothing has happened yet"),
            StatsPane::Kinds if over_time.kind().is_none() => {
                Some("no path of a kind is read: c chooses one")
            }
            StatsPane::Shapes if over_time.shape().is_none() => Some("no message of JSON has come"),
            StatsPane::Connections if over_time.connection().is_none() => Some("no connection has begun"),
            StatsPane::Chart if over_time.cursor.is_none() => Some("← puts the cursor on the chart"),
            _ => None,
        }
    }

    /// Whether what is selected is a silence, so that its time is gone to.
    pub fn selects_a_silence(&self) -> bool {
        let is_silence = |what: &What| matches!(what, What::Silence(_));
        self.over_time.happening().is_some_and(|happening| is_silence(&happening.what))
    }
}
