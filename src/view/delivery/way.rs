//! The way of the messages: the places in their order, and what each holds.
//!
//! ```text
//!   socket        │   1.2 kB unread + 2.1 MB in the system
//!   read ahead    ↓   1 of 1  ■      #12
//!   offered       ↓←┐ 1 of 1  ■      #11
//!   in threads    ↓ │ 5 of 5  ■■■■■  #6 #7 … +3
//!   in output     ↓ │ 1 of 1  ■      #5
//!   redelivery    └─┘ 2       #3 attempt 5 in 0.7 s · #4
//! ```
//!
//! What is rejected goes back to where the input offers messages, and comes before new ones there.

use ratatui::text::{Line, Span};

use crate::{
    app::App,
    payload::thousands,
    session::{MessageId, Place},
};

use super::{NAME, canvas, socket, tenths, theme::Theme};

/// Cells of the drawing of the way.
const RAIL: usize = 4;
/// Cells of a gauge at most.
const GAUGE: usize = 8;

/// A place with so many slots.
struct Stop<'a> {
    name: &'static str,
    rail: &'static str,
    place: &'a Place,
    limit: u64,
}

/// The way, a line for each place, in `width` cells.
pub(super) fn lines(app: &App, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let deliveries = &app.deliveries;
    let (whereabouts, mode) = (&deliveries.whereabouts, &deliveries.ack_mode);
    let has_way_back = app.profile.replays || whereabouts.rejected.count > 0;
    let [entry, beside] = if has_way_back { ["↓←┐", "↓ │"] } else { ["↓", "↓"] };
    let mut stops = vec![
        Stop { name: "read ahead", rail: "↓", place: &whereabouts.read_ahead, limit: 1 },
        Stop { name: "offered", rail: entry, place: &whereabouts.offered, limit: 1 },
    ];
    if mode.held > 0 {
        stops.push(Stop { name: "in threads", rail: beside, place: &whereabouts.threads, limit: mode.held });
    }
    stops.push(Stop {
        name: "in output",
        rail: beside,
        place: &whereabouts.output,
        limit: mode.max_in_flight,
    });
    let digits = stops.iter().map(|stop| canvas::width(&thousands(stop.limit))).max().unwrap_or(1);
    let columns = (digits, stops.iter().map(|stop| slots(stop.limit)).max().unwrap_or(1));
    let (state, style) = socket::state(app, theme);
    let mut lines = vec![Line::from(vec![
        Span::styled(format!("{:<NAME$}{:<RAIL$}", "socket", "│"), theme.dim),
        Span::styled(state, style),
    ])];
    lines.extend(stops.iter().map(|stop| line(stop, columns, theme, width)));
    if has_way_back {
        lines.push(back(app, digits, theme, width));
    }
    lines
}

/// `offered       ↓←┐ 1 of 1  ■  #11`, with the digits of the numbers and the cells of a gauge.
fn line(stop: &Stop<'_>, (digits, gauge): (usize, usize), theme: &Theme, width: usize) -> Line<'static> {
    let Stop { name, rail, place, limit } = stop;
    let (full, style) = match place.count {
        0 => (0, theme.dim),
        count if count >= *limit => (GAUGE, theme.wait),
        count => (filled(count, *limit), theme.note),
    };
    let slots = slots(*limit);
    let full = full.min(slots);
    let count = format!("{:>digits$} of {:<digits$}  ", thousands(place.count), thousands(*limit));
    let room = width.saturating_sub(NAME + RAIL + canvas::width(&count) + gauge + 2);
    let count_style = if place.count == 0 { theme.dim } else { theme.plain };
    Line::from(vec![
        Span::styled(format!("{name:<NAME$}{rail:<RAIL$}"), theme.dim),
        Span::styled(count, count_style),
        Span::styled("■".repeat(full), style),
        Span::styled(format!("{:<width$}", "·".repeat(slots - full), width = gauge - full + 2), theme.rule),
        Span::raw(named(place, &place.first, room)),
    ])
}

/// The way back: what was rejected, in the order of its redelivery.
fn back(app: &App, digits: usize, theme: &Theme, width: usize) -> Line<'static> {
    let deliveries = &app.deliveries;
    let place = &deliveries.whereabouts.rejected;
    let head = format!("{:<NAME$}{:<RAIL$}", "redelivery", "└─┘");
    let count = format!("{:>digits$}", thousands(place.count));
    let mut spans = vec![Span::styled(head, theme.dim)];
    let Some((first, others)) = place.first.split_first() else {
        spans.push(Span::styled(count, theme.dim));
        return Line::from(spans);
    };
    let column = 2 * digits + 6;
    let next = next_of(app, *first);
    let room = width.saturating_sub(NAME + RAIL + column + canvas::width(&next) + 3);
    let others = named(&Place { count: place.count - 1, first: Vec::new() }, others, room);
    spans.push(Span::raw(format!("{count:<column$}")));
    spans.push(Span::styled(
        next,
        if deliveries.pausing(app.now).is_some() { theme.wait } else { theme.note },
    ));
    if !others.is_empty() {
        spans.push(Span::raw(format!(" · {others}")));
    }
    Line::from(spans)
}

/// `#3 attempt 5 in 0.7 s`
fn next_of(app: &App, id: MessageId) -> String {
    let number = thousands(id.0);
    if let Some(pause) = app.deliveries.pausing(app.now).filter(|pause| pause.id == id) {
        return format!("#{number} attempt {} in {}", pause.attempt, tenths(pause.until.since(app.now)));
    }
    let waiting = app.deliveries.waiting.iter().find(|waiting| waiting.id == id);
    waiting.map_or(format!("#{number}"), |waiting| {
        format!("#{number} attempt {}", waiting.delivery.attempt.saturating_add(1))
    })
}

/// How many cells the gauge of a place takes: one for each slot while they fit.
fn slots(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(GAUGE).min(GAUGE)
}

/// How many of them are full: at least one if any slot is, and all only if all are.
fn filled(count: u64, limit: u64) -> usize {
    let slots = slots(limit);
    let full = u128::from(count) * slots as u128 / u128::from(limit.max(1));
    usize::try_from(full).unwrap_or(slots).clamp(usize::from(count > 0), slots)
}

/// `#12 #13 … +4`: as many as fit in `room` cells. `first` are the first ones of the place.
fn named(place: &Place, first: &[MessageId], room: usize) -> String {
    let mut shown = String::new();
    let mut rest = place.count;
    for id in first {
        let separator = if shown.is_empty() { "" } else { " " };
        let longer = format!("{shown}{separator}#{}", thousands(id.0));
        if canvas::width(&longer) + canvas::width(&more(rest - 1)) > room {
            break;
        }
        shown = longer;
        rest -= 1;
    }
    if shown.is_empty() { shown } else { shown + &more(rest) }
}

fn more(rest: u64) -> String {
    if rest == 0 { String::new() } else { format!(" … +{}", thousands(rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_messages_are_named_as_fit_and_the_others_are_counted() {
        let place: Place = (1..=20).map(MessageId).collect();
        assert_eq!(named(&place, &place.first, 12), "#1 #2 … +18");
        assert_eq!(named(&place, &place.first, 7), "", "it is 1 of 20");
        assert_eq!(named(&place, &place.first, 200).split(" … ").nth(1), Some("+4"));
        let two: Place = [MessageId(8), MessageId(1_204)].into_iter().collect();
        assert_eq!(named(&two, &two.first, 9), "#8 #1,204");
        assert_eq!(named(&two, &two.first, 8), "#8 … +1");
    }

    #[test]
    fn a_gauge_is_full_only_if_every_slot_is() {
        let of = |limit| [0, 1, limit / 2, limit - 1, limit].map(|count| filled(count, limit));
        assert_eq!(of(4), [0, 1, 2, 3, 4]);
        assert_eq!(of(64), [0, 1, 4, 7, 8]);
        assert_eq!(filled(3, 1), 1, "more than there is room for");
    }
}
