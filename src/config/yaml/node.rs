//! A YAML document as a tree, each node with its range in the text.

/// A value and the byte range it has in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub at: usize,
    pub end: usize,
    pub kind: NodeKind,
}

#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    Scalar(Scalar),
    Map(Vec<(Key, Node)>),
    List(Vec<Node>),
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub at: usize,
    pub text: String,
    /// As [`Scalar::plain`].
    pub plain: bool,
    /// Whether an anchor or a tag precedes it. `&password: x` has the key `x`, which is never intended.
    pub is_marked: bool,
}

/// A scalar whose type is not decided yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Scalar {
    pub text: String,
    /// Neither quoted nor a block scalar. Only a plain scalar can be a number, a bool or null.
    pub plain: bool,
}

impl Key {
    /// A list or a map in place of a text, which names nothing.
    pub fn complex(at: usize) -> Self {
        Self { at, text: String::new(), plain: false, is_marked: true }
    }

    pub fn is_complex(&self) -> bool {
        self.text.is_empty() && !self.plain && self.is_marked
    }
}

impl Scalar {
    /// Whether YAML reads it as null.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// An empty scalar, for a value that is absent.
    pub fn null(at: usize) -> Self {
        Self { at, end: at, kind: NodeKind::Scalar(Scalar { text: String::new(), plain: true }) }
    }

    /// The value of a key of a map; of the last one if it is written twice, as in the pipeline.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().rfind(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The same for a key that is likely to be the `nth` of the map, as in another reading of the same text.
    pub fn get_near(&self, nth: usize, key: &str) -> Option<&Self> {
        let near = self.entries().get(nth).filter(|(known, _)| known.text == key);
        near.map_or_else(|| self.get(key), |(_, node)| Some(node))
    }

    /// The entries of a map; empty for any other node.
    pub fn entries(&self) -> &[(Key, Self)] {
        if let NodeKind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list; empty for any other node.
    pub fn items(&self) -> &[Self] {
        if let NodeKind::List(items) = &self.kind { items } else { &[] }
    }

    /// Its kind in words, for messages.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Map(_) => "a map",
            NodeKind::List(_) => "a list",
            NodeKind::Scalar(scalar) if scalar.is_null() => "nothing",
            NodeKind::Scalar(_) => "a single value",
        }
    }
}
