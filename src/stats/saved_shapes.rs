//! A set of shapes in a file, to compare another session with: yesterday's, or that of another environment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::payload::{
    Shape,
    document::{LeafKind, Outline},
};

use super::{Against, Change, Group, SavedSet, Snapshot, changes, snapshot::ShapeRow};

/// The version of the file.
const VERSION: u32 = 1;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    v: u32,
    shapes: Vec<WrittenShape>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenShape {
    shape: String,
    /// Paths with the kinds of their values.
    paths: Vec<(String, String)>,
}

/// Shapes with their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedShapes(BTreeMap<Shape, Outline>);

impl SavedShapes {
    /// Reads what a file holds.
    ///
    /// # Errors
    ///
    /// What it lacks, in words.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let Written { v, shapes } = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if v != VERSION {
            return Err(format!("it has version {v}, and this program reads version {VERSION}"));
        }
        let shapes = shapes.into_iter().map(|WrittenShape { shape, paths }| {
            let outline = paths.into_iter().map(|(path, word)| {
                let kind = LeafKind::of(&word).ok_or_else(|| format!("\"{word}\" is no kind of value"))?;
                Ok((path, kind))
            });
            let shape = shape.parse().map_err(|_| format!("\"{shape}\" is no shape"))?;
            Ok((shape, outline.collect::<Result<_, String>>()?))
        });
        shapes.collect::<Result<_, String>>().map(Self)
    }

    /// Adds the shapes of a session.
    pub fn add(&mut self, groups: &[Group]) {
        self.0.extend(groups.iter().map(|group| (group.shape, group.outline.clone())));
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What the file holds.
    #[must_use]
    pub fn written(&self) -> String {
        let shapes = self.0.iter().map(|(shape, outline)| WrittenShape {
            shape: shape.to_string(),
            paths: outline.iter().map(|(path, kind)| (path.clone(), kind.word().to_owned())).collect(),
        });
        let written = Written { v: VERSION, shapes: shapes.collect() };
        serde_json::to_string_pretty(&written).map(|text| text + "\n").unwrap_or_default()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells in a snapshot which of its shapes are not among these, and which of these have not come.
    pub fn compare(&self, name: &str, groups: &[Group], snapshot: &mut Snapshot) {
        for row in &mut snapshot.shapes {
            let group = groups.iter().find(|group| group.shape.to_string() == row.name);
            if let Some(group) = group.filter(|group| !self.has(group.shape)) {
                row.against = Against::New;
                row.about = self.news(&group.outline);
            }
        }
        let new = snapshot.shapes.iter().filter(|row| row.against == Against::New).count();
        let has_come = |shape: &Shape| groups.iter().any(|group| group.shape == *shape);
        let gone = self.0.iter().filter(|(shape, _)| !has_come(shape)).map(|(shape, outline)| {
            let paths: Vec<_> = outline.iter().map(|(path, _)| path.as_str()).collect();
            ShapeRow::absent(shape.to_string(), paths.join(" "))
        });
        let before = snapshot.shapes.len();
        snapshot.shapes.extend(gone);
        let absent = snapshot.shapes.len() - before;
        // What differs is read first.
        snapshot.shapes.sort_by_key(|row| row.against == Against::Same);
        snapshot.saved = Some(SavedSet { name: name.to_owned(), new, absent });
    }

    #[must_use]
    pub fn has(&self, shape: Shape) -> bool {
        self.0.contains_key(&shape)
    }

    /// How a new shape differs from the saved one that is most like it, in words.
    #[must_use]
    pub fn news(&self, outline: &Outline) -> String {
        let differences = |own: &Outline| own.symmetric_difference(outline).count();
        let nearest = self.0.iter().min_by_key(|(_, own)| differences(own));
        // Two shapes with little in common are not one that has changed.
        let Some((shape, own)) = nearest.filter(|(_, own)| own.intersection(outline).count() > 0) else {
            return "like none that is saved".to_owned();
        };
        let changes: Vec<_> = changes(own, outline).iter().take(MOST).map(in_words).collect();
        format!("like {shape}, but {}", changes.join(", "))
    }
}

/// The most changes of a shape that are told.
const MOST: usize = 8;

fn in_words(change: &Change) -> String {
    match change {
        Change::Added { path, kind } => format!("{path} is new ({})", kind.word()),
        Change::Lost { path, kind } => format!("{path} is missing ({})", kind.word()),
        Change::Changed { path, from, to } => format!("{path} is {} instead of {}", to.word(), from.word()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        session::{MessageId, Timestamp},
        stats::{Shapes, Stats},
    };

    fn saved(texts: &[&str]) -> SavedShapes {
        let mut shapes = Shapes::default();
        for (nth, text) in (1..).zip(texts) {
            shapes.came(text.as_bytes(), MessageId(nth), Timestamp(0));
        }
        let mut saved = SavedShapes::default();
        saved.add(shapes.groups());
        saved
    }

    #[test]
    fn a_set_is_read_as_it_was_written() {
        let set = saved(&[r#"{"s":"BTC","p":1,"l":[],"o":{},"n":null,"b":true}"#, r#"{"e":["x"]}"#]);
        assert_eq!(SavedShapes::parse(set.written().as_bytes()), Ok(set));
        for other in [
            "[]",
            "{\"v\":1}",
            "{\"v\":2,\"shapes\":[]}",
            "{\"v\":1,\"shapes\":[{\"shape\":\"x\",\"paths\":[]}]}",
        ] {
            assert!(SavedShapes::parse(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_new_shape_tells_what_is_new_lost_and_changed() {
        let set = saved(&[r#"{"s":"BTC","p":1,"t":7}"#]);
        let other = saved(&[r#"{"s":"BTC","p":"1","x":true}"#]);
        let outline = other.0.values().next().expect("one");
        let news = set.news(outline);
        for part in [".p is text instead of number", ".t is missing (number)", ".x is new (bool)"] {
            assert!(news.contains(part), "{news}");
        }
        assert_eq!(SavedShapes::default().news(outline), "like none that is saved");
    }

    #[test]
    fn a_snapshot_tells_which_shapes_are_new_and_which_have_not_come() {
        let set = saved(&[r#"{"s":"BTC","p":1,"t":7}"#, r#"{"bids":[[1,2]]}"#]);
        let mut stats = Stats::default();
        for (nth, text) in (1..).zip([r#"{"s":"BTC","p":"1","t":7}"#, r#"{"s":"ETH","p":2,"t":8}"#]) {
            stats.shapes.came(text.as_bytes(), MessageId(nth), Timestamp(0));
        }
        let mut snapshot = stats.snapshot();
        set.compare("yesterday.json", stats.shapes.groups(), &mut snapshot);
        let told: Vec<_> = snapshot.shapes.iter().map(|row| (row.against, row.about.as_str())).collect();
        assert_eq!(told[0].0, Against::New);
        assert!(told[0].1.ends_with("but .p is text instead of number"), "{told:?}");
        assert_eq!(told[1], (Against::Absent, ".bids[][]"));
        assert_eq!((told.len(), told[2].0), (3, Against::Same));
        let saved = snapshot.saved.expect("it is compared");
        assert_eq!((saved.new, saved.absent), (1, 1));
    }
}
