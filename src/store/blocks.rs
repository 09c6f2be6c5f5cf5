//! Blocks: the payloads of many chunks at rest, compressed as one.

use std::{cell::RefCell, collections::VecDeque, io};

use bytes::Bytes;
use rusqlite::Connection;

/// The payloads of a block, in bytes. Measured with 200 B ticks of JSON: 0.175 of their size in blocks of 128 KiB, 0.158
/// of 512 KiB, 0.159 of 1 MiB; half a megabyte is inflated in half a millisecond.
pub(super) const BLOCK: usize = 512 << 10;
/// The most bytes of a block that is read: of a damaged or foreign capture too.
const MOST: usize = 4 * BLOCK;
/// The fastest level of zstd, and of those up to 6 also the smallest but one for ticks: 460 MB/s, and 0.158 against 0.175
/// at level 3 and 0.155 at level 6, which takes five times as long.
const LEVEL: i32 = 1;
/// How many inflated blocks a reader keeps: a page lies in two of them at most, and those before and after it follow.
const KEPT: usize = 4;

/// The blocks that were inflated last.
#[derive(Debug, Default)]
pub(super) struct Blocks(RefCell<VecDeque<(i64, Bytes)>>);

impl Blocks {
    /// `len` bytes of a block from `base` on, as far as it has them.
    pub fn slice(&self, db: &Connection, block: i64, base: i64, len: usize) -> rusqlite::Result<Bytes> {
        let inflated = self.block(db, block)?;
        let base = usize::try_from(base).unwrap_or(usize::MAX).min(inflated.len());
        Ok(inflated.slice(base..base.saturating_add(len).min(inflated.len())))
    }

    fn block(&self, db: &Connection, id: i64) -> rusqlite::Result<Bytes> {
        let mut kept = self.0.borrow_mut();
        if let Some((_, inflated)) = kept.iter().find(|(kept, _)| *kept == id) {
            return Ok(inflated.clone());
        }
        let mut select = db.prepare_cached("SELECT size, zstd FROM block WHERE id = ?1")?;
        let inflated = select.query_row([id], |row| {
            let size = row.get::<_, i64>(0)?;
            inflate(row.get_ref(1)?.as_blob_or_null()?.unwrap_or_default(), size)
        })?;
        kept.truncate(KEPT - 1);
        kept.push_front((id, inflated.clone()));
        Ok(inflated)
    }
}

/// Compresses blocks, in memory that is kept from one to the next.
pub(super) struct Deflater {
    compressor: zstd::bulk::Compressor<'static>,
    packed: Vec<u8>,
}

impl Deflater {
    pub fn new() -> io::Result<Self> {
        Ok(Self { compressor: zstd::bulk::Compressor::new(LEVEL)?, packed: Vec::new() })
    }

    /// The payloads of a block, compressed.
    pub fn deflate(&mut self, payloads: &[u8]) -> io::Result<&[u8]> {
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(payloads.len()));
        self.compressor.compress_to_buffer(payloads, &mut self.packed)?;
        Ok(&self.packed)
    }
}

fn inflate(packed: &[u8], size: i64) -> rusqlite::Result<Bytes> {
    let damaged = || rusqlite::Error::UserFunctionError("a block of compressed messages is damaged".into());
    let size = usize::try_from(size).ok().filter(|size| *size <= MOST).ok_or_else(damaged)?;
    let inflated = zstd::bulk::decompress(packed, size).map_err(|_| damaged())?;
    if inflated.len() == size { Ok(inflated.into()) } else { Err(damaged()) }
}
