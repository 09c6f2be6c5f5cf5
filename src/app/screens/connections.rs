//! The screen of the connections: all of them, and the one that is looked at.

use ratatui::layout::Position;

use super::{PLAIN, Scope, Screen, ScreenSpec};
use crate::{
    app::{
        effect::Effect,
        layout::{self, Panes},
        model::App,
        state::{ConnectionsPane, Key, Step, Tone, first_shown},
    },
    session::ConnectionId,
};

/// From this width the list of connections stands beside the one that is looked at.
const SIDE_BY_SIDE: u16 = 92;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Connections",
    keys: &[Key::char('3')],
    label: "connections",
    doc: "Go to the list of connections",
    scopes: |_| &[Scope::Connections, Scope::Screens, Scope::Everywhere],
    go: App::go_connections,
    click: App::click_connections,
    ..PLAIN
};

/// Where the list stands, and the connection that is looked at.
pub fn panes(app: &App) -> Panes {
    let body = layout::areas(app.size, app).body;
    match app.connections.pane {
        _ if body.width >= SIDE_BY_SIDE => Panes::side_by_side(body, 37),
        _ if body.height >= 14 => Panes::stacked(body, 5),
        // One at a time, the one that has the keys.
        ConnectionsPane::List => Panes::only_first(body),
        ConnectionsPane::Detail => Panes::only_second(body),
    }
}

impl App {
    fn go_connections(&mut self, step: Step) {
        let width = usize::from(panes(self).second.width).max(20) - 4;
        let lines = self.connections.selected().map_or(0, |connection| connection.most_lines(width));
        self.connections.go(step, lines);
    }

    fn click_connections(&mut self, at: Position) {
        let panes = panes(self);
        if panes.first.contains(at) {
            self.connections.pane = ConnectionsPane::List;
            let height = usize::from(panes.first.height).max(1);
            let top = first_shown(self.connections.place(), height);
            let place = top + usize::from(at.y - panes.first.y);
            if place < self.connections.newest_first().len() {
                self.connections.select(place);
            }
        } else if panes.second.contains(at) {
            self.connections.pane = ConnectionsPane::Detail;
        }
    }

    /// Looks at a connection on its screen.
    pub(in crate::app) fn show_connection(&mut self, id: ConnectionId) {
        self.screen = Screen::Connections;
        if !self.connections.select_id(id) {
            self.say(Tone::Note, format!("connection {id} is no longer kept"));
        }
    }

    /// Looks at the next older connection that failed or was lost, or at the next newer one.
    pub(in crate::app) fn go_to_failure(&mut self, by: i64, which: &str) {
        if !self.connections.select_failure(by) {
            self.say(Tone::Note, format!("no {which} connection has failed"));
        }
    }

    /// Applies the chosen fix of the connection that is looked at, or its first.
    pub(in crate::app) fn fix_connection(&mut self) -> Vec<Effect> {
        self.connections.take_fix().map_or_else(Vec::new, |fix| self.apply_fix(&fix))
    }

    /// Applies the first fix of what the feed shows as wrong.
    pub(in crate::app) fn fix_problem(&mut self) -> Vec<Effect> {
        let fix = if self.shows_ladder() { self.current.fix() } else { self.current.own_fix() }.cloned();
        fix.map_or_else(Vec::new, |fix| self.apply_fix(&fix))
    }
}
