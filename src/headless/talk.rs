//! A session that is spoken to: one connection, what is sent on it, and what arrives. `send` and `run` are made of it.

use std::{fs::File, io, path::Path, time::Duration};

use terminal_size::{Width, terminal_size_of};
use tokio::time::{Instant, sleep_until};

use crate::{
    cli::{CaptureArgs, Exit, Loaded},
    config::{MAX_FILE, read_within},
    engine::{self, Events, Handle},
    filter::Filter,
    net::Connect,
    send::{Fault, Prepared, Sources},
    session::{
        CloseFrame, Command, Control, ControlKind, Direction, Event, EventKind, Outgoing, Sent, Timestamp,
    },
};

use super::{
    capture::{self, Capture},
    narrator::Narrator,
    outcome::Story,
    progress::Progress,
    renewal::Renewal,
    signals::Watch,
    unread::{Found, Unread},
};

/// How long the end of a connection that is closed is awaited.
const CLOSING: Duration = Duration::from_secs(5);

/// What is given every event, to write it; an error that is empty has nothing to say.
pub(super) type Listener<'a> = Box<dyn FnMut(&Event) -> Result<(), String> + 'a>;

/// A session that is spoken to.
pub(super) struct Talk<'a> {
    handle: Handle,
    events: Events,
    watch: Watch,
    pub narrator: Narrator<io::Stderr>,
    capture: Option<Capture>,
    renewal: Renewal,
    story: Story,
    unread: Unread,
    listener: Listener<'a>,
    environment: &'a dyn Fn(&str) -> Option<String>,
    is_open: bool,
    /// Whether no event follows.
    is_over: bool,
    /// Frames of ours that are on the wire.
    sent: u64,
    /// Why the last command was refused.
    refused: Option<String>,
    round_trip: Option<Duration>,
    /// Messages with `{{seq}}`.
    counted: u64,
    unwritable: bool,
}

/// Why a step did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// The message cannot be made.
    Fault(Fault),
    /// It cannot be sent.
    Refused(String),
    /// What was awaited did not come in time.
    Late(String),
    /// The next message is another one.
    Unexpected(Box<Found>),
    /// The connection failed or ended, or the program was asked to end.
    Over,
}

impl<'a> Talk<'a> {
    /// Starts a session of one connection. `progress` is that of the output.
    ///
    /// # Errors
    ///
    /// The exit code and the reason.
    pub(super) fn start<D: Connect>(
        Loaded { mut settings, values, .. }: Loaded,
        kept: &CaptureArgs,
        (network, seed): (D, u64),
        progress: Progress,
        environment: &'a dyn Fn(&str) -> Option<String>,
        listener: Listener<'a>,
    ) -> Result<Self, (Exit, String)> {
        if settings.options.read_only {
            return Err((Exit::Usage, "--read-only forbids to send anything".to_owned()));
        }
        // Who speaks on a connection must know that it is the same one.
        settings.options.no_retry = true;
        let capture = capture::start(kept, &settings.url.host, &values)?;
        let renewal = Renewal::new(values, &mut settings);
        let (handle, events) = engine::start(settings, crate::ack::AckMode::default(), network, seed);
        let haste = capture.as_ref().map(Capture::haste);
        let watch = Watch::start(handle.clone(), None, progress, haste)
            .map_err(|error| (Exit::Other, format!("cannot watch for signals: {error}")))?;
        let width = terminal_size_of(io::stderr()).map(|(Width(width), _)| width.into());
        Ok(Self {
            handle,
            events,
            watch,
            narrator: Narrator::new(io::stderr()).on_terminal(width),
            capture,
            renewal,
            story: Story::default(),
            unread: Unread::default(),
            listener,
            environment,
            is_open: false,
            is_over: false,
            sent: 0,
            refused: None,
            round_trip: None,
            counted: 0,
            unwritable: false,
        })
    }

    /// Waits until the connection is open.
    pub(super) async fn open(&mut self) -> Result<(), Halt> {
        self.until(None, |talk| talk.is_open.then_some(())).await.map_err(|late| late.unwrap_or(Halt::Over))
    }

    /// Sends a message; returns how many bytes.
    pub(super) async fn send(&mut self, message: &Prepared) -> Result<usize, Halt> {
        let frame = self.frame(message).map_err(Halt::Fault)?;
        self.counted += u64::from(message.counts());
        let size = match &frame {
            Outgoing::Data { payload, .. } => payload.len(),
            _ => 0,
        };
        self.put(frame).await.map(|()| size)
    }

    /// The frame that a message becomes now.
    pub(super) fn frame(&self, message: &Prepared) -> Result<Outgoing, Fault> {
        let sources = Sources {
            environment: self.environment,
            now: Timestamp(jiff::Timestamp::now().as_microsecond()),
            random: &|| fastrand::u128(..).to_ne_bytes(),
            seq: self.counted + 1,
            last: self.unread.last(),
        };
        message.frame(&sources, &read)
    }

    /// Puts a frame on the wire, and waits until it is there.
    pub(super) async fn put(&mut self, frame: Outgoing) -> Result<(), Halt> {
        let before = self.sent;
        self.refused = None;
        self.handle.send(Command::Send(frame)).map_err(|_| Halt::Over)?;
        let done = |talk: &mut Self| match talk.refused.take() {
            Some(message) => Some(Err(Halt::Refused(message))),
            None => (talk.sent > before).then_some(Ok(())),
        };
        self.until(None, done).await.unwrap_or(Err(Halt::Over))
    }

    /// Sends a ping, and waits for its pong: the round trip.
    pub(super) async fn ping(&mut self, payload: bytes::Bytes, limit: Duration) -> Result<Duration, Halt> {
        self.round_trip = None;
        self.put(Outgoing::Ping(payload)).await?;
        let answered = self.until(Some(limit), |talk| talk.round_trip.take()).await;
        answered.map_err(|late| late.unwrap_or_else(|| Halt::Late("no pong came".to_owned())))
    }

    /// Waits for a message that matches, or looks whether the next one does.
    pub(super) async fn wait(
        &mut self,
        filter: &Filter,
        only_next: bool,
        limit: Duration,
    ) -> Result<Found, Halt> {
        let mut skipped = 0;
        let found = self.until(Some(limit), |talk| talk.unread.find(filter, only_next, &mut skipped)).await;
        match found {
            Ok(found) if found.matches => Ok(found),
            Ok(found) => Err(Halt::Unexpected(Box::new(found))),
            Err(Some(halt)) => Err(halt),
            Err(None) => {
                let others = match skipped {
                    0 => "no message came".to_owned(),
                    1 => "one message came and does not match".to_owned(),
                    skipped => format!("{skipped} messages came and none matches"),
                };
                Err(Halt::Late(others))
            }
        }
    }

    /// Listens for this long.
    pub(super) async fn listen(&mut self, time: Duration) -> Result<(), Halt> {
        match self.until::<()>(Some(time), |_| None).await {
            Err(Some(halt)) => Err(halt),
            Ok(()) | Err(None) => Ok(()),
        }
    }

    /// Closes, and waits for the end of the connection.
    pub(super) async fn close(&mut self, frame: CloseFrame) -> Result<(), Halt> {
        self.put(Outgoing::Close(frame)).await?;
        match self.until::<()>(Some(CLOSING), |_| None).await {
            Err(None) => Err(Halt::Late("the connection does not end".to_owned())),
            Ok(()) | Err(Some(_)) => Ok(()),
        }
    }

    /// The next event, while something else is awaited that is not of the session; `None` after the last.
    pub(super) async fn hear(&mut self) -> Option<()> {
        let events = self.events.recv().await;
        match events {
            Some(events) => self.take(&events).await,
            None => self.is_over = true,
        }
        (!self.is_over).then_some(())
    }

    /// Goes on until something holds, or the limit is over (`None`), or the session (`Halt::Over`).
    async fn until<T>(
        &mut self,
        limit: Option<Duration>,
        mut done: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<T, Option<Halt>> {
        let due = limit.map(|limit| Instant::now() + limit);
        loop {
            if let Some(done) = done(self) {
                return Ok(done);
            }
            if self.is_over || self.unwritable {
                return Err(Some(Halt::Over));
            }
            let late = async {
                match due {
                    Some(due) => sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            let events = tokio::select! {
                biased;
                events = self.events.recv() => events,
                () = late => return Err(None),
            };
            match events {
                Some(events) => self.take(&events).await,
                None => self.is_over = true,
            }
        }
    }

    /// Takes in a batch of events: recorded, then written and told.
    async fn take(&mut self, events: &[Event]) {
        if let Some(capture) = &mut self.capture {
            capture.record(events).await;
            if let Some(news) = capture.news() {
                self.narrator.say(&crate::describe::finding(&news));
            }
        }
        for event in events {
            match &event.kind {
                EventKind::Opened(_) => self.is_open = true,
                EventKind::Sent(Sent { opening: false, .. })
                | EventKind::Control(Control { direction: Direction::Out, .. }) => self.sent += 1,
                EventKind::Control(Control {
                    kind: ControlKind::Pong { round_trip: Some(round_trip), .. },
                    ..
                }) => self.round_trip = Some(*round_trip),
                EventKind::Refused { message, .. } => self.refused = Some(message.clone()),
                _ => {}
            }
            self.story.take(event);
            self.unread.take(event);
            if !self.unwritable
                && let Err(message) = (self.listener)(event)
            {
                self.unwritable = true;
                if !message.is_empty() {
                    self.narrator.say(&message);
                }
            }
            if !matches!(event.kind, EventKind::Refused { .. }) {
                self.narrator.take(event);
            }
        }
        if let Some(told) = self.renewal.take(events, &self.handle).await {
            self.narrator.say(&told);
        }
    }

    /// Ends the session politely, and returns its exit code. `halt` is what ended the steps.
    pub(super) async fn finish(mut self, halt: Option<&Halt>) -> Exit {
        // A session that cannot be asked has ended.
        let _ = self.handle.send(Command::Stop);
        while self.hear().await.is_some() {}
        let exit = match halt {
            _ if self.unwritable => Exit::Unwritten,
            _ if self.watch.interrupted() => Exit::Interrupted,
            None => Exit::Done,
            Some(Halt::Fault(_)) => Exit::Usage,
            Some(Halt::Refused(_)) => Exit::Send,
            Some(Halt::Late(_)) => Exit::Timeout,
            Some(Halt::Unexpected(_)) => Exit::Unexpected,
            // The server has closed as if all were said.
            Some(Halt::Over) => match self.story.exit() {
                None | Some(Exit::Done) => Exit::Empty,
                Some(exit) => exit,
            },
        };
        let Some(capture) = self.capture.take() else { return exit };
        let narrator = &mut self.narrator;
        let (is_whole, summary) = capture.finish(&mut |text| narrator.count(text)).await;
        self.narrator.say(&summary);
        exit.or_unwritten(!is_whole)
    }
}

/// Why a step did not succeed, in words.
impl std::fmt::Display for Halt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Refused(message) => write!(f, "not sent: {message}"),
            Self::Late(message) => f.write_str(message),
            Self::Unexpected(_) => f.write_str("the next message does not match"),
            Self::Over => f.write_str("the connection has ended"),
        }
    }
}

/// Reads a file that is sent, up to the limit for files.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    File::open(path).and_then(|file| read_within(MAX_FILE, file))
}
