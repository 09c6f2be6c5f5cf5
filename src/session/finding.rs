//! A diagnosis: what is wrong, why, and what would fix it. Made by `diagnose`, read by all.

use serde::{Deserialize, Serialize};

use super::FindingCode;

/// One diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: FindingCode,
    pub severity: Severity,
    /// What failed, in a few words.
    pub title: String,
    /// Why, in one or two plain sentences.
    pub cause: String,
    /// What was seen that says so, a line each.
    pub evidence: Vec<String>,
    /// The best first.
    pub fixes: Vec<Fix>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// Something to do about it. Without edits it is advice only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    pub title: String,
    pub edits: Vec<Edit>,
}

/// A field to set, by its path in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub path: String,
    pub value: String,
}
