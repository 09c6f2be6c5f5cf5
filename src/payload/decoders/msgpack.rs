//! MessagePack, by its specification: <https://github.com/msgpack/msgpack/blob/master/spec.md>.
//!
//! The values are read here, since a tree of values (`rmpv`) is built for all of a payload, in memory that the payload
//! declares; the markers are those of `rmp`.

use jiff::Timestamp;
use rmp::Marker;

use super::{
    super::decoded::Decoder,
    cursor::{Cursor, Stop, one_value},
    tree::Tree,
};

pub(super) static MSGPACK: Decoder = Decoder {
    name: "msgpack",
    title: "MessagePack",
    extension: "msgpack",
    looks_like: |sample| matches!(sample.front.first(), Some(0x80..=0x9f | 0xdc..=0xdf)),
    read: |input| one_value(input, token),
};

/// Reads the next token of a value.
pub(super) fn token(cursor: &mut Cursor<'_>, tree: &mut Tree, _: &mut ()) -> Result<(), Stop> {
    let [marker] = cursor.array()?;
    match Marker::from_u8(marker) {
        Marker::Reserved => return Err(Stop::Misfit("the marker c1 is never used")),
        Marker::Null => tree.plain("null")?,
        Marker::True => tree.plain("true")?,
        Marker::False => tree.plain("false")?,
        Marker::FixPos(number) => tree.plain(number)?,
        Marker::FixNeg(number) => tree.plain(number)?,
        Marker::U8 => tree.plain(cursor.number(1)?)?,
        Marker::U16 => tree.plain(cursor.number(2)?)?,
        Marker::U32 => tree.plain(cursor.number(4)?)?,
        Marker::U64 => tree.plain(cursor.number(8)?)?,
        Marker::I8 => tree.plain(i8::from_be_bytes(cursor.array()?))?,
        Marker::I16 => tree.plain(i16::from_be_bytes(cursor.array()?))?,
        Marker::I32 => tree.plain(i32::from_be_bytes(cursor.array()?))?,
        Marker::I64 => tree.plain(i64::from_be_bytes(cursor.array()?))?,
        Marker::F32 => tree.short_float(f32::from_be_bytes(cursor.array()?))?,
        Marker::F64 => tree.float(f64::from_be_bytes(cursor.array()?))?,
        Marker::FixStr(length) => string(cursor, tree, length.into())?,
        Marker::Str8 => sized(cursor, tree, 1, string)?,
        Marker::Str16 => sized(cursor, tree, 2, string)?,
        Marker::Str32 => sized(cursor, tree, 4, string)?,
        Marker::Bin8 => sized(cursor, tree, 1, bytes)?,
        Marker::Bin16 => sized(cursor, tree, 2, bytes)?,
        Marker::Bin32 => sized(cursor, tree, 4, bytes)?,
        Marker::FixArray(values) => tree.array(Some(values.into()))?,
        Marker::Array16 => tree.array(Some(cursor.number(2)?))?,
        Marker::Array32 => tree.array(Some(cursor.number(4)?))?,
        Marker::FixMap(members) => tree.map(Some(members.into()))?,
        Marker::Map16 => tree.map(Some(cursor.number(2)?))?,
        Marker::Map32 => tree.map(Some(cursor.number(4)?))?,
        Marker::FixExt1 => extension(cursor, tree, 1)?,
        Marker::FixExt2 => extension(cursor, tree, 2)?,
        Marker::FixExt4 => extension(cursor, tree, 4)?,
        Marker::FixExt8 => extension(cursor, tree, 8)?,
        Marker::FixExt16 => extension(cursor, tree, 16)?,
        Marker::Ext8 => sized(cursor, tree, 1, extension)?,
        Marker::Ext16 => sized(cursor, tree, 2, extension)?,
        Marker::Ext32 => sized(cursor, tree, 4, extension)?,
    }
    Ok(())
}

type Run = for<'a> fn(&mut Cursor<'a>, &mut Tree, u64) -> Result<(), Stop>;

/// A run of bytes whose length stands before it, in so many bytes.
fn sized(cursor: &mut Cursor<'_>, tree: &mut Tree, width: u64, run: Run) -> Result<(), Stop> {
    let length = cursor.number(width)?;
    run(cursor, tree, length)
}

/// Older writers send bytes as strings.
fn string(cursor: &mut Cursor<'_>, tree: &mut Tree, length: u64) -> Result<(), Stop> {
    let bytes = cursor.take(length)?;
    if let Ok(text) = str::from_utf8(bytes) {
        tree.string(text)?;
    } else {
        tree.odd += 1;
        tree.bytes(bytes)?;
    }
    Ok(())
}

fn bytes(cursor: &mut Cursor<'_>, tree: &mut Tree, length: u64) -> Result<(), Stop> {
    Ok(tree.bytes(cursor.take(length)?)?)
}

fn extension(cursor: &mut Cursor<'_>, tree: &mut Tree, length: u64) -> Result<(), Stop> {
    let kind = i8::from_be_bytes(cursor.array()?);
    let bytes = cursor.take(length)?;
    if let Some(time) = (kind == -1).then(|| timestamp(bytes)).flatten() {
        tree.named("timestamp")?;
        return Ok(tree.word(&time.to_string())?);
    }
    tree.named(&format!("ext {kind}"))?;
    Ok(tree.bytes(bytes)?)
}

/// The three forms of a timestamp; `None` if it is none, or of a year that no calendar has.
fn timestamp(bytes: &[u8]) -> Option<Timestamp> {
    let mut cursor = Cursor { rest: bytes };
    let (seconds, nanoseconds) = match bytes.len() {
        4 => (i64::from(u32::from_be_bytes(cursor.array().ok()?)), 0),
        8 => {
            let both = cursor.number(8).ok()?;
            (i64::try_from(both & 0x3_ffff_ffff).ok()?, both >> 34)
        }
        12 => {
            let nanoseconds = cursor.number(4).ok()?;
            (i64::from_be_bytes(cursor.array().ok()?), nanoseconds)
        }
        _ => return None,
    };
    let nanoseconds = i32::try_from(nanoseconds).ok().filter(|&it| it < 1_000_000_000)?;
    Timestamp::new(seconds, nanoseconds).ok()
}
