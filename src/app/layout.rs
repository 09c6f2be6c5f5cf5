//! Where everything stands: geometry only, read by `update` (pages, clicks) and by the drawing.

use ratatui::layout::{Position, Rect, Size};

use super::{bindings::Bindings, model::App, screens::Screen};
use crate::payload::{printable, wrap};

/// From this width the detail stands to the right of the feed.
pub const BESIDE: u16 = 100;
/// From this width the detail opens by itself.
pub const OPENS_ITSELF: u16 = 120;
/// Cells before the note of a bookmark.
pub const NOTE_LEAD: u16 = 3;
/// Lines of what there is to try, its rule included.
const TIPS: u16 = 3;
/// Lines of what is wrong, its rule included.
const STRIP: u16 = 4;

/// How much the terminal has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Room {
    /// Below 20 by 4: one sentence.
    Sentence,
    /// Below 60 by 12: one region.
    One,
    #[default]
    Whole,
}

/// The place of each region; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    pub room: Room,
    pub header: Rect,
    pub tabs: Rect,
    /// What a screen has for itself: between tabs and footer.
    pub body: Rect,
    /// The rule with the title of the main region.
    pub title: Rect,
    /// The main region under its rule.
    pub main: Rect,
    /// The column heads of the feed.
    pub heads: Rect,
    /// The lines of the feed that hold rows.
    pub rows: Rect,
    /// The upright rule between feed and detail, from title to end.
    pub divider: Rect,
    pub detail_title: Rect,
    /// The note of a bookmark, above the detail.
    pub detail_note: Rect,
    pub detail: Rect,
    /// The rule below a payload: where the cursor is in it, and how much there is.
    pub detail_foot: Rect,
    /// What is wrong, its rule first.
    pub alert_bar: Rect,
    /// What there is to try, its rule first.
    pub tips: Rect,
    /// The send line, its rule first when there is room for one.
    pub send: Rect,
    pub footer: Rect,
}

impl Areas {
    /// The screen whose title is here in the line of screens.
    pub fn tab_at(&self, at: Position, bindings: &Bindings) -> Option<Screen> {
        if !self.tabs.contains(at) {
            return None;
        }
        let mut x = self.tabs.x;
        Screen::TABS.into_iter().find(|screen| {
            // A blank, the key, a blank, the title, and two blanks.
            let cells = screen.spec().title.len() + bindings.of_screen(*screen).chars().count() + 4;
            let width = u16::try_from(cells).unwrap_or(0);
            let here = at.x >= x && at.x < x + width;
            x += width;
            here
        })
    }
}

/// Two panes of a screen, each under a rule with its title; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    pub title: Rect,
    pub first: Rect,
    /// The upright rule between the two where they stand side by side, from title to end.
    pub divider: Rect,
    pub second_title: Rect,
    pub second: Rect,
}

impl Panes {
    /// Side by side, the first of this width.
    pub fn side_by_side(body: Rect, width: u16) -> Self {
        let left = Rect { width, ..body };
        let right = Rect { x: left.right() + 1, width: body.width - width - 1, ..body };
        let divider = Rect { x: left.right(), width: 1, ..body };
        Self { divider, ..Self::of(left, right) }
    }

    /// One above the other, the first of this height.
    pub fn stacked(body: Rect, height: u16) -> Self {
        let upper = Rect { height, ..body };
        Self::of(upper, Rect { y: upper.bottom(), height: body.height - height, ..body })
    }

    /// The first alone.
    pub fn only_first(body: Rect) -> Self {
        Self::of(body, Rect::default())
    }

    /// The second alone.
    pub fn only_second(body: Rect) -> Self {
        Self::of(Rect::default(), body)
    }

    fn of(first: Rect, second: Rect) -> Self {
        let rule = |area: Rect| Rect { height: area.height.min(1), ..area };
        let below = |area: Rect| Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        Self {
            title: rule(first),
            first: below(first),
            divider: Rect::default(),
            second_title: rule(second),
            second: below(second),
        }
    }
}

/// Computes the places for a terminal of this size.
pub fn areas(size: Size, app: &App) -> Areas {
    let whole = Rect::new(0, 0, size.width, size.height);
    let room = match (size.width, size.height) {
        (width, height) if width < 20 || height < 4 => Room::Sentence,
        (width, height) if width < 60 || height < 12 => Room::One,
        _ => Room::Whole,
    };
    let mut areas = Areas { room, main: whole, ..Areas::default() };
    if room == Room::Sentence {
        return areas;
    }
    let mut rest = whole;
    areas.header = top(&mut rest, 1);
    areas.footer = bottom(&mut rest, 1);
    if room == Room::Whole {
        areas.tabs = top(&mut rest, 1);
    }
    areas.body = rest;
    if app.screen == Screen::Feed && app.focus.is_line() {
        areas.send = bottom(&mut rest, if room == Room::Whole { 2 } else { 1 });
    }
    if app.shows_alert_bar() && rest.height >= STRIP + 8 {
        areas.alert_bar = bottom(&mut rest, STRIP);
    }
    let is_feed = app.screen == Screen::Feed && !app.shows_ladder();
    if app.shows_tips && is_feed && room == Room::Whole && rest.height >= TIPS + 8 {
        areas.tips = bottom(&mut rest, TIPS);
    }
    areas.title = top(&mut rest, 1);
    areas.main = rest;
    if !app.shows_ladder() {
        panes(&mut areas, app);
    }
    areas
}

/// Divides the main region between feed and detail.
fn panes(areas: &mut Areas, app: &App) {
    let mut rest = areas.main;
    let is_open = app.has_detail();
    if is_open && (areas.room == Room::One || app.detail.is_wide) {
        // One region at a time: the detail takes the place of the feed.
        areas.detail_title = areas.title;
        areas.detail = rest;
        foot(areas, app);
        return;
    }
    if is_open && rest.width >= BESIDE {
        let width = rest.width * 3 / 8;
        let left = rest.width - width - 1;
        areas.divider = Rect { x: left, y: areas.title.y, width: 1, height: rest.height + 1 };
        areas.detail_title = Rect { x: left + 1, width, ..areas.title };
        areas.detail = Rect { x: left + 1, width, ..rest };
        areas.title.width = left;
        // One cell stays free before the upright rule.
        rest.width = left - 1;
    } else if is_open {
        let height = rest.height / 2;
        areas.detail = bottom(&mut rest, height.saturating_sub(1));
        areas.detail_title = bottom(&mut rest, 1);
    }
    areas.main = rest;
    if rest.height >= 5 {
        areas.heads = top(&mut rest, 1);
    }
    areas.rows = rest;
    foot(areas, app);
}

/// Gives a payload its last line, where there is room.
fn foot(areas: &mut Areas, app: &App) {
    note(areas, app);
    if areas.detail.height >= 4 && app.timeline.selected().is_some_and(|row| row.payload().is_some()) {
        areas.detail_foot = bottom(&mut areas.detail, 1);
    }
}

/// Gives the note of a bookmark the lines that it needs above the detail, where there is room.
fn note(areas: &mut Areas, app: &App) {
    let Some(note) = app.selected_note().filter(|_| areas.detail.height >= 4) else { return };
    let width = usize::from(areas.detail.width.saturating_sub(NOTE_LEAD + 1)).max(1);
    let lines = u16::try_from(wrap(&printable(note), width).len()).unwrap_or(u16::MAX).max(1);
    let most = areas.detail.height / 2;
    areas.detail_note = top(&mut areas.detail, lines.min(most));
}

/// Takes lines off the top.
pub fn top(rest: &mut Rect, height: u16) -> Rect {
    let height = height.min(rest.height);
    let cut = Rect { height, ..*rest };
    rest.y += height;
    rest.height -= height;
    cut
}

/// Takes lines off the bottom.
pub fn bottom(rest: &mut Rect, height: u16) -> Rect {
    let height = height.min(rest.height);
    rest.height -= height;
    Rect { y: rest.y + rest.height, height, ..*rest }
}
