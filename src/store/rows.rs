//! Rows of a capture as messages, deliveries and events.

use std::num::NonZeroU32;

use bytes::Bytes;
use rusqlite::{Row, types::ValueRef};

use crate::{
    schema,
    session::{Delivery, DeliveryUpdate, EventKind, Kind, MessageId, Seq, StoredMessage, Verdict},
};

/// The columns of a message in a page.
pub(super) const MESSAGE: &str =
    "seq, id, at, connection, type, size, frames, valid, verdict, substr(payload, 1, 4096), wire";

/// A place as an SQLite integer.
pub(super) fn sql_seq(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

pub(super) fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(|count| u64::try_from(count).unwrap_or(0))
}

pub(super) fn payload_bytes(value: ValueRef<'_>) -> &[u8] {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        _ => &[],
    }
}

pub(super) fn verdict(row: &Row<'_>, at: usize) -> rusqlite::Result<Verdict> {
    let word: String = row.get(at)?;
    Ok(Verdict::of(&word).unwrap_or(Verdict::Pending))
}

pub(super) fn redelivery(row: &Row<'_>, at: usize) -> rusqlite::Result<DeliveryUpdate> {
    let delivery = Delivery { attempt: row.get(at + 1)?, verdict: verdict(row, at + 2)? };
    Ok(DeliveryUpdate { id: MessageId(count(row, at)?), delivery, recalled: row.get(at + 3)? })
}

pub(super) fn message_kind(row: &Row<'_>, at: usize) -> rusqlite::Result<Kind> {
    Ok(if row.get_ref(at)?.as_str() == Ok("text") { Kind::Text } else { Kind::Binary })
}

/// The compressed size of a payload on the wire; most messages have none.
pub(super) fn wire_size(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<NonZeroU32>> {
    Ok(row.get::<_, Option<u32>>(at)?.and_then(NonZeroU32::new))
}

/// A message from the columns of [`MESSAGE`].
pub(super) fn message(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let head = payload_bytes(row.get_ref(9)?);
    // `substr` counts characters in a text, so that the head may have more bytes than the limit.
    let head = match str::from_utf8(head) {
        Ok(text) => &head[..text.floor_char_boundary(StoredMessage::HEAD)],
        Err(_) => &head[..head.len().min(StoredMessage::HEAD)],
    };
    Ok(StoredMessage {
        seq: Seq(count(row, 0)?),
        id: MessageId(count(row, 1)?),
        kind: message_kind(row, 4)?,
        size: count(row, 5)?,
        frames: row.get(6)?,
        wire: wire_size(row, 10)?,
        valid: row.get(7)?,
        delivery: Delivery::first(verdict(row, 8)?),
        head: Bytes::copy_from_slice(head),
    })
}

pub(super) fn event_kind(row: &Row<'_>) -> rusqlite::Result<EventKind> {
    let kind: String = row.get(3)?;
    if kind == "delivery" {
        return redelivery(row, 5).map(EventKind::Delivery);
    }
    parse_event(&kind, row.get_ref(4)?)
}

pub(super) fn parse_event(kind: &str, body: ValueRef<'_>) -> rusqlite::Result<EventKind> {
    let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error)
    };
    let body = body.as_str().map_err(|error| wrong(error.into()))?;
    schema::read_event(kind, body).map_err(|error| wrong(error.into()))
}
