//! A connection as a waterfall, and under it what went wrong; it has the main region until something
//! comes through.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Ladder, StageRow, State, layout::Areas},
    describe,
    payload::span_of,
    session::{Evidence, Failure, FailureKind, Route, Stage, Timestamp},
};

use super::{canvas, canvas::Canvas, problem, theme::Theme, untrusted};

/// Lines that what happened needs at least, the rule and the blank line before it included.
const CRAMPED: usize = 8;
/// Cells of the time at the right end.
const TIME: usize = 9;

pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) {
    let theme = canvas.theme;
    let ladder = &app.current.ladder;
    if app.has_no_session && !app.capture.is_reading() {
        canvas.rule(areas.title, "No connection yet", "");
        let message = "  2 goes to the fields, F5 connects.";
        return canvas.text(areas.main, message, theme.dim);
    }
    let left = Span::styled(format!("Connection {}", app.current.connection.0.max(1)), theme.accent);
    canvas.rule(areas.title, left, outcome(app, theme));
    let width = usize::from(areas.main.width);
    let mut lines = waterfall_of(app, ladder, theme, width);
    let explained = problem::explained(app, theme, width.saturating_sub(2));
    if !explained.is_empty() && usize::from(areas.main.height) < lines.len() + CRAMPED {
        // No room for both: of the ladder only the stage that matters stays.
        let reached = ladder.stage_rows.last().map(|stage_row| reached(ladder, stage_row, app, theme, width));
        lines = reached.into_iter().collect();
    }
    let stage_rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let below = Rect {
        y: areas.main.y.saturating_add(stage_rows + 1),
        height: areas.main.height.saturating_sub(stage_rows + 1),
        ..areas.main
    };
    canvas.lines(areas.main, lines);
    if explained.is_empty()
        && let Some(waits) = problem::waits(app)
    {
        let sign = Span::styled("  ◌ ", theme.wait);
        canvas.lines(below, canvas::hanging(sign, &waits, theme.plain, width.saturating_sub(2)));
    }
    if !explained.is_empty() && below.height > 1 {
        happened(canvas, below, app, explained);
    }
}

/// The stages of a connection as lines, those that were not reached too.
pub(super) fn waterfall_of(app: &App, ladder: &Ladder, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let line = |stage: Stage| match ladder.stage_rows.iter().find(|stage_row| stage_row.stage == stage) {
        Some(stage_row) => reached(ladder, stage_row, app, theme, width),
        None => Line::styled(format!("  · {:<9}–", stage.word()), theme.dim),
    };
    stages(app, ladder).map(line).collect()
}

/// The rule *what happened* with the countdown in it, and the lines under it.
fn happened(canvas: &mut Canvas<'_>, area: Rect, app: &App, explained: Vec<Line<'_>>) {
    let theme = canvas.theme;
    canvas.rule(area, Span::styled("what happened", theme.strong), problem::next(app, theme));
    let room = usize::from(area.height) - 1;
    // The last line stays in sight however far it is scrolled.
    let from = app.ladder_scroll.min(explained.len().saturating_sub(room));
    canvas.page(Rect { y: area.y + 1, height: area.height - 1, ..area }, explained, from);
}

/// How the connection stands, for the right end of its rule.
fn outcome(app: &App, theme: &Theme) -> Span<'static> {
    let ladder = &app.current.ladder;
    if let Some(failure) = &ladder.failure {
        let took = span_of(ladder.span(app.now));
        let after = if app.size.width >= 60 { format!(" after {took}") } else { String::new() };
        return Span::styled(format!("✕ failed at {}{after}", failure.stage), theme.bad);
    }
    let lost = app.current.lost.is_some() && !app.current.was_stopped();
    if lost && !matches!(app.current.state, State::Connecting { .. }) {
        return Span::styled("✕ lost", theme.bad);
    }
    let (sign, words, style) = super::header::state(app, theme);
    Span::styled(format!("{sign} {words}"), style)
}

/// The stages this connection has or will have, so that the ladder keeps its height while it is climbed.
fn stages(app: &App, ladder: &Ladder) -> impl Iterator<Item = Stage> {
    let proxied = ladder.stage_rows.iter().filter_map(|stage_row| stage_row.report.as_ref()).any(|report| {
        matches!(report.evidence, Evidence::Lookup { route: Some(Route { proxy: Some(_), .. }), .. })
    });
    let secure = ladder.url.starts_with("wss");
    // What the fields say now is not what they said of an older connection.
    let opening = app.profile.opening && ladder.connection == app.current.connection;
    let reached: Vec<Stage> = ladder.stage_rows.iter().map(|stage_row| stage_row.stage).collect();
    Stage::ALL.into_iter().filter(move |stage| {
        reached.contains(stage)
            || match stage {
                Stage::Lookup | Stage::Tcp | Stage::Upgrade => true,
                Stage::Tls => secure,
                Stage::Open => opening,
                Stage::Proxy => proxied,
                Stage::First => false,
            }
    })
}

/// `  ✓ tcp      203.0.113.7:9443          ━━━━╸              18.4 ms`
fn reached(ladder: &Ladder, stage_row: &StageRow, app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let (sign, style) = match &stage_row.report {
        None if ladder.over.is_some() => ("·", theme.dim),
        None => ("◐", theme.wait),
        Some(report) if report.outcome.is_ok() => ("✓", theme.ok),
        Some(_) => ("✕", theme.bad),
    };
    let bar = match width {
        110.. => 28,
        90.. => 16,
        _ => 0,
    };
    let says_room = width.saturating_sub(13 + 2 + bar + 1 + TIME + 2);
    let message = canvas::cut(&words(ladder, stage_row), says_room);
    let pad = " ".repeat(says_room.saturating_sub(canvas::width(&message)));
    let says_style = if stage_row.failure().is_some() { theme.plain } else { theme.dim };
    let mut spans = vec![
        Span::styled(format!("  {sign} "), style),
        Span::raw(format!("{:<9}", stage_row.stage.word())),
        Span::styled(message, says_style),
        Span::raw(format!("{pad}  ")),
    ];
    if bar > 0 {
        let (before, filled) = waterfall(ladder, stage_row, app, bar);
        let rest = bar - before - canvas::width(&filled);
        spans.push(Span::raw(" ".repeat(before)));
        spans.push(Span::styled(filled, style));
        spans.push(Span::raw(" ".repeat(rest + 1)));
    }
    spans.push(Span::styled(
        format!("{:>TIME$}", span_of(stage_row.took(stopped(ladder, stage_row).unwrap_or(app.now)))),
        theme.plain,
    ));
    Line::from(spans)
}

/// Where the bar of a stage begins, and the bar, in a field of `cells`.
fn waterfall(ladder: &Ladder, stage_row: &StageRow, app: &App, cells: usize) -> (usize, String) {
    // While a connection runs the scale doubles now and then, so that the bars do not shrink all the time.
    let span = ladder.span(app.now);
    let total = if ladder.over.is_some() {
        span.as_micros().max(1)
    } else {
        span.as_micros().max(64_000).next_power_of_two()
    };
    let halves =
        |part: Duration| usize::try_from(part.as_micros() * cells as u128 * 2 / total).unwrap_or(usize::MAX);
    let before = (halves(stage_row.began.since(ladder.began)) / 2).min(cells - 1);
    let length =
        halves(stage_row.took(stopped(ladder, stage_row).unwrap_or(app.now))).clamp(1, (cells - before) * 2);
    (before, format!("{}{}", "━".repeat(length / 2), if length % 2 == 1 { "╸" } else { "" }))
}

/// What a stage saw, in one line.
fn words(ladder: &Ladder, stage_row: &StageRow) -> String {
    let Some(report) = &stage_row.report else { return under_way(ladder, stage_row) };
    if let Err(failure) = &report.outcome {
        let otherwise = describe::stage_otherwise(&report.evidence).map(|how| format!("{how} · "));
        return untrusted::safe(&(otherwise.unwrap_or_default() + &verdict(failure, &report.evidence)));
    }
    untrusted::safe(&describe::stage_in_short(&report.evidence))
}

/// Why a stage failed, in few words; the report below has the rest.
fn verdict(failure: &Failure, evidence: &Evidence) -> String {
    use FailureKind as Kind;
    let message = match &failure.kind {
        Kind::Status { code } => {
            let reason = match evidence {
                Evidence::Upgrade(exchange) => {
                    exchange.response.as_ref().map(|answer| answer.reason.as_str())
                }
                Evidence::Proxy(proxy) => {
                    let answer = proxy.exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
                    answer.map(|answer| answer.reason.as_str())
                }
                _ => None,
            };
            return format!("{code} {}", reason.unwrap_or_default());
        }
        Kind::TimedOut { limit_ms } => {
            return format!("no answer in {} s", Duration::from_millis(*limit_ms).as_secs());
        }
        Kind::NameNotFound => "no such host",
        Kind::ProxyNotFound => "the proxy's name is not known",
        Kind::LookupFailed => "the resolver did not answer",
        Kind::Refused => "refused",
        Kind::Unreachable => "no route",
        Kind::ClosedEarly => "closed without an answer",
        Kind::PlainServer { .. } => "no TLS here",
        Kind::CertExpired { .. } => "certificate expired",
        Kind::CertNotYetValid { .. } => "certificate not valid yet",
        Kind::CertWrongName { .. } => "certificate for another name",
        Kind::CertUnknownIssuer => "issuer not trusted",
        Kind::CertSelfSigned => "self-signed certificate",
        Kind::RenegotiationAsked => "asks for a new TLS handshake",
        Kind::TlsVersion => "no TLS version in common",
        Kind::ClientCertWanted { .. } => "a client certificate is required",
        Kind::NotHttp { .. } => "no HTTP here",
        Kind::BadAccept { .. } => "wrong Sec-WebSocket-Accept",
        _ => return failure.message.clone(),
    };
    message.to_owned()
}

/// When a stage was cut short; waiting for a first message outlasts the ladder.
fn stopped(ladder: &Ladder, stage_row: &StageRow) -> Option<Timestamp> {
    ladder.over.filter(|over| {
        *over >= stage_row.began && stage_row.report.is_none() && stage_row.stage != Stage::First
    })
}

/// What a stage without an end is doing, or was when the session was stopped.
fn under_way(ladder: &Ladder, stage_row: &StageRow) -> String {
    let answers = matches!(stage_row.stage, Stage::Upgrade | Stage::Proxy);
    let doing = match &ladder.answered {
        Some(answered) if answers => {
            format!("{} {}, reading its body", answered.status, untrusted::safe(&answered.reason))
        }
        _ => doing(stage_row.stage).to_owned(),
    };
    if stopped(ladder, stage_row).is_some() { format!("stopped while {doing}") } else { doing }
}

/// What a stage that runs is doing.
const fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Lookup => "looking up the addresses",
        Stage::Tcp => "connecting",
        Stage::Proxy => "asking the proxy",
        Stage::Tls => "TLS handshake",
        Stage::Upgrade => "waiting for the answer",
        Stage::Open => "sending the opening messages",
        Stage::First => "waiting for a first message",
    }
}
