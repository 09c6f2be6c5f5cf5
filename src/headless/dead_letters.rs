//! Writes the dead letters of `tail`, messages that were nacked, to a file of their own.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use bytes::Bytes;

use crate::{
    cli::Exit,
    export::{Exporter, Format, Origin},
    files::create_private,
    session::{
        Batch, DeadLetter, Delivery, DeliveryUpdate, Event, EventKind, Kind, Message, MessageId, Timestamp,
        Verdict,
    },
};

/// How many unsettled messages are kept, and how many bytes of them. Beyond that the oldest are written early.
const OPEN: usize = 10_000;
const BYTES: usize = 64 << 20;

/// Why the file could not be created, and the exit code for it.
pub(super) fn refusal(error: &io::Error) -> (Exit, String) {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return (Exit::Usage, "there is such a file already, choose another name".to_owned());
    }
    (Exit::Unwritten, error.to_string())
}

/// Writes each dead letter once its deliveries are settled.
pub struct DeadLetters {
    file: io::BufWriter<File>,
    open: BTreeMap<MessageId, Open>,
    bytes: usize,
    written: u64,
}

/// A nacked message that may be redelivered.
struct Open {
    letter: DeadLetter,
    origin: Origin,
    kind: Kind,
    valid: bool,
    frames: u32,
    payload: Bytes,
}

impl DeadLetters {
    /// Creates a new file.
    ///
    /// # Errors
    ///
    /// There is such a file already, or it cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = io::BufWriter::new(create_private(path)?);
        Ok(Self { file, open: BTreeMap::new(), bytes: 0, written: 0 })
    }

    /// Takes in what an event says about deliveries.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn take(&mut self, event: &Event) -> io::Result<()> {
        match &event.kind {
            // Messages with other verdicts may still be nacked.
            EventKind::Messages(batch) if batch.verdict != Verdict::Acked => self.receive(event, batch),
            EventKind::Delivery(run) => run.updates().try_for_each(|update| self.update(update, event.at)),
            _ => Ok(()),
        }
    }

    fn update(
        &mut self,
        DeliveryUpdate { id, delivery, .. }: DeliveryUpdate,
        at: Timestamp,
    ) -> io::Result<()> {
        let Some(open) = self.open.get_mut(&id) else { return Ok(()) };
        open.letter.record(at, delivery);
        match delivery.verdict {
            Verdict::Acked | Verdict::Dropped | Verdict::Lost => self.settle(id),
            Verdict::Pending | Verdict::Nacked => Ok(()),
        }
    }

    fn receive(&mut self, event: &Event, batch: &Batch) -> io::Result<()> {
        for message in batch.messages() {
            let delivery = Delivery::first(batch.verdict);
            // A copy, since the shared buffer of the read would be kept whole.
            let payload = Bytes::copy_from_slice(message.payload);
            self.bytes += payload.len();
            let open = Open {
                letter: DeadLetter::new(message.id, event.at, delivery),
                origin: Origin::of(event, batch.verdict),
                kind: message.kind,
                valid: message.valid,
                frames: message.frames,
                payload,
            };
            self.open.insert(message.id, open);
            if batch.verdict == Verdict::Dropped {
                self.settle(message.id)?;
            }
            while self.open.len() > OPEN || (self.bytes > BYTES && self.open.len() > 1) {
                let Some((_, oldest)) = self.open.pop_first() else { break };
                self.write(&oldest)?;
            }
        }
        Ok(())
    }

    /// Writes a settled message, if it was ever nacked.
    fn settle(&mut self, id: MessageId) -> io::Result<()> {
        self.open.remove(&id).map_or(Ok(()), |open| self.write(&open))
    }

    fn write(&mut self, open: &Open) -> io::Result<()> {
        self.bytes -= open.payload.len();
        let is_dead = open.letter.deliveries.iter().any(|(_, delivery)| {
            delivery.attempt > 1 || !matches!(delivery.verdict, Verdict::Acked | Verdict::Pending)
        });
        if !is_dead {
            return Ok(());
        }
        let mut line = Vec::with_capacity(open.payload.len() + 512);
        let message = Message {
            id: open.letter.id,
            kind: open.kind,
            payload: &open.payload,
            valid: open.valid,
            frames: open.frames,
            wire: None,
        };
        Exporter::new(Format::JsonLines).write_one(&mut line, &open.origin, &message, Some(&open.letter));
        self.written += 1;
        self.file.write_all(&line)
    }

    /// Writes the messages that are still unsettled; how many were written in all.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn finish(mut self) -> io::Result<u64> {
        while let Some((_, open)) = self.open.pop_first() {
            self.write(&open)?;
        }
        self.file.flush()?;
        Ok(self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{ConnectionId, Run, Span};

    #[test]
    fn of_too_many_that_are_open_the_oldest_are_written_and_the_rest_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let path = folder.path().join("dead.jsonl");
        let mut dead_letters = DeadLetters::create(&path).expect("a new file");
        let span = Span { start: 0, len: 1, kind: Kind::Text, valid: true, frames: 1, wire: None };
        let run = Run { bytes: Bytes::from_static(b"x"), spans: vec![span; OPEN + 2].into() };
        let batch = Batch { first: MessageId(1), run, verdict: Verdict::Nacked };
        dead_letters
            .take(&Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Messages(batch) })
            .expect("written");
        assert_eq!(dead_letters.written, 2);
        assert_eq!(dead_letters.finish().expect("written"), OPEN as u64 + 2);
        let text = std::fs::read_to_string(&path).expect("the file is there");
        let ids = text.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            line["id"].as_u64().expect("a message has an id")
        });
        assert!(ids.eq(1..=OPEN as u64 + 2));
    }
}
