//! Filters with names: named, turned on and off, renamed, removed.

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{FilterChange, KeptFilter, Overlay, Purpose, Step, Tone},
    },
    filter::{Filter, Named},
};

impl App {
    /// Takes in the filters that were kept.
    pub(in crate::app) fn take_named_filters(&mut self, kept: Vec<KeptFilter>) -> Vec<Effect> {
        self.named_filters.take(kept, &self.zone);
        if self.named_filters.on().next().is_some() { self.filter_rows() } else { Vec::new() }
    }

    /// Lists the filters; while none has a name, asks for that of the one that is written.
    pub(in crate::app) fn show_filters(&mut self) {
        if !self.named_filters.is_empty() {
            self.overlay = Some(Overlay::Filters(0));
        } else if self.filter.filter().is_some() {
            self.ask(Purpose::NameFilter, "");
        } else {
            self.say(Tone::Note, "no filter has a name yet: write one with /, then F names it");
        }
    }

    pub(in crate::app) fn choose_filter(&mut self, step: Step) {
        let last = self.named_filters.len().saturating_sub(1);
        if let Some(Overlay::Filters(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    /// The filter that is chosen in the list.
    pub fn chosen_filter(&self) -> Option<&KeptFilter> {
        let Some(Overlay::Filters(chosen)) = self.overlay else { return None };
        self.named_filters.get(chosen)
    }

    pub(in crate::app) fn turn_filter(&mut self) -> Vec<Effect> {
        let Some(chosen) = self.chosen_filter() else { return Vec::new() };
        let change = FilterChange::Turn { name: chosen.name.clone(), on: !chosen.on };
        let mut effects = self.change_filters(change);
        effects.extend(self.filter_rows());
        effects
    }

    /// Removes the chosen filter; the list closes with the last.
    pub(in crate::app) fn remove_filter(&mut self) -> Vec<Effect> {
        let (Some(chosen), Some(Overlay::Filters(nth))) = (self.chosen_filter().cloned(), &self.overlay)
        else {
            return Vec::new();
        };
        let nth = *nth;
        let mut effects = self.change_filters(FilterChange::Remove { name: chosen.name });
        let left = self.named_filters.len();
        self.overlay = left.checked_sub(1).map(|last| Overlay::Filters(nth.min(last)));
        if chosen.on {
            effects.extend(self.filter_rows());
        }
        effects
    }

    /// Asks for another name of the chosen filter.
    pub(in crate::app) fn ask_to_rename_filter(&mut self) {
        if let (Some(chosen), Some(Overlay::Filters(nth))) = (self.chosen_filter(), &self.overlay) {
            let (name, nth) = (chosen.name.clone(), *nth);
            self.ask(Purpose::RenameFilter(nth), &name);
        }
    }

    /// Gives the filter that is written a name. Names in it are replaced by what they stand for.
    pub(in crate::app) fn name_filter(&mut self, name: &str) -> Vec<Effect> {
        let Some(filter) = self.filter.filter() else { return Vec::new() };
        let written = self.filter.input.text().trim();
        let text = if Filter::parse(written).is_ok() { written.to_owned() } else { filter.to_string() };
        let change = |name| FilterChange::Add(KeptFilter { name, filter: text, on: false });
        let last = self.named_filters.len();
        self.name_by(Purpose::NameFilter, name, last, change)
    }

    pub(in crate::app) fn rename_filter(&mut self, nth: usize, to: &str) -> Vec<Effect> {
        let Some(name) = self.named_filters.get(nth).map(|one| one.name.clone()) else { return Vec::new() };
        let effects =
            self.name_by(Purpose::RenameFilter(nth), to, nth, |to| FilterChange::Rename { name, to });
        self.label_filter();
        effects
    }

    /// Makes a change with a name that was written, and lists the filters; asks again for one that does not do.
    fn name_by(
        &mut self,
        purpose: Purpose,
        written: &str,
        nth: usize,
        change: impl FnOnce(String) -> FilterChange,
    ) -> Vec<Effect> {
        let name = written.trim().trim_start_matches('@').to_owned();
        let refusal = if Named::is_name(&name) {
            let change = change(name);
            match self.named_filters.change(&change) {
                Ok(()) => {
                    self.overlay = Some(Overlay::Filters(nth));
                    return vec![Effect::ChangeFilters(change)];
                }
                Err(refusal) => refusal,
            }
        } else {
            "a name has at most 40 letters, digits, - _ or .".to_owned()
        };
        self.ask_again(purpose, written, refusal);
        Vec::new()
    }

    fn change_filters(&mut self, change: FilterChange) -> Vec<Effect> {
        match self.named_filters.change(&change) {
            Ok(()) => vec![Effect::ChangeFilters(change)],
            Err(refusal) => {
                self.say(Tone::Bad, refusal);
                Vec::new()
            }
        }
    }
}
