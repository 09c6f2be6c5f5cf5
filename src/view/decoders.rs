//! The list of decoders, at the top of the body.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{DecoderRow, Decoders, first_shown};

use super::{canvas, canvas::Canvas};

/// Cells of the name of a decoder.
const TITLE: usize = 22;

/// A decoder a row, and why it does not fit, if it does not; a rule above and below.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, decoders: &Decoders) {
    let theme = canvas.theme;
    let wanted = u16::try_from(decoders.rows.len() + 2).unwrap_or(u16::MAX);
    let area = Rect { height: wanted.min(body.height), ..body };
    if area.height < 3 {
        return;
    }
    canvas.clear(area);
    let fitting = decoders.rows.iter().filter(|row| row.misfit.is_none()).count();
    let right = Span::styled(format!("{fitting} of {} fit", decoders.rows.len()), theme.dim);
    canvas.rule(area, Span::styled("read the payload as", theme.accent), right);
    let inner = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let top = first_shown(decoders.chosen, inner.height.into());
    for (place, (nth, DecoderRow { title, misfit, .. })) in
        inner.rows().zip(decoders.rows.iter().enumerate().skip(top))
    {
        let is_chosen = nth == decoders.chosen;
        let (sign, sign_style) = if misfit.is_none() { ("✓ ", theme.ok) } else { ("  ", theme.dim) };
        let style = match (is_chosen, misfit) {
            (true, _) => theme.strong,
            (false, Some(_)) => theme.dim,
            (false, None) => theme.plain,
        };
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(sign, sign_style),
            Span::styled(format!("{:<TITLE$}", canvas::cut(title, TITLE - 1)), style),
            Span::styled(misfit.unwrap_or_default(), theme.dim),
        ];
        canvas.row(place, &Line::from(spans), is_chosen);
    }
    canvas.rule(Rect { y: area.bottom() - 1, height: 1, ..area }, "", "");
}
