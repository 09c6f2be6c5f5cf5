//! Protocol Buffers without their schema: the numbers of fields, and values by what they may be
//! (<https://protobuf.dev/programming-guides/encoding/>).
//!
//! A message is an array of fields, since a number may occur twice and in any order: `[{"1": 150}, {"2": "text"}]`. What
//! has a length is a text, a message, or bytes, the first that it can be. Numbers of four and eight bytes are shown as
//! floating point if that is a number one would write, and as integers otherwise.
//!
//! [`typed`](super::typed) reads messages whose schema is given.

use super::{
    super::decoded::{Body, CUT_SHORT, Decoder, Misfit, Opened},
    cursor::{Cursor, Stop},
    text::utf8_front,
    tree::Tree,
};

/// The deepest nesting of messages that is followed.
const DEEPEST: usize = 16;

/// The greatest number of a field that is believed in.
const GREATEST: u64 = 4096;

/// The fewest bytes that are taken for a message.
const TELLING: usize = 8;

/// The fewest bytes of a text that goes on behind the head, and how many of them may be its key and its length.
const LONG: usize = 64;
const OVER: usize = 6;

pub(super) static PROTOBUF: Decoder = Decoder {
    name: "proto",
    title: "Protobuf",
    extension: "pb",
    looks_like: |sample| sample.front.len() >= TELLING,
    read: |input| {
        let front = input.front();
        if !input.is_decided {
            let shape = shape(front, 0, input.goes_on().then(|| input.behind().unwrap_or(u64::MAX)))?;
            let is_little = input.payload.len() < TELLING || shape.fields < 2 || shape.texts == 0;
            if !input.is_chosen && is_little {
                return Err("it holds too little to tell");
            }
        }
        let mut tree = Tree::new(input.limit);
        let written = write(front, &mut tree, 0);
        let body = Body::Json(tree.text.into());
        match written {
            Ok(()) => Ok(Opened::Body(body)),
            Err(Stop::End(_)) if !input.goes_on() => Ok(Opened::Faulty(body, String::new(), CUT_SHORT)),
            Err(Stop::Full | Stop::End(_)) => Ok(Opened::Front(body)),
            Err(Stop::Misfit(misfit)) if input.is_decided => Ok(Opened::Faulty(body, String::new(), misfit)),
            Err(Stop::Misfit(misfit)) => Err(misfit),
        }
    },
};

/// How much of a message is of the kind that a person sends.
#[derive(Default)]
struct Shape {
    fields: usize,
    texts: usize,
}

/// What stands behind the number of a field.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Varint(u64),
    Eight([u8; 8]),
    Four([u8; 4]),
    Run(&'a [u8]),
}

/// Reads the next field; its number is not greater than this.
pub(super) fn field<'a>(cursor: &mut Cursor<'a>, greatest: u64) -> Result<(u64, Value<'a>), Stop> {
    let key = cursor.varint()?;
    let number = key >> 3;
    if number == 0 || number > greatest {
        return Err(Stop::Misfit("the number of a field is out of range"));
    }
    let value = match key & 7 {
        0 => Value::Varint(cursor.varint()?),
        1 => Value::Eight(cursor.array()?),
        2 => {
            let length = cursor.varint()?;
            Value::Run(cursor.take(length)?)
        }
        5 => Value::Four(cursor.array()?),
        _ => return Err(Stop::Misfit("a field is of a type that is no longer used")),
    };
    Ok((number, value))
}

/// `behind` is how many bytes follow at most, if any do.
fn shape(bytes: &[u8], depth: usize, behind: Option<u64>) -> Result<Shape, Misfit> {
    if depth == DEEPEST {
        return Err("its messages are nested too deeply");
    }
    let mut cursor = Cursor { rest: bytes };
    let mut shape = Shape::default();
    while !cursor.rest.is_empty() {
        let begin = cursor.rest;
        let value = match field(&mut cursor, GREATEST) {
            Ok((_, value)) => value,
            Err(Stop::End(missing)) if behind.is_some_and(|behind| missing <= behind) => {
                // A long text is a field too, and what follows it is another.
                let is_text = begin.len() >= LONG && utf8_front(&begin[OVER..]).is_some_and(is_plain);
                shape.fields +=
                    usize::from(is_text) + usize::from(behind.is_some_and(|behind| missing < behind));
                shape.texts += usize::from(is_text);
                break;
            }
            Err(Stop::End(_) | Stop::Full) => return Err("it ends inside a field"),
            Err(Stop::Misfit(misfit)) => return Err(misfit),
        };
        shape.fields += 1;
        if let Value::Run(run) = value {
            shape.texts += match text(run) {
                Some(text) => usize::from(text.len() > 2),
                None => self::shape(run, depth + 1, None).map_or(0, |inner| inner.texts),
            };
        }
    }
    Ok(shape)
}

/// Text without control characters.
fn text(run: &[u8]) -> Option<&str> {
    str::from_utf8(run).ok().filter(|text| is_plain(text))
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn write(bytes: &[u8], tree: &mut Tree, depth: usize) -> Result<(), Stop> {
    tree.array(None)?;
    let mut cursor = Cursor { rest: bytes };
    while !cursor.rest.is_empty() {
        let (number, value) = field(&mut cursor, GREATEST)?;
        tree.named(&number.to_string())?;
        write_value(value, tree, depth)?;
    }
    tree.close()?;
    Ok(())
}

/// Writes a value by what it may be.
pub(super) fn write_value(value: Value<'_>, tree: &mut Tree, depth: usize) -> Result<(), Stop> {
    match value {
        Value::Varint(number) => tree.plain(number)?,
        Value::Eight(bytes) => match f64::from_le_bytes(bytes) {
            float if is_common(float) => tree.float(float)?,
            _ => tree.plain(u64::from_le_bytes(bytes))?,
        },
        Value::Four(bytes) => match f32::from_le_bytes(bytes) {
            float if is_common(float.into()) => tree.short_float(float)?,
            _ => tree.plain(u32::from_le_bytes(bytes))?,
        },
        Value::Run(run) => match text(run) {
            Some(text) => tree.string(text)?,
            None if self::shape(run, depth + 1, None).is_ok() => write(run, tree, depth + 1)?,
            None => tree.bytes(run)?,
        },
    }
    Ok(())
}

fn is_common(float: f64) -> bool {
    float == 0.0 || (1e-6..1e15).contains(&float.abs())
}
