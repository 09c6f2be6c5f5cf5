//! Folds what the feed does over time, on a thread of its own, so that counting slows neither the socket nor a frame.
//!
//! ```text
//! shell ── push, never waits ──> queue, bounded ──> Stats ── a few times a second ──> screen
//!                                  │ full: messages are counted, and not looked into
//! capture ── from its beginning ───┘ when a path is chosen, and of an old capture
//! ```

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use crate::{
    app::{Input, Outcome, Purpose, StatsNews},
    diagnose,
    headless::{
        metrics::{Figures, Metrics},
        shapes_file,
    },
    net::Clock,
    session::{Event, EventKind, Noticed, Seq, Timestamp},
    stats::{LagReader, Paths, SavedShapes, Snapshot, Stats, Taken},
    store::{CaptureError, Reader, SessionSummary},
};

use super::fold_queue::{Item, Queue};

/// How often the screen hears of what is counted, while it shows that.
const IN_SIGHT: Duration = Duration::from_millis(250);
/// How often it is asked whether something is found, otherwise.
const OUT_OF_SIGHT: Duration = Duration::from_secs(1);
/// So long without a look at the clock, the program was stopped, and what has come meanwhile waits to be read.
const STOPPED: Duration = Duration::from_secs(5);
/// The longest rest of a thread that cannot keep up: as long as it works, so that it takes half a core.
const REST: Duration = Duration::from_millis(100);
/// How long it takes until more may be committed.
const COMMITTED: Duration = Duration::from_millis(20);
/// How long events that are queued for the capture may take to be committed.
const COMMIT: Duration = Duration::from_secs(2);

/// What is asked of the thread.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// Count anew with these paths: the session that runs, from its capture if there is one.
    Choose { paths: Paths, capture: Option<Running> },
    /// Fold a session of an old capture: the last one, or the one so many before.
    Read { path: PathBuf, back: usize, paths: Paths },
    /// Leave an old capture as far as it is read.
    Stop,
}

/// What is asked of it about shapes; what it reads goes on.
#[derive(Clone, Debug)]
pub(super) enum ShapesOrder {
    /// Write those that have come to a new file.
    Save(PathBuf),
    /// Compare them with those of a file, or with none.
    Compare(Option<PathBuf>),
}

/// The capture of the session that runs.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub path: PathBuf,
    /// How much higher the places of its file are than those of the screen.
    pub before: u64,
}

/// The way to the thread.
pub(super) struct Folding {
    shared: Arc<Shared>,
    metrics: Option<Metrics>,
    thread_handle: thread::JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: Queue,
    order: Option<Order>,
    shapes: Option<ShapesOrder>,
    in_sight: bool,
    is_closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a while pass; false if something else is to be done before it is over.
    fn rest(&self, time: Duration) -> bool {
        let waits = |state: &mut State| !state.is_closed && state.order.is_none();
        let rested = self.changed.wait_timeout_while(self.lock(), time, waits);
        rested.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Folding {
    /// # Errors
    ///
    /// The system has no thread left.
    pub(super) fn open(
        clock: Clock,
        outcomes: mpsc::Sender<Input>,
        metrics: Option<Metrics>,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        if let Some(metrics) = &metrics {
            metrics.folded_elsewhere();
        }
        let folder = Folder { metrics: metrics.clone(), ..Folder::new(shared.clone(), clock, outcomes) };
        let thread_handle = thread::Builder::new().name("stats".to_owned()).spawn(move || folder.work())?;
        Ok(Self { shared, metrics, thread_handle })
    }

    /// Takes what the screen is about to show. It never waits: what is too much is counted only.
    pub(super) fn push(&self, events: &[Event]) {
        if let Some(metrics) = &self.metrics {
            metrics.take(events, Taken::Counted);
        }
        let mut state = self.shared.lock();
        for event in events {
            state.queue.push(event);
        }
        drop(state);
        self.shared.changed.notify_one();
    }

    /// Whether the screen shows what is counted.
    pub(super) fn watch(&self, in_sight: bool) {
        self.shared.lock().in_sight = in_sight;
        self.shared.changed.notify_one();
    }

    pub(super) fn ask(&self, order: Order) {
        self.shared.lock().order = Some(order);
        self.shared.changed.notify_one();
    }

    pub(super) fn ask_for_shapes(&self, order: ShapesOrder) {
        self.shared.lock().shapes = Some(order);
        self.shared.changed.notify_one();
    }

    /// Waits until its files are closed; nobody must take outcomes any more.
    pub(super) fn close(self) {
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_one();
        drop(self.thread_handle.join());
    }
}

/// What the thread has.
struct Folder {
    shared: Arc<Shared>,
    clock: Clock,
    outcomes: mpsc::Sender<Input>,
    /// What is served of the session that runs.
    metrics: Option<Metrics>,
    stats: Stats,
    /// An old capture is folded, or was: no time passes in it.
    is_old: bool,
    percent: Option<u8>,
    counted_since: Option<Timestamp>,
    failed: Option<String>,
    told: Option<Instant>,
    /// When its figures were shown.
    shown: Option<Instant>,
    noticed: Vec<Noticed>,
    lag: Option<LagReader>,
    /// The set that the shapes are compared with, and the name of its file.
    saved: Option<(String, SavedShapes)>,
    /// Something was counted that the screen does not show yet.
    is_behind: bool,
}

/// Why the thread goes on.
enum Next {
    Order(Order),
    Shapes(ShapesOrder),
    Items(std::collections::VecDeque<Item>),
    Closed,
}

impl Folder {
    fn new(shared: Arc<Shared>, clock: Clock, outcomes: mpsc::Sender<Input>) -> Self {
        Self {
            shared,
            clock,
            outcomes,
            metrics: None,
            stats: Stats::default(),
            is_old: false,
            percent: None,
            counted_since: None,
            failed: None,
            told: None,
            shown: None,
            noticed: Vec::new(),
            lag: None,
            saved: None,
            is_behind: true,
        }
    }

    fn work(mut self) {
        let mut looked = Instant::now();
        loop {
            let (next, in_sight) = self.wait();
            match next {
                Next::Closed => return,
                Next::Order(order) => {
                    if !self.follow(order) {
                        return;
                    }
                }
                Next::Shapes(order) => {
                    if !self.follow_shapes(order) {
                        return;
                    }
                }
                Next::Items(items) => {
                    self.is_behind |= !items.is_empty();
                    let is_too_much = items.iter().any(|item| matches!(item, Item::Counted { .. }));
                    let began = Instant::now();
                    for item in items {
                        self.take(item);
                    }
                    if is_too_much {
                        // Whoever reads the socket needs the processor more.
                        self.shared.rest(began.elapsed().min(REST));
                    }
                }
            }
            // Whoever was stopped has not heard what came meanwhile, and must not call that silence.
            let was_stopped = looked.elapsed() >= STOPPED;
            looked = Instant::now();
            if !self.is_old && !was_stopped && self.shared.lock().queue.is_empty() {
                self.stats.tick(self.clock.now());
            }
            if self.shown.is_none_or(|shown| shown.elapsed() >= IN_SIGHT) {
                self.show_figures();
            }
            let rhythm = if in_sight { IN_SIGHT } else { OUT_OF_SIGHT };
            let is_due = self.told.is_none_or(|told| told.elapsed() >= rhythm);
            if is_due && self.has_news(in_sight) && !self.tell(in_sight) {
                return;
            }
        }
    }

    /// Waits until there is something to do, or it is time to look at the clock.
    fn wait(&self) -> (Next, bool) {
        let mut state = self.shared.lock();
        let rhythm = if state.in_sight { IN_SIGHT } else { OUT_OF_SIGHT };
        let is_idle = state.queue.is_empty() && state.order.is_none() && state.shapes.is_none();
        if is_idle && !state.is_closed {
            let waited = self.shared.changed.wait_timeout(state, rhythm);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let in_sight = state.in_sight;
        let next = if state.is_closed {
            Next::Closed
        } else if let Some(order) = state.order.take() {
            Next::Order(order)
        } else if let Some(order) = state.shapes.take() {
            Next::Shapes(order)
        } else {
            Next::Items(state.queue.take())
        };
        (next, in_sight)
    }

    fn take(&mut self, item: Item) {
        match item {
            Item::Event(event) => {
                if self.stats.life.has_ended() || self.is_old {
                    // Another session begins, and counts anew.
                    self.begin(self.stats.choices().clone());
                    if let Some(metrics) = &self.metrics {
                        metrics.next_session();
                    }
                }
                self.stats.take(&event);
                if matches!(event.kind, EventKind::Ended(_)) {
                    self.show_figures();
                }
            }
            Item::Counted { first, connection, at, messages, bytes } => {
                self.stats.skip(first, connection, at, (messages, bytes));
            }
        }
    }

    /// Shows what is served of the session that runs.
    fn show_figures(&mut self) {
        self.shown = Some(Instant::now());
        if let Some(metrics) = self.metrics.as_ref().filter(|_| !self.is_old) {
            metrics.show(Figures::of(&self.stats));
        }
    }

    fn begin(&mut self, paths: Paths) {
        self.stats = Stats::new(paths);
        (self.is_old, self.percent, self.counted_since, self.failed) = (false, None, None, None);
    }

    /// False when nobody hears of it any more.
    fn follow(&mut self, order: Order) -> bool {
        match order {
            Order::Stop => {
                self.percent = None;
                self.tell(true)
            }
            Order::Read { path, back, paths } => {
                self.begin(paths);
                self.is_old = true;
                self.shared.lock().queue.take();
                let read = read_old(&path, back).and_then(|(reader, session)| self.fold(&reader, &session));
                self.failed = read.err().map(|error| error.to_string());
                self.stats.settle();
                self.percent = None;
                self.tell(true)
            }
            Order::Choose { paths, capture } => {
                self.show_figures();
                let going_on = self.stats.with_other_paths(paths.clone());
                self.begin(paths);
                let read = capture.is_some_and(|capture| self.catch_up(&capture).is_ok());
                if !read {
                    self.stats = going_on;
                    if let Some(metrics) = &self.metrics {
                        metrics.next_session();
                    }
                    self.counted_since = Some(self.clock.now());
                }
                self.percent = None;
                self.shared.lock().queue.is_passed_over = false;
                self.tell(true)
            }
        }
    }

    /// False when nobody hears of it any more.
    fn follow_shapes(&mut self, order: ShapesOrder) -> bool {
        let not_done = |purpose, path: &Path, message| {
            Some(Outcome::NotSaved { purpose, path: path.display().to_string(), message })
        };
        let outcome = match order {
            ShapesOrder::Save(path) => {
                let mut shapes = SavedShapes::default();
                shapes.add(self.stats.shapes.groups());
                match shapes_file::write(&path, &shapes) {
                    Ok(()) => Some(Outcome::Saved {
                        purpose: Purpose::SaveShapes,
                        path: path.display().to_string(),
                        count: shapes.len() as u64,
                        bytes: 0,
                        removed: Vec::new(),
                    }),
                    Err(error) => not_done(Purpose::SaveShapes, &path, error.to_string()),
                }
            }
            ShapesOrder::Compare(None) => {
                self.saved = None;
                None
            }
            ShapesOrder::Compare(Some(path)) => match shapes_file::read(&path) {
                Ok(shapes) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    self.saved = Some((name, shapes));
                    None
                }
                Err(message) => not_done(Purpose::CompareShapes, &path, message),
            },
        };
        let is_heard =
            outcome.is_none_or(|outcome| self.outcomes.blocking_send(Input::Outcome(outcome)).is_ok());
        is_heard && self.tell(true)
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = self.stats.snapshot();
        if let Some((name, shapes)) = &self.saved {
            shapes.compare(name, self.stats.shapes.groups(), &mut snapshot);
        }
        snapshot
    }

    /// Folds the session that runs from its beginning, until what follows is in the queue.
    fn catch_up(&mut self, capture: &Running) -> Result<(), CaptureError> {
        let reader = Reader::open(&capture.path)?;
        let Some(mut session) = reader.sessions()?.pop() else {
            return Err(CaptureError::Empty { path: capture.path.clone() });
        };
        let mut state = self.shared.lock();
        state.queue.is_passed_over = true;
        state.queue.take();
        drop(state);
        self.fold(&reader, &session)?;
        let mut state = self.shared.lock();
        state.queue.is_passed_over = false;
        let last = state.queue.seq.plus(capture.before);
        drop(state);
        let until = Instant::now() + COMMIT;
        loop {
            let newest = reader.sessions()?.pop().filter(|newest| newest.id == session.id);
            let upto = newest.map_or(session.last, |newest| newest.last.min(last));
            if upto > session.last {
                let piece = SessionSummary { first: session.last.plus(1), last: upto, ..session.clone() };
                self.fold(&reader, &piece)?;
                session.last = upto;
            }
            if session.last >= last || Instant::now() >= until || !self.shared.rest(COMMITTED) {
                return Ok(());
            }
        }
    }

    /// Folds a session, or the part of it between its places. It ends early for an order, and when nobody hears of it.
    fn fold(&mut self, reader: &Reader, session: &SessionSummary) -> Result<(), CaptureError> {
        let places = session.last.0.saturating_sub(session.first.0).max(1);
        reader.events(session, &mut |seq: Seq, event: &Event| {
            self.stats.take_as(event, Taken::Whole);
            if self.told.is_none_or(|told| told.elapsed() >= IN_SIGHT) {
                let done = seq.0.saturating_sub(session.first.0) * 100 / places;
                self.percent = Some(u8::try_from(done).unwrap_or(100).min(100));
                if !self.tell(true) {
                    return false;
                }
            }
            let state = self.shared.lock();
            !state.is_closed && state.order.is_none()
        })
    }

    /// Whether something of what the screen would hear is new.
    fn has_news(&self, in_sight: bool) -> bool {
        // Time that passes is seen on the chart.
        let passes = || !self.is_old && !self.stats.life.has_ended();
        let is_late = || self.told.is_none_or(|told| told.elapsed() >= OUT_OF_SIGHT);
        (in_sight && (self.is_behind || (is_late() && passes())))
            || self.stats.lag_reader() != self.lag
            || diagnose::over_time(&self.stats) != self.noticed
    }

    /// False when nobody hears of it any more.
    fn tell(&mut self, in_sight: bool) -> bool {
        self.told = Some(Instant::now());
        self.noticed = diagnose::over_time(&self.stats);
        self.lag = self.stats.lag_reader();
        self.is_behind &= !in_sight;
        let news = StatsNews {
            snapshot: in_sight.then(|| Box::new(self.snapshot())),
            noticed: self.noticed.clone(),
            percent: self.percent,
            counted_since: self.counted_since,
            failed: self.failed.take(),
            lag: self.stats.lag_reader(),
        };
        self.outcomes.blocking_send(Input::Outcome(Outcome::Stats(Box::new(news)))).is_ok()
    }
}

/// A session of an old capture: the last one, or the one so many before.
fn read_old(path: &Path, back: usize) -> Result<(Reader, SessionSummary), CaptureError> {
    let reader = Reader::open(path)?;
    let mut sessions = reader.sessions()?;
    let nth = sessions.len().checked_sub(1 + back);
    let session = nth.map(|nth| sessions.swap_remove(nth));
    let session = session.ok_or_else(|| CaptureError::Empty { path: path.to_owned() })?;
    Ok((reader, session))
}
