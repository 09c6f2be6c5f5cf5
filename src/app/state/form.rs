//! The form of the connection: values being edited, and what the session runs with.

mod entries;
mod find;
mod history;
mod lines;
mod listing;
mod verdict;

pub use entries::{indices, place_in_list, set, take};
pub use find::{Find, Hit};
pub use lines::{FormLine, Listed, Sight, lines};
pub use verdict::Verdict;

use crate::config::{
    Field, FieldId, FieldValue, FileSummary, Kind, Origin, Problem, Relevance, Values, has_file_summary, lint,
};

use super::{step::Step, text_input::TextInput};
use entries::is_below;
use history::History;

/// The most lines that the explanation of a field may take; the drawing stops at the last.
const LONGEST: usize = 500;

/// The state of the form.
#[derive(Clone, Debug)]
pub struct Form {
    /// As edited so far.
    pub values: Values,
    /// What the session was last asked to run with.
    pub applied: Values,
    /// As they began, or as they were last written to a file.
    pub written_out: Values,
    /// The path of the selected line.
    pub selected: String,
    /// The first line that is shown.
    pub top: usize,
    pub edit: Option<Edit>,
    /// What is wrong with the values as they are, those being typed included.
    pub problems: Vec<Problem>,
    /// What is wrong with the files they name, as last looked at.
    pub files: Vec<Problem>,
    /// What those files hold, and the PEM texts.
    pub file_summaries: Vec<FileSummary>,
    /// The secret that is shown, until the selection leaves it.
    pub revealed: Option<String>,
    pub pane: Pane,
    /// How far the right pane is scrolled, in lines.
    pub scroll: usize,
    pub listed: Listed,
    /// What is looked for among the fields.
    pub find: Option<Find>,
    /// What somebody else has put into the file that is being written.
    pub adopted: Vec<(String, Option<FieldValue>)>,
    history: History,
}

/// Which side of the form gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    Fields,
    /// The explanation of the selected field, and the preview.
    About,
}

/// A text that is being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub path: String,
    pub kind: EditSubject,
    pub input: TextInput,
    /// Names that the path being typed may go on with.
    pub completions: Vec<String>,
}

/// What the text will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditSubject {
    Value,
    /// The name of a new entry of a map.
    Name,
    /// Another name for an entry of a map.
    Rename,
}

impl Form {
    pub fn new(values: Values) -> Self {
        let mut form = Self {
            applied: values.clone(),
            written_out: values.clone(),
            history: History::new(values.clone()),
            values,
            selected: FieldId::Url.path().to_owned(),
            top: 0,
            edit: None,
            problems: Vec::new(),
            files: Vec::new(),
            file_summaries: Vec::new(),
            revealed: None,
            pane: Pane::Fields,
            scroll: 0,
            listed: Listed::All,
            find: None,
            adopted: Vec::new(),
        };
        form.validate();
        form
    }

    /// The fields of a session that is over. What was wrong with them is of no more use, and secrets are masked in them,
    /// which would be wrong.
    pub fn read_only(values: Values) -> Self {
        Self { problems: Vec::new(), ..Self::new(values) }
    }

    /// Whether the text of a field is being edited.
    pub const fn is_editing(&self) -> bool {
        self.edit.is_some()
    }

    /// Whether what is looked for is being written.
    pub fn is_finding(&self) -> bool {
        self.find.as_ref().is_some_and(|find| find.is_writing)
    }

    /// What is being written.
    pub fn written(&self) -> Option<&TextInput> {
        let find = self.find.as_ref().filter(|find| find.is_writing).map(|find| &find.input);
        self.edit.as_ref().map(|edit| &edit.input).or(find)
    }

    pub fn written_mut(&mut self) -> Option<&mut TextInput> {
        let find = self.find.as_mut().filter(|find| find.is_writing).map(|find| &mut find.input);
        self.edit.as_mut().map(|edit| &mut edit.input).or(find)
    }

    /// Whether what is being written may have many lines.
    pub fn takes_lines(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| {
            edit.kind == EditSubject::Value && Field::at(&edit.path).is_some_and(Field::takes_lines)
        })
    }

    /// Whether a text that was typed differs from the value at its path.
    pub fn would_change(&self, path: &str, text: &str) -> bool {
        match self.values.get(path) {
            Some(given) => *given.expression.as_ref().unwrap_or(&given.text) != text,
            None => !text.is_empty(),
        }
    }

    /// Whether taking what is being typed would change anything.
    pub fn edit_changes(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| self.would_change(&edit.path, edit.input.text()))
    }

    /// Whether what is being typed is a secret that is not shown.
    pub fn hides_edit(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| {
            edit.kind == EditSubject::Value
                && self.values.hides(&edit.path)
                && self.revealed.as_ref() != Some(&edit.path)
        })
    }

    /// The values with the text that is being typed.
    pub fn draft(&self) -> Values {
        let mut values = self.values.clone();
        self.put_draft(&mut values);
        values
    }

    /// Finds what is wrong with the values as they are now.
    pub fn validate(&mut self) {
        self.problems = lint(&self.draft());
    }

    /// What is wrong with a field and its entries, of the values and of the files.
    pub fn problems_of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Problem> {
        let within = move |problem: &&Problem| {
            problem.path == path
                || problem.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
                || path.strip_prefix(problem.path.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        self.problems.iter().chain(&self.files).filter(within)
    }

    /// The first error that keeps the values from being used. A passphrase that is missing is asked for then.
    pub fn fault(&self) -> Option<&Problem> {
        let keeps = |problem: &&Problem| problem.is_error() && problem.code != "key-password";
        self.problems.iter().chain(&self.files).find(keeps)
    }

    /// Whether a value is a secret itself, and not where to find it.
    pub fn has_typed_secrets(&self) -> bool {
        self.values.iter().any(|(path, given)| {
            let elsewhere = given.expression.is_some() || matches!(given.origin, Origin::Environment(_));
            self.values.hides(path) && !given.text.is_empty() && !elsewhere
        })
    }

    /// What the file behind a field holds, or the PEM text in it.
    pub fn file_summary(&self, path: &str) -> Option<&FileSummary> {
        self.file_summaries.iter().find(|file_summary| file_summary.path == path)
    }

    /// Whether a value differs from what the session runs with.
    pub fn is_changed(&self, path: &str) -> bool {
        let text = |values: &Values| values.get(path).map(|given| given.text.clone());
        text(&self.values) != text(&self.applied)
    }

    /// The paths whose values differ from what the session runs with.
    pub fn changes(&self) -> Vec<String> {
        paths_that_differ(&self.values, &self.applied)
    }

    /// Takes in what somebody else has put into the file that was written. What a variable sets stays.
    pub fn adopt(&mut self) -> Vec<String> {
        let mut taken = Vec::new();
        for (path, value) in std::mem::take(&mut self.adopted) {
            let is_outranked =
                self.values.get(&path).is_some_and(|own| matches!(own.origin, Origin::Environment(_)));
            if is_outranked {
                continue;
            }
            self.values.unset(&path);
            if let Some(value) = value {
                self.values.put(path.clone(), value);
            }
            taken.push(path);
        }
        if !taken.is_empty() {
            self.changed();
        }
        taken
    }

    /// The paths whose values are in no file: edited since they began, or since they were written.
    pub fn unwritten(&self) -> Vec<String> {
        paths_that_differ(&self.draft(), &self.written_out)
    }

    /// The row of the selected line.
    pub fn selected_field(&self) -> Option<&'static Field> {
        let lines = lines(&self.values);
        lines.iter().find(|line| line.path() == Some(self.selected.as_str())).and_then(FormLine::field)
    }

    /// Whether the selected line has a value of its own.
    pub fn selects_a_value(&self) -> bool {
        self.selected_field().is_some_and(|field| {
            let is_entry = self.selected != field.path;
            match field.kind {
                Kind::TextMap | Kind::AnyMap | Kind::TextList => is_entry,
                Kind::ObjectList => false,
                _ => true,
            }
        })
    }

    /// Whether the selected value is masked.
    pub fn selects_a_secret(&self) -> bool {
        self.values.hides(&self.selected) && self.selects_a_value()
    }

    /// Selects the line of a field, the nearest there is, and brings it into sight.
    pub fn select(&mut self, path: &str, sight: Sight) {
        let lines = self.lines(sight.has_headings);
        let exact = lines.iter().position(|line| line.path() == Some(path));
        let first = || lines.iter().position(|line| line.path().is_some_and(|own| is_below(own, path)));
        // The nearest that stands above it is the last of them.
        let above = || lines.iter().rposition(|line| line.path().is_some_and(|own| is_below(path, own)));
        let any = || lines.iter().position(|line| line.path().is_some());
        let Some(at) = exact.or_else(first).or_else(above).or_else(any) else { return };
        let Some(path) = lines[at].path() else { return };
        if self.selected != path {
            self.revealed = None;
            self.scroll = 0;
            path.clone_into(&mut self.selected);
        }
        // What is said of a text that is edited stays below it.
        let last = at + usize::from(matches!(lines.get(at + 1), Some(FormLine::Verdict)));
        let lowest = (last + 1).saturating_sub(usize::from(sight.height).max(1));
        // The heading of a group stays with its first field.
        let highest = if at > 0 && lines[at - 1].path().is_none() { at - 1 } else { at };
        self.top = self.top.clamp(lowest.min(highest), highest);
    }

    /// Moves through the fields, or scrolls the explanation of one.
    pub fn go(&mut self, step: Step, sight: Sight) {
        if self.pane == Pane::About {
            self.scroll = step.from(self.scroll, LONGEST);
            return;
        }
        let lines = self.lines(sight.has_headings);
        let paths: Vec<_> = lines.iter().filter_map(FormLine::path).collect();
        let at = paths.iter().position(|path| *path == self.selected).unwrap_or(0);
        if let Some(path) = paths.get(step.from(at, paths.len().saturating_sub(1))) {
            self.select(path, sight);
        }
    }

    /// Selects the line shown at a place from the top; one with a value.
    pub fn select_line(&mut self, nth: u16, sight: Sight) {
        self.pane = Pane::Fields;
        let line = self.lines(sight.has_headings).into_iter().nth(self.top + usize::from(nth));
        if let Some(path) = line.as_ref().and_then(FormLine::path) {
            self.select(path, sight);
        }
    }

    /// The text of the selected value as it was typed.
    pub fn selected_text(&self) -> &str {
        let given = self.values.get(&self.selected);
        given.map_or("", |given| given.expression.as_ref().unwrap_or(&given.text))
    }

    /// Throws the selected switch, or takes the next choice; false where it is neither.
    pub fn choose_next(&mut self) -> bool {
        let Some(field) = self.selected_field() else { return false };
        let now = self.values.get(field.path).map(|given| given.text.clone());
        let now = now.or_else(|| field.default_text()).unwrap_or_default();
        let choices = match field.kind {
            Kind::Bool => &["true", "false"],
            Kind::Choice(choices) => choices,
            _ => return false,
        };
        let at = choices.iter().position(|choice| *choice == now).map_or(0, |at| (at + 1) % choices.len());
        set(&mut self.values, field.path, choices[at]);
        true
    }

    /// Moves the selected entry of a list up or down by one; its new path, or `None` at the end of the list.
    pub fn move_entry(&mut self, by: isize) -> Option<String> {
        let (list, index, leaf) = place_in_list(&self.selected)?;
        let all = indices(&self.values, &list);
        let to = all.iter().position(|own| *own == index)?.checked_add_signed(by)?;
        let (from, to) = (format!("{list}.{index}"), format!("{list}.{}", all.get(to)?));
        entries::swap(&mut self.values, &from, &to);
        Some(format!("{to}{leaf}"))
    }

    /// Takes the selected value back to what the session runs with.
    pub fn reset_selected(&mut self) {
        entries::unset(&mut self.values, &self.selected);
        for (path, given) in entries::within(&self.applied, &self.selected) {
            self.values.put(path, given);
        }
    }

    /// Takes the selected value away, so that its default holds; of an entry, the entry.
    pub fn unset_selected(&mut self) {
        entries::unset(&mut self.values, &self.selected);
        if let Some((list, ..)) = place_in_list(&self.selected) {
            entries::close_gaps(&mut self.values, &list);
        }
    }

    /// Whether the selected value, or one below it, differs from what the session runs with.
    pub fn selects_a_change(&self) -> bool {
        self.changes().iter().any(|path| *path == self.selected || is_below(path, &self.selected))
    }

    /// Whether the selected value, or one below it, is set.
    pub fn selects_what_is_set(&self) -> bool {
        self.values.iter().any(|(path, _)| path == self.selected || is_below(path, &self.selected))
    }

    /// Shows the selected or the edited secret, or hides it again.
    pub fn reveal(&mut self) {
        let path = self.edit.as_ref().map_or(&self.selected, |edit| &edit.path);
        self.revealed = if self.revealed.as_ref() == Some(path) { None } else { Some(path.clone()) };
    }

    /// Puts what an expression stands for beside it; false when the value is not that expression any more.
    pub fn interpolated(&mut self, path: String, expression: String, text: &str) -> bool {
        if self.values.get(&path).is_none_or(|given| given.text != expression) {
            return false;
        }
        let given = FieldValue { text: text.to_owned(), origin: Origin::Form, expression: Some(expression) };
        self.values.unset(&path);
        self.values.put(path, given);
        self.history.amend(&self.values);
        self.validate();
        true
    }

    /// Whether the files that a value names, or that it opens, are to be looked at when it changes.
    pub fn concerns_files(path: &str) -> bool {
        Field::at(path)
            .is_some_and(|field| has_file_summary(field) || field.id == FieldId::TlsClientCertsPassword)
    }

    /// Whether any value names a file that can be looked at.
    pub fn names_files(&self) -> bool {
        self.values.iter().any(|(path, _)| Field::at(path).is_some_and(has_file_summary))
    }
}

/// The paths at which the texts of two sets of values differ.
fn paths_that_differ(one: &Values, other: &Values) -> Vec<String> {
    let text = |values: &Values, path: &str| values.get(path).map(|given| given.text.clone());
    let mut paths: Vec<_> = one.iter().chain(other.iter()).map(|(path, _)| path.to_owned()).collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| text(one, path) != text(other, path));
    paths
}

/// Why a field has no effect as things are: its switch is off.
pub fn switch_of(field: &Field, values: &Values) -> Option<FieldId> {
    match field.relevance {
        Relevance::EnabledBy(switch) if values.text_of(switch) != "true" => Some(switch),
        _ => None,
    }
}
