//! The list of requests without an answer.

use ratatui::{layout::Rect, text::Span};

use crate::{
    app::App,
    payload::{span_of, thousands},
};

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// The most cells of an id, and those of the time since a request.
const ID: usize = 28;
const SINCE: usize = 10;

/// A request a row: when it was sent, how long ago, its id, and what it asks for.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let requests: Vec<_> = app.pairs.unanswered().map(|(_, request)| request).collect();
    let of = if requests.is_empty() {
        "each request is answered".to_owned()
    } else {
        format!("{} of {}", chosen + 1, thousands(requests.len() as u64))
    };
    let right = if app.capture.is_reading() { format!("as far as rows were read · {of}") } else { of };
    let ids = requests.iter().map(|request| canvas::width(&untrusted::safe(&request.id)));
    let column = ids.max().unwrap_or(0).min(ID);
    let list =
        List { title: "requests without an answer", right, count: requests.len(), chosen: Some(chosen) };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let (theme, request) = (canvas.theme, requests[nth]);
        let clock = format!("{}  ", request.at.clock(&app.zone));
        let since = format!("{:>SINCE$}  ", span_of(app.now.since(request.at)));
        let id = canvas::cut(&untrusted::safe(&request.id), column);
        let blanks = " ".repeat(column + 2 - canvas::width(&id));
        let room = cells.saturating_sub(clock.len() + SINCE + 2 + column + 2);
        vec![
            Span::styled(clock, theme.dim),
            Span::styled(since, theme.wait),
            Span::styled(id, if nth == chosen { theme.strong } else { theme.plain }),
            Span::raw(blanks),
            Span::styled(canvas::cut(&untrusted::safe(&request.what), room), theme.dim),
        ]
    });
}
