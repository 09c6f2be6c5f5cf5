//! Looking through a whole capture: for what matches, and for the messages to be written out.

use rusqlite::params;

use crate::{
    schema,
    session::{ConnectionId, EventKind, Kind, Message, MessageId, Seq, Timestamp, Verdict},
};

use super::{
    CaptureError, Reader,
    reader::{bytes, place},
};

/// Which payloads are looked for.
pub type Wanted<'a> = &'a dyn Fn(&[u8]) -> bool;

/// What a scan has found in one piece of the capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Everything up to this place has been looked at.
    pub upto: Seq,
    /// In order.
    pub matches: Vec<Seq>,
}

/// Places that are looked at before what was found is told.
const PIECE: u64 = 20_000;

impl Reader {
    /// Looks at every payload between two places, theirs included: received, sent, and redelivered.
    /// Connections, losses, findings and pauses are found in any case, as the landmarks between them.
    /// `each` takes what a piece yielded and says whether to go on. It ends where nothing more is committed.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn scan(
        &self,
        wanted: Wanted<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(Found) -> bool,
    ) -> Result<(), CaptureError> {
        let mut next = from;
        while next <= to {
            // What is not committed yet is left to another scan.
            let to = to.min(self.told(self.last())?);
            if next > to {
                break;
            }
            let upto = Seq(next.0.saturating_add(PIECE - 1).min(to.0));
            let matches = self.told(self.matches(wanted, next, upto))?;
            if !each(Found { upto, matches }) {
                break;
            }
            // A damaged place may stand as far from the others as numbers go.
            match self.told(self.first_from(upto.plus(1)))? {
                Some(first) => next = first,
                None => break,
            }
        }
        Ok(())
    }

    /// The first place from here on where something is committed.
    fn first_from(&self, from: Seq) -> rusqlite::Result<Option<Seq>> {
        let mut select = self.db().prepare_cached(
            "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM message WHERE seq >= ?1 UNION ALL \
             SELECT min(seq) FROM event WHERE seq >= ?1 UNION ALL SELECT min(seq) FROM delivery WHERE seq >= ?1)",
        )?;
        let first = select.query_row(params![place(from)], |row| row.get::<_, Option<i64>>(0))?;
        Ok(first.and_then(|first| u64::try_from(first).ok()).map(Seq).filter(|first| *first >= from))
    }

    /// The last place that is committed.
    fn last(&self) -> rusqlite::Result<Seq> {
        let mut select = self.db().prepare_cached(
            "SELECT max(ifnull((SELECT max(seq) FROM message), 0), ifnull((SELECT max(seq) FROM event), 0), \
             ifnull((SELECT max(seq) FROM delivery), 0))",
        )?;
        select.query_row([], |row| Ok(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0))))
    }

    fn matches(&self, wanted: Wanted<'_>, from: Seq, upto: Seq) -> rusqlite::Result<Vec<Seq>> {
        let mut matches = Vec::new();
        let mut select =
            self.db().prepare_cached("SELECT seq, payload FROM message WHERE seq BETWEEN ?1 AND ?2")?;
        let mut rows = select.query(params![place(from), place(upto)])?;
        while let Some(row) = rows.next()? {
            if wanted(bytes(row.get_ref(1)?)) {
                matches.push(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)));
            }
        }
        let sent = "SELECT seq, body FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'sent'";
        let mut select = self.db().prepare_cached(sent)?;
        let mut rows = select.query(params![place(from), place(upto)])?;
        while let Some(row) = rows.next()? {
            let body = row.get_ref(1)?.as_str().unwrap_or_default();
            if let Ok(EventKind::Sent(sent)) = schema::read_event("sent", body)
                && wanted(&sent.payload)
            {
                matches.push(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)));
            }
        }
        let again = "SELECT seq, message FROM delivery WHERE seq BETWEEN ?1 AND ?2 AND attempt > 1";
        let mut select = self.db().prepare_cached(again)?;
        let mut rows = select.query(params![place(from), place(upto)])?;
        while let Some(row) = rows.next()? {
            let [seq, id] = [row.get::<_, i64>(0)?, row.get(1)?].map(|n| u64::try_from(n).unwrap_or(0));
            if let Some(at) = self.place_of(MessageId(id), Seq(seq))?
                && self.payload(at).ok().flatten().is_some_and(|payload| wanted(&payload))
            {
                matches.push(Seq(seq));
            }
        }
        let landmarks = "SELECT seq FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind IN \
                         ('opened', 'failed', 'lost', 'finding', 'paused', 'resumed', 'ended')";
        let mut select = self.db().prepare_cached(landmarks)?;
        let mut rows = select.query(params![place(from), place(upto)])?;
        while let Some(row) = rows.next()? {
            matches.push(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)));
        }
        matches.sort_unstable();
        Ok(matches)
    }

    /// Reads the messages between two places that are wanted, in order. `each` takes one and says whether to
    /// go on.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn messages(
        &self,
        wanted: Wanted<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(&Captured<'_>) -> bool,
    ) -> Result<(), CaptureError> {
        self.told(self.each_message(wanted, (from, to), each))
    }

    fn each_message(
        &self,
        wanted: Wanted<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(&Captured<'_>) -> bool,
    ) -> rusqlite::Result<()> {
        let mut select = self.db().prepare_cached(
            "SELECT id, at, connection, type, frames, valid, payload, verdict, wire FROM message \
             WHERE seq BETWEEN ?1 AND ?2",
        )?;
        let mut rows = select.query(params![place(from), place(to)])?;
        while let Some(row) = rows.next()? {
            let payload = bytes(row.get_ref(6)?);
            if wanted(payload) && !each(&captured(row, payload)?) {
                break;
            }
        }
        Ok(())
    }
}

/// A message as it was captured, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captured<'a> {
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// What became of its first delivery.
    pub verdict: Verdict,
    pub message: Message<'a>,
}

fn captured<'a>(row: &rusqlite::Row<'_>, payload: &'a [u8]) -> rusqlite::Result<Captured<'a>> {
    Ok(Captured {
        at: Timestamp(row.get(1)?),
        connection: ConnectionId(row.get(2)?),
        verdict: row.get_ref(7)?.as_str().ok().and_then(Verdict::of).unwrap_or(Verdict::Pending),
        message: Message {
            id: MessageId(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)),
            kind: if row.get_ref(3)?.as_str() == Ok("text") { Kind::Text } else { Kind::Binary },
            payload,
            valid: row.get(5)?,
            frames: row.get(4)?,
            wire: super::reader::wire(row, 8)?,
        },
    })
}
