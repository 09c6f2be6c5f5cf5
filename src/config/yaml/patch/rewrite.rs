//! A whole rewrite: changes in, text out, checked by reading it again.

use std::path::Path;

use crate::config::{
    schema::{Dialect, FIELDS, Field, FieldValue, Kind, Origin, Problem, Values},
    yaml::{ConfigFile, dynamic_value},
};

use super::{
    apply::{Applied, Editor, Found},
    changes::{Change, changes},
    document::{Document, TextEdit},
    kept_secrets::keep_secrets,
    layout::Layout,
    merge::{Conflict, Merged, merged},
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
    /// The paths of conflicts of which the file keeps its own.
    pub theirs: &'a [String],
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
    /// What somebody else has changed as well, and what was chosen of it.
    pub conflicts: Vec<Conflict>,
    /// The values that the file gets from somebody else: the path, and the value or that there is none.
    pub adopted: Vec<(String, Option<FieldValue>)>,
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
    if is_undone(current, rewrite, wanted) {
        let text = rewrite.opened.to_owned();
        return Ok(Patched { text, notes: Vec::new(), conflicts: Vec::new(), adopted: Vec::new() });
    }
    let base = read(rewrite, rewrite.base, rewrite.environment)?;
    let before = read(rewrite, current, rewrite.environment)?;
    let first = read(rewrite, rewrite.opened, rewrite.environment).ok();
    let first = first.as_ref().and_then(|file| values_of(file, rewrite).ok());
    let wanted = own_values(wanted, values_of(&base, rewrite)?, first);
    let base = values_of(&base, rewrite)?;
    let now = values_of(&before, rewrite)?;
    let Merged { values: expected, conflicts, mut notes } = merged(base, now, &wanted, rewrite.theirs);
    let mut all = changes(now, &expected);
    notes.extend(lost_expressions(&all, base));
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
        notes.extend(apply(&mut text, change, rewrite, opened, &with_variables)?);
    }
    let (old, new) =
        (Document::parse(without_mark(current), rewrite.dialect)?, Document::parse(&text, rewrite.dialect)?);
    if old.template() != new.template() {
        return Err(Refusal::Template(rewrite.input.to_owned()));
    }
    if !old.is_same_but_for(&new, rewrite.input) {
        return Err(Refusal::Different(rewrite.input.to_owned()));
    }
    let text = format!("{mark}{text}");
    let after = read(rewrite, &text, &with_variables)?;
    verify(&before, &after, &expected, rewrite)?;
    Ok(Patched { text, notes, conflicts, adopted: adopted(&wanted, &expected) })
}

/// What a file gets that was not wanted: somebody else has put it there.
fn adopted(wanted: &Values, expected: &Values) -> Vec<(String, Option<FieldValue>)> {
    let text = |values: &Values, path: &str| values.get(path).map(|value| value.text.clone());
    let differs = |path: &&str| text(wanted, path) != text(expected, path);
    let gone = wanted.iter().map(|(path, _)| path).filter(|path| expected.get(path).is_none());
    let paths = expected.iter().map(|(path, _)| path).filter(differs).chain(gone);
    paths.map(|path| (path.to_owned(), expected.get(path).cloned())).collect()
}

/// Whether what is wanted is what the file held when it was opened, and it has only our own changes since: then it
/// becomes again what it was, to the byte.
fn is_undone(current: &str, rewrite: &Rewrite<'_>, wanted: &Values) -> bool {
    if current != rewrite.base || current == rewrite.opened {
        return false;
    }
    let file = |text| read(rewrite, text, rewrite.environment).ok();
    let (Some(first), Some(base)) = (file(rewrite.opened), file(rewrite.base)) else { return false };
    let (Ok(first), Ok(base)) = (values_of(&first, rewrite), values_of(&base, rewrite)) else { return false };
    let forward = Rewrite { base: rewrite.opened, ..*rewrite };
    changes(first, wanted).is_empty()
        && patch(rewrite.opened, &forward, base).is_ok_and(|patched| patched.text == current)
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
        return Err(Refusal::NotYaml(problem.map_or_else(String::new, Problem::in_one_line)));
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

/// Applies one change; aliases in its way are written out first, and anchors are handed on. Returns what was done so.
fn apply(
    text: &mut String,
    change: &Change,
    rewrite: &Rewrite<'_>,
    opened: Option<&Document>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<String>, Refusal> {
    let path = change.path();
    let mut notes = Vec::new();
    for _ in 0..MAX_EXPANSIONS {
        let document = Document::parse(text, rewrite.dialect)?;
        let body = document.body(rewrite.input).ok_or_else(|| Refusal::NoInput(rewrite.input.to_owned()))?;
        let layout = Layout::of(&document, &body);
        let was_added = |steps: &[Step]| opened.is_some_and(|opened| !has(opened, rewrite.input, steps));
        let editor = Editor { document: &document, body, layout, was_added: &was_added };
        let applied = editor.apply(change).and_then(|applied| match applied {
            Applied::Edits(edits) => Ok((edits, None)),
            Applied::Expand(steps) => {
                let file = read(rewrite, text, environment)?;
                let (edits, note) = editor.expand(&steps, values_of(&file, rewrite)?, &path)?;
                Ok((edits, Some(note)))
            }
        });
        let (edits, note) = match applied {
            Err(Refusal::Shared { anchor, alias, .. }) => {
                let shared = document.shared_anchor(anchor, alias).and_then(|anchor| editor.hand_on(anchor));
                let (edits, note) = shared.ok_or(Refusal::Shared { path: path.clone(), anchor, alias })?;
                (edits, Some(note))
            }
            other => other?,
        };
        let merged = edits.iter().find_map(|edit| document.merged_in_line(edit.at)).map(|line| {
            format!(
                "line {line} merges this in, which the pipeline does not follow; other readers see the change"
            )
        });
        let part = edits.iter().find_map(|edit| document.opened_in_line(edit.at)).map(|line| {
            format!("{path} stands in a part that the template opens in line {line}, and is there only when that is")
        });
        let is_done = note.is_none();
        notes.extend(note);
        put(text, edits);
        if is_done {
            notes.extend(merged);
            notes.extend(part);
            return Ok(notes);
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

/// Values that came from variables and are literal from here on.
fn lost_expressions(changes: &[Change], base: &Values) -> Vec<String> {
    let lost = |change: &Change| {
        let Change::Set { path, value } = change else { return None };
        let old = base.get(path)?;
        let is_template = |text: &str| text.contains("{{") && text.contains("}}");
        let written = old.expression.as_ref().unwrap_or(&old.text);
        if is_template(written) && !is_template(&value.text) && value.expression.is_none() {
            return Some(format!("{path} has no template expression {{{{ … }}}} any more"));
        }
        let old = old.expression.as_ref()?;
        let is_lost = value.expression.is_none() && !value.text.contains("${");
        is_lost.then(|| format!("{path} does not come from {old} any more"))
    };
    changes.iter().filter_map(lost).collect()
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
