//! The problems of settings that cannot be had.

use std::fmt;

use crate::config::{Field, FieldId, Problem, Values};

/// The problems that prevent settings, sorted by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Includes warnings.
    pub problems: Vec<Problem>,
    pub values: Box<Values>,
}

impl LoadError {
    /// The error that the pipeline logs with every connection, if it starts in spite of all problems.
    #[must_use]
    pub fn logged(&self) -> Option<&str> {
        let errors: Vec<_> = self.problems.iter().filter(|problem| problem.is_error()).collect();
        // A connection signs its request, then reads its address, then looks for a proxy.
        let first =
            errors.iter().min_by_key(|problem| match Field::at(&problem.path).map(|field| field.id) {
                Some(FieldId::JwtEnabled | FieldId::JwtPrivateKeyFile | FieldId::JwtSigningMethod) => 0,
                Some(FieldId::Url) => 1,
                Some(FieldId::Headers) => 2,
                Some(FieldId::ProxyUrl) => 3,
                _ => 4,
            })?;
        first.logged.as_deref().filter(|_| errors.iter().all(|problem| problem.logged.is_some()))
    }

    /// Whether the pipeline retries only so often.
    #[must_use]
    pub fn has_bounded_retries(&self) -> bool {
        let retries = self.values.text_of(FieldId::ConnectionMaxRetries);
        retries.parse::<i64>().is_ok_and(|retries| retries >= 0)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
