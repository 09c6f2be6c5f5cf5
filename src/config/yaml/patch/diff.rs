//! What a rewrite changes, as a unified diff with masked secrets.

use std::path::Path;

use similar::{ChangeTag, TextDiff};

use crate::config::{
    schema::Dialect,
    secrets::{MASK, mask_urls, names_a_secret},
    yaml::ConfigFile,
};

/// Unchanged lines that are shown around a change.
const CONTEXT: usize = 3;

/// A line of a unified diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    pub kind: DiffKind,
    /// Without its sign and its line break.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffKind {
    /// Where the lines below it stand: `@@ -3,7 +3,8 @@`.
    Place,
    Same,
    Gone,
    New,
}

impl DiffKind {
    /// The sign before the line.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Place => "",
            Self::Same => " ",
            Self::Gone => "-",
            Self::New => "+",
        }
    }
}

/// The differences between two texts of the file at `path`. Secrets are masked in both.
#[must_use]
pub fn masked_diff(
    old: &str,
    new: &str,
    path: &Path,
    dialect: Dialect,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Vec<DiffLine> {
    let files = [old, new].map(|text| ConfigFile::read_as(path, text, dialect, environment));
    let shown = [files[0].shown(), files[1].shown()];
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (before, after) =
            (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end);
        let place =
            format!("@@ -{},{} +{},{} @@", before.start + 1, before.len(), after.start + 1, after.len());
        lines.push(DiffLine { kind: DiffKind::Place, text: place });
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (kind, side, index) = match change.tag() {
                ChangeTag::Equal => (DiffKind::Same, 1, change.new_index()),
                ChangeTag::Delete => (DiffKind::Gone, 0, change.old_index()),
                ChangeTag::Insert => (DiffKind::New, 1, change.new_index()),
            };
            let number = index.and_then(|index| u32::try_from(index + 1).ok()).unwrap_or_default();
            let raw = change.value().trim_end_matches(['\n', '\r']);
            let text = shown[side](number).filter(|line| !line.trim().is_empty() || raw.trim().is_empty());
            lines.push(DiffLine { kind, text: text.unwrap_or_else(|| around(raw)) });
        }
    }
    lines
}

/// A line of the document around a pipeline.
fn around(line: &str) -> String {
    let line = mask_urls(line);
    match line.split_once(':') {
        Some((key, value)) if names_a_secret(key.trim()) && !value.trim().is_empty() => {
            format!("{key}: {MASK}")
        }
        _ => line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
    }
}
