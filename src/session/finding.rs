//! A diagnosis: what is wrong, why, and what would fix it. `diagnose` makes them.

use serde::{Deserialize, Serialize};

use super::{FindingCode, Timestamp};

/// Begins the line of evidence that quotes the pipeline's log.
pub const PIPELINE_LOG: &str = "the pipeline would log: ";

/// The start of the line of a failed lookup that names the name server of this machine.
pub const NAME_SERVER: &str = "name server: ";

/// One diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: FindingCode,
    pub severity: Severity,
    /// What failed, in a few words.
    pub title: String,
    /// Why it failed, in one or two sentences.
    pub cause: String,
    /// The observations that show it, one per line.
    pub evidence: Vec<String>,
    /// The best fix first.
    pub fixes: Vec<Fix>,
    /// The path of the field to look at first, where no fix sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A finding about what a feed does over time, and when that began: while this is the same it is the same finding, with
/// newer counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    pub since: Timestamp,
    pub finding: Finding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// What the user can do about it. Without edits it is only advice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    pub title: String,
    pub edits: Vec<Edit>,
    /// What to write into the pipeline's file, beside the input; it may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub yaml: String,
    /// The new file that an edit names, and that has to be written first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<NewFile>>,
}

/// A certificate of the server, as a file to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Without a folder: `lab-root-ca.pem`.
    pub name: String,
    /// The certificate, as PEM.
    pub pem: String,
    /// What to look at before it is trusted, a line each.
    pub facts: Vec<String>,
}

impl Fix {
    /// Whether a key may apply it at once: it sets fields, and the server stays verified.
    #[must_use]
    pub fn is_applied_unasked(&self) -> bool {
        !self.edits.is_empty() && !self.weakens_security()
    }

    /// Whether it gives up the verification of the server. Such a fix is never applied without being chosen.
    #[must_use]
    pub fn weakens_security(&self) -> bool {
        self.edits.iter().any(|edit| edit.path == "tls.skip_cert_verify" && edit.value == "true")
    }
}

/// A change of a field, by its path in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub path: String,
    pub value: String,
}
