//! What writing the profile back would change, and the list of the inputs of a file.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, InputChoice, Rewriting},
    config::DiffKind,
};

use super::{canvas, canvas::Canvas, untrusted};

/// Lines that the list of inputs takes, at most, its rule included.
const LIST: u16 = 13;

/// The diff over the whole body.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, rewriting: &Rewriting) {
    let theme = canvas.theme;
    let width = usize::from(body.width).saturating_sub(4);
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut say = |text: &str, style| {
        let text = untrusted::safe(text);
        lines.extend(canvas::wrap(&text, width).into_iter().map(|line| Line::styled(line, style)));
    };
    if rewriting.was_changed {
        say(
            "The file was changed by someone else since it was read. The diff is against what it holds now.",
            theme.wait,
        );
    }
    if let Err(refusal) = &rewriting.new {
        say(&format!("It cannot be written in place: {refusal}."), theme.bad);
        say(
            "Nothing was written, and the form keeps its values. o writes the whole profile to another file.",
            theme.plain,
        );
    }
    for (nth, conflict) in rewriting.conflicts.iter().enumerate() {
        let is_theirs = rewriting.theirs.contains(&conflict.path);
        let sign = if nth == rewriting.chosen { "▌ " } else { "  " };
        let [mine, theirs] = [(!is_theirs, "mine", &conflict.mine), (is_theirs, "theirs", &conflict.theirs)]
            .map(|(is_taken, side, text)| format!("{} {side}: {text}", if is_taken { "●" } else { "○" }));
        say(&format!("{sign}{}  {mine}", conflict.path), theme.wait);
        say(&format!("{sign}{:width$}  {theirs}", "", width = conflict.path.len()), theme.wait);
    }
    for note in &rewriting.notes {
        say(note, theme.wait);
    }
    if rewriting.is_empty() {
        say("The file has these values already.", theme.dim);
    }
    if !rewriting.adopted.is_empty() {
        let paths: Vec<_> = rewriting.adopted.iter().map(|(path, _)| path.as_str()).collect();
        say(&format!("The form takes from it: {}.", paths.join(", ")), theme.dim);
    }
    for line in &rewriting.diff {
        let style = match line.kind {
            DiffKind::Place => theme.dim,
            DiffKind::Same => theme.plain,
            DiffKind::Gone => theme.bad,
            DiffKind::New => theme.ok,
        };
        let text = format!("{}{}", line.kind.sign(), untrusted::safe(&line.text));
        lines.push(Line::styled(canvas::cut(&text, width), style));
    }
    let height = body.height.min(u16::try_from(lines.len() + 1).unwrap_or(u16::MAX)).max(body.height / 2);
    let area = Rect { y: body.bottom() - height, height, ..body };
    if area.height == 0 {
        return;
    }
    canvas.clear(area);
    let room = usize::from(area.height - 1);
    let top = rewriting.top.min(lines.len().saturating_sub(room));
    let title = if rewriting.was_changed { "merge into" } else { "write back" };
    let title = Span::styled(format!("{title} {}", untrusted::safe(&rewriting.path)), theme.accent);
    let right = if lines.len() > room {
        format!("{} to {} of {}", top + 1, (top + room).min(lines.len()), lines.len())
    } else {
        String::new()
    };
    canvas.rule(area, title, Span::styled(right, theme.dim));
    for (y, line) in (area.y + 1..area.bottom()).zip(lines.iter().skip(top)) {
        canvas.line(Rect { y, height: 1, ..canvas::indented(area, 2) }, line);
    }
}

/// The inputs of the file, over the last lines of the body.
pub fn inputs(canvas: &mut Canvas<'_>, body: Rect, app: &App, choice: InputChoice) {
    let theme = canvas.theme;
    let Some(file) = &app.opened else { return };
    let height = body.height.min(LIST).min(u16::try_from(file.inputs.len() + 1).unwrap_or(u16::MAX));
    if height == 0 {
        return;
    }
    let area = Rect { y: body.bottom() - height, height, ..body };
    canvas.clear(area);
    let title = format!("inputs of {}", untrusted::safe(&file.path.display().to_string()));
    let right = Span::styled(format!("{} of {}", choice.chosen + 1, file.inputs.len()), theme.dim);
    canvas.rule(area, Span::styled(title, theme.accent), right);
    let from = crate::app::first_shown(choice.chosen, usize::from(area.height - 1));
    for (y, (nth, (path, label))) in
        (area.y + 1..area.bottom()).zip(file.inputs.iter().enumerate().skip(from))
    {
        let own = if *path == file.input { "● " } else { "  " };
        let label = label.as_deref().filter(|label| !label.is_empty()).map(|label| format!("  {label}"));
        let room = usize::from(area.width).saturating_sub(6);
        let text = untrusted::safe(&format!("{path}{}", label.unwrap_or_default()));
        let spans = vec![
            Span::styled(if nth == choice.chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(own, theme.accent),
            Span::styled(canvas::cut(&text, room), theme.plain),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), nth == choice.chosen);
    }
}
