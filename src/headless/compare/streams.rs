//! The events of both sides: live, or of captures in the order of their times.

use std::{
    io,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use crate::{
    ack::AckMode,
    cli::{Exit, Loaded},
    engine,
    net::Connect,
    session::{Command, Event, Timestamp},
    stats::Side,
    store::{CaptureError, Reader, SessionSummary},
};

use super::super::{outcome::Story, renewal::Renewal, signals::Watch, sink::Sink, status_lines::StatusLines};

/// How many events of a capture are read ahead.
const AHEAD: usize = 16;

/// How two live sessions ended.
pub(crate) struct Ended {
    pub interrupted: bool,
    /// The exit code of the side that failed.
    pub failed: Option<Exit>,
}

/// Follows two live feeds until one ends, the limit is over, or a signal comes.
///
/// # Errors
///
/// The system has no thread or no signal handler left.
pub(crate) async fn follow<D: Connect>(
    (mut a, mut b): (Loaded, Loaded),
    networks: (D, D),
    seed: u64,
    limit: Option<Duration>,
    sink: &Sink,
    take: &mut dyn FnMut(Side, &Event),
) -> io::Result<Ended> {
    let mut renewals = [Renewal::new(a.values, &mut a.settings), Renewal::new(b.values, &mut b.settings)];
    let (first, mut of_a) = engine::start(a.settings, AckMode::default(), networks.0, seed);
    let (second, mut of_b) = engine::start(b.settings, AckMode::default(), networks.1, seed.rotate_left(1));
    let watch = Watch::start(first.clone(), limit, sink.progress(), None)?;
    let mut stories = [Story::default(), Story::default()];
    let (mut is_open_a, mut is_open_b) = (true, true);
    while is_open_a || is_open_b {
        let (side, batch) = tokio::select! {
            batch = of_a.recv(), if is_open_a => (Side::A, batch),
            batch = of_b.recv(), if is_open_b => (Side::B, batch),
        };
        sink.progress().moved();
        let Some(batch) = batch else {
            // Alone the other one has nothing to be compared with. A session that cannot be asked has ended.
            let other = if side == Side::A { &second } else { &first };
            let _ = other.send(Command::Stop);
            *(if side == Side::A { &mut is_open_a } else { &mut is_open_b }) = false;
            continue;
        };
        for event in &batch {
            stories[side as usize].take(event);
            take(side, event);
        }
        let handle = if side == Side::A { &first } else { &second };
        if let Some(told) = renewals[side as usize].take(&batch, handle).await {
            StatusLines::stderr().say(&format!("{side:?}: {told}"));
        }
    }
    sink.progress().finish();
    let failed = stories.iter().find_map(|story| story.exit().filter(|exit| *exit != Exit::Done));
    Ok(Ended { interrupted: watch.interrupted(), failed })
}

/// What is added to the times of the second session, in microseconds: nothing if the two ran at the same time, else what
/// makes them begin together.
pub(super) fn shift_of([a, b]: [&SessionSummary; 2]) -> i64 {
    let is_overlapping = a.began <= b.last_at && b.began <= a.last_at;
    if is_overlapping { 0 } else { a.began.0.saturating_sub(b.began.0) }
}

/// Reads two sessions of captures in the order of their times, each on a thread of its own. `take` returns whether to
/// continue.
///
/// # Errors
///
/// The disk, or a file, fails.
pub(super) fn merge(
    sides: [(Reader, SessionSummary); 2],
    shift: i64,
    take: &mut dyn FnMut(Side, &Event) -> bool,
) -> Result<(), CaptureError> {
    let [(reader_a, a), (reader_b, b)] = sides;
    thread::scope(|scope| {
        let (send_a, events_a) = sync_channel(AHEAD);
        let (send_b, events_b) = sync_channel(AHEAD);
        let reading_a = scope.spawn(move || send_all(&reader_a, &a, 0, &send_a));
        let reading_b = scope.spawn(move || send_all(&reader_b, &b, shift, &send_b));
        take_in_order(&events_a, &events_b, take);
        // A reader that still has events ends when nobody takes them.
        drop((events_a, events_b));
        let ended = [reading_a.join(), reading_b.join()];
        // A panic of a reader is none of the disk's errors; it goes on here.
        ended.into_iter().try_for_each(|ended| match ended {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

fn send_all(
    reader: &Reader,
    session: &SessionSummary,
    shift: i64,
    events: &SyncSender<Event>,
) -> Result<(), CaptureError> {
    reader.events(session, &mut |_, event| {
        let at = Timestamp(event.at.0.saturating_add(shift));
        events.send(Event { at, ..event.clone() }).is_ok()
    })
}

fn take_in_order(
    events_a: &Receiver<Event>,
    events_b: &Receiver<Event>,
    take: &mut dyn FnMut(Side, &Event) -> bool,
) {
    let (mut next_a, mut next_b) = (events_a.recv().ok(), events_b.recv().ok());
    loop {
        let is_a = match (&next_a, &next_b) {
            (Some(a), Some(b)) => a.at <= b.at,
            (a, None) => {
                if a.is_none() {
                    return;
                }
                true
            }
            (None, Some(_)) => false,
        };
        let (side, next, events) =
            if is_a { (Side::A, &mut next_a, events_a) } else { (Side::B, &mut next_b, events_b) };
        let Some(event) = next.take() else { return };
        if !take(side, &event) {
            return;
        }
        *next = events.recv().ok();
    }
}
