//! Where the parts of the form stand.

use ratatui::layout::{Rect, Size};

use super::Pane;
use crate::app::{layout, model::App};

/// From this width what is said of a field stands beside the fields.
const BESIDE: u16 = 92;

/// The place of each part; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormAreas {
    /// The rule above the fields.
    pub title: Rect,
    pub fields: Rect,
    /// The upright rule between the two, from title to end.
    pub divider: Rect,
    pub about_title: Rect,
    /// What is said of the selected field, and under it the preview.
    pub about: Rect,
}

/// Computes the places for a terminal of this size.
#[must_use]
pub fn areas(size: Size, app: &App) -> FormAreas {
    let body = layout::areas(size, app).body;
    if body.height < 2 {
        return FormAreas::default();
    }
    let below = |area: Rect| Rect { y: area.y + 1, height: area.height - 1, ..area };
    let rule = |area: Rect| Rect { height: 1, ..area };
    if body.width >= BESIDE {
        let left = Rect { width: body.width * 11 / 20, ..body };
        let right = Rect { x: left.right() + 1, width: body.width - left.width - 1, ..body };
        return FormAreas {
            title: rule(left),
            fields: below(left),
            divider: Rect { x: left.right(), width: 1, ..body },
            about_title: rule(right),
            about: below(right),
        };
    }
    if body.height >= 16 {
        let upper = Rect { height: body.height * 11 / 20, ..body };
        let lower = Rect { y: upper.bottom(), height: body.height - upper.height, ..body };
        return FormAreas {
            title: rule(upper),
            fields: below(upper),
            about_title: rule(lower),
            about: below(lower),
            ..FormAreas::default()
        };
    }
    // One at a time, the one that has the keys.
    match app.form.pane {
        Pane::Fields => FormAreas { title: rule(body), fields: below(body), ..FormAreas::default() },
        Pane::About => FormAreas { about_title: rule(body), about: below(body), ..FormAreas::default() },
    }
}
