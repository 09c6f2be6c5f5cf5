//! `sockeye check`: whether a feed, or a capture, is as it should be. It prints a report and ends with 67 if it is not.
//!
//! ```text
//!   arguments ──> plan ──────────────┐
//!   events of a session ──> judge ───┴──> verdicts ──> report
//!   (live, or of a capture)
//! ```
//!
//! Everything is judged by the times of the events, so that a capture has the verdicts of the session that it is of.

mod counts;
mod expectation;
mod judge;
mod noticed;
mod plan;
mod report;
mod schema;
mod verdict;

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    ack::AckMode,
    cli::{CheckArgs, Exit, Loaded},
    engine::{self, Events, Handle},
    net::Connect,
    payload::counted,
    session::{Command, Event, EventKind},
    stats::{SavedShapes, Stats, Taken},
    store::{Reader, SessionSummary},
};

use self::{
    judge::Judge,
    plan::Plan,
    verdict::{Judged, Outcome, Stopped},
};
use super::{
    capture::{self, Capture},
    metrics::Metrics,
    narrator::Narrator,
    of_capture,
    outcome::Story,
    renewal::Renewal,
    signals::Watch,
    sink::Sink,
    status_lines::StatusLines,
};

/// Why a check does not begin, or has no verdict: the exit code, and what is said.
type Refusal = (Exit, Vec<String>);

fn refused(exit: Exit, message: impl Into<String>) -> Refusal {
    (exit, vec![message.into()])
}

/// Prints why there is no report.
fn end_with((exit, messages): Refusal) -> Exit {
    let mut lines = StatusLines::stderr();
    for message in &messages {
        lines.say(message);
    }
    exit
}

/// Checks a live feed. `seed` decides the jitter of the back-off.
pub async fn run<D: Connect>(args: &CheckArgs, loaded: Loaded, network: D, seed: u64) -> Exit {
    match watch(args, loaded, network, seed).await {
        Ok(exit) => exit,
        Err(refusal) => end_with(refusal),
    }
}

async fn watch<D: Connect>(args: &CheckArgs, loaded: Loaded, network: D, seed: u64) -> Result<Exit, Refusal> {
    let Loaded { mut settings, values, .. } = loaded;
    if !args.session.is_empty() {
        return Err(refused(Exit::Usage, "--session chooses a session of a capture, and this is none"));
    }
    let mut plan = prepared(args)?;
    let limit = plan.limit(args.limit).map_err(|message| refused(Exit::Usage, message))?;
    let sink = stdout()?;
    let capture = capture::start(&args.kept, &settings.url.host, &values)
        .map_err(|(exit, message)| refused(exit, message))?;
    let mut lines = Narrator::new(io::stderr());
    let metrics = Metrics::start(args.metrics.metrics, &mut |text| lines.say(text))
        .map_err(|(exit, message)| refused(exit, message))?;
    let renewal = Renewal::new(values, &mut settings);
    let (handle, events) = engine::start(settings, AckMode::default(), network, seed);
    let haste = capture.as_ref().map(Capture::haste);
    let watch = Watch::start(handle.clone(), limit, sink.progress(), haste)
        .map_err(|error| refused(Exit::Other, format!("cannot watch for signals: {error}")))?;
    let mut live = Live {
        judge: Judge::new(&mut plan),
        ends_when_decided: args.limit.is_none(),
        capture,
        metrics,
        handle,
        renewal,
        story: Story::default(),
        lines,
    };
    live.follow(events, &sink).await;
    let Live { judge, capture, story, mut lines, .. } = live;
    let stopped = if watch.interrupted() { Stopped::Early } else { Stopped::Done };
    let (judged, stats) = judge.finish(None, stopped);
    let exit = report(args, sink, &[judged], stats.shapes.others, &saved(&[stats]))?;
    let mut is_captured = true;
    if let Some(capture) = capture {
        let (is_whole, summary) = capture.finish(&mut |text| lines.count(text)).await;
        lines.say(&summary);
        is_captured = is_whole;
    }
    let exit = match (story.exit(), exit) {
        (Some(failed), _) if failed != Exit::Done => failed,
        (_, Exit::Done) if watch.interrupted() => Exit::Interrupted,
        (_, exit) => exit,
    };
    Ok(exit.or_unwritten(!is_captured))
}

/// A session that is watched.
struct Live<'a> {
    judge: Judge<'a>,
    /// Whether it ends once every `--expect` is decided.
    ends_when_decided: bool,
    capture: Option<Capture>,
    metrics: Option<Metrics>,
    handle: Handle,
    renewal: Renewal,
    story: Story,
    lines: Narrator<io::Stderr>,
}

impl Live<'_> {
    async fn follow(&mut self, mut events: Events, sink: &Sink) {
        let mut is_stopped = false;
        while let Some(batch) = events.recv().await {
            // The watch ends the program if nothing moves behind a signal.
            sink.progress().moved();
            if let Some(capture) = &mut self.capture {
                capture.record(&batch).await;
            }
            let depth = if events.are_piling_up() { Taken::Counted } else { Taken::Whole };
            if let Some(metrics) = &self.metrics {
                metrics.take(&batch, depth);
            }
            for event in &batch {
                self.take(event, depth);
            }
            if let Some(told) = self.renewal.take(&batch, &self.handle).await {
                self.lines.say(&told);
            }
            if self.ends_when_decided && !is_stopped && self.judge.is_decided() {
                is_stopped = true;
                // A session that cannot be asked has ended.
                let _ = self.handle.send(Command::Stop);
            }
        }
        sink.progress().finish();
    }

    fn take(&mut self, event: &Event, depth: Taken) {
        self.story.take(event);
        self.judge.take(event, depth);
        // The report has the counts, so that the last line of a session is left out.
        if !matches!(event.kind, EventKind::Ended(_)) || self.story.exit().is_some() {
            self.lines.take(event);
        }
    }
}

/// Checks a capture. A signal ends it with what is known so far.
pub async fn run_on_capture(args: &CheckArgs, path: &Path) -> Exit {
    let (args, name) = (args.clone(), path.to_owned());
    let check = move |capture: &Path, stopped: Arc<AtomicBool>| {
        check_capture(&args, &name, capture, &stopped).unwrap_or_else(end_with)
    };
    of_capture::run(path, check).await
}

/// `name` is what was asked for, and `path` the capture that it was read into.
fn check_capture(args: &CheckArgs, name: &Path, path: &Path, asked: &AtomicBool) -> Result<Exit, Refusal> {
    if args.kept.capture.is_some() || args.limit.is_some() || args.metrics.metrics.is_some() {
        let message = "--capture, --for and --metrics go with a live feed; a capture is checked whole";
        return Err(refused(Exit::Usage, message));
    }
    let mut plan = prepared(args)?;
    let unreadable = |error| refused(super::sql::exit_of(&error), error.to_string());
    let reader = Reader::open(path).map_err(unreadable)?;
    let sessions = sessions(&reader.sessions().map_err(unreadable)?, &args.session)?;
    let sink = stdout()?;
    let is_stopped = || asked.load(Ordering::Relaxed);
    let (mut judged, mut all) = (Vec::new(), Vec::new());
    for session in &sessions {
        let mut judge = Judge::new(&mut plan);
        let mut take = |_, event: &Event| {
            judge.take(event, Taken::Whole);
            !is_stopped()
        };
        reader.events(session, &mut take).map_err(unreadable)?;
        let stopped = if is_stopped() { Stopped::Early } else { Stopped::Done };
        let name = format!("{}, session {}: {}", name.display(), session.id, session.url);
        let (verdicts, stats) = judge.finish(Some(name), stopped);
        judged.push(verdicts);
        all.push(stats);
        if is_stopped() {
            break;
        }
    }
    sink.progress().finish();
    let others = all.iter().map(|stats| stats.shapes.others).sum();
    let exit = report(args, sink, &judged, others, &saved(&all))?;
    Ok(if exit == Exit::Done && is_stopped() { Exit::Interrupted } else { exit })
}

/// The sessions of a capture that are asked for, or all.
fn sessions(all: &[SessionSummary], asked: &[i64]) -> Result<Vec<SessionSummary>, Refusal> {
    if let Some(absent) = asked.iter().find(|id| all.iter().all(|session| session.id != **id)) {
        return Err(refused(Exit::Usage, format!("the capture has no session {absent}")));
    }
    let wanted: Vec<_> =
        all.iter().filter(|session| asked.is_empty() || asked.contains(&session.id)).cloned().collect();
    if wanted.is_empty() {
        return Err(refused(Exit::Usage, "the capture has no session"));
    }
    Ok(wanted)
}

fn prepared(args: &CheckArgs) -> Result<Plan, Refusal> {
    Plan::of(args).map_err(|errors| (Exit::Usage, errors))
}

fn stdout() -> Result<Sink, Refusal> {
    Sink::stdout().map_err(|error| refused(error.exit(), error.to_string()))
}

fn saved(all: &[Stats]) -> SavedShapes {
    let mut shapes = SavedShapes::default();
    for stats in all {
        shapes.add(stats.shapes.groups());
    }
    shapes
}

/// Writes the report and the shapes; the exit code of what they say. `others` are messages with a shape that was one too
/// many.
fn report(
    args: &CheckArgs,
    mut sink: Sink,
    judged: &[Judged],
    others: u64,
    shapes: &SavedShapes,
) -> Result<Exit, Refusal> {
    sink.buffer.extend_from_slice(report::written(args.format, judged).as_bytes());
    sink.flush().map_err(|error| refused(error.exit(), error.to_string()))?;
    if let Some(path) = &args.save_shapes {
        let name = path.display();
        super::shapes_file::write(path, shapes)
            .map_err(|error| refused(Exit::Unwritten, format!("cannot write shapes to {name}: {error}")))?;
        let more = match others {
            0 => String::new(),
            others => format!("; those of {} are too many", counted(others, "more message")),
        };
        StatusLines::stderr().say(&format!("{} in {name}{more}", counted(shapes.len() as u64, "shape")));
    }
    let has = |outcome| judged.iter().any(|session| session.count(outcome) > 0);
    Ok(if has(Outcome::Failed) { Exit::Unmet } else { Exit::Done })
}
