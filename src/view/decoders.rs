//! The list of decoders.

use ratatui::{layout::Rect, text::Span};

use crate::app::{DecoderRow, Decoders};

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
};

/// Cells of the name of a decoder.
const TITLE: usize = 22;

/// A decoder a row, and why it does not fit, if it does not.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, decoders: &Decoders) {
    let (count, chosen) = (decoders.rows.len(), decoders.chosen);
    let fitting = decoders.rows.iter().filter(|row| row.misfit.is_none()).count();
    let list = List {
        title: "read the payload as",
        right: format!("{fitting} of {count} fit"),
        count,
        chosen: Some(chosen),
    };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let theme = canvas.theme;
        let DecoderRow { title, misfit, .. } = &decoders.rows[nth];
        let (sign, sign_style) = if misfit.is_none() { ("✓ ", theme.ok) } else { ("  ", theme.dim) };
        let style = match misfit {
            _ if nth == chosen => theme.strong,
            Some(_) => theme.dim,
            None => theme.plain,
        };
        vec![
            Span::styled(sign, sign_style),
            Span::styled(format!("{:<TITLE$}", canvas::cut(title, TITLE - 1)), style),
            Span::styled(canvas::cut(misfit.unwrap_or_default(), cells.saturating_sub(TITLE + 2)), theme.dim),
        ]
    });
}
