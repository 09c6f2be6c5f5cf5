//! What is new in a file: values with the names around them, written as lines or within brackets.

use crate::config::{
    interpolate::is_bare,
    schema::{FIELDS, Field, FieldValue, Kind, Values},
    yaml::scalar_style::{NewValue, quotes_for, render},
};

use super::{changes::written, layout::Layout};

/// Values with the names around them.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Value(NewValue),
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
}

/// One step from an input to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The steps to a value: `headers.X.Y` is one name in a map, `open_messages.0` an item.
pub(super) fn steps(path: &str) -> Vec<Step> {
    let Some(field) = Field::at(path) else { return vec![Step::Key(path.to_owned())] };
    let (list, leaf) =
        field.path.split_once("[].").map_or((field.path, None), |(list, leaf)| (list, Some(leaf)));
    let mut steps: Vec<_> = list.split('.').map(|key| Step::Key(key.to_owned())).collect();
    let rest = path.strip_prefix(list).unwrap_or_default().trim_start_matches('.');
    let is_list = leaf.is_some() || matches!(field.kind, Kind::TextList | Kind::ObjectList);
    if is_list {
        let index = rest.split('.').next().and_then(|index| index.parse().ok());
        steps.extend(index.map(Step::Index));
        steps.extend(leaf.map(|leaf| Step::Key(leaf.to_owned())));
    } else if !rest.is_empty() {
        steps.push(Step::Key(rest.to_owned()));
    }
    steps
}

impl NewValue {
    pub fn of(path: &str, value: &FieldValue) -> Self {
        let kind = Field::at(path).map_or(Kind::Text, |field| field.kind);
        let is_expression = value.expression.is_some();
        let quotes =
            value.expression.as_ref().filter(|text| is_bare(text)).and_then(|_| quotes_for(&value.text));
        Self { text: written(value).to_owned(), is_expression, kind, quotes }
    }
}

impl Tree {
    /// A value below these steps.
    pub fn nested(steps: &[Step], value: Self) -> Self {
        steps.iter().rev().fold(value, |inner, step| match step {
            Step::Key(key) => Self::Map(vec![(key.clone(), inner)]),
            Step::Index(_) => Self::List(vec![inner]),
        })
    }

    /// The values below a path, in the published order.
    pub fn of_values(values: &Values, below: &[Step]) -> Self {
        let mut root = Self::Map(Vec::new());
        for field in FIELDS.iter().filter(|field| !field.path.contains("[]")) {
            let own = values.of(field.id).map(|value| (field.path.to_owned(), value));
            let entries = values.entries(field.id).into_iter();
            let entries = entries.map(|(name, value)| (format!("{}.{name}", field.path), value));
            let is_group = field.kind == Kind::Group;
            for (path, value) in own.into_iter().chain(entries).filter(|_| !is_group) {
                let steps = steps(&path);
                if let Some(rest) = steps.strip_prefix(below) {
                    root.put(rest, Self::Value(NewValue::of(&path, value)));
                }
            }
        }
        root
    }

    fn put(&mut self, steps: &[Step], value: Self) {
        let Some((step, rest)) = steps.split_first() else {
            *self = value;
            return;
        };
        match (step, self) {
            (Step::Key(key), Self::Map(entries)) => match entries.iter_mut().find(|(own, _)| own == key) {
                Some((_, inner)) => inner.put(rest, value),
                None => entries.push((key.clone(), Self::nested(rest, value))),
            },
            (Step::Index(index), Self::List(items)) => match items.get_mut(*index) {
                Some(inner) => inner.put(rest, value),
                None => items.push(Self::nested(rest, value)),
            },
            (_, other) => *other = Self::nested(steps, value),
        }
    }

    /// As lines, the first of them at this indentation.
    pub fn lines(&self, indent: usize, layout: &Layout) -> Vec<String> {
        match self {
            Self::Value(value) => {
                let rendered = render(value, layout.style(), layout.quoting, Some(indent));
                let first = format!("{:indent$}{}", "", rendered.inline);
                [vec![first], rendered.below].concat()
            }
            Self::Map(entries) => {
                entries.iter().flat_map(|(key, tree)| tree.entry(&layout.key(key), indent, layout)).collect()
            }
            Self::List(items) => items.iter().flat_map(|item| item.item(indent, layout)).collect(),
        }
    }

    /// The lines of a key with this below it.
    pub fn entry(&self, key: &str, indent: usize, layout: &Layout) -> Vec<String> {
        match self {
            Self::Value(value) => {
                let rendered = render(value, layout.style(), layout.quoting, Some(indent + layout.step));
                let first = format!("{:indent$}{key}: {}", "", rendered.inline);
                [vec![first], rendered.below].concat()
            }
            Self::Map(entries) if entries.is_empty() => vec![format!("{:indent$}{key}: {{}}", "")],
            Self::List(items) if items.is_empty() => vec![format!("{:indent$}{key}: []", "")],
            Self::Map(_) | Self::List(_) => {
                let is_flush = matches!(self, Self::List(_)) && layout.has_flush_lists;
                let below = if is_flush { indent } else { indent + layout.step };
                [vec![format!("{:indent$}{key}:", "")], self.lines(below, layout)].concat()
            }
        }
    }

    /// The lines of an item of a list, with its dash.
    pub fn item(&self, indent: usize, layout: &Layout) -> Vec<String> {
        let mut lines = self.lines(indent + 2, layout);
        if let Some(first) = lines.first_mut() {
            *first = format!("{:indent$}- {}", "", first.trim_start_matches(' '));
        }
        lines
    }

    /// On one line, within brackets.
    pub fn flow(&self, layout: &Layout) -> String {
        match self {
            Self::Value(value) => render(value, layout.style(), layout.quoting, None).inline,
            Self::Map(entries) => {
                let entry =
                    |(key, tree): &(String, Self)| format!("{}: {}", layout.key(key), tree.flow(layout));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Self::List(items) => {
                format!("[{}]", items.iter().map(|item| item.flow(layout)).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
