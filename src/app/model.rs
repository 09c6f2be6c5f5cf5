//! The state of the screen.

use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::layout::Size;

use crate::{
    config::{Dialect, Settings, Values},
    session::Timestamp,
};

use super::{
    capture::Capture, connections::Connections, current::ConnectionState, deliveries::Deliveries, form::Form,
    journal::Journal, layout, overlay::Overlay, screen::Screen, start::Start, text_input::TextInput,
    timeline::Timeline,
};

/// How long a notice stays without a key press.
pub const NOTICE: Duration = Duration::from_secs(5);

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
    pub connections: Connections,
    pub deliveries: Deliveries,
    pub journal: Journal,
    pub start: Start,
    pub timeline: Timeline,
    pub detail: Detail,
    pub send: TextInput,
    /// The expression that the feed is filtered by, as written.
    pub filter: TextInput,
    /// Why that cannot be read, when it cannot; the last one that could stays in force.
    pub filter_fault: Option<String>,
    pub time: TimeStyle,
    /// When the first event was told.
    pub began: Option<Timestamp>,
    pub capture: Capture,
    /// Whether clicks and the wheel are heard.
    pub mouse: bool,
    /// Whether nothing has been tried yet.
    pub has_no_session: bool,
    pub focus: Focus,
    /// How far the ladder is scrolled, in lines, while it has the main region.
    pub ladder_scroll: u16,
    pub notice: Option<Notice>,
    /// Whether the screen is being left and the connection closes.
    pub closing: bool,
}

/// What the screen says of the session it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// Masked.
    pub url: String,
    /// Whose behaviour is followed.
    pub dialect: Dialect,
    /// Whether a rejected message is redelivered.
    pub replays: bool,
    /// Whether the `tls` stage is part of a connection.
    pub secure: bool,
    /// Whether the `open` stage is.
    pub opening: bool,
    /// How long a connection may take from the lookup to the answer to the upgrade.
    pub connect_limit: Duration,
    /// How long its opening messages may take.
    pub open_limit: Duration,
}

/// Which colours the terminal takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// 24 bits on a dark ground.
    #[default]
    Dark,
    /// 24 bits on a light ground.
    Light,
    Sixteen,
    /// No colours: bold, dim and reversed only.
    Plain,
}

/// Files that a path may go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The path as it was when they were looked for.
    pub typed: String,
    /// Whole paths, those of folders with a slash behind them.
    pub names: Vec<String>,
}

/// How the time of a row is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// On the local clock.
    #[default]
    Clock,
    /// Since the first connection.
    Session,
    /// Before or after the selected row.
    Selected,
}

impl TimeStyle {
    /// What it is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clock => "on the clock",
            Self::Session => "since the session began",
            Self::Selected => "from the selected row",
        }
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Clock => Self::Session,
            Self::Session => Self::Selected,
            Self::Selected => Self::Clock,
        }
    }
}

/// Who gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Feed,
    Detail,
    Send,
    Filter,
}

/// The pane of one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    pub open: bool,
    pub mode: Mode,
    /// In lines.
    pub scroll: usize,
}

/// How the detail shows a payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Pretty,
    Raw,
    Hex,
}

/// One sentence for the person, in the place of the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub message: String,
    pub tone: Tone,
    pub since: Timestamp,
}

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Note,
    Bad,
}

impl Mode {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Raw => "raw",
            Self::Hex => "hex",
        }
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Pretty => Self::Raw,
            Self::Raw => Self::Hex,
            Self::Hex => Self::Pretty,
        }
    }
}

impl Profile {
    /// What the screen says of a session with these settings, called `name`.
    #[must_use]
    pub fn of(name: String, settings: &Settings, connect_limit: Duration, open_limit: Duration) -> Self {
        let mut profile = Self { name, connect_limit, open_limit, ..Self::default() };
        profile.take_on(settings);
        profile
    }

    /// Says of the session what its settings say now.
    pub(super) fn take_on(&mut self, settings: &Settings) {
        self.url = settings.shown_url();
        self.dialect = settings.options.dialect;
        self.replays = settings.auto_replay_nacks;
        self.secure = settings.url.secure;
        self.opening = !settings.open_messages.is_empty();
    }

    /// Whether it has a name of its own. A session without a file is called after its host, which
    /// the address says already.
    #[must_use]
    pub fn is_named(&self) -> bool {
        let authority = self.url.split('/').nth(2).unwrap_or(&self.url);
        !self.name.is_empty() && !authority.starts_with(&self.name)
    }
}

impl App {
    /// An empty screen. Times are shown on the clock of `zone`.
    #[must_use]
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
            form: Form::default(),
            connections: Connections::default(),
            deliveries: Deliveries::default(),
            journal: Journal::default(),
            start: Start::default(),
            timeline: Timeline::default(),
            detail: Detail::default(),
            send: TextInput::default(),
            filter: TextInput::default(),
            filter_fault: None,
            time: TimeStyle::default(),
            began: None,
            capture: Capture::default(),
            mouse: true,
            has_no_session: false,
            focus: Focus::default(),
            ladder_scroll: 0,
            notice: None,
            closing: false,
        }
    }

    /// A session with these values under way.
    #[must_use]
    pub fn with_values(mut self, values: Values) -> Self {
        self.form = Form::new(values);
        self
    }

    /// Whether the ladder has the main region: nothing has come through and nothing is open.
    #[must_use]
    pub fn shows_ladder(&self) -> bool {
        self.timeline.traffic() == 0 && !self.current.is_open()
    }

    /// Whether the strip above the footer speaks of what is wrong.
    #[must_use]
    pub fn shows_alert_bar(&self) -> bool {
        !self.shows_ladder() && self.current.is_troubled()
    }

    /// Lines of the feed that hold rows.
    #[must_use]
    pub fn page(&self) -> u16 {
        layout::areas(self.size, self).rows.height
    }

    /// When the screen changes by itself; `None` while it does not.
    #[must_use]
    pub fn next_tick(&self) -> Option<Duration> {
        use super::current::State;
        if self.timeline.waits_for_the_capture() {
            return Some(Duration::from_millis(50));
        }
        match self.current.state {
            _ if self.capture.is_reading() => self.notice_ends(),
            State::Connecting { .. } | State::Waiting { .. } => Some(Duration::from_millis(100)),
            // Ages and pauses run in tenths of a second there.
            State::Open { .. }
                if self.screen == Screen::Delivery
                    && (self.deliveries.listed() > 0 || self.deliveries.held.is_some()) =>
            {
                Some(Duration::from_millis(100))
            }
            State::Open { .. } => {
                let into = u64::try_from(self.now.0.rem_euclid(1_000_000)).unwrap_or(0);
                Some(Duration::from_micros(1_000_000 - into))
            }
            _ => self.notice_ends(),
        }
    }

    fn notice_ends(&self) -> Option<Duration> {
        let left = |notice: &Notice| notice.since.plus(NOTICE).since(self.now).max(Duration::from_millis(1));
        self.notice.as_ref().map(left)
    }

    pub(super) fn say(&mut self, tone: Tone, message: impl Into<String>) {
        self.notice = Some(Notice { message: message.into(), tone, since: self.now });
    }
}
