//! Applies one change to a text.

use crate::config::{
    schema::{Field, FieldValue},
    yaml::{
        node::{Node, NodeKind},
        scalar_style::{NewValue, Style, render},
    },
};

use super::{
    changes::Change,
    document::{Document, Spot, TextEdit},
    layout::Layout,
    refusal::Refusal,
    tree::{Step, Tree, steps},
};

/// One input of a text.
#[derive(Clone, Copy)]
pub(super) struct Editor<'a> {
    pub document: &'a Document,
    pub body: Spot<'a>,
    pub layout: Layout,
    /// Whether a key, or what is below it, was added since the file was opened.
    pub was_added: &'a dyn Fn(&[Step]) -> bool,
}

/// What a change comes to.
#[derive(Debug)]
pub(super) enum Applied {
    Edits(Vec<TextEdit>),
    /// The value below these steps is an alias: it is written out first.
    Expand(Vec<Step>),
}

/// Where the steps to a value lead.
pub(super) enum Found<'a> {
    Here(Spot<'a>),
    /// The list or map where it would stand, and how many steps lead there.
    Missing(Spot<'a>, usize),
    /// An alias, and how many steps lead there.
    Alias(usize),
}

impl<'a> Editor<'a> {
    pub fn apply(&self, change: &Change) -> Result<Applied, Refusal> {
        let path = change.path();
        match change {
            Change::Set { value, .. } => self.set(&path, value),
            Change::Remove { .. } => self.remove_value(&path),
            Change::Rename { to, .. } => self.rename(&path, to),
            Change::Insert { item, .. } => {
                let value = match item.as_slice() {
                    [(leaf, value)] if leaf.is_empty() => Tree::Value(NewValue::of(&path, value)),
                    fields => {
                        let field = |(leaf, value): &(String, FieldValue)| {
                            (leaf.clone(), Tree::Value(NewValue::of(&format!("{path}.{leaf}"), value)))
                        };
                        Tree::Map(fields.iter().map(field).collect())
                    }
                };
                self.add(&path, value)
            }
            Change::Cut { .. } => self.remove(&steps(&path), &path),
        }
    }

    /// Follows steps as far as they lead.
    pub fn find(&self, steps: &[Step], path: &str) -> Result<Found<'a>, Refusal> {
        let mut spot = self.body;
        for (nth, step) in steps.iter().enumerate() {
            let style = self.document.style(spot.node);
            let is_flow = spot.is_flow || style == Style::Flow;
            if style == Style::Alias {
                return Ok(Found::Alias(nth));
            }
            let next = match (step, &spot.node.kind) {
                (Step::Key(name), NodeKind::Map(entries)) => {
                    let entry = entries.iter().rfind(|(key, _)| key.text == *name);
                    entry.map(|(key, node)| Spot { node, key: Some(key), is_flow })
                }
                (Step::Index(index), NodeKind::List(items)) => {
                    items.get(*index).map(|node| Spot { node, key: None, is_flow })
                }
                (_, NodeKind::Scalar(scalar)) if scalar.is_null() => None,
                (Step::Index(_), NodeKind::Map(entries)) if entries.is_empty() => None,
                (Step::Key(_), NodeKind::List(items)) if items.is_empty() => None,
                _ => {
                    return Err(self.shape(
                        path,
                        spot.node.at,
                        "it is neither a list nor a map where one is needed",
                    ));
                }
            };
            match next {
                Some(next) => spot = next,
                None => return Ok(Found::Missing(spot, nth)),
            }
        }
        Ok(Found::Here(spot))
    }

    pub fn shape(&self, path: &str, at: usize, reason: &'static str) -> Refusal {
        Refusal::Shape { path: path.to_owned(), line: self.document.line(at), reason }
    }

    fn set(&self, path: &str, value: &FieldValue) -> Result<Applied, Refusal> {
        let value = NewValue::of(path, value);
        match self.find(&steps(path), path)? {
            Found::Here(spot) => {
                self.document.check_own(spot.node.at, path)?;
                self.replace(&spot, &value, path).map(Applied::Edits)
            }
            Found::Alias(nth) => Ok(Applied::Expand(steps(path)[..nth].to_vec())),
            Found::Missing(..) => self.add(path, Tree::Value(value)),
        }
    }

    /// Adds what is not there yet.
    fn add(&self, path: &str, value: Tree) -> Result<Applied, Refusal> {
        let steps = steps(path);
        let found = match self.find(&steps, path)? {
            // An item that moves the others on.
            Found::Here(_) => self.find(&steps[..steps.len() - 1], path)?,
            other => other,
        };
        let (spot, nth) = match found {
            Found::Alias(nth) => return Ok(Applied::Expand(steps[..nth].to_vec())),
            Found::Missing(spot, nth) => (spot, nth),
            Found::Here(spot) if self.document.style(spot.node) == Style::Alias => {
                return Ok(Applied::Expand(steps[..steps.len() - 1].to_vec()));
            }
            Found::Here(spot) => (spot, steps.len() - 1),
        };
        self.document.check_own(spot.node.at, path)?;
        let inner = Tree::nested(&steps[nth + 1..], value);
        self.insert(&spot, &steps[..=nth], &inner, path).map(Applied::Edits)
    }

    /// Replaces a value by another one in its style.
    fn replace(&self, spot: &Spot<'_>, value: &NewValue, path: &str) -> Result<Vec<TextEdit>, Refusal> {
        let document = self.document;
        let node = spot.node;
        let style = document.style(node);
        let at = document.content(node);
        if style == Style::Block {
            return Err(self.shape(path, at, "it has lines of its own below it"));
        }
        let indent = (!spot.is_flow).then(|| self.block_indent(spot, style));
        let rendered = render(value, style, self.layout.quoting, indent);
        if matches!(style, Style::Literal | Style::Folded) {
            let indent = indent.unwrap_or_default();
            return Ok(self.replace_block(node, indent, &rendered.inline, &rendered.below));
        }
        let is_behind_key = document.text[..at].ends_with([':', '-']);
        let inline = if is_behind_key { format!(" {}", rendered.inline) } else { rendered.inline };
        let mut edits = vec![TextEdit { at, end: node.end.max(at), text: inline }];
        if !rendered.below.is_empty() {
            let end = document.line_end(node.end.max(at));
            let newline = self.layout.newline;
            let text = rendered.below.iter().flat_map(|line| [newline, line]).collect();
            edits.push(TextEdit { at: end, end, text });
        }
        Ok(edits)
    }

    /// The indentation of the lines of a block scalar: as they are, or else one step deeper than the key.
    fn block_indent(&self, spot: &Spot<'_>, style: Style) -> usize {
        let document = self.document;
        if matches!(style, Style::Literal | Style::Folded) {
            if let Some(width) = document.explicit_indent(spot.node) {
                return width;
            }
            let (start, end) = document.block_content(spot.node);
            let lines = document.text[start..end].lines().filter(|line| !line.trim().is_empty());
            let widths = lines.map(|line| line.len() - line.trim_start_matches(' ').len());
            if let Some(width) = widths.min() {
                return width;
            }
        }
        match (spot.key, document.dash(spot.node)) {
            (Some(key), _) => document.column(key.at) + self.layout.step,
            (None, Some(dash)) => document.column(dash) + 2,
            (None, None) => self.layout.step,
        }
    }

    /// Replaces the header and those lines of a block scalar that change.
    fn replace_block(&self, node: &Node, indent: usize, inline: &str, below: &[String]) -> Vec<TextEdit> {
        let document = self.document;
        let at = document.content(node);
        let (start, end) = document.block_content(node);
        let old_mark: String =
            document.text[at..].chars().take_while(|c| "|>+-0123456789".contains(*c)).collect();
        let is_block = inline.starts_with(['|', '>']) && !below.is_empty();
        if !is_block {
            return vec![TextEdit { at, end, text: inline.to_owned() }];
        }
        let mut digits: String = old_mark.chars().filter(char::is_ascii_digit).collect();
        let first = below.first().filter(|_| digits.is_empty()).map_or("", String::as_str);
        if first.len() - first.trim_start_matches(' ').len() > indent {
            digits = indent.checked_sub(document.parent_column(at)).unwrap_or(indent).to_string();
        }
        let header = format!("{}{digits}{}", &inline[..1], &inline[1..]);
        let keeps_blanks = old_mark.contains('+');
        let header_edit = (header.len() != old_mark.len() || !same_signs(&header, &old_mark))
            .then(|| TextEdit { at, end: at + old_mark.len(), text: header });
        let newline = self.layout.newline;
        let content = document.text.get(document.line_break(start)..end.max(start)).unwrap_or_default();
        let mut old: Vec<&str> = content.split('\n').map(|line| line.trim_end_matches('\r')).collect();
        if content.is_empty() {
            old.clear();
        }
        // Lines that stay the same keep even the blanks on empty ones.
        let same =
            |old: &str, new: &str| old == new || (old.trim().is_empty() && new.is_empty() && !keeps_blanks);
        let kept = |old: &str, new: &String| if same(old, new) { old.to_owned() } else { new.clone() };
        let front = old.iter().zip(below).take_while(|(old, new)| same(old, new)).count();
        let back = old.iter().rev().zip(below.iter().rev()).take_while(|(old, new)| same(old, new)).count();
        let back = back.min(old.len().min(below.len()) - front);
        let head = old.iter().zip(below).take(front).map(|(old, new)| kept(old, new));
        let middle = below[front..below.len() - back].iter().cloned();
        let rear = old[old.len() - back..].iter().map(|line| (*line).to_owned());
        let lines: Vec<String> = head.chain(middle).chain(rear).collect();
        let text = lines.iter().flat_map(|line| [newline, line]).collect();
        header_edit.into_iter().chain([TextEdit { at: start, end, text }]).collect()
    }

    fn rename(&self, path: &str, to: &str) -> Result<Applied, Refusal> {
        let steps = steps(path);
        match self.find(&steps, path)? {
            Found::Alias(nth) => Ok(Applied::Expand(steps[..nth].to_vec())),
            Found::Here(Spot { key: Some(key), node, .. }) => {
                self.document.check_own(key.at, path)?;
                let between = &self.document.text[key.at..node.at.max(key.at)];
                let length = key_length(between);
                let text = match between.chars().next() {
                    Some('"') => serde_json::Value::from(to).to_string(),
                    Some('\'') => format!("'{}'", to.replace('\'', "''")),
                    _ => self.layout.key(to),
                };
                Ok(Applied::Edits(vec![TextEdit { at: key.at, end: key.at + length, text }]))
            }
            _ => Err(self.shape(path, self.body.node.at, "its name is not found")),
        }
    }

    /// A value that is taken away. What the file had when it was opened is written as its default.
    fn remove_value(&self, path: &str) -> Result<Applied, Refusal> {
        let all = steps(path);
        let default = Field::at(path).filter(|field| field.path == path).and_then(Field::default_text);
        match default {
            Some(text) if !(self.was_added)(&all) => {
                let value =
                    FieldValue { text, origin: crate::config::schema::Origin::Form, expression: None };
                self.set(path, &value)
            }
            _ => self.remove(&all, path),
        }
    }
}

fn same_signs(one: &str, other: &str) -> bool {
    one.chars().all(|c| other.contains(c))
}

/// Length of a key in front of its colon.
pub(super) fn key_length(text: &str) -> usize {
    if let Some(quote) = text.chars().next().filter(|c| "\"'".contains(*c)) {
        return text[1..].find(quote).map_or(text.len(), |at| at + 2);
    }
    let is_end = |at: &usize| text[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let colon = text.match_indices(':').map(|(at, _)| at).find(is_end);
    text[..colon.unwrap_or(text.len())].trim_end().len()
}
