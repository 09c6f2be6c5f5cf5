//! What stands over a screen: a question, the palette.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::app::{App, Overlay, Palette, Prompt, Purpose};

use super::{
    bookmarks, canvas, canvas::Canvas, colours, columns, copy_as, decoders, editor, effective, leaving,
    named_filters, profiles, rewriting, saved_messages, unanswered, untrusted,
};

/// Actions that the palette shows at once, at most.
const FITS: u16 = 12;
/// Cells of the names in the palette, and of the keys.
const NAME: usize = 22;
const KEYS: usize = 12;
/// Cells of how a choice is written.
const SYNTAX: usize = 17;
/// The fewest cells of what an action does, where why it cannot be done stands behind it.
const DOC: usize = 12;

/// Draws an open overlay over `body`; where the cursor stands, if it writes.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, overlay: &Overlay) -> Option<Position> {
    match overlay {
        Overlay::Help(_) => None,
        Overlay::Prompt(prompt) => {
            let file = app.waiting_fix.as_ref().and_then(|fix| fix.file.as_ref());
            let facts = match prompt.purpose {
                Purpose::Passphrase => app.passphrase.iter().map(|asked| asked.reason.clone()).collect(),
                Purpose::SaveRoot => file.map_or_else(Vec::new, |file| file.facts.clone()),
                Purpose::Column | Purpose::Paths => offered(app, prompt),
                _ => Vec::new(),
            };
            question(canvas, body, prompt, &facts)
        }
        Overlay::Editor(edited) => editor::draw(canvas, body, app, edited),
        Overlay::Decoders(list) => {
            decoders::draw(canvas, body, list);
            None
        }
        Overlay::SavedMessages(chosen) => {
            saved_messages::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Unanswered(chosen) => {
            unanswered::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Effective(chosen) => {
            effective::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::CopyAs(chosen) => {
            copy_as::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Colours(chosen) => {
            colours::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Bookmarks(chosen) => {
            bookmarks::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Columns(chosen) => {
            columns::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Filters(chosen) => {
            named_filters::draw(canvas, body, app, *chosen);
            None
        }
        Overlay::Rewriting(shown) => {
            rewriting::draw(canvas, body, shown);
            None
        }
        Overlay::Inputs(choice) => {
            rewriting::inputs(canvas, body, app, *choice);
            None
        }
        Overlay::Profiles(list) => {
            profiles::draw(canvas, body, app, list);
            None
        }
        Overlay::ComparedProfiles(shown) => {
            profiles::compared(canvas, body, shown);
            None
        }
        Overlay::Leaving(losses) => {
            leaving::draw(canvas, body, losses);
            None
        }
        Overlay::Palette(palette) => names(canvas, body, app, palette),
    }
}

/// The paths that were seen and go on as what is written does.
fn offered(app: &App, prompt: &Prompt) -> Vec<String> {
    let written = prompt.input.text().rsplit(' ').next().unwrap_or_default();
    let paths = app.offered_paths(written);
    if paths.is_empty() { Vec::new() } else { vec![format!("seen: {}", paths.join("  "))] }
}

/// The question in the last lines of the body: its rule, what it is about, and the line for the answer.
fn question(canvas: &mut Canvas<'_>, body: Rect, prompt: &Prompt, facts: &[String]) -> Option<Position> {
    let lines: Vec<_> = facts
        .iter()
        .flat_map(|fact| canvas::wrap(&untrusted::safe(fact), usize::from(body.width).saturating_sub(2)))
        .collect();
    let choices = prompt.purpose.choices();
    let height = body.height.min(u16::try_from(lines.len() + choices.len() + 2).unwrap_or(u16::MAX));
    let area = Rect { y: body.bottom() - height, height, ..body };
    if height == 0 {
        return None;
    }
    canvas.clear(area);
    let title = Span::styled(prompt.purpose.question(), canvas.theme.accent);
    let refusal = prompt.refusal.as_deref().map(untrusted::safe).unwrap_or_default();
    let width = canvas::width(&refusal);
    let refusal = Span::styled(refusal, canvas.theme.bad);
    // Where both do not fit, why the answer does not do says more than what was asked.
    if title.width() + width + 8 <= usize::from(area.width) {
        canvas.rule(area, title, refusal);
    } else if width > 0 {
        canvas.rule(area, refusal, "");
    } else {
        canvas.rule(area, title, "");
    }
    for (y, line) in (area.y + 1..area.bottom() - 1).zip(&lines) {
        canvas.text(Rect { y, height: 1, ..canvas::indented(area, 2) }, line, canvas.theme.plain);
    }
    for (y, (nth, choice)) in (area.y + 1..area.bottom() - 1).zip(choices.iter().enumerate()) {
        let is_chosen = prompt.chosen == Some(nth);
        let syntax = if is_chosen { canvas.theme.strong } else { canvas.theme.plain };
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, canvas.theme.accent),
            Span::styled(format!("{:<SYNTAX$}", choice.syntax), syntax),
            Span::styled(choice.doc, canvas.theme.dim),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), is_chosen);
    }
    let line = Rect { y: area.bottom() - 1, height: 1, ..area };
    if prompt.purpose.is_secret() {
        return Some(canvas.hidden(line, &prompt.input));
    }
    Some(canvas.input(line, "› ", &prompt.input))
}

/// The palette at the top of the body: the line, the actions that fit, and a rule below.
fn names(canvas: &mut Canvas<'_>, body: Rect, app: &App, palette: &Palette) -> Option<Position> {
    let theme = canvas.theme;
    let fits = app.palette_fits(palette);
    let shown =
        u16::try_from(fits.len()).unwrap_or(u16::MAX).min(FITS).min(body.height.saturating_sub(3)).max(1);
    let area = Rect { height: (shown + 3).min(body.height), ..body };
    if area.height == 0 {
        return None;
    }
    canvas.clear(area);
    let right = Span::styled("a number goes to that message, 12:00:05 to that time", theme.dim);
    canvas.rule(area, Span::styled("palette", theme.accent), right);
    let line = Rect { y: area.y + 1, height: 1.min(area.height.saturating_sub(1)), ..area };
    let cursor = (line.height > 0).then(|| canvas.input(line, ": ", &palette.input));
    let from = (palette.chosen + 1).saturating_sub(usize::from(shown));
    let rows = area.y + 2..(area.y + 2 + shown).min(area.bottom());
    for (y, (nth, action)) in rows.zip(fits.iter().enumerate().skip(from)) {
        let is_chosen = nth == palette.chosen;
        let reason = action.available(app).err();
        let keys = app.keys_of(action).first().map_or(String::new(), ToString::to_string);
        let room = usize::from(area.width).saturating_sub(2 + NAME + KEYS + 1);
        let message = what_and_why(action.doc_now(app), reason.as_deref(), room);
        let name = match (is_chosen, reason.is_some()) {
            (true, _) => theme.strong,
            (false, true) => theme.dim,
            (false, false) => theme.plain,
        };
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(format!("{:<NAME$}", canvas::cut(action.label_now(app), NAME - 1)), name),
            Span::styled(format!("{:<KEYS$}", canvas::cut(&keys, KEYS - 1)), theme.note),
            Span::styled(canvas::cut(&untrusted::safe(&message), room), theme.dim),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), is_chosen);
    }
    if fits.is_empty() && area.height > 2 {
        let below = Rect { y: area.y + 2, height: 1, ..canvas::indented(area, 2) };
        let usage = App::order_usage(palette.input.text()).or_else(|| App::place_meant(palette.input.text()));
        canvas.text(below, usage.as_deref().unwrap_or("no action matches"), theme.dim);
    }
    if area.height > 3 {
        let last = Rect { y: area.bottom() - 1, height: 1, ..area };
        // Above, it may not have had the room.
        let reason = fits.get(palette.chosen).and_then(|action| action.available(app).err());
        let reason =
            reason.map_or_else(String::new, |reason| format!("not now: {}", untrusted::safe(&reason)));
        canvas.rule(last, Span::styled(reason, theme.dim), "");
    }
    cursor
}

/// What an action does, and behind it why that cannot be done now; where both do not fit, the reason stays whole.
fn what_and_why(doc: &str, reason: Option<&str>, room: usize) -> String {
    let Some(reason) = reason else { return doc.to_owned() };
    let reason = format!(" · not now: {reason}");
    let left = room.saturating_sub(canvas::width(&reason)).max(DOC);
    format!("{}{reason}", canvas::cut(doc, left))
}
