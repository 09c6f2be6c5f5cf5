//! `sockeye tail`: writes the messages of a session to stdout, and reports its state on stderr.

use std::{
    io::{self, Write},
    path::Path,
    time::Duration,
};

use terminal_size::{Width, terminal_size_of};
use tokio::time::{Instant, sleep_until};

use crate::{
    cli::{Exit, LoadError, Loaded, TailArgs},
    diagnose,
    engine::{self, Events, Handle},
    files::is_same_file,
    net::Connect,
    payload::{counted, duration_as_typed},
    session::{Command, ConnectionId, Event, EventKind, Timestamp},
    stats::Taken,
};

use super::{
    capture::{self, Capture},
    dead_letters::{self, DeadLetters},
    gate::Gate,
    metrics::Metrics,
    narrator::Narrator,
    outcome::Story,
    printer::{self, Printer},
    renewal::Renewal,
    signals::Watch,
    sink::{Sink, SinkError},
};

/// Runs a session until it ends, reaches its limit, or is interrupted. `seed` decides the jitter
/// of its back-off.
pub async fn run<D: Connect>(args: &TailArgs, loaded: Loaded, network: D, seed: u64) -> Exit {
    let (mut tail, events) = match start(args, loaded, network, seed) {
        Ok(started) => started,
        Err((exit, message)) => {
            Narrator::new(io::stderr()).say(&message);
            return exit;
        }
    };
    tail.follow(events).await;
    tail.sink.progress().finish();
    tail.finish_letters();
    let is_captured = tail.finish_capture().await;
    if let Some(overrun) = tail.gate.overrun() {
        tail.narrator.say(&overrun.to_string());
    }
    let exit = tail.exit().unwrap_or_else(|| {
        tail.narrator.say("the session broke off without a word; this is a defect of sockeye");
        Exit::Other
    });
    exit.or_unwritten(!is_captured)
}

/// Ends a session that is refused before it starts: with `--events` after the lines that the pipeline, which tries for
/// ever, would log.
pub fn refuse(args: &TailArgs, error: &LoadError) -> Exit {
    let logged = error.logged().filter(|_| args.out.events);
    let Some((logged, (_, mut printer, mut sink))) =
        logged.and_then(|logged| Some((logged, prepared(args).ok()?)))
    else {
        return Exit::Usage;
    };
    let at = Timestamp(jiff::Timestamp::now().as_microsecond());
    for line in diagnose::logged_refusal(logged, error.has_bounded_retries()) {
        let event = Event { at, connection: ConnectionId::default(), kind: EventKind::Pipeline(line) };
        // The exit is that of the refusal in any case.
        let _ = printer.take(&event, &mut sink);
    }
    let _ = sink.flush();
    Exit::Usage
}

/// Checks all arguments, creates the files, and then starts the session.
fn start<D: Connect>(
    args: &TailArgs,
    Loaded { mut settings, values, .. }: Loaded,
    network: D,
    seed: u64,
) -> Result<(Tail<io::Stderr>, Events), (Exit, String)> {
    let (gate, printer, sink) = prepared(args)?;
    let capture = capture::start(&args.out.kept, &settings.url.host, &values)?;
    let create = |path: &Path| match DeadLetters::create(path) {
        Ok(dead_letters) => Ok((path.display().to_string(), dead_letters)),
        Err(error) => {
            let (exit, why) = dead_letters::refusal(&error);
            Err((exit, format!("no dead letters: {why}: {}", path.display())))
        }
    };
    let dead_letters = args.dead_letters.as_deref().map(create).transpose()?;
    let width = terminal_size_of(io::stderr()).map(|(Width(width), _)| width.into());
    let mut narrator = Narrator::new(io::stderr()).on_terminal(width);
    let metrics = Metrics::start(args.metrics.metrics, &mut |text| narrator.say(text))?;
    let renewal = Renewal::new(values, &mut settings);
    let (handle, events) = engine::start(settings, args.ack_mode.clone(), network, seed);
    let haste = capture.as_ref().map(Capture::haste);
    let watch = Watch::start(handle.clone(), args.limit, sink.progress(), haste)
        .map_err(|error| (Exit::Other, format!("cannot watch for signals: {error}")))?;
    if let Some(message) = outlasted(args) {
        narrator.say(&message);
    }
    let tail = Tail {
        handle,
        watch,
        gate,
        printer,
        sink,
        narrator,
        capture,
        dead_letters,
        metrics,
        story: Story::default(),
        renewal,
        idle: args.idle,
        stopped: None,
    };
    Ok((tail, events))
}

fn prepared(args: &TailArgs) -> Result<(Gate, Printer, Sink), (Exit, String)> {
    if let Some(message) = named_twice(args) {
        return Err((Exit::Usage, message));
    }
    let (printer, sink) = printer::open(&args.out)?;
    Ok((Gate::new(printer.filter.clone().counting_apart(), args.count), printer, sink))
}

/// What is said if the output answers nothing before the session ends.
fn outlasted(args: &TailArgs) -> Option<String> {
    let (limit, delay) = (args.limit?, args.ack_mode.delay);
    (delay.shortest() >= limit).then(|| {
        format!(
            "--delay {delay} outlasts the session, which ends after --for {}: no message is answered before",
            duration_as_typed(limit)
        )
    })
}

/// The error if two of the files are the same.
fn named_twice(args: &TailArgs) -> Option<String> {
    let files = [
        ("--config", &args.session.file),
        ("--output", &args.out.output),
        ("--capture", &args.out.kept.capture),
        ("--dead-letters", &args.dead_letters),
    ];
    let named: Vec<_> = files.iter().filter_map(|(flag, path)| Some((flag, path.as_deref()?))).collect();
    let mut pairs = named
        .iter()
        .enumerate()
        .flat_map(|(nth, one)| named[nth + 1..].iter().map(move |other| (one, other)));
    let ((one, path), (other, _)) = pairs.find(|(one, other)| is_same_file(one.1, other.1))?;
    Some(format!("{one} and {other} name the same file; give each its own: {}", path.display()))
}

struct Tail<W> {
    handle: Handle,
    watch: Watch,
    gate: Gate,
    printer: Printer,
    sink: Sink,
    narrator: Narrator<W>,
    capture: Option<Capture>,
    /// Where nacked messages are written, and the name of the file.
    dead_letters: Option<(String, DeadLetters)>,
    metrics: Option<Metrics>,
    story: Story,
    renewal: Renewal,
    /// How long no message may come.
    idle: Option<Duration>,
    /// Why this side stopped the session.
    stopped: Option<Stop>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Enough,
    /// No message came for the time of `--idle`.
    Idle,
    Gone,
    Unwritable,
}

impl<W: Write> Tail<W> {
    async fn follow(&mut self, mut events: Events) {
        let (mut heard, mut written) = (Instant::now(), 0);
        loop {
            let deadline = self.idle.filter(|_| self.stopped.is_none()).map(|idle| heard + idle);
            let batch = tokio::select! {
                // What has come already counts, also where the output was slow.
                biased;
                batch = events.recv() => match batch {
                    Some(batch) => batch,
                    None => return,
                },
                () = until(deadline) => {
                    self.end_idle();
                    continue;
                }
            };
            let depth = if events.are_piling_up() { Taken::Counted } else { Taken::Whole };
            let events = self.gate.pass(batch);
            if let Some(metrics) = &self.metrics {
                metrics.take(&events, depth);
            }
            if let Some(capture) = &mut self.capture {
                capture.record(&events).await;
            }
            // What the capture says comes before the last word of the session.
            if let Some(news) = self.capture.as_mut().and_then(Capture::news)
                && let Some(first) = events.first()
            {
                let (at, connection) = (first.at, first.connection);
                self.take(&[Event { at, connection, kind: EventKind::Finding(Box::new(news)) }]);
            }
            self.take(&events);
            if let Some(told) = self.renewal.take(&events, &self.handle).await {
                self.narrator.say(&told);
            }
            if self.sink.written() != written {
                (heard, written) = (Instant::now(), self.sink.written());
            }
        }
    }

    /// Ends the session since nothing has come for too long.
    fn end_idle(&mut self) {
        let idle = duration_as_typed(self.idle.unwrap_or_default());
        self.narrator.say(&format!("no message came for {idle} (--idle); ending"));
        self.stop(Stop::Idle);
    }

    /// Writes the dead letters that are still unsettled, and reports how many there are.
    fn finish_letters(&mut self) {
        let Some((name, dead_letters)) = self.dead_letters.take() else { return };
        match dead_letters.finish() {
            Ok(count) => self.narrator.say(&format!("{} in {name}", counted(count, "dead letter"))),
            Err(error) => self.give_up_dead_letters(&name, &error),
        }
    }

    fn give_up_dead_letters(&mut self, name: &str, error: &io::Error) {
        self.narrator.say(&format!("cannot write dead letters to {name}: {error}"));
        self.stop(Stop::Unwritable);
    }

    /// Waits for the disk, and reports where the capture is and how to open it. Whether it is complete.
    async fn finish_capture(&mut self) -> bool {
        let Some(capture) = self.capture.take() else { return true };
        let narrator = &mut self.narrator;
        let (is_whole, summary) = capture.finish(&mut |text| narrator.count(text)).await;
        self.narrator.say(&summary);
        is_whole
    }

    /// One batch: written with one system call unless it is large.
    fn take(&mut self, events: &[Event]) {
        for event in events {
            if self.may_write() {
                let taken = self.printer.take(event, &mut self.sink);
                self.check(taken);
            }
            if let Some((name, dead_letters)) = &mut self.dead_letters
                && let Err(error) = dead_letters.take(event)
            {
                let name = std::mem::take(name);
                self.dead_letters = None;
                self.give_up_dead_letters(&name, &error);
            }
            self.story.take(event);
            if let EventKind::Ended(_) = event.kind {
                // The last line reports how many messages were written.
                self.flush();
                self.narrator.written = Some(self.sink.written());
            }
            self.narrator.take(event);
        }
        self.flush();
        if self.stopped.is_none() && self.gate.is_done() {
            self.stop(Stop::Enough);
        }
    }

    /// Whether the output is still there; also true for the events after the last message.
    fn may_write(&self) -> bool {
        !matches!(self.stopped, Some(Stop::Gone | Stop::Unwritable))
    }

    fn flush(&mut self) {
        if self.may_write() {
            let flushed = self.sink.flush();
            self.check(flushed);
        }
    }

    fn check(&mut self, written: Result<(), SinkError>) {
        match written {
            Ok(()) => (),
            Err(SinkError::Gone) => self.stop(Stop::Gone),
            Err(error) => {
                self.narrator.say(&error.to_string());
                self.stop(Stop::Unwritable);
            }
        }
    }

    fn stop(&mut self, why: Stop) {
        self.stopped = Some(why);
        let stop = if why == Stop::Enough { Command::StopBehind(self.gate.last()) } else { Command::Stop };
        // A session that cannot be asked has ended.
        let _ = self.handle.send(stop);
    }

    /// `None` if the events ended without a reason: the engine is gone.
    fn exit(&self) -> Option<Exit> {
        let is_own = matches!(self.stopped, Some(Stop::Enough | Stop::Idle | Stop::Gone));
        // An output that failed does not hide a failure of the network, or a count that was not reached.
        if let Some(exit) = self.story.exit().filter(|_| !is_own) {
            return Some(exit);
        }
        Some(match self.stopped {
            None | Some(Stop::Unwritable) if self.watch.time_up() && self.gate.has_count() => Exit::Timeout,
            Some(Stop::Unwritable) => Exit::Unwritten,
            Some(Stop::Idle) => Exit::Idle,
            None if self.watch.interrupted() => Exit::Interrupted,
            None if !self.story.has_ended() && !self.watch.is_over() => return None,
            Some(Stop::Enough | Stop::Gone) | None => Exit::Done,
        })
    }
}

/// Waits until then; for ever without a time.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
