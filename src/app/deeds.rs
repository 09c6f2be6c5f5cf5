//! What actions do to the screen, where it takes more than a line.

use crate::{
    payload::hex,
    session::{Command, ControlKind, Kind, MessageId},
};

use super::{
    connections::Connections,
    current::ConnectionState,
    layout,
    model::{App, Focus, Tone},
    overlay::Overlay,
    reading,
    row::{Entry, Line, Row},
    screen::Screen,
    text_input::TextInput,
    timeline::MARKS,
    update::Effect,
};

impl App {
    pub(super) fn connect_again(&mut self) -> Vec<Effect> {
        if !self.current.has_ended() {
            return vec![Effect::Engine(Command::Reconnect)];
        }
        self.begin_anew();
        vec![Effect::Restart]
    }

    /// A new session counts from one again, so nothing of the old one may stay beside it.
    pub(super) fn begin_anew(&mut self) {
        self.close_detail();
        self.current = ConnectionState::default();
        self.timeline = self.timeline.renewed();
        self.began = None;
        self.connections = Connections::default();
        self.deliveries = self.deliveries.renewed();
        self.ladder_scroll = 0;
    }

    /// The message of the selected row, be it of a first or of a later delivery.
    pub(super) fn selected_id(&self) -> Option<MessageId> {
        match self.timeline.selected()?.line {
            Line::Message { message, .. } => Some(message.id),
            Line::Redelivered { id, .. } => Some(id),
            _ => None,
        }
    }

    pub(super) fn toggle_mark(&mut self) -> Vec<Effect> {
        self.timeline.hold(self.page());
        if !self.timeline.toggle_mark() {
            self.say(Tone::Bad, format!("no more than {MARKS} messages can be marked"));
        }
        Vec::new()
    }

    pub(super) fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = !self.mouse;
        let message = if self.mouse {
            "the mouse is heard here"
        } else {
            "the mouse is the terminal's: it selects text"
        };
        self.say(Tone::Note, message);
        vec![Effect::Mouse(self.mouse)]
    }

    pub(super) fn next_time_style(&mut self) -> Vec<Effect> {
        self.time = self.time.next();
        self.say(Tone::Note, format!("times {}", self.time.word()));
        Vec::new()
    }

    /// Goes to a message by its number.
    pub(super) fn go_to_message(&mut self, id: MessageId) -> Vec<Effect> {
        self.screen = Screen::Feed;
        self.focus = Focus::Feed;
        let page = self.page();
        if self.timeline.select_message(id, page) {
            self.filter = TextInput::default();
            return vec![Effect::StopScan];
        }
        let last = self.current.counts.messages;
        let message = match id.0 {
            0 => "the first message is number 1".to_owned(),
            n if n > last => format!("message {n} has not been received: the last one is {last}"),
            n => format!("message {n} is not kept: only the last rows are, since nothing is captured"),
        };
        self.say(Tone::Bad, message);
        Vec::new()
    }

    pub(super) fn go_to(&mut self, screen: Screen) -> Vec<Effect> {
        self.screen = screen;
        if screen == Screen::Feed {
            self.focus = Focus::Feed;
        }
        if screen == Screen::Config { self.look_at_all() } else { Vec::new() }
    }

    pub(super) fn open_detail(&mut self) {
        self.timeline.hold(self.page());
        self.detail.open = true;
        self.detail.scroll = 0;
    }

    pub(super) fn close_detail(&mut self) {
        self.detail.open = false;
        if self.focus == Focus::Detail {
            self.focus = Focus::Feed;
        }
    }

    /// Moves what has the focus by so many lines or rows.
    pub(super) fn go(&mut self, by: i64) -> Vec<Effect> {
        match self.screen {
            Screen::Start => return self.go_start(by),
            Screen::Config => return self.go_form(by),
            Screen::Connections => return self.go_connections(by),
            Screen::Delivery => return self.go_deliveries(by),
            Screen::Log => return self.go_log(by),
            Screen::Feed => {}
        }
        if self.shows_ladder() {
            let scroll = shifted(usize::from(self.ladder_scroll), by).min(self.explanation());
            self.ladder_scroll = scroll.try_into().unwrap_or(u16::MAX);
        } else if self.focus == Focus::Detail {
            return self.scroll_detail(by);
        } else {
            self.timeline.select_by(by, self.page());
            self.detail.scroll = 0;
        }
        Vec::new()
    }

    pub(super) fn go_first(&mut self) -> Vec<Effect> {
        if self.screen != Screen::Feed || self.shows_ladder() || self.focus == Focus::Detail {
            return self.go(-i64::from(u32::MAX));
        }
        self.timeline.select_first(self.page());
        self.detail.scroll = 0;
        Vec::new()
    }

    pub(super) fn go_newest(&mut self) -> Vec<Effect> {
        if self.screen != Screen::Feed || self.shows_ladder() || self.focus == Focus::Detail {
            return self.go(i64::from(u32::MAX));
        }
        self.timeline.follow();
        self.detail.scroll = 0;
        Vec::new()
    }

    /// Scrolls the help; a row takes two lines at most where there is room for its columns.
    pub(super) fn scroll_help(&mut self, by: i64) {
        let most = 3 * super::actions().count();
        let scrolled = |scroll| shifted(usize::from(scroll), by).min(most).try_into().unwrap_or(u16::MAX);
        if let Some(Overlay::Help(scroll)) = &mut self.overlay {
            *scroll = scrolled(*scroll);
        }
    }

    pub(super) fn scroll_detail(&mut self, by: i64) -> Vec<Effect> {
        let pane = layout::areas(self.size, self).detail;
        let width = usize::from(pane.width).saturating_sub(2);
        let lines = self
            .selected_payload()
            .map_or(0, |(kind, bytes)| reading::lines(kind, bytes, self.detail.mode, width));
        let furthest = lines.saturating_sub(usize::from(pane.height));
        self.detail.scroll = shifted(self.detail.scroll, by).min(furthest);
        Vec::new()
    }

    /// About how many lines explain what is wrong, rather more than fewer: the drawing stops at
    /// the last, and this keeps the scroll from running far beyond it.
    fn explanation(&self) -> usize {
        let width = usize::from(self.size.width).saturating_sub(6).max(1);
        let lines = |text: &String| text.len() / width + 1;
        let findings = self.current.findings.iter().map(|finding| {
            let fixes = finding.fixes.iter().map(|fix| lines(&fix.title) + fix.edits.len());
            let evidence = finding.evidence.iter().map(lines);
            lines(&finding.title) + lines(&finding.cause) + fixes.chain(evidence).sum::<usize>()
        });
        let sources = self.current.failed.as_ref().and_then(|failed| failed.failure.as_ref());
        findings.sum::<usize>()
            + sources.map_or(0, |failure| failure.sources.iter().map(lines).sum::<usize>() + 1)
    }

    /// Half of what the focused region shows, in lines.
    pub(super) fn pages_half(&self) -> i64 {
        i64::from((self.page() / 2).max(1))
    }

    /// The payload of the selected row, received or sent.
    #[must_use]
    pub fn selected_payload(&self) -> Option<(Kind, &[u8])> {
        match self.timeline.selected()?.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                Some((message.kind, message.payload?))
            }
            Line::Entry(Entry::Sent(sent)) => Some((sent.kind, sent.payload.as_ref()?)),
            Line::Entry(Entry::Control(control)) => match &control.kind {
                ControlKind::Ping(payload) | ControlKind::Pong { payload, .. } if !payload.is_empty() => {
                    Some((Kind::Binary, payload))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

impl Row<'_> {
    /// How large its payload was, when it is not kept any more.
    #[must_use]
    pub fn let_go(&self) -> Option<u64> {
        match &self.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                message.payload.is_none().then_some(message.size)
            }
            Line::Entry(Entry::Sent(sent)) => sent.payload.is_none().then_some(sent.size),
            _ => None,
        }
    }
}

fn shifted(from: usize, by: i64) -> usize {
    from.saturating_add_signed(isize::try_from(by).unwrap_or(isize::MAX))
}

/// Text goes as it is; anything else as hex digits, so that it survives the clipboard.
pub(super) fn copy(kind: Kind, payload: &[u8]) -> Effect {
    match std::str::from_utf8(payload) {
        Ok(text) if kind == Kind::Text => Effect::Copy(text.to_owned()),
        _ => Effect::Copy(hex::encode(payload)),
    }
}
