//! The list of profiles, and two of them side by side.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{App, ComparedField, ComparedProfiles, ProfileList};

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// A profile a row: whether the session is of it, whether it is marked, its name and its address.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, profiles: &ProfileList) {
    let right = match profiles.known.len() {
        0 => "none is kept yet; s keeps what the form holds".to_owned(),
        count => format!("{} of {count}", profiles.chosen + 1),
    };
    let column = profiles.known.iter().map(|profile| canvas::width(&profile.name)).max().unwrap_or_default();
    let list = List { title: "profiles", right, count: profiles.known.len(), chosen: Some(profiles.chosen) };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let (theme, profile) = (canvas.theme, &profiles.known[nth]);
        let own = if profile.name == app.profile.name { "● " } else { "  " };
        let mark = if profiles.marked == Some(nth) { "+ " } else { "  " };
        let name = untrusted::safe(&profile.name);
        let blanks = " ".repeat(column + 2 - canvas::width(&name).min(column));
        let room = cells.saturating_sub(column + 6);
        vec![
            Span::styled(own, theme.accent),
            Span::styled(mark, theme.wait),
            Span::styled(name, if nth == profiles.chosen { theme.strong } else { theme.plain }),
            Span::raw(blanks),
            Span::styled(canvas::cut(&untrusted::safe(&profile.about), room), theme.dim),
        ]
    });
}

/// A field a line: its path, the one and the other; equal ones are dim.
pub fn compared(canvas: &mut Canvas<'_>, body: Rect, compared: &ComparedProfiles) {
    let theme = canvas.theme;
    if body.height == 0 {
        return;
    }
    canvas.clear(body);
    let (count, differing) = (compared.fields.len(), compared.differing());
    let hidden = if compared.hides_same { " and hidden" } else { "" };
    let right = format!("{differing} different, {} equal{hidden}", count - differing);
    let [one, other] = compared.names.each_ref().map(|name| untrusted::safe(name));
    canvas.rule(
        body,
        Span::styled(format!("{one} beside {other}"), theme.accent),
        Span::styled(right, theme.dim),
    );
    let width = usize::from(body.width).saturating_sub(4);
    let widest = compared.fields.iter().map(|field| canvas::width(&field.path)).max().unwrap_or_default();
    let path = widest.min(width / 3);
    let text = (width - path).saturating_sub(4) / 2;
    let cell = |text: &str, cells: usize| {
        let text = canvas::cut(&untrusted::safe(text), cells);
        let blanks = " ".repeat((cells + 2).saturating_sub(canvas::width(&text)));
        format!("{text}{blanks}")
    };
    let head = ["", &one, &other];
    let head = format!("{}{}{}", cell(head[0], path), cell(head[1], text), cell(head[2], text));
    let mut lines = vec![Line::styled(head, theme.strong)];
    let row = |field: &ComparedField| {
        let [left, right] = field.texts.each_ref().map(|text| text.as_deref().unwrap_or("–"));
        let style = |other| if field.is_same { theme.dim } else { other };
        Line::from(vec![
            Span::styled(cell(&field.path, path), style(theme.plain)),
            Span::styled(cell(left, text), style(theme.bad)),
            Span::styled(cell(right, text), style(theme.ok)),
        ])
    };
    lines.extend(compared.shown().skip(compared.top).map(row));
    for (y, line) in (body.y + 1..body.bottom()).zip(&lines) {
        canvas.line(Rect { y, height: 1, ..canvas::indented(body, 2) }, line);
    }
}
