//! A whole rewrite: changes in, text out, checked by reading it again.

use std::path::Path;

use crate::config::{
    schema::{Dialect, FIELDS, Field, FieldValue, Kind, Origin, Values},
    yaml::{ConfigFile, dynamic_value},
};

use super::{
    apply::{Applied, Editor, Found},
    changes::{Change, changes, written},
    document::{Document, TextEdit},
    kept_secrets::keep_secrets,
    layout::Layout,
    refusal::Refusal,
    tree::Step,
};

/// Most aliases that are written out for one change.
const MAX_EXPANSIONS: usize = 16;

/// What is needed to write the values of one input back into its file.
#[derive(Clone, Copy)]
pub struct Rewrite<'a> {
    pub path: &'a Path,
    /// The path of the input: `root.input.broker.inputs.0`.
    pub input: &'a str,
    /// The text that the values were read from, and edited.
    pub base: &'a str,
    /// The text as it was first read: a line that is not in it was added since, and may go again.
    pub opened: &'a str,
    pub dialect: Dialect,
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Rewrite<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rewrite")
            .field("path", &self.path)
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

/// A text with the changed values.
#[derive(Clone, PartialEq, Eq)]
pub struct Patched {
    pub text: String,
    /// What a person should know before it is written.
    pub notes: Vec<String>,
}

impl std::fmt::Debug for Patched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patched").field("notes", &self.notes).finish_non_exhaustive()
    }
}

/// Writes what was changed in `wanted` into `current`, which is the text on the disk.
///
/// Values from the environment are not written: the file keeps its own.
///
/// # Errors
///
/// Why it is not written; the result would not read back as wanted, for one.
pub fn patch(current: &str, rewrite: &Rewrite<'_>, wanted: &Values) -> Result<Patched, Refusal> {
    let base = read(rewrite, rewrite.base, rewrite.environment)?;
    let before = read(rewrite, current, rewrite.environment)?;
    let first = read(rewrite, rewrite.opened, rewrite.environment).ok();
    let first = first.as_ref().and_then(|file| values_of(file, rewrite).ok());
    let wanted = own_values(wanted, values_of(&base, rewrite)?, first);
    let base = values_of(&base, rewrite)?;
    let mut all = changes(base, &wanted);
    let mut notes = conflicts(&all, base, values_of(&before, rewrite)?)?;
    notes.extend(lost_expressions(&all, base));
    let expected = expected(&all, values_of(&before, rewrite)?, &wanted);
    let variables = keep_secrets(&mut all, base, &wanted, rewrite.environment);
    notes.extend(variables.iter().map(|variable| {
        format!(
            "{} is written as ${{{}}}: set that variable where the pipeline runs",
            variable.path, variable.name
        )
    }));
    let (mark, text) = current.split_at(if current.starts_with('\u{feff}') { 3 } else { 0 });
    let mut text = text.to_owned();
    let with_variables = |name: &str| {
        let own = variables.iter().find(|variable| variable.name == name);
        own.map(|own| own.value.clone()).or_else(|| (rewrite.environment)(name))
    };
    let opened = Document::parse(without_mark(rewrite.opened), rewrite.dialect).ok();
    let opened = opened.as_ref();
    for change in &all {
        apply(&mut text, change, rewrite, opened, &with_variables)?;
    }
    let text = format!("{mark}{text}");
    let after = read(rewrite, &text, &with_variables)?;
    verify(&before, &after, &expected, rewrite)?;
    Ok(Patched { text, notes })
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn read(
    rewrite: &Rewrite<'_>,
    text: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<ConfigFile, Refusal> {
    let file = ConfigFile::read_as(rewrite.path, text, rewrite.dialect, environment);
    if !file.is_parsed() {
        let problem = file.problems.iter().find(|problem| problem.is_error());
        return Err(Refusal::NotYaml(problem.map_or_else(String::new, |problem| format!("{problem:#}"))));
    }
    if file.problems.iter().any(|problem| problem.code == "enclosed-connection") {
        return Err(Refusal::NotAConfig);
    }
    Ok(file)
}

fn values_of<'a>(file: &'a ConfigFile, rewrite: &Rewrite<'_>) -> Result<&'a Values, Refusal> {
    let input = file.inputs.iter().find(|input| input.path == rewrite.input);
    input.map(|input| &input.values).ok_or_else(|| Refusal::NoInput(rewrite.input.to_owned()))
}

/// The values without those from the environment, in whose place the file has its own, and without defaults that the
/// file did not have when it was opened.
fn own_values(wanted: &Values, base: &Values, first: Option<&Values>) -> Values {
    let is_default = |path: &str, value: &FieldValue| {
        let default = Field::at(path).filter(|field| field.path == path).and_then(Field::default_text);
        value.expression.is_none() && default.is_some_and(|default| default == value.text)
    };
    let mut own = Values::default();
    for (path, value) in wanted.iter() {
        let value = match &value.origin {
            Origin::Environment(_) => base.get(path),
            _ if is_default(path, value) && first.is_some_and(|first| first.get(path).is_none()) => None,
            _ => Some(value),
        };
        if let Some(value) = value {
            own.put(path.to_owned(), value.clone());
        }
    }
    own
}

/// Applies one change; aliases in its way are written out first.
fn apply(
    text: &mut String,
    change: &Change,
    rewrite: &Rewrite<'_>,
    opened: Option<&Document>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<(), Refusal> {
    let path = change.path();
    for _ in 0..MAX_EXPANSIONS {
        let document = Document::parse(text, rewrite.dialect)?;
        let body = document.body(rewrite.input).ok_or_else(|| Refusal::NoInput(rewrite.input.to_owned()))?;
        let layout = Layout::of(&document, &body);
        let was_added = |steps: &[Step]| opened.is_some_and(|opened| !has(opened, rewrite.input, steps));
        let editor = Editor { document: &document, body, layout, was_added: &was_added };
        let (edits, is_done) = match editor.apply(change)? {
            Applied::Edits(edits) => (edits, true),
            Applied::Expand(steps) => {
                let file = read(rewrite, text, environment)?;
                (editor.expand(&steps, values_of(&file, rewrite)?, &path)?, false)
            }
        };
        put(text, edits);
        if is_done {
            return Ok(());
        }
    }
    Err(Refusal::Different(path))
}

/// Whether a document has something below these steps.
fn has(document: &Document, input: &str, steps: &[Step]) -> bool {
    let Some(body) = document.body(input) else { return true };
    let layout = Layout::of(document, &body);
    let editor = Editor { document, body, layout, was_added: &|_| false };
    !matches!(editor.find(steps, ""), Ok(Found::Missing(..)))
}

fn put(text: &mut String, mut edits: Vec<TextEdit>) {
    edits.sort_by_key(|edit| (edit.at, edit.end));
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.at..edit.end, &edit.text);
    }
}

/// What both have changed: a list cannot be merged, a value is overwritten, and that is told.
fn conflicts(changes: &[Change], base: &Values, current: &Values) -> Result<Vec<String>, Refusal> {
    let mut notes = Vec::new();
    for change in changes {
        let path = change.path();
        let list = Field::at(&path).map(|field| field.path.split("[]").next().unwrap_or_default());
        let list = list
            .and_then(crate::config::schema::FieldId::of_list)
            .filter(|list| matches!(list.field().kind, Kind::TextList | Kind::ObjectList));
        let texts = |values: &Values| match list {
            Some(list) => {
                let entries = values.entries(list).into_iter();
                entries.map(|(name, value)| (name.to_owned(), written(value).to_owned())).collect::<Vec<_>>()
            }
            None => {
                values.get(&path).map(|value| (path.clone(), written(value).to_owned())).into_iter().collect()
            }
        };
        if texts(base) == texts(current) {
            continue;
        }
        match change {
            Change::Set { .. } if list.is_none() => {
                notes.push(format!("{path} was changed in the file as well; yours replaces it"));
            }
            Change::Remove { .. } if list.is_none() => {}
            _ => return Err(Refusal::Conflict(path)),
        }
    }
    Ok(notes)
}

/// Values that came from variables and are literal from here on.
fn lost_expressions(changes: &[Change], base: &Values) -> Vec<String> {
    let lost = |change: &Change| {
        let Change::Set { path, value } = change else { return None };
        let old = base.get(path)?.expression.as_ref()?;
        let is_lost = value.expression.is_none() && !value.text.contains("${");
        is_lost.then(|| format!("{path} does not come from {old} any more"))
    };
    changes.iter().filter_map(lost).collect()
}

/// The values that the text must have in the end.
fn expected(changes: &[Change], current: &Values, wanted: &Values) -> Values {
    let mut expected = Values::default();
    for (path, value) in current.iter() {
        expected.put(path.to_owned(), value.clone());
    }
    for change in changes {
        match change {
            Change::Set { path, value } => {
                expected.unset(path);
                expected.put(path.clone(), value.clone());
            }
            Change::Remove { path } => expected.unset(path),
            Change::Rename { path, to } => expected.rename(path, to),
            Change::Insert { list, .. } | Change::Cut { list, .. } => {
                expected.unset_below(list.path(), &Origin::Form);
                let paths: Vec<_> = expected.iter().map(|(path, _)| path.to_owned()).collect();
                let prefix = format!("{}.", list.path());
                paths.iter().filter(|path| path.starts_with(&prefix)).for_each(|path| expected.unset(path));
                for (name, value) in wanted.entries(*list) {
                    expected.put(format!("{prefix}{name}"), value.clone());
                }
            }
        }
    }
    expected
}

/// Checks that the text reads as wanted, and that the other inputs read as before.
fn verify(
    before: &ConfigFile,
    after: &ConfigFile,
    expected: &Values,
    rewrite: &Rewrite<'_>,
) -> Result<(), Refusal> {
    if before.inputs.len() != after.inputs.len() {
        return Err(Refusal::Different(rewrite.input.to_owned()));
    }
    for (old, new) in before.inputs.iter().zip(&after.inputs) {
        let wanted = if old.path == rewrite.input { expected } else { &old.values };
        let difference = (old.path != new.path).then(|| old.path.clone());
        if let Some(path) = difference.or_else(|| first_difference(wanted, &new.values)) {
            return Err(Refusal::Different(path));
        }
    }
    Ok(())
}

/// The first path whose values differ. A default that is written is the same as one that is not.
fn first_difference(wanted: &Values, read: &Values) -> Option<String> {
    for field in &FIELDS {
        match field.kind {
            Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList => {
                let (one, other) = (wanted.entries(field.id), read.entries(field.id));
                let find = |name: &str| other.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
                let differs =
                    |(name, value): &&(&str, &FieldValue)| !is_same(field, Some(*value), find(name));
                if let Some((name, _)) = one.iter().find(differs) {
                    return Some(format!("{}.{name}", field.path));
                }
                if one.len() != other.len() {
                    return Some(field.path.to_owned());
                }
            }
            Kind::Group => {}
            _ if is_same(field, wanted.of(field.id), read.of(field.id)) => {}
            _ => return Some(field.path.to_owned()),
        }
    }
    None
}

fn is_same(field: &Field, one: Option<&FieldValue>, other: Option<&FieldValue>) -> bool {
    let default = field.default_text();
    match (one, other) {
        (None, None) => true,
        (Some(given), None) | (None, Some(given)) => default.is_some_and(|default| default == given.text),
        (Some(one), Some(other)) => {
            let is_typed = field.kind == Kind::AnyMap
                && dynamic_value::typed(&one.text)
                    .is_ok_and(|value| dynamic_value::typed(&other.text) == Ok(value));
            let same_expression = one.expression.is_some() && one.expression == other.expression;
            one.text == other.text || is_typed || same_expression
        }
    }
}
