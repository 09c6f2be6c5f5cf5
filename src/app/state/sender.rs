//! What a person sends on the screen: how the line is written, what was sent before, and what is sent by itself.

use std::time::Duration;

use crate::{
    filter::Filter,
    send::{Form, History, KeptMessage, Message},
    session::{Control, ControlKind, Event, EventKind, Kind, Pongs, Sent, Timestamp},
};

/// Answers that are given within one second; whoever would give more answers itself.
const ANSWERS: u32 = 20;

/// The state of sending beside the line itself.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// How the line is written, and in which frame it goes.
    pub form: Form,
    pub frame: Option<Kind>,
    /// Why the line cannot be sent as it is.
    pub fault: Option<String>,
    pub history: History,
    /// The place in the history, and what was written before it was looked into.
    recalled: Option<(usize, Message)>,
    /// What was sent from the line and is not on the wire yet.
    pub under_way: Option<Message>,
    pub repeat: Option<Repeat>,
    pub reply: Option<Reply>,
    pub ping: Option<Pinging>,
    pub pongs: Pongs,
    /// Whether a ping was ordered whose pong has not come.
    pub awaits_pong: bool,
    /// That of the last pong to a ping of ours.
    pub round_trip: Option<Duration>,
}

/// A message that is sent again and again.
#[derive(Clone, Debug)]
pub struct Repeat {
    pub every: Duration,
    pub message: Message,
    pub due: Timestamp,
}

/// A message that answers each message that matches.
#[derive(Clone, Debug)]
pub struct Reply {
    pub filter: Filter,
    pub message: Message,
    /// How many answers the second has that began then.
    second: (Timestamp, u32),
}

/// Pings that are sent again and again.
#[derive(Clone, Copy, Debug)]
pub struct Pinging {
    pub every: Duration,
    pub due: Timestamp,
}

impl Reply {
    pub fn new(filter: Filter, message: Message) -> Self {
        Self { filter, message, second: (Timestamp::default(), 0) }
    }

    /// Whether one more answer may be given now.
    pub fn may_answer(&mut self, now: Timestamp) -> bool {
        if now.since(self.second.0) >= Duration::from_secs(1) {
            self.second = (now, 0);
        }
        self.second.1 += 1;
        self.second.1 <= ANSWERS
    }
}

impl Sender {
    /// Takes in what became of what was sent.
    pub fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Sent(Sent { opening: false, .. }) => self.under_way = None,
            EventKind::Control(Control {
                kind: ControlKind::Pong { round_trip: Some(round_trip), .. },
                ..
            }) => self.round_trip = Some(*round_trip),
            EventKind::Lost(_) => (self.round_trip, self.awaits_pong) = (None, false),
            // The next session answers pings again.
            EventKind::Ended(_) => self.pongs = Pongs::Sent,
            _ => {}
        }
    }

    /// The message that this text is.
    pub fn message(&self, text: &str) -> Message {
        Message { text: text.to_owned(), form: self.form, kind: self.frame }
    }

    /// Writes on as this message.
    pub fn take(&mut self, message: &Message) {
        (self.form, self.frame, self.fault, self.recalled) = (message.form, message.kind, None, None);
    }

    /// The line has changed by hand.
    pub fn wrote(&mut self) {
        self.fault = None;
        self.recalled = None;
    }

    /// An older or newer message that contains what was written; `None` if there is none.
    pub fn recall(&mut self, older: bool, written: &str) -> Option<Message> {
        let (at, draft) =
            self.recalled.clone().unwrap_or_else(|| (self.history.len(), self.message(written)));
        let nth =
            if older { self.history.older(at, &draft.text) } else { self.history.newer(at, &draft.text) };
        let message = match nth {
            Some(nth) => self.history.get(nth).map(KeptMessage::message)?,
            None if older || at >= self.history.len() => return None,
            None => draft.clone(),
        };
        self.take(&message);
        self.recalled = Some((nth.unwrap_or(self.history.len()), draft));
        Some(message)
    }

    /// When something is sent by itself next.
    pub fn due(&self) -> Option<Timestamp> {
        let repeat = self.repeat.as_ref().map(|repeat| repeat.due);
        let ping = self.ping.map(|ping| ping.due);
        repeat.into_iter().chain(ping).min()
    }

    /// What runs by itself, in short; empty if nothing does.
    pub fn standing(&self) -> String {
        let typed = crate::payload::duration_as_typed;
        let parts = [
            self.repeat.as_ref().map(|repeat| format!("repeat {}", typed(repeat.every))),
            self.reply.as_ref().map(|_| "reply on".to_owned()),
            self.ping.map(|ping| match self.round_trip {
                Some(took) => {
                    format!("ping {} ({})", typed(ping.every), crate::payload::duration_in_words(took))
                }
                None => format!("ping {}", typed(ping.every)),
            }),
            (self.pongs == Pongs::Withheld).then(|| "pong off".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
