//! Renders the page of findings: what each is, what shows it and what mends it, and the tables behind them.

use crate::diagnose::{FINDINGS, Listing, Spec, listings};

use super::table;

/// The whole page. A test compares it with `assets/findings.md`.
#[must_use]
pub fn findings_page() -> String {
    let listings = listings();
    let contents =
        listings.iter().map(|listing| format!("* [{}](#{})\n", listing.title, anchor(listing.title)));
    let findings = FINDINGS.iter().map(section);
    let tables = listings.iter().map(of_listing);
    std::iter::once(HEAD.to_owned()).chain(contents).chain(findings).chain(tables).collect()
}

const HEAD: &str = "# Findings

Generated from the tables of the code; `tests/reference.rs` checks that it is current.

A finding is a diagnosis: what failed, why, what shows it and what mends it. Its code is stable, and is the anchor of
its section here. The causes and fixes that Sockeye shows name the case at hand, and can be nearer to its fault than
these. Words in capitals in a line of the pipeline stand for what a case fills in. About a connection that opened and
was lost the pipeline logs nothing.

These tables stand behind the findings:

";

fn section(spec: &Spec) -> String {
    let line = match spec.line {
        "" => String::new(),
        line => format!("* In the pipeline's log: `{line}`\n"),
    };
    let Spec { code, at, title, meaning, evidence, cure, .. } = spec;
    format!(
        "\n## {code}\n\n**{title}** ({at}, {})\n\n{meaning}\n\n* What shows it: {evidence}.\n* What mends \
         it: {cure}.\n{line}",
        spec.how_severe()
    )
}

fn of_listing(listing: &Listing) -> String {
    let Listing { title, intro, heads, rows } = listing;
    format!("\n## {title}\n\n{intro}\n\n{}", table(heads, rows))
}

/// The anchor that GitHub gives a heading of plain words.
fn anchor(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}
