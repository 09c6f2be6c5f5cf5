//! Why a profile cannot be used.

use std::{io, path::PathBuf};

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileFault {
    #[error("there is no home folder to keep profiles in")]
    Homeless,
    #[error("'{0}' is not a name for a profile: use letters, digits, dots, - and _")]
    Name(String),
    #[error("there is no profile '{name}'; there is {known}")]
    Unknown { name: String, known: String },
    #[error("the profile '{name}' has no environment '{environment}'; it has {known}")]
    Environment { name: String, environment: String, known: String },
    #[error("{}:{line}:{column}: {message}", path.display())]
    Broken { path: PathBuf, line: usize, column: usize, message: String },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}
