//! The pictures of the README: screens drawn by the code itself, as SVG.

use std::{env, fmt::Write as _, fs, path::Path};

use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use sockeye::{
    app::{App, CaptureNews, Input, Outcome},
    config::{Origin, Values},
    view,
};

use super::{press, story::*, update};

/// Of one cell, in pixels.
const CELL: (usize, usize) = (9, 19);
const GROUND: &str = "#1a1b1e";
const INK: &str = "#d7d9dc";

fn svg(app: &App) -> String {
    let (width, height) = (app.size.width, app.size.height);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen in memory");
    terminal.draw(|frame| view::draw(frame, app)).expect("drawing into memory");
    picture(terminal.backend().buffer(), usize::from(width), usize::from(height))
}

fn picture(buffer: &Buffer, width: usize, height: usize) -> String {
    let (w, h) = (width * CELL.0 + 24, height * CELL.1 + 24);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" font-family=\"ui-monospace, \
         'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\">\n<rect width=\"{w}\" height=\"{h}\" \
         rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    for y in 0..height {
        let row = &buffer.content()[y * width..(y + 1) * width];
        let mut x = 0;
        while x < width {
            let length = row[x..].iter().take_while(|cell| style(cell) == style(&row[x])).count();
            let text: String = row[x..x + length].iter().map(Cell::symbol).collect();
            // Each word at its own place, so that no font of any width moves the next one.
            for (at, word) in words(&text) {
                let (ink, weight) = style(&row[x]);
                let (left, top) = (12 + (x + at) * CELL.0, 12 + y * CELL.1 + 14);
                let long = word.chars().count() * CELL.0;
                let text = word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                writeln!(
                    out,
                    "<text x=\"{left}\" y=\"{top}\" textLength=\"{long}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{weight}>{text}</text>"
                )
                .expect("a string takes text");
            }
            x += length;
        }
    }
    out + "</svg>\n"
}

/// The words of a line and where each begins, in characters.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (at, c) in text.chars().enumerate() {
        match (c == ' ', words.last_mut()) {
            (true, _) => {}
            (false, Some((_, word))) if inside => word.push(c),
            (false, _) => words.push((at, c.to_string())),
        }
        inside = c != ' ';
    }
    words
}

fn style(cell: &Cell) -> (String, &'static str) {
    let ink = match cell.fg {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => INK.to_owned(),
    };
    (ink, if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" })
}

fn hold(name: &str, app: &App) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    let made = svg(app);
    if env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        fs::write(&path, &made).expect("the picture can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "assets/{name} is old; SOCKEYE_UPDATE_EXPECTED=1 cargo test --test screens renews it"
    );
}

fn sized(mut app: App, width: u16, height: u16) -> App {
    update(&mut app, Input::Resized(ratatui::layout::Size { width, height }));
    app
}

#[test]
fn the_picture_of_the_feed_is_current() {
    let mut app = sized(receiving(60), 120, 26);
    let news = CaptureNews::Grown { path: "/s/ticks.sqlite".into(), bytes: 1_200_000 };
    update(&mut app, Input::Outcome(Outcome::Capture(news)));
    app.timeline.keep(sockeye::app::Kept::Nowhere);
    tell(&mut app, lost(900));
    tell(&mut app, opened(2, 1_000));
    tell(&mut app, ticks(61, 14, 1_200));
    update(&mut app, Input::Tick(after(2_300)));
    press(&mut app, "kk<enter>");
    hold("feed.svg", &app);
}

#[test]
fn the_picture_of_a_failed_connection_is_current() {
    let mut values = Values::default();
    values.set("url", "wss://feed.example:9443/ticks", Origin::Flag);
    let mut app = sized(app().with_values(values), 120, 30);
    tell(&mut app, unauthorized(1, 0));
    tell(&mut app, unknown_issuer(2, 1_000));
    update(&mut app, Input::Tick(after(1_300)));
    press(&mut app, "3");
    hold("connections.svg", &app);
}
