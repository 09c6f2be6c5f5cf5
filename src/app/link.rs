//! What the screen knows of the connection: its state, its ladder, its numbers, its findings.

use std::time::Duration;

use crate::session::{
    Answered, Control, ControlKind, DialId, Direction, End, Ended, Event, Evidence, Failure, Finding, Fix,
    Lost, Opened, RetryIn, Stage, StageReport, Timestamp, Verdict, What,
};

use super::rate::Rate;

/// Findings kept; the engine tells a handful for a dial.
const FINDINGS: usize = 16;
/// A pause below this is over before its reason could be read.
const BLINK: Duration = Duration::from_secs(2);

/// Where the session stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// The engine has told nothing.
    #[default]
    Starting,
    Dialing {
        since: Timestamp,
        stage: Option<Stage>,
    },
    Open {
        since: Timestamp,
        opened: Box<Opened>,
    },
    /// A pause before the next dial.
    Waiting {
        until: Timestamp,
        retry: RetryIn,
    },
    /// A dial failed or a connection was lost, and what comes next has not been told.
    Down,
    Ended(Ended),
}

/// One step of a dial as the ladder shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    pub stage: Stage,
    pub began: Timestamp,
    /// How it went; `None` while it runs.
    pub report: Option<Box<StageReport>>,
}

/// The stages of one dial so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    pub dial: DialId,
    pub began: Timestamp,
    /// Masked, as the engine told it.
    pub url: String,
    pub rungs: Vec<Rung>,
    /// What ended the dial, when it failed.
    pub failure: Option<Box<Failure>>,
    /// The status of a refusal whose body is still being read.
    pub answered: Option<Answered>,
    pub over: Option<Timestamp>,
}

/// Counters of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub messages: u64,
    pub bytes: u64,
    pub pings: u64,
    pub pongs: u64,
    pub sent: u64,
    pub recalled: u64,
    pub dropped: u64,
}

/// The connection as told by events.
#[derive(Clone, Debug, Default)]
pub struct Link {
    pub state: State,
    pub dial: DialId,
    /// The dial under way, or the last.
    pub ladder: Ladder,
    /// The last dial that failed, until one opens.
    pub failed: Option<Box<Ladder>>,
    /// What is wrong, of the last dial that failed or was lost; emptied when one opens.
    pub findings: Vec<Finding>,
    /// The dial that `findings` speak of.
    pub findings_of: DialId,
    /// How the last connection ended.
    pub lost: Option<Box<Lost>>,
    /// The last loss that was not of our doing; it stays when a dial opens.
    pub last_loss: Option<Box<Lost>>,
    /// Since when the socket is not read, and what waits in the reader.
    pub paused: Option<(Timestamp, u64)>,
    pub counts: Counts,
    pub rate: Rate,
}

impl Link {
    /// Folds one event into it.
    pub fn apply(&mut self, event: &Event) {
        let at = event.at;
        self.dial = self.dial.max(event.dial);
        match &event.what {
            What::Dialing { url } => {
                self.state = State::Dialing { since: at, stage: None };
                self.ladder = Ladder::starting(event.dial, at, url);
            }
            What::StageStarted(stage) => {
                if let State::Dialing { stage: running, .. } = &mut self.state {
                    *running = Some(*stage);
                }
                self.ladder.begin(*stage, at);
            }
            What::StageEnded(report) => self.ladder.end(report),
            What::Answered(answered) => self.ladder.answered = Some(answered.clone()),
            What::Opened(opened) => {
                self.ladder.over = Some(at);
                self.forget_findings_before(event.dial);
                self.lost = None;
                self.failed = None;
                self.state = State::Open { since: at, opened: opened.clone() };
            }
            What::Messages(batch) => {
                self.counts.messages += batch.len() as u64;
                self.counts.bytes += batch.payload_bytes();
                self.rate.count(batch.len() as u64, at);
            }
            What::Control(control) => self.counts.control(control),
            What::Sent(_) => self.counts.sent += 1,
            What::Delivery(told) => {
                self.counts.recalled += u64::from(told.recalled);
                self.counts.dropped += u64::from(told.delivery.verdict == Verdict::Dropped);
            }
            What::Lost(lost) => {
                self.down();
                self.forget_findings_before(event.dial);
                self.lost = Some(lost.clone());
                if !lost.is_ours() {
                    self.last_loss = Some(lost.clone());
                }
            }
            What::Failed(failure) => {
                self.down();
                self.forget_findings_before(event.dial);
                self.lost = None;
                self.ladder.over = Some(at);
                self.ladder.failure = Some(failure.clone());
                self.failed = Some(Box::new(self.ladder.clone()));
            }
            What::RetryIn(retry) => {
                self.state = State::Waiting { until: at.plus(retry.delay), retry: *retry };
            }
            What::Finding(finding) => self.find(finding, event.dial),
            What::ReadingPaused { read_ahead, .. } => self.paused = Some((at, *read_ahead)),
            What::ReadingResumed { .. } => self.paused = None,
            What::Refused { .. }
            | What::Pipeline(_)
            | What::Policy(_)
            | What::ReplayWaits(_)
            | What::BackPressure(_) => {}
            What::Ended(ended) => {
                self.paused = None;
                self.ladder.over = self.ladder.over.or(Some(at));
                self.state = State::Ended(ended.clone());
            }
        }
    }

    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended(_))
    }

    /// Whether the session has ended because it was asked to.
    #[must_use]
    pub const fn was_stopped(&self) -> bool {
        matches!(&self.state, State::Ended(Ended { why: End::Stopped, .. }))
    }

    /// The gravest finding there is; the first of equals.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        let gravest = self.findings.iter().map(|finding| finding.severity).max()?;
        self.findings.iter().find(|finding| finding.severity == gravest)
    }

    /// The first fix that sets a field, of the gravest finding that has one.
    #[must_use]
    pub fn fix(&self) -> Option<&Fix> {
        let has_edits = |fix: &&Fix| !fix.edits.is_empty();
        let of_gravest = self.finding().and_then(|finding| finding.fixes.iter().find(has_edits));
        of_gravest.or_else(|| self.findings.iter().flat_map(|finding| &finding.fixes).find(has_edits))
    }

    /// Whether something is wrong that does not pass by itself in a moment: a dial failed, or a
    /// lost connection is not dialled again at once.
    #[must_use]
    pub fn is_troubled(&self) -> bool {
        let lasts = match &self.state {
            State::Waiting { retry, .. } => retry.delay >= BLINK,
            State::Ended(_) => !self.was_stopped(),
            _ => false,
        };
        self.failed.is_some() || (self.lost.is_some() && lasts)
    }

    /// How long the state with a beginning has lasted.
    #[must_use]
    pub fn lasting(&self, now: Timestamp) -> Duration {
        match &self.state {
            State::Dialing { since, .. } | State::Open { since, .. } => now.since(*since),
            _ => Duration::ZERO,
        }
    }

    fn down(&mut self) {
        self.paused = None;
        self.state = State::Down;
    }

    fn forget_findings_before(&mut self, dial: DialId) {
        if self.findings_of != dial {
            self.findings.clear();
        }
    }

    fn find(&mut self, finding: &Finding, dial: DialId) {
        self.forget_findings_before(dial);
        self.findings_of = dial;
        let known = self.findings.iter().any(|other| other.code == finding.code);
        if !known && self.findings.len() < FINDINGS {
            self.findings.push(finding.clone());
        }
    }
}

impl Counts {
    fn control(&mut self, control: &Control) {
        match (control.direction, &control.kind) {
            (Direction::In, ControlKind::Ping(_)) => self.pings += 1,
            (Direction::In, ControlKind::Pong { .. }) => self.pongs += 1,
            _ => {}
        }
    }
}

impl Ladder {
    /// A dial that begins. `url` is masked.
    #[must_use]
    pub fn starting(dial: DialId, began: Timestamp, url: &str) -> Self {
        Self { dial, began, url: url.to_owned(), ..Self::default() }
    }

    pub(super) fn begin(&mut self, stage: Stage, at: Timestamp) {
        self.rungs.push(Rung { stage, began: at, report: None });
        // A dial has fewer stages than this; a peer cannot make more.
        self.rungs.truncate(Stage::ALL.len());
    }

    pub(super) fn end(&mut self, report: &StageReport) {
        let rung = self.rungs.iter_mut().find(|rung| rung.stage == report.stage);
        if let Some(rung) = rung {
            rung.began = report.began;
            rung.report = Some(Box::new(report.clone()));
        } else if self.rungs.len() < Stage::ALL.len() {
            let report = Box::new(report.clone());
            self.rungs.push(Rung { stage: report.stage, began: report.began, report: Some(report) });
        }
    }

    /// From the first stage to the end of the dial, or to `now` while it runs.
    #[must_use]
    pub fn span(&self, now: Timestamp) -> Duration {
        self.over.unwrap_or(now).since(self.began)
    }

    /// What the server answered to the upgrade, if the dial came that far.
    #[must_use]
    pub fn response(&self) -> Option<&crate::session::Response> {
        self.rungs.iter().find_map(|rung| match &rung.report.as_ref()?.evidence {
            Evidence::Upgrade(exchange) => exchange.response.as_ref(),
            _ => None,
        })
    }
}

impl Rung {
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.report.as_ref()?.outcome.as_ref().err()
    }

    /// How long it took, or has taken by `now`.
    #[must_use]
    pub fn took(&self, now: Timestamp) -> Duration {
        self.report.as_ref().map_or_else(|| now.since(self.began), |report| report.took)
    }
}
