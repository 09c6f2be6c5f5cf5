//! The task that owns the socket: hears commands, dials, reads, writes and tells.
//!
//! ```text
//!            commands        time        steps of a dial      socket      room in the outbox
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
    config::{Redactor, Settings},
    diagnose,
    net::{Clock, Dial, DialError, Reporter, Socket, Step},
    session::{
        Answering, Batch, Command, Delivery, DialId, End, Ended, Event, Failure, Finding, Outgoing, Pause,
        Policy, Redelivery, Response, Stage, StageReport, Verdict, What,
    },
};

use super::{
    connection::{Connection, Turn},
    downstream::{AnswerError, Downstream},
    loss::SocketEnd,
    machine::{Input, Machine, Output, SILENCE},
    parting::Partings,
    pressure::Pressure,
    queue::{NobodyListens, Outbox},
    teller::Teller,
};

/// Everything one session consists of.
pub(super) struct Runner<D> {
    dial: Arc<D>,
    clock: Clock,
    /// The moment of this wake-up; one clock reading for all it yields.
    now: Duration,
    machine: Machine,
    downstream: Downstream,
    pressure: Pressure,
    /// Those of the dial under way.
    settings: Arc<Settings>,
    dialing: Option<Dialing>,
    connection: Option<Connection>,
    partings: Partings,
    asked: mpsc::Receiver<Command>,
    /// Whether the last handle has been dropped.
    unhandled: bool,
    teller: Teller,
    /// Takes the secrets out of all that is told.
    redactor: Redactor,
    /// Whether a connection has been open in this session.
    has_opened: bool,
    /// What was found once and need not be told again, by its code.
    found: BTreeSet<&'static str>,
}

/// Batches of so many bytes may hold a message that some pipeline would not have read.
const LARGE: usize = 16 << 20;
/// What is found about the first of them.
const OVER: &str = "message-over-pipeline-limit";

/// So many connections in a row without a message are called a loop.
const FLAPPING: u32 = 3;

/// A dial under way. Dropping it gives it up.
struct Dialing {
    id: DialId,
    steps: mpsc::Receiver<Step>,
    ladder: Vec<StageReport>,
    /// The stage that has begun last.
    stage: Option<Stage>,
    dial: Pin<Box<dyn Future<Output = Result<Socket, DialError>> + Send>>,
}

/// Why the task woke up.
enum Woken {
    Asked(Option<Command>),
    TimeIsUp,
    Taken(Result<(), NobodyListens>),
    Step(Step),
    Dialed(Result<Box<Socket>, DialError>),
    Moved(Turn),
}

impl<D: Dial> Runner<D> {
    pub(super) fn new(
        settings: Settings,
        policy: Policy,
        dial: D,
        seed: u64,
        asked: mpsc::Receiver<Command>,
        outbox: Outbox,
    ) -> Self {
        Self {
            dial: Arc::new(dial),
            clock: Clock::start(),
            now: Duration::ZERO,
            machine: Machine::new(seed),
            // Another seed, so that the two do not draw alike.
            downstream: Downstream::new(policy, settings.auto_replay_nacks, seed.rotate_left(32) ^ 1),
            pressure: Pressure::default(),
            dialing: None,
            connection: None,
            partings: Partings::default(),
            asked,
            unhandled: false,
            teller: Teller::new(outbox),
            redactor: Redactor::of(&settings),
            has_opened: false,
            found: BTreeSet::new(),
            settings: Arc::new(settings),
        }
    }

    /// Lives the session from its first dial to its end.
    pub(super) async fn run(mut self) {
        if !matches!(self.downstream.policy(), Policy::Accept) {
            self.tell(What::Policy(Answering::of(self.downstream.policy())));
        }
        self.step(Input::Connect(self.settings.clone()));
        loop {
            self.weigh();
            self.hand_over();
            if self.machine.is_ended() {
                break;
            }
            let woken = self.wake().await;
            self.now = self.clock.elapsed();
            self.react(woken);
        }
        self.teller.finish(self.now).await;
    }

    async fn wake(&mut self) -> Woken {
        let has_room = self.teller.has_room();
        let intake = self.connection.as_ref().is_none_or(Connection::takes_messages);
        let may_read = self.teller.is_clear() && (self.downstream.room() > 0 || !intake);
        let dues = [self.machine.due(), self.downstream.due(), self.pressure.due()];
        let due = dues.into_iter().flatten().min().map(|due| self.clock.instant(due));
        let Self { asked, unhandled, teller, dialing, connection, .. } = self;
        select! {
            biased;
            command = asked.recv(), if has_room && !*unhandled => Woken::Asked(command),
            () = time(due) => Woken::TimeIsUp,
            taken = teller.taken() => Woken::Taken(taken),
            woken = dialed(dialing), if has_room => woken,
            turn = turn(connection, may_read) => Woken::Moved(turn),
        }
    }

    fn react(&mut self, woken: Woken) {
        match woken {
            Woken::Asked(Some(command)) => self.obey(command),
            Woken::Asked(None) => {
                self.unhandled = true;
                self.stop();
            }
            Woken::TimeIsUp => {
                self.step(Input::TimeIsUp);
                self.with_downstream(Downstream::advance);
            }
            Woken::Taken(Ok(())) => self.teller.resume(self.now, &self.clock),
            // Nobody listens any more, which is a wish to stop.
            Woken::Taken(Err(NobodyListens)) => self.stop(),
            Woken::Step(step) => self.relay(step),
            Woken::Dialed(Ok(socket)) => self.opened(*socket),
            Woken::Dialed(Err(error)) => self.failed(error.failure()),
            Woken::Moved(turn) => self.moved(turn),
        }
    }

    /// Lets something happen downstream, and tells what came of it.
    fn with_downstream<T>(&mut self, act: impl FnOnce(&mut Downstream, Duration, &mut Vec<What>) -> T) -> T {
        let mut told = Vec::new();
        let result = act(&mut self.downstream, self.now, &mut told);
        self.tell_all(told);
        result
    }

    /// Tells of the back-pressure, if there is any.
    fn weigh(&mut self) {
        let connection = self.connection.as_ref();
        let is_held = connection.is_some() && self.downstream.room() == 0;
        let why = is_held.then(|| self.downstream.pause());
        let read_ahead = connection.map_or(0, Connection::read_ahead);
        let told = self.pressure.look(why, self.now, read_ahead, || connection.and_then(Connection::unread));
        self.tell_all(told);
    }

    fn tell_all(&mut self, all: Vec<What>) {
        for what in all {
            let finding = self.finds(&what);
            self.tell(what);
            self.tell_findings(finding.into_iter().collect());
        }
    }

    /// What is worth a word about something that happened downstream, the first time.
    fn finds(&mut self, what: &What) -> Option<Finding> {
        match what {
            What::ReadingPaused { why: Pause::InFlight, read_ahead } => {
                let first = self.found.insert("reading-paused");
                let (policy, awaiting) = (self.downstream.policy(), self.downstream.awaiting());
                first.then(|| diagnose::reading_paused(policy, awaiting, *read_ahead))
            }
            What::ReplayWaits(waits) => {
                let first = self.found.insert("replay-holds-up");
                first.then(|| diagnose::replay_holds_up(waits))
            }
            What::Policy(_) => {
                // Under another policy it is news again.
                self.found.remove("reading-paused");
                None
            }
            What::Messages(Batch { first: id, verdict: Verdict::Dropped, .. })
            | What::Delivery(Redelivery {
                id, delivery: Delivery { verdict: Verdict::Dropped, .. }, ..
            }) => {
                let first = self.found.insert("nack-dropped");
                first.then(|| diagnose::nack_dropped(*id))
            }
            // Hardly any is worth a look at its messages.
            What::Messages(batch) if batch.run.bytes.len() > LARGE && !self.found.contains(OVER) => {
                let over = batch.messages().find_map(|message| {
                    diagnose::over_a_limit(&self.settings, message.id, message.payload.len() as u64)
                });
                self.found.extend(over.is_some().then_some(OVER));
                over
            }
            _ => None,
        }
    }

    fn tell(&mut self, what: What) {
        let mut event = Event { at: self.clock.at(self.now), dial: self.machine.dial(), what };
        event.redact(&self.redactor);
        self.teller.tell(event);
    }

    // ---- What the machine decides -------------------------------------------------------

    fn step(&mut self, input: Input) {
        for output in self.machine.step(input, self.now) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Dial(id, settings) => self.begin_dial(id, settings),
            Output::Close(_) if !self.settings.manner.dialect.ways().closes_politely => {
                self.lost(&SocketEnd::LeftByUs);
            }
            Output::Close(frame) => {
                if let Some(connection) = &mut self.connection {
                    // One that is closing already needs no second close frame.
                    drop(connection.send(Outgoing::Close(frame)));
                }
            }
            Output::HangUp => self.lost(&SocketEnd::LeftByUs),
            Output::Silent => self.tell(What::Finding(Box::new(diagnose::silent(&self.settings, SILENCE)))),
            Output::RetryIn(retry) => {
                self.tell(What::RetryIn(retry));
                if retry.without_message == FLAPPING {
                    self.tell(What::Finding(Box::new(diagnose::flapping(&self.settings, &retry))));
                }
            }
            Output::Refuse { command, says } => self.refuse(command, says.to_owned()),
            Output::End(why) => self.end(why),
        }
    }

    fn begin_dial(&mut self, id: DialId, settings: Arc<Settings>) {
        if !Arc::ptr_eq(&settings, &self.settings) {
            // A server may still repeat what it got earlier.
            self.redactor = Redactor::of(&settings).and(&self.redactor);
        }
        self.settings = settings.clone();
        self.tell(What::Dialing { url: settings.url.shown() });
        let (reporter, steps) = Reporter::new();
        let dial = self.dial.clone();
        let dial = Box::pin(async move { dial.dial(settings, reporter).await });
        self.dialing = Some(Dialing { id, steps, ladder: Vec::new(), stage: None, dial });
    }

    fn end(&mut self, why: End) {
        let during = self.finish_dial().and_then(|dialing| dialing.stage);
        if let End::RetriesExhausted { .. } = why {
            self.tell(What::Pipeline(diagnose::logged_end()));
        }
        let lost = self.with_downstream(|downstream, _, told| downstream.end(told));
        let awaiting = self.downstream.awaiting() as u64;
        self.tell_findings(diagnose::unanswered(lost, awaiting));
        let (messages, dials) = (self.downstream.messages(), self.machine.dial().0);
        self.tell(What::Ended(Ended { why, messages, dials, during }));
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
                let answered = self.with_downstream(|downstream, now, told| downstream.ack(id, now, told));
                self.refuse_if("ack", answered);
            }
            Command::Nack(id) => {
                let answered = self.with_downstream(|downstream, now, told| downstream.nack(id, now, told));
                self.refuse_if("nack", answered);
            }
            Command::Undo(id) => {
                let undone = self.with_downstream(|downstream, now, told| downstream.undo(id, now, told));
                self.refuse_if("undo", undone);
            }
            Command::All(commands) => {
                for command in commands {
                    self.obey(command);
                }
            }
            Command::Answer(policy) => {
                self.with_downstream(|downstream, now, told| downstream.answer_by(policy, now, told));
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
            Err(says) => self.refuse(command, says),
        }
    }

    fn refuse(&mut self, command: &'static str, says: String) {
        self.tell(What::Refused { command: command.into(), says });
    }

    // ---- A dial -------------------------------------------------------------------------

    fn relay(&mut self, step: Step) {
        match step {
            Step::Started(stage) => {
                if let Some(dialing) = &mut self.dialing {
                    dialing.stage = Some(stage);
                }
                self.tell(What::StageStarted(stage));
            }
            Step::Secrets(secrets) => self.redactor.extend(secrets),
            Step::Answered(answered) => self.tell(What::Answered(answered)),
            Step::Ended(report) => {
                if let Some(dialing) = &mut self.dialing {
                    dialing.ladder.push((*report).clone());
                }
                let given = report.evidence.exchange().and_then(|exchange| exchange.response.as_ref());
                self.redactor.extend(given.into_iter().flat_map(Response::secrets));
                self.tell(What::StageEnded(report));
            }
            Step::OpeningSent(sent) => self.tell(What::Sent(sent)),
        }
    }

    /// Relays the steps that a finished dial has left behind, and takes it away.
    fn finish_dial(&mut self) -> Option<Dialing> {
        while let Some(step) = self.dialing.as_mut().and_then(|dialing| dialing.steps.try_recv().ok()) {
            self.relay(step);
        }
        self.dialing.take()
    }

    fn failed(&mut self, failure: Failure) {
        let Some(Dialing { id, ladder, .. }) = self.finish_dial() else { return };
        let findings = diagnose::failed(&self.settings, &ladder, &failure, self.clock.at(self.now));
        let logged = diagnose::logged_failure(&self.settings, &ladder, &failure, self.clock.at(self.now));
        self.tell(What::Failed(Box::new(failure.clone())));
        self.tell_findings(findings);
        if let Some(line) = logged {
            self.tell(What::Pipeline(line));
        }
        self.step(Input::Failed(id, Box::new(failure)));
    }

    fn opened(&mut self, socket: Socket) {
        let Some(Dialing { id, ladder, .. }) = self.finish_dial() else { return };
        let at = self.clock.at(self.now);
        self.tell(What::Opened(Box::new(socket.opened.clone())));
        self.tell_findings(diagnose::opened(&self.settings, &ladder, at));
        if !std::mem::replace(&mut self.has_opened, true) {
            self.tell(What::Pipeline(diagnose::logged_first_connection()));
        }
        self.tell(What::StageStarted(Stage::First));
        self.connection = Some(Connection::new(socket, self.settings.max_message_size, self.now, at));
        self.step(Input::Opened(id));
        self.with_downstream(|downstream, now, told| downstream.connected(true, now, told));
    }

    fn tell_findings(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            self.tell(What::Finding(Box::new(finding)));
        }
    }

    // ---- An open connection -------------------------------------------------------------

    fn moved(&mut self, turn: Turn) {
        let Some(connection) = &mut self.connection else { return };
        let mut told = Vec::new();
        match turn {
            Turn::Read(Ok(0)) => return self.lost(&SocketEnd::Eof),
            Turn::Read(Err(error)) => return self.lost(&error.into()),
            Turn::Read(Ok(_)) | Turn::More => connection.take_in(&mut self.downstream, self.now, &mut told),
            Turn::Over => return self.lost(&SocketEnd::Settled),
            Turn::Wrote(written) => connection.wrote(written, self.now, &mut told),
        }
        self.tell_all(told);
        self.look_at_the_connection();
    }

    /// Lets the machine know what has changed about the connection.
    fn look_at_the_connection(&mut self) {
        let Some(connection) = &self.connection else { return };
        let (heard, ending, dial) = (connection.heard(), connection.is_ending(), self.machine.dial());
        if heard {
            self.step(Input::Heard(dial));
        }
        if ending {
            self.step(Input::Ending(dial));
        }
    }

    fn lost(&mut self, end: &SocketEnd) {
        let Some(connection) = self.connection.take() else { return };
        let told = self.pressure.look(None, self.now, 0, || None);
        self.tell_all(told);
        self.with_downstream(|downstream, now, told| downstream.connected(false, now, told));
        let (lost, parting) = connection.lost(end, self.now);
        match end {
            SocketEnd::Settled | SocketEnd::Error(_) | SocketEnd::AsksAgain
                if !self.settings.manner.dialect.ways().closes_lost =>
            {
                self.partings.leave_open(parting);
            }
            SocketEnd::Settled => self.partings.wait_for(parting),
            SocketEnd::Eof | SocketEnd::Error(_) | SocketEnd::AsksAgain | SocketEnd::LeftByUs => {
                parting.leave();
            }
        }
        let findings = diagnose::lost(&self.settings, &lost);
        let is_ours = lost.is_ours();
        self.tell(What::Lost(Box::new(lost)));
        self.tell_findings(findings);
        if !is_ours {
            self.tell_all(diagnose::logged_loss(&self.settings).map(What::Pipeline).into_iter().collect());
        }
        self.step(Input::Lost(self.machine.dial()));
    }

    /// Hands over what was told, unless earlier events still wait for room.
    fn hand_over(&mut self) {
        let read_ahead = self.connection.as_ref().map(Connection::read_ahead);
        if self.teller.hand_over(self.now, read_ahead).is_err() {
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

/// The next step of a dial, or how it went; steps first, since they come before the end.
async fn dialed(dialing: &mut Option<Dialing>) -> Woken {
    let Some(Dialing { steps, dial, .. }) = dialing else { return pending().await };
    select! {
        biased;
        Some(step) = steps.recv() => Woken::Step(step),
        result = dial => Woken::Dialed(result.map(Box::new)),
    }
}
