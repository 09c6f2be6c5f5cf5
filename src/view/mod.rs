//! Draws the screen: app in, frame out, one file per region. Drawing reads the state and changes nothing.

mod alert_bar;
mod ascii;
mod bookmarks;
mod canvas;
mod colours;
mod columns;
mod compared;
mod config;
mod connections;
mod copy_as;
mod decoders;
mod delivery;
mod detail;
mod editor;
mod effective;
mod feed;
mod footer;
mod found;
mod header;
mod help;
mod ladder;
mod leaving;
mod list;
mod log;
mod named_filters;
mod overlay;
mod payload;
mod problem;
mod profiles;
mod rewriting;
mod saved_messages;
mod send;
mod side_by_side;
mod start;
mod stats;
mod theme;
mod tips;
mod title;
mod unanswered;
mod untrusted;
mod words;

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::Line,
};

use crate::app::{App, Overlay, Screen, layout};

pub use side_by_side::draw_side_by_side;

use canvas::Canvas;
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
    let mut canvas = Canvas { buffer: frame.buffer_mut(), theme: &theme };
    if areas.room == layout::Room::Sentence {
        return too_small(&mut canvas, area);
    }
    header::draw(&mut canvas, areas.header, app);
    title::tabs(&mut canvas, areas.tabs, app);
    footer::draw(&mut canvas, areas.footer, app);
    if let Some(Overlay::Help(scroll)) = app.overlay {
        return help::draw(&mut canvas, areas.body, app, scroll);
    }
    let mut cursor = drawing(app.screen)(&mut canvas, &areas, app);
    if let Some(overlay) = &app.overlay {
        cursor = overlay::draw(&mut canvas, areas.body, app, overlay);
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// Draws a screen; where the cursor stands, if text is written on it.
type Draw = fn(&mut Canvas<'_>, &layout::Areas, &App) -> Option<Position>;

/// How each screen is drawn.
const fn drawing(screen: Screen) -> Draw {
    match screen {
        Screen::Start => start::draw,
        Screen::Feed => feed_screen,
        Screen::Config => config::draw,
        Screen::Connections => connections::draw,
        Screen::Delivery => delivery::draw,
        Screen::Stats => stats::draw,
        Screen::Log => log::draw,
    }
}

/// The feed with its panes; where the cursor stands, if a line is being written.
fn feed_screen(canvas: &mut Canvas<'_>, areas: &layout::Areas, app: &App) -> Option<Position> {
    if app.shows_ladder() {
        ladder::draw(canvas, areas, app);
    } else {
        title::feed(canvas, areas, app);
        feed::draw(canvas, areas, app);
        if app.has_detail() {
            detail::draw(canvas, areas, app);
        }
        alert_bar::draw(canvas, areas.alert_bar, app);
        tips::draw(canvas, areas.tips, app);
    }
    send::draw(canvas, areas.send, app)
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let message = format!("sockeye needs 20 × 4 cells; this is {} × {}", area.width, area.height);
    let fits = |lines: &Vec<String>| lines.len() <= usize::from(area.height);
    let lines = canvas::wrap(&message, area.width.into());
    let lines =
        if area.width >= 14 && fits(&lines) { lines } else { canvas::wrap("too small", area.width.into()) };
    canvas.lines(area, lines.into_iter().map(Line::raw));
}
