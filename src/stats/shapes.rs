//! Messages by the shape of their JSON, and what is new about a new shape.

use std::{collections::HashMap, fmt};

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
/// So many messages of a shape, and of the one that it replaces, are no chance.
const OFTEN: u64 = 20;
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

impl Change {
    /// Whether a field is lost, or of another type. A field that is null or empty at times is neither.
    #[must_use]
    pub const fn breaks_readers(&self) -> bool {
        const fn is_value(kind: LeafKind) -> bool {
            matches!(kind, LeafKind::Bool | LeafKind::Number | LeafKind::Text)
        }
        match self {
            Self::Added { .. } => false,
            Self::Lost { kind, .. } => is_value(*kind),
            Self::Changed { from, to, .. } => is_value(*from) && is_value(*to),
        }
    }
}

impl fmt::Display for Change {
    /// `+.x`, `-.t`, `.p number → text`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { path, .. } => write!(f, "+{path}"),
            Self::Lost { path, .. } => write!(f, "-{path}"),
            Self::Changed { path, from, to } => write!(f, "{path} {} → {}", word(*from), word(*to)),
        }
    }
}

const fn word(kind: LeafKind) -> &'static str {
    match kind {
        LeafKind::Null => "null",
        LeafKind::Bool => "true or false",
        LeafKind::Number => "number",
        LeafKind::Text => "text",
        LeafKind::EmptyArray => "empty list",
        LeafKind::EmptyObject => "empty object",
    }
}

/// A shape that came after others were known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Novelty {
    pub shape: Shape,
    pub message: MessageId,
    /// When that came.
    pub at: Timestamp,
    /// The shape that is most like it, and the differences; `None` if none is like it.
    pub like: Option<(Shape, Vec<Change>)>,
}

/// A shape that came often and does not come any more since another came in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub old: Shape,
    pub new: Shape,
    /// The first message of the new shape, and when it came.
    pub message: MessageId,
    pub at: Timestamp,
    pub changes: Vec<Change>,
}

/// All shapes of a session.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    groups: Vec<Group>,
    by_shape: HashMap<Shape, usize>,
    by_fingerprint: HashMap<u64, usize>,
    novelties: Vec<Novelty>,
    replacements: Vec<Replacement>,
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
            (!self.groups.is_empty()).then(|| Novelty { shape, message, at, like: self.like(&outline) });
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
        if group.messages == OFTEN {
            self.note_replaced(nth);
        }
    }

    /// Whether a shape that has come often by now stands in the place of the one that it is like.
    fn note_replaced(&mut self, nth: usize) {
        let Some(new) = self.groups.get(nth) else { return };
        let novelty = self.novelties.iter().find(|novelty| novelty.shape == new.shape);
        let Some((old, changes)) = novelty.and_then(|novelty| novelty.like.as_ref()) else { return };
        let known = self.by_shape.get(old).and_then(|nth| self.groups.get(*nth));
        let is_gone = |old: &&Group| old.messages >= OFTEN && old.example.1 < new.example.0;
        if known.as_ref().is_some_and(is_gone) {
            let (message, at) = (new.example.0, new.first);
            let (old, new, changes) = (*old, new.shape, changes.clone());
            self.replacements.push(Replacement { old, new, message, at, changes });
        }
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

    /// Shapes that took the place of others, as long as those stayed away.
    #[must_use]
    pub fn replacements(&self) -> &[Replacement] {
        &self.replacements
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
    fn a_shape_is_replaced_if_it_came_often_and_stays_away() {
        let texts = |old: usize, new: usize, both: bool| {
            let old_text = r#"{"s":"BTC","p":1,"t":7}"#;
            let mut texts = vec![old_text; old];
            for _ in 0..new {
                texts.push(r#"{"s":"BTC","p":"1"}"#);
                texts.extend(both.then_some(old_text));
            }
            shapes(&texts)
        };
        let shapes = texts(20, 20, false);
        let [replacement] = shapes.replacements() else { panic!("one is replaced") };
        assert_eq!((replacement.message, replacement.changes.len()), (MessageId(21), 2));
        assert!(texts(19, 20, false).replacements().is_empty(), "the first was no habit");
        assert!(texts(20, 19, false).replacements().is_empty(), "the second may be chance");
        assert!(texts(20, 20, true).replacements().is_empty(), "they are two kinds");
    }

    #[test]
    fn shapes_are_bounded_and_the_others_are_counted() {
        let texts: Vec<_> = (0..MOST + 2).map(|nth| format!("{{\"k{nth}\":1}}")).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let shapes = shapes(&texts);
        assert_eq!((shapes.groups().len(), shapes.others), (MOST, 2));
    }
}
