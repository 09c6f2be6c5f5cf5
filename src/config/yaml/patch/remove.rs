//! Takes entries out of lists and maps.

use crate::config::yaml::{
    node::{Node, NodeKind},
    scalar_style::Style,
};

use super::{
    apply::{Applied, Editor, Found, key_length},
    document::{Spot, TextEdit},
    refusal::Refusal,
    tree::Step,
};

impl Editor<'_> {
    /// Takes away what the steps lead to. The list or map around it stays, empty, unless it was added as well.
    pub fn remove(&self, steps: &[Step], path: &str) -> Result<Applied, Refusal> {
        let Some((last, around)) = steps.split_last() else { return Ok(Applied::Edits(Vec::new())) };
        let spot = match self.find(around, path)? {
            Found::Here(spot) => spot,
            Found::Missing(..) => return Ok(Applied::Edits(Vec::new())),
            Found::Alias(nth) => return Ok(Applied::Expand(around[..nth].to_vec())),
        };
        if self.document.style(spot.node) == Style::Alias {
            return Ok(Applied::Expand(around.to_vec()));
        }
        let places = self.places(spot.node);
        let nth = match (last, &spot.node.kind) {
            (Step::Key(name), NodeKind::Map(entries)) => {
                entries.iter().rposition(|(key, _)| key.text == *name)
            }
            (Step::Index(index), NodeKind::List(items)) => Some(*index).filter(|index| *index < items.len()),
            _ => None,
        };
        let Some(nth) = nth else { return Ok(Applied::Edits(Vec::new())) };
        self.document.check_own(spot.node.at, path)?;
        self.document.check_own(places[nth].0, path)?;
        self.document.check_within(places[nth], path)?;
        if places.len() > 1 {
            return Ok(Applied::Edits(vec![self.without(spot.node, &places, nth)]));
        }
        if !around.is_empty() && (self.was_added)(around) {
            return self.remove(around, path);
        }
        self.emptied(&spot, path).map(Applied::Edits)
    }

    /// Where each entry begins, with its dash or its key, and where it ends.
    fn places(&self, node: &Node) -> Vec<(usize, usize)> {
        let is_flow = self.document.style(node) == Style::Flow;
        let tail = |value: &Node| if is_flow { value.end.max(value.at) } else { self.document.tail(value) };
        match &node.kind {
            NodeKind::Map(entries) => entries.iter().map(|(key, value)| (key.at, tail(value))).collect(),
            NodeKind::List(items) => {
                let start = |item: &Node| match self.document.dash(item) {
                    Some(dash) if !is_flow => dash,
                    _ => item.at,
                };
                items.iter().map(|item| (start(item), tail(item))).collect()
            }
            NodeKind::Scalar(_) => Vec::new(),
        }
    }

    fn without(&self, node: &Node, places: &[(usize, usize)], nth: usize) -> TextEdit {
        let document = self.document;
        let (start, end) = places[nth];
        let next = places.get(nth + 1).map(|(next, _)| *next);
        let (at, end) = match next {
            _ if document.style(node) != Style::Flow && document.is_first(start) => {
                self.whole_lines(start, end)
            }
            Some(next) => (start, next),
            // The last one within brackets goes with the comma before it.
            None => (nth.checked_sub(1).map_or(start, |before| places[before].1), end),
        };
        TextEdit { at, end, text: String::new() }
    }

    /// The lines of a range. A text without a line break at its end keeps that.
    fn whole_lines(&self, start: usize, end: usize) -> (usize, usize) {
        let document = self.document;
        let (from, line_end) = (document.line_start(start), document.line_end(end));
        let behind = document.line_break(line_end);
        if behind == line_end && from > 0 {
            let above = document.line_end(from - 1 - usize::from(document.text[..from].ends_with("\r\n")));
            return (above, line_end);
        }
        (from, behind)
    }

    /// A list or a map without its only entry.
    fn emptied(&self, spot: &Spot<'_>, path: &str) -> Result<Vec<TextEdit>, Refusal> {
        let document = self.document;
        let brackets = if matches!(spot.node.kind, NodeKind::List(_)) { "[]" } else { "{}" };
        let at = document.content(spot.node);
        if document.style(spot.node) == Style::Flow {
            return Ok(vec![TextEdit { at, end: spot.node.end, text: brackets.to_owned() }]);
        }
        let end = document.tail(spot.node);
        let Some(key) = spot.key else {
            if document.dash(spot.node).is_some() {
                return Ok(vec![TextEdit { at, end, text: brackets.to_owned() }]);
            }
            return Err(self.shape(path, spot.node.at, "nothing would be left"));
        };
        let colon = key.at + key_length(&document.text[key.at..at]) + 1;
        let line_end = document.line_end(key.at);
        let empty = TextEdit { at: colon, end: colon, text: format!(" {brackets}") };
        Ok(vec![empty, TextEdit { at: line_end, end, text: String::new() }])
    }
}
