//! The one loop that copies messages of a capture into a file of another format.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
};

use crate::{
    export::{Document, Exported, Origin, Out, Redaction},
    files::{create_private_folder, write_new},
    filter::Filter,
    session::{DeadLetter, Delivery, Event, EventKind, Seq, Stored, StoredEvent, StoredKind},
    store::{CaptureError, Captured, Item, Reader, Search, SessionSummary},
};

/// Messages of a capture that are copied.
pub struct Copier<'a> {
    pub reader: &'a Reader,
    pub sessions: &'a [SessionSummary],
    pub wanted: Wanted<'a>,
    pub redaction: &'a Redaction,
}

/// Which messages are copied.
#[derive(Clone, Copy)]
pub enum Wanted<'a> {
    /// Those between two places that pass.
    Passing { filter: &'a Filter, from: Seq, to: Seq },
    /// Those at these places, a rejected one with its deliveries.
    At(&'a [(Seq, Option<DeadLetter>)]),
}

/// Why a copy is not complete.
#[derive(Debug, thiserror::Error)]
pub enum CopyError<E> {
    #[error(transparent)]
    Capture(#[from] CaptureError),
    #[error("{0}")]
    Out(E),
    /// `go_on` said no.
    #[error("stopped as asked")]
    Stopped,
}

/// Takes how many messages are copied, and returns whether to go on.
pub type GoOn<'a> = &'a mut dyn FnMut(u64) -> bool;

impl<'a> Wanted<'a> {
    /// All that passes, wherever it stands.
    #[must_use]
    pub const fn passing(filter: &'a Filter) -> Self {
        Self::Passing { filter, from: Seq(0), to: Seq(u64::MAX) }
    }
}

impl Copier<'_> {
    /// Writes a whole file; how many messages it has.
    ///
    /// # Errors
    ///
    /// The capture cannot be read, `out` fails, or it was stopped.
    pub fn write<O: Out>(
        &self,
        out: &mut O,
        document: &mut dyn Document<O>,
        go_on: GoOn<'_>,
    ) -> Result<u64, CopyError<O::Error>> {
        document.begin(out).map_err(CopyError::Out)?;
        let (with_events, with_deliveries) = (document.wants_events(), document.wants_deliveries());
        let count = self.each(
            with_events,
            with_deliveries,
            &mut |piece| {
                let written = match piece {
                    Piece::Event(event) if self.redaction.is_empty() => document.event(out, event),
                    Piece::Event(event) => document.event(out, &self.redaction.event(event)),
                    Piece::Message(exported) => {
                        self.redaction.message(exported, |exported| document.message(out, exported))
                    }
                };
                written.map_err(CopyError::Out)
            },
            go_on,
        )?;
        document.end(out, &self.redaction.told()).map_err(CopyError::Out)?;
        Ok(count)
    }

    /// Writes a new folder with a file for each payload, whole or not at all; how many.
    ///
    /// # Errors
    ///
    /// There is such a folder already, the capture cannot be read, a file cannot be written, or it was stopped.
    pub fn write_folder(&self, folder: &Path, go_on: GoOn<'_>) -> Result<u64, CopyError<io::Error>> {
        if folder.symlink_metadata().is_ok() {
            return Err(CopyError::Out(io::ErrorKind::AlreadyExists.into()));
        }
        create_private_folder(folder).map_err(CopyError::Out)?;
        let written = self.fill(folder, go_on);
        if written.is_err() {
            // What is half done would be taken for the whole.
            drop(fs::remove_dir_all(folder));
        }
        written
    }

    fn fill(&self, folder: &Path, go_on: GoOn<'_>) -> Result<u64, CopyError<io::Error>> {
        let mut nth = 0_u64;
        self.each(
            false,
            false,
            &mut |piece| {
                let Piece::Message(exported) = piece else { return Ok(()) };
                nth += 1;
                self.redaction.message(exported, |exported| {
                    let payload = exported.message.payload;
                    let path = folder.join(format!("{nth:06}.{}", ending(payload)));
                    write_new(&path, |mut file| file.write_all(payload)).map(drop).map_err(CopyError::Out)
                })
            },
            go_on,
        )
    }

    /// Passes what is wanted, in order; how many messages that were.
    fn each<E>(
        &self,
        with_events: bool,
        with_deliveries: bool,
        each: &mut dyn FnMut(Piece<'_>) -> Result<(), CopyError<E>>,
        go_on: GoOn<'_>,
    ) -> Result<u64, CopyError<E>> {
        let (mut count, mut outcome) = (0, Ok(()));
        for session in self.sessions {
            let has_deliveries = with_deliveries && self.reader.has_deliveries(session)?;
            let mut take = |item: Item<'_>, letter: Option<&DeadLetter>| {
                outcome = match item {
                    Item::Event(event) => each(Piece::Event(event)),
                    Item::Message(captured) => {
                        let latest = || {
                            let asked = has_deliveries.then_some(captured.message.id);
                            asked.map_or(Ok(None), |id| self.reader.latest_delivery(session, id))
                        };
                        count += 1;
                        latest().map_err(CopyError::Capture).and_then(|latest| {
                            each(Piece::Message(&exported(captured, latest, letter)))?;
                            if go_on(count) { Ok(()) } else { Err(CopyError::Stopped) }
                        })
                    }
                };
                outcome.is_ok()
            };
            match self.wanted {
                Wanted::Passing { filter, from, to } => {
                    let places = (session.first.max(from), session.last.min(to));
                    if places.0 > places.1 {
                        continue;
                    }
                    let search = Search {
                        matches: &|candidate| filter.matches(candidate),
                        may_match: &|kind, payloads| filter.may_match(kind, payloads),
                        needs: filter.needs(),
                        ..Search::ALL
                    };
                    if with_events {
                        self.reader.items(session, search, places, &mut |item| take(item, None))?;
                    } else {
                        let mut take = |captured: &Captured<'_>| take(Item::Message(captured), None);
                        self.reader.messages(search, places, &mut take)?;
                    }
                }
                Wanted::At(places) => self.each_at(session, places, with_events, &mut take)?,
            }
            outcome?;
            outcome = Ok(());
        }
        Ok(count)
    }

    /// Passes the messages of a session at these places, and all events if they are wanted.
    fn each_at(
        &self,
        session: &SessionSummary,
        places: &[(Seq, Option<DeadLetter>)],
        with_events: bool,
        take: &mut dyn FnMut(Item<'_>, Option<&DeadLetter>) -> bool,
    ) -> Result<(), CaptureError> {
        let is_own = |(seq, _): &&(Seq, _)| (session.first..=session.last).contains(seq);
        let own: Vec<_> = places.iter().filter(is_own).collect();
        if own.is_empty() {
            return Ok(());
        }
        if !with_events {
            for (seq, letter) in own {
                let mut goes_on = true;
                self.reader.messages(Search::ALL, (*seq, *seq), &mut |captured| {
                    goes_on = take(Item::Message(captured), letter.as_ref());
                    goes_on
                })?;
                if !goes_on {
                    break;
                }
            }
            return Ok(());
        }
        let sent = self.sent_at(&own)?;
        let letters: BTreeMap<_, _> = own.iter().map(|(seq, letter)| (*seq, letter.as_ref())).collect();
        let mut failed = Ok(());
        self.reader.read_session(session, &mut |piece| {
            piece.into_iter().all(|stored| match stored {
                StoredEvent::Event(event)
                    if matches!(event.kind, EventKind::Sent(_)) && !sent.contains(&event) =>
                {
                    true
                }
                StoredEvent::Event(event) => take(Item::Event(&event), None),
                StoredEvent::Messages(range) => {
                    let within = range.first_seq..range.first_seq.plus(range.count);
                    letters.range(within).all(|(seq, letter)| {
                        let mut goes_on = true;
                        failed = self.reader.messages(Search::ALL, (*seq, *seq), &mut |captured| {
                            goes_on = take(Item::Message(captured), *letter);
                            goes_on
                        });
                        goes_on && failed.is_ok()
                    })
                }
            })
        })?;
        failed
    }

    /// What was sent at these places.
    fn sent_at(&self, places: &[&(Seq, Option<DeadLetter>)]) -> Result<Vec<Event>, CaptureError> {
        let mut sent = Vec::new();
        for (seq, _) in places {
            for Stored { at, connection, kind, .. } in self.reader.page(*seq, 1)? {
                if let StoredKind::Event(kind) = kind
                    && matches!(*kind, EventKind::Sent(_))
                {
                    sent.push(Event { at, connection, kind: *kind });
                }
            }
        }
        Ok(sent)
    }
}

enum Piece<'a> {
    Event(&'a Event),
    Message(&'a Exported<'a>),
}

fn exported<'a>(
    captured: &Captured<'a>,
    latest: Option<Delivery>,
    letter: Option<&'a DeadLetter>,
) -> Exported<'a> {
    let Captured { at, connection, verdict, message } = *captured;
    let plain = Exported::new(Origin { at, connection, verdict }, message);
    Exported { latest: latest.unwrap_or(plain.latest), deliveries: letter, ..plain }
}

/// The ending of the name of a file with this payload.
fn ending(payload: &[u8]) -> &'static str {
    match str::from_utf8(payload) {
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => "json",
        Ok(_) => "txt",
        Err(_) => "bin",
    }
}

/// Collects what is written, and hands it on in large pieces.
pub struct Buffered<W> {
    out: W,
    buffer: Vec<u8>,
}

impl<W: Write> Buffered<W> {
    /// How many bytes are collected.
    const FULL: usize = 64 << 10;

    pub const fn new(out: W) -> Self {
        Self { out, buffer: Vec::new() }
    }

    /// Hands on what is left.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.out.flush()
    }

    fn relieve(&mut self) -> io::Result<()> {
        if self.buffer.len() >= Self::FULL {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
            self.buffer.shrink_to(2 * Self::FULL);
        }
        Ok(())
    }
}

impl<W: Write> Out for Buffered<W> {
    type Error = io::Error;

    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    fn end_part(&mut self) -> io::Result<()> {
        self.relieve()
    }

    fn end_message(&mut self) -> io::Result<()> {
        self.relieve()
    }
}
