//! The one door through which every stage of a connection goes: timed, limited and told.

use tokio::time::{Instant, timeout_at};

use crate::session::{Evidence, Stage, StageReport};

use super::{Cause, ConnectError, Meter, Reporter, Step, clock::Clock};

/// Runs the stages of one connection.
pub(super) struct Steps<'a> {
    clock: &'a Clock,
    pub(super) report: Reporter,
    /// Whose answer is being waited for: `the resolver`, `127.0.0.1:4195`.
    pub(super) whom: String,
    /// Of the socket, once it is connected.
    pub(super) meter: Option<Meter>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(clock: &'a Clock, report: Reporter) -> Self {
        Self { clock, report, whom: "the resolver".to_owned(), meter: None }
    }

    /// Runs one stage until `deadline`.
    ///
    /// What `work` leaves in its argument becomes the evidence, also when it fails or is cut
    /// short.
    pub(super) async fn run<Observed, T>(
        &self,
        stage: Stage,
        deadline: Instant,
        work: impl AsyncFnOnce(&mut Observed) -> Result<T, Cause>,
    ) -> Result<T, ConnectError>
    where
        Observed: Default + Into<Evidence>,
    {
        self.report.tell(Step::Started(stage)).await;
        let began = self.clock.now();
        let start = Instant::now();
        let mut seen = Observed::default();
        let result = timeout_at(deadline, work(&mut seen)).await.unwrap_or_else(|_| {
            let limit = deadline.saturating_duration_since(start);
            Err(Cause::TimedOut { whom: self.whom.clone(), limit })
        });
        let took = start.elapsed();
        let result = result.map_err(|cause| ConnectError { stage, cause });
        let outcome = result.as_ref().map(drop).map_err(ConnectError::failure);
        let report = StageReport { stage, began, took, outcome, evidence: seen.into() };
        self.report.tell(Step::Ended(Box::new(report))).await;
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
        fn from(seen: Observed) -> Self {
            Self::Lookup { host: "h".to_owned(), addresses: seen.0, route: None }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stage_that_hangs_is_cut_short_and_keeps_its_evidence() {
        let clock = Clock::start();
        let (report, mut told) = Reporter::new();
        let steps = Steps::new(&clock, report);
        let address = IpAddr::from([127, 0, 0, 1]);
        let limit = Duration::from_secs(45);
        let result: Result<(), _> = steps
            .run(Stage::Lookup, Instant::now() + limit, async |seen: &mut Observed| {
                seen.0.push(address);
                pending().await
            })
            .await;
        let failure = result.expect_err("nothing ever answers").failure();
        assert_eq!(failure.message, "no answer from the resolver within 45 s");
        assert_eq!(failure.kind, FailureKind::TimedOut { limit_ms: 45_000 });
        assert!(matches!(told.recv().await, Some(Step::Started(Stage::Lookup))));
        let Some(Step::Ended(report)) = told.recv().await else { panic!("the end of the stage is told") };
        assert_eq!(report.took, limit);
        assert_eq!(report.outcome, Err(failure));
        assert_eq!(
            report.evidence,
            Evidence::Lookup { host: "h".to_owned(), addresses: vec![address], route: None }
        );
    }
}
