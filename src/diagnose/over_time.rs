//! Findings about what a feed does over time: numbers that are missing, data that stops or is late,
//! messages whose form changed.

use crate::{
    payload::{counted, thousands},
    session::{Finding, FindingCode, Noticed},
    stats::{Change, IncidentKind, Origin, Replacement, Stats},
};

use super::{lateness, silences};

/// Changes that are listed at most.
const SHOWN: usize = 8;

/// What is to be said of a feed now.
#[must_use]
pub fn over_time(stats: &Stats) -> Vec<Noticed> {
    let silence = stats.silences.current().map(silences::silence);
    silence
        .into_iter()
        .chain(silences::kinds(stats))
        .chain(lateness::lag(stats))
        .chain(lateness::other_beginning(stats))
        .chain(sequence_gap(stats))
        .chain(shape_changed(stats))
        .collect()
}

/// Numbers are missing. Where more are missing than have come, a proposed path is no sequence after all.
fn sequence_gap(stats: &Stats) -> Option<Noticed> {
    let of = &stats.sequences.counts;
    let (path, origin) = stats.paths.sequence.as_ref()?;
    if of.missing == 0 || (*origin == Origin::Proposed && of.missing > of.numbered) {
        return None;
    }
    let first =
        stats.sequences.incidents().iter().find(|one| matches!(one.kind, IncidentKind::Hole { .. }))?;
    let IncidentKind::Hole { from, to } = first.kind else { return None };
    let verb = if of.missing == 1 { "is" } else { "are" };
    let across = match of.missing_across {
        0 => "all of them while a connection was open".to_owned(),
        all if all == of.missing => "all of them while no connection was open".to_owned(),
        some => format!("{} of them while no connection was open", thousands(some)),
    };
    let mut cause = format!(
        "{} {verb} missing in {} of {path}, {across}.",
        counted(of.missing, "number"),
        counted(of.open, "hole")
    );
    if *origin == Origin::Proposed {
        cause.push_str(" The path was proposed: if it is no sequence, :sequence off says so.");
    }
    let key = if first.key.is_empty() { String::new() } else { format!(" of {}", first.key) };
    let hole = if from == to { from.to_string() } else { format!("{from} to {to}") };
    let evidence = [
        format!("the first hole: {hole}{key} before message {}", thousands(first.message.0)),
        format!(
            "{} sent again, {} late, {} numbered messages in all",
            thousands(of.repeats),
            thousands(of.late),
            thousands(of.numbered)
        ),
    ];
    let finding = Finding::new(FindingCode::SequenceGap, cause).evidence(evidence).cure();
    Some(Noticed { since: first.at, finding })
}

/// Messages of one form stay away since another has come in its place, which readers of the first do not understand.
fn shape_changed(stats: &Stats) -> Option<Noticed> {
    let breaking = |one: &&Replacement| one.changes.iter().any(Change::breaks_readers);
    let mut all = stats.shapes.replacements().iter().filter(breaking);
    let first = all.next()?;
    let more = all.count() as u64;
    let changes: Vec<_> = first.changes.iter().filter(|change| change.breaks_readers()).collect();
    let shown: Vec<_> = changes.iter().take(SHOWN).map(ToString::to_string).collect();
    let mut cause = format!(
        "Since message {}, messages of the shape {} come in place of those of the shape {}: {}.",
        thousands(first.message.0),
        first.new,
        first.old,
        shown.join(", ")
    );
    if more > 0 {
        cause = format!("{cause} {} more.", counted(more, "such change"));
    }
    let evidence = [format!("shape:{} filters the new ones, shape:{} the old ones", first.new, first.old)];
    let finding = Finding::new(FindingCode::ShapeChanged, cause).evidence(evidence).cure();
    Some(Noticed { since: first.at, finding })
}
