//! Compresses the messages of a capture at rest, in place.
//!
//! The chunks lose their payloads, and small single messages become chunks without any; `blocks` hold
//! the payloads. Each block is a transaction of its own, so a capture that is compressed in part is valid, also after a
//! kill, and what is left is compressed the next time that it is left.
//!
//! A new file beside it, renamed at the end, would be as compact; but it takes the space of both, starts again after
//! each interruption, and copies what stays as it is, such as large messages. So does `VACUUM`, through its journal.
//! In place, `incremental_vacuum` moves only the last pages of the file into those that have become free.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, Row, params, types::ValueRef};
use strum::{EnumMessage, IntoStaticStr, VariantArray};

use crate::session::Seq;

use super::{
    blocks::{BLOCK, Deflater},
    chunk::{Chunk, LARGE, OpenChunk},
    messages, rows,
    rows_out::{Place, insert_chunk},
};

/// When a capture is compressed as it is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumMessage, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Compress {
    /// If it is larger than 8 MiB, for a few seconds at most
    #[default]
    Auto,
    /// All of it, for as long as that takes
    Always,
    /// Not at all, so that plain SQL reads every payload
    Never,
}

/// The size from which [`Compress::Auto`] compresses, in bytes: below it, a payload that any tool reads is worth more
/// than the space.
const LARGE_FILE: u64 = 8 << 20;
/// How long [`Compress::Auto`] may take.
const AUTO_TIME: Duration = Duration::from_secs(5);
/// Pages that are moved in one transaction.
const PAGES: u32 = 256;

impl Compress {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its word on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn doc(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    pub(super) fn applies_to(self, bytes: u64) -> bool {
        match self {
            Self::Auto => bytes >= LARGE_FILE,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Asks the writer of a capture to leave it as far as it is compressed.
#[derive(Clone, Debug, Default)]
pub struct Haste(Arc<AtomicBool>);

impl Haste {
    /// What is being compressed now is completed.
    pub fn leave_now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Compresses a capture whose last message is at place `last`. `report` is told the parts in a hundred that are done.
pub(super) fn pack(
    db: &Connection,
    compress: Compress,
    last: u64,
    haste: &Haste,
    report: &mut dyn FnMut(u8),
) -> rusqlite::Result<()> {
    let began = Instant::now();
    let is_over = || haste.is_asked() || (compress == Compress::Auto && began.elapsed() >= AUTO_TIME);
    let mut deflater = Deflater::new().map_err(failed)?;
    let mut piece = Piece { next: Some(Seq(0)), ..Piece::default() };
    while let Some(from) = piece.next.filter(|_| !is_over()) {
        piece.read(db, from, &is_over)?;
        piece.write(db, &mut deflater)?;
        let done = piece.next.map_or(100, |next| next.0.saturating_mul(100) / last.max(1));
        report(u8::try_from(done).unwrap_or(100).min(100));
    }
    while !is_over() && db.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0))? > 0 {
        // Each row of the answer is a page: who reads only the first has a transaction for each of them.
        db.pragma(None, "incremental_vacuum", PAGES, |_| Ok(()))?;
    }
    Ok(())
}

fn failed(error: io::Error) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(error.into())
}

/// Chunks that are compressed as one block.
#[derive(Default)]
struct Piece {
    /// Each with its session.
    chunks: Vec<(OpenChunk, i64)>,
    payloads: Vec<u8>,
    /// The place of what follows.
    next: Option<Seq>,
}

impl Piece {
    /// Reads the chunks from a place on, in the memory of those before.
    fn read(&mut self, db: &Connection, from: Seq, is_over: &dyn Fn() -> bool) -> rusqlite::Result<()> {
        self.chunks.clear();
        self.payloads.clear();
        self.next = None;
        let mut select = db.prepare_cached(
            "SELECT seq, id, at, connection, type, valid, verdict, size, payload, wire, frames, NULL, NULL, session \
             FROM single WHERE seq >= ?1 AND frames = 1 AND size <= ?2 \
             UNION ALL \
             SELECT seq, id, at, connection, type, valid, verdict, NULL, payloads, wires, later, count, ends, session \
             FROM chunk WHERE seq >= ?1 AND payloads IS NOT NULL ORDER BY seq",
        )?;
        let mut found =
            select.query(params![rows::sql_seq(from), i64::try_from(LARGE).unwrap_or(i64::MAX)])?;
        let mut open: Option<(OpenChunk, i64)> = None;
        while let Some(row) = found.next()? {
            if self.payloads.len() >= BLOCK || is_over() {
                let here = Seq(rows::count(row, 0)?);
                self.next = Some(open.as_ref().map_or(here, |(open, _)| open.head.seq));
                return Ok(());
            }
            open = self.take(row, open)?;
        }
        self.close(open);
        Ok(())
    }

    /// Takes a chunk as it is, and collects single messages into one. Returns the chunk that is open.
    fn take(
        &mut self,
        row: &Row<'_>,
        mut open: Option<(OpenChunk, i64)>,
    ) -> rusqlite::Result<Option<(OpenChunk, i64)>> {
        let session = row.get(13)?;
        if row.get_ref(11)? != ValueRef::Null {
            self.close(open);
            let chunk = messages::chunk(row)?;
            self.payloads.extend_from_slice(chunk.payloads.unwrap_or_default());
            self.chunks.push((OpenChunk::index_of(&chunk), session));
            return Ok(None);
        }
        let placed = messages::single(row)?;
        if let Some((chunk, of)) = &mut open
            && *of == session
            && chunk.next() == placed.seq
            && chunk.add(&placed.captured)
        {
            return Ok(open);
        }
        self.close(open);
        Ok(OpenChunk::with(placed.seq, &placed.captured, None).map(|chunk| (chunk, session)))
    }

    fn close(&mut self, open: Option<(OpenChunk, i64)>) {
        if let Some((chunk, session)) = open.filter(|(chunk, _)| !chunk.is_small()) {
            self.payloads.extend_from_slice(chunk.chunk().payloads.unwrap_or_default());
            self.chunks.push((chunk, session));
        }
    }

    /// Writes a block, unless that saves too little.
    fn write(&self, db: &Connection, deflater: &mut Deflater) -> rusqlite::Result<()> {
        let Some((first, _)) = self.chunks.first() else { return Ok(()) };
        let packed = deflater.deflate(&self.payloads).map_err(failed)?;
        if packed.len() > self.payloads.len() / 4 * 3 {
            return Ok(());
        }
        let transaction = db.unchecked_transaction()?;
        let block = rows::sql_seq(first.head.seq);
        db.prepare_cached("INSERT INTO block VALUES (?1, ?2, ?3)")?.execute(params![
            block,
            i64::try_from(self.payloads.len()).unwrap_or(i64::MAX),
            packed
        ])?;
        // SQLite gives pages back where rows are deleted, and not where they become smaller.
        for (chunk, _) in &self.chunks {
            for table in ["single", "chunk"] {
                let mut delete =
                    db.prepare_cached(&format!("DELETE FROM {table} WHERE seq BETWEEN ?1 AND ?2"))?;
                delete.execute(params![rows::sql_seq(chunk.head.seq), rows::sql_seq(chunk.next()) - 1])?;
            }
        }
        let mut base = 0;
        for (chunk, session) in &self.chunks {
            let chunk = Chunk { payloads: None, ..chunk.chunk() };
            insert_chunk(db, *session, &chunk, Some(Place { block, base }))?;
            base += i64::try_from(chunk.payloads_size()).unwrap_or(i64::MAX);
        }
        transaction.commit()
    }
}
