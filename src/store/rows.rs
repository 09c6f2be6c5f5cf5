//! Rows of a capture as messages, deliveries and events.

use std::num::NonZeroU32;

use bytes::Bytes;
use rusqlite::{Row, types::ValueRef};

use crate::{
    schema,
    session::{Delivery, DeliveryUpdate, EventKind, Kind, Message, MessageId, Seq, StoredMessage, Verdict},
};

use super::captured::{Captured, Placed};

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

/// A message of a page, with the start of its payload.
pub(super) fn message(placed: &Placed<'_>) -> StoredMessage {
    let Placed { seq, size, captured: Captured { at: _, connection: _, verdict, message } } = *placed;
    let Message { id, kind, payload, valid, frames, wire } = message;
    let head = match str::from_utf8(payload) {
        Ok(text) => &payload[..text.floor_char_boundary(StoredMessage::HEAD)],
        // It is read from the capture without regard to its characters.
        Err(cut) if cut.error_len().is_none() && size > payload.len() as u64 => {
            &payload[..cut.valid_up_to().min(StoredMessage::HEAD)]
        }
        Err(_) => &payload[..payload.len().min(StoredMessage::HEAD)],
    };
    StoredMessage {
        seq,
        id,
        kind,
        size,
        frames,
        wire,
        valid,
        delivery: Delivery::first(verdict),
        head: Bytes::copy_from_slice(head),
    }
}

pub(super) fn event_kind(row: &Row<'_>) -> rusqlite::Result<EventKind> {
    let kind: String = row.get(3)?;
    if kind == "delivery" {
        return redelivery(row, 5).map(|update| EventKind::Delivery(update.into()));
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
