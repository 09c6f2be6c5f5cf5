//! The table of actions: everything a person can do, one row each.

use crate::session::{Command, Kind, Outgoing};

use super::{
    action::{ActionSpec, Scope, Unavailable},
    key::{Code, Key},
    layout,
    link::Link,
    model::{App, Focus},
    reading,
    timeline::{Line, Timeline},
    update::Effect,
};

/// Every action, in the order of the help.
pub static ACTIONS: &[ActionSpec] = &[
    ActionSpec {
        name: "down",
        doc: "Select the next row, or scroll the pane that has the focus",
        scope: Scope::Feed,
        keys: &[Key::char('j'), Key::of(Code::Down)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(1),
    },
    ActionSpec {
        name: "up",
        doc: "Select the row before; the view then holds still",
        scope: Scope::Feed,
        keys: &[Key::char('k'), Key::of(Code::Up)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(-1),
    },
    ActionSpec {
        name: "half a page down",
        doc: "Move half a page down",
        scope: Scope::Feed,
        keys: &[Key::ctrl('d')],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(app.pages_half()),
    },
    ActionSpec {
        name: "half a page up",
        doc: "Move half a page up",
        scope: Scope::Feed,
        keys: &[Key::ctrl('u')],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(-app.pages_half()),
    },
    ActionSpec {
        name: "page down",
        doc: "Move a page down",
        scope: Scope::Feed,
        keys: &[Key::of(Code::PageDown)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(2 * app.pages_half()),
    },
    ActionSpec {
        name: "page up",
        doc: "Move a page up",
        scope: Scope::Feed,
        keys: &[Key::of(Code::PageUp)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(-2 * app.pages_half()),
    },
    ActionSpec {
        name: "first",
        doc: "Go to the first row that is kept",
        scope: Scope::Feed,
        keys: &[Key::char('g'), Key::of(Code::Home)],
        rank: never,
        available: there_is_something_to_move_through,
        run: App::go_first,
    },
    ActionSpec {
        name: "newest",
        doc: "Go to the newest row and follow",
        scope: Scope::Feed,
        keys: &[Key::char('G'), Key::of(Code::End)],
        rank: never,
        available: there_is_something_to_move_through,
        run: App::go_newest,
    },
    ActionSpec {
        name: "follow",
        doc: "Stay at the newest row",
        scope: Scope::Feed,
        keys: &[Key::char('f')],
        rank: |_| Some(20),
        available: the_view_holds,
        run: |app| {
            app.timeline.follow();
            Vec::new()
        },
    },
    ActionSpec {
        name: "hold",
        doc: "Hold the view still; what arrives is counted",
        scope: Scope::Feed,
        keys: &[Key::char('p')],
        rank: |_| Some(20),
        available: the_view_follows,
        run: |app| {
            app.timeline.hold(app.page());
            Vec::new()
        },
    },
    ActionSpec {
        name: "open",
        doc: "Open the detail of the selected row; the view holds still",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(10),
        available: a_row_can_be_opened,
        run: |app| {
            app.open_detail();
            Vec::new()
        },
    },
    ActionSpec {
        name: "back",
        doc: "Close the detail",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(12),
        available: the_detail_is_open,
        run: |app| {
            app.close_detail();
            Vec::new()
        },
    },
    ActionSpec {
        name: "pane",
        doc: "Move the focus between feed and detail",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Tab), Key::of(Code::BackTab)],
        rank: never,
        available: the_detail_is_open,
        run: |app| {
            app.focus = if app.focus == Focus::Detail { Focus::Feed } else { Focus::Detail };
            Vec::new()
        },
    },
    ActionSpec {
        name: "view",
        doc: "Show the payload pretty, raw or as hex",
        scope: Scope::Feed,
        keys: &[Key::char('v')],
        rank: |_| Some(11),
        available: a_payload_is_shown,
        run: |app| {
            app.detail.mode = app.detail.mode.next();
            app.detail.scroll = 0;
            Vec::new()
        },
    },
    ActionSpec {
        name: "detail down",
        doc: "Scroll the detail down",
        scope: Scope::Feed,
        keys: &[Key::char('J')],
        rank: never,
        available: the_detail_is_open,
        run: |app| app.scroll_detail(1),
    },
    ActionSpec {
        name: "detail up",
        doc: "Scroll the detail up",
        scope: Scope::Feed,
        keys: &[Key::char('K')],
        rank: never,
        available: the_detail_is_open,
        run: |app| app.scroll_detail(-1),
    },
    ActionSpec {
        name: "nack",
        doc: "Reject the selected message after the fact: it is handed out again, or dropped when \
              auto_replay_nacks is off",
        scope: Scope::Feed,
        keys: &[Key::char('x')],
        rank: |_| Some(30),
        available: a_message_can_be_rejected,
        run: |app| {
            app.timeline.hold(app.page());
            let selected = app.timeline.selected_message().map(|message| message.id);
            selected.map(|id| Effect::Engine(Command::Nack(id))).into_iter().collect()
        },
    },
    ActionSpec {
        name: "copy",
        doc: "Copy the selected payload to the clipboard of the terminal (OSC 52)",
        scope: Scope::Feed,
        keys: &[Key::char('y')],
        rank: |_| Some(31),
        available: a_payload_is_selected,
        run: |app| {
            app.timeline.hold(app.page());
            app.selected_payload().map(|(kind, payload)| copy(kind, payload)).into_iter().collect()
        },
    },
    ActionSpec {
        name: "send",
        doc: "Write a text message",
        scope: Scope::Feed,
        keys: &[Key::char('i')],
        rank: |_| Some(32),
        available: the_connection_is_open,
        run: |app| {
            app.focus = Focus::Send;
            Vec::new()
        },
    },
    ActionSpec {
        name: "clear",
        doc: "Empty the view; counters stay",
        scope: Scope::Feed,
        keys: &[Key::char('z')],
        rank: never,
        available: there_are_rows,
        run: |app| {
            app.timeline.clear();
            app.close_detail();
            Vec::new()
        },
    },
    ActionSpec {
        name: "reconnect now",
        doc: "Close what is open, or cut the waiting short, and dial again; after the end a new session begins",
        scope: Scope::Feed,
        keys: &[Key::char('r')],
        rank: |app| (!app.link.is_open()).then_some(1),
        available: always,
        run: App::dial_again,
    },
    ActionSpec {
        name: "stop",
        doc: "Close politely with 1000 and end the session; the screen stays",
        scope: Scope::Feed,
        keys: &[Key::char('R')],
        rank: |app| (!app.link.is_open()).then_some(2),
        available: the_session_runs,
        run: |_| vec![Effect::Engine(Command::Stop)],
    },
    ActionSpec {
        name: "feed",
        doc: "Go to the feed",
        scope: Scope::Feed,
        keys: &[Key::char('1')],
        rank: never,
        available: always,
        run: |app| {
            app.focus = Focus::Feed;
            Vec::new()
        },
    },
    ActionSpec {
        name: "help",
        doc: "What the keys do, and why some do not work now",
        scope: Scope::Feed,
        keys: &[Key::char('?'), Key::of(Code::F(1))],
        rank: |_| Some(40),
        available: always,
        run: |app| {
            app.help = Some(0);
            Vec::new()
        },
    },
    ActionSpec {
        name: "quit",
        doc: "Close the connection politely and leave",
        scope: Scope::Feed,
        keys: &[Key::char('q')],
        rank: |app| (!app.detail.open).then_some(41),
        available: always,
        run: |_| vec![Effect::Quit],
    },
    ActionSpec {
        name: "quit at once",
        doc: "Leave from anywhere",
        scope: Scope::Everywhere,
        keys: &[Key::ctrl('c')],
        rank: never,
        available: always,
        run: |_| vec![Effect::Quit],
    },
    ActionSpec {
        name: "send it",
        doc: "Put the line on the wire as a text message",
        scope: Scope::Send,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: the_line_can_be_sent,
        run: |app| {
            let payload = app.send.take().into();
            vec![Effect::Engine(Command::Send(Outgoing::Data { kind: Kind::Text, payload }))]
        },
    },
    ActionSpec {
        name: "back to the feed",
        doc: "Leave the line; its text stays",
        scope: Scope::Send,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: |app| {
            app.focus = Focus::Feed;
            Vec::new()
        },
    },
    ActionSpec {
        name: "close help",
        doc: "Go back",
        scope: Scope::Help,
        keys: &[Key::of(Code::Esc), Key::char('q'), Key::char('?'), Key::of(Code::F(1))],
        rank: |_| Some(1),
        available: always,
        run: |app| {
            app.help = None;
            Vec::new()
        },
    },
    ActionSpec {
        name: "further",
        doc: "Scroll the help down",
        scope: Scope::Help,
        keys: &[Key::char('j'), Key::of(Code::Down), Key::of(Code::PageDown), Key::ctrl('d')],
        rank: |_| Some(2),
        available: always,
        run: |app| {
            app.help = app.help.map(|scroll| scroll.saturating_add(4));
            Vec::new()
        },
    },
    ActionSpec {
        name: "up again",
        doc: "Scroll the help up",
        scope: Scope::Help,
        keys: &[Key::char('k'), Key::of(Code::Up), Key::of(Code::PageUp), Key::ctrl('u')],
        rank: never,
        available: always,
        run: |app| {
            app.help = app.help.map(|scroll| scroll.saturating_sub(4));
            Vec::new()
        },
    },
];

fn never(_: &App) -> Option<u8> {
    None
}

fn always(_: &App) -> Result<(), Unavailable> {
    Ok(())
}

fn unless(holds: bool, reason: Unavailable) -> Result<(), Unavailable> {
    if holds { Err(reason) } else { Ok(()) }
}

fn there_is_something_to_move_through(app: &App) -> Result<(), Unavailable> {
    unless(app.timeline.is_empty() && !app.shows_ladder(), "there are no rows yet")
}

fn there_are_rows(app: &App) -> Result<(), Unavailable> {
    unless(app.timeline.is_empty() || app.shows_ladder(), "there are no rows yet")
}

fn the_view_holds(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(app.timeline.is_following(), "the view follows already")
}

fn the_view_follows(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(!app.timeline.is_following(), "the view holds still already")
}

fn a_row_can_be_opened(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(app.detail.open, "the detail is open already")
}

fn the_detail_is_open(app: &App) -> Result<(), Unavailable> {
    unless(!app.detail.open || app.shows_ladder(), "the detail is closed (enter opens it)")
}

fn a_payload_is_shown(app: &App) -> Result<(), Unavailable> {
    the_detail_is_open(app)?;
    a_payload_is_selected(app)
}

fn a_payload_is_selected(app: &App) -> Result<(), Unavailable> {
    unless(app.selected_payload().is_none(), "the selected row has no payload")
}

fn a_message_can_be_rejected(app: &App) -> Result<(), Unavailable> {
    the_session_runs(app)?;
    match app.timeline.selected().map(|row| row.line) {
        Some(Line::Message { .. } | Line::Redelivered { message: Some(_), .. }) => Ok(()),
        Some(Line::Redelivered { message: None, .. }) => Err("the message has left the window"),
        _ => Err("the selected row is not a received message"),
    }
}

fn the_session_runs(app: &App) -> Result<(), Unavailable> {
    unless(app.link.has_ended(), "the session has ended")
}

fn the_connection_is_open(app: &App) -> Result<(), Unavailable> {
    unless(!app.link.is_open(), "the connection is not open")
}

fn the_line_can_be_sent(app: &App) -> Result<(), Unavailable> {
    the_connection_is_open(app)?;
    unless(app.send.is_empty(), "the line is empty")
}

/// Text goes as it is; anything else as hex digits, so that it survives the clipboard.
fn copy(kind: Kind, payload: &[u8]) -> Effect {
    match std::str::from_utf8(payload) {
        Ok(text) if kind == Kind::Text => Effect::Copy(text.to_owned()),
        _ => Effect::Copy(payload.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}

impl App {
    fn dial_again(&mut self) -> Vec<Effect> {
        if !self.link.has_ended() {
            return vec![Effect::Engine(Command::Reconnect)];
        }
        // A new session counts from one again, so nothing of the old one may stay beside it.
        self.close_detail();
        self.link = Link::default();
        self.timeline = Timeline::default();
        self.ladder_scroll = 0;
        vec![Effect::Restart]
    }

    fn open_detail(&mut self) {
        self.timeline.hold(self.page());
        self.detail.open = true;
        self.detail.scroll = 0;
    }

    fn close_detail(&mut self) {
        self.detail.open = false;
        if self.focus == Focus::Detail {
            self.focus = Focus::Feed;
        }
    }

    /// Moves what has the focus by so many lines or rows.
    pub(super) fn go(&mut self, by: i64) -> Vec<Effect> {
        if self.shows_ladder() {
            self.ladder_scroll = shifted(usize::from(self.ladder_scroll), by).try_into().unwrap_or(u16::MAX);
        } else if self.focus == Focus::Detail {
            return self.scroll_detail(by);
        } else {
            self.timeline.select_by(by, self.page());
            self.detail.scroll = 0;
        }
        Vec::new()
    }

    fn go_first(&mut self) -> Vec<Effect> {
        if self.shows_ladder() || self.focus == Focus::Detail {
            return self.go(-i64::from(u32::MAX));
        }
        self.timeline.select_first(self.page());
        self.detail.scroll = 0;
        Vec::new()
    }

    fn go_newest(&mut self) -> Vec<Effect> {
        if self.shows_ladder() || self.focus == Focus::Detail {
            return self.go(i64::from(u32::MAX));
        }
        self.timeline.follow();
        self.detail.scroll = 0;
        Vec::new()
    }

    pub(super) fn scroll_detail(&mut self, by: i64) -> Vec<Effect> {
        let pane = layout::areas(self.size, self).detail;
        let width = usize::from(pane.width).saturating_sub(2);
        let lines =
            self.selected_payload().map_or(0, |(_, bytes)| reading::lines(bytes, self.detail.mode, width));
        let furthest = lines.saturating_sub(usize::from(pane.height));
        self.detail.scroll = shifted(self.detail.scroll, by).min(furthest);
        Vec::new()
    }

    /// Half of what the focused region shows, in lines.
    fn pages_half(&self) -> i64 {
        i64::from((self.page() / 2).max(1))
    }

    /// The payload of the selected row, received or sent.
    #[must_use]
    pub fn selected_payload(&self) -> Option<(Kind, &[u8])> {
        use super::window::Entry;
        use crate::session::ControlKind;
        match self.timeline.selected()?.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                Some((message.kind, message.payload))
            }
            Line::Entry(Entry::Sent(sent)) => Some((sent.kind, &sent.payload)),
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

fn shifted(from: usize, by: i64) -> usize {
    from.saturating_add_signed(isize::try_from(by).unwrap_or(isize::MAX))
}
