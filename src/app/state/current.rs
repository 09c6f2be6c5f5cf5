//! What the screen knows of the connection: its state, its ladder, its numbers, its findings.

use std::time::Duration;

use crate::session::{
    Answered, ConnectionId, Control, ControlKind, Direction, End, Ended, Event, EventKind, Evidence, Failure,
    Finding, FindingCode, Fix, Lost, Opened, RetryIn, Severity, Stage, StageReport, Timestamp, Verdict,
};

use super::rate::Rate;

/// Findings kept; the engine emits a handful for a connection.
const FINDINGS: usize = 16;
/// A pause below this is over before its reason could be read.
const BLINK: Duration = Duration::from_secs(2);

/// Where the session stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// The engine has emitted nothing.
    #[default]
    Starting,
    Connecting {
        since: Timestamp,
        stage: Option<Stage>,
    },
    Open {
        since: Timestamp,
        opened: Box<Opened>,
    },
    /// A pause before the next connection.
    Waiting {
        until: Timestamp,
        retry: RetryIn,
    },
    /// A connection failed or a connection was lost, and the next step is not known yet.
    Down,
    Ended(Ended),
}

/// One step of a connection as the ladder shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageRow {
    pub stage: Stage,
    pub began: Timestamp,
    /// How it went; `None` while it runs.
    pub report: Option<Box<StageReport>>,
}

/// The stages of one connection so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    pub connection: ConnectionId,
    pub began: Timestamp,
    /// Masked, as the engine emitted it.
    pub url: String,
    pub stage_rows: Vec<StageRow>,
    /// What ended the connection, when it failed.
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

/// The connection, folded from events.
#[derive(Clone, Debug, Default)]
pub struct ConnectionState {
    pub state: State,
    pub connection: ConnectionId,
    /// The connection under way, or the last.
    pub ladder: Ladder,
    /// The last connection that failed, until one opens.
    pub failed: Option<Box<Ladder>>,
    /// What is wrong, of the last connection that failed or was lost; emptied when one opens.
    pub findings: Vec<Finding>,
    /// The finding that is looked at, if one was chosen.
    looked_at: Option<FindingCode>,
    /// The connection that `findings` speak of.
    pub findings_of: ConnectionId,
    /// How the last connection ended.
    pub lost: Option<Box<Lost>>,
    /// The last loss that was not of our doing; it stays when a connection opens.
    pub last_loss: Option<Box<Lost>>,
    /// Since when the socket is not read, and what waits in the reader.
    pub paused: Option<(Timestamp, u64)>,
    pub counts: Counts,
    pub rate: Rate,
}

impl ConnectionState {
    /// Folds one event into it.
    pub fn apply(&mut self, event: &Event) {
        let at = event.at;
        self.connection = self.connection.max(event.connection);
        self.ladder.apply(event);
        match &event.kind {
            EventKind::Connecting { .. } => self.state = State::Connecting { since: at, stage: None },
            EventKind::StageStarted(stage) => {
                if let State::Connecting { stage: running, .. } = &mut self.state {
                    *running = Some(*stage);
                }
            }
            EventKind::Opened(opened) => {
                self.forget_findings_before(event.connection);
                self.lost = None;
                self.failed = None;
                self.state = State::Open { since: at, opened: opened.clone() };
            }
            EventKind::Messages(batch) => {
                self.counts.messages += batch.len() as u64;
                self.counts.bytes += batch.payload_bytes();
                self.rate.count(batch.len() as u64, at);
            }
            EventKind::Control(control) => self.counts.control(control),
            EventKind::Sent(_) => self.counts.sent += 1,
            EventKind::Delivery(run) => {
                self.counts.recalled += u64::from(run.first.recalled) * run.count;
                self.counts.dropped += u64::from(run.first.delivery.verdict == Verdict::Dropped) * run.count;
            }
            EventKind::Lost(lost) => {
                self.go_down(event.connection);
                self.lost = Some(lost.clone());
                if !lost.is_ours() {
                    self.last_loss = Some(lost.clone());
                }
            }
            EventKind::Failed(_) => {
                self.go_down(event.connection);
                self.lost = None;
                self.failed = Some(Box::new(self.ladder.clone()));
            }
            EventKind::RetryIn(retry) => {
                self.state = State::Waiting { until: at.plus(retry.delay), retry: *retry };
            }
            EventKind::Finding(finding) => self.find(finding, event.connection),
            EventKind::ReadingPaused { read_ahead, .. } => self.paused = Some((at, *read_ahead)),
            EventKind::ReadingResumed { .. } => self.paused = None,
            EventKind::Ended(ended) => {
                self.paused = None;
                self.state = State::Ended(ended.clone());
            }
            _ => {}
        }
    }

    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    pub const fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended(_))
    }

    /// Whether the session has ended because it was asked to.
    pub const fn was_stopped(&self) -> bool {
        matches!(&self.state, State::Ended(Ended { why: End::Stopped, .. }))
    }

    /// The finding that is looked at: the one that was chosen, or else the gravest; the first of equals.
    pub fn finding(&self) -> Option<&Finding> {
        self.by_gravity().get(self.place()).copied()
    }

    /// Its place among all, the gravest first.
    pub fn place(&self) -> usize {
        let chosen = self.looked_at.as_ref();
        let place = self.by_gravity().iter().position(|finding| Some(&finding.code) == chosen);
        place.unwrap_or(0)
    }

    /// Looks at the next finding; behind the last comes the first. It stays in sight when the next connection
    /// fails alike.
    pub fn look_at_next(&mut self) {
        let next = (self.place() + 1) % self.findings.len().max(1);
        self.looked_at = self.by_gravity().get(next).map(|finding| finding.code);
    }

    fn by_gravity(&self) -> Vec<&Finding> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// The first fix of the finding that is looked at that sets a field and does not weaken security.
    pub fn own_fix(&self) -> Option<&Fix> {
        self.finding()?.fixes.iter().find(|fix| fix.is_applied_unasked())
    }

    /// Whether something that a field can mend is wrong, also while a connection is open.
    pub fn can_be_mended(&self) -> bool {
        let mends = |finding: &Finding| {
            finding.severity > Severity::Note && finding.fixes.iter().any(Fix::is_applied_unasked)
        };
        self.findings.iter().any(mends)
    }

    /// The field that the finding that is looked at points at.
    pub fn suspect(&self) -> Option<&str> {
        let finding = self.finding()?;
        let edited = || finding.fixes.iter().flat_map(|fix| &fix.edits).next().map(|edit| edit.path.as_str());
        finding.field.as_deref().or_else(edited)
    }

    /// The first fix that sets a field and does not weaken security, of the gravest finding that has one.
    pub fn fix(&self) -> Option<&Fix> {
        let all = || self.findings.iter().flat_map(|finding| &finding.fixes);
        self.own_fix().or_else(|| all().find(|fix| fix.is_applied_unasked()))
    }

    /// Whether something is wrong that does not pass by itself in a moment: a connection failed, or a
    /// lost connection is not opened again at once.
    pub fn is_troubled(&self) -> bool {
        let lasts = match &self.state {
            State::Waiting { retry, .. } => retry.delay >= BLINK,
            State::Ended(_) => !self.was_stopped(),
            _ => false,
        };
        self.failed.is_some() || (self.lost.is_some() && lasts)
    }

    /// About how many lines of this width explain what is wrong, rather more than fewer: the drawing stops at
    /// the last, and this keeps the scroll from running far beyond it.
    pub fn most_lines(&self, width: u16) -> usize {
        let width = usize::from(width).saturating_sub(6).max(1);
        let lines = |text: &String| text.len() / width + 1;
        let findings = self.findings.iter().map(|finding| {
            let fixes = finding
                .fixes
                .iter()
                .map(|fix| lines(&fix.title) + fix.edits.len() + fix.yaml.lines().count());
            let evidence = finding.evidence.iter().map(lines);
            lines(&finding.title) + lines(&finding.cause) + fixes.chain(evidence).sum::<usize>()
        });
        let sources = self.failed.as_ref().and_then(|failed| failed.failure.as_ref());
        findings.sum::<usize>()
            + sources.map_or(0, |failure| failure.sources.iter().map(lines).sum::<usize>() + 1)
    }

    /// How long the state with a beginning has lasted.
    pub fn lasting(&self, now: Timestamp) -> Duration {
        match &self.state {
            State::Connecting { since, .. } | State::Open { since, .. } => now.since(*since),
            _ => Duration::ZERO,
        }
    }

    fn go_down(&mut self, connection: ConnectionId) {
        self.paused = None;
        self.state = State::Down;
        self.forget_findings_before(connection);
    }

    fn forget_findings_before(&mut self, connection: ConnectionId) {
        if self.findings_of != connection {
            self.findings.clear();
        }
    }

    fn find(&mut self, finding: &Finding, connection: ConnectionId) {
        self.forget_findings_before(connection);
        self.findings_of = connection;
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
    /// Folds one event of its connection into it.
    pub(super) fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::Connecting { url } => {
                *self = Self { connection: event.connection, began: at, url: url.clone(), ..Self::default() };
            }
            EventKind::StageStarted(stage) => self.push(StageRow { stage: *stage, began: at, report: None }),
            EventKind::StageEnded(report) => {
                let row = StageRow { stage: report.stage, began: report.began, report: Some(report.clone()) };
                match self.stage_rows.iter_mut().find(|known| known.stage == report.stage) {
                    Some(known) => *known = row,
                    None => self.push(row),
                }
            }
            EventKind::Answered(answered) => self.answered = Some(answered.clone()),
            EventKind::Opened(_) => self.over = Some(at),
            EventKind::Failed(failure) => {
                self.over = Some(at);
                self.failure = Some(failure.clone());
            }
            EventKind::Ended(_) => self.over = self.over.or(Some(at)),
            _ => {}
        }
    }

    fn push(&mut self, row: StageRow) {
        self.stage_rows.push(row);
        // A connection has fewer stages than this; a peer cannot make more.
        self.stage_rows.truncate(Stage::ALL.len());
    }

    /// From the first stage to the end of the connection, or to `now` while it runs.
    pub fn span(&self, now: Timestamp) -> Duration {
        self.over.unwrap_or(now).since(self.began)
    }

    /// What the server answered to the upgrade, if the connection came that far.
    pub fn response(&self) -> Option<&crate::session::Response> {
        self.stage_rows.iter().find_map(|stage_row| match &stage_row.report.as_ref()?.evidence {
            Evidence::Upgrade(exchange) => exchange.response.as_ref(),
            _ => None,
        })
    }
}

impl StageRow {
    pub fn failure(&self) -> Option<&Failure> {
        self.report.as_ref()?.outcome.as_ref().err()
    }

    /// How long it took, or has taken by `now`.
    pub fn took(&self, now: Timestamp) -> Duration {
        self.report.as_ref().map_or_else(|| now.since(self.began), |report| report.took)
    }
}
