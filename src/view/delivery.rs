//! The deliveries: what stands behind the input, counters, the way of the messages, what holds up the feed, and the
//! messages that are unacknowledged or wait to be redelivered.

mod socket;
mod way;

use std::time::Duration;

use ratatui::{
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App,
        deliveries::{Deliveries, Listed, ReplayDelay},
        layout::Areas,
        screens::delivery::{first_listed, panes, shows_way},
    },
    payload::{counted, span_of, thousands},
    session::{MessageId, Timestamp, Verdict},
};

use super::{canvas, canvas::Canvas, header::tenths, theme, theme::Theme, untrusted};

/// Cells of the names of the facts.
const NAME: usize = 14;
/// Cells that the beginning of a message takes at least.
const PREVIEW: u16 = 8;
/// Cells of a name and its value at least.
const CELL: usize = 26;
/// Lines from which the facts have room for blank ones.
const ROOMY: u16 = 20;
/// How long nothing new may be delivered before that is worth a word.
const QUIET: Duration = Duration::from_millis(500);

pub fn draw(canvas: &mut Canvas<'_>, _: &Areas, app: &App) -> Option<Position> {
    let panes = panes(app);
    let theme = canvas.theme;
    let deliveries = &app.deliveries;
    let nacked = match app.profile.replays {
        // What held for an old session is not known.
        _ if app.capture.is_reading() => "",
        true => "nacked: redelivered",
        false => "nacked: dropped",
    };
    let right = Span::styled(nacked, theme.dim);
    canvas.rule(panes.title, Span::styled("Delivery", theme.accent), right.clone());
    facts(canvas, panes.first, app);
    if panes.divider.height > 0 {
        canvas.upright(panes.divider);
    }
    let is_alone = panes.first.height == 0;
    let (style, right) = if is_alone { (theme.accent, right) } else { (theme.strong, Span::default()) };
    canvas.rule(panes.second_title, Span::styled(list_title(deliveries), style), right);
    list(canvas, panes.second, app);
    None
}

/// `in flight 2 of 64 · waiting 1`
fn list_title(deliveries: &Deliveries) -> String {
    let most = deliveries.ack_mode.max_in_flight;
    let of = if deliveries.has_many_in_flight() { format!(" of {}", thousands(most)) } else { String::new() };
    let in_flight = thousands(deliveries.in_flight.len() as u64);
    format!("in flight {in_flight}{of} · waiting {}", thousands(deliveries.waiting.len() as u64))
}

fn facts(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    if area.height == 0 {
        return;
    }
    let theme = canvas.theme;
    let deliveries = &app.deliveries;
    let inner = canvas::inner(area);
    let width = usize::from(inner.width);
    let is_tight = area.height < ROOMY;
    let has_way = shows_way(app);
    let mut lines: Vec<Line<'static>> = Vec::new();
    let fact = |name: &str, text: String, style: Style, lines: &mut Vec<Line<'static>>| {
        let head = Span::styled(format!("{name:<NAME$}"), theme.dim);
        lines.extend(canvas::hanging(head, &text, style, width));
    };
    fact("ack mode", untrusted::safe(&deliveries.ack_mode.text), theme.strong, &mut lines);
    if has_way {
        lines.extend(table(&bench(app, theme), width, theme));
    }
    lines.extend(table(&tally(deliveries, theme), width, theme));
    lines.push(Line::default());
    if has_way {
        lines.extend(way::lines(app, theme, width));
        if !is_tight {
            lines.push(Line::default());
        }
    }
    lines.push(Line::from(vec![
        Span::styled(format!("{:<NAME$}", "back-pressure"), theme.dim),
        Span::styled(bars(deliveries, app.now, width.saturating_sub(NAME).min(60)), theme.wait),
    ]));
    if !is_tight || !has_way {
        let scale = format!("{}time not read in each second", " ".repeat(NAME));
        lines.push(Line::styled(canvas::cut(&scale, width), theme.dim));
        lines.push(Line::default());
    }
    let (message, style) = holds_up(app, theme);
    fact("head of line", message, style, &mut lines);
    match socket::not_read(app) {
        Some(message) => fact("the socket", message, theme.wait, &mut lines),
        None if has_way => {}
        None => {
            let (message, style) = socket::state(app, theme);
            fact("the socket", message, style, &mut lines);
        }
    }
    if !is_tight {
        for note in notes(app) {
            lines.push(Line::default());
            lines.extend(canvas::wrap(&note, width).into_iter().map(|part| Line::styled(part, theme.dim)));
        }
    }
    canvas.lines(inner, lines);
}

/// What is said below the facts where there is room for it, a paragraph each.
fn notes(app: &App) -> Vec<String> {
    let auto = "Each message is acknowledged as it comes. o plays another output: manual leaves the answers to you, \
                reject and slow show what a failing or a slow output does to the feed. x on the feed rejects a message \
                after the fact.";
    let played = "+ and - change how many messages the output takes at a time, t and T the threads before it, o all of \
                  the ack mode.";
    match app.deliveries.is_auto() {
        true => vec![auto.to_owned()],
        false if app.capture.is_reading() => Vec::new(),
        false => {
            let of_file = app.form.applied.shape.lines();
            of_file.iter().map(|line| untrusted::safe(line)).chain([played.to_owned()]).collect()
        }
    }
}

/// A name, a value and its style.
type Cell = (&'static str, String, Style);

/// The settings of what stands behind the input, in the words of the pipeline.
fn bench(app: &App, theme: &Theme) -> [Cell; 3] {
    let deliveries = &app.deliveries;
    let mode = &deliveries.ack_mode;
    let bench = deliveries.bench();
    let delay = match bench {
        _ if deliveries.is_manual() => "you answer".to_owned(),
        Some(bench) if !bench.delay.is_zero() => bench.delay.to_string(),
        _ => "none".to_owned(),
    };
    let threads = match (mode.threads, mode.held) {
        (0, 0) => "none".to_owned(),
        (0, held) => format!("none, hold {}", thousands(held)),
        (threads, held) => format!("{}, hold {}", thousands(threads), thousands(held)),
    };
    [
        ("max_in_flight", thousands(mode.max_in_flight), theme.plain),
        ("delay", delay, theme.plain),
        ("threads", threads, theme.plain),
    ]
}

fn tally(deliveries: &Deliveries, theme: &Theme) -> [Cell; 6] {
    let tally = deliveries.tally;
    let good = |name, count| (name, thousands(count), theme.plain);
    let bad = |name, count| (name, thousands(count), if count > 0 { theme.bad } else { theme.plain });
    [
        good("delivered", tally.delivered),
        good("acked", tally.acked),
        good("nacked", tally.nacked),
        good("redelivered", tally.replayed),
        bad("dropped", tally.dropped),
        bad("lost", tally.lost),
    ]
}

/// Cells side by side: in rows of three where they fit, otherwise in two columns.
fn table(cells: &[Cell], width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let columns = if width >= 3 * CELL { 3 } else { 2 };
    let rows = cells.len().div_ceil(columns);
    let line = |row: usize| {
        let nth = |column| if columns == 3 { row * columns + column } else { column * rows + row };
        let row = (0..columns).filter_map(|column| cells.get(nth(column)));
        let spans = row.flat_map(|(name, value, style)| {
            let value = format!("{value:<room$}", room = (width / columns).saturating_sub(NAME));
            [Span::styled(format!("{name:<NAME$}"), theme.dim), Span::styled(value, *style)]
        });
        Line::from(spans.collect::<Vec<_>>())
    };
    (0..rows).map(line).collect()
}

/// What keeps new messages from being delivered, as the head of the line sees it.
fn holds_up(app: &App, theme: &Theme) -> (String, Style) {
    let deliveries = &app.deliveries;
    let quiet = deliveries.last_new.map_or(Duration::ZERO, |at| deliveries.age(at, app.now));
    let since = if quiet >= QUIET { format!("nothing new for {}: ", tenths(quiet)) } else { String::new() };
    if let Some(ReplayDelay { id, attempt, until }) = deliveries.pausing(app.now) {
        let left = tenths(until.since(app.now));
        let message = format!("{since}#{} is on attempt {attempt}, in {left}", thousands(id.0));
        return (message, theme.wait);
    }
    let most = usize::try_from(deliveries.ack_mode.max_in_flight).unwrap_or(usize::MAX);
    let oldest = deliveries.in_flight.values().min_by_key(|flight| flight.since);
    if let Some(oldest) = oldest.filter(|_| deliveries.in_flight.len() >= most) {
        let age = deliveries.age(oldest.since, app.now);
        let oldest = if age < QUIET {
            String::new()
        } else {
            format!(" (#{} for {})", thousands(oldest.id.0), tenths(age))
        };
        return (format!("{since}the output is full{oldest}"), theme.wait);
    }
    if !deliveries.waiting.is_empty() && !app.current.is_open() {
        let all = counted(deliveries.waiting.len() as u64, "message");
        return (format!("the next connection redelivers {all}"), theme.wait);
    }
    if !deliveries.waiting.is_empty() && quiet >= QUIET {
        return (format!("{since}what was rejected comes first"), theme.wait);
    }
    ("nothing holds up the feed".to_owned(), theme.ok)
}

/// The last seconds as bars: a full one was held up from end to end.
fn bars(deliveries: &Deliveries, now: Timestamp, cells: usize) -> String {
    const BARS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let mut bars = vec![BARS[0]; cells];
    for (at, paused) in &deliveries.pressure {
        let ago = usize::try_from(now.since(*at).as_secs()).unwrap_or(usize::MAX);
        let eighths = usize::try_from(paused.as_millis() * 8 / 1_000).unwrap_or(8).clamp(1, 8);
        if let Some(bar) = cells.checked_sub(1 + ago).and_then(|at| bars.get_mut(at)) {
            *bar = BARS[eighths];
        }
    }
    bars.into_iter().collect()
}

fn list(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    if app.deliveries.listed() == 0 {
        let message = if app.deliveries.is_auto() {
            "no message is unacknowledged: the ack mode is auto (o changes it)"
        } else {
            "no message is unacknowledged, and none waits for redelivery"
        };
        let place = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
        return canvas.paragraph(place, message, theme.dim);
    }
    let selected = app.deliveries.place();
    let from = first_listed(app, area.height);
    for (y, (nth, listed)) in (area.y..area.bottom()).zip((from..).zip(app.deliveries.listed_from(from))) {
        let mark = if nth == selected { "▌ " } else { "  " };
        let style = if nth == selected { theme.strong } else { theme.plain };
        let (sign, colour, message) = described(app, &listed, theme);
        let spans = vec![
            Span::styled(mark, theme.accent),
            Span::styled(format!("{sign} "), colour),
            Span::styled(format!("{:<10}", format!("#{}", thousands(listed.id.0))), style),
            Span::styled(format!("{message:<40} "), style),
        ];
        let line = Line::from(spans);
        let used = u16::try_from(line.width()).unwrap_or(u16::MAX);
        canvas.line(Rect { y, height: 1, ..area }, &line);
        let room = area.width.saturating_sub(used + 1);
        if room >= PREVIEW {
            let place = Rect { x: area.x + used, y, width: room, height: 1 };
            canvas.text(place, preview(app, listed.id, room.into()), theme.dim);
        }
        if nth == selected {
            canvas.fill(Rect { y, height: 1, ..area });
        }
    }
}

/// The beginning of a message, if it is at hand.
fn preview(app: &App, id: MessageId, cells: usize) -> String {
    let row = app.timeline.row_of_message(id).and_then(|row| app.timeline.row(row));
    match row.map(|row| row.line) {
        Some(crate::app::Line::Message { message, .. }) => message
            .payload
            .map_or_else(String::new, |payload| untrusted::preview(message.kind, payload, cells)),
        _ => String::new(),
    }
}

/// The sign of a line, its colour, and its text.
fn described(app: &App, listed: &Listed, theme: &Theme) -> (&'static str, Style, String) {
    let (attempt, age) = (listed.delivery.attempt, span_of(app.deliveries.age(listed.since, app.now)));
    if listed.delivery.verdict == Verdict::Pending {
        return ("…", theme.wait, format!("attempt {attempt:<4} unacknowledged for {age}"));
    }
    let next = attempt.saturating_add(1);
    let whereabouts = &app.deliveries.whereabouts;
    let message = match app.deliveries.pausing(app.now).filter(|pause| pause.id == listed.id) {
        Some(pause) => format!("attempt {next:<4} in {}", tenths(pause.until.since(app.now))),
        None if whereabouts.offered.first.contains(&listed.id) => format!("attempt {next:<4} offered"),
        None if whereabouts.threads.first.contains(&listed.id) => format!("attempt {next:<4} in the threads"),
        None => format!("attempt {next:<4} waits for {age}"),
    };
    ("↻", theme.note, message)
}
