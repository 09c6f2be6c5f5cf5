//! The report of one connection, gathered from its events.

use std::{borrow::Cow, net::IpAddr, time::Duration};

use crate::{
    cli::Exit,
    headless::outcome,
    payload::decode,
    session::{
        ConnectionId, Event, EventKind, Evidence, Failure, Finding, Kind, Lost, Opened, Stage, StageReport,
        Timestamp,
    },
};

/// How much of a first message is kept, in bytes.
const BEGINNING: usize = 400;

/// One connection from beginning to end.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub url: String,
    /// The connection that is reported.
    connection: ConnectionId,
    pub ladder: Vec<StageReport>,
    pub opened: Option<Opened>,
    /// When the connection was open.
    pub opened_at: Option<Timestamp>,
    pub first: Option<First>,
    /// The end of the connection, unless we brought it about.
    pub lost: Option<Lost>,
    pub failed: Option<Failure>,
    pub findings: Vec<Finding>,
    pub interrupted: bool,
    /// The stage during which the probe was ended, and for how long that had been under way.
    pub during: Option<(Stage, Duration)>,
    /// When the stage that is under way began.
    pub began: Timestamp,
    pub ending: bool,
}

/// The first message.
#[derive(Debug)]
pub(super) struct First {
    pub kind: Kind,
    pub size: u64,
    /// After the connection was open.
    pub took: Duration,
    /// How it begins, where it is text.
    pub begins: Option<String>,
}

impl Report {
    /// Nothing yet of the first connection to this address.
    pub(super) fn of(url: String) -> Self {
        Self { url, connection: ConnectionId::default().next(), ..Self::default() }
    }

    /// Nothing yet of the connection after this one.
    pub(super) fn of_next(&self) -> Self {
        Self { connection: self.connection.next(), ..Self::of(self.url.clone()) }
    }

    /// Takes in an event of its connection; a probe ignores later ones.
    pub(super) fn take(&mut self, event: &Event) {
        if event.connection > self.connection {
            return;
        }
        match &event.kind {
            EventKind::StageStarted(_) => self.began = event.at,
            EventKind::Ended(ended) => {
                self.during = ended.during.map(|stage| (stage, event.at.since(self.began)));
            }
            EventKind::StageEnded(report) => self.ladder.push(report.as_ref().clone()),
            EventKind::Opened(opened) => {
                self.opened = Some(opened.as_ref().clone());
                self.opened_at = Some(event.at);
            }
            EventKind::Messages(batch) if self.first.is_none() => {
                self.first = batch.messages().next().map(|message| First {
                    kind: message.kind,
                    size: message.payload.len() as u64,
                    took: self.opened_at.map_or(Duration::ZERO, |opened| event.at.since(opened)),
                    begins: decode(message.kind, message.payload, BEGINNING).text().map(Cow::into_owned),
                });
            }
            EventKind::Lost(lost) => {
                self.ending = true;
                if !lost.is_ours() {
                    self.lost = Some(lost.as_ref().clone());
                }
            }
            EventKind::Failed(failure) => self.failed = Some(failure.as_ref().clone()),
            EventKind::Finding(finding) => self.findings.push(finding.as_ref().clone()),
            _ => (),
        }
    }

    /// Whether there is nothing more to learn.
    pub(super) fn is_settled(&self) -> bool {
        self.ending || self.failed.is_some()
    }

    /// Whether the connection was open until we closed it, and received nothing.
    pub(super) fn is_silent(&self) -> bool {
        self.opened.is_some() && self.first.is_none() && self.lost.is_none() && !self.interrupted
    }

    pub(super) fn exit(&self) -> Exit {
        match (&self.failed, &self.lost) {
            _ if self.interrupted => Exit::Interrupted,
            (Some(failure), _) => outcome::of_failure(failure),
            (None, Some(lost)) => outcome::of_loss(&lost.kind),
            (None, None) => Exit::Done,
        }
    }

    /// Adds a finding, in place of one from the session with the same code.
    pub(super) fn put(&mut self, finding: Finding) {
        self.findings.retain(|known| known.code != finding.code);
        self.findings.push(finding);
    }

    /// The span from the first stage to the end of the last, waiting for a message included.
    pub(super) fn span(&self) -> Option<(Timestamp, Duration)> {
        let began = self.ladder.first()?.began;
        let last = self.ladder.last().map_or(began, |stage| stage.began.plus(stage.took));
        let first = self.opened_at.zip(self.first.as_ref()).map(|(at, first)| at.plus(first.took));
        Some((began, first.unwrap_or(last).max(last).since(began)))
    }

    /// The addresses of the host, as the lookup gave them.
    pub(super) fn addresses(&self) -> Vec<IpAddr> {
        match self.stage(Stage::Lookup).map(|stage| &stage.evidence) {
            Some(Evidence::Lookup { addresses, .. }) => addresses.clone(),
            _ => Vec::new(),
        }
    }

    /// The address that was tried.
    pub(super) fn tried_address(&self) -> Option<IpAddr> {
        match self.stage(Stage::Tcp).map(|stage| &stage.evidence) {
            Some(Evidence::Tcp { tried, .. }) => tried.last().map(|tried| tried.address.ip()),
            _ => None,
        }
    }

    pub(super) fn stage(&self, stage: Stage) -> Option<&StageReport> {
        self.ladder.iter().find(|report| report.stage == stage)
    }
}
