//! A payload in the detail pane: JSON in colours, text, or hex. Only the lines that are seen.

use ratatui::text::{Line, Span};

use crate::{
    app::{
        DetailMode,
        reading::{Reading, json_lines, text_lines},
    },
    payload::{Body, hex, json::Token, size},
    session::Kind,
};

use super::{canvas, theme::Theme, untrusted};

/// Lines `from` and on, at most `height`, in `width` cells.
pub fn lines(
    (kind, payload): (Kind, &[u8]),
    mode: DetailMode,
    from: usize,
    (width, height): (usize, usize),
    theme: &Theme,
) -> Vec<Line<'static>> {
    let reading = Reading::of(kind, payload, mode);
    let mut shown: Vec<Line<'static>> = match &reading.body {
        Body::Json(text) => {
            json_lines(text).skip(from).take(height).map(|line| json(&line, width, theme)).collect()
        }
        Body::Text(text) => {
            text_lines(text, width).into_iter().skip(from).take(height).map(Line::from).collect()
        }
        Body::Broken(bytes) | Body::Bytes(bytes) => {
            let each = hex::each(bytes.len(), width);
            let rows = (from..from + height).map_while(|nth| hex::row(bytes, nth, each));
            rows.map(|row| hex_line(row, hex::digits(bytes.len()), theme)).collect()
        }
    };
    let missing = reading.left_out;
    if missing > 0 && shown.len() < height {
        let message = format!("… {} more: hex shows all", size(missing as u64));
        shown.push(Line::styled(canvas::cut(&message, width), theme.dim));
    }
    shown
}

fn json(line: &crate::payload::json::Line<'_>, width: usize, theme: &Theme) -> Line<'static> {
    let indent = (line.depth * 2).min(width / 2);
    let mut spans = vec![Span::raw(" ".repeat(indent))];
    let mut room = width.saturating_sub(indent);
    for part in &line.parts {
        let style = match part.token {
            Token::Name => theme.note,
            Token::Text => theme.ok,
            Token::Number => theme.plain,
            Token::Literal => theme.wait,
            Token::Punctuation => theme.dim,
        };
        let text = canvas::cut(&untrusted::safe(part.text), room);
        room = room.saturating_sub(canvas::width(&text));
        spans.push(Span::styled(text, style));
    }
    Line::from(spans)
}

fn hex_line(row: hex::Row, digits: usize, theme: &Theme) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{:0digits$x}  ", row.offset), theme.dim),
        Span::raw(row.hex),
        Span::styled(format!("  {}", row.text), theme.ok),
    ])
}
