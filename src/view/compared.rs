//! What differs between a message or a connection and another, in its place.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::Compared,
    payload::{
        compare::{Change, Comparison, Unit},
        counted, thousands,
    },
};

use super::{canvas, canvas::Canvas, theme::Theme, untrusted};

/// The differences, and which of them are in sight.
pub struct Shown<'a> {
    /// What differs, or why nothing is compared.
    pub comparison: Result<&'a Comparison, &'a str>,
    /// The difference that the cursor is on, and the first in sight.
    pub cursor: usize,
    pub top: usize,
    /// Whether the pane has the keys.
    pub has_keys: bool,
}

impl<'a> Shown<'a> {
    /// A comparison in a pane of this height; `missing` says why there is none.
    pub fn of<Id: Copy + PartialEq>(
        compared: &'a Compared<Id>,
        missing: &'a str,
        has_keys: bool,
        height: u16,
    ) -> Self {
        let comparison = compared.found().map(|(_, comparison)| comparison).ok_or(missing);
        Self { comparison, cursor: compared.cursor, top: compared.top(height.into()), has_keys }
    }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, foot: Rect, shown: &Shown<'_>) {
    let pane = canvas::inner(area);
    let comparison = match shown.comparison {
        Ok(comparison) => comparison,
        Err(missing) => return canvas.paragraph(pane, missing, canvas.theme.dim),
    };
    if comparison.changes.is_empty() {
        canvas.text(pane, format!("no difference in {}", equal(comparison)), canvas.theme.ok);
        return;
    }
    let places = comparison.changes.iter().map(|change| canvas::width(&change.place)).max().unwrap_or(0);
    let column = places.min(usize::from(pane.width) * 2 / 5);
    for (place, (nth, change)) in pane.rows().zip(comparison.changes.iter().enumerate().skip(shown.top)) {
        let line = line(change, column, pane.width.into(), canvas.theme);
        canvas.line(place, &line);
        if shown.has_keys && nth == shown.cursor {
            canvas.fill(Rect { x: area.x, width: area.width, ..place });
        }
    }
    if foot.height > 0 {
        let count =
            |wanted: fn(&Change) -> bool| comparison.changes.iter().filter(|change| wanted(change)).count();
        let changed = count(|change| change.before.is_some() && change.after.is_some());
        let added = count(|change| change.before.is_none());
        let removed = count(|change| change.after.is_none());
        let more = if comparison.is_cut { "+" } else { "" };
        let left =
            format!("{changed}{more} changed · {added} added · {removed} removed · {}", equal(comparison));
        let right = format!("{} of {}{more}", shown.cursor + 1, thousands(comparison.changes.len() as u64));
        let room = usize::from(foot.width).saturating_sub(canvas::width(&right) + 7);
        let left = Span::styled(canvas::cut(&left, room), canvas.theme.note);
        canvas.rule(foot, left, Span::styled(right, canvas.theme.dim));
    }
}

/// `40 equal values`
fn equal(comparison: &Comparison) -> String {
    let what = match comparison.unit {
        Unit::Paths => "equal value",
        Unit::Lines => "equal line",
        Unit::Bytes => "equal byte",
        Unit::Facts => "equal fact",
    };
    counted(comparison.equal, what)
}

/// `~ .price   64012.5 → 64013.0`
fn line(change: &Change, column: usize, width: usize, theme: &Theme) -> Line<'static> {
    let (sign, style) = match (&change.before, &change.after) {
        (Some(_), Some(_)) => ("~ ", theme.wait),
        (None, _) => ("+ ", theme.ok),
        (_, None) => ("- ", theme.bad),
    };
    let place = canvas::cut(&untrusted::safe(&change.place), column);
    let pad = " ".repeat(column.saturating_sub(canvas::width(&place)) + 2);
    let mut room = width.saturating_sub(2 + column + 2);
    let mut spans = vec![Span::styled(sign, style), Span::styled(place, theme.note), Span::raw(pad)];
    let (mut before, mut after) =
        (change.before.as_deref().map(untrusted::safe), change.after.as_deref().map(untrusted::safe));
    let both = before.is_some() && after.is_some();
    let half = if both { room.saturating_sub(3) / 2 } else { room };
    if let (Some(before), Some(after)) = (&mut before, &mut after) {
        from_difference(before, after, half);
    }
    if let Some(before) = &before {
        let text = canvas::cut(before, half);
        room = room.saturating_sub(canvas::width(&text) + 3);
        spans.push(Span::styled(text, theme.dim));
    }
    if both {
        spans.push(Span::styled(" → ", theme.dim));
    }
    if let Some(after) = &after {
        spans.push(Span::styled(canvas::cut(after, room), theme.plain));
    }
    Line::from(spans)
}

/// Lets two texts of which `width` cells are shown begin shortly before they differ, if that is not in sight otherwise.
fn from_difference(before: &mut String, after: &mut String, width: usize) {
    /// Equal characters that stay before the difference.
    const KEPT: usize = 8;
    let equal = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let Some(passed) = equal.checked_sub(KEPT).filter(|_| equal + 2 * KEPT > width) else { return };
    for text in [before, after] {
        *text = std::iter::once('…').chain(text.chars().skip(passed)).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::from_difference;

    #[test]
    fn two_long_texts_begin_shortly_before_they_differ() {
        let begin = |a: &str, b: &str, width| {
            let (mut a, mut b) = (a.to_owned(), b.to_owned());
            from_difference(&mut a, &mut b, width);
            (a, b)
        };
        let same = ("64012.5".to_owned(), "64013.0".to_owned());
        assert_eq!(begin("64012.5", "64013.0", 30), same);
        let (a, b) = begin("the quick brown fox jumps", "the quick brown fox walks", 20);
        assert_eq!((a.as_str(), b.as_str()), ("…own fox jumps", "…own fox walks"));
    }
}
