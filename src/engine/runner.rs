//! The task that owns the socket: hears commands, connects, reads, writes and tells.
//!
//! ```text
//!            commands        time        steps of a connection      socket      room in the outbox
//!                 \            |               |                |             /
//!                  +-----------+------ one wake-up, one clock reading -------+
//!                                              |
//!                           machine, downstream, connection -> events
//!                                              |
//!                               one Vec, one send to the shell
//! ```
//!
//! While the outbox has no room, or messages have no place to go downstream, the socket is not read; this is
//! all the back-pressure there is. Commands and timers are heard throughout.

use std::{collections::BTreeSet, future::pending, pin::Pin, sync::Arc, time::Duration};

use tokio::{
    select,
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    ack::AckMode,
    config::{Redactor, Settings},
    delivery::{AnswerError, BackpressureMeter, Downstream},
    diagnose,
    net::{Clock, Connect, ConnectError, Reporter, Socket, Step},
    session::{
        ActiveAckMode, Batch, Command, ConnectionId, Delivery, End, Ended, Event, EventKind, Failure,
        Finding, FindingCode, Outgoing, Pause, Redelivery, Response, Stage, StageReport, Verdict,
    },
};

use super::{
    closing_socket::ClosingSockets,
    connection::{Connection, Turn},
    emitter::Emitter,
    loss::SocketEnd,
    machine::{Input, Machine, Output, SILENCE},
    queue::{NobodyListens, Outbox},
};

/// Everything one session consists of.
pub(super) struct Runner<D> {
    network: Arc<D>,
    clock: Clock,
    /// The moment of this wake-up; one clock reading for all it yields.
    now: Duration,
    machine: Machine,
    downstream: Downstream,
    backpressure: BackpressureMeter,
    /// Those of the connection under way.
    settings: Arc<Settings>,
    connecting: Option<Connecting>,
    connection: Option<Connection>,
    closing_sockets: ClosingSockets,
    asked: mpsc::Receiver<Command>,
    /// Whether the last handle has been dropped.
    unhandled: bool,
    emitter: Emitter,
    /// Takes the secrets out of all that is told.
    redactor: Redactor,
    /// Whether a connection has been open in this session.
    has_opened: bool,
    /// What was found once and need not be told again, by its code.
    found: BTreeSet<FindingCode>,
}

/// Batches of so many bytes may hold a message that some pipeline would not have read.
const LARGE: usize = 16 << 20;
/// What is found about the first of them.
const OVER: FindingCode = FindingCode::MessageOverPipelineLimit;

/// So many connections in a row without a message are called a loop.
const FLAPPING: u32 = 3;

/// A connection under way. Dropping it gives it up.
struct Connecting {
    id: ConnectionId,
    steps: mpsc::Receiver<Step>,
    ladder: Vec<StageReport>,
    /// The stage that has begun last.
    stage: Option<Stage>,
    opening: Pin<Box<dyn Future<Output = Result<Socket, ConnectError>> + Send>>,
}

/// Why the task woke up.
enum WakeUp {
    Asked(Option<Command>),
    TimeIsUp,
    Taken(Result<(), NobodyListens>),
    Step(Step),
    Connected(Result<Box<Socket>, ConnectError>),
    Moved(Turn),
}

impl<D: Connect> Runner<D> {
    pub(super) fn new(
        settings: Settings,
        ack_mode: AckMode,
        network: D,
        seed: u64,
        asked: mpsc::Receiver<Command>,
        outbox: Outbox,
    ) -> Self {
        Self {
            network: Arc::new(network),
            clock: Clock::start(),
            now: Duration::ZERO,
            machine: Machine::new(seed),
            // Another seed, so that the two do not draw alike.
            downstream: Downstream::new(ack_mode, settings.auto_replay_nacks, seed.rotate_left(32) ^ 1),
            backpressure: BackpressureMeter::default(),
            connecting: None,
            connection: None,
            closing_sockets: ClosingSockets::default(),
            asked,
            unhandled: false,
            emitter: Emitter::new(outbox),
            redactor: Redactor::of(&settings),
            has_opened: false,
            found: BTreeSet::new(),
            settings: Arc::new(settings),
        }
    }

    /// Lives the session from its first connection to its end.
    pub(super) async fn run(mut self) {
        if !matches!(self.downstream.ack_mode(), AckMode::Auto) {
            self.emit(EventKind::AckMode(ActiveAckMode::of(self.downstream.ack_mode())));
        }
        self.step(Input::Connect(self.settings.clone()));
        loop {
            self.weigh();
            self.deliver_waiting();
            if self.machine.is_ended() {
                break;
            }
            let wake_up = self.wake().await;
            self.now = self.clock.elapsed();
            self.react(wake_up);
        }
        self.emitter.finish(self.now).await;
    }

    async fn wake(&mut self) -> WakeUp {
        let has_room = self.emitter.has_room();
        let intake = self.connection.as_ref().is_none_or(Connection::takes_messages);
        let may_read = self.emitter.is_clear() && (self.downstream.room() > 0 || !intake);
        let dues = [self.machine.due(), self.downstream.due(), self.backpressure.due()];
        let due = dues.into_iter().flatten().min().map(|due| self.clock.instant(due));
        let Self { asked, unhandled, emitter, connecting, connection, .. } = self;
        select! {
            biased;
            command = asked.recv(), if has_room && !*unhandled => WakeUp::Asked(command),
            () = time(due) => WakeUp::TimeIsUp,
            taken = emitter.taken() => WakeUp::Taken(taken),
            wake_up = connected(connecting), if has_room => wake_up,
            turn = turn(connection, may_read) => WakeUp::Moved(turn),
        }
    }

    fn react(&mut self, wake_up: WakeUp) {
        match wake_up {
            WakeUp::Asked(Some(command)) => self.obey(command),
            WakeUp::Asked(None) => {
                self.unhandled = true;
                self.stop();
            }
            WakeUp::TimeIsUp => {
                self.step(Input::TimeIsUp);
                self.with_downstream(Downstream::advance);
            }
            WakeUp::Taken(Ok(())) => self.emitter.resume(self.now, &self.clock),
            // Nobody listens any more, which is a wish to stop.
            WakeUp::Taken(Err(NobodyListens)) => self.stop(),
            WakeUp::Step(step) => self.relay(step),
            WakeUp::Connected(Ok(socket)) => self.opened(*socket),
            WakeUp::Connected(Err(error)) => self.failed(error.failure()),
            WakeUp::Moved(turn) => self.moved(turn),
        }
    }

    /// Lets something happen downstream, and tells what came of it.
    fn with_downstream<T>(
        &mut self,
        act: impl FnOnce(&mut Downstream, Duration, &mut Vec<EventKind>) -> T,
    ) -> T {
        let mut events = Vec::new();
        let result = act(&mut self.downstream, self.now, &mut events);
        self.emit_all(events);
        result
    }

    /// Tells of the back-pressure, if there is any.
    fn weigh(&mut self) {
        let connection = self.connection.as_ref();
        let is_held = connection.is_some() && self.downstream.room() == 0;
        let why = is_held.then(|| self.downstream.pause());
        let read_ahead = connection.map_or(0, Connection::read_ahead);
        let events =
            self.backpressure.look(why, self.now, read_ahead, || connection.and_then(Connection::unread));
        self.emit_all(events);
    }

    fn emit_all(&mut self, all: Vec<EventKind>) {
        for kind in all {
            let finding = self.finds(&kind);
            self.emit(kind);
            self.emit_findings(finding.into_iter().collect());
        }
    }

    /// What is worth a word about something that happened downstream, the first time.
    fn finds(&mut self, kind: &EventKind) -> Option<Finding> {
        match kind {
            EventKind::ReadingPaused { why: Pause::InFlight, read_ahead } => {
                let first = self.found.insert(FindingCode::ReadingPaused);
                let (ack_mode, unacknowledged) =
                    (self.downstream.ack_mode(), self.downstream.unacknowledged());
                first.then(|| diagnose::reading_paused(ack_mode, unacknowledged, *read_ahead))
            }
            EventKind::ReplayWaits(waits) => {
                let first = self.found.insert(FindingCode::ReplayHoldsUp);
                first.then(|| diagnose::replay_holds_up(waits))
            }
            EventKind::AckMode(_) => {
                // Under another ack mode it is news again.
                self.found.remove(&FindingCode::ReadingPaused);
                None
            }
            EventKind::Messages(Batch { first: id, verdict: Verdict::Dropped, .. })
            | EventKind::Delivery(Redelivery {
                id,
                delivery: Delivery { verdict: Verdict::Dropped, .. },
                ..
            }) => {
                let first = self.found.insert(FindingCode::NackDropped);
                first.then(|| diagnose::nack_dropped(*id))
            }
            // Hardly any is worth a look at its messages.
            EventKind::Messages(batch) if batch.run.bytes.len() > LARGE && !self.found.contains(&OVER) => {
                let over = batch.messages().find_map(|message| {
                    diagnose::over_a_limit(&self.settings, message.id, message.payload.len() as u64)
                });
                self.found.extend(over.is_some().then_some(OVER));
                over
            }
            _ => None,
        }
    }

    fn emit(&mut self, kind: EventKind) {
        let mut event = Event { at: self.clock.at(self.now), connection: self.machine.connection(), kind };
        event.redact(&self.redactor);
        self.emitter.emit(event);
    }

    // ---- What the machine decides -------------------------------------------------------

    fn step(&mut self, input: Input) {
        for output in self.machine.step(input, self.now) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Dial(id, settings) => self.begin_connection(id, settings),
            Output::Close(_) if !self.settings.options.dialect.behavior().closes_politely => {
                self.lost(&SocketEnd::LeftByUs);
            }
            Output::Close(frame) => {
                if let Some(connection) = &mut self.connection {
                    // One that is closing already needs no second close frame.
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
            Output::End(why) => self.end(why),
        }
    }

    fn begin_connection(&mut self, id: ConnectionId, settings: Arc<Settings>) {
        if !Arc::ptr_eq(&settings, &self.settings) {
            // A server may still repeat what it got earlier.
            self.redactor = Redactor::of(&settings).and(&self.redactor);
        }
        self.settings = settings.clone();
        self.emit(EventKind::Connecting { url: settings.url.shown() });
        let (reporter, steps) = Reporter::new();
        let network = self.network.clone();
        let opening = Box::pin(async move { network.connect(settings, reporter).await });
        self.connecting = Some(Connecting { id, steps, ladder: Vec::new(), stage: None, opening });
    }

    fn end(&mut self, why: End) {
        let during = self.finish_connection().and_then(|connecting| connecting.stage);
        if let End::RetriesExhausted { .. } = why {
            self.emit(EventKind::Pipeline(diagnose::logged_end()));
        }
        let lost = self.with_downstream(|downstream, _, events| downstream.end(events));
        let unacknowledged = self.downstream.unacknowledged() as u64;
        self.emit_findings(diagnose::unanswered(lost, unacknowledged));
        let (messages, connections) = (self.downstream.messages(), self.machine.connection().0);
        self.emit(EventKind::Ended(Ended { why, messages, connections, during }));
    }

    /// Ends the intake first: what comes from now on is no part of the session.
    fn stop(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.end_intake();
        }
        self.step(Input::Stop);
    }

    // ---- Commands -----------------------------------------------------------------------

    fn obey(&mut self, command: Command) {
        match command {
            Command::Connect(settings) => self.step(Input::Connect(Arc::from(settings))),
            Command::Reconnect => self.step(Input::Reconnect),
            Command::Stop => self.stop(),
            Command::Adjust { auto_replay_nacks } => self.adjust(auto_replay_nacks),
            Command::Send(frame) => self.send(frame),
            Command::Ack(id) => {
                let answered =
                    self.with_downstream(|downstream, now, events| downstream.ack(id, now, events));
                self.refuse_if("ack", answered);
            }
            Command::Nack(id) => {
                let answered =
                    self.with_downstream(|downstream, now, events| downstream.nack(id, now, events));
                self.refuse_if("nack", answered);
            }
            Command::Undo(id) => {
                let undone = self.with_downstream(|downstream, now, events| downstream.undo(id, now, events));
                self.refuse_if("undo", undone);
            }
            Command::All(commands) => {
                for command in commands {
                    self.obey(command);
                }
            }
            Command::Answer(ack_mode) => {
                self.with_downstream(|downstream, now, events| downstream.answer_by(ack_mode, now, events));
            }
        }
    }

    fn refuse_if(&mut self, command: &'static str, answered: Result<(), AnswerError>) {
        if let Err(error) = answered {
            self.refuse(command, error.to_string());
        }
    }

    /// What holds for the connection that is open holds for the next ones too.
    fn adjust(&mut self, auto_replay_nacks: bool) {
        let settings = Settings { auto_replay_nacks, ..(*self.settings).clone() };
        self.settings = Arc::new(settings);
        self.machine.adjust(self.settings.clone());
        self.downstream.replays(auto_replay_nacks);
    }

    fn send(&mut self, frame: Outgoing) {
        let command = match &frame {
            Outgoing::Data { .. } => "send",
            Outgoing::Ping(_) => "ping",
            Outgoing::Close(_) => "close",
        };
        let Some(connection) = &mut self.connection else {
            return self.refuse(command, "no connection is open".to_owned());
        };
        match connection.send(frame) {
            Ok(()) => self.look_at_the_connection(),
            Err(message) => self.refuse(command, message),
        }
    }

    fn refuse(&mut self, command: &'static str, message: String) {
        self.emit(EventKind::Refused { command: command.into(), message });
    }

    // ---- A connection -------------------------------------------------------------------------

    fn relay(&mut self, step: Step) {
        match step {
            Step::Started(stage) => {
                if let Some(connecting) = &mut self.connecting {
                    connecting.stage = Some(stage);
                }
                self.emit(EventKind::StageStarted(stage));
            }
            Step::Secrets(secrets) => self.redactor.extend(secrets),
            Step::Answered(answered) => self.emit(EventKind::Answered(answered)),
            Step::Ended(report) => {
                if let Some(connecting) = &mut self.connecting {
                    connecting.ladder.push((*report).clone());
                }
                let given = report.evidence.exchange().and_then(|exchange| exchange.response.as_ref());
                self.redactor.extend(given.into_iter().flat_map(Response::secrets));
                self.emit(EventKind::StageEnded(report));
            }
            Step::OpeningSent(sent) => self.emit(EventKind::Sent(sent)),
        }
    }

    /// Relays the steps that a finished connection has left behind, and takes it away.
    fn finish_connection(&mut self) -> Option<Connecting> {
        while let Some(step) =
            self.connecting.as_mut().and_then(|connecting| connecting.steps.try_recv().ok())
        {
            self.relay(step);
        }
        self.connecting.take()
    }

    fn failed(&mut self, failure: Failure) {
        let Some(Connecting { id, ladder, .. }) = self.finish_connection() else { return };
        let findings = diagnose::failed(&self.settings, &ladder, &failure, self.clock.at(self.now));
        let logged = diagnose::logged_failure(&self.settings, &ladder, &failure, self.clock.at(self.now));
        self.emit(EventKind::Failed(Box::new(failure.clone())));
        self.emit_findings(findings);
        if let Some(line) = logged {
            self.emit(EventKind::Pipeline(line));
        }
        self.step(Input::Failed(id, Box::new(failure)));
    }

    fn opened(&mut self, socket: Socket) {
        let Some(Connecting { id, ladder, .. }) = self.finish_connection() else { return };
        let at = self.clock.at(self.now);
        self.emit(EventKind::Opened(Box::new(socket.opened.clone())));
        self.emit_findings(diagnose::opened(&self.settings, &ladder, at));
        if !std::mem::replace(&mut self.has_opened, true) {
            self.emit(EventKind::Pipeline(diagnose::logged_first_connection()));
        }
        self.emit(EventKind::StageStarted(Stage::First));
        self.connection = Some(Connection::new(socket, self.settings.max_message_size, self.now, at));
        self.step(Input::Opened(id));
        self.with_downstream(|downstream, now, events| downstream.connected(true, now, events));
    }

    fn emit_findings(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            self.emit(EventKind::Finding(Box::new(finding)));
        }
    }

    // ---- An open connection -------------------------------------------------------------

    fn moved(&mut self, turn: Turn) {
        let Some(connection) = &mut self.connection else { return };
        let mut events = Vec::new();
        match turn {
            Turn::Read(Ok(0)) => return self.lost(&SocketEnd::Eof),
            Turn::Read(Err(error)) => return self.lost(&error.into()),
            Turn::Read(Ok(_)) | Turn::More => connection.take_in(&mut self.downstream, self.now, &mut events),
            Turn::Over => return self.lost(&SocketEnd::Completed),
            Turn::Wrote(written) => connection.wrote(written, self.now, &mut events),
        }
        self.emit_all(events);
        self.look_at_the_connection();
    }

    /// Lets the machine know what has changed about the connection.
    fn look_at_the_connection(&mut self) {
        let Some(connection) = &self.connection else { return };
        let (heard, ending, id) = (connection.heard(), connection.is_ending(), self.machine.connection());
        if heard {
            self.step(Input::Heard(id));
        }
        if ending {
            self.step(Input::Ending(id));
        }
    }

    fn lost(&mut self, end: &SocketEnd) {
        let Some(connection) = self.connection.take() else { return };
        let events = self.backpressure.look(None, self.now, 0, || None);
        self.emit_all(events);
        self.with_downstream(|downstream, now, events| downstream.connected(false, now, events));
        let (lost, closing_socket) = connection.lost(end, self.now);
        match end {
            SocketEnd::Completed | SocketEnd::Error(_) | SocketEnd::AsksAgain
                if !self.settings.options.dialect.behavior().closes_lost =>
            {
                self.closing_sockets.leave_open(closing_socket);
            }
            SocketEnd::Completed => self.closing_sockets.wait_for(closing_socket),
            SocketEnd::Eof | SocketEnd::Error(_) | SocketEnd::AsksAgain | SocketEnd::LeftByUs => {
                closing_socket.leave();
            }
        }
        let findings = diagnose::lost(&self.settings, &lost);
        let is_ours = lost.is_ours();
        self.emit(EventKind::Lost(Box::new(lost)));
        self.emit_findings(findings);
        if !is_ours {
            self.emit_all(
                diagnose::logged_loss(&self.settings).map(EventKind::Pipeline).into_iter().collect(),
            );
        }
        self.step(Input::Lost(self.machine.connection()));
    }

    /// Hands over what was told, unless earlier events still wait for room.
    fn deliver_waiting(&mut self) {
        let read_ahead = self.connection.as_ref().map(Connection::read_ahead);
        if self.emitter.deliver_waiting(self.now, read_ahead).is_err() {
            self.stop();
        }
    }
}

async fn time(due: Option<Instant>) {
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

/// The next step of a connection, or how it went; steps first, since they come before the end.
async fn connected(connecting: &mut Option<Connecting>) -> WakeUp {
    let Some(Connecting { steps, opening, .. }) = connecting else { return pending().await };
    select! {
        biased;
        Some(step) = steps.recv() => WakeUp::Step(step),
        result = opening => WakeUp::Connected(result.map(Box::new)),
    }
}
