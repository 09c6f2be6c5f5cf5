//! Takes apart what an anchor and its aliases share, so that a change reaches this input only.

use crate::config::{
    schema::Values,
    yaml::{parse::Anchor, scalar_style::Style},
};

use super::{
    apply::{Editor, Found},
    document::TextEdit,
    refusal::Refusal,
    tree::{Step, Tree},
};

impl Editor<'_> {
    /// Replaces the alias below these steps by the values it stands for.
    pub fn expand(
        &self,
        steps: &[Step],
        values: &Values,
        path: &str,
    ) -> Result<(Vec<TextEdit>, String), Refusal> {
        match self.find(steps, path)? {
            Found::Here(spot) if self.document.style(spot.node) == Style::Alias => {
                self.document.check_own(spot.node.at, path)?;
                let (at, line) = (self.document.content(spot.node), self.document.line(spot.node.at));
                let alias = name(&self.document.text[at..]);
                let note =
                    format!("line {line}: {alias} is written out here; what it refers to stays as it is");
                Ok((self.written_out(&spot, &Tree::of_values(values, steps)), note))
            }
            _ => Err(self.shape(path, self.body.node.at, "its alias is not found")),
        }
    }

    /// Hands an anchor on to its first alias, together with the value it has: those who use it keep what they have, and
    /// its own place can be changed. `None` where the value cannot stand in the place of the alias.
    pub fn hand_on(&self, anchor: &Anchor) -> Option<(Vec<TextEdit>, String)> {
        let document = self.document;
        let text = &document.text;
        let node = document.node_at(anchor.at)?;
        let sign = name(&text[anchor.at..]);
        let alias = *anchor.aliases.first()?;
        let alias_end = alias + name(&text[alias..]).len();
        // The tag, if there is one, goes along.
        let behind = anchor.at + sign.len();
        let from = behind + (text[behind..].len() - text[behind..].trim_start_matches([' ', '\t']).len());
        let style = document.style(node);
        let mut edits = Vec::new();
        if matches!(style, Style::Block | Style::Literal | Style::Folded) {
            let (start, end) = match style {
                Style::Block => (document.line_end(anchor.at), document.tail(node)),
                _ => document.block_content(node),
            };
            let header =
                if style == Style::Block { "" } else { text[from..start].split(" #").next()?.trim_end() };
            let lines = self.moved_lines(anchor.at, alias, text.get(document.line_break(start)..end)?)?;
            let space = if header.is_empty() { "" } else { " " };
            edits.push(TextEdit { at: alias, end: alias_end, text: format!("{sign}{space}{header}") });
            let at = document.line_end(alias_end);
            let below = lines.iter().flat_map(|line| [self.layout.newline, line]).collect();
            edits.push(TextEdit { at, end: at, text: below });
        } else {
            let value = text.get(from..node.end)?;
            if value.contains('\n') {
                return None;
            }
            edits.push(TextEdit { at: alias, end: alias_end, text: format!("{sign} {value}") });
        }
        let blank = text[..anchor.at].len() - text[..anchor.at].trim_end_matches([' ', '\t']).len();
        let start = if style == Style::Block { anchor.at - blank } else { anchor.at };
        edits.push(TextEdit {
            at: start,
            end: if style == Style::Block { behind } else { from },
            text: String::new(),
        });
        let (own, other) = (document.line(anchor.at), document.line(alias));
        let told =
            format!("{sign} moves from line {own} to line {other}, so that what refers to it stays as it is");
        Some((edits, told))
    }

    /// Lines that stood below the line of one offset, as they stand below the line of another.
    fn moved_lines(&self, from: usize, to: usize, lines: &str) -> Option<Vec<String>> {
        let [old, new] = [from, to].map(|at| self.document.parent_column(at));
        let is_list = |line: &str| line.trim_start().starts_with("- ");
        let lines: Vec<&str> = lines.split('\n').map(|line| line.trim_end_matches('\r')).collect();
        // A list may stand as deep as its key, but not as deep as the dash of another list.
        let first = lines.iter().find(|line| !line.trim().is_empty())?;
        let flush = first.len() - first.trim_start().len() == old && is_list(first);
        let deeper = if flush && self.document.text[..to].trim_end().ends_with('-') { 2 } else { 0 };
        let moved = |line: &&str| {
            let width = line.len() - line.trim_start_matches(' ').len();
            match (width + new + deeper).checked_sub(old) {
                _ if line.trim().is_empty() => Some((*line).to_owned()),
                Some(width) => Some(format!("{:width$}{}", "", line.trim_start_matches(' '))),
                None => None,
            }
        };
        lines.iter().map(moved).collect()
    }
}

/// An anchor or an alias, with its sign.
fn name(text: &str) -> &str {
    &text[..text.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(text.len())]
}
