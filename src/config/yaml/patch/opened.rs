//! A config file that values were read from, as far as writing them back needs it.

use std::path::PathBuf;

use crate::config::{schema::Dialect, secrets::Secret};

use super::{
    diff::{DiffLine, masked_diff},
    refusal::Refusal,
    rewrite::{Patched, Rewrite, patch},
};
use crate::config::schema::Values;

/// A config file that was opened, and the input in it that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFile {
    pub path: PathBuf,
    /// The path of the input: `root.input.broker.inputs.0`. Empty while none of several is chosen.
    pub input: String,
    /// The paths of all its websocket inputs, each with its label.
    pub inputs: Vec<(String, Option<String>)>,
    /// The text that the values are from.
    pub base: Secret,
    /// The text as it was first read.
    pub first: Secret,
    pub dialect: Dialect,
}

impl OpenedFile {
    /// Writes what was changed in `wanted` into the text that the file has by now. Of the conflicts with these paths, the
    /// file keeps its own.
    ///
    /// # Errors
    ///
    /// Why it is not written.
    pub fn patch(
        &self,
        current: &str,
        wanted: &Values,
        theirs: &[String],
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Patched, Refusal> {
        let rewrite = Rewrite {
            path: &self.path,
            input: &self.input,
            base: self.base.expose(),
            opened: self.first.expose(),
            theirs,
            dialect: self.dialect,
            environment,
        };
        patch(current, &rewrite, wanted)
    }

    /// The differences between two texts of it, with masked secrets.
    #[must_use]
    pub fn diff(&self, old: &str, new: &str, environment: &dyn Fn(&str) -> Option<String>) -> Vec<DiffLine> {
        masked_diff(old, new, &self.path, self.dialect, environment)
    }
}
