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

impl Paths {
    /// Takes an order such as `sequence .seq per .product_id`, `time .ts` or `kind off`; several may stand one after the
    /// other with commas between them. `None` if the text begins with none of these words, or goes on like a sentence.
    ///
    /// # Errors
    ///
    /// What would be an order, in words.
    pub fn ordered(&self, text: &str) -> Option<Result<Self, String>> {
        let mut paths = self.clone();
        for part in text.split(',') {
            let part = part.trim();
            let (word, rest) = part.split_once(char::is_whitespace)?;
            let rest = rest.trim();
            if !rest.starts_with('.') && !["off", "auto"].contains(&rest) {
                return None;
            }
            let taken = match word {
                "sequence" => choice(rest, SequencePath::parse).map(|choice| paths.sequence = choice),
                "time" => choice(rest, MemberPath::parse).map(|choice| paths.time = choice),
                "kind" => choice(rest, MemberPath::parse).map(|choice| paths.kind = choice),
                _ => return None,
            };
            if let Err(message) = taken {
                return Some(Err(message));
            }
        }
        Some(Ok(paths))
    }
}

fn choice<P>(text: &str, parse: fn(&str) -> Result<P, String>) -> Result<PathChoice<P>, String> {
    match text {
        "off" => Ok(PathChoice::Off),
        "auto" => Ok(PathChoice::Propose),
        _ => parse(text).map(PathChoice::Chosen),
    }
}

impl<P> PathChoice<P> {
    /// Whether the first messages have nothing to say about it.
    pub(super) const fn is_decided(&self) -> bool {
        !matches!(self, Self::Propose)
    }

    /// The choice, or else the proposal.
    pub(super) fn or(self, proposed: Option<P>) -> Option<(P, Origin)> {
        match self {
            Self::Propose => proposed.map(|path| (path, Origin::Proposed)),
            Self::Off => None,
            Self::Chosen(path) => Some((path, Origin::Chosen)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ordered_by_a_word_and_a_path() {
        let ordered = |text: &str| Paths::default().ordered(text).and_then(Result::ok);
        let paths = ordered("sequence .seq per .id, kind off").expect("both are orders");
        let PathChoice::Chosen(sequence) = paths.sequence else { panic!("it is chosen") };
        assert_eq!((sequence.to_string().as_str(), paths.kind), (".seq per .id", PathChoice::Off));
        assert_eq!(ordered("time auto").map(|paths| paths.time), Some(PathChoice::Propose));
        for other in ["time style", "time", "sequence", "colour .x", ""] {
            assert_eq!(ordered(other), None, "{other}");
        }
        assert!(matches!(Paths::default().ordered("time ..ts"), Some(Err(_))));
    }
}
