//! App in, frame out: one file per region. Drawing reads the state and changes nothing.

mod detail;
mod feed;
mod footer;
mod header;
mod help;
mod ladder;
mod outside;
mod payload;
mod pen;
mod send;
mod strip;
mod theme;
mod title;
mod trouble;
mod words;

use ratatui::{Frame, layout::Rect};

use crate::app::{App, layout};

use pen::Pen;
use theme::Theme;

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, app: &App) {
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
    if let Some(scroll) = app.help {
        let top = areas.header.bottom().max(areas.tabs.bottom());
        let body = Rect { y: top, height: areas.footer.y.saturating_sub(top), ..area };
        return help::draw(&mut pen, body, app, scroll);
    }
    if app.shows_ladder() {
        ladder::draw(&mut pen, &areas, app);
    } else {
        title::feed(&mut pen, &areas, app);
        feed::draw(&mut pen, &areas, app);
        if app.detail.open {
            detail::draw(&mut pen, &areas, app);
        }
        strip::draw(&mut pen, areas.strip, app);
    }
    let cursor = send::draw(&mut pen, areas.send, app);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
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
