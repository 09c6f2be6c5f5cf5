//! A dial as a waterfall, and under it what went wrong; it has the main region until something
//! comes through.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Ladder, Rung, State, layout::Areas},
    payload::span_of,
    session::{Evidence, Failure, FailureKind, Route, Stage, Timestamp},
};

use super::{outside, pen, pen::Pen, theme::Theme, trouble};

/// Lines that what happened needs at least, the rule and the blank line before it included.
const CRAMPED: usize = 8;
/// Cells of the time at the right end.
const TIME: usize = 9;

pub fn draw(pen: &mut Pen<'_>, areas: &Areas, app: &App) {
    let theme = pen.theme;
    let ladder = &app.link.ladder;
    if app.has_no_session && !app.capture.is_reading() {
        pen.rule(areas.title, &Line::from("No dial yet"), &Line::default());
        let says = "  Nothing has been dialled yet; 2 goes to the fields, F5 dials.";
        pen.line(Rect { height: 1, ..areas.main }, &Line::from(Span::styled(says, theme.dim)));
        return;
    }
    let left = Span::styled(format!("Dial {}", app.link.dial.0.max(1)), theme.accent);
    pen.rule(areas.title, &Line::from(left), &Line::from(outcome(app, theme)));
    let width = usize::from(areas.main.width);
    let mut lines = waterfall_of(app, ladder, theme, width);
    let explained = trouble::explained(app, theme, width.saturating_sub(2));
    if !explained.is_empty() && usize::from(areas.main.height) < lines.len() + CRAMPED {
        // No room for both: of the ladder only the stage that matters stays.
        let reached = ladder.rungs.last().map(|rung| reached(ladder, rung, app, theme, width));
        lines = reached.into_iter().collect();
    }
    let rungs = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let below = Rect {
        y: areas.main.y.saturating_add(rungs + 1),
        height: areas.main.height.saturating_sub(rungs + 1),
        ..areas.main
    };
    for (y, line) in (areas.main.y..areas.main.bottom()).zip(&lines) {
        pen.line(Rect { y, height: 1, ..areas.main }, line);
    }
    if explained.is_empty()
        && let Some(waits) = trouble::waits(app)
    {
        let room = width.saturating_sub(6);
        for (y, says) in (below.y..below.bottom()).zip(pen::wrap(&waits, room)) {
            let sign = if y == below.y { "◌" } else { " " };
            let line = Line::from(vec![Span::styled(format!("  {sign} "), theme.wait), Span::raw(says)]);
            pen.line(Rect { y, height: 1, ..below }, &line);
        }
    }
    if !explained.is_empty() && below.height > 1 {
        happened(pen, below, app, &explained);
    }
}

/// The stages of a dial as lines, those that were not reached too.
pub(super) fn waterfall_of(app: &App, ladder: &Ladder, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let line = |stage: Stage| match ladder.rungs.iter().find(|rung| rung.stage == stage) {
        Some(rung) => reached(ladder, rung, app, theme, width),
        None => Line::from(vec![
            Span::styled(format!("  · {:<9}", stage.word()), theme.dim),
            Span::styled("–", theme.dim),
        ]),
    };
    stages(app, ladder).map(line).collect()
}

/// The rule *what happened* with the countdown in it, and the lines under it.
fn happened(pen: &mut Pen<'_>, area: Rect, app: &App, explained: &[Line<'_>]) {
    let theme = pen.theme;
    let next = trouble::next(app).map_or_else(Span::default, |says| match app.link.state {
        State::Waiting { .. } => Span::styled(format!("◌ {says}"), theme.wait),
        _ => Span::styled(says, theme.dim),
    });
    pen.rule(area, &Line::from(Span::styled("what happened", theme.strong)), &Line::from(next));
    let room = usize::from(area.height) - 1;
    // The last line stays in sight however far it is scrolled.
    let from = usize::from(app.ladder_scroll).min(explained.len().saturating_sub(room));
    pen.page(Rect { y: area.y + 1, height: area.height - 1, ..area }, explained, from);
}

/// How the dial stands, for the right end of its rule.
fn outcome(app: &App, theme: &Theme) -> Span<'static> {
    let ladder = &app.link.ladder;
    if let Some(failure) = &ladder.failure {
        let took = span_of(ladder.span(app.now));
        let after = if app.size.width >= 60 { format!(" after {took}") } else { String::new() };
        return Span::styled(format!("✕ failed at {}{after}", failure.stage), theme.bad);
    }
    let lost = app.link.lost.is_some() && !app.link.was_stopped();
    if lost && !matches!(app.link.state, State::Dialing { .. }) {
        return Span::styled("✕ lost", theme.bad);
    }
    let (sign, words, style) = super::header::state(app, theme);
    Span::styled(format!("{sign} {words}"), style)
}

/// The stages this dial has or will have, so that the ladder keeps its height while it is climbed.
fn stages(app: &App, ladder: &Ladder) -> impl Iterator<Item = Stage> {
    let proxied = ladder.rungs.iter().filter_map(|rung| rung.report.as_ref()).any(|report| {
        matches!(report.evidence, Evidence::Lookup { route: Some(Route { proxy: Some(_), .. }), .. })
    });
    let secure = ladder.url.starts_with("wss");
    // What the fields say now is not what they said of an older dial.
    let opening = app.profile.opening && ladder.dial == app.link.dial;
    let reached: Vec<Stage> = ladder.rungs.iter().map(|rung| rung.stage).collect();
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
fn reached(ladder: &Ladder, rung: &Rung, app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let (sign, style) = match &rung.report {
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
    let says = pen::cut(&words(ladder, rung), says_room);
    let pad = " ".repeat(says_room.saturating_sub(pen::width(&says)));
    let says_style = if rung.failure().is_some() { theme.plain } else { theme.dim };
    let mut spans = vec![
        Span::styled(format!("  {sign} "), style),
        Span::raw(format!("{:<9}", rung.stage.word())),
        Span::styled(says, says_style),
        Span::raw(format!("{pad}  ")),
    ];
    if bar > 0 {
        let (before, filled) = waterfall(ladder, rung, app, bar);
        let rest = bar - before - pen::width(&filled);
        spans.push(Span::raw(" ".repeat(before)));
        spans.push(Span::styled(filled, style));
        spans.push(Span::raw(" ".repeat(rest + 1)));
    }
    spans.push(Span::styled(
        format!("{:>TIME$}", span_of(rung.took(stopped(ladder, rung).unwrap_or(app.now)))),
        theme.plain,
    ));
    Line::from(spans)
}

/// Where the bar of a stage begins, and the bar, in a field of `cells`.
fn waterfall(ladder: &Ladder, rung: &Rung, app: &App, cells: usize) -> (usize, String) {
    // While a dial runs the scale doubles now and then, so that the bars do not shrink all the time.
    let span = ladder.span(app.now);
    let total = if ladder.over.is_some() {
        span.as_micros().max(1)
    } else {
        span.as_micros().max(64_000).next_power_of_two()
    };
    let halves =
        |part: Duration| usize::try_from(part.as_micros() * cells as u128 * 2 / total).unwrap_or(usize::MAX);
    let before = (halves(rung.began.since(ladder.began)) / 2).min(cells - 1);
    let length = halves(rung.took(stopped(ladder, rung).unwrap_or(app.now))).clamp(1, (cells - before) * 2);
    (before, format!("{}{}", "━".repeat(length / 2), if length % 2 == 1 { "╸" } else { "" }))
}

/// What a stage saw, in one line.
fn words(ladder: &Ladder, rung: &Rung) -> String {
    let Some(report) = &rung.report else { return under_way(ladder, rung) };
    if let Err(failure) = &report.outcome {
        return outside::safe(&verdict(failure, &report.evidence));
    }
    match &report.evidence {
        Evidence::Nothing {} => String::new(),
        Evidence::Lookup { host, addresses, route } => {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            let says = match addresses.as_slice() {
                [only] if only == host => only.clone(),
                all => format!("{} → {}", outside::safe(host), all.join(", ")),
            };
            match route {
                Some(route) => format!("{says} ({})", outside::safe(&route.in_short())),
                None => says,
            }
        }
        Evidence::Tcp { tried, remote, .. } => {
            let failed = tried.iter().filter(|tried| tried.error.is_some()).count();
            let remote = remote.map_or(String::new(), |remote| remote.to_string());
            if failed > 0 { format!("{remote}, after {failed} that did not answer") } else { remote }
        }
        Evidence::Proxy(proxy) => outside::safe(&proxy.in_short()),
        Evidence::Tls(tls) => {
            let parts = [tls.version.as_deref(), tls.suite.as_deref(), tls.group.as_deref()];
            let mut says = parts.into_iter().flatten().map(outside::safe).collect::<Vec<_>>().join(" · ");
            if tls.skipped {
                says.push_str(" · not verified");
            }
            says
        }
        Evidence::Upgrade(exchange) => exchange.in_short().map_or(String::new(), |says| outside::safe(&says)),
        Evidence::Open { sent } => match sent.len() {
            1 => "1 opening message sent".to_owned(),
            n => format!("{n} opening messages sent"),
        },
    }
}

/// Why a stage failed, in as few words as tell it; what happened says the rest below.
fn verdict(failure: &Failure, evidence: &Evidence) -> String {
    use FailureKind as Kind;
    let says = match &failure.kind {
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
        Kind::ClientCertWanted => "a client certificate is wanted",
        Kind::NotHttp { .. } => "no HTTP here",
        Kind::BadAccept { .. } => "wrong Sec-WebSocket-Accept",
        _ => return failure.says.clone(),
    };
    says.to_owned()
}

/// When a stage was cut short; waiting for a first message goes on behind the end of the ladder.
fn stopped(ladder: &Ladder, rung: &Rung) -> Option<Timestamp> {
    ladder.over.filter(|over| *over >= rung.began && rung.report.is_none() && rung.stage != Stage::First)
}

/// What a stage without an end is doing, or was when the session was stopped.
fn under_way(ladder: &Ladder, rung: &Rung) -> String {
    let answers = matches!(rung.stage, Stage::Upgrade | Stage::Proxy);
    let doing = match &ladder.answered {
        Some(answered) if answers => {
            format!("{} {}, reading its body", answered.status, outside::safe(&answered.reason))
        }
        _ => doing(rung.stage).to_owned(),
    };
    if stopped(ladder, rung).is_some() { format!("stopped while {doing}") } else { doing }
}

/// What a stage that runs is doing.
const fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Lookup => "asking for the addresses",
        Stage::Tcp => "connecting",
        Stage::Proxy => "asking the proxy",
        Stage::Tls => "shaking hands",
        Stage::Upgrade => "waiting for the answer",
        Stage::Open => "sending the opening messages",
        Stage::First => "waiting for a first message",
    }
}
