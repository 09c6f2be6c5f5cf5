//! Works with files on threads of its own: reads captures back, searches them, writes new files.
//!
//! One worker is quick and serves what is on the screen, one lays large payloads out, one does what may take long, one
//! finds what is coloured. All
//! report through one bounded queue, so that a slow screen holds them up, and not the other way round.

use std::{
    io,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use tokio::sync::mpsc;

use crate::{
    app::{CaptureNews, Contents, Input, Landmarked, Outcome, Places, Purpose, Ranges, ScanRequest},
    filter::Candidate,
    payload::document::Document,
    session::{Seq, Stored, StoredEvent, StoredKind},
    store::{self, CaptureError, Pieces, Reader, ScanResult, Search},
};

use super::{
    fields,
    saving::{Watch, save},
};

/// Jobs that may wait for a worker, and outcomes that may wait for the screen.
const JOBS: usize = 64;
pub(super) const OUTCOMES: usize = 64;

/// A capture that can be read, and how much higher the places of its file are than those of the screen.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    pub before: u64,
}

/// Something to do with files; false when nobody hears of it any more.
pub(super) type Job = Box<dyn FnOnce(&mut WorkerThread) -> bool + Send>;

/// Where jobs go in.
pub(super) struct Worker {
    jobs: SyncSender<Job>,
    /// The scan, or the layout, that is still wanted.
    requested: Arc<AtomicU64>,
    thread_handle: thread::JoinHandle<()>,
}

impl Worker {
    /// # Errors
    ///
    /// The system has no thread left.
    pub(super) fn open(name: &str, outcomes: mpsc::Sender<Input>) -> io::Result<Self> {
        let (jobs, taken) = sync_channel(JOBS);
        let requested = Arc::new(AtomicU64::new(0));
        let own = requested.clone();
        let thread_handle = thread::Builder::new().name(name.to_owned()).spawn(move || {
            WorkerThread { outcomes, reader: None, requested: own }.work(&taken);
        })?;
        Ok(Self { jobs, requested, thread_handle })
    }

    /// Hands a job over; false when too many are waiting.
    pub(super) fn ask(&self, job: Job) -> bool {
        self.jobs.try_send(job).is_ok()
    }

    /// From now on only the results of this scan, or of this layout, are wanted.
    pub(super) fn want(&self, generation: u64) {
        self.requested.store(generation, Ordering::SeqCst);
    }

    /// Waits for the job under way, so that its files are closed; nobody must take outcomes any more.
    pub(super) fn close(self) {
        self.stop_scan();
        drop(self.jobs);
        // One that panicked has closed its files too.
        drop(self.thread_handle.join());
    }

    /// The results of a scan that runs are not wanted any more.
    pub(super) fn stop_scan(&self) {
        self.want(0);
    }
}

/// Does the jobs, one after the other.
pub(super) struct WorkerThread {
    outcomes: mpsc::Sender<Input>,
    reader: Option<Reader>,
    requested: Arc<AtomicU64>,
}

impl WorkerThread {
    fn work(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            if !job(&mut self) {
                return;
            }
        }
    }

    pub(super) fn report(&self, outcome: Outcome) -> bool {
        self.outcomes.blocking_send(Input::Outcome(outcome)).is_ok()
    }

    /// Reads these places.
    pub(super) fn load(&mut self, source: &Source, ranges: &Ranges) -> bool {
        match self.read(source, ranges) {
            Ok(stored) => self.report(Outcome::Loaded(stored)),
            Err(error) => {
                self.report(Outcome::Failed(error.to_string())) && self.report(Outcome::Loaded(Vec::new()))
            }
        }
    }

    /// Reads the whole payload of the message at this place.
    pub(super) fn load_whole(&mut self, source: &Source, seq: Seq) -> bool {
        let bytes = self.reader(&source.path).and_then(|reader| reader.payload(seq.plus(source.before)));
        self.report(Outcome::Whole { seq, bytes: bytes.ok().flatten() })
    }

    /// Sets or removes a bookmark of an old capture.
    pub(super) fn bookmark(&mut self, path: &Path, seq: Seq, note: Option<&str>) -> bool {
        match store::set_bookmark(path, seq, note) {
            Ok(()) => true,
            Err(error) => self.report(Outcome::BookmarkNotKept(error.to_string())),
        }
    }

    /// Writes a new file.
    pub(super) fn save(
        &mut self,
        source: Option<Source>,
        path: PathBuf,
        purpose: Purpose,
        contents: Contents,
        stopped: &AtomicBool,
    ) -> bool {
        let outcomes = self.outcomes.clone();
        let capture = source.map(|source| Ok((self.reader(&source.path)?, source.before)));
        let tell = |saving| drop(outcomes.try_send(Input::Outcome(Outcome::Saving(saving))));
        let outcome = save(capture, path, purpose, contents, &mut Watch::new(stopped, &tell));
        self.report(outcome)
    }

    fn reader(&mut self, path: &Path) -> Result<&Reader, CaptureError> {
        if self.reader.as_ref().is_none_or(|reader| reader.path() != path || reader.is_outdated()) {
            self.reader = Some(Reader::open(path)?);
        }
        self.reader.as_ref().ok_or_else(|| CaptureError::Missing { path: path.to_owned() })
    }

    fn read(&mut self, source: &Source, ranges: &Ranges) -> Result<Vec<Stored>, CaptureError> {
        let before = source.before;
        let reader = self.reader(&source.path)?;
        let mut all = Vec::new();
        for (from, count) in ranges {
            all.extend(reader.page(from.plus(before), *count)?);
        }
        // The screen counts from the beginning of its own stream.
        let own = |seq: Seq| Seq(seq.0.saturating_sub(before));
        for stored in &mut all {
            stored.seq = own(stored.seq);
            match &mut stored.kind {
                StoredKind::Message(message) | StoredKind::Redelivered { message: Some(message), .. } => {
                    message.seq = own(message.seq);
                }
                _ => {}
            }
        }
        Ok(all)
    }

    /// Lays the rest of a large payload out, while that is still wanted.
    pub(super) fn lay_out(&mut self, generation: u64, mut document: Document) -> bool {
        /// Bytes that are laid out before the screen hears of it.
        const PIECE: usize = 32 << 20;
        while document.laid_out().is_some() && self.requested.load(Ordering::SeqCst) == generation {
            document.lay_out(PIECE);
            let document = Box::new(document.clone());
            if !self.report(Outcome::LaidOut { generation, document }) {
                return false;
            }
        }
        true
    }

    /// Looks through the capture for what the filter lets through, with two threads.
    pub(super) fn scan(&mut self, source: &Source, request: &ScanRequest) -> bool {
        let ScanRequest { generation, landmarked, ref filter, places } = *request;
        let (before, requested, outcomes) = (source.before, self.requested.clone(), self.outcomes.clone());
        let is_wanted = || requested.load(Ordering::SeqCst) == generation;
        if !is_wanted() {
            return true;
        }
        let own = |seq: Seq| Seq(seq.0.saturating_sub(before));
        let take = |reader: &Reader, pieces: &Pieces| {
            // Two threads that share a regex wait for each other at every match.
            let filter = filter.clone();
            let matches = |candidate: &Candidate<'_>| filter.matches(candidate);
            let may_match = |kind, payloads: &[u8]| is_wanted() && filter.may_match(kind, payloads);
            let landmarks = landmarked == Landmarked::Yes;
            let search =
                Search { matches: &matches, may_match: &may_match, needs: filter.needs(), landmarks };
            reader.scan(search, pieces, &mut |ScanResult { from, upto, mut matches, mut landmarks }| {
                matches.iter_mut().map(|(seq, _)| seq).chain(&mut landmarks).for_each(|seq| *seq = own(*seq));
                let (from, upto) = (own(from), own(upto));
                let outcome = Outcome::Filtered { generation, from, upto, matches, landmarks };
                is_wanted() && outcomes.blocking_send(Input::Outcome(outcome)).is_ok()
            })
        };
        let scanned = self.reader(&source.path).and_then(|reader| {
            let Places { from, to, start } = places;
            let pieces = reader.pieces((from.plus(before), to.plus(before)), start.plus(before))?;
            let second = reader.another()?;
            let (take, shared) = (&take, &pieces);
            thread::scope(|scope| {
                let second = thread::Builder::new().spawn_scoped(scope, move || take(&second, shared));
                let done = take(reader, shared);
                // Where the system has no thread left, this one has taken all pieces.
                let of_second = second
                    .map_or(Ok(()), |second| second.join().unwrap_or_else(|panic| resume_unwind(panic)));
                done.and(of_second)
            })?;
            Ok(own(pieces.to()))
        });
        match scanned {
            Ok(upto) => self.report(Outcome::ScanOver { generation, upto }),
            Err(error) => self.report(Outcome::Failed(format!("the filter stopped: {error}"))),
        }
    }

    /// Replays a session of an old capture from its first event to its last: the last one, or the one so many before.
    pub(super) fn replay(&mut self, path: &Path, back: usize) -> bool {
        let outcomes = self.outcomes.clone();
        let read = self.reader(path).and_then(|reader| {
            let mut sessions = reader.sessions()?;
            let many = sessions.len();
            let Some(session) = many.checked_sub(1 + back).map(|nth| sessions.swap_remove(nth)) else {
                return Err(CaptureError::Empty { path: path.to_owned() });
            };
            let news = CaptureNews::Opened {
                bytes: store::size(path),
                path: path.to_owned(),
                first: session.first,
                payloads: session.bytes,
                began: session.began,
                is_whole: session.is_complete,
                name: session.name.clone(),
                url: session.url.clone(),
                profile: reader.profile(&session)?.map(|yaml| Box::new(fields::stored(&yaml))),
                sessions: many,
                nth: many - back,
            };
            let marks = Outcome::Bookmarks(reader.bookmarks(&session)?);
            let send = |outcome| outcomes.blocking_send(Input::Outcome(outcome)).is_ok();
            let opened = send(Outcome::Capture(news)) && send(marks);
            let mut each =
                |pieces: Vec<StoredEvent>| outcomes.blocking_send(Input::StoredEvent(pieces)).is_ok();
            if opened { reader.read_session(&session, &mut each) } else { Ok(()) }
        });
        match read {
            Ok(()) => self.report(Outcome::Capture(CaptureNews::AllRead)),
            Err(error) => self.report(Outcome::Failed(error.to_string())),
        }
    }
}
