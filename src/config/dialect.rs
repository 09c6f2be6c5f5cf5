//! What the engines differ in.

use super::FieldId;

/// Whose behaviour is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// What the fields promise and the standards say; every field is known.
    #[default]
    Standard,
    /// Bento 1.12 and later.
    Bento,
    /// Benthos 4.30 to 4.77, in Redpanda Connect up to 4.105.
    Benthos,
    /// Benthos of mid September 2026 and later, in Redpanda Connect 4.110 and later.
    Connect,
    /// Benthos 4.78, in Redpanda Connect 4.106 and 4.107.
    Connect4106,
}

impl Dialect {
    /// Whether this engine knows the field.
    #[must_use]
    pub fn knows(self, id: FieldId) -> bool {
        let engines = id.field().engines;
        match self {
            Self::Standard => true,
            Self::Bento => engines.bento,
            Self::Benthos => engines.benthos && engines.page,
            Self::Connect | Self::Connect4106 => engines.benthos,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;
    use crate::config::FieldId;

    #[test]
    fn each_engine_lacks_what_only_the_other_has() {
        assert!(Dialect::Bento.knows(FieldId::Headers) && !Dialect::Connect.knows(FieldId::Headers));
        assert!(
            Dialect::Connect.knows(FieldId::MaxMessageSize) && !Dialect::Bento.knows(FieldId::MaxMessageSize)
        );
        assert!(!Dialect::Benthos.knows(FieldId::MaxMessageSize));
        assert!(
            Dialect::Standard.knows(FieldId::Headers) && Dialect::Standard.knows(FieldId::MaxMessageSize)
        );
    }
}
