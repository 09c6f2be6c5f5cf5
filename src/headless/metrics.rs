//! `--metrics ADDRESS`: the numbers of a session for Prometheus, for as long as it runs.
//!
//! Labels take their values from the tables of this program, never from the feed, so that their number is bounded.

mod figures;
mod server;

use std::{
    collections::BTreeMap,
    fmt,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, NoLabelSet},
    metrics::MetricType,
    registry::Registry,
};

use crate::{
    cli::Exit,
    session::{Event, EventKind, LossKind, Side, Timestamp, Verdict},
    stats::{Stats, Taken},
};

pub(crate) use self::figures::Figures;
use self::figures::Quantile;

/// What is served: everything that the session has brought so far.
#[derive(Clone, Default)]
pub(crate) struct Metrics(Arc<Mutex<Numbers>>);

#[derive(Default)]
struct Numbers {
    folded: Folded,
    is_open: bool,
    opened: u64,
    losses: BTreeMap<&'static str, u64>,
    deliveries: BTreeMap<&'static str, u64>,
}

/// Who folds the events.
enum Folded {
    /// They are folded here.
    Here(Box<Stats>),
    /// Somebody else does, and shows what came of it.
    Elsewhere { shown: Box<Figures>, before: Box<Figures> },
}

impl Default for Folded {
    fn default() -> Self {
        Self::Here(Box::default())
    }
}

impl Folded {
    fn figures(&mut self) -> Figures {
        match self {
            Self::Here(stats) => {
                // A slow feed has its paths proposed when it is looked at.
                stats.tick(Timestamp(jiff::Timestamp::now().as_microsecond()));
                Figures::of(stats)
            }
            Self::Elsewhere { shown, before } => Figures::clone(shown).after(before),
        }
    }
}

impl Metrics {
    /// Serves them at the address that is asked for, if any, on a thread of its own: an output that nobody reads must not
    /// hold them up. `told` is given the address, with the port if the system has chosen it.
    ///
    /// # Errors
    ///
    /// The exit code and the reason: the address is taken, or cannot be used.
    pub(crate) fn start(
        asked: Option<SocketAddr>,
        told: &mut dyn FnMut(&str),
    ) -> Result<Option<Self>, (Exit, String)> {
        let Some(address) = asked else { return Ok(None) };
        let metrics = Self::default();
        let start = || {
            let listener = TcpListener::bind(address)?;
            let bound = listener.local_addr()?;
            server::start(listener, metrics.registry())?;
            Ok(bound)
        };
        let bound = start().map_err(|error: std::io::Error| {
            (Exit::Other, format!("no metrics: cannot serve at {address}: {error}"))
        })?;
        told(&format!("metrics at http://{bound}/metrics"));
        Ok(Some(metrics))
    }

    /// Counts events. Messages that are only counted are not read for their numbers and times.
    pub(crate) fn take(&self, events: &[Event], depth: Taken) {
        let mut numbers = self.numbers();
        for event in events {
            numbers.take(event, depth);
        }
    }

    /// The figures are shown from now on.
    pub(crate) fn folded_elsewhere(&self) {
        self.numbers().folded = Folded::Elsewhere { shown: Box::default(), before: Box::default() };
    }

    /// What has come of the session so far.
    pub(crate) fn show(&self, figures: Figures) {
        if let Folded::Elsewhere { shown, .. } = &mut self.numbers().folded {
            **shown = figures;
        }
    }

    /// Another session begins: what is counted goes on.
    pub(crate) fn next_session(&self) {
        if let Folded::Elsewhere { shown, before } = &mut self.numbers().folded {
            **before = std::mem::take(&mut **shown).after(before);
        }
    }

    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix("sockeye");
        registry.register_collector(Box::new(self.clone()));
        registry
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Numbers {
    fn take(&mut self, event: &Event, depth: Taken) {
        if let Folded::Here(stats) = &mut self.folded {
            stats.take_as(event, depth);
        }
        let mut delivered = |verdict: Verdict, count| match verdict {
            Verdict::Pending => {}
            verdict => *self.deliveries.entry(verdict.word()).or_default() += count,
        };
        match &event.kind {
            EventKind::Opened(_) => {
                self.is_open = true;
                self.opened += 1;
            }
            EventKind::Messages(batch) => delivered(batch.verdict, batch.len() as u64),
            EventKind::Delivery(run) => delivered(run.first.delivery.verdict, run.count),
            EventKind::Lost(lost) => {
                self.is_open = false;
                *self.losses.entry(cause(&lost.kind)).or_default() += 1;
            }
            _ => {}
        }
    }
}

/// What ended a connection, as the value of a label.
fn cause(lost: &LossKind) -> &'static str {
    match lost {
        LossKind::Closed { by: Side::Server, .. } => "closed-by-server",
        LossKind::Closed { by: Side::Us, .. } => "closed-by-us",
        LossKind::Ended => "ended",
        LossKind::Io { .. } => "io",
        LossKind::RenegotiationAsked => "renegotiation-asked",
        LossKind::Violation { .. } => "violation",
        LossKind::TooLarge { .. } => "too-large",
        LossKind::Left => "left",
    }
}

impl Collector for Metrics {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut numbers = self.numbers();
        let figures = numbers.folded.figures();
        Page(encoder).all(&figures, &numbers)
    }
}

/// Writes the numbers, each with its name and its meaning.
struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn all(&mut self, of: &Figures, numbers: &Numbers) -> fmt::Result {
        self.counter("messages", "Messages received", of.messages)?;
        self.counter("payload_bytes", "Bytes of the payloads of these messages", of.bytes)?;
        self.counter(
            "skipped_messages",
            "Messages that were only counted, since they came faster than they could be read",
            of.skipped,
        )?;
        let last = of.last.map(|at| seconds(at.0));
        self.gauge("last_message_timestamp_seconds", "When the last message came", last)?;
        self.quantiles("gap_seconds", "How long after one another messages came", &of.gaps)?;
        self.counter("sequence_gaps", "Gaps in the numbers of messages", of.holes)?;
        self.gauge("sequence_missing_numbers", "Numbers in these gaps that have not come", Some(of.missing))?;
        self.counter("sequence_repeats", "Numbers that came again", of.repeats)?;
        self.counter("sequence_late", "Numbers that came late and filled a gap", of.late)?;
        self.quantiles("lag_seconds", "How old messages were when they came", &of.lag)?;
        self.gauge("connection_up", "Whether a connection is open", Some(u64::from(numbers.is_open)))?;
        self.counter("connections_opened", "Connections that were open", numbers.opened)?;
        self.counter("connections_failed", "Connections that could not be opened", of.failures)?;
        self.counters("connections_lost", "Open connections that ended", "cause", &numbers.losses)?;
        self.counters("deliveries", "Deliveries that were answered", "verdict", &numbers.deliveries)
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    fn counters(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: &BTreeMap<&'static str, u64>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (word, value) in values {
            let labels = [(label, *word)];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(value, None)?;
        }
        Ok(())
    }

    fn gauge<T: EncodeGaugeValue>(&mut self, name: &str, help: &str, value: Option<T>) -> fmt::Result {
        let Some(value) = value else { return Ok(()) };
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    fn quantiles(&mut self, name: &str, help: &str, values: &[Quantile]) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (share, value) in values {
            metric.encode_family(&[("quantile", *share)])?.encode_gauge(value)?;
        }
        Ok(())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "to the microsecond a double holds times of the next centuries"
)]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}
