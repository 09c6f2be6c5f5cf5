//! The screen of the deliveries: the ack mode, and a list of the messages that are unacknowledged or wait.

use ratatui::layout::Position;

use super::{PLAIN, Scope, ScreenSpec};
use crate::{
    ack::AckMode,
    app::{
        effect::Effect,
        layout::{self, Panes},
        model::App,
        state::{Key, Purpose, Tone, first_shown, form},
    },
    config::FieldId,
    session::{Command, MessageId},
};

/// From this width the list stands beside the facts.
const SIDE_BY_SIDE: u16 = 92;
/// Lines of the facts where they stand above the list.
const FACTS: u16 = 11;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Delivery",
    keys: &[Key::char('4')],
    label: "delivery",
    doc: "Go to the deliveries: the ack mode, and the messages that are unacknowledged",
    scopes: |_| &[Scope::Delivery, Scope::Screens, Scope::Everywhere],
    go: |app, step| app.deliveries.go(step),
    click: App::click_deliveries,
    // Ages and pauses.
    ticks: |app| app.deliveries.listed() > 0 || app.deliveries.held.is_some(),
    ..PLAIN
};

/// Where the facts stand, and the list.
pub fn panes(app: &App) -> Panes {
    let body = layout::areas(app.size, app).body;
    match (body.width, body.height) {
        (SIDE_BY_SIDE.., _) => Panes::side_by_side(body, body.width / 2),
        (_, height) if height > FACTS + 4 => Panes::stacked(body, FACTS),
        _ => Panes::only_second(body),
    }
}

/// The first line shown of the list, so that the selected one is in sight.
pub fn first_listed(app: &App, height: u16) -> usize {
    first_shown(app.deliveries.place(), usize::from(height).max(1))
}

impl App {
    fn click_deliveries(&mut self, at: Position) {
        let list = panes(self).second;
        if list.contains(at) {
            let place = first_listed(self, list.height) + usize::from(at.y - list.y);
            self.deliveries.select(place);
        }
    }

    /// Asks the engine for something about the selected message of the list.
    pub(in crate::app) fn answer_listed(&mut self, command: fn(MessageId) -> Command) -> Vec<Effect> {
        self.deliveries.selected().map(|listed| Effect::Engine(command(listed.id))).into_iter().collect()
    }

    /// Goes to the selected message of the list on the feed.
    pub(in crate::app) fn show_listed(&mut self) -> Vec<Effect> {
        self.deliveries.selected().map_or_else(Vec::new, |listed| self.go_to_message(listed.id))
    }

    /// Asks how messages are to be answered.
    pub(in crate::app) fn ask_for_ack_mode(&mut self) {
        let now = self.deliveries.ack_mode.text.clone();
        self.ask(Purpose::AckMode, &now);
    }

    /// Answers as the line says from now on.
    pub(in crate::app) fn answer_as(&mut self, text: &str) -> Vec<Effect> {
        match AckMode::parse(text) {
            Ok(ack_mode) => {
                self.say(Tone::Done, format!("ack mode: {ack_mode}"));
                vec![Effect::Answer(ack_mode)]
            }
            Err(error) => {
                self.ask_again(Purpose::AckMode, text, error.to_string());
                Vec::new()
            }
        }
    }

    /// Acknowledges all that comes, and all that is unacknowledged.
    pub(in crate::app) fn ack_automatically(&mut self) -> Vec<Effect> {
        self.say(Tone::Done, "ack mode: auto");
        vec![Effect::Answer(AckMode::default())]
    }

    /// Hands rejected messages out again from now on, or drops them.
    pub(in crate::app) fn switch_replays(&mut self) -> Vec<Effect> {
        let path = FieldId::AutoReplayNacks.path();
        let on = !self.profile.replays;
        form::set(&mut self.form.values, path, if on { "true" } else { "false" });
        form::set(&mut self.form.applied, path, if on { "true" } else { "false" });
        self.form.validate();
        self.profile.replays = on;
        let message = if on { "nacked messages are redelivered" } else { "nacked messages are dropped" };
        self.say(Tone::Done, message);
        vec![Effect::Engine(Command::Adjust { auto_replay_nacks: on })]
    }
}
