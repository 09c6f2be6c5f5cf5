//! Protocol Buffers with their schema: the fields by their names, numbers and enums by their types.
//!
//! The fields are read here and only named by the schema: a tree of values would be built for all of a payload, in memory
//! that the payload chooses. A field that the schema does not have keeps its number as its name.

use std::collections::HashMap;

use jiff::Timestamp;
use prost_reflect::{FieldDescriptor, Kind as FieldKind, MessageDescriptor};

use crate::{payload::message_type, wire::Kind};

use super::{
    super::decoded::{Body, CUT_SHORT, Decoder, Input, Misfit, Opened},
    cursor::{Cursor, Stop},
    protobuf::{self, Value, field},
    tree::Tree,
};

/// The deepest nesting of messages that is followed, that of the reference library.
const DEEPEST: usize = 100;

/// The most fields of one message, a bound of the memory that they take.
const MOST: usize = 1 << 20;

/// The greatest number of a field (<https://protobuf.dev/programming-guides/proto3/#assigning>).
const GREATEST: u64 = (1 << 29) - 1;

const INSIDE: Misfit = "it ends inside a field";

const OTHER: Stop = Stop::Misfit("a field is not of the type that the schema has for it");

pub(super) static TYPED: Decoder = Decoder {
    name: "pb",
    title: "Protobuf",
    extension: "pb",
    looks_like: |sample| sample.kind == Kind::Binary && message_type::given().is_some(),
    read: |input| {
        let given = message_type::given().ok_or("no schema is given: --proto FILE --type NAME")?;
        read(input, given.descriptor())
    },
};

pub(super) fn read<'a>(input: Input<'a>, message: &MessageDescriptor) -> Result<Opened<'a>, Misfit> {
    let mut tree = Tree::new(input.limit);
    let mut whole = Part { bytes: input.front(), goes_on: input.goes_on() };
    let mut written = write(whole, message, &mut tree, 0);
    let is_cut = input.is_decided && written == Err(Stop::Misfit(INSIDE));
    if is_cut {
        whole.goes_on = true;
        tree = Tree::new(input.limit);
        written = write(whole, message, &mut tree, 0);
    }
    let body = Body::Json(tree.text.into());
    match written {
        Ok(0) if !input.is_chosen && !input.payload.is_empty() => Err("no field of it is in the schema"),
        Ok(_) if is_cut => Ok(Opened::Faulty(body, message.name().to_owned(), CUT_SHORT)),
        Ok(_) if !whole.goes_on => Ok(Opened::Titled(body, message.name().to_owned())),
        Ok(_) | Err(Stop::Full | Stop::End(_)) => Ok(Opened::Front(body)),
        Err(Stop::Misfit(misfit)) => Err(misfit),
    }
}

/// The bytes of a message, and whether it goes on behind them.
#[derive(Clone, Copy)]
struct Part<'a> {
    bytes: &'a [u8],
    goes_on: bool,
}

/// Writes a message as an object, which stays open if the message goes on, and counts the fields that the schema has.
fn write(part: Part<'_>, message: &MessageDescriptor, tree: &mut Tree, depth: usize) -> Result<usize, Stop> {
    if depth == DEEPEST {
        return Err(Stop::Misfit("its messages are nested too deeply"));
    }
    let fields = fields(part)?;
    if let Some(time) = timestamp(message, &fields) {
        tree.word(&time.to_string())?;
        return Ok(1);
    }
    let mut known = 0;
    tree.map(None)?;
    for (number, values) in fields {
        if let Some(field) = u32::try_from(number).ok().and_then(|number| message.get_field(number)) {
            known += 1;
            tree.word(field.name())?;
            write_field(&field, &values, tree, depth)?;
        } else {
            tree.word(&number.to_string())?;
            list(&values, tree, |value, tree| protobuf::write_value(value, tree, 0))?;
        }
    }
    if !part.goes_on {
        tree.close()?;
    }
    Ok(known)
}

/// All values of each field, in the order in which the fields first occur.
fn fields(part: Part<'_>) -> Result<Vec<(u64, Vec<Value<'_>>)>, Stop> {
    let mut cursor = Cursor { rest: part.bytes };
    let (mut fields, mut places) = (Vec::<(u64, Vec<_>)>::new(), HashMap::new());
    for _ in 0..MOST {
        if cursor.rest.is_empty() {
            return Ok(fields);
        }
        let begin = cursor.rest;
        let (number, value) = match field(&mut cursor, GREATEST) {
            Ok(found) => found,
            Err(Stop::End(_)) if part.goes_on => {
                // Of its last field, which may be its first, the number is there.
                let number = Cursor { rest: begin }.varint().map_or(0, |key| key >> 3);
                if number > 0 && !places.contains_key(&number) {
                    fields.push((number, Vec::new()));
                }
                return Ok(fields);
            }
            Err(Stop::End(_)) => return Err(Stop::Misfit(INSIDE)),
            Err(stop) => return Err(stop),
        };
        let place = *places.entry(number).or_insert(fields.len());
        match fields.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => fields.push((number, vec![value])),
        }
    }
    Err(Stop::Full)
}

fn write_field(
    field: &FieldDescriptor,
    values: &[Value<'_>],
    tree: &mut Tree,
    depth: usize,
) -> Result<(), Stop> {
    let kind = field.kind();
    if let (true, FieldKind::Message(entry)) = (field.is_map(), &kind) {
        return map(&entry.map_entry_key_field(), &entry.map_entry_value_field(), values, tree, depth);
    }
    if !field.is_list() {
        // The last one counts (<https://protobuf.dev/programming-guides/encoding/#last-one-wins>).
        return values.last().map_or(Ok(()), |value| one(&kind, *value, tree, depth));
    }
    tree.array(None)?;
    for value in values {
        match *value {
            Value::Run(run) if is_packable(&kind) => packed(&kind, run, tree)?,
            value => one(&kind, value, tree, depth)?,
        }
    }
    tree.close()?;
    Ok(())
}

/// A value of a field that the schema does not have; several as an array.
fn list(
    values: &[Value<'_>],
    tree: &mut Tree,
    write: impl Fn(Value<'_>, &mut Tree) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if let [value] = values {
        return write(*value, tree);
    }
    tree.array(Some(values.len() as u64))?;
    values.iter().try_for_each(|value| write(*value, tree))
}

/// A map is sent as messages of a key and a value, of which either may be missing.
fn map(
    key: &FieldDescriptor,
    value: &FieldDescriptor,
    entries: &[Value<'_>],
    tree: &mut Tree,
    depth: usize,
) -> Result<(), Stop> {
    if depth + 1 >= DEEPEST {
        return Err(Stop::Misfit("its messages are nested too deeply"));
    }
    tree.map(None)?;
    for entry in entries {
        let Value::Run(bytes) = *entry else { return Err(OTHER) };
        let fields = fields(Part { bytes, goes_on: false })?;
        let sent = |number: u64| {
            fields.iter().find(|(found, _)| *found == number).and_then(|(_, values)| values.last().copied())
        };
        for (number, field) in [(1, key), (2, value)] {
            let kind = field.kind();
            let value = sent(number).unwrap_or_else(|| missing(&kind));
            one(&kind, value, tree, depth + 1)?;
        }
    }
    tree.close()?;
    Ok(())
}

/// What a value is that is not sent.
const fn missing(kind: &FieldKind) -> Value<'static> {
    match kind {
        FieldKind::Double | FieldKind::Fixed64 | FieldKind::Sfixed64 => Value::Eight([0; 8]),
        FieldKind::Float | FieldKind::Fixed32 | FieldKind::Sfixed32 => Value::Four([0; 4]),
        FieldKind::String | FieldKind::Bytes | FieldKind::Message(_) => Value::Run(&[]),
        _ => Value::Varint(0),
    }
}

const fn is_packable(kind: &FieldKind) -> bool {
    !matches!(kind, FieldKind::String | FieldKind::Bytes | FieldKind::Message(_))
}

/// Numbers without their keys, one behind the other.
fn packed(kind: &FieldKind, run: &[u8], tree: &mut Tree) -> Result<(), Stop> {
    let mut cursor = Cursor { rest: run };
    while !cursor.rest.is_empty() {
        let value = match missing(kind) {
            Value::Eight(_) => cursor.array().map(Value::Eight),
            Value::Four(_) => cursor.array().map(Value::Four),
            Value::Varint(_) | Value::Run(_) => cursor.varint().map(Value::Varint),
        };
        one(kind, value.map_err(|_| OTHER)?, tree, 0)?;
    }
    Ok(())
}

fn one(kind: &FieldKind, value: Value<'_>, tree: &mut Tree, depth: usize) -> Result<(), Stop> {
    match (kind, value) {
        (FieldKind::Double, Value::Eight(bytes)) => tree.float(f64::from_le_bytes(bytes))?,
        (FieldKind::Fixed64, Value::Eight(bytes)) => tree.plain(u64::from_le_bytes(bytes))?,
        (FieldKind::Sfixed64, Value::Eight(bytes)) => tree.plain(i64::from_le_bytes(bytes))?,
        (FieldKind::Float, Value::Four(bytes)) => tree.short_float(f32::from_le_bytes(bytes))?,
        (FieldKind::Fixed32, Value::Four(bytes)) => tree.plain(u32::from_le_bytes(bytes))?,
        (FieldKind::Sfixed32, Value::Four(bytes)) => tree.plain(i32::from_le_bytes(bytes))?,
        (FieldKind::Int32, Value::Varint(number)) => tree.plain(low(number).cast_signed())?,
        (FieldKind::Int64, Value::Varint(number)) => tree.plain(number.cast_signed())?,
        (FieldKind::Uint32, Value::Varint(number)) => tree.plain(low(number))?,
        (FieldKind::Uint64, Value::Varint(number)) => tree.plain(number)?,
        (FieldKind::Sint32, Value::Varint(number)) => tree.plain(zigzag(low(number).into()))?,
        (FieldKind::Sint64, Value::Varint(number)) => tree.plain(zigzag(number))?,
        (FieldKind::Bool, Value::Varint(number)) => tree.plain(number != 0)?,
        (FieldKind::Enum(words), Value::Varint(number)) => {
            let number = low(number).cast_signed();
            match words.get_value(number) {
                Some(word) => tree.word(word.name())?,
                None => tree.plain(number)?,
            }
        }
        (FieldKind::String, Value::Run(run)) => match str::from_utf8(run) {
            Ok(text) => tree.string(text)?,
            Err(_) => tree.bytes(run)?,
        },
        (FieldKind::Bytes, Value::Run(run)) => tree.bytes(run)?,
        (FieldKind::Message(message), Value::Run(bytes)) => {
            write(Part { bytes, goes_on: false }, message, tree, depth + 1)?;
        }
        _ => return Err(OTHER),
    }
    Ok(())
}

/// The low half of a number, of which a negative one of 32 bits has twice as many bits.
fn low(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0)
}

/// A signed number whose sign is its last bit.
const fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// The time that a `google.protobuf.Timestamp` is, if it is one of the calendar.
fn timestamp(message: &MessageDescriptor, fields: &[(u64, Vec<Value<'_>>)]) -> Option<Timestamp> {
    if message.full_name() != "google.protobuf.Timestamp" {
        return None;
    }
    let (mut seconds, mut nanoseconds) = (0, 0);
    for (number, values) in fields {
        match (number, values.last()?) {
            (1, Value::Varint(number)) => seconds = number.cast_signed(),
            (2, Value::Varint(number)) => nanoseconds = low(*number).cast_signed(),
            _ => return None,
        }
    }
    Timestamp::new(seconds, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use prost_reflect::DescriptorPool;

    use super::*;
    use crate::payload::{MessageType, hex};

    /// `tests/payload/tick.proto` with its imports, compiled by protoc.
    const SET: &[u8] = include_bytes!("../../../tests/payload/tick.binpb");

    /// A tick with the ends of each type, as the reference library in Python writes it.
    const TICK: &str = "\
        0a074254432d555344100118ffffffffffffffffff0120ffffffffffffffffff0128feffffffffffffffff0135ffffffff39f9ffffff\
        ffffffff45cdcccc3d4801520201ff5a0b09000000000010594010035a14099c7500883ce4377e10ffffffffffffffffff0162070001\
        ffffffff0f6a0e0a016110ffffffffffffffffff01720b08a5edabd205108094ef3a809722ffffffffffffffffff01";

    const READ: &str =
        r#"{"symbol": "BTC-USD", "side": "SIDE_BUY", "change": -9223372036854775808, "offset": -1, "#;

    fn bytes(digits: &str) -> Vec<u8> {
        hex::decode(digits).expect("digits")
    }

    fn tick() -> MessageDescriptor {
        let pool = DescriptorPool::decode(SET).expect("a descriptor set");
        pool.get_message_by_name("feed.v1.Tick").expect("it is there")
    }

    fn read_as_tick(payload: &[u8], limit: usize, is_chosen: bool) -> Result<(String, bool), Misfit> {
        let input = Input { payload, limit, is_chosen, ..Input::default() }.whole();
        match read(input, &tick())? {
            Opened::Titled(Body::Json(text), title) => {
                assert_eq!(title, "Tick");
                Ok((text.into_owned(), true))
            }
            Opened::Front(Body::Json(text)) => Ok((text.into_owned(), false)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_type_is_read_to_its_ends() {
        let (text, is_whole) = read_as_tick(&bytes(TICK), usize::MAX, false).expect("a tick");
        let rest = concat!(
            r#""below": -2, "flags": 4294967295, "signed_id": -7, "ratio": 0.1, "last": true, "raw": "h'01ff'", "#,
            r#""bids": [{"price": 100.25, "size": 3}, {"price": 1e300, "size": 18446744073709551615}], "#,
            r#""ids": [0, 1, 4294967295], "counts": {"a": -1}, "at": "2018-01-02T03:04:05.123456Z", "#,
            r#""account": 18446744073709551615}"#,
        );
        assert_eq!((text, is_whole), (format!("{READ}{rest}"), true));
    }

    #[test]
    fn what_ends_too_early_is_no_message_and_of_a_long_one_the_front_is_read() {
        let tick = bytes(TICK);
        assert_eq!(read_as_tick(&tick[..30], usize::MAX, true), Err("it ends inside a field"));
        let (text, is_whole) = read_as_tick(&tick, 40, false).expect("a tick");
        assert_eq!((text.as_str(), is_whole), (&READ[..50], false));
    }

    #[test]
    fn fields_that_the_schema_does_not_have_keep_their_numbers_and_alone_they_are_no_such_message() {
        let unknown = b"\xa2\x06\x05later\xa8\x06\x07\xa8\x06\x08";
        let seen = read_as_tick(unknown, usize::MAX, true).expect("chosen");
        assert_eq!(seen.0, r#"{"100": "later", "101": [7, 8]}"#);
        assert_eq!(read_as_tick(unknown, usize::MAX, false), Err("no field of it is in the schema"));
        assert_eq!(read_as_tick(b"", usize::MAX, false), Ok(("{}".to_owned(), true)));
    }

    #[test]
    fn a_field_of_another_type_than_the_schema_has_is_a_misfit() {
        let Stop::Misfit(other) = OTHER else { panic!("a misfit") };
        assert_eq!(read_as_tick(b"\x08\x07", usize::MAX, true), Err(other));
        let nested = [0x5a, 2].repeat(4000);
        drop(read_as_tick(&nested, usize::MAX, true));
    }

    #[test]
    fn a_type_is_named_in_full_or_by_its_end() {
        let pool = DescriptorPool::decode(SET).expect("a descriptor set");
        let files = ["tick.proto".to_owned()];
        let named = |name: Option<&str>| {
            let found = MessageType::named(&pool, &files, name)?;
            Ok::<_, String>(found.descriptor().full_name().to_owned())
        };
        assert_eq!(named(Some("feed.v1.Tick")).as_deref(), Ok("feed.v1.Tick"));
        assert_eq!(named(Some("Tick")).as_deref(), Ok("feed.v1.Tick"));
        assert_eq!(
            named(Some("Tik")).expect_err("none"),
            "it has no message Tik; the nearest is feed.v1.Tick"
        );
        let several = named(None).expect_err("two");
        assert_eq!(several, "it has 2 messages, say which with --type: feed.v1.Level, feed.v1.Tick");
    }
}
