//! Judging rows anew: the answer of a message changes after a filter has looked at it.

use crate::session::MessageId;

use super::Timeline;
use crate::app::state::row::{Line, Row, RowId};

/// Rows of later deliveries, from the newest on, among which those of a message are looked for.
const LOOKED_AT: usize = 1_000;
/// Messages that wait for the end of a look through the capture.
const LATER: usize = 10_000;

impl Timeline {
    /// The answer of a message has changed: where a filter asks for it, its rows are judged anew.
    pub(super) fn judge_again(&mut self, id: MessageId) {
        if !self.views_mut().any(|view| view.needs.answer) {
            return;
        }
        let again = self.redelivered.iter().rev().take(LOOKED_AT).filter(|(own, _)| *own == id);
        let rows: Vec<_> = self.index.row_of(id).into_iter().chain(again.map(|(_, row)| *row)).collect();
        let first = self.first();
        for row in rows.into_iter().filter(|row| row.0 >= first) {
            let judged = self.judged(row);
            let views = self.filter_view.iter_mut().chain(&mut self.highlight_view);
            for (view, passes) in views.zip(judged).filter(|(view, _)| view.needs.answer) {
                match passes {
                    // What the look through the capture finds there comes behind.
                    _ if row < view.memory && view.scanning.is_some() && view.later.len() < LATER => {
                        view.later.insert(id);
                    }
                    Some(passes) => view.judge(row.0, passes),
                    None => view.is_stale = true,
                }
            }
        }
        if self.is_following() {
            self.select_newest();
        }
    }

    /// Whether a row passes each filter in force; `None` while its payload is not at hand as a whole.
    fn judged(&self, row: RowId) -> Vec<Option<bool>> {
        let views = self.filter_view.iter().chain(&self.highlight_view);
        let known = self.row(row).filter(is_whole);
        views
            .map(|view| {
                let before = if view.needs.gap { self.newest.received_before(row) } else { None };
                Some(view.lets_through(known.as_ref()?, before).is_some())
            })
            .collect()
    }

    /// Judges what had to wait for the end of a look through the capture.
    pub(super) fn judge_later(&mut self) {
        let over = self.views_mut().filter(|view| view.scanning.is_none());
        let later: Vec<_> = over.flat_map(|view| std::mem::take(&mut view.later)).collect();
        for id in later {
            self.judge_again(id);
        }
    }

    /// Whether a filter is to look at everything again, since an answer has changed of what is not at hand.
    pub fn is_stale(&self) -> bool {
        let mut views = self.filter_view.iter().chain(&self.highlight_view);
        views.any(|view| view.is_stale && view.scanning.is_none())
    }
}

fn is_whole(row: &Row<'_>) -> bool {
    match &row.line {
        Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => message.is_whole,
        _ => false,
    }
}
