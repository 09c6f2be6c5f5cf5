//! Places in a payload that is JSON: members, elements and scalars, found in its bytes without making values of them.

use crate::payload::document::closing;

/// Names of members, from some place on.
pub(super) type Path = Vec<String>;

/// Where a value begins; `None` for null in the place of what is not there.
pub(super) type Place = Option<usize>;

/// A value of a payload, in the order in which jq sorts kinds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a [u8]),
    Array,
    Object,
}

/// jq must be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unclear;

/// How deep values are looked at.
const DEEPEST: usize = 256;

/// Whether a payload has text at a path, or what stands there cannot be told.
pub(super) fn is_text(payload: &[u8], path: &[String]) -> bool {
    locate(payload, Some(0), path).map_or(true, |at| at.is_some_and(|at| payload.get(at) == Some(&b'"')))
}

/// Where the value at a path begins, seen from a place.
pub(super) fn locate(text: &[u8], place: Place, path: &[String]) -> Result<Place, Unclear> {
    let Some(at) = place else { return Ok(None) };
    let mut at = space(text, at);
    for name in path {
        match text.get(at) {
            Some(b'{') => match member(text, at, name)? {
                Some(found) => at = found,
                None => return Ok(None),
            },
            Some(b'n') => return Ok(None),
            // jq has an error here.
            _ => return Err(Unclear),
        }
    }
    Ok(Some(at))
}

/// The value at a place that was located.
pub(super) fn value(text: &[u8], place: Place) -> Result<Value<'_>, Unclear> {
    let Some(at) = place else { return Ok(Value::Null) };
    Ok(match text.get(at) {
        Some(b'{') => Value::Object,
        Some(b'[') => Value::Array,
        Some(b'n') => Value::Null,
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => Value::Text(plain_text(text, at)?.0),
        _ => Value::Number(number(&text[at..end_of_scalar(text, at)]).ok_or(Unclear)?),
    })
}

/// Whether one of the elements or members of the value at a place is what is looked for, in their order.
pub(super) fn any_part(
    text: &[u8],
    place: Place,
    is_it: &mut dyn FnMut(Place) -> Result<bool, Unclear>,
) -> Result<bool, Unclear> {
    // jq has an error where there are none.
    let mut parts = place.and_then(|at| Parts::of(text, at)).ok_or(Unclear)?;
    while let Some(part) = parts.next() {
        let (name, start) = part?;
        if is_it(Some(start))? {
            let in_array = !parts.are_named;
            // Of members with one name jq has the last only.
            let is_last = in_array || parts.all(|later| later.is_ok_and(|(later, _)| later != name));
            return if is_last { Ok(true) } else { Err(Unclear) };
        }
    }
    Ok(false)
}

/// Whether the value at a place, or one inside of it, is what is looked for.
pub(super) fn any_inside(
    text: &[u8],
    place: Place,
    is_it: &mut dyn FnMut(Place) -> Result<bool, Unclear>,
) -> Result<bool, Unclear> {
    fn deeper(
        text: &[u8],
        place: Place,
        depth: usize,
        is_it: &mut dyn FnMut(Place) -> Result<bool, Unclear>,
    ) -> Result<bool, Unclear> {
        if depth > DEEPEST {
            return Err(Unclear);
        }
        let has_parts = place.is_some_and(|at| matches!(text.get(at), Some(b'{' | b'[')));
        Ok(is_it(place)?
            || has_parts && any_part(text, place, &mut |part| deeper(text, part, depth + 1, is_it))?)
    }
    deeper(text, place, 0, is_it)
}

/// Where the value of a member begins, in an object that begins at a place: the last of those with that name.
fn member(text: &[u8], object: usize, name: &str) -> Result<Place, Unclear> {
    let mut found = None;
    for part in Parts::of(text, object).ok_or(Unclear)? {
        let (own, start) = part?;
        if own == name.as_bytes() {
            found = Some(start);
        }
    }
    Ok(found)
}

/// The elements of an array, or the members of an object with their names, and where their values begin.
struct Parts<'a> {
    text: &'a [u8],
    at: usize,
    are_named: bool,
}

impl<'a> Parts<'a> {
    fn of(text: &'a [u8], at: usize) -> Option<Self> {
        let are_named = match text.get(at)? {
            b'{' => true,
            b'[' => false,
            _ => return None,
        };
        Some(Self { text, at: space(text, at + 1), are_named })
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<(&'a [u8], usize), Unclear>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        if matches!(text.get(self.at), None | Some(b']' | b'}')) {
            return None;
        }
        let (name, start) = match self.are_named.then(|| plain_text(text, self.at)) {
            None => (&[][..], self.at),
            Some(Ok((name, behind))) => (name, space(text, space(text, behind) + 1)),
            Some(Err(unclear)) => {
                self.at = text.len();
                return Some(Err(unclear));
            }
        };
        let end = match text.get(start) {
            Some(b'{' | b'[') => closing(text, start).0,
            Some(b'"') => end_of_text(text, start),
            _ => end_of_scalar(text, start),
        };
        let end = space(text, end);
        self.at = if text.get(end) == Some(&b',') { space(text, end + 1) } else { text.len() };
        Some(Ok((name, start)))
    }
}

/// A string that stands for itself, and the place behind it.
fn plain_text(text: &[u8], at: usize) -> Result<(&[u8], usize), Unclear> {
    let inside = text.get(at + 1..).ok_or(Unclear)?;
    match memchr::memchr2(b'"', b'\\', inside) {
        Some(end) if inside[end] == b'"' => Ok((&inside[..end], at + end + 2)),
        _ => Err(Unclear),
    }
}

fn end_of_text(text: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(next) = memchr::memchr2(b'"', b'\\', text.get(end..).unwrap_or_default()) {
        end += next + 1;
        if text[end - 1] == b'"' {
            return end;
        }
        end += 1;
    }
    text.len()
}

fn end_of_scalar(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

fn space(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// A number of so few digits that it is the same in any arithmetic.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    let is_short = text.len() <= 15 && !text.iter().any(|byte| matches!(byte, b'e' | b'E'));
    // Minus zero is equal to zero, but not in the order used here.
    let number: f64 = str::from_utf8(text).ok().filter(|_| is_short)?.parse().ok()?;
    Some(number + 0.0)
}
