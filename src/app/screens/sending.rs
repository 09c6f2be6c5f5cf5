//! Sending: from the line, from the history, a captured message once more, by order, and by itself.

use bytes::Bytes;

use crate::{
    app::{
        effect::{By, Effect, Framed, Utterance},
        model::App,
        screens::Screen,
        state::{Focus, Pinging, Purpose, Repeat, Reply, TextInput, Tone},
    },
    config::{MASK, Redactor},
    payload::{duration_in_words, hex},
    send::{Form, KeptMessage, Message, ORDERS, Order, escaped},
    session::{Batch, Command, ControlKind, Event, EventKind, Kind, Outgoing, Timestamp},
};

impl App {
    /// Why nothing can be sent now.
    pub(in crate::app) fn refuses_to_send(&self) -> Option<&'static str> {
        if self.capture.is_reading() {
            Some("this is an old capture, there is no session")
        } else if self.form.values.options.read_only {
            Some("this session is read-only (--read-only)")
        } else if !self.current.is_open() {
            Some("the connection is not open")
        } else {
            None
        }
    }

    /// Sends what is written on the line.
    pub(in crate::app) fn send_line(&mut self) -> Vec<Effect> {
        let message = self.sender.message(self.send.text());
        if let Err(fault) = message.prepare() {
            self.sender.fault = Some(fault.to_string());
            return Vec::new();
        }
        self.send.take();
        self.sender.take(&message);
        self.sender.under_way = Some(message.clone());
        vec![self.utter(message, By::Line)]
    }

    /// Sends the message of a file that was read, unless the connection is gone meanwhile.
    pub(in crate::app) fn put_framed(&mut self, framed: Box<Framed>) -> Vec<Effect> {
        if let Some(reason) = self.refuses_to_send() {
            self.not_sent(framed.by, reason);
            return Vec::new();
        }
        vec![Effect::Put(framed)]
    }

    /// Remembers a message that has gone out from the line.
    pub(in crate::app) fn handed_over(&mut self, message: &Message, by: By) -> Vec<Effect> {
        match by {
            By::Line => self.keep(KeptMessage::of(message, None)).into_iter().collect(),
            By::Repeat | By::Reply => Vec::new(),
        }
    }

    /// Adds a message to the history, and to the file unless it holds a secret.
    fn keep(&mut self, kept: KeptMessage) -> Option<Effect> {
        self.sender.history.add(kept.clone());
        let may = kept.may_be_written(&Redactor::of_values(&self.form.values));
        may.then_some(Effect::KeepMessage(kept))
    }

    pub(super) fn utter(&self, message: Message, by: By) -> Effect {
        let last = self.last_received.clone();
        Effect::Send(Box::new(Utterance { message, by, last }))
    }

    /// A message could not be made: what was written comes back, nothing is lost.
    pub(in crate::app) fn not_sent(&mut self, by: By, message: &str) {
        match by {
            By::Line => {
                self.restore_line();
                self.sender.fault = Some(message.to_owned());
                if self.focus != Focus::Send {
                    self.say(Tone::Bad, format!("not sent: {message}"));
                }
            }
            By::Repeat => {
                self.sender.repeat = None;
                self.say(Tone::Bad, format!("repeat stopped: {message}"));
            }
            By::Reply => {
                self.sender.reply = None;
                self.say(Tone::Bad, format!("reply stopped: {message}"));
            }
        }
    }

    /// Puts back what was sent from the line and did not go out, unless something else is written there.
    pub(in crate::app) fn restore_line(&mut self) {
        if let Some(message) = self.sender.under_way.take()
            && self.send.is_empty()
        {
            self.send.replace(&message.text);
            self.sender.take(&message);
        }
    }

    /// Goes to an older or a newer message of the history.
    pub(in crate::app) fn recall(&mut self, older: bool) {
        match self.sender.recall(older, self.send.text()) {
            Some(message) => {
                self.send.replace(&message.text);
            }
            None if older => self.say(Tone::Note, "no older message contains what is written"),
            None => {}
        }
    }

    /// Asks for the name under which the line is kept.
    pub(in crate::app) fn ask_for_a_name(&mut self) {
        self.ask(Purpose::KeepMessage, "");
    }

    /// Keeps the line under a name.
    pub(in crate::app) fn keep_named(&mut self, name: &str) -> Vec<Effect> {
        let message = self.sender.message(self.send.text());
        let kept = self.keep(KeptMessage::of(&message, Some(name.trim().to_owned())));
        match &kept {
            Some(_) => self.say(Tone::Done, format!("kept as {name}: write the name and ↑ finds it")),
            None => self.say(
                Tone::Note,
                "kept until you leave: it spells out a secret, which ${NAME} would take from the environment",
            ),
        }
        kept.into_iter().collect()
    }

    /// Writes the selected message on the line, to be changed and sent once more.
    pub(in crate::app) fn edit_captured(&mut self) {
        self.timeline.hold(self.page());
        let Some((kind, payload)) = self.selected_payload() else { return };
        let (form, text) = match std::str::from_utf8(payload) {
            Ok(text) => (Form::Text, escaped(text)),
            Err(_) => (Form::Hex, hex::spaced(payload)),
        };
        if text.len() > TextInput::LIMIT {
            let advice =
                "it is too large for the line: s saves it to a file, and the form \"file\" (F6) sends that";
            return self.say(Tone::Note, advice);
        }
        let message = Message { text, form, kind: Some(kind).filter(|kind| *kind != form.kind()) };
        self.screen = Screen::Feed;
        self.focus = Focus::Send;
        self.send.replace(&message.text);
        self.sender.take(&message);
        if message.text.contains(MASK) {
            self.say(Tone::Note, format!("secrets in it are masked: write them where {MASK} stands"));
        }
        if message.text.contains('\n') {
            self.open_editor();
        }
    }

    /// The next form of the line; the next frame.
    pub(in crate::app) fn next_form(&mut self) {
        self.sender.form = self.sender.form.next();
        self.sender.frame = None;
        self.sender.wrote();
    }

    pub(in crate::app) fn next_frame(&mut self) {
        let other = match self.sender.message("").frame() {
            Kind::Text => Kind::Binary,
            Kind::Binary => Kind::Text,
        };
        self.sender.frame = Some(other).filter(|kind| *kind != self.sender.form.kind());
    }

    /// Carries out what was ordered in words; `None` if it is no order.
    pub(in crate::app) fn order(&mut self, text: &str) -> Option<Vec<Effect>> {
        let order = match Order::parse(text)? {
            Ok(order) => order,
            Err(message) => {
                self.say(Tone::Bad, message);
                return Some(Vec::new());
            }
        };
        let sends_nothing =
            matches!(order, Order::StopRepeating | Order::StopReplying | Order::StopPinging | Order::Pair(_));
        if !sends_nothing && let Some(reason) = self.refuses_to_send() {
            self.say(Tone::Bad, format!("nothing is sent: {reason}"));
            return Some(Vec::new());
        }
        Some(self.carry_out_order(order))
    }

    fn carry_out_order(&mut self, order: Order) -> Vec<Effect> {
        let put = |frame| vec![Effect::Engine(Command::Send(frame))];
        match order {
            Order::Repeat(every, message) => {
                self.sender.repeat =
                    Some(Repeat { every, message: message.clone(), due: self.now.plus(every) });
                return vec![self.utter(message, By::Repeat)];
            }
            Order::StopRepeating => self.sender.repeat = None,
            Order::Reply(filter, message) => {
                self.sender.reply = Some(Reply::new(filter.in_zone(self.zone.clone()), message));
            }
            Order::StopReplying => self.sender.reply = None,
            Order::Ping(payload) => {
                self.sender.awaits_pong = true;
                return put(Outgoing::Ping(payload));
            }
            Order::PingEvery(every) => {
                self.sender.ping = Some(Pinging { every, due: self.now.plus(every) });
                return put(Outgoing::Ping(Bytes::new()));
            }
            Order::StopPinging => self.sender.ping = None,
            Order::Pong(payload) => return put(Outgoing::Pong(payload)),
            Order::SetPongs(pongs) => {
                self.sender.pongs = pongs;
                return vec![Effect::Engine(Command::SetPongs(pongs))];
            }
            Order::Close(frame) => return put(Outgoing::Close(frame)),
            Order::Pair(path) => self.pair_by(path),
        }
        Vec::new()
    }

    /// Sends one ping; how long its pong takes is told.
    pub(in crate::app) fn ping(&mut self) -> Vec<Effect> {
        self.carry_out_order(Order::Ping(Bytes::new()))
    }

    /// Closes the connection with the code and the reason that were written.
    pub(in crate::app) fn close_with(&mut self, text: &str) -> Vec<Effect> {
        let order = format!("close {text}");
        if let Some(Err(refusal)) = Order::parse(&order) {
            self.ask_again(Purpose::Close, text, refusal);
            return Vec::new();
        }
        self.order(&order).unwrap_or_default()
    }

    /// How the order is written that the text may become.
    pub fn order_usage(text: &str) -> Option<String> {
        let first = text.trim_start().split(char::is_whitespace).next().filter(|word| word.len() > 2)?;
        let fits = ORDERS.iter().filter(|(word, ..)| word.starts_with(first));
        let usages: Vec<_> = fits.map(|(word, usage, doc)| format!("{word} {usage}: {doc}")).collect();
        (!usages.is_empty()).then(|| usages.join("   "))
    }

    /// What is due by itself, while the connection is open.
    pub(in crate::app) fn send_what_is_due(&mut self) -> Vec<Effect> {
        let (now, may) = (self.now, self.refuses_to_send().is_none());
        let mut effects = Vec::new();
        if let Some(repeat) = self.sender.repeat.as_mut().filter(|repeat| repeat.due <= now) {
            repeat.due = now.plus(repeat.every);
            let message = repeat.message.clone();
            effects.push(self.utter(message, By::Repeat));
        }
        if let Some(ping) = self.sender.ping.as_mut().filter(|ping| ping.due <= now) {
            ping.due = now.plus(ping.every);
            effects.push(Effect::Engine(Command::Send(Outgoing::Ping(Bytes::new()))));
        }
        if may { effects } else { Vec::new() }
    }

    /// Remembers the last message, and answers those that the reply is for.
    pub(in crate::app) fn hear(&mut self, event: &Event) -> Vec<Effect> {
        if let EventKind::Control(control) = &event.kind
            && let ControlKind::Pong { round_trip: Some(took), .. } = control.kind
            && std::mem::take(&mut self.sender.awaits_pong)
        {
            self.say(Tone::Done, format!("the server answered the ping after {}", duration_in_words(took)));
        }
        self.sender.apply(event);
        if let EventKind::Refused { command, .. } = &event.kind
            && command == "send"
        {
            self.restore_line();
        }
        let EventKind::Messages(batch) = &event.kind else { return Vec::new() };
        if let Some(span) = batch.run.spans.last() {
            let payload = batch.run.payload(span);
            self.last_received = Some(batch.run.bytes.slice_ref(payload));
        }
        if self.sender.reply.is_none() || self.refuses_to_send().is_some() {
            return Vec::new();
        }
        self.answer_batch(batch, event)
    }

    fn answer_batch(&mut self, batch: &Batch, event: &Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        let now: Timestamp = event.at;
        let Some(reply) = &mut self.sender.reply else { return effects };
        let candidates = batch.candidates(now, event.connection, None);
        for (message, candidate) in batch.messages().zip(candidates) {
            if !reply.filter.matches(&candidate) {
                continue;
            }
            if !reply.may_answer(now) {
                self.not_sent(By::Reply, "it answered 20 messages within a second");
                return effects;
            }
            let last = Some(batch.run.bytes.slice_ref(message.payload));
            let message = reply.message.clone();
            effects.push(Effect::Send(Box::new(Utterance { message, by: By::Reply, last })));
        }
        effects
    }
}
