//! Messages by the shape of their JSON, and what is new about a new shape.

use std::collections::HashMap;

use crate::{
    payload::{
        Shape,
        document::{LeafKind, Outline, fingerprint},
        shape_and_outline,
    },
    session::{MessageId, Timestamp},
};

/// The most shapes that are told apart.
pub const MOST: usize = 1_000;
/// The most fingerprints that are known; an array of another length has another one.
const FINGERPRINTS: usize = 20_000;
/// The most shapes that are told as new.
const NOVELTIES: usize = 1_000;
/// The most paths that may differ for one shape to be a changed form of another.
const NEAR: usize = 8;

/// The messages of one shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub shape: Shape,
    pub outline: Outline,
    pub messages: u64,
    pub bytes: u64,
    pub smallest: u64,
    pub largest: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    /// The first message, and the newest.
    pub example: (MessageId, MessageId),
}

/// How a shape differs from the one that is most like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Added { path: String, kind: LeafKind },
    Lost { path: String, kind: LeafKind },
    Changed { path: String, from: LeafKind, to: LeafKind },
}

/// A shape that came after others were known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Novelty {
    pub shape: Shape,
    pub message: MessageId,
    /// The shape that is most like it, and the differences; `None` if none is like it.
    pub like: Option<(Shape, Vec<Change>)>,
}

/// All shapes of a session.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    groups: Vec<Group>,
    by_shape: HashMap<Shape, usize>,
    by_fingerprint: HashMap<u64, usize>,
    novelties: Vec<Novelty>,
    /// Messages that are not JSON, or too large for a shape.
    pub without: u64,
    /// Messages of a shape that is one too many.
    pub others: u64,
}

impl Shapes {
    /// A message came. Returns what is new about it, if others came before and its shape is new.
    pub fn came(&mut self, payload: &[u8], message: MessageId, at: Timestamp) -> Option<&Novelty> {
        let bytes = payload.len() as u64;
        let Some(print) = fingerprint(payload) else {
            self.without += 1;
            return None;
        };
        if let Some(nth) = self.by_fingerprint.get(&print) {
            self.count(*nth, bytes, message, at);
            return None;
        }
        let Some((shape, outline)) = shape_and_outline(payload) else {
            self.without += 1;
            return None;
        };
        if let Some(nth) = self.by_shape.get(&shape).copied() {
            self.remember(print, nth);
            self.count(nth, bytes, message, at);
            return None;
        }
        if self.groups.len() >= MOST {
            self.others += 1;
            return None;
        }
        let novelty =
            (!self.groups.is_empty()).then(|| Novelty { shape, message, like: self.like(&outline) });
        let nth = self.groups.len();
        self.groups.push(Group {
            shape,
            outline,
            messages: 1,
            bytes,
            smallest: bytes,
            largest: bytes,
            first: at,
            last: at,
            example: (message, message),
        });
        self.by_shape.insert(shape, nth);
        self.remember(print, nth);
        let novelty = novelty.filter(|_| self.novelties.len() < NOVELTIES)?;
        self.novelties.push(novelty);
        self.novelties.last()
    }

    fn remember(&mut self, print: u64, nth: usize) {
        if self.by_fingerprint.len() < FINGERPRINTS {
            self.by_fingerprint.insert(print, nth);
        }
    }

    fn count(&mut self, nth: usize, bytes: u64, message: MessageId, at: Timestamp) {
        let Some(group) = self.groups.get_mut(nth) else { return };
        group.messages += 1;
        group.bytes += bytes;
        group.smallest = group.smallest.min(bytes);
        group.largest = group.largest.max(bytes);
        (group.last, group.example.1) = (at, message);
    }

    /// The known shape that is most like this one.
    fn like(&self, outline: &Outline) -> Option<(Shape, Vec<Change>)> {
        let differences = |group: &Group| group.outline.symmetric_difference(outline).count();
        let (group, count) =
            self.groups.iter().map(|group| (group, differences(group))).min_by_key(|(_, count)| *count)?;
        let common = outline.iter().filter(|(path, _)| has(&group.outline, path)).count();
        let is_like = count <= NEAR && common * 2 >= outline.len().max(group.outline.len());
        is_like.then(|| (group.shape, changes(&group.outline, outline)))
    }

    /// The shapes in the order in which they came first.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The first shapes that came after others were known.
    #[must_use]
    pub fn novelties(&self) -> &[Novelty] {
        &self.novelties
    }
}

/// Whether an outline has a path.
fn has(outline: &Outline, path: &str) -> bool {
    outline.iter().any(|(own, _)| own == path)
}

/// What differs between two outlines, in the order of their paths.
#[must_use]
pub fn changes(from: &Outline, to: &Outline) -> Vec<Change> {
    let kinds = |outline: &Outline, path: &str| -> Vec<LeafKind> {
        outline.iter().filter(|(own, _)| own == path).map(|(_, kind)| *kind).collect()
    };
    let mut changes = Vec::new();
    for (path, kind) in from.difference(to) {
        match kinds(to, path).as_slice() {
            [other] => changes.push(Change::Changed { path: path.clone(), from: *kind, to: *other }),
            [] => changes.push(Change::Lost { path: path.clone(), kind: *kind }),
            _ => {}
        }
    }
    for (path, kind) in to.difference(from) {
        if !has(from, path) {
            changes.push(Change::Added { path: path.clone(), kind: *kind });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(texts: &[&str]) -> Shapes {
        let mut shapes = Shapes::default();
        for (nth, text) in (1..).zip(texts) {
            shapes.came(text.as_bytes(), MessageId(nth), Timestamp(0));
        }
        shapes
    }

    #[test]
    fn messages_with_the_same_members_and_types_are_one_group() {
        let shapes = shapes(&[
            r#"{"s":"BTC","p":1}"#,
            r#"{"p": 2.5, "s": "ETH"}"#,
            r#"{"l":[1]}"#,
            r#"{"l":[1,2]}"#,
            "x",
        ]);
        let counts: Vec<_> = shapes.groups().iter().map(|group| group.messages).collect();
        assert_eq!((counts, shapes.without), (vec![2, 2], 1));
        assert_eq!(shapes.groups()[0].example, (MessageId(1), MessageId(2)));
    }

    #[test]
    fn a_new_shape_tells_its_difference_to_the_one_most_like_it() {
        let shapes = shapes(&[r#"{"s":"BTC","p":1,"t":7}"#, r#"{"s":"BTC","p":"1","x":true}"#]);
        let [novelty] = shapes.novelties() else { panic!("the second is new") };
        let (_, changes) = novelty.like.as_ref().expect("it is like the first");
        let lost = Change::Lost { path: ".t".to_owned(), kind: LeafKind::Number };
        let other = Change::Changed { path: ".p".to_owned(), from: LeafKind::Number, to: LeafKind::Text };
        let added = Change::Added { path: ".x".to_owned(), kind: LeafKind::Bool };
        assert!([lost, other, added].iter().all(|change| changes.contains(change)), "{changes:?}");
    }

    #[test]
    fn shapes_are_bounded_and_the_others_are_counted() {
        let texts: Vec<_> = (0..MOST + 2).map(|nth| format!("{{\"k{nth}\":1}}")).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let shapes = shapes(&texts);
        assert_eq!((shapes.groups().len(), shapes.others), (MOST, 2));
    }
}
