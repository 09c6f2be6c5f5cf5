//! The loop: keys first, then the frame, then the events of the engine.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::Path,
    process::ExitStatus,
    sync::atomic::Ordering,
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    app::{Input, Outcome, update},
    cli::CaptureTarget,
    headless::metrics::Metrics,
    net::Clock,
    preferences::{Fault, Loaded},
    session::{Command, Event},
    signals::{Signal, Signals},
    store::{Progress, Reader, Recorder},
    view,
};

use super::{
    Begin, ExitSummary, Options, TuiError,
    external_editor::ExternalEditor,
    input,
    keys::{Keys, is_gone},
    live::Live,
    named_filters, outgoing, recent,
    shell::Shell,
    terminal::Screen,
};

/// How long nothing may come of a polite close when leaving. The engine waits less for the server, and what has been
/// received is still taken, so that the capture and the farewell agree.
const GRACE: Duration = Duration::from_millis(1_200);

/// An interrupt so soon after an editor has ended is the one that was pressed in it.
const SAME_KEY: Duration = Duration::from_millis(300);

/// Runs the screen until it is left.
///
/// # Errors
///
/// The terminal fails, or a task of the program panics. The terminal has been given back.
pub async fn run(begin: Begin, options: Options) -> Result<ExitSummary, TuiError> {
    // A named file that cannot be used is reported before anything is drawn or tried.
    let recorder = match &options.capture_target() {
        CaptureTarget::File(path) => {
            let name = begin.name();
            Some(Recorder::start_with(path, name, options.plan()).map_err(TuiError::Capture)?)
        }
        CaptureTarget::StateFolder | CaptureTarget::Off => None,
    };
    if let Begin::Capture(path) = &begin {
        Reader::open(path).map_err(TuiError::Capture)?;
    }
    let mut serves = None;
    let mut told = |message: &str| serves = Some(message.to_owned());
    let metrics =
        Metrics::start(options.metrics, &mut told).map_err(|(_, message)| TuiError::Metrics(message))?;
    let mut signals = Signals::new().map_err(TuiError::Signals)?;
    let clock = Clock::start();
    let screen = Screen::take().map_err(TuiError::Terminal)?;
    let size = screen.terminal.size().map_err(TuiError::Terminal)?;
    let mut shell = Shell::new(begin.app(size, &clock), screen, clock, recorder, (&options, metrics))
        .map_err(TuiError::Terminal)?;
    if let Some(message) = serves {
        shell.app.serves_at(&message);
    }
    if let Some(fault) = &options.log.fault {
        shell.tell(Outcome::Failed(fault.clone()));
    }
    if let Some(first) = options.preferences.faults.first() {
        shell.tell(Outcome::Failed(unheeded(&options.preferences, first)));
    }
    if options.display.no_mouse {
        Screen::hear_mouse(false).map_err(TuiError::Terminal)?;
    }
    if let (Begin::Session(opening), Some(path)) = (&begin, &options.profile) {
        recent::remember(path, &opening.settings.shown_url(), clock.now());
    }
    shell.quick.ask(Box::new(|worker| worker.report(outgoing::kept())));
    shell.quick.ask(Box::new(|worker| worker.report(named_filters::kept())));
    match begin {
        Begin::Session(opening) => shell.start(opening.settings),
        Begin::Capture(path) => shell.open(path, 0),
        Begin::Start(_) | Begin::Choice(..) => {
            let _is_asked = shell.slow.ask(Box::new(|worker| worker.report(recent::offers())));
        }
    }
    let mut keys = Keys::listen().map_err(TuiError::Terminal)?;
    let left = shell.converse(&mut keys, &mut signals).await;
    // After a signal the terminal may be gone: it is neither drawn on nor read.
    let keys = matches!(left, Ok(Left::Asked)).then_some(keys);
    shell.part(keys).await;
    let Shell {
        app,
        screen,
        recorder,
        quick,
        slow,
        layouts,
        highlights,
        folding,
        heard,
        refused,
        stop_saving,
        ..
    } = shell;
    drop(heard);
    stop_saving.store(true, Ordering::SeqCst);
    // Whoever reads the capture lets go of it first, so that its writer leaves one file.
    quick.close();
    slow.close();
    layouts.close();
    highlights.close();
    folding.close();
    drop(screen);
    let kept = match recorder {
        Some(recorder) => Some((recorder.path().to_owned(), left_capture(recorder, &mut signals).await)),
        None => None,
    };
    let interrupted = matches!(left?, Left::Interrupted);
    Ok(ExitSummary::of(&app, clock.elapsed(), interrupted, kept, refused))
}

/// Says what of the preferences does not hold. The name of the file is enough: the folder would leave no room for why.
fn unheeded(loaded: &Loaded, first: &Fault) -> String {
    let name = loaded.path.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    match loaded.faults.len() {
        1 => format!("{name}:{first}"),
        many => format!("{name}:{first} · {} more on 6", many - 1),
    }
}

/// Waits for the capture. If its compression takes long, that is told on the terminal, and a signal ends it.
async fn left_capture(recorder: Recorder, signals: &mut Signals) -> Progress {
    let haste = recorder.haste();
    // Each is written over the one before, and the farewell over the last.
    let say = |text: &str| {
        if io::stderr().is_terminal() {
            drop(write!(io::stderr(), "\r\x1b[2K{text}"));
        }
    };
    let mut report = |done| {
        say(&format!("sockeye: compressing the capture: {done} %; ctrl+c leaves it as far as it is"));
    };
    let finish = recorder.finish_with(&mut report);
    tokio::pin!(finish);
    loop {
        tokio::select! {
            progress = &mut finish => {
                say("");
                return progress;
            }
            _ = signals.next() => haste.leave_now(),
        }
    }
}

/// What made the loop end.
enum Left {
    Asked,
    Interrupted,
}

impl Shell {
    async fn converse(&mut self, keys: &mut Keys, signals: &mut Signals) -> Result<Left, TuiError> {
        self.pacer.changed();
        loop {
            let is_lent = self.external_editor.is_some();
            if Screen::is_lost() && !is_lent {
                return Err(TuiError::Panicked);
            }
            let due = self.pacer.due(Instant::now());
            let tick = self.app.next_tick().map(|after| self.clock.when(self.app.now.plus(after)));
            // In this order: a flood can delay neither a frame nor a key.
            let input = tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    // It was pressed for the program that has the terminal.
                    Signal::Interrupt if is_lent || self.has_just_returned() => None,
                    _ => return Ok(Left::Interrupted),
                },
                event = keys.next(), if !is_lent => match event {
                    Some(Ok(event)) => input::translate(event),
                    Some(Err(error)) if is_gone(&error) => return Ok(Left::Interrupted),
                    Some(Err(error)) => return Err(TuiError::Terminal(error)),
                    None => return Ok(Left::Interrupted),
                },
                ended = ended(&mut self.external_editor) => self.back_from_outside(ended),
                () = reached(due), if due.is_some() && !is_lent => {
                    match self.draw() {
                        Err(error) if is_gone(&error) => return Ok(Left::Interrupted),
                        drawn => drawn.map_err(TuiError::Terminal)?,
                    }
                    continue;
                }
                Some(input) = self.heard.recv() => Some(input),
                progress = grown(&mut self.progress) => self.capture_news(&progress),
                events = next_events(&mut self.live, self.recorder.as_ref()) => events.map(|events| {
                    self.folding.push(&events);
                    Input::Events(events)
                }),
                () = reached(tick), if tick.is_some() => Some(Input::Tick(self.clock.now())),
            };
            if let Some(input) = input
                && self.feed(input)
            {
                return Ok(Left::Asked);
            }
        }
    }

    /// Whether an interrupt may have ended the editor: it reaches this program too, and perhaps later.
    fn has_just_returned(&self) -> bool {
        self.returned.is_some_and(|returned| returned.elapsed() < SAME_KEY)
    }

    fn draw(&mut self) -> io::Result<()> {
        let Self { app, screen, .. } = self;
        screen.draw(|frame| view::draw(frame, app))?;
        self.pacer.drawn(Instant::now());
        Ok(())
    }

    /// Closes politely and folds the last events of the engine, for as long as that may take.
    /// Whoever asks to leave once more leaves at once.
    async fn part(&mut self, mut keys: Option<Keys>) {
        if self.live.as_ref().is_none_or(|live| live.handle.send(Command::Stop).is_err()) {
            return;
        }
        self.app.closing = true;
        if keys.is_some() && self.app.current.is_open() && self.draw().is_err() {
            // A terminal that is gone shows nothing, and the connection is closed all the same.
            keys = None;
        }
        let mut until = Instant::now() + GRACE;
        loop {
            let key = async {
                match &mut keys {
                    Some(keys) => keys.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep_until(until) => return,
                event = key => match event {
                    Some(Ok(event)) if input::leaves(&event) => return,
                    Some(Ok(_)) => {}
                    _ => keys = None,
                },
                events = next_events(&mut self.live, self.recorder.as_ref()) => match events {
                    Some(events) => {
                        until = Instant::now() + GRACE;
                        drop(update(&mut self.app, Input::Events(events)));
                    }
                    None => return,
                },
            }
        }
    }
}

async fn grown(progress: &mut Option<watch::Receiver<Progress>>) -> Progress {
    match progress {
        Some(watched) => {
            if watched.changed().await.is_ok() {
                return watched.borrow_and_update().clone();
            }
            // It has ended, and this was its last report.
            *progress = None;
            std::future::pending().await
        }
        None => std::future::pending().await,
    }
}

async fn next_events(live: &mut Option<Live>, recorder: Option<&Recorder>) -> Option<Vec<Event>> {
    match live {
        Some(live) => live.recv(recorder).await,
        None => std::future::pending().await,
    }
}

async fn ended(external_editor: &mut Option<ExternalEditor>) -> io::Result<ExitStatus> {
    match external_editor {
        Some(external_editor) => external_editor.wait().await,
        None => std::future::pending().await,
    }
}

/// A moment that has come is reached at once: a timer waits for the next full millisecond, and one that is made anew for
/// each input of a flood would wait for ever.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) if moment <= Instant::now() => {}
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_moment_that_has_come_is_reached_without_waiting() {
        assert!(reached(Some(Instant::now())).now_or_never().is_some());
        assert!(reached(Some(Instant::now() + SAME_KEY)).now_or_never().is_none());
        assert!(reached(None).now_or_never().is_none());
    }
}
