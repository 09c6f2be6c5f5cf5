//! The deliveries: the ack mode and counters, what holds up the feed, and the
//! unacknowledged messages, and those that wait to be redelivered.

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
        screens::delivery::{first_listed, panes},
    },
    payload::{counted, size, span_of, thousands},
    session::{MessageId, Pause, Timestamp, Verdict},
};

use super::{canvas, canvas::Canvas, header::tenths, theme::Theme, untrusted};

/// Cells of the names of the facts.
const NAME: usize = 14;
/// Cells that the beginning of a message takes at least.
const PREVIEW: u16 = 8;
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
    let mut lines: Vec<Line<'static>> = Vec::new();
    let fact = |name: &str, text: String, style: Style, lines: &mut Vec<Line<'static>>| {
        let head = Span::styled(format!("{name:<NAME$}"), theme.dim);
        lines.extend(canvas::hanging(head, &text, style, width));
    };
    fact("ack mode", untrusted::safe(&deliveries.ack_mode.text), theme.strong, &mut lines);
    let tally = deliveries.tally;
    let pair = |name: &str, count: u64, bad: bool| {
        let style = if bad && count > 0 { theme.bad } else { theme.plain };
        [
            Span::styled(format!("{name:<NAME$}"), theme.dim),
            Span::styled(format!("{:<14}", thousands(count)), style),
        ]
    };
    for (one, other) in [
        (pair("delivered", tally.delivered, false), pair("redelivered", tally.replayed, false)),
        (pair("acked", tally.acked, false), pair("dropped", tally.dropped, true)),
        (pair("nacked", tally.nacked, false), pair("lost", tally.lost, true)),
    ] {
        lines.push(Line::from(one.into_iter().chain(other).collect::<Vec<_>>()));
    }
    lines.push(Line::default());
    let (message, style) = holds_up(app, theme);
    fact("head of line", message, style, &mut lines);
    let (message, style) = reading(app, theme);
    fact("the socket", message, style, &mut lines);
    lines.push(Line::default());
    lines.push(Line::from(vec![
        Span::styled(format!("{:<NAME$}", "back-pressure"), theme.dim),
        Span::styled(bars(deliveries, app.now, width.saturating_sub(NAME).min(60)), theme.wait),
    ]));
    let scale = format!("{}time not read in each second", " ".repeat(NAME));
    lines.push(Line::styled(canvas::cut(&scale, width), theme.dim));
    if deliveries.is_auto() && area.height > 14 {
        lines.push(Line::default());
        let message = "Each message is acknowledged as it comes. o plays another output: manual leaves the answers to \
                    you, reject and slow show what a failing or a slow output does to the feed. x on the feed \
                    rejects a message after the fact.";
        lines.extend(canvas::wrap(message, width).into_iter().map(|part| Line::styled(part, theme.dim)));
    }
    canvas.lines(inner, lines);
}

/// What keeps new messages from being delivered, as the head of the line sees it.
fn holds_up(app: &App, theme: &Theme) -> (String, Style) {
    let deliveries = &app.deliveries;
    let quiet = deliveries.last_new.map_or(Duration::ZERO, |at| app.now.since(at));
    let since = if quiet >= QUIET { format!("nothing new for {}: ", tenths(quiet)) } else { String::new() };
    if let Some(ReplayDelay { id, attempt, until }) = deliveries.pause {
        let left = tenths(until.since(app.now));
        let message = format!("{since}#{} is on attempt {attempt}, in {left}", thousands(id.0));
        return (message, theme.wait);
    }
    let most = usize::try_from(deliveries.ack_mode.max_in_flight).unwrap_or(usize::MAX);
    if let Some((id, flight)) =
        deliveries.in_flight.first_key_value().filter(|_| deliveries.in_flight.len() >= most)
    {
        let age = tenths(app.now.since(flight.since));
        let count = deliveries.in_flight.len() as u64;
        let verb = if count == 1 { "is" } else { "are" };
        let all = counted(count, "message");
        return (
            format!("{since}{all} {verb} unacknowledged, the oldest is #{} since {age}", thousands(id.0)),
            theme.wait,
        );
    }
    if !deliveries.waiting.is_empty() && !app.current.is_open() {
        let all = counted(deliveries.waiting.len() as u64, "message");
        return (format!("the next connection redelivers {all}"), theme.wait);
    }
    ("nothing holds up the feed".to_owned(), theme.ok)
}

fn reading(app: &App, theme: &Theme) -> (String, Style) {
    let deliveries = &app.deliveries;
    if !app.current.is_open() {
        return ("there is no connection".to_owned(), theme.dim);
    }
    let Some((since, why)) = deliveries.held else { return ("is read".to_owned(), theme.ok) };
    let why = match why {
        Pause::Events => "the screen is behind",
        Pause::InFlight => "the output is full",
        Pause::Replay => "a redelivery waits",
    };
    let (ahead, unread) = deliveries.backlog;
    let unread = unread.map_or(String::new(), |bytes| format!(", {} wait in the system", size(bytes)));
    let lasting = tenths(app.now.since(since));
    let message =
        format!("not read for {lasting}, {why}: {} read ahead{unread}; pings go unanswered", size(ahead));
    (message, theme.wait)
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
    let (attempt, age) = (listed.delivery.attempt, span_of(app.now.since(listed.since)));
    if listed.delivery.verdict == Verdict::Pending {
        return ("…", theme.wait, format!("attempt {attempt:<4} unacknowledged for {age}"));
    }
    let next = attempt.saturating_add(1);
    let message = match app.deliveries.pause.filter(|pause| pause.id == listed.id) {
        Some(pause) => format!("attempt {next:<4} in {}", tenths(pause.until.since(app.now))),
        None => format!("attempt {next:<4} waits for {age}"),
    };
    ("↻", theme.note, message)
}
