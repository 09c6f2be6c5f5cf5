//! A text pasted into the start screen: a URL, the command line of another program, or YAML.

use jiff::tz::TimeZone;
use ratatui::{Terminal, backend::TestBackend, layout::Size};

use super::controls_terminal;
use crate::{
    app::{App, Effect, Input, Profile, Screen, press, update},
    config::{Settings, import, is_yaml, lint},
    session::Timestamp,
    view,
};

/// Takes a text.
///
/// # Panics
///
/// The import is not a valid URL, or the screen shows unsafe text.
pub fn pasted(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let imported = import(&text);
    match &imported {
        Ok(imported) => {
            let url = imported.values.get("url").expect("it has a URL").text.as_str();
            assert!(url.starts_with("ws://") || url.starts_with("wss://"), "{url}");
            assert!(!url.contains(char::is_whitespace), "{url}");
            assert!(imported.left_out.len() < text.len(), "{:?}", imported.left_out);
            let problems = lint(&imported.values);
            let wrong = Settings::from_values(&imported.values).is_err();
            assert_eq!(wrong, problems.iter().any(crate::config::Problem::is_error), "{problems:?}");
        }
        Err(message) => assert!(!message.is_empty()),
    }
    on_the_screen(&text, imported.is_ok());
}

/// Pastes the text into the input of the start screen, and presses enter.
fn on_the_screen(text: &str, is_line: bool) {
    let size = Size { width: 80, height: 24 };
    let mut app = App::new(Profile::default(), size, Timestamp::default(), TimeZone::UTC);
    app.screen = Screen::Start;
    update(&mut app, Input::Paste(text.to_owned()));
    is_clean(&app, size);
    let is_blank = app.start.input.text().trim().is_empty();
    let effects = press(&mut app, "<enter>");
    let reads_yaml = effects.iter().any(|effect| matches!(effect, Effect::ReadYaml(_)));
    if app.overlay.is_none() {
        assert_eq!(reads_yaml, is_yaml(text) && !is_blank, "{effects:?}");
        let is_refused = app.start.fault.is_some();
        assert_eq!(is_refused, !is_line && !reads_yaml && !is_blank, "{:?}", app.start.fault);
    }
    is_clean(&app, size);
}

fn is_clean(app: &App, size: Size) {
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).expect("a screen in memory");
    terminal.draw(|frame| view::draw(frame, app)).expect("it is drawn into memory");
    let drawn = terminal.backend().to_string();
    assert!(!drawn.contains(|c| c != '\n' && controls_terminal(c)), "{drawn}");
}
