//! A YAML document as a tree, each part with its place in the text.

/// A value with its offset in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub at: usize,
    pub end: usize,
    pub kind: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
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
    /// Whether an anchor or a tag stands before it: `&password: x` has the key `x`, which nobody meant.
    pub is_marked: bool,
}

/// A scalar before anyone decided what it means.
#[derive(Clone, Debug, Default)]
pub(super) struct Scalar {
    pub text: String,
    /// Neither quoted nor a block: only then can it be a number, a bool or null.
    pub plain: bool,
}

impl Scalar {
    /// Whether it is YAML's null.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// What stands where nothing does.
    pub fn null(at: usize) -> Self {
        Self { at, end: at, kind: What::Scalar(Scalar { text: String::new(), plain: true }) }
    }

    /// The value behind a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(Key, Self)] {
        if let What::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        if let What::List(items) = &self.kind { items } else { &[] }
    }

    /// What it is, in words.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            What::Map(_) => "a map",
            What::List(_) => "a list",
            What::Scalar(scalar) if scalar.is_null() => "nothing",
            What::Scalar(_) => "a single value",
        }
    }
}
