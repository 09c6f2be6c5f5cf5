//! Phrases that several of these shells use.

use std::time::Duration;

use crate::session::Finding;

/// A length of time as a person says it: `0.4 ms`, `84 ms`, `1.2 s`, `3 min 5 s`, `2 h 4 min`.
#[must_use]
pub(super) fn took(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    let seconds = time.as_secs();
    match seconds {
        0 if ms < 9.95 => format!("{ms:.1} ms"),
        0 if ms < 999.5 => format!("{ms:.0} ms"),
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1 message`, `3 messages`.
#[must_use]
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{count, took};

    #[test]
    fn times_are_as_exact_as_their_length_deserves() {
        let words: Vec<_> = [412, 9_960, 84_000, 999_400, 999_600, 1_240_000, 185_000_000, 7_440_000_000]
            .map(|micros| took(Duration::from_micros(micros)))
            .into();
        assert_eq!(words, ["0.4 ms", "10 ms", "84 ms", "999 ms", "1.0 s", "1.2 s", "3 min 5 s", "2 h 4 min"]);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [count(0, "connection"), count(1, "connection"), count(2, "connection")],
            ["0 connections", "1 connection", "2 connections"]
        );
    }
}
