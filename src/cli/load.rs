//! From arguments to settings: the file, the environment and the flags, in rising rank.

use std::fmt;

use super::SessionArgs;
use crate::config::{Origin, Problem, Settings, Values, lint};

/// What the arguments of a session came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub settings: Settings,
    pub values: Values,
    /// What works but is odd.
    pub warnings: Vec<Problem>,
    /// The stem of the file, or the host.
    pub name: Option<String>,
}

/// Why there are no settings: every problem, in the order of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Warnings among them.
    pub problems: Vec<Problem>,
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

/// Reads what the arguments name and brings it together.
///
/// `environment` answers for a variable; this is the one door to it.
///
/// # Errors
///
/// All problems of the file, the variables and the flags at once.
pub fn load(args: &SessionArgs, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, LoadError> {
    let _ = environment;
    let mut values = Values::default();
    for (path, text) in &args.given {
        values.set(path, text, Origin::Flag);
    }
    for (name, text) in &args.headers {
        values.set(format!("headers.{name}"), text, Origin::Flag);
    }
    let settings = Settings::from_values(&values).map_err(|problems| LoadError { problems })?;
    let name = Some(settings.url.host.clone());
    Ok(Loaded { settings, warnings: lint(&values), values, name })
}
