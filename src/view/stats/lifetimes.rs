//! How long connections stood, as bars over a scale of time that doubles, with the limits that many servers and proxies
//! set marked below it.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    text::{Line, Span},
    widgets::{Sparkline, SparklineBar, Widget as _},
};

use crate::{
    app::{App, screens::stats::SCALE},
    payload::thousands,
    stats::{BINS, USUAL, bin_of},
};

use super::super::canvas::Canvas;

/// Limits whose labels come first, in seconds.
const FIRST: [u64; 5] = [30, 60, 600, 3_600, 86_400];
/// Lines that it takes at least: bars, marks, labels.
pub(super) const LEAST: u16 = 3;

/// Draws the bars into all lines but two, and the marks with their labels into these.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = *canvas.theme;
    let bins = &app.over_time.snapshot.connections.histogram;
    let width = area.width.saturating_sub(SCALE + 2);
    let place = Rect { x: area.x + SCALE + 1, width, ..area };
    let cells = usize::from(width);
    if cells == 0 || area.height < LEAST {
        return;
    }
    let cell = |bin: usize| (bin * cells / BINS).min(cells - 1);
    let mut counts = vec![0_u64; cells];
    for (bin, count) in bins.iter().enumerate() {
        counts[cell(bin)] += count;
    }
    let highest = counts.iter().copied().max().unwrap_or(0);
    let bars = Rect { height: area.height - 2, ..place };
    if highest == 0 {
        canvas.text(bars, "no connection has been ended by the other side", theme.dim);
    } else {
        let scale = Rect { width: SCALE, height: 1, ..area };
        canvas.text(scale, format!("{:>width$}", thousands(highest), width = usize::from(SCALE)), theme.dim);
        let is_suspect = |nth: usize| USUAL.iter().any(|usual| cell(bin_of(usual.after)) == nth);
        let bar = |(nth, count): (usize, &u64)| {
            let style = if is_suspect(nth) { theme.wait } else { theme.plain };
            SparklineBar::from((*count > 0).then_some(*count)).style(Some(style))
        };
        let data: Vec<_> = counts.iter().enumerate().map(bar).collect();
        Sparkline::default().data(data).max(highest).absent_value_symbol(" ").render(bars, canvas.buffer);
    }
    let marks = Rect { y: bars.bottom(), height: 1, ..place };
    let labels = Rect { y: marks.y + 1, ..marks };
    canvas.text(marks, "─".repeat(cells), theme.rule);
    let offset = |by: usize| u16::try_from(by).unwrap_or(0);
    let mut taken = vec![false; cells];
    // The labels of the round ones first; one that has no room has its mark only.
    let mut all: Vec<_> = USUAL.iter().collect();
    all.sort_by_key(|usual| !FIRST.contains(&usual.after.as_secs()));
    for usual in all {
        let at = cell(bin_of(usual.after));
        let style = if counts[at] > 0 { theme.wait } else { theme.dim };
        canvas.text(Rect { x: marks.x + offset(at), width: 1, ..marks }, "┴", style);
        let label = label(usual.after);
        let from = at.saturating_sub(label.len() / 2).min(cells.saturating_sub(label.len()));
        let places = from.saturating_sub(1)..(from + label.len() + 1).min(cells);
        if taken[places.clone()].iter().all(|is_taken| !is_taken) {
            taken[places].fill(true);
            let text = Line::from(Span::styled(label.clone(), style));
            canvas.line(Rect { x: labels.x + offset(from), width: offset(label.len()), ..labels }, &text);
        }
    }
}

/// `60s`, `10min`, `24h`: short, so that most have room.
fn label(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= 3_600 && seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        seconds if seconds >= 600 && seconds % 60 == 0 => format!("{}min", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}
