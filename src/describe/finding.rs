//! Findings: a title with its code, and labelled lines with cause, evidence and fixes.

use crate::session::Finding;

/// `nothing listens there [tcp-refused]`
pub fn finding(finding: &Finding) -> String {
    format!("{} [{}]", finding.title, finding.code)
}

/// Cause, evidence and fixes, each with its label, for the lines below the title.
pub fn finding_lines(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut lines = vec![("why", finding.cause.clone())];
    lines.extend(finding.evidence.iter().map(|line| ("seen", line.clone())));
    for fix in &finding.fixes {
        lines.push(("fix", fix.title.clone()));
        lines.extend(fix.edits.iter().map(|edit| ("set", format!("{}: {}", edit.path, edit.value))));
        let saving = fix
            .file
            .iter()
            .map(|file| format!("--save-root {}, of sockeye probe, writes that file", file.name));
        lines.extend(saving.map(|line| ("save", line)));
        lines.extend(fix.yaml.lines().map(|line| ("yaml", line.to_owned())));
    }
    lines.retain(|(_, text)| !text.is_empty());
    lines
}
