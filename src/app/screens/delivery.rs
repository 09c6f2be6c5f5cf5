//! The screen of the deliveries: the ack mode, and a list of the messages that are unacknowledged or wait.

use ratatui::layout::Position;

use super::{PLAIN, Scope, ScreenSpec};
use crate::{
    ack::{AckMode, AckModeError},
    app::{
        effect::Effect,
        layout::{self, Panes},
        model::App,
        state::{Key, Purpose, Tone, first_shown},
    },
    config::FieldId,
    session::{Command, MessageId},
};

/// The next number up or down, in steps that grow with it: 8, 9, 10, 20.
#[derive(Clone, Copy, Debug)]
pub enum Rung {
    Next,
    Previous,
}

impl Rung {
    fn from(self, number: i64) -> i64 {
        let below = match self {
            Self::Next => number,
            Self::Previous => number - 1,
        };
        let step = match below {
            ..10 => 1,
            10..100 => 10,
            100..1_000 => 100,
            _ => 1_000,
        };
        match self {
            Self::Next => (below / step + 1) * step,
            Self::Previous => below / step * step,
        }
    }
}

/// From this width the list stands beside the facts.
const SIDE_BY_SIDE: u16 = 92;
/// Lines of the facts where they stand above the list.
const FACTS: u16 = 11;
/// The same with the way of the messages.
const FACTS_WITH_WAY: u16 = 16;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Delivery",
    keys: &[Key::char('4')],
    label: "delivery",
    doc: "Go to the deliveries: the ack mode, and the messages that are unacknowledged",
    scopes: |_| &[Scope::Delivery, Scope::Screens, Scope::Everywhere],
    go: |app, step| app.deliveries.go(step),
    click: App::click_deliveries,
    // Ages and pauses.
    ticks: |app| app.deliveries.has_any_on_the_way() || app.deliveries.held.is_some(),
    ..PLAIN
};

/// Where the facts stand, and the list.
pub fn panes(app: &App) -> Panes {
    let body = layout::areas(app.size, app).body;
    let facts = if shows_way(app) { FACTS_WITH_WAY } else { FACTS };
    match (body.width, body.height) {
        (SIDE_BY_SIDE.., _) => Panes::side_by_side(body, body.width / 2),
        (_, height) if height > facts + 4 => Panes::stacked(body, facts),
        _ => Panes::only_second(body),
    }
}

/// Whether the way of the messages is drawn. While each message is acknowledged as it comes, there is none to see.
pub fn shows_way(app: &App) -> bool {
    !app.deliveries.is_auto() || app.deliveries.has_any_on_the_way()
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

    /// Lets the output take more or fewer messages at a time.
    pub(in crate::app) fn set_in_flight(&mut self, to: Rung) -> Vec<Effect> {
        let number = to.from(i64::try_from(self.deliveries.ack_mode.max_in_flight).unwrap_or(1));
        self.set_bench(|bench| bench.in_flight(number), format!("in flight {number}"))
    }

    /// Puts more or fewer threads before the output.
    pub(in crate::app) fn set_threads(&mut self, to: Rung) -> Vec<Effect> {
        let number = to.from(i64::try_from(self.deliveries.ack_mode.threads).unwrap_or(0));
        self.set_bench(|bench| bench.threads(number), format!("threads {number}"))
    }

    fn set_bench(
        &mut self,
        set: impl FnOnce(AckMode) -> Result<AckMode, AckModeError>,
        message: String,
    ) -> Vec<Effect> {
        match self.deliveries.bench().cloned().map(set) {
            Some(Ok(ack_mode)) => {
                self.say(Tone::Done, message);
                vec![Effect::Answer(ack_mode)]
            }
            Some(Err(error)) => {
                self.say(Tone::Note, error.to_string());
                Vec::new()
            }
            None => Vec::new(),
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
        self.form.set_outside(path, if on { "true" } else { "false" });
        self.profile.replays = on;
        let message = if on { "nacked messages are redelivered" } else { "nacked messages are dropped" };
        self.say(Tone::Done, message);
        vec![Effect::Engine(Command::Adjust { auto_replay_nacks: on })]
    }
}

#[cfg(test)]
mod tests {
    use super::Rung;

    #[test]
    fn steps_grow_with_the_number_and_lead_back() {
        let up: Vec<_> = [0, 1, 9, 10, 64, 95, 100, 9_000].map(|number| Rung::Next.from(number)).into();
        assert_eq!(up, [1, 2, 10, 20, 70, 100, 200, 10_000]);
        let down: Vec<_> =
            [1, 2, 10, 20, 64, 100, 200, 10_000].map(|number| Rung::Previous.from(number)).into();
        assert_eq!(down, [0, 1, 9, 10, 60, 90, 100, 9_000]);
    }
}
