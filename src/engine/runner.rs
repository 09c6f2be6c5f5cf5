//! The task that owns the socket: takes commands, connects, reads, writes and emits events.
//!
//! ```text
//!            commands        time        steps of a connection      socket      room in the outbox
//!                 \            |               |                |             /
//!                  +-----------+------ one wake-up, one clock reading -------+
//!                                              |
//!                           machine, downstream, connection -> events
//!                                              |
//!                              one batch, one send to the shell
//! ```
//!
//! While the outbox has no room, or messages cannot be delivered, the socket is not read. This is the only
//! back-pressure. Commands and timers are served all the time.

mod commands;
mod connected;
mod connecting;
mod findings;

use std::{collections::BTreeSet, future::pending, num::NonZero, sync::Arc, thread, time::Duration};

use tokio::{
    select,
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    ack::{AckMode, Stages},
    config::{Redactor, Settings},
    delivery::{BackpressureMeter, Downstream, PoisonMeter, WhereaboutsReporter},
    diagnose::{self, LossSeries},
    net::{Clock, Connect, Socket, Step},
    session::{
        ActiveAckMode, Command, End, Ended, Event, EventKind, Failure, Finding, FindingCode, Outgoing, Pongs,
    },
};

use super::{
    closing_socket::ClosingSockets,
    connection::{Connection, Turn},
    emitter::Emitter,
    loss::SocketEnd,
    machine::{Input, Machine, Output, SILENCE},
    queue::{Outbox, ReceiverGone},
    quiet::Quiet,
};

use connecting::Connecting;

/// The parts of one session.
pub(super) struct Runner<D> {
    network: Arc<D>,
    clock: Clock,
    /// The time of this wake-up: one clock reading for all its events.
    now: Duration,
    machine: Machine,
    downstream: Downstream,
    backpressure: BackpressureMeter,
    whereabouts: WhereaboutsReporter,
    poison: PoisonMeter,
    losses: LossSeries,
    /// When the line is looked at, since nothing comes.
    quiet: Quiet,
    /// The settings of the current connection.
    settings: Arc<Settings>,
    connecting: Option<Connecting>,
    connection: Option<Connection>,
    closing_sockets: ClosingSockets,
    commands: mpsc::Receiver<Command>,
    /// Whether the last handle was dropped.
    handles_dropped: bool,
    emitter: Emitter,
    /// Masks the secrets in all events.
    redactor: Redactor,
    /// Why the session ends, once the messages on their way are answered or the time for that is over.
    ending: Option<(End, Duration)>,
    /// Whether pings are answered.
    pongs: Pongs,
    /// Whether a connection was open in this session.
    has_opened: bool,
    /// Whether the pipeline's process would have ended at the last failure.
    panicked: bool,
    /// The findings that are emitted only once and were emitted.
    reported: BTreeSet<FindingCode>,
}

/// This many connections in a row without a message are reported as a loop.
const FLAPPING: u32 = 3;

/// How long a session that ends waits for the answers to messages on their way: three quarters of the engine's
/// `shutdown_timeout` of 20 s, after which it gives up.
const DRAIN_LIMIT: Duration = Duration::from_secs(15);

/// Why the task woke up.
enum WakeUp {
    /// `None` once the last handle is dropped.
    Command(Option<Command>),
    Timeout,
    EventsSent(Result<(), ReceiverGone>),
    Step(Step),
    Connected(Result<Box<Socket>, Failure>),
    Turn(Turn),
}

impl<D: Connect> Runner<D> {
    pub(super) fn new(
        settings: Settings,
        ack_mode: AckMode,
        network: D,
        seed: u64,
        commands: mpsc::Receiver<Command>,
        outbox: Outbox,
    ) -> Self {
        Self {
            network: Arc::new(network),
            clock: Clock::start(),
            now: Duration::ZERO,
            machine: Machine::new(seed),
            // Another seed, so that the two draw different numbers.
            downstream: Downstream::new(
                ack_mode,
                stages(&settings),
                settings.auto_replay_nacks,
                seed.rotate_left(32) ^ 1,
            ),
            backpressure: BackpressureMeter::default(),
            whereabouts: WhereaboutsReporter::default(),
            poison: PoisonMeter::default(),
            losses: LossSeries::default(),
            quiet: Quiet::default(),
            connecting: None,
            connection: None,
            closing_sockets: ClosingSockets::default(),
            commands,
            handles_dropped: false,
            emitter: Emitter::new(outbox),
            redactor: Redactor::of(&settings),
            ending: None,
            pongs: Pongs::Sent,
            has_opened: false,
            panicked: false,
            reported: BTreeSet::new(),
            settings: Arc::new(settings),
        }
    }

    /// Runs the session from its first connection to its end.
    pub(super) async fn run(mut self) {
        let active = self.downstream.active_ack_mode();
        if active != ActiveAckMode::default() {
            self.emit_all(vec![EventKind::AckMode(active)]);
        }
        self.step(Input::Connect(self.settings.clone()));
        loop {
            self.notice_loss();
            if self.end_if_drained() {
                break;
            }
            self.update_backpressure();
            self.update_whereabouts();
            self.look_at_line();
            self.flush();
            let wake_up = self.wake().await;
            self.now = self.clock.elapsed();
            self.react(wake_up);
        }
        self.flush();
        self.emitter.finish(self.now).await;
    }

    async fn wake(&mut self) -> WakeUp {
        let has_room = self.emitter.has_room();
        let takes_messages = self.connection.as_ref().is_none_or(Connection::takes_messages);
        let may_read = self.emitter.is_clear() && (self.downstream.room() > 0 || !takes_messages);
        let dues = [
            self.machine.due(),
            self.downstream.due(),
            self.backpressure.due(),
            self.whereabouts.due(&self.downstream),
            self.quiet.due(),
            self.ending.as_ref().map(|(_, until)| *until),
        ];
        let due = dues.into_iter().flatten().min().map(|due| self.clock.instant(due));
        let Self { commands, handles_dropped, emitter, connecting, connection, .. } = self;
        select! {
            biased;
            command = commands.recv(), if has_room && !*handles_dropped => WakeUp::Command(command),
            () = timeout(due) => WakeUp::Timeout,
            sent = emitter.sent() => WakeUp::EventsSent(sent),
            wake_up = connecting::next(connecting), if has_room => wake_up,
            turn = turn(connection, may_read) => WakeUp::Turn(turn),
        }
    }

    fn react(&mut self, wake_up: WakeUp) {
        match wake_up {
            WakeUp::Command(Some(command)) => self.execute(command),
            WakeUp::Command(None) => {
                self.handles_dropped = true;
                self.stop();
            }
            WakeUp::Timeout => {
                self.step(Input::Timeout);
                self.advance();
            }
            WakeUp::EventsSent(Ok(())) => self.emitter.resume(self.now, &self.clock),
            WakeUp::EventsSent(Err(ReceiverGone)) => self.stop(),
            WakeUp::Step(step) => self.emit_step(step),
            WakeUp::Connected(Ok(socket)) => self.opened(*socket),
            WakeUp::Connected(Err(failure)) => self.failed(failure),
            WakeUp::Turn(turn) => self.after_turn(turn),
        }
    }

    /// Calls `act` on the downstream, and emits its events.
    fn with_downstream<T>(
        &mut self,
        act: impl FnOnce(&mut Downstream, Duration, &mut Vec<EventKind>) -> T,
    ) -> T {
        let mut events = Vec::new();
        let result = act(&mut self.downstream, self.now, &mut events);
        self.emit_all(events);
        result
    }

    /// Gives the answers that are due, and ends the pauses. The played input reads between two of them if it can.
    fn advance(&mut self) {
        while self.with_downstream(Downstream::step) {
            let Some(connection) = self.connection.as_mut().filter(|connection| connection.has_more()) else {
                continue;
            };
            if self.emitter.is_clear() && self.downstream.room() > 0 {
                let mut events = Vec::new();
                connection.decode(&mut self.downstream, self.now, &mut events);
                self.emit_all(events);
                self.inform_machine();
            }
        }
    }

    /// Emits where the messages are, if that has changed.
    fn update_whereabouts(&mut self) {
        if let Some(report) = self.whereabouts.update(&self.downstream, self.now) {
            self.emit(report);
        }
    }

    /// Emits what the system knows of the line, if nothing has come for long though the socket is read.
    fn look_at_line(&mut self) {
        if self.quiet.take_due(self.now)
            && self.downstream.room() > 0
            && let Some(line) = self.connection.as_ref().and_then(Connection::line)
        {
            self.emit(EventKind::TcpLine(line));
        }
    }

    /// Emits the back-pressure, if there is any.
    fn update_backpressure(&mut self) {
        let connection = self.connection.as_ref();
        let is_held = connection.is_some_and(Connection::takes_messages) && self.downstream.room() == 0;
        let why = is_held.then(|| self.downstream.pause());
        let read_ahead = connection.map_or(0, Connection::read_ahead);
        let events =
            self.backpressure.update(why, self.now, read_ahead, || connection.and_then(Connection::unread));
        self.emit_all(events);
    }

    /// Emits events, each with the findings about it.
    fn emit_all(&mut self, events: Vec<EventKind>) {
        for kind in events {
            let findings = self.findings_about(&kind);
            self.emit(kind);
            self.emit_findings(findings);
        }
    }

    fn emit_findings(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            self.emit(EventKind::Finding(Box::new(finding)));
        }
    }

    fn emit(&mut self, kind: EventKind) {
        let mut event = Event { at: self.clock.at(self.now), connection: self.machine.connection(), kind };
        event.redact(&self.redactor);
        self.emitter.emit(event);
    }

    /// Sends the collected events, unless earlier ones still wait for room.
    fn flush(&mut self) {
        let read_ahead = self.connection.as_ref().map(Connection::read_ahead);
        if self.emitter.flush(self.now, read_ahead).is_err() {
            self.stop();
        }
    }

    fn step(&mut self, input: Input) {
        for output in self.machine.step(input, self.now) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Connect(id, settings) => self.begin_connection(id, settings),
            Output::Close(_) if !self.settings.options.dialect.behavior().sends_close_frame => {
                self.lost(&SocketEnd::LeftByUs);
            }
            Output::Close(frame) => {
                if let Some(connection) = &mut self.connection {
                    // This fails if the connection is closing already, and then no close frame is needed.
                    drop(connection.send(Outgoing::Close(frame)));
                }
            }
            Output::HangUp => self.lost(&SocketEnd::LeftByUs),
            Output::Silent => {
                self.emit(EventKind::Finding(Box::new(diagnose::silent(&self.settings, SILENCE))));
            }
            Output::RetryIn(retry) => {
                self.emit(EventKind::RetryIn(retry));
                if retry.without_message == FLAPPING {
                    self.emit(EventKind::Finding(Box::new(diagnose::flapping(&self.settings, &retry))));
                }
            }
            Output::Refuse { command, message } => self.refuse(command, message.to_owned()),
            Output::End(why) => {
                if !self.downstream.is_drained() {
                    let unanswered = self.downstream.unanswered();
                    self.emit_findings(vec![diagnose::stop_waits(unanswered, DRAIN_LIMIT)]);
                }
                self.ending = Some((why, self.now + DRAIN_LIMIT));
            }
        }
    }

    /// Ends the session if that is decided and nothing more comes of the messages on their way.
    fn end_if_drained(&mut self) -> bool {
        let is_over =
            |until: &Duration| self.handles_dropped || self.downstream.is_drained() || *until <= self.now;
        let Some((why, _)) = self.ending.take_if(|(_, until)| is_over(until)) else { return false };
        self.end(why);
        true
    }

    fn end(&mut self, why: End) {
        let during = self.finish_connecting().and_then(|connecting| connecting.stage);
        if let End::RetriesExhausted { .. } = why
            && !self.panicked
        {
            self.emit(EventKind::Pipeline(diagnose::logged_end()));
        }
        let left = self.with_downstream(|downstream, _, events| downstream.end(events));
        self.emit_findings(diagnose::left_behind(left.undelivered, left.rejected, left.unacknowledged));
        let (messages, connections) = (self.downstream.messages(), self.machine.connection().0);
        self.emit(EventKind::Ended(Ended { why, messages, connections, during }));
    }

    /// Stops the session. Messages that arrive after this do not belong to it. A second stop does not wait for the
    /// answers to those on their way.
    fn stop(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.end_intake();
        }
        self.downstream.stop();
        self.forget_loss();
        match &mut self.ending {
            Some((_, until)) => *until = self.now,
            None => self.step(Input::Stop),
        }
    }
}

/// What the pipeline's file says of the stages behind the input.
fn stages(settings: &Settings) -> Stages {
    let shape = &settings.shape;
    Stages {
        max_in_flight: shape.max_in_flight.unwrap_or(1),
        threads: shape.threads,
        others: shape.other_stages,
        cores: thread::available_parallelism().map_or(1, NonZero::get),
    }
}

async fn timeout(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => pending().await,
    }
}

async fn turn(connection: &mut Option<Connection>, may_read: bool) -> Turn {
    match connection {
        Some(connection) => connection.turn(may_read).await,
        None => pending().await,
    }
}
