//! `sockeye compare`: the same subscription on two feeds, or two captures of it, side by side.
//!
//! ```text
//!   A ──┐                          ┌──> who is first, and by how much
//!       ├──> by key ──> Aligned ───┼──> what is missing on either
//!   B ──┘                          └──> what differs in the pairs
//! ```

mod key;
mod pairs;
mod report;
mod rows;
pub(crate) mod streams;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;

use crate::{
    archive::Openable,
    cli::{CompareArgs, Exit, Loaded},
    net::Connect,
    payload::document::MemberPath,
    session::{Batch, Event, EventKind, Kind, Timestamp},
    stats::{Aligned, Came, ComparedNow, ComparedRows, Percentiles, SequencePath, Side, SideNow},
    store::Reader,
};

use self::{
    key::{Key, Learning},
    pairs::Differences,
    report::Report,
};
use super::{of_capture, sink::Sink, status_lines::StatusLines};

/// The most losses of a side that are listed.
const LOSSES: usize = 20;

/// What is kept of a message that waits for its pair.
type Kept = (Kind, Bytes);

/// Why nothing is compared: the exit code, and what is said.
pub(crate) type Refusal = (Exit, String);

/// How one side went.
#[derive(Clone, Debug, Default)]
struct Fate {
    /// Its address, masked, or its place in a capture.
    name: String,
    connections: u64,
    is_open: bool,
    /// What ended its connections, or kept them from opening, in words, and how often it did so in a row.
    losses: Vec<(String, usize)>,
    last_loss: Option<String>,
    lost: u64,
    /// Messages without a value at the key.
    without: u64,
    /// How often the socket was not read, since this side did not keep up.
    paused: u64,
}

/// Takes the events of both sides, in the order of their times.
pub(crate) struct Compared {
    key: Option<Key>,
    learning: Learning,
    aligned: Aligned<Kept>,
    differences: Differences,
    fates: BTreeMap<usize, Fate>,
    last: Timestamp,
    began: Option<Timestamp>,
    /// The newest messages for a screen, if there is one.
    rows: Option<ComparedRows>,
}

impl Compared {
    pub(crate) fn new(args: &CompareArgs) -> Result<Self, Refusal> {
        let key = match &args.by {
            Some(text) => {
                let path =
                    SequencePath::parse(text).map_err(|error| (Exit::Usage, format!("--by: {error}")))?;
                Some(Key::chosen(path))
            }
            None => None,
        };
        let ignored: Result<Vec<_>, _> = args.ignore.iter().map(|path| MemberPath::parse(path)).collect();
        let ignored = ignored.map_err(|error| (Exit::Usage, format!("--ignore: {error}")))?;
        Ok(Self {
            key,
            learning: Learning::default(),
            aligned: Aligned::new(args.window),
            differences: Differences::new(&ignored),
            fates: BTreeMap::new(),
            last: Timestamp::default(),
            began: None,
            rows: None,
        })
    }

    /// The same with the newest messages at hand.
    pub(crate) fn with_rows(self) -> Self {
        Self { rows: Some(ComparedRows::default()), ..self }
    }

    /// How both sides stand.
    pub(crate) fn now(&self) -> Option<ComparedNow<'_>> {
        let side = |side: Side| {
            let (fate, counts) = (self.fates.get(&(side as usize)), self.aligned.counts(side));
            let fate = fate.cloned().unwrap_or_default();
            SideNow {
                name: fate.name,
                is_open: fate.is_open,
                messages: counts.messages + fate.without + self.learning.messages(side),
                first: counts.first,
                lead: Percentiles::of(&counts.lead),
                missing: counts.missing,
                connections: fate.connections,
                lost: fate.lost,
                last_loss: fate.last_loss,
            }
        };
        Some(ComparedNow {
            key: self.key.as_ref().map(ToString::to_string),
            sides: Side::BOTH.map(side),
            pairs: self.aligned.pairs,
            together: self.aligned.together,
            differing: self.differences.pairs,
            watched: self.began.map_or(Duration::ZERO, |began| self.last.since(began)),
            rows: self.rows.as_ref()?,
        })
    }

    /// It is this late: what has waited for the whole window is missing.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.last = self.last.max(now);
        if self.key.is_none()
            && let Some(key) = self.learning.tick(now)
        {
            self.decide(key);
        }
        self.aligned.expire(now);
        self.note_missing();
    }

    fn fate(&mut self, side: Side) -> &mut Fate {
        self.fates.entry(side as usize).or_default()
    }

    pub(crate) fn take(&mut self, side: Side, event: &Event) {
        self.began.get_or_insert(event.at);
        self.last = self.last.max(event.at);
        let fate = self.fate(side);
        let mut lost = |message: String| {
            fate.lost += 1;
            fate.is_open = false;
            fate.last_loss = Some(message.clone());
            if let Some((last, times)) = fate.losses.last_mut()
                && *last == message
            {
                *times += 1;
            } else if fate.losses.len() < LOSSES {
                fate.losses.push((message, 1));
            }
        };
        match &event.kind {
            EventKind::Lost(one) if !one.is_ours() => lost(one.message.clone()),
            EventKind::Lost(_) => fate.is_open = false,
            EventKind::Failed(failure) => lost(failure.message.clone()),
            EventKind::Connecting { url } if fate.name.is_empty() => fate.name.clone_from(url),
            EventKind::Opened(_) => {
                fate.connections += 1;
                fate.is_open = true;
            }
            EventKind::ReadingPaused { .. } => fate.paused += 1,
            EventKind::Messages(batch) if self.key.is_some() => self.align(side, batch, event.at),
            EventKind::Messages(_) => {
                if let Some(key) = self.learning.take(side, event) {
                    self.decide(key);
                }
            }
            _ => {}
        }
    }

    /// The key is known: what was held is aligned by it.
    fn decide(&mut self, key: Key) {
        self.key = Some(key);
        for (side, event) in self.learning.held() {
            if let EventKind::Messages(batch) = &event.kind {
                self.align(side, batch, event.at);
            }
        }
    }

    fn align(&mut self, side: Side, batch: &Batch, at: Timestamp) {
        for message in batch.messages() {
            let Some(key) = self.key.as_ref().and_then(|key| key.of(message.payload)) else {
                self.fate(side).without += 1;
                continue;
            };
            // A copy, since a part of the buffer of a read would keep all of it.
            let kept = (message.kind, Bytes::copy_from_slice(message.payload));
            let came = Came { id: message.id, at, size: message.payload.len(), kept };
            if let Some(pair) = self.aligned.came(side, &key, came) {
                let changes = self.differences.take(&pair);
                if let Some(rows) = &mut self.rows {
                    rows.push(rows::of_pair(&key, &pair, changes));
                }
            }
        }
        self.note_missing();
    }

    fn note_missing(&mut self) {
        for missing in self.aligned.take_missing() {
            if let Some(rows) = &mut self.rows {
                rows.push(rows::of_missing(&missing));
            }
        }
    }

    /// Both have ended: what is held is decided, and what has waited long enough is missing.
    pub(crate) fn settle(&mut self) {
        if self.key.is_none() {
            let key = self.learning.settle();
            self.decide(key);
        }
        self.aligned.finish(self.last);
        self.note_missing();
    }

    fn finish(mut self) -> Report {
        self.settle();
        let [a, b] = Side::BOTH.map(|side| self.fates.remove(&(side as usize)).unwrap_or_default());
        let watched = self.began.map_or(Duration::ZERO, |began| self.last.since(began));
        Report {
            key: self.key.map_or_else(String::new, |key| key.to_string()),
            sides: [a, b],
            aligned: self.aligned,
            differences: self.differences,
            watched,
        }
    }
}

/// Compares two live feeds. `seed` decides the jitter of their back-off.
pub async fn run<D: Connect>(
    args: &CompareArgs,
    (a, b): (Loaded, Loaded),
    networks: (D, D),
    seed: u64,
) -> Exit {
    let begun = Compared::new(args).and_then(|compared| Ok((compared, stdout()?)));
    let (mut compared, sink) = match begun {
        Ok(begun) => begun,
        Err((exit, message)) => return refuse(exit, &message),
    };
    let mut lines = StatusLines::stderr();
    let mut take = |side, event: &Event| {
        tell(&mut lines, side, event, compared.fate(side).lost);
        compared.take(side, event);
    };
    match streams::follow((a, b), networks, seed, args.limit, &sink, &mut take).await {
        Ok(ended) => {
            let exit = finish(args, compared, sink);
            match (ended.failed, exit) {
                (Some(failed), _) => failed,
                (None, Exit::Done) if ended.interrupted => Exit::Interrupted,
                (None, exit) => exit,
            }
        }
        Err(error) => refuse(Exit::Other, &format!("cannot watch for signals: {error}")),
    }
}

/// Reports the first troubles of a side while it runs; the report counts them all.
fn tell(lines: &mut StatusLines<io::Stderr>, side: Side, event: &Event, before: u64) {
    /// The most that are reported.
    const TOLD: u64 = 5;
    let connection = event.connection;
    match &event.kind {
        EventKind::Opened(_) if before == 0 => {
            lines.say(&format!("{side:?}: connection {connection} opened"));
        }
        EventKind::Failed(failure) if before < TOLD => lines.say(&format!("{side:?}: {}", failure.message)),
        EventKind::Lost(lost) if before < TOLD && !lost.is_ours() => {
            lines.say(&format!("{side:?}: {}", lost.message));
        }
        _ => {}
    }
}

/// Opens a capture; what keeps it from that is told.
pub(crate) async fn open(path: &Path) -> Result<Openable, Exit> {
    of_capture::open(path).await
}

/// Compares two captures. A signal ends it with what is known so far.
pub async fn run_on_captures(args: &CompareArgs, paths: [PathBuf; 2]) -> Exit {
    let opened = match (of_capture::open(&paths[0]).await, of_capture::open(&paths[1]).await) {
        (Ok(a), Ok(b)) => [a, b],
        (Err(exit), _) | (_, Err(exit)) => return exit,
    };
    let args = args.clone();
    let work = move |stopped: Arc<AtomicBool>| {
        compare_captures(&args, &paths, &opened, &stopped)
            .unwrap_or_else(|(exit, message)| refuse(exit, &message))
    };
    of_capture::stoppable(work).await
}

fn compare_captures(
    args: &CompareArgs,
    names: &[PathBuf; 2],
    opened: &[Openable; 2],
    stopped: &AtomicBool,
) -> Result<Exit, Refusal> {
    let compared = Compared::new(args)?;
    let sink = stdout()?;
    let compared = read_captures(args, compared, names, opened, stopped)?;
    sink.progress().finish();
    let exit = finish(args, compared, sink);
    let is_stopped = stopped.load(Ordering::Relaxed);
    Ok(if exit == Exit::Done && is_stopped { Exit::Interrupted } else { exit })
}

/// Takes in all events of two captures, until it is stopped.
///
/// # Errors
///
/// One cannot be read, or has no session.
pub(crate) fn read_captures(
    args: &CompareArgs,
    mut compared: Compared,
    names: &[PathBuf; 2],
    opened: &[Openable; 2],
    stopped: &AtomicBool,
) -> Result<Compared, Refusal> {
    if args.limit.is_some() {
        return Err((Exit::Usage, "--for goes with live feeds; captures are compared whole".to_owned()));
    }
    let unreadable = |error| (super::sql::exit_of(&error), error.to_string());
    let [a, b] = opened.each_ref().map(|opened| {
        let reader = Reader::open(&opened.path).map_err(unreadable)?;
        let session = reader.sessions().map_err(unreadable)?.pop();
        let session = session.ok_or((Exit::Usage, format!("{} has no session", opened.path.display())))?;
        Ok::<_, Refusal>((reader, session))
    });
    let sides = [a?, b?];
    for (side, (name, (_, session))) in Side::BOTH.into_iter().zip(names.iter().zip(&sides)) {
        compared.fate(side).name = format!("{}, session {}: {}", name.display(), session.id, session.url);
    }
    let shift = streams::shift_of([&sides[0].1, &sides[1].1]);
    if shift != 0 {
        let message =
            "the two were not captured at the same time: they are compared as if they had begun together";
        StatusLines::stderr().say(message);
    }
    streams::merge(sides, shift, &mut |side, event| {
        compared.take(side, event);
        !stopped.load(Ordering::Relaxed)
    })
    .map_err(unreadable)?;
    compared.settle();
    Ok(compared)
}

pub(crate) fn stdout() -> Result<Sink, Refusal> {
    Sink::stdout().map_err(|error| (error.exit(), error.to_string()))
}

pub(crate) fn refuse(exit: Exit, message: &str) -> Exit {
    StatusLines::stderr().say(message);
    exit
}

/// Writes the report; the exit code of what it says.
pub(crate) fn finish(args: &CompareArgs, compared: Compared, mut sink: Sink) -> Exit {
    let report = compared.finish();
    let text = if args.json { report.json() } else { report.text() };
    sink.buffer.extend_from_slice(text.as_bytes());
    if let Err(error) = sink.flush() {
        return refuse(error.exit(), &error.to_string());
    }
    if args.strict && !report.is_same() { Exit::Unmet } else { Exit::Done }
}
