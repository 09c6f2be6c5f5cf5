//! App in, frame out: one file per region. Drawing reads the state and changes nothing.

mod ascii;
mod connection;
mod delivery;
mod detail;
mod dials;
mod editor;
mod feed;
mod footer;
mod header;
mod help;
mod ladder;
mod log;
mod outside;
mod overlay;
mod payload;
mod pen;
mod send;
mod start;
mod strip;
mod theme;
mod title;
mod trouble;
mod words;

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use crate::app::{App, Overlay, Screen, layout};

use pen::Pen;
use theme::Theme;

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, app: &App) {
    in_signs(frame, app);
    if app.ascii {
        let area = frame.area();
        ascii::plain(frame.buffer_mut(), area);
    }
}

fn in_signs(frame: &mut Frame<'_>, app: &App) {
    let theme = Theme::of(app.look);
    let area = frame.area();
    let areas = layout::areas(area.as_size(), app);
    let mut pen = Pen { buffer: frame.buffer_mut(), theme: &theme };
    if areas.room == layout::Room::Sentence {
        return too_small(&mut pen, area);
    }
    header::draw(&mut pen, areas.header, app);
    title::tabs(&mut pen, areas.tabs, app);
    footer::draw(&mut pen, areas.footer, app);
    if let Some(Overlay::Help(scroll)) = app.overlay {
        return help::draw(&mut pen, areas.body, app, scroll);
    }
    let mut cursor = match app.screen {
        Screen::Start => start::draw(&mut pen, areas.body, app),
        Screen::Feed => feed_screen(&mut pen, &areas, app),
        Screen::Connection => connection::draw(&mut pen, areas.body, app),
        Screen::Dials => dials::draw(&mut pen, areas.body, app),
        Screen::Delivery => {
            delivery::draw(&mut pen, app);
            None
        }
        Screen::Log => log::draw(&mut pen, areas.body, app),
    };
    if let Some(overlay) = &app.overlay {
        cursor = overlay::draw(&mut pen, areas.body, app, overlay);
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// The feed with its panes; where the cursor stands, if a line is being written.
fn feed_screen(pen: &mut Pen<'_>, areas: &layout::Areas, app: &App) -> Option<Position> {
    if app.shows_ladder() {
        ladder::draw(pen, areas, app);
    } else {
        title::feed(pen, areas, app);
        feed::draw(pen, areas, app);
        if app.detail.open {
            detail::draw(pen, areas, app);
        }
        strip::draw(pen, areas.strip, app);
    }
    send::draw(pen, areas.send, app)
}

fn too_small(pen: &mut Pen<'_>, area: Rect) {
    let says = format!("sockeye needs 20 × 4 cells; this is {} × {}", area.width, area.height);
    let fits = |lines: &Vec<String>| lines.len() <= usize::from(area.height);
    let lines = pen::wrap(&says, area.width.into());
    let lines =
        if area.width >= 14 && fits(&lines) { lines } else { pen::wrap("too small", area.width.into()) };
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        pen.text(Rect { y, height: 1, ..area }, line, pen.theme.plain);
    }
}
