//! Where the parts of the screen of the deliveries stand, and what its keys do.

use ratatui::layout::{Position, Rect, Size};

use crate::{
    ack::AckMode,
    config::FieldId,
    session::{Command, MessageId},
};

use super::super::{
    connections, form, layout,
    model::{App, Tone},
    prompt::Purpose,
    screen::Screen,
    update::Effect,
};

/// From this width the list stands beside the facts.
const BESIDE: u16 = 92;
/// Lines of the facts where they stand above the list.
const FACTS: u16 = 11;

/// The place of each part of the screen; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryAreas {
    pub title: Rect,
    pub facts: Rect,
    pub divider: Rect,
    pub list_title: Rect,
    pub list: Rect,
}

/// Computes the places for a terminal of this size.
#[must_use]
pub fn areas(size: Size, app: &App) -> DeliveryAreas {
    let body = layout::areas(size, app).body;
    if body.height < 2 {
        return DeliveryAreas::default();
    }
    let rule = |area: Rect| Rect { height: 1, ..area };
    let below = |area: Rect| Rect { y: area.y + 1, height: area.height - 1, ..area };
    if body.width >= BESIDE {
        let left = Rect { width: body.width / 2, ..body };
        let right = Rect { x: left.right() + 1, width: body.width - left.width - 1, ..body };
        return DeliveryAreas {
            title: rule(left),
            facts: below(left),
            divider: Rect { x: left.right(), width: 1, ..body },
            list_title: rule(right),
            list: below(right),
        };
    }
    if body.height > FACTS + 4 {
        let upper = Rect { height: FACTS, ..body };
        let lower = Rect { y: upper.bottom(), height: body.height - FACTS, ..body };
        return DeliveryAreas {
            title: rule(upper),
            facts: below(upper),
            list_title: rule(lower),
            list: below(lower),
            ..DeliveryAreas::default()
        };
    }
    DeliveryAreas { title: rule(body), list: below(body), ..DeliveryAreas::default() }
}

/// The first line shown of the list, so that the selected one is in sight.
#[must_use]
pub fn first_listed(app: &App, height: u16) -> usize {
    let selected = app.deliveries.selected.min(app.deliveries.listed().saturating_sub(1));
    connections::first_shown(selected, usize::from(height).max(1))
}

impl App {
    pub(in crate::app) fn go_deliveries(&mut self, by: i64) -> Vec<Effect> {
        let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
        let most = self.deliveries.listed().saturating_sub(1);
        self.deliveries.selected = self.deliveries.selected.min(most).saturating_add_signed(by).min(most);
        Vec::new()
    }

    pub(in crate::app) fn click_deliveries(&mut self, at: Position) -> Vec<Effect> {
        let areas = areas(self.size, self);
        let nth = first_listed(self, areas.list.height) + usize::from(at.y.saturating_sub(areas.list.y));
        if areas.list.contains(at) && nth < self.deliveries.listed() {
            self.deliveries.selected = nth;
        }
        Vec::new()
    }

    /// The message that a and x are about: the selected one of the feed or of the list.
    pub(in crate::app) fn answerable(&self) -> Option<MessageId> {
        if self.screen == Screen::Delivery {
            return self.deliveries.selected().map(|listed| listed.id());
        }
        self.selected_id()
    }

    /// Asks the engine for something about the selected message. The view stands still, so that what
    /// follows is about what was looked at.
    pub(in crate::app) fn answer_selected(&mut self, command: fn(MessageId) -> Command) -> Vec<Effect> {
        if self.screen == Screen::Feed {
            self.timeline.hold(self.page());
        }
        self.answerable().map(|id| Effect::Engine(command(id))).into_iter().collect()
    }

    /// The same about every marked message.
    pub(in crate::app) fn answer_marked(&mut self, command: fn(MessageId) -> Command) -> Vec<Effect> {
        let marks: Vec<_> = self.timeline.marks().collect();
        let ids = marks.into_iter().filter_map(|row| self.timeline.message_at(row));
        vec![Effect::Engine(Command::All(ids.map(command).collect()))]
    }

    /// Asks how messages are to be answered.
    pub(in crate::app) fn ask_for_ack_mode(&mut self) -> Vec<Effect> {
        let now = self.deliveries.ack_mode.text.clone();
        self.ask(Purpose::AckMode, &now);
        Vec::new()
    }

    /// Answers as the line says from now on.
    pub(in crate::app) fn answer_as(&mut self, text: &str) -> Vec<Effect> {
        match AckMode::parse(text) {
            Ok(ack_mode) => {
                self.say(Tone::Done, format!("ack mode: {ack_mode}"));
                vec![Effect::Answer(ack_mode)]
            }
            Err(error) => {
                self.ask(Purpose::AckMode, text);
                self.refuse_answer(error.to_string());
                Vec::new()
            }
        }
    }

    /// Acknowledges all that comes, and all that is unacknowledged.
    pub(in crate::app) fn ack_automatically(&mut self) -> Vec<Effect> {
        self.say(Tone::Done, "ack mode: auto");
        vec![Effect::Answer(AckMode::Auto)]
    }

    /// Hands rejected messages out again from now on, or drops them.
    pub(in crate::app) fn switch_replays(&mut self) -> Vec<Effect> {
        let path = FieldId::AutoReplayNacks.path();
        let on = !self.profile.replays;
        form::set(&mut self.form.values, path, if on { "true" } else { "false" });
        form::set(&mut self.form.applied, path, if on { "true" } else { "false" });
        self.form.validate();
        self.profile.replays = on;
        let message = if on { "rejected messages are redelivered" } else { "rejected messages are dropped" };
        self.say(Tone::Done, message);
        vec![Effect::Engine(Command::Adjust { auto_replay_nacks: on })]
    }

    /// Goes from one delivery of the selected message to the next, or to the one before.
    pub(in crate::app) fn go_to_delivery(&mut self, onward: bool) -> Vec<Effect> {
        let Some(id) = self.selected_id() else { return Vec::new() };
        let page = self.page();
        if !self.timeline.select_delivery(id, onward, page) {
            let way = if onward { "later" } else { "earlier" };
            self.say(Tone::Note, format!("message {id} has no {way} delivery among the rows"));
        }
        Vec::new()
    }
}
