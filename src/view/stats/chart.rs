//! The chart: bars over time, below them when connections stood, and the times.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    text::{Line, Span},
    widgets::{Sparkline, SparklineBar, Widget as _},
};

use crate::{
    app::{
        App, Measure, StatsPane, layout,
        screens::stats::{SCALE, StatsAreas, bars},
    },
    payload::{limit_in_words, size, span_of, thousands},
    session::Timestamp,
    stats::Bucket,
};

use super::{
    super::{canvas, canvas::Canvas},
    lifetimes,
};

/// What a bar is made of.
struct Bar {
    at: Timestamp,
    sum: Bucket,
    span: Duration,
}

impl Bar {
    /// How high it is; `None` where there is nothing to measure.
    fn value(&self, measure: Measure) -> Option<u64> {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        match measure {
            Measure::Rate => {
                let millis = u64::try_from(self.span.as_millis()).unwrap_or(u64::MAX).max(1);
                Some((self.sum.messages * 1_000).div_ceil(millis))
            }
            Measure::Size => (self.sum.bytes).checked_div(self.sum.messages),
            Measure::Lag => self.sum.lag.map(micros),
            Measure::Gap => (self.sum.messages > 0).then(|| micros(self.sum.gap)),
        }
    }
}

fn written(measure: Measure, value: u64) -> String {
    match measure {
        Measure::Rate if value >= 1_000_000 => format!("{}k/s", thousands(value / 1_000)),
        Measure::Rate => format!("{}/s", thousands(value)),
        Measure::Size => size(value),
        Measure::Lag | Measure::Gap => span_of(Duration::from_micros(value)),
    }
}

pub(super) fn draw(canvas: &mut Canvas<'_>, areas: &StatsAreas, app: &App) {
    if areas.chart_title.height == 0 {
        return;
    }
    let theme = canvas.theme;
    let over_time = &app.over_time;
    if over_time.pane == StatsPane::Connections {
        let right = "the marks are limits that servers and proxies set";
        let name = "how long connections stood";
        canvas.rule(areas.chart_title, Span::styled(name, theme.strong), Span::styled(right, theme.dim));
        let height = areas.chart.height + areas.axis.height;
        return lifetimes::draw(canvas, Rect { height, ..areas.chart }, app);
    }
    let (cells, is_live) = (bars(app), !app.capture.is_reading());
    let bar = limit_in_words(over_time.bar(cells, is_live));
    let style = if over_time.pane == StatsPane::Chart { theme.accent } else { theme.strong };
    let right = format!("a bar is {bar} · m measure · + - zoom · ← → cursor");
    let name = if areas.chart.height >= EACH * 4 { "over time" } else { over_time.measure.words() };
    canvas.rule(areas.chart_title, Span::styled(name, style), Span::styled(right, theme.dim));
    let (shown, cursor) = shown(app, cells, is_live);
    if shown.is_empty() {
        return canvas.text(canvas::indented(areas.chart, 2), "no message has come yet", theme.dim);
    }
    let many = [Measure::Rate, Measure::Size, Measure::Lag, Measure::Gap];
    if areas.chart.height >= EACH * 4 {
        let mut rest = areas.chart;
        for (nth, measure) in (0..).zip(many) {
            let height = rest.height / (4 - nth);
            let mut part = layout::top(&mut rest, height);
            let name = layout::top(&mut part, 1);
            let style = if measure == over_time.measure { theme.strong } else { theme.dim };
            canvas.text(canvas::indented(name, SCALE + 1), measure.words(), style);
            one(canvas, part, measure, (&shown, cells, cursor));
        }
    } else {
        one(canvas, areas.chart, over_time.measure, (&shown, cells, cursor));
    }
    axis(canvas, areas.axis, app, (&shown, cells.saturating_sub(shown.len()), cursor));
}

/// Lines of a chart and its name, from which all of them are shown.
const EACH: u16 = 6;

/// Draws the bars of one measure with their scale.
fn one(
    canvas: &mut Canvas<'_>,
    area: Rect,
    measure: Measure,
    (shown, cells, cursor): (&[Bar], usize, Option<usize>),
) {
    let theme = *canvas.theme;
    let Some(highest) = shown.iter().filter_map(|bar| bar.value(measure)).max() else {
        let message = match measure {
            Measure::Lag => "no path of a time is read: c chooses one",
            _ => "nothing of this has come",
        };
        return canvas.text(canvas::indented(area, SCALE + 1), message, theme.dim);
    };
    let scale = |text: &str| format!("{text:>width$}", width = usize::from(SCALE));
    let at_left = Rect { width: SCALE, height: 1, ..area };
    canvas.text(at_left, scale(&written(measure, highest)), theme.dim);
    if area.height > 1 {
        canvas.text(Rect { y: area.bottom() - 1, ..at_left }, scale("0"), theme.dim);
    }
    let place = Rect { x: area.x + SCALE + 1, width: u16::try_from(cells).unwrap_or(0), ..area };
    let blank = SparklineBar::from(None::<u64>);
    let drawn = shown.iter().enumerate().map(|(nth, bar)| {
        let style = if Some(nth) == cursor { theme.accent } else { theme.dim };
        SparklineBar::from(bar.value(measure)).style(Some(style))
    });
    let missing = cells.saturating_sub(shown.len());
    let data: Vec<SparklineBar> = std::iter::repeat_n(blank, missing).chain(drawn).collect();
    Sparkline::default().data(data).max(highest.max(1)).absent_value_symbol(" ").render(place, canvas.buffer);
}

/// The bars in sight, the oldest first, and which of them the cursor is on. The newest is the last, unless the cursor is
/// further back.
fn shown(app: &App, cells: usize, is_live: bool) -> (Vec<Bar>, Option<usize>) {
    let over_time = &app.over_time;
    let series = &over_time.snapshot.series;
    let width = 1_usize << over_time.zoom(cells, is_live);
    let span = over_time.bar(cells, is_live);
    let all = series.buckets().chunks(width).enumerate().map(|(nth, buckets)| {
        let mut sum = Bucket::default();
        for bucket in buckets {
            sum.join(*bucket);
        }
        Bar { at: series.time(nth * width).unwrap_or_default(), sum, span }
    });
    let mut all: Vec<_> = all.collect();
    let at_cursor = over_time.cursor.and_then(|cursor| all.iter().rposition(|bar| bar.at <= cursor));
    let last = all.len();
    // Where the cursor is out of sight it is brought to the middle.
    let end = match at_cursor {
        Some(at) if at + cells < last => (at + cells / 2).max(cells).min(last),
        _ => last,
    };
    let from = end.saturating_sub(cells);
    all.truncate(end);
    (all.split_off(from), at_cursor.and_then(|at| at.checked_sub(from)))
}

/// When connections stood, below each bar; and the times of both ends, or what is at the cursor.
fn axis(
    canvas: &mut Canvas<'_>,
    area: Rect,
    app: &App,
    (shown, missing, cursor): (&[Bar], usize, Option<usize>),
) {
    let theme = canvas.theme;
    let of = &app.over_time.snapshot.connections;
    let left = area.x + SCALE + 1;
    canvas.text(
        Rect { width: SCALE, height: 1, ..area },
        format!("{:>width$}", "up", width = usize::from(SCALE)),
        theme.dim,
    );
    for (x, bar) in (left + u16::try_from(missing).unwrap_or(0)..area.right().saturating_sub(1)).zip(shown) {
        let end = bar.at.plus(bar.span);
        let stood = |from: Timestamp, to: Option<Timestamp>| from < end && to.is_none_or(|to| to > bar.at);
        let whole = |from: Timestamp, to: Option<Timestamp>| from <= bar.at && to.is_none_or(|to| to >= end);
        let (sign, style) = if of.up.iter().any(|(from, to)| whole(*from, *to)) {
            ("━", theme.ok)
        } else if of.up.iter().any(|(from, to)| stood(*from, *to)) {
            ("╸", theme.wait)
        } else {
            ("·", theme.bad)
        };
        canvas.text(Rect { x, width: 1, height: 1, ..area }, sign, style);
    }
    let below = Rect {
        x: left,
        y: area.y + 1,
        width: area.width.saturating_sub(SCALE + 2),
        height: area.height.min(2).saturating_sub(1),
    };
    let clock = |at: Timestamp| at.clock(&app.zone).split('.').next().unwrap_or_default().to_owned();
    if let Some(bar) = cursor.and_then(|nth| shown.get(nth)) {
        let values = [Measure::Rate, Measure::Size, Measure::Lag, Measure::Gap].map(|measure| {
            let value = bar.value(measure).map_or_else(|| "–".to_owned(), |value| written(measure, value));
            let name = match measure {
                Measure::Rate => "",
                Measure::Size => "size ",
                Measure::Lag => "lag ",
                Measure::Gap => "gap ",
            };
            format!("{name}{value}")
        });
        let spans = vec![
            Span::styled(clock(bar.at), theme.accent),
            Span::raw(format!("   {}", values.join("   "))),
            Span::styled("   enter shows it on the feed", theme.dim),
        ];
        return canvas.line(below, &Line::from(spans));
    }
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return };
    let indent = u16::try_from(missing).unwrap_or(0);
    if below.width > indent + 20 {
        canvas.text(canvas::indented(below, indent), clock(first.at), theme.dim);
    }
    canvas.right(below, &Line::from(Span::styled(clock(last.at.plus(last.span)), theme.dim)));
}
