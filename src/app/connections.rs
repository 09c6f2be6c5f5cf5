//! Every connection of the session: its ladder, what it showed and what was found.

use std::collections::VecDeque;

use ratatui::layout::{Position, Rect, Size};

use crate::config::FieldId;
use crate::payload::span_of;
use crate::session::{
    Certificate, ConnectionId, Event, EventKind, Evidence, Exchange, Finding, Fix, Lost, Opened,
    PipelineLine, Sent, Severity, Timestamp, TlsEvidence,
};

use super::{
    current::Ladder,
    layout,
    model::{App, Tone},
    update::Effect,
};

/// Connections that are kept.
const KEPT: usize = 200;
/// Connections whose refusals are kept whole; of older ones the beginning is.
const WHOLE: usize = 8;
/// How much of an older refusal is kept, in bytes.
const REST: usize = 8 << 10;
/// Findings and lines of the pipeline's log that are kept of a connection.
const TOLD: usize = 16;
/// From this width the list of connections stands beside the one that is looked at.
const BESIDE: u16 = 92;

/// The connections so far, and the one that is looked at.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    /// The oldest first.
    all: VecDeque<Connection>,
    /// Those that are not kept any more.
    pub forgotten: u64,
    /// The one that is looked at; `None` follows the newest.
    selected: Option<ConnectionId>,
    pub pane: ConnectionsPane,
    /// How far the connection that is looked at is scrolled, in lines.
    pub scroll: usize,
    /// The fix that is chosen, while one is being chosen.
    pub choosing: Option<usize>,
}

/// Which side gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionsPane {
    #[default]
    List,
    Detail,
}

/// One connection, and the connection it led to.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    pub ladder: Ladder,
    pub opened: Option<(Timestamp, Box<Opened>)>,
    pub lost: Option<(Timestamp, Box<Lost>)>,
    pub findings: Vec<Finding>,
    pub pipeline: Vec<PipelineLine>,
    /// Opening messages: kind and size, with the masked text.
    pub sent: Vec<Sent>,
}

impl Connection {
    /// The certificates of the server, or else those of the proxy, the leaf first.
    #[must_use]
    pub fn served(&self) -> &[Certificate] {
        let of = |pick: fn(&Evidence) -> Option<&TlsEvidence>| {
            self.ladder
                .stage_rows
                .iter()
                .rev()
                .find_map(|stage_row| pick(&stage_row.report.as_ref()?.evidence))
        };
        let tls = of(|evidence| match evidence {
            Evidence::Tls(tls) => Some(tls),
            _ => None,
        });
        let tls = tls.or_else(|| {
            of(|evidence| match evidence {
                Evidence::Proxy(proxy) => proxy.tls.as_deref(),
                _ => None,
            })
        });
        tls.map_or(&[], |tls| &tls.chain)
    }

    #[must_use]
    pub fn id(&self) -> ConnectionId {
        self.ladder.connection
    }

    /// The fixes that set fields, of all its findings, the gravest first.
    pub fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.by_gravity().into_iter().flat_map(|finding| &finding.fixes).filter(|fix| !fix.edits.is_empty())
    }

    /// Its findings, the gravest first.
    #[must_use]
    pub fn by_gravity(&self) -> Vec<&Finding> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }
}

impl Connections {
    /// Folds one event into it.
    pub fn apply(&mut self, event: &Event) {
        let at = event.at;
        if let EventKind::Connecting { url } = &event.kind {
            let ladder = Ladder::starting(event.connection, at, url);
            self.all.push_back(Connection { ladder, ..Connection::default() });
            return self.forget();
        }
        // What is told belongs to one of the last connections.
        let Some(connection) =
            self.all.iter_mut().rev().find(|connection| connection.id() == event.connection)
        else {
            return;
        };
        match &event.kind {
            EventKind::StageStarted(stage) => connection.ladder.begin(*stage, at),
            EventKind::StageEnded(report) => connection.ladder.end(report),
            EventKind::Answered(answered) => connection.ladder.answered = Some(answered.clone()),
            EventKind::Ended(_) => connection.ladder.over = connection.ladder.over.or(Some(at)),
            EventKind::Opened(opened) => {
                connection.ladder.over = Some(at);
                connection.opened = Some((at, opened.clone()));
            }
            EventKind::Failed(failure) => {
                connection.ladder.over = Some(at);
                connection.ladder.failure = Some(failure.clone());
            }
            EventKind::Lost(lost) => connection.lost = Some((at, lost.clone())),
            EventKind::Finding(finding) if connection.findings.len() < TOLD => {
                connection.findings.push((**finding).clone());
            }
            EventKind::Pipeline(line) if connection.pipeline.len() < TOLD => {
                connection.pipeline.push(line.clone());
            }
            EventKind::Sent(sent) if sent.opening && connection.sent.len() < TOLD => {
                connection.sent.push(sent.clone());
            }
            _ => {}
        }
    }

    fn forget(&mut self) {
        if self.all.len() > KEPT {
            self.all.pop_front();
            self.forgotten += 1;
        }
        let old = self.all.len().checked_sub(WHOLE + 1).and_then(|nth| self.all.get_mut(nth));
        for stage_row in old.into_iter().flat_map(|connection| &mut connection.ladder.stage_rows) {
            if let Some(report) = &mut stage_row.report
                && let Some(exchange) = report.evidence.exchange_mut()
                && let Some(response) = &mut exchange.response
                && response.body.len() > REST
            {
                response.body.truncate(response.body.floor_char_boundary(REST));
                response.body.shrink_to_fit();
                response.body_end = crate::session::BodyEnd::TooLong;
            }
        }
    }

    /// All that are kept, the newest first.
    #[must_use]
    pub fn newest_first(&self) -> impl ExactSizeIterator<Item = &Connection> {
        self.all.iter().rev()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one that is looked at.
    #[must_use]
    pub fn selected(&self) -> Option<&Connection> {
        let chosen =
            self.selected.and_then(|id| self.all.iter().rev().find(|connection| connection.id() == id));
        chosen.or_else(|| self.all.back())
    }

    /// Whether the newest is looked at, whichever that is.
    #[must_use]
    pub const fn is_following(&self) -> bool {
        self.selected.is_none()
    }

    /// The place of the one that is looked at, counted from the newest.
    #[must_use]
    pub fn place(&self) -> usize {
        let id = self.selected().map(Connection::id);
        self.newest_first().position(|connection| Some(connection.id()) == id).unwrap_or(0)
    }

    fn select(&mut self, place: usize) {
        let id = self.newest_first().nth(place).map(Connection::id);
        self.selected = id.filter(|_| place > 0);
        self.scroll = 0;
        self.choosing = None;
    }
}

/// The place of each part; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionsAreas {
    pub title: Rect,
    pub list: Rect,
    pub divider: Rect,
    pub detail_title: Rect,
    pub detail: Rect,
}

/// Computes the places for a terminal of this size.
#[must_use]
pub fn areas(size: Size, app: &App) -> ConnectionsAreas {
    let body = layout::areas(size, app).body;
    if body.height < 2 {
        return ConnectionsAreas::default();
    }
    let below = |area: Rect| Rect { y: area.y + 1, height: area.height - 1, ..area };
    let rule = |area: Rect| Rect { height: 1, ..area };
    if body.width >= BESIDE {
        let left = Rect { width: 35, ..body };
        let right = Rect { x: 36, width: body.width - 36, ..body };
        return ConnectionsAreas {
            title: rule(left),
            list: below(left),
            divider: Rect { x: 35, width: 1, ..body },
            detail_title: rule(right),
            detail: below(right),
        };
    }
    if body.height >= 14 {
        let upper = Rect { height: 5, ..body };
        let lower = Rect { y: upper.bottom(), height: body.height - 5, ..body };
        return ConnectionsAreas {
            title: rule(upper),
            list: below(upper),
            detail_title: rule(lower),
            detail: below(lower),
            ..ConnectionsAreas::default()
        };
    }
    // One at a time, the one that has the keys.
    match app.connections.pane {
        ConnectionsPane::List => {
            ConnectionsAreas { title: rule(body), list: below(body), ..ConnectionsAreas::default() }
        }
        ConnectionsPane::Detail => {
            ConnectionsAreas { detail_title: rule(body), detail: below(body), ..ConnectionsAreas::default() }
        }
    }
}

impl App {
    /// Moves through the connections, or scrolls the one that is looked at, or chooses among its fixes.
    pub(super) fn go_connections(&mut self, by: i64) -> Vec<Effect> {
        let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
        if let Some(chosen) = self.connections.choosing {
            let most = self
                .connections
                .selected()
                .map_or(0, |connection| connection.fixes().count())
                .saturating_sub(1);
            self.connections.choosing = Some(chosen.saturating_add_signed(by).min(most));
        } else if self.connections.pane == ConnectionsPane::Detail {
            // The drawing stops at the last line; this keeps the scroll from running far beyond it.
            self.connections.scroll =
                self.connections.scroll.saturating_add_signed(by).min(self.connection_length());
        } else {
            let most = self.connections.newest_first().len().saturating_sub(1);
            let place = self.connections.place().saturating_add_signed(by).min(most);
            self.connections.select(place);
        }
        Vec::new()
    }

    /// About how many lines the connection that is looked at takes, rather more than fewer.
    fn connection_length(&self) -> usize {
        let width = usize::from(areas(self.size, self).detail.width).max(20) - 4;
        let Some(connection) = self.connections.selected() else { return 0 };
        let lines = |text: &str| text.lines().map(|line| line.len() / width + 1).sum::<usize>();
        let of_exchange = |exchange: &Exchange| {
            let response = exchange.response.as_ref().map_or(0, |one| lines(&one.head) + lines(&one.body));
            lines(&exchange.request) + response + exchange.unread.len() / 16
        };
        let of_evidence =
            connection.ladder.stage_rows.iter().filter_map(|stage_row| stage_row.report.as_ref()).map(
                |report| match &report.evidence {
                    Evidence::Upgrade(exchange) => of_exchange(exchange),
                    Evidence::Proxy(proxy) => {
                        let tls = proxy.tls.as_ref().map_or(0, |tls| 8 + 8 * tls.chain.len());
                        8 + tls + proxy.exchange.as_deref().map_or(0, of_exchange) + proxy.unread.len() / 16
                    }
                    Evidence::Tls(tls) => 8 + 8 * tls.chain.len(),
                    Evidence::Tcp { tried, .. } => tried.len(),
                    _ => 2,
                },
            );
        let of_findings = connection.findings.iter().map(|finding| {
            let fixes = finding.fixes.iter().map(|fix| lines(&fix.title) + fix.edits.len()).sum::<usize>();
            lines(&finding.cause) + finding.evidence.iter().map(|seen| lines(seen)).sum::<usize>() + fixes + 4
        });
        of_evidence.sum::<usize>() + of_findings.sum::<usize>() + 20
    }

    pub(super) fn click_connections(&mut self, at: Position) -> Vec<Effect> {
        let areas = areas(self.size, self);
        if areas.list.contains(at) {
            self.connections.pane = ConnectionsPane::List;
            let height = usize::from(areas.list.height).max(1);
            let top = first_shown(self.connections.place(), height);
            let place = top + usize::from(at.y - areas.list.y);
            if place < self.connections.newest_first().len() {
                self.connections.select(place);
            }
        } else if areas.detail.contains(at) {
            self.connections.pane = ConnectionsPane::Detail;
        }
        Vec::new()
    }

    /// Looks at a connection on its screen.
    pub(super) fn show_connection(&mut self, id: ConnectionId) -> Vec<Effect> {
        self.screen = super::Screen::Connections;
        let place = self.connections.newest_first().position(|connection| connection.id() == id);
        match place {
            Some(place) => self.connections.select(place),
            None => self.say(Tone::Note, format!("connection {id} is not kept any more")),
        }
        Vec::new()
    }

    /// To the next connection with a finding that is more than a note, towards older or newer ones.
    pub(super) fn go_to_failed_connection(&mut self, older: bool) -> Vec<Effect> {
        let troubled = |connection: &Connection| {
            connection.ladder.failure.is_some()
                || connection.lost.as_ref().is_some_and(|(_, lost)| !lost.is_ours())
        };
        let place = self.connections.place();
        let found = if older {
            self.connections
                .newest_first()
                .enumerate()
                .skip(place + 1)
                .find(|(_, connection)| troubled(connection))
                .map(|(nth, _)| nth)
        } else {
            self.connections
                .newest_first()
                .enumerate()
                .take(place)
                .filter(|(_, connection)| troubled(connection))
                .last()
                .map(|(nth, _)| nth)
        };
        match found {
            Some(place) => self.connections.select(place),
            None => {
                self.say(
                    Tone::Note,
                    format!("no {} connection has failed", if older { "older" } else { "newer" }),
                );
            }
        }
        Vec::new()
    }

    /// Applies the chosen fix of the connection that is looked at, or its first.
    pub(super) fn fix_connection(&mut self) -> Vec<Effect> {
        let chosen = self.connections.choosing.take().unwrap_or(0);
        let fix = self.connections.selected().and_then(|connection| connection.fixes().nth(chosen)).cloned();
        fix.map_or_else(Vec::new, |fix| self.apply_fix(&fix))
    }

    /// Applies the first fix of what the feed shows as wrong.
    pub(super) fn fix_trouble(&mut self) -> Vec<Effect> {
        let fix = self.current.fix().cloned();
        fix.map_or_else(Vec::new, |fix| self.apply_fix(&fix))
    }

    /// Copies what the connection that is looked at showed, as text.
    pub(super) fn copy_connection(&mut self) -> Vec<Effect> {
        self.connections.selected().map(|connection| Effect::Copy(as_text(connection))).into_iter().collect()
    }

    /// The field to look at first for the connection that is looked at.
    pub(super) fn suspect(&self) -> Option<String> {
        let connection = self.connections.selected()?;
        let edited = connection.fixes().flat_map(|fix| &fix.edits).map(|edit| edit.path.clone()).next();
        let at_proxy = connection
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Error && finding.code.is_about_proxy());
        let field = if at_proxy { FieldId::ProxyUrl } else { FieldId::Url };
        edited.or_else(|| connection.ladder.failure.as_ref().map(|_| field.path().to_owned()))
    }
}

/// A connection as text: its stages, findings and exchange. Secrets are masked in all of them.
fn as_text(connection: &Connection) -> String {
    let mut lines = vec![format!(
        "connection {} to {}, {}",
        connection.id(),
        connection.ladder.url,
        connection.ladder.began
    )];
    for stage_row in &connection.ladder.stage_rows {
        let took = stage_row.report.as_ref().map_or(String::new(), |report| span_of(report.took));
        let message = stage_row.failure().map_or("ok".to_owned(), |failure| failure.message.clone());
        lines.push(format!("{:<9}{took:>9}  {message}", stage_row.stage.word()));
    }
    if let Some((_, lost)) = &connection.lost {
        lines.push(lost.message.clone());
    }
    for finding in connection.by_gravity() {
        lines.push(format!("\n[{}] {}\n{}", finding.code, finding.title, finding.cause));
        lines.extend(finding.evidence.iter().map(|seen| format!("  {seen}")));
        for fix in &finding.fixes {
            lines.push(format!("→ {}", fix.title));
            lines.extend(fix.edits.iter().map(|edit| format!("    {}: {}", edit.path, edit.value)));
        }
    }
    lines.extend(
        connection.pipeline.iter().map(|line| format!("\npipeline {}: {}", line.level.word(), line.text)),
    );
    for stage_row in &connection.ladder.stage_rows {
        if let Some(exchange) = stage_row.report.as_ref().and_then(|report| report.evidence.exchange()) {
            lines.push(format!("\n{}", exchange.request.trim_end()));
            if let Some(response) = &exchange.response {
                lines.push(format!("\n{}\n\n{}", response.head.trim_end(), response.body));
            }
        }
    }
    lines.join("\n")
}

/// The first place shown of a list, so that the selected one is in sight.
#[must_use]
pub const fn first_shown(selected: usize, height: usize) -> usize {
    if selected < height { 0 } else { selected + 1 - height }
}
