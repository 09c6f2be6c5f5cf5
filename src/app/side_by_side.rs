//! The screen of two feeds side by side: what is looked at of them. Pure: keys in, and whether to leave.

use std::collections::VecDeque;

use ratatui::layout::{Rect, Size};

use crate::stats::{ComparedRow, Listed};

use super::{
    layout::{bottom, top},
    state::{Code, Key, Look},
};

/// Lines of the sides: a rule, heads, and two for each side; where one was lost, another for that.
const SIDES: u16 = 6;
/// Lines of what differs in the selected row, with its rule.
const DETAIL: u16 = 7;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct SideBySide {
    pub size: Size,
    pub look: Look,
    pub ascii: bool,
    pub zone: jiff::tz::TimeZone,
    pub listed: Listed,
    /// What differs in the selected row is shown below.
    pub has_detail: bool,
    /// The place of the selected row among all that were compared; `None` follows the newest.
    pub selected: Option<u64>,
    /// How many sides have been lost.
    pub losses: u16,
    /// Both have ended; the screen stays until it is left.
    pub is_over: bool,
}

/// The places of the parts; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SideBySideAreas {
    pub header: Rect,
    pub sides: Rect,
    pub rule: Rect,
    pub rows: Rect,
    pub detail: Rect,
    pub footer: Rect,
}

/// Whether the screen goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Stay,
    Leave,
}

impl SideBySide {
    /// Everything is listed, and the newest followed.
    #[must_use]
    pub const fn new(size: Size, look: Look, ascii: bool, zone: jiff::tz::TimeZone) -> Self {
        Self {
            size,
            look,
            ascii,
            zone,
            listed: Listed::All,
            has_detail: false,
            selected: None,
            losses: 0,
            is_over: false,
        }
    }

    #[must_use]
    pub fn areas(&self) -> SideBySideAreas {
        let mut rest = Rect { x: 0, y: 0, width: self.size.width, height: self.size.height };
        let mut areas = SideBySideAreas { header: top(&mut rest, 1), ..SideBySideAreas::default() };
        areas.footer = bottom(&mut rest, 1);
        areas.sides = top(&mut rest, SIDES + self.losses);
        if self.has_detail && rest.height >= DETAIL + 4 {
            areas.detail = bottom(&mut rest, DETAIL);
        }
        areas.rule = top(&mut rest, 2);
        areas.rows = rest;
        areas
    }

    /// The place of the selected row in the list; the newest while it follows, or where the row has left.
    #[must_use]
    pub fn place(&self, rows: &VecDeque<ComparedRow>) -> usize {
        let last = rows.len().saturating_sub(1);
        let Some(selected) = self.selected else { return last };
        rows.partition_point(|row| row.nth < selected).min(last)
    }

    /// The first row in sight.
    #[must_use]
    pub fn first(&self, rows: &VecDeque<ComparedRow>) -> usize {
        let height = usize::from(self.areas().rows.height).max(1);
        let last_page = rows.len().saturating_sub(height);
        if self.selected.is_none() {
            return last_page;
        }
        self.place(rows).saturating_sub(height / 2).min(last_page)
    }

    /// A key was pressed.
    pub fn press(&mut self, key: Key, rows: &VecDeque<ComparedRow>) -> Next {
        let page = i64::from(self.areas().rows.height.max(1));
        match key.code {
            Code::Char('c') if key.ctrl => return Next::Leave,
            Code::Char('q') => return Next::Leave,
            Code::Esc if self.has_detail => self.has_detail = false,
            Code::Esc if self.selected.is_some() => self.selected = None,
            Code::Enter if !rows.is_empty() => {
                self.has_detail = !self.has_detail;
                // What is read must not leave under the eye.
                self.go(0, rows);
            }
            Code::Char('o') => {
                self.listed = match self.listed {
                    Listed::All => Listed::Odd,
                    Listed::Odd => Listed::All,
                };
                self.selected = None;
            }
            Code::Char('f' | 'G') | Code::End => self.selected = None,
            Code::Char('g') | Code::Home => self.go(i64::MIN / 2, rows),
            Code::Char('j') | Code::Down => self.go(1, rows),
            Code::Char('k') | Code::Up => self.go(-1, rows),
            Code::PageDown => self.go(page, rows),
            Code::PageUp => self.go(-page, rows),
            _ => {}
        }
        Next::Stay
    }

    /// Moves the selection; beyond the newest it follows.
    pub fn go(&mut self, by: i64, rows: &VecDeque<ComparedRow>) {
        let place = i64::try_from(self.place(rows)).unwrap_or(0).saturating_add(by).max(0);
        let place = usize::try_from(place).unwrap_or(0);
        self.selected = rows.get(place).map(|row| row.nth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{session::Timestamp, stats::ComparedWhat};

    fn rows(from: u64, count: u64) -> VecDeque<ComparedRow> {
        let row = |nth| ComparedRow {
            nth,
            at: Timestamp(0),
            key: nth.to_string(),
            what: ComparedWhat::Same,
            lead: None,
            texts: [None, None],
        };
        (from..from + count).map(row).collect()
    }

    fn state() -> SideBySide {
        SideBySide::new(Size { width: 80, height: 24 }, Look::Plain, false, jiff::tz::TimeZone::UTC)
    }

    #[test]
    fn it_follows_until_somebody_moves_and_then_holds_the_row() {
        let (mut state, mut kept) = (state(), rows(0, 100));
        assert_eq!((state.place(&kept), state.first(&kept)), (99, 86));
        state.press(Key::UP, &kept);
        assert_eq!(state.selected, Some(98));
        kept.extend(rows(100, 50));
        assert_eq!(kept[state.place(&kept)].nth, 98, "newer ones do not move it");
        state.press(Key::char('f'), &kept);
        assert_eq!(state.place(&kept), 149);
        state.press(Key::char('g'), &kept);
        assert_eq!((state.place(&kept), state.first(&kept)), (0, 0));
    }

    #[test]
    fn a_row_that_has_left_gives_way_to_the_oldest_that_is_kept() {
        let (mut state, kept) = (state(), rows(500, 10));
        state.selected = Some(3);
        assert_eq!(kept[state.place(&kept)].nth, 500);
        state.press(Key::ESC, &kept);
        assert_eq!(state.selected, None);
        assert_eq!(state.press(Key::char('q'), &kept), Next::Leave);
    }

    #[test]
    fn enter_holds_what_is_read_and_esc_goes_back_first() {
        let (mut state, kept) = (state(), rows(0, 5));
        state.press(Key::ENTER, &kept);
        assert_eq!((state.has_detail, state.selected), (true, Some(4)));
        assert!(state.areas().detail.height > 0, "80 × 24 has room for it");
        state.press(Key::ESC, &kept);
        assert!(!state.has_detail);
    }
}
