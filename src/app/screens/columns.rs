//! The list of columns: ticked, ordered, added, removed.

use crate::app::{
    effect::Effect,
    model::App,
    state::{Columns, KeptColumns, Overlay, Purpose, Step, Tone},
};

/// Paths that are offered at once, at most.
const OFFERED: usize = 40;

impl App {
    pub(in crate::app) fn show_columns(&mut self) {
        self.overlay = Some(Overlay::Columns(0));
    }

    pub(in crate::app) fn choose_column(&mut self, step: Step) {
        let last = self.columns.choices().len().saturating_sub(1);
        if let Some(Overlay::Columns(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    /// Changes the columns by the chosen one; the change says which is chosen then.
    pub(in crate::app) fn with_column(
        &mut self,
        change: impl FnOnce(&mut Columns, usize) -> usize,
    ) -> Vec<Effect> {
        let Some(Overlay::Columns(chosen)) = &mut self.overlay else { return Vec::new() };
        *chosen = change(&mut self.columns, *chosen).min(self.columns.choices().len() - 1);
        self.keep_columns()
    }

    /// Takes the columns of the preferences again, or those that there are by themselves.
    pub(in crate::app) fn reset_columns(&mut self) -> Vec<Effect> {
        self.columns = self.first_columns.clone();
        self.choose_column(Step::By(0));
        self.keep_columns()
    }

    /// What is chosen stays over sessions.
    fn keep_columns(&self) -> Vec<Effect> {
        let kept = (self.columns != self.first_columns).then(|| {
            let (instead_of, columns) = (self.first_columns.kept(), self.columns.kept());
            Box::new(KeptColumns { instead_of, columns })
        });
        vec![Effect::KeepColumns(kept)]
    }

    /// Asks for a path; those of the rows at hand are offered.
    pub(in crate::app) fn ask_column(&mut self) {
        self.words = self.timeline.paths();
        self.ask(Purpose::Column, ".");
    }

    /// The paths that begin with what is written of one.
    pub fn offered_paths(&self, written: &str) -> Vec<&str> {
        let fits = self.words.iter().map(String::as_str).filter(|path| path.starts_with(written));
        fits.take(OFFERED).collect()
    }

    /// Adds the paths that were written, each a column.
    pub(in crate::app) fn add_columns(&mut self, text: &str) -> Vec<Effect> {
        let mut last = None;
        for path in split(text) {
            match self.columns.add(path) {
                Ok(nth) => last = Some(nth),
                Err(refusal) => {
                    self.ask_again(Purpose::Column, text, refusal);
                    return self.keep_columns();
                }
            }
        }
        if last.is_some() {
            self.say(Tone::Done, format!("columns: {}; | lists them", text.trim()));
        }
        self.keep_columns()
    }
}

/// Paths that blanks stand between; a blank inside of quotes divides nothing.
fn split(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let parts = text.split(|letter: char| {
        is_quoted ^= letter == '"';
        !is_quoted && letter.is_whitespace()
    });
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn blanks_divide_paths_unless_they_are_quoted() {
        assert_eq!(split(r#" .a  ."odd name" .b[0] "#), [".a", r#"."odd name""#, ".b[0]"]);
    }
}
