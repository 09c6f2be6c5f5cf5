//! Findings about what a feed does over time: numbers that are missing, data that stops, messages whose form changed.

use crate::{
    payload::{counted, duration_in_words, limit_in_words, thousands},
    session::{Finding, FindingCode, Noticed, Severity},
    stats::{Change, IncidentKind, Line, Origin, Replacement, Silence, Stats},
};

use super::finding::advice;

/// Changes that are listed at most.
const SHOWN: usize = 8;

/// What is to be said of a feed now.
#[must_use]
pub fn over_time(stats: &Stats) -> Vec<Noticed> {
    let silence = stats.silences.current().map(silence);
    silence.into_iter().chain(sequence_gap(stats)).chain(shape_changed(stats)).collect()
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

/// The data has stopped; what is known of the line decides what that means.
fn silence(silence: &Silence) -> Noticed {
    let usual = format!("99 of 100 gaps before were at most {}", limit_in_words(silence.usual));
    let of = Finding::new;
    let finding = match silence.line {
        Line::Lives { heard } => {
            let after = duration_in_words(heard.since(silence.since));
            of(
                FindingCode::Silence,
                format!(
                    "No message has come for much longer than usual, and the line lives: a ping or pong came {after} \
                     after the last message. The server has nothing to send, or has forgotten the subscription."
                ),
            )
            .title("the data has stopped on a line that lives")
            .advise("subscribe again (i), or ask whether the source of the feed rests; r reconnects")
        }
        Line::Dead { asked } => {
            let after = duration_in_words(asked.since(silence.since));
            of(
                FindingCode::Silence,
                format!(
                    "No message has come for much longer than usual, and a ping that was sent {after} after the last \
                     message is not answered: the line is dead, though nobody has closed it."
                ),
            )
            .severity(Severity::Error)
            .title("the data has stopped and the line is dead")
            .advise("reconnect (r); check NATs and firewalls in between, which forget idle connections")
        }
        Line::Unknown => of(
            FindingCode::Silence,
            "No message has come for much longer than usual. Whether the line still lives is not known: neither side has \
             sent a ping."
                .to_owned(),
        )
        .title("the data has stopped")
        .fix([advice("ask the line: “:ping every 5s” sends pings, and their answers tell"), advice("reconnect (r)")]),
    };
    Noticed { since: silence.since, finding: finding.evidence([usual]) }
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
