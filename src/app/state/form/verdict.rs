//! Whether what is being typed is right, and if not why and what would be.

use crate::{
    config::{Field, Problem, Severity, ValueType, effective, type_of},
    payload::json,
};

use super::{EditSubject, Form, set, take};

/// What is said under the line that is being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `None`: it is right.
    pub severity: Option<Severity>,
    pub message: String,
}

impl Verdict {
    fn right(message: impl Into<String>) -> Self {
        Self { severity: None, message: message.into() }
    }

    fn wrong(severity: Severity, message: impl Into<String>) -> Self {
        Self { severity: Some(severity), message: message.into() }
    }

    fn of_problem(problem: &Problem, field: &Field) -> Self {
        let message = match &problem.advice {
            Some(advice) => format!("{}; {advice}", problem.message),
            None if !field.example.is_empty() => {
                format!("{}; for example {}", problem.message, field.example)
            }
            None => problem.message.clone(),
        };
        Self::wrong(problem.severity, message)
    }
}

impl Form {
    /// What is to be said of the text that is being typed.
    pub fn verdict(&self) -> Option<Verdict> {
        let edit = self.edit.as_ref()?;
        let field = Field::at(&edit.path)?;
        let text = edit.input.text();
        if edit.kind != EditSubject::Value
            && let Some(verdict) = self.of_name(field, text.trim())
        {
            return Some(verdict);
        }
        let path = self.edited_path()?;
        // What is masked of a name with a blank in it ends with this sign.
        let is_own =
            |own: &str| own == path || own.strip_suffix('…').is_some_and(|name| path.starts_with(name));
        let own = self.problems.iter().chain(&self.files).filter(|problem| is_own(&problem.path));
        let gravest = own.max_by_key(|problem| problem.is_error());
        Some(match gravest {
            // A name has no value yet.
            Some(problem) if problem.is_error() || edit.kind == EditSubject::Value => {
                Verdict::of_problem(problem, field)
            }
            _ if edit.kind != EditSubject::Value => {
                Verdict::right(format!("{path} is a name that it may have"))
            }
            _ => self.of_value(&path, text),
        })
    }

    /// The path that the value has, or the entry with the name that is being typed will have.
    fn edited_path(&self) -> Option<String> {
        let edit = self.edit.as_ref()?;
        let name = edit.input.text().trim();
        match edit.kind {
            EditSubject::Value => Some(edit.path.clone()),
            EditSubject::Name | EditSubject::Rename => {
                Some(format!("{}.{name}", Field::at(&edit.path)?.path))
            }
        }
    }

    /// What keeps a name from being taken.
    fn of_name(&self, field: &Field, name: &str) -> Option<Verdict> {
        let edit = self.edit.as_ref()?;
        if name.is_empty() {
            let example = field.example.split(':').next().unwrap_or_default();
            let message = format!("a name is wanted, such as {example}; without one nothing is changed");
            return Some(Verdict::wrong(Severity::Warning, message));
        }
        let known = self.values.same(&format!("{}.{name}", field.path))?;
        match edit.kind {
            EditSubject::Name => {
                Some(Verdict::right(format!("{known} exists already: enter goes to its value")))
            }
            _ if known == edit.path => Some(Verdict::right("this is its name")),
            _ => {
                Some(Verdict::wrong(Severity::Error, format!("{known} already exists: the name would stay")))
            }
        }
    }

    /// What a value without problems is, or does.
    fn of_value(&self, path: &str, text: &str) -> Verdict {
        if let Some(summary) = self.file_summary(path).filter(|_| !text.is_empty()) {
            return if summary.fits {
                Verdict::right(&*summary.message)
            } else {
                Verdict::wrong(Severity::Warning, &*summary.message)
            };
        }
        if let Some(Ok(value_type)) = type_of(path, text)
            && value_type != ValueType::Text
        {
            return Verdict::right(format!("{value_type}; in quotes it would be a text"));
        }
        let does = effective(&self.draft(), path).map_or_else(String::new, |found| found.does);
        let is_message = path.starts_with("open_message");
        match json::check(text) {
            _ if !is_message || !text.trim_start().starts_with(['{', '[']) => Verdict::right(does),
            Ok(()) => Verdict::right(format!("JSON, {does}")),
            Err(fault) => Verdict::wrong(Severity::Warning, format!("no JSON: {fault}; {does}")),
        }
    }

    /// Puts what is being typed into values: the text of a value, or an entry under its name.
    pub(super) fn put_draft(&self, values: &mut crate::config::Values) {
        let (Some(edit), Some(path)) = (&self.edit, self.edited_path()) else { return };
        match edit.kind {
            EditSubject::Value => drop(take(values, &path, edit.input.text())),
            _ if path.ends_with('.') || values.same(&path).is_some() => {}
            EditSubject::Name => set(values, &path, ""),
            EditSubject::Rename => values.rename(&edit.path, &path),
        }
    }
}
