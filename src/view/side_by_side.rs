//! Two feeds side by side: how each stands, and below it the messages with which side was first, what differs and what is
//! missing.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{SideBySide, SideBySideAreas},
    payload::{gap, span_of, thousands},
    stats::{ComparedNow, ComparedRow, ComparedWhat, Listed, Side, SideNow},
};

use super::{ascii, canvas, canvas::Canvas, header, theme::Theme, untrusted};

/// Cells of the key.
const KEY: usize = 22;
/// Cells of the lead.
const LEAD: usize = 13;

/// Draws the whole screen.
pub fn draw_side_by_side(frame: &mut Frame<'_>, state: &SideBySide, now: &ComparedNow<'_>) {
    let theme = Theme::of(state.look);
    let area = frame.area();
    let mut canvas = Canvas { buffer: frame.buffer_mut(), theme: &theme };
    let areas = state.areas();
    header(&mut canvas, areas.header, state, now);
    sides(&mut canvas, areas.sides, state.is_over, now);
    rows(&mut canvas, &areas, state, now);
    detail(&mut canvas, areas.detail, state, now);
    footer(&mut canvas, areas.footer, state, now);
    if state.ascii {
        ascii::plain(frame.buffer_mut(), area);
    }
}

/// ` sockeye compare  by .seq, a number that rises by one           00:01:12`
fn header(canvas: &mut Canvas<'_>, area: Rect, state: &SideBySide, now: &ComparedNow<'_>) {
    let theme = canvas.theme;
    let by = match &now.key {
        Some(key) => format!("by {}", untrusted::safe(key)),
        None => "looking at the first messages for what tells them apart".to_owned(),
    };
    let over = if state.is_over { "■ both have ended  " } else { "" };
    let right = Line::from(vec![
        Span::styled(over, theme.wait),
        Span::styled(format!("{} ", header::lasting(now.watched)), theme.dim),
    ]);
    let room = usize::from(area.width).saturating_sub(right.width() + 19);
    let left = vec![
        Span::styled(" sockeye compare  ", theme.strong),
        Span::styled(canvas::cut(&by, room), theme.dim),
    ];
    canvas.line(area, &Line::from(left));
    canvas.right(area, &right);
}

fn sides(canvas: &mut Canvas<'_>, area: Rect, is_over: bool, now: &ComparedNow<'_>) {
    let theme = *canvas.theme;
    let mut lines = area.rows();
    let mut next = || lines.next().unwrap_or_default();
    let right = vec![
        Span::raw(format!("{} on both · {} together · ", thousands(now.pairs), thousands(now.together))),
        match now.differing {
            0 => Span::styled("none differ", theme.ok),
            differing => Span::styled(format!("{} differ", thousands(differing)), theme.bad),
        },
    ];
    canvas.rule(next(), Span::styled("sides", theme.strong), right);
    let heads =
        format!("{:>36}{:>9}{:>10}{:>10}{:>10}", "messages first", "lead p50", "p99", "max", "missing");
    canvas.text(next(), heads, theme.dim);
    for (side, facts) in Side::BOTH.into_iter().zip(&now.sides) {
        let name = Line::from(vec![
            Span::styled(format!(" {side:?} "), theme.accent),
            Span::raw(canvas::cut(&untrusted::safe(&facts.name), usize::from(area.width).saturating_sub(4))),
        ]);
        canvas.line(next(), &name);
        canvas.line(next(), &facts_of(facts, (now.pairs, is_over), &theme));
        if facts.lost > 0 {
            let why = untrusted::safe(facts.last_loss.as_deref().unwrap_or_default());
            let text = format!("{} lost or failed, the last: {why}", thousands(facts.lost));
            let text = canvas::cut(&text, usize::from(area.width).saturating_sub(6));
            canvas.line(next(), &Line::styled(format!("     {text}"), theme.wait));
        }
    }
}

/// `   ● open            1,204   61.2 %   0.8 ms   12 ms   80 ms   0`
fn facts_of(facts: &SideNow, (pairs, is_over): (u64, bool), theme: &Theme) -> Line<'static> {
    let (sign, word, style) = match (&facts.last_loss, facts.is_open) {
        (_, true) => ("●", "open", theme.ok),
        (Some(_), false) => ("✕", "lost", theme.bad),
        (None, false) if is_over => ("■", "ended", theme.dim),
        (None, false) => ("◐", "connecting", theme.wait),
    };
    let share = (u128::from(facts.first) * 1_000).checked_div(u128::from(pairs)).unwrap_or(0);
    let lead = if facts.lead.count == 0 {
        format!("{:>9}{:>10}{:>10}", "–", "–", "–")
    } else {
        let [p50, p99, max] = [facts.lead.p50, facts.lead.p99, facts.lead.max].map(span_of);
        format!("{p50:>9}{p99:>10}{max:>10}")
    };
    let missing = if facts.missing == 0 { theme.ok } else { theme.bad };
    Line::from(vec![
        Span::styled(format!("   {sign} {word:<11}"), style),
        Span::raw(format!(
            "{:>12}{:>8}",
            thousands(facts.messages),
            format!("{}.{} %", share / 10, share % 10)
        )),
        Span::raw(lead),
        Span::styled(format!("{:>10}", thousands(facts.missing)), missing),
    ])
}

fn rows(canvas: &mut Canvas<'_>, areas: &SideBySideAreas, state: &SideBySide, now: &ComparedNow<'_>) {
    let theme = *canvas.theme;
    let kept = now.rows.kept(state.listed);
    let mode = match (state.selected, state.listed) {
        (None, Listed::All) => "following · all",
        (None, Listed::Odd) => "following · only what differs or is missing",
        (Some(_), Listed::All) => "held · all",
        (Some(_), Listed::Odd) => "held · only what differs or is missing",
    };
    canvas.rule(areas.rule, Span::styled("messages", theme.strong), Span::styled(mode, theme.dim));
    let heads = format!("  {:<14}{:<KEY$}  {:<LEAD$}{}", "time", "key", "first, by", "what");
    canvas.text(
        Rect { y: areas.rule.y + 1, height: areas.rule.height.saturating_sub(1), ..areas.rule },
        heads,
        theme.dim,
    );
    if kept.is_empty() {
        let text = if state.listed == Listed::Odd && now.pairs > 0 {
            "nothing differs and nothing is missing; o shows all messages"
        } else if now.key.is_none() {
            "the first messages of both sides are looked at"
        } else {
            "no message has come on both sides yet"
        };
        return canvas.text(canvas::indented(areas.rows, 2), text, theme.dim);
    }
    let (first, place) = (state.first(kept), state.place(kept));
    for (line, (nth, row)) in areas.rows.rows().zip(kept.iter().enumerate().skip(first)) {
        let is_selected = nth == place;
        let spans = row_spans(row, state, &theme, usize::from(line.width), is_selected);
        canvas.row(line, &Line::from(spans), is_selected);
    }
}

/// `12:01:07.408  18                A  +1.2 ms   ≠ .price 1 → 2`
fn row_spans(
    row: &ComparedRow,
    state: &SideBySide,
    theme: &Theme,
    width: usize,
    is_selected: bool,
) -> Vec<Span<'static>> {
    let key = canvas::cut(&untrusted::safe(&row.key), KEY);
    let blanks = " ".repeat(KEY - canvas::width(&key));
    let lead = match row.lead {
        Some((side, by)) => format!("{side:?} {:>10}", gap(by)),
        None => String::new(),
    };
    let (text, style) = what(row, theme);
    let mark = if is_selected { "▌ " } else { "  " };
    let head = format!("{:<14}", row.at.clock(&state.zone));
    let room = width.saturating_sub(2 + 14 + KEY + 2 + LEAD);
    vec![
        Span::styled(mark, theme.accent),
        Span::styled(head, theme.dim),
        Span::raw(format!("{key}{blanks}  ")),
        Span::styled(format!("{lead:<LEAD$}"), theme.dim),
        Span::styled(canvas::cut(&untrusted::safe(&text), room), style),
    ]
}

fn what(row: &ComparedRow, theme: &Theme) -> (String, Style) {
    match &row.what {
        ComparedWhat::Same => ("= the same".to_owned(), theme.dim),
        ComparedWhat::Missing(side) => (format!("✕ missing on {side:?}"), theme.bad),
        ComparedWhat::Differs(changes) => {
            let told: Vec<_> = changes
                .iter()
                .map(|change| {
                    let [a, b] = [&change.a, &change.b].map(|value| value.as_deref().unwrap_or("nothing"));
                    format!("{} {a} → {b}", change.place)
                })
                .collect();
            (format!("≠ {}", told.join(", ")), theme.wait)
        }
    }
}

/// The selected row: both messages, and each place that differs.
fn detail(canvas: &mut Canvas<'_>, area: Rect, state: &SideBySide, now: &ComparedNow<'_>) {
    let kept = now.rows.kept(state.listed);
    let Some(row) = kept.get(state.place(kept)).filter(|_| area.height > 0) else { return };
    let theme = *canvas.theme;
    let title = format!("message {}", canvas::cut(&untrusted::safe(&row.key), 60));
    canvas.rule(Rect { height: 1, ..area }, Span::styled(title, theme.strong), Line::default());
    let width = usize::from(area.width).saturating_sub(6);
    let mut lines = Vec::new();
    for (side, text) in Side::BOTH.into_iter().zip(&row.texts) {
        let (text, style) = match text {
            Some(text) => (untrusted::safe(text), theme.plain),
            None => ("it has not come".to_owned(), theme.bad),
        };
        let head = Span::styled(format!("  {side:?}  "), theme.accent);
        lines.extend(canvas::hanging(head, &text, style, width).take(2));
    }
    if let ComparedWhat::Differs(changes) = &row.what {
        for change in changes {
            let value = |value: &Option<String>| untrusted::safe(value.as_deref().unwrap_or("nothing"));
            lines.push(Line::from(vec![
                Span::styled(format!("  ≠  {}  ", untrusted::safe(&change.place)), theme.wait),
                Span::raw(format!("{} → {}", value(&change.a), value(&change.b))),
            ]));
        }
    }
    canvas.lines(Rect { y: area.y + 1, height: area.height - 1, ..area }, lines);
}

fn footer(canvas: &mut Canvas<'_>, area: Rect, state: &SideBySide, now: &ComparedNow<'_>) {
    let theme = *canvas.theme;
    let has_rows = !now.rows.kept(state.listed).is_empty();
    let keys = [
        ("q", "leave and print the report", true),
        ("o", if state.listed == Listed::Odd { "all" } else { "only what differs" }, true),
        ("enter", if state.has_detail { "close" } else { "both messages" }, has_rows),
        ("j k", "move", has_rows),
        ("f", "follow", state.selected.is_some()),
    ];
    let mut spans = vec![Span::raw(" ")];
    for (key, text, _) in keys.into_iter().filter(|(_, _, is_there)| *is_there) {
        spans.push(Span::styled(key, theme.accent));
        spans.push(Span::raw(format!(" {text}   ")));
    }
    canvas.line(area, &Line::from(spans));
}
