//! A set of shapes in a file, to compare another session with: yesterday's, or that of another environment.

use std::{collections::BTreeMap, fs::File, io::Write as _, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    config::{MAX_FILE, read_within},
    files::write_new,
    payload::{
        Shape,
        document::{LeafKind, Outline},
    },
    stats::{Change, Group, changes},
};

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
pub(super) struct SavedShapes(BTreeMap<Shape, Outline>);

impl SavedShapes {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is not one; the error names it.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = File::open(path)
            .and_then(|file| read_within(MAX_FILE, file))
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        Self::parse(&text)
            .map_err(|error| format!("{name} is no set of shapes, which --save-shapes writes: {error}"))
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
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
    pub(super) fn add(&mut self, groups: &[Group]) {
        self.0.extend(groups.iter().map(|group| (group.shape, group.outline.clone())));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes a new file.
    ///
    /// # Errors
    ///
    /// It exists, or cannot be written.
    pub(super) fn write(&self, path: &Path) -> std::io::Result<()> {
        write_new(path, |mut file| file.write_all(self.written().as_bytes())).map(drop)
    }

    fn written(&self) -> String {
        let shapes = self.0.iter().map(|(shape, outline)| WrittenShape {
            shape: shape.to_string(),
            paths: outline.iter().map(|(path, kind)| (path.clone(), kind.word().to_owned())).collect(),
        });
        let written = Written { v: VERSION, shapes: shapes.collect() };
        serde_json::to_string_pretty(&written).map(|text| text + "\n").unwrap_or_default()
    }

    pub(super) fn has(&self, shape: Shape) -> bool {
        self.0.contains_key(&shape)
    }

    /// How a new shape differs from the saved one that is most like it, in words.
    pub(super) fn news(&self, outline: &Outline) -> String {
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
        stats::Shapes,
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
}
