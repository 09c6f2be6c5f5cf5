//! Requests and answers: from one to the other, those without an answer, and where their ids stand.

use std::time::Duration;

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Focus, Ids, Overlay, Pairs, Request, RowId, Step, Tone},
    },
    payload::{counted, document::MemberPath, duration_in_words},
    session::Seq,
};

impl App {
    /// How long after its request the message of a row came, if it is an answer.
    pub fn answered_after(&self, row: RowId) -> Option<(&Request, Duration)> {
        if self.pairs.is_empty() {
            return None;
        }
        let (_, request, took) = self.pairs.answered_by(self.timeline.seq_of(row)?)?;
        Some((request, took))
    }

    /// What a row is to others by its id, in words: `answers id 7 after 34 ms`.
    pub fn pairing_of(&self, row: RowId) -> Option<String> {
        if let Some((request, took)) = self.answered_after(row) {
            return Some(format!("answers {} after {}", request.id, duration_in_words(took)));
        }
        let request = self.pairs.request(self.timeline.seq_of(row)?)?;
        Some(match request.answer {
            Some((_, took)) => format!("answered after {}", duration_in_words(took)),
            None => "no answer".to_owned(),
        })
    }

    /// The row that the selected one is paired with.
    pub(in crate::app) fn paired_with_selected(&self) -> Option<Seq> {
        let here = self.timeline.seq_of(self.timeline.selected_id())?;
        let request = self.pairs.answered_by(here).map(|(asked, ..)| asked);
        request.or_else(|| Some(self.pairs.request(here)?.answer?.0))
    }

    pub(in crate::app) fn go_to_paired(&mut self) -> Vec<Effect> {
        self.paired_with_selected().map_or_else(Vec::new, |seq| self.go_to_seq(seq))
    }

    pub(in crate::app) fn show_unanswered(&mut self) {
        let last = self.pairs.unanswered().count().saturating_sub(1);
        self.overlay = Some(Overlay::Unanswered(last));
    }

    pub(in crate::app) fn choose_unanswered(&mut self, step: Step) {
        let last = self.pairs.unanswered().count().saturating_sub(1);
        if let Some(Overlay::Unanswered(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    pub(in crate::app) fn go_to_unanswered(&mut self) -> Vec<Effect> {
        let Some(Overlay::Unanswered(chosen)) = self.overlay else { return Vec::new() };
        let Some((seq, _)) = self.pairs.unanswered().nth(chosen) else { return Vec::new() };
        self.overlay = None;
        self.focus = Focus::Feed;
        self.go_to_seq(seq)
    }

    /// Looks for ids at a path, or where the protocols have them, in the rows at hand and in what comes.
    pub(in crate::app) fn pair_by(&mut self, path: Option<MemberPath>) {
        let place = path.as_ref().map_or_else(|| "the id of the protocol".to_owned(), ToString::to_string);
        let mut pairs = Pairs::looking(path.map_or(Ids::Known, Ids::At));
        for (seq, row) in self.timeline.at_hand() {
            pairs.take_row(seq, &row);
        }
        self.pairs = pairs;
        let (all, open) = (self.pairs.len() as u64, self.pairs.unanswered().count());
        let found = counted(all, "request");
        self.say(
            Tone::Done,
            format!("paired by {place}: {found} in the rows at hand, {open} without an answer"),
        );
    }
}
