//! Ends a session from outside: on SIGINT, SIGTERM, SIGHUP, or at a time limit.

use std::{
    io::{self, Write as _},
    process,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{runtime, time};

use crate::{cli::Exit, engine::Handle, payload::counted, session::Command, signals::Signals, store::Haste};

use super::progress::Progress;

/// How long an output may accept nothing after a signal: then nobody reads it. After a time limit the program
/// waits, as any program waits for its reader.
const GRACE: Duration = Duration::from_secs(3);
/// A second signal this soon is the same request: some programs signal a process and then its whole group.
const SAME_WISH: Duration = Duration::from_millis(250);

const TIME_UP: u8 = 1;
const SIGNAL: u8 = 2;

/// Watches for the end of the session from outside.
#[derive(Clone, Debug)]
pub struct Watch {
    why: Arc<AtomicU8>,
    progress: Progress,
}

impl Watch {
    /// Starts to watch on a thread of its own, since the session's thread may be held up by an
    /// output that nobody reads. The session is stopped after `limit` or at the first signal, and then everything
    /// received is written; a second signal ends the program at once, and so does an output that takes nothing
    /// after the first. A capture that is being compressed is left as far as it is.
    ///
    /// # Errors
    ///
    /// The system has no thread or no signal handler left.
    pub fn start(
        session: Handle,
        limit: Option<Duration>,
        progress: Progress,
        haste: Option<Haste>,
    ) -> io::Result<Self> {
        let watch = Self { why: Arc::default(), progress };
        let own = watch.clone();
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _inside = runtime.enter();
            Signals::new()?
        };
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(own.keep(signals, session, limit, haste)))?;
        Ok(watch)
    }

    /// Whether a signal came.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.why.load(Ordering::Relaxed) == SIGNAL
    }

    /// Whether the limit was reached.
    #[must_use]
    pub fn time_up(&self) -> bool {
        self.why.load(Ordering::Relaxed) == TIME_UP
    }

    /// Whether the session was ended from outside at all.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.why.load(Ordering::Relaxed) != 0
    }

    async fn keep(
        self,
        mut signals: Signals,
        session: Handle,
        limit: Option<Duration>,
        haste: Option<Haste>,
    ) {
        let limit = async {
            match limit {
                Some(limit) => time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        let why = tokio::select! {
            _ = signals.next() => SIGNAL,
            () = limit => TIME_UP,
        };
        self.why.store(why, Ordering::Relaxed);
        // A session that cannot be asked has ended, or is about to.
        let _ = session.send(Command::Stop);
        let leave_now = || haste.as_ref().inspect(|haste| haste.leave_now());
        if why == SIGNAL && self.progress.is_over() {
            leave_now();
        }
        let asked = time::Instant::now();
        let cause = loop {
            let before = self.progress.moves();
            tokio::select! {
                _ = signals.next() => {
                    if why == TIME_UP || asked.elapsed() >= SAME_WISH {
                        break "a second signal came";
                    }
                }
                () = time::sleep(GRACE), if why == SIGNAL && !self.progress.is_over() => {
                    if self.progress.moves() == before && !self.progress.is_over() {
                        break "the output takes nothing more";
                    }
                }
            }
        };
        if self.progress.is_over() && leave_now().is_some() {
            // The program ends by itself once the capture is one file again.
            time::sleep(SAME_WISH).await;
        } else if !self.progress.is_over() {
            let written = counted(self.progress.messages(), "message");
            let message = format!("sockeye: ended before everything received was written, since {cause}");
            // Nobody may be there to read it.
            drop(writeln!(io::stderr(), "{message}; {written} are written"));
        }
        process::exit(Exit::Interrupted.code().into());
    }
}

/// Waits for the first signal that asks the program to end.
///
/// # Errors
///
/// The system has no signal handler left.
pub async fn ended() -> io::Result<()> {
    Signals::new()?.next().await;
    Ok(())
}
