//! Filters that have names and stay: which there are, and which of them are on.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::filter::{Filter, FilterError, Named};

/// The most filters that have names.
pub const NAMED: usize = 100;

/// A filter as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptFilter {
    pub name: String,
    /// As it was written.
    pub filter: String,
    /// Whether it is applied beside the filter that is being written.
    pub on: bool,
}

/// What becomes of those that are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterChange {
    Add(KeptFilter),
    Remove { name: String },
    Rename { name: String, to: String },
    Turn { name: String, on: bool },
}

/// All of them, in the order in which they were named.
#[derive(Clone, Debug, Default)]
pub struct NamedFilters {
    kept: Vec<KeptFilter>,
    /// Each of them read, or why it cannot be.
    filters: Vec<Result<Filter, FilterError>>,
    zone: Option<TimeZone>,
    /// The file that keeps them.
    pub file: Option<String>,
}

impl FilterChange {
    /// Makes the change. What is to be changed and is not there any more is passed over.
    ///
    /// # Errors
    ///
    /// Another filter has the name, or there are too many; nothing is changed.
    pub fn apply(&self, kept: &mut Vec<KeptFilter>) -> Result<(), String> {
        let is_taken = |name: &str| kept.iter().any(|one| one.name == name);
        match self {
            Self::Add(new) if is_taken(&new.name) => Err(taken(&new.name)),
            Self::Rename { name, to } if name != to && is_taken(to) => Err(taken(to)),
            Self::Add(_) if kept.len() >= NAMED => {
                Err(format!("no more than {NAMED} filters can have names"))
            }
            Self::Add(new) => {
                kept.push(new.clone());
                Ok(())
            }
            Self::Remove { name } => {
                kept.retain(|one| one.name != *name);
                Ok(())
            }
            Self::Rename { name, to } => {
                kept.iter_mut().filter(|one| one.name == *name).for_each(|one| one.name.clone_from(to));
                Ok(())
            }
            Self::Turn { name, on } => {
                kept.iter_mut().filter(|one| one.name == *name).for_each(|one| one.on = *on);
                Ok(())
            }
        }
    }
}

fn taken(name: &str) -> String {
    format!("a filter is named {name} already: choose another name, or remove that one first")
}

impl NamedFilters {
    /// Takes in what was kept. Times of the day are those of `zone`.
    pub fn take(&mut self, kept: Vec<KeptFilter>, zone: &TimeZone) {
        self.kept = kept;
        self.zone = Some(zone.clone());
        self.read();
    }

    /// Makes a change here; the file is changed by itself.
    ///
    /// # Errors
    ///
    /// As for [`FilterChange::apply`].
    pub fn change(&mut self, change: &FilterChange) -> Result<(), String> {
        change.apply(&mut self.kept)?;
        self.read();
        Ok(())
    }

    fn read(&mut self) {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        let read = |one: &KeptFilter| Ok(Filter::parse(&one.filter)?.in_zone(zone.clone()));
        self.filters = self.kept.iter().map(read).collect();
    }

    pub fn len(&self) -> usize {
        self.kept.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub fn get(&self, nth: usize) -> Option<&KeptFilter> {
        self.kept.get(nth)
    }

    /// Each, and why it cannot be read if it cannot.
    pub fn rows(&self) -> impl Iterator<Item = (&KeptFilter, Option<&FilterError>)> {
        self.kept.iter().zip(self.filters.iter().map(|filter| filter.as_ref().err()))
    }

    fn all(&self) -> impl Iterator<Item = (&KeptFilter, &Filter)> {
        self.kept.iter().zip(&self.filters).filter_map(|(one, filter)| Some((one, filter.as_ref().ok()?)))
    }

    /// Those that are applied.
    pub fn on(&self) -> impl Iterator<Item = (&str, &Filter)> {
        self.all().filter(|(one, _)| one.on).map(|(one, filter)| (one.name.as_str(), filter))
    }

    /// Applies none of them for now; what is kept stays as it is.
    pub fn set_aside(&mut self) {
        self.kept.iter_mut().for_each(|one| one.on = false);
    }

    /// All that can be meant by `@name`.
    pub fn named(&self) -> Named {
        self.all().map(|(one, filter)| (one.name.as_str(), filter.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{FilterChange, KeptFilter, NAMED, NamedFilters, TimeZone};

    fn kept(name: &str, filter: &str, on: bool) -> KeptFilter {
        KeptFilter { name: name.to_owned(), filter: filter.to_owned(), on }
    }

    #[test]
    fn only_those_that_are_on_and_can_be_read_are_applied() {
        let mut named = NamedFilters::default();
        named.take(vec![kept("a", "x", true), kept("b", "y", false), kept("c", "(z", true)], &TimeZone::UTC);
        let on = |named: &NamedFilters| named.on().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(on(&named), ["a"]);
        named.change(&FilterChange::Turn { name: "b".to_owned(), on: true }).expect("it is there");
        assert_eq!(on(&named), ["a", "b"]);
        let faults: Vec<_> = named.rows().map(|(_, fault)| fault.is_some()).collect();
        assert_eq!(faults, [false, false, true]);
        assert_eq!(named.named().names().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_name_is_that_of_one_filter() {
        let mut list = vec![kept("a", "x", true), kept("b", "y", false)];
        let (a, b, c) = ("a".to_owned(), "b".to_owned(), "c".to_owned());
        FilterChange::Add(kept("a", "z", false)).apply(&mut list).expect_err("it is taken");
        FilterChange::Rename { name: b.clone(), to: a }.apply(&mut list).expect_err("it is taken");
        FilterChange::Rename { name: b.clone(), to: b.clone() }.apply(&mut list).expect("its own name");
        FilterChange::Rename { name: b, to: c }.apply(&mut list).expect("it is free");
        FilterChange::Remove { name: "a".to_owned() }.apply(&mut list).expect("it is there");
        assert_eq!(list, [kept("c", "y", false)]);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let mut list: Vec<_> = (0..NAMED).map(|nth| kept(&nth.to_string(), "x", false)).collect();
        FilterChange::Add(kept("more", "x", false)).apply(&mut list).expect_err("there are too many");
        assert_eq!(list.len(), NAMED);
    }
}
