//! Which paths of a JSON payload the folds read: proposed from the first messages, or chosen.

use crate::payload::document::MemberPath;

/// Where the number of a sequence stands; with a key, each value of the key counts by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequencePath {
    pub number: MemberPath,
    pub key: Option<MemberPath>,
}

impl std::fmt::Display for SequencePath {
    /// `.sequence per .product_id`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{} per {key}", self.number),
            None => write!(f, "{}", self.number),
        }
    }
}

impl SequencePath {
    /// Reads `.sequence` or `.sequence per .product_id`.
    ///
    /// # Errors
    ///
    /// What would be a path, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (number, key) = match text.split_once(" per ") {
            Some((number, key)) => (number, Some(MemberPath::parse(key)?)),
            None => (text, None),
        };
        Ok(Self { number: MemberPath::parse(number)?, key })
    }
}

/// Who has decided on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Proposed,
    Chosen,
}

/// A path to read, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PathChoice<P> {
    /// The first messages decide.
    #[default]
    Propose,
    /// None is read.
    Off,
    Chosen(P),
}

/// The choices for each fold that reads payloads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    pub sequence: PathChoice<SequencePath>,
    pub time: PathChoice<MemberPath>,
    pub kind: PathChoice<MemberPath>,
}

/// The paths in effect, and who decided on each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InEffect {
    pub sequence: Option<(SequencePath, Origin)>,
    pub time: Option<(MemberPath, Origin)>,
    pub kind: Option<(MemberPath, Origin)>,
}

impl<P> PathChoice<P> {
    /// The choice, or else the proposal.
    pub(super) fn or(self, proposed: Option<P>) -> Option<(P, Origin)> {
        match self {
            Self::Propose => proposed.map(|path| (path, Origin::Proposed)),
            Self::Off => None,
            Self::Chosen(path) => Some((path, Origin::Chosen)),
        }
    }
}
