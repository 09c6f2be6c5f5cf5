//! The numbers: what is read, what is missing, and a table of how times are spread.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::App,
    payload::{counted, limit_in_words, span_of, thousands},
    stats::{Origin, Percentiles, Snapshot},
};

use super::super::{canvas, canvas::Canvas, theme::Theme, untrusted};

/// Cells of the names.
const NAME: usize = 11;
/// Cells of a time.
const TIME: usize = 9;

pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    let of = &app.over_time.snapshot;
    let heads = ["p50", "p90", "p99", "max"].map(|head| format!("{head:>TIME$}")).concat();
    let lines = [
        reads(of, theme),
        sequence(of, theme),
        Line::styled(format!("{:NAME$}{heads}", ""), theme.dim),
        row("lag", &of.lag, lag(of), theme),
        row("gap", &of.gaps, gap(app), theme),
        row("lifetime", &of.connections.lifetimes, lifetime(of), theme),
        row("reconnect", &of.connections.reconnects, reconnect(of), theme),
    ];
    for (place, line) in canvas::indented(area, 2).rows().zip(lines) {
        canvas.line(Rect { width: place.width.saturating_sub(1), ..place }, &line);
    }
}

fn named(name: &str, theme: &Theme) -> Span<'static> {
    Span::styled(format!("{name:<NAME$}"), theme.dim)
}

/// `reads        .seq per .product · time .ts in ms · kind .type, all proposed`
fn reads(of: &Snapshot, theme: &Theme) -> Line<'static> {
    let name = named("reads", theme);
    if of.is_learning {
        let message =
            if of.messages == 0 { "no message has come yet" } else { "looking at the first messages" };
        return Line::from(vec![name, Span::styled(message, theme.dim)]);
    }
    let paths = &of.paths;
    let unit = of.unit.map_or(String::new(), |unit| format!(" ({})", unit.word()));
    let parts = [
        paths.sequence.as_ref().map(|(path, origin)| (format!("sequence {path}"), *origin)),
        paths.time.as_ref().map(|(path, origin)| (format!("time {path}{unit}"), *origin)),
        paths.kind.as_ref().map(|(path, origin)| (format!("kind {path}"), *origin)),
    ];
    let mut spans = vec![name];
    let mut origins = Vec::new();
    for (text, origin) in parts.into_iter().flatten() {
        if !origins.is_empty() {
            spans.push(Span::styled(" · ", theme.dim));
        }
        spans.push(Span::raw(untrusted::safe(&text)));
        if origin == Origin::Chosen {
            spans.push(Span::styled(" chosen", theme.dim));
        }
        origins.push(origin);
    }
    let rest = match origins.iter().filter(|origin| **origin == Origin::Proposed).count() {
        _ if origins.is_empty() => "no path: c chooses one",
        0 => "",
        _ if origins.len() == 1 => "  proposed: c chooses",
        all if all == origins.len() => "  proposed: c chooses",
        _ => "  the others proposed",
    };
    spans.push(Span::styled(rest, theme.dim));
    Line::from(spans)
}

/// `sequence     3 holes · 12 missing, 4 of them while down · 2 repeats · 1 late`
fn sequence(of: &Snapshot, theme: &Theme) -> Line<'static> {
    let name = named("sequence", theme);
    if of.paths.sequence.is_none() {
        let message = "no path of a number that rises by one is read";
        return Line::from(vec![name, Span::styled(message, theme.dim)]);
    }
    let counts = &of.sequence;
    if counts.all() + counts.without + counts.not_followed == 0 {
        let keys = if counts.keys > 1 {
            format!(" of {} keys", thousands(counts.keys as u64))
        } else {
            String::new()
        };
        let numbers = counted(counts.numbered, "number");
        let text = match of.skipped {
            0 => format!("whole: {numbers}{keys}"),
            _ => format!("none missing among {numbers}{keys} that were read"),
        };
        return Line::from(vec![name, Span::styled("✓ ", theme.ok), Span::raw(text)]);
    }
    let across = match counts.missing_across {
        0 => String::new(),
        across => format!(", {} while down", thousands(across)),
    };
    let missing = match counts.missing {
        0 => Span::styled("none missing", theme.ok),
        missing => Span::styled(format!("{} missing", thousands(missing)), theme.bad),
    };
    let holes =
        if counts.open > 0 { format!(" in {}{across}", counted(counts.open, "hole")) } else { across };
    let mut spans = vec![name, missing, Span::raw(holes)];
    for (count, noun) in
        [(counts.repeats, "repeat"), (counts.late, "late"), (counts.back, "back to the start")]
    {
        if count > 0 {
            let text =
                if noun == "repeat" { counted(count, noun) } else { format!("{} {noun}", thousands(count)) };
            spans.push(Span::raw(format!(" · {text}")));
        }
    }
    for (count, what) in [(counts.without, "without a number"), (counts.not_followed, "of further keys")] {
        if count > 0 {
            spans.push(Span::styled(format!(" · {} {what}", thousands(count)), theme.dim));
        }
    }
    Line::from(spans)
}

/// A line of the table, with what belongs to it behind.
fn row(name: &str, of: &Percentiles, note: (String, bool), theme: &Theme) -> Line<'static> {
    let times = if of.count == 0 {
        vec![Span::styled(format!("{:>TIME$}", "–").repeat(4), theme.dim)]
    } else {
        [of.p50, of.p90, of.p99, of.max].map(|time| Span::raw(format!("{:>TIME$}", span_of(time)))).into()
    };
    let (note, is_bad) = note;
    let style = if is_bad { theme.wait } else { theme.dim };
    let note = Span::styled(format!("   {note}"), style);
    Line::from([vec![named(name, theme)], times, vec![note]].concat())
}

fn lag(of: &Snapshot) -> (String, bool) {
    if of.paths.time.is_none() {
        return ("no path of a time is read".to_owned(), false);
    }
    let are_many_ahead = of.ahead * 100 >= of.lag.count;
    if let Some(offset) = of.offset.filter(|offset| offset.is_certain() && !are_many_ahead) {
        let by = span_of(Duration::from_micros(offset.micros().unsigned_abs()));
        let way = if offset.micros() < 0 { "behind" } else { "ahead" };
        return (format!("clock {by} {way} ±{}", span_of(offset.uncertain())), false);
    }
    if of.ahead > 0 {
        return (format!("{} from the future", thousands(of.ahead)), true);
    }
    (of.lag_last.map_or(String::new(), |last| format!("last {}", span_of(last))), false)
}

fn gap(app: &App) -> (String, bool) {
    let of = &app.over_time.snapshot.silence;
    if let Some(silence) = &of.current {
        return (format!("silent for {}", span_of(app.now.since(silence.since))), true);
    }
    let silences = match of.count {
        0 => "no silence".to_owned(),
        count => counted(count, "silence"),
    };
    let limit = of.limit.map_or(String::new(), |limit| format!(", told from {}", limit_in_words(limit)));
    (format!("{silences}{limit}"), false)
}

fn lifetime(of: &Snapshot) -> (String, bool) {
    let up = of.connections.permille_up.map(|up| format!("up {}.{} % of the time", up / 10, up % 10));
    match of.connections.suspect {
        Some(usual) => (format!("as of {}", usual.who), true),
        None => (up.unwrap_or_default(), false),
    }
}

fn reconnect(of: &Snapshot) -> (String, bool) {
    let of = &of.connections;
    if of.losses + of.failures == 0 {
        return ("no loss".to_owned(), false);
    }
    let lost = if of.losses == 1 { "1 loss".to_owned() } else { format!("{} losses", thousands(of.losses)) };
    let failed =
        if of.failures == 0 { String::new() } else { format!(", {} failed", thousands(of.failures)) };
    (format!("{lost}{failed}"), false)
}
