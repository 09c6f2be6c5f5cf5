//! Runs each stage of a connection with a time limit, measures it and reports it.

use std::net::SocketAddr;

use tokio::time::{Instant, timeout_at};

use crate::{
    config::StageLimits,
    session::{Evidence, Failure, Stage, StageReport},
};

use super::{Cause, Meter, Reporter, Step, clock::Clock};

pub(super) struct Steps<'a> {
    clock: &'a Clock,
    limits: StageLimits,
    pub(super) report: Reporter,
    /// The peer that must answer next, for errors: `the resolver`, `127.0.0.1:4195`.
    pub(super) peer: String,
    /// The addresses of the TCP connection, ours first.
    pub(super) ends: Option<(SocketAddr, SocketAddr)>,
    /// Set once the socket is connected.
    pub(super) meter: Option<Meter>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(clock: &'a Clock, limits: StageLimits, report: Reporter) -> Self {
        Self { clock, limits, report, peer: "the resolver".to_owned(), ends: None, meter: None }
    }

    /// When a stage that begins now must end: at `deadline`, or earlier by a limit of its own.
    pub(super) fn deadline(&self, stage: Stage, deadline: Instant) -> Instant {
        let StageLimits { lookup, tcp, tls, upgrade } = self.limits;
        let limit = match stage {
            Stage::Lookup => lookup,
            Stage::Tcp => tcp,
            Stage::Tls => tls,
            Stage::Upgrade => upgrade,
            Stage::Proxy | Stage::Open | Stage::First => None,
        };
        limit.map_or(deadline, |limit| deadline.min(Instant::now() + limit))
    }

    /// Runs one stage until `deadline`, or until the limit of the stage itself.
    ///
    /// The argument of `work` becomes the evidence, also when `work` fails or times out.
    pub(super) async fn run<Observed, T>(
        &self,
        stage: Stage,
        deadline: Instant,
        work: impl AsyncFnOnce(&mut Observed) -> Result<T, Cause>,
    ) -> Result<T, Failure>
    where
        Observed: Default + Into<Evidence>,
    {
        self.report.emit(Step::Started(stage)).await;
        let began = self.clock.now();
        let start = Instant::now();
        let deadline = self.deadline(stage, deadline);
        let mut observed = Observed::default();
        let result = timeout_at(deadline, work(&mut observed)).await.unwrap_or_else(|_| {
            let limit = deadline.saturating_duration_since(start);
            Err(Cause::timed_out(&self.peer, limit))
        });
        let took = start.elapsed();
        let result = result.map_err(|cause| cause.at(stage));
        let outcome = result.as_ref().map(drop).map_err(Clone::clone);
        let report = StageReport { stage, began, took, outcome, evidence: observed.into() };
        self.report.emit(Step::Ended(Box::new(report))).await;
        result
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, net::IpAddr, time::Duration};

    use super::*;
    use crate::session::FailureKind;

    #[derive(Default)]
    struct Observed(Vec<IpAddr>);

    impl From<Observed> for Evidence {
        fn from(observed: Observed) -> Self {
            Self::Lookup { host: "h".to_owned(), addresses: observed.0, route: None }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stage_that_hangs_times_out_and_keeps_its_evidence() {
        let clock = Clock::start();
        let (report, mut reported) = Reporter::new();
        let steps = Steps::new(&clock, StageLimits::default(), report);
        let address = IpAddr::from([127, 0, 0, 1]);
        let limit = Duration::from_secs(45);
        let result: Result<(), _> = steps
            .run(Stage::Lookup, Instant::now() + limit, async |observed: &mut Observed| {
                observed.0.push(address);
                pending().await
            })
            .await;
        let failure = result.expect_err("nothing ever answers");
        assert_eq!(failure.message, "no answer from the resolver within 45 s");
        assert_eq!(failure.kind, FailureKind::TimedOut { limit_ms: 45_000 });
        assert!(matches!(reported.recv().await, Some(Step::Started(Stage::Lookup))));
        let Some(Step::Ended(report)) = reported.recv().await else {
            panic!("the end of the stage is reported")
        };
        assert_eq!(report.took, limit);
        assert_eq!(report.outcome, Err(failure));
        assert_eq!(
            report.evidence,
            Evidence::Lookup { host: "h".to_owned(), addresses: vec![address], route: None }
        );
    }
}
