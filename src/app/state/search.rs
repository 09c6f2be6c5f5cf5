//! A line on which is written what to look for.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::text_input::TextInput;
use crate::filter::{Completions, Filter, FilterError, Named, complete};

/// What is looked for, as written and as read.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub input: TextInput,
    /// Why that cannot be read, when it cannot; the last one that could stays in force.
    pub fault: Option<FilterError>,
    filter: Filter,
    /// What that was read from.
    read_from: String,
}

impl Search {
    /// Reads what is written; whether it can be read. Times of the day are those of `zone`.
    pub fn read(&mut self, zone: &TimeZone, named: &Named) -> bool {
        match Filter::parse_with(self.input.text(), named) {
            Ok(filter) => {
                self.filter = filter.in_zone(zone.clone());
                self.read_from = self.input.text().to_owned();
                self.fault = None;
            }
            Err(error) => self.fault = Some(error),
        }
        self.fault.is_none()
    }

    /// What the word before the cursor may go on with.
    pub fn completions(&self, words: &BTreeSet<String>) -> Completions {
        complete(self.input.text(), self.input.cursor(), words.iter().map(String::as_str))
    }

    /// Writes what it goes on with; false when that is nothing.
    pub fn complete(&mut self, words: &BTreeSet<String>) -> bool {
        let completions = self.completions(words);
        let (before, behind) = self.input.split();
        let Some(next) = completions.next(&before[completions.from..]) else { return false };
        let completed = format!("{}{next}", &before[..completions.from]);
        let text = format!("{completed}{behind}");
        self.input.replace(&text);
        self.input.move_to(completed.len());
        true
    }

    /// The text of what is in force.
    pub fn text_in_force(&self) -> &str {
        &self.read_from
    }

    /// What is in force; `None` where nothing is looked for.
    pub fn filter(&self) -> Option<&Filter> {
        Some(&self.filter).filter(|filter| !filter.is_empty())
    }
}
