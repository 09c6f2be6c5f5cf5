//! Phrases that several of these shells use.

use crate::session::Finding;

/// Cause, evidence and fixes of a finding, a line each, to stand under its title.
#[must_use]
pub(super) fn explained(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut lines = vec![("why", finding.cause.clone())];
    lines.extend(finding.evidence.iter().map(|line| ("seen", line.clone())));
    for fix in &finding.fixes {
        lines.push(("fix", fix.title.clone()));
        lines.extend(fix.edits.iter().map(|edit| ("set", format!("{}: {}", edit.path, edit.value))));
    }
    lines.retain(|(_, text)| !text.is_empty());
    lines
}
