//! The state of the screen.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use jiff::tz::TimeZone;
use ratatui::layout::Size;

use crate::{
    config::{OpenedFile, Values},
    session::{Fix, Level, Timestamp},
};

use super::{
    bindings::Bindings,
    layout,
    screens::Screen,
    state::{
        AskedPassphrase, Bookmarks, Capture, ColourRules, Columns, ConnectionState, Connections, Deliveries,
        Detail, Focus, Form, InputChoice, Journal, Look, NamedFilters, Notice, OverTime, Overlay, Pairs,
        Profile, RowOrder, Saving, Search, Sender, Start, State, TextInput, TimeStyle, Timeline, Tone,
    },
};

/// Everything the screen shows is read from here; only [`update`](super::update()) changes it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the screen that have nothing to do with one another"
)]
#[derive(Clone, Debug)]
pub struct App {
    pub size: Size,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub look: Look,
    /// Whether everything is drawn with ASCII only.
    pub ascii: bool,
    pub profile: Profile,
    pub screen: Screen,
    pub overlay: Option<Overlay>,
    pub current: ConnectionState,
    pub form: Form,
    /// When the commands for secrets were last run after a refusal.
    pub renewed: Option<Timestamp>,
    /// The passphrase of a client key that was asked for last.
    pub passphrase: Option<AskedPassphrase>,
    pub connections: Connections,
    pub deliveries: Deliveries,
    /// What the feed does over time.
    pub over_time: OverTime,
    /// Whether a silence or a gap rings the bell and is told to the desktop.
    pub notifies: bool,
    /// Where the numbers of the session are served: `127.0.0.1:9400`
    pub metrics: Option<String>,
    pub journal: Journal,
    pub start: Start,
    pub timeline: Timeline,
    pub detail: Detail,
    pub send: TextInput,
    pub sender: Sender,
    /// The payload of the message that was received last.
    pub last_received: Option<Bytes>,
    /// What the feed is filtered by.
    pub filter: Search,
    /// What is coloured on the feed, and hides nothing.
    pub highlight: Search,
    /// What a filter may go on with: paths of JSON in the rows at hand when its line was opened, and names of filters.
    pub words: BTreeSet<String>,
    /// Filters that have names and stay.
    pub named_filters: NamedFilters,
    /// What is looked for in the payload that the detail shows.
    pub find: Search,
    pub time: TimeStyle,
    pub colours: ColourRules,
    pub bookmarks: Bookmarks,
    /// Requests and their answers.
    pub pairs: Pairs,
    pub columns: Columns,
    /// The columns that a person set in their preferences, or those that there are by themselves.
    pub first_columns: Columns,
    /// The file that they set them in.
    pub preferences_file: Option<String>,
    /// The keys that they set there.
    pub bindings: Bindings,
    pub row_order: RowOrder,
    /// Whether long previews go on in further lines.
    pub wraps: bool,
    /// The time of the first event.
    pub began: Option<Timestamp>,
    pub capture: Capture,
    /// Whether this program takes clicks and the wheel.
    pub mouse: bool,
    /// Whether nothing has been tried yet.
    pub has_no_session: bool,
    /// Whether the feed says what there is to try: it is the demo, and nothing was tried.
    pub shows_tips: bool,
    pub focus: Focus,
    /// How far the ladder is scrolled, in lines, while it has the main region.
    pub ladder_scroll: usize,
    pub notice: Option<Notice>,
    /// The new file that is being written, once that takes long.
    pub saving: Option<Saving>,
    /// The fix that waits for the file it is to write.
    pub waiting_fix: Option<Fix>,
    /// The file that the profile is from.
    pub opened: Option<Box<OpenedFile>>,
    /// Whether the screen is being left and the connection closes.
    pub closing: bool,
}

impl App {
    /// An empty screen. Times are shown on the clock of `zone`.
    pub fn new(profile: Profile, size: Size, now: Timestamp, zone: TimeZone) -> Self {
        Self {
            size,
            now,
            zone,
            look: Look::default(),
            ascii: false,
            profile,
            screen: Screen::default(),
            overlay: None,
            current: ConnectionState::default(),
            form: Form::new(Values::default()),
            renewed: None,
            passphrase: None,
            connections: Connections::default(),
            deliveries: Deliveries::default(),
            over_time: OverTime::default(),
            notifies: false,
            metrics: None,
            journal: Journal::default(),
            start: Start::default(),
            timeline: Timeline::default(),
            detail: Detail::default(),
            send: TextInput::default(),
            sender: Sender::default(),
            last_received: None,
            filter: Search::default(),
            highlight: Search::default(),
            words: BTreeSet::new(),
            named_filters: NamedFilters::default(),
            find: Search::default(),
            time: TimeStyle::default(),
            colours: ColourRules::default(),
            bookmarks: Bookmarks::default(),
            pairs: Pairs::default(),
            columns: Columns::default(),
            first_columns: Columns::default(),
            preferences_file: None,
            bindings: Bindings::default(),
            row_order: RowOrder::default(),
            wraps: false,
            began: None,
            capture: Capture::default(),
            mouse: true,
            has_no_session: false,
            shows_tips: false,
            focus: Focus::default(),
            ladder_scroll: 0,
            notice: None,
            saving: None,
            waiting_fix: None,
            opened: None,
            closing: false,
        }
    }

    /// A session with these values under way.
    #[must_use]
    pub fn with_values(mut self, values: Values) -> Self {
        self.form = Form::new(values);
        self
    }

    /// The same, from this file.
    #[must_use]
    pub fn of_file(self, opened: Option<OpenedFile>) -> Self {
        Self { opened: opened.map(Box::new), ..self }
    }

    /// The same, with the list of the inputs of this file open.
    #[must_use]
    pub fn choosing(self, file: OpenedFile) -> Self {
        let overlay = Some(Overlay::Inputs(InputChoice { chosen: 0, is_warned: false }));
        Self { overlay, ..self.of_file(Some(file)) }
    }

    /// Whether the ladder has the main region: nothing has come through and nothing is open.
    pub fn shows_ladder(&self) -> bool {
        self.timeline.traffic() == 0 && !self.current.is_open()
    }

    /// Whether the strip above the footer speaks of what is wrong.
    pub fn shows_alert_bar(&self) -> bool {
        !self.shows_ladder()
            && (self.current.is_troubled()
                || self.current.can_be_mended()
                || self.over_time.unseen().is_some())
    }

    /// Whether enter applies the fix in the strip: the strip is in sight, and no row was chosen to be opened.
    pub fn strip_offers_fix(&self) -> bool {
        let is_seen = || layout::areas(self.size, self).alert_bar.height > 0;
        let follows = self.timeline.is_following() && self.focus == Focus::Feed;
        follows && self.current.own_fix().is_some() && !self.capture.is_reading() && is_seen()
    }

    /// When the screen changes by itself, or something is to be sent; `None` while neither is.
    pub fn next_tick(&self) -> Option<Duration> {
        let due = self.sender.due().map(|due| due.since(self.now));
        self.next_change().into_iter().chain(due).min()
    }

    fn next_change(&self) -> Option<Duration> {
        if self.timeline.waits_for_the_capture() {
            return Some(Duration::from_millis(50));
        }
        match self.current.state {
            _ if self.capture.is_reading() => self.notice_ends(),
            State::Connecting { .. } | State::Waiting { .. } => Some(Duration::from_millis(100)),
            State::Open { .. } if self.ticks() => Some(Duration::from_millis(100)),
            State::Open { .. } => {
                let into = u64::try_from(self.now.0.rem_euclid(1_000_000)).unwrap_or(0);
                Some(Duration::from_micros(1_000_000 - into))
            }
            _ => self.notice_ends(),
        }
    }

    fn notice_ends(&self) -> Option<Duration> {
        self.notice.as_ref().map(|notice| notice.left(self.now))
    }

    /// Half of what the feed shows, in lines.
    pub(super) fn half_page(&self) -> i64 {
        i64::from((self.page() / 2).max(1))
    }

    /// Says that something is done, here and in the log.
    pub(super) fn done(&mut self, message: String) {
        self.journal.note(self.now, Level::Info, message.clone());
        self.say(Tone::Done, message);
    }

    pub(super) fn say(&mut self, tone: Tone, message: impl Into<String>) {
        self.notice = Some(Notice { message: message.into(), tone, since: self.now });
    }
}
