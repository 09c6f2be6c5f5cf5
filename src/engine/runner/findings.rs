//! Findings about events of the downstream, each emitted once.

use crate::{
    ack::Answers,
    diagnose,
    engine::connection::Connection,
    session::{
        Batch, Delivery, DeliveryRun, DeliveryUpdate, EventKind, Finding, FindingCode, Pause, Verdict,
    },
};

use super::Runner;

/// Only batches of more bytes than this can hold a message over the limit of a pipeline.
const LARGE: usize = 16 << 20;
/// The finding about such a message.
const OVER: FindingCode = FindingCode::MessageOverPipelineLimit;

impl<D> Runner<D> {
    /// The findings about an event.
    pub(super) fn findings_about(&mut self, kind: &EventKind) -> Vec<Finding> {
        let poison = self.poison(kind);
        self.finding_about(kind).into_iter().chain(poison).collect()
    }

    /// What a message that is rejected again and again does to the feed.
    pub(super) fn poison(&mut self, kind: &EventKind) -> Option<Finding> {
        let connection = self.connection.as_ref();
        let waiting = || connection.map(Connection::waiting).unwrap_or_default();
        let poison = self.poison.note(kind, self.now, waiting)?;
        Some(diagnose::poison_message(&poison, self.downstream.capacity()))
    }

    /// The finding about an event, if it is the first of its kind.
    fn finding_about(&mut self, kind: &EventKind) -> Option<Finding> {
        match kind {
            EventKind::ReadingPaused { why: Pause::InFlight, read_ahead } => {
                let is_first = self.reported.insert(FindingCode::ReadingPaused);
                let unacknowledged = self.downstream.unacknowledged();
                is_first.then(|| {
                    diagnose::reading_paused(self.downstream.ack_mode(), unacknowledged, *read_ahead)
                })
            }
            EventKind::ReplayWaits(waits) => {
                self.reported.insert(FindingCode::ReplayHoldsUp).then(|| diagnose::replay_holds_up(waits))
            }
            EventKind::AckMode(_) => {
                // The finding depends on the ack mode, so it is emitted again under the new one.
                self.reported.remove(&FindingCode::ReadingPaused);
                let rejects =
                    matches!(self.downstream.ack_mode().answers, Answers::Reject(_) | Answers::Manual);
                let shape = diagnose::around_the_output(&self.settings.shape).filter(|_| rejects);
                shape.filter(|finding| self.reported.insert(finding.code))
            }
            EventKind::Messages(Batch { first: id, verdict: Verdict::Dropped, .. })
            | EventKind::Delivery(DeliveryRun {
                first: DeliveryUpdate { id, delivery: Delivery { verdict: Verdict::Dropped, .. }, .. },
                ..
            }) => self.reported.insert(FindingCode::NackDropped).then(|| diagnose::nack_dropped(*id)),
            EventKind::Messages(batch) if batch.run.bytes.len() > LARGE && !self.reported.contains(&OVER) => {
                let over = batch.messages().find_map(|message| {
                    diagnose::over_a_limit(&self.settings, message.id, message.payload.len() as u64)
                });
                self.reported.extend(over.is_some().then_some(OVER));
                over
            }
            _ => None,
        }
    }
}
