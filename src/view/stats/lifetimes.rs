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
    payload::{limit_in_words, thousands},
    stats::{BINS, USUAL, bin_of},
};

use super::super::canvas::Canvas;

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
    let mut free = 0;
    for usual in &USUAL {
        let at = cell(bin_of(usual.after));
        let (label, is_hit) = (label(usual.after), counts[at] > 0);
        let style = if is_hit { theme.wait } else { theme.dim };
        let offset = |by: usize| u16::try_from(by).unwrap_or(0);
        canvas.text(Rect { x: marks.x + offset(at), width: 1, ..marks }, "┴", style);
        // One that has no room stands there with its mark only.
        let from = at.saturating_sub(label.len() / 2).min(cells.saturating_sub(label.len()));
        if from >= free && from + label.len() <= cells {
            let text = Line::from(Span::styled(label.clone(), style));
            canvas.line(Rect { x: labels.x + offset(from), width: offset(label.len()), ..labels }, &text);
            free = from + label.len() + 1;
        }
    }
}

/// `60 s`, `10 min`, `24 h`
fn label(time: Duration) -> String {
    limit_in_words(time)
}
