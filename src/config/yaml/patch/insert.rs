//! Where something new goes, and how it stands there.

use crate::config::{
    schema::FIELDS,
    yaml::{
        node::{Key, Node, NodeKind},
        scalar_style::Style,
    },
};

use super::{
    apply::Editor,
    document::{Document, Spot, TextEdit},
    refusal::Refusal,
    tree::{Step, Tree},
};

/// The place of a key among its neighbours: that of the published page; names of maps have none.
fn order(around: &[Step], key: &str) -> Option<usize> {
    let mut path = String::new();
    for step in around {
        match step {
            Step::Key(name) => path = format!("{path}{name}."),
            Step::Index(_) => path = format!("{}[].", path.trim_end_matches('.')),
        }
    }
    let path = format!("{path}{key}");
    FIELDS.iter().position(|field| field.path == path)
}

impl Editor<'_> {
    /// Inserts what the last of the steps names into the list or map at a spot.
    pub fn insert(
        &self,
        spot: &Spot<'_>,
        steps: &[Step],
        inner: &Tree,
        path: &str,
    ) -> Result<Vec<TextEdit>, Refusal> {
        let Some((last, around)) = steps.split_last() else { return Ok(Vec::new()) };
        let document = self.document;
        let style = document.style(spot.node);
        match (&spot.node.kind, last) {
            (NodeKind::Map(entries), Step::Key(key)) if !entries.is_empty() => {
                let nth = neighbour(entries, around, key);
                if style == Style::Flow {
                    let text = format!("{}: {}", self.layout.key(key), inner.flow(&self.layout));
                    let starts: Vec<_> = entries.iter().map(|(key, value)| (key.at, value.end)).collect();
                    return Ok(vec![self.flow_edit(&starts, nth, &text)]);
                }
                Ok(vec![self.block_entry(entries, nth, key, inner)])
            }
            (NodeKind::List(items), Step::Index(index)) if !items.is_empty() => {
                let nth = index.min(&items.len()).checked_sub(1);
                if style == Style::Flow {
                    let starts: Vec<_> = items.iter().map(|item| (item.at, item.end)).collect();
                    return Ok(vec![self.flow_edit(&starts, nth, &inner.flow(&self.layout))]);
                }
                self.block_item(items, nth, inner, path)
            }
            _ => self.first(spot, last, inner, path),
        }
    }

    /// Within brackets, behind the neighbour, or before the first.
    fn flow_edit(&self, places: &[(usize, usize)], nth: Option<usize>, text: &str) -> TextEdit {
        let (start, end) = places[nth.unwrap_or(0)];
        let between = if self.document.is_first(start) {
            format!("{}{}", self.layout.newline, self.document.indent(start))
        } else {
            " ".to_owned()
        };
        let comma = self.document.text[end..].trim_start().starts_with(',');
        let line_end = self.document.line_end(end);
        let ends_line = self.document.text[end..line_end].trim_start_matches([' ', ',']);
        match nth {
            // A comment behind the neighbour stays with it.
            Some(_)
                if comma
                    && self.document.is_first(start)
                    && (ends_line.is_empty() || ends_line.starts_with('#')) =>
            {
                TextEdit { at: line_end, end: line_end, text: format!("{between}{text},") }
            }
            Some(_) => TextEdit { at: end, end, text: format!(",{between}{text}") },
            None => TextEdit { at: start, end: start, text: format!("{text},{between}") },
        }
    }

    fn block_entry(&self, entries: &[(Key, Node)], nth: Option<usize>, key: &str, inner: &Tree) -> TextEdit {
        let document = self.document;
        let (neighbour, value) = &entries[nth.unwrap_or(0)];
        let column = document.column(neighbour.at);
        let lines = inner.entry(&self.layout.key(key), column, &self.layout);
        if nth.is_some() {
            return self.behind(document.tail(value), column, &lines);
        }
        if document.is_first(neighbour.at) {
            return self.before(neighbour.at, &lines);
        }
        let newline = self.layout.newline;
        let text = format!("{}{newline}{:column$}", lines.join(newline).trim_start(), "");
        TextEdit { at: neighbour.at, end: neighbour.at, text }
    }

    fn block_item(
        &self,
        items: &[Node],
        nth: Option<usize>,
        inner: &Tree,
        path: &str,
    ) -> Result<Vec<TextEdit>, Refusal> {
        let document = self.document;
        let first = &items[0];
        let Some(dash) = document.dash(first) else {
            return Err(self.shape(path, first.at, "its dash is not found"));
        };
        let column = document.column(dash);
        let lines = inner.item(column, &self.layout);
        match nth {
            Some(nth) => Ok(vec![self.behind(document.tail(&items[nth]), column, &lines)]),
            None if document.is_first(dash) => Ok(vec![self.before(dash, &lines)]),
            None => Err(self.shape(path, first.at, "the list begins within a line")),
        }
    }

    /// Lines behind the line of an offset, and behind comments that are indented deeper than `column`.
    fn behind(&self, at: usize, column: usize, lines: &[String]) -> TextEdit {
        let document = self.document;
        let mut end = document.line_end(at);
        loop {
            let next = document.line_break(end);
            let line = &document.text[next..document.line_end(next)];
            let is_comment = line.trim_start().starts_with('#') && document.indent(next).len() > column;
            if next == end || !is_comment {
                break;
            }
            end = next + line.len();
        }
        let text = lines.iter().flat_map(|line| [self.layout.newline, line]).collect();
        TextEdit { at: end, end, text }
    }

    /// Lines before the line of an offset, and before the comments right above it.
    fn before(&self, at: usize, lines: &[String]) -> TextEdit {
        let document = self.document;
        let mut start = document.line_start(at);
        while start > 0 {
            let above = document.line_start(start - 1);
            let is_comment = document.text[above..start].trim_start().starts_with('#');
            if !is_comment || document.indent(above).len() != document.indent(at).len() {
                break;
            }
            start = above;
        }
        let text = lines.iter().flat_map(|line| [line, self.layout.newline]).collect();
        TextEdit { at: start, end: start, text }
    }

    /// The first of an empty list or map.
    fn first(
        &self,
        spot: &Spot<'_>,
        last: &Step,
        inner: &Tree,
        path: &str,
    ) -> Result<Vec<TextEdit>, Refusal> {
        let tree = Tree::nested(std::slice::from_ref(last), inner.clone());
        let node = spot.node;
        let is_empty = match &node.kind {
            NodeKind::Scalar(scalar) => scalar.is_null(),
            NodeKind::Map(entries) => entries.is_empty(),
            NodeKind::List(items) => items.is_empty(),
        };
        if !is_empty {
            return Err(self.shape(path, node.at, "it is neither a list nor a map where one is needed"));
        }
        Ok(self.written_out(spot, &tree))
    }

    /// Puts a tree in the place of a node that stands on one line.
    pub fn written_out(&self, spot: &Spot<'_>, tree: &Tree) -> Vec<TextEdit> {
        let (document, layout) = (self.document, &self.layout);
        let (at, end) = (document.content(spot.node), spot.node.end.max(spot.node.at));
        let key = match spot.key {
            Some(key) if !spot.is_flow => key,
            _ => {
                let behind_sign = document.text[..at].ends_with([':', '-']);
                let text = if spot.is_flow || !is_item(document, spot) {
                    tree.flow(layout)
                } else {
                    let column = document.dash(spot.node).map_or(0, |dash| document.column(dash)) + 2;
                    let text = tree.lines(column, layout).join(layout.newline);
                    text.trim_start_matches(' ').to_owned()
                };
                return vec![TextEdit { at, end, text: if behind_sign { format!(" {text}") } else { text } }];
            }
        };
        let column = document.column(key.at);
        let is_flush = matches!(tree, Tree::List(_)) && layout.has_flush_lists;
        let lines = tree.lines(if is_flush { column } else { column + layout.step }, layout);
        let start = document.text[..at].trim_end_matches([' ', '\t']).len();
        let taken = TextEdit { at: start, end, text: String::new() };
        [Some(taken).filter(|taken| start < taken.end), Some(self.behind(end, usize::MAX, &lines))]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn is_item(document: &Document, spot: &Spot<'_>) -> bool {
    spot.key.is_none() && document.dash(spot.node).is_some()
}

/// The neighbour that a new key follows; `None` if it comes first.
fn neighbour(entries: &[(Key, Node)], around: &[Step], key: &str) -> Option<usize> {
    let Some(own) = order(around, key) else { return Some(entries.len() - 1) };
    let known =
        entries.iter().enumerate().filter_map(|(nth, (key, _))| Some((order(around, &key.text)?, nth)));
    let before = known.clone().filter(|(order, _)| *order < own).max();
    match before {
        Some((_, nth)) => Some(nth),
        None if known.count() == 0 => Some(entries.len() - 1),
        None => None,
    }
}
