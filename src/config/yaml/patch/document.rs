//! The text of a file with its tree, each node at its offset in the text as it is on the disk.

use crate::config::{
    interpolate::{Interpolated, Piece, Replacement, mark, restore},
    schema::Dialect,
    yaml::{
        enclosed::{begins_as_config, enclosed},
        node::{Key, Node, NodeKind},
        parse::{Anchor, parse_with_anchors},
        scalar_style::Style,
        slots::locate,
        source::{pipes, with_line_feeds},
        template,
    },
};

use super::refusal::Refusal;

/// A text and its tree. Expressions are single words in the tree.
#[derive(Debug)]
pub(super) struct Document {
    /// With blanks around a pipeline that stands within another document, and line feeds for carriage returns that stand
    /// alone.
    pub text: String,
    /// The line breaks of the text as it is on the disk.
    pub newline: &'static str,
    pub root: Node,
    anchors: Vec<Anchor>,
    /// The pieces of the template that it is.
    pieces: Vec<Piece>,
    /// What the marks in the tree stand for.
    replacements: Vec<Replacement>,
}

/// Where a node stands: what is written into it depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    pub node: &'a Node,
    /// The key that it is the value of; `None` for a root and for an item of a list.
    pub key: Option<&'a Key>,
    /// Whether it stands within brackets.
    pub is_flow: bool,
}

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextEdit {
    pub at: usize,
    pub end: usize,
    pub text: String,
}

impl Document {
    /// Parses a text without its byte order mark.
    pub fn parse(raw: &str, dialect: Dialect) -> Result<Self, Refusal> {
        let found = if begins_as_config(raw) { None } else { enclosed(raw) };
        let raw_text = found.map_or_else(|| raw.to_owned(), |found| found.text);
        let newline = newline(&raw_text);
        let text = with_line_feeds(&raw_text);
        let pieces = template::pieces(&text);
        let marked = mark(&text, pipes(dialect), &pieces);
        let (mut root, mut anchors) =
            parse_with_anchors(&marked.text).map_err(|error| Refusal::NotYaml(error.message))?;
        to_raw(&mut root, &marked);
        for anchor in &mut anchors {
            let raw = |at| marked.raw_offset(at);
            let aliases = anchor.aliases.iter().map(|at| raw(*at)).collect();
            *anchor = Anchor { at: raw(anchor.at), end: raw(anchor.end), aliases };
        }
        Ok(Self { text, newline, root, anchors, pieces, replacements: marked.replacements })
    }

    /// The object with the fields of an input, by the path of the input.
    pub fn body(&self, path: &str) -> Option<Spot<'_>> {
        let located = locate(&self.root, &|_| 0);
        let (_, slot) = located.inputs.into_iter().find(|(own, _)| own == path)?;
        let is_of_slot = |(_, value): &&(Key, Node)| std::ptr::eq(value, slot.body);
        let key = slot.slot.and_then(|slot| slot.entries().iter().find(is_of_slot)).map(|(key, _)| key);
        // Brackets around it are those of the nearest list or map that is written in them.
        let is_flow = self.is_in_brackets(&self.root, slot.body.at);
        let is_fields = key.is_some() || slot.slot.is_none();
        is_fields.then_some(Spot { node: slot.body, key, is_flow })
    }

    fn is_in_brackets(&self, node: &Node, at: usize) -> bool {
        let children = node.entries().iter().map(|(_, value)| value).chain(node.items());
        let holds = |child: &&Node| child.at <= at && at <= child.end;
        let within = node.at < at && self.style(node) == Style::Flow;
        within || children.clone().any(|child| holds(&child) && self.is_in_brackets(child, at))
    }

    /// Offset of a value behind its anchor and its tag.
    pub fn content(&self, node: &Node) -> usize {
        let mut at = node.at;
        while self.text[at..node.end.max(at)].starts_with(['&', '!']) {
            let rest = &self.text[at..];
            let word = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
            let behind = &rest[word..];
            let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            at += word + blank;
        }
        at
    }

    /// How a node is written.
    pub fn style(&self, node: &Node) -> Style {
        let rest = self.text.get(self.content(node)..).unwrap_or_default();
        match (&node.kind, rest.chars().next()) {
            (_, Some('*')) if node.at < node.end => Style::Alias,
            (NodeKind::Map(_), Some('{')) | (NodeKind::List(_), Some('[')) => Style::Flow,
            (NodeKind::Map(_) | NodeKind::List(_), _) => Style::Block,
            (NodeKind::Scalar(scalar), _) if scalar.plain && scalar.text.is_empty() => Style::Plain,
            (_, Some('\'')) => Style::Single,
            (_, Some('"')) => Style::Double,
            (NodeKind::Scalar(scalar), Some('|')) if !scalar.plain => Style::Literal,
            (NodeKind::Scalar(scalar), Some('>')) if !scalar.plain => Style::Folded,
            _ => Style::Plain,
        }
    }

    /// The end of what belongs to a node, without the line break behind it.
    pub fn tail(&self, node: &Node) -> usize {
        let last = match &node.kind {
            NodeKind::Map(entries) => entries.last().map(|(_, value)| value),
            NodeKind::List(items) => items.last(),
            NodeKind::Scalar(_) => None,
        };
        match (self.style(node), last) {
            (Style::Block, Some(last)) => self.tail(last),
            (Style::Literal | Style::Folded, _) => self.block_content(node).1,
            _ => node.end.max(node.at),
        }
    }

    /// The indentation that the header of a block scalar says its lines have.
    pub fn explicit_indent(&self, node: &Node) -> Option<usize> {
        let header = self.content(node);
        let mark = &self.text[header..self.line_end(header)];
        let more = mark.chars().skip(1).take(2).find_map(|c| c.to_digit(10))?;
        Some(self.parent_column(header) + more as usize)
    }

    /// The column of the key or of the dash that a value at an offset stands behind.
    pub fn parent_column(&self, at: usize) -> usize {
        let line = &self.text[self.line_start(at)..at];
        let behind_dashes = line.trim_start_matches(['-', ' ', '\t']);
        if behind_dashes.is_empty() {
            line.rfind('-').unwrap_or_default()
        } else {
            line.len() - behind_dashes.len()
        }
    }

    /// The lines of a block scalar: from the break behind its header to the end of its last line.
    pub fn block_content(&self, node: &Node) -> (usize, usize) {
        let header = self.content(node);
        let start = self.line_end(header);
        let mark: &str = &self.text[header..start];
        let parent = self.indent(header).len();
        let mut indent = self.explicit_indent(node);
        let keeps_blanks = mark.chars().skip(1).take(2).any(|c| c == '+');
        let (mut at, mut end) = (start, start);
        while at < self.text.len() {
            let from = self.line_break(at);
            let line = &self.text[from..self.line_end(from)];
            let width = line.len() - line.trim_start_matches(' ').len();
            let is_blank = line.trim().is_empty();
            if from == at || (!is_blank && width < indent.unwrap_or(parent + 1)) {
                break;
            }
            at = from + line.len();
            if !is_blank {
                indent.get_or_insert(width);
                end = at;
            } else if keeps_blanks {
                end = at;
            }
        }
        (start, end)
    }

    /// Offset of the beginning of a line.
    pub fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Offset of the line break that ends the line, or of the end of the text.
    pub fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        let is_crlf = self.text[at..end].ends_with('\r') && end < self.text.len();
        end - usize::from(is_crlf)
    }

    /// Offset behind the line break at this offset, if there is one.
    pub fn line_break(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) }
    }

    /// The blanks a line begins with.
    pub fn indent(&self, at: usize) -> &str {
        let line = &self.text[self.line_start(at)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// Whether only blanks stand before an offset in its line.
    pub fn is_first(&self, at: usize) -> bool {
        self.line_start(at) + self.indent(at).len() == at
    }

    /// Number of characters before an offset in its line.
    pub fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }

    /// The number of a line, counting from 1.
    pub fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// The anchors around an offset, from the outside in.
    fn anchors_around(&self, at: usize) -> impl Iterator<Item = &Anchor> {
        self.anchors.iter().filter(move |anchor| anchor.at <= at && at < anchor.end.max(anchor.at + 1))
    }

    /// Whether an alias is the value of a merge key, which the pipeline does not follow.
    fn is_merged(&self, alias: usize) -> bool {
        let before = self.text[self.line_start(alias)..alias].trim_end();
        before.strip_suffix(':').is_some_and(|before| before.ends_with("<<"))
    }

    /// Refuses a change at an offset that others share by an anchor. What only merge keys bring in elsewhere is not
    /// shared by anything that the pipeline reads.
    pub fn check_own(&self, at: usize, path: &str) -> Result<(), Refusal> {
        let alias = |anchor: &Anchor| anchor.aliases.iter().copied().find(|alias| !self.is_merged(*alias));
        match self.anchors_around(at).find_map(|anchor| Some((anchor.at, alias(anchor)?))) {
            None => Ok(()),
            Some((anchor, alias)) => Err(Refusal::Shared {
                path: path.to_owned(),
                anchor: self.line(anchor),
                alias: self.line(alias),
            }),
        }
    }

    /// Refuses to take away an anchor that is used behind its own place.
    pub fn check_within(&self, (start, end): (usize, usize), path: &str) -> Result<(), Refusal> {
        let within = self.anchors.iter().filter(|anchor| (start..end).contains(&anchor.at));
        let mut used =
            within.filter_map(|anchor| Some((anchor.at, *anchor.aliases.iter().find(|at| **at >= end)?)));
        used.next().map_or(Ok(()), |(anchor, alias)| {
            Err(Refusal::Shared { path: path.to_owned(), anchor: self.line(anchor), alias: self.line(alias) })
        })
    }

    /// The outermost anchor around an offset that others share.
    pub fn shared_anchor(&self, anchor: usize, alias: usize) -> Option<&Anchor> {
        let is_meant = |own: &&Anchor| {
            self.line(own.at) == anchor && own.aliases.iter().any(|at| self.line(*at) == alias)
        };
        self.anchors.iter().find(is_meant).filter(|anchor| !self.is_merged(anchor.aliases[0]))
    }

    /// The line of the first merge key that brings in what stands at an offset.
    pub fn merged_in_line(&self, at: usize) -> Option<usize> {
        let merged = |anchor: &Anchor| anchor.aliases.iter().copied().find(|alias| self.is_merged(*alias));
        self.anchors_around(at).find_map(merged).map(|alias| self.line(alias))
    }

    /// The line of the template that opens the part around an offset, which it may leave out or repeat.
    pub fn opened_in_line(&self, at: usize) -> Option<usize> {
        template::opened_around(&self.text, &self.pieces, at).map(|at| self.line(at))
    }

    /// The pieces of the template, in their order.
    pub fn template(&self) -> Vec<&str> {
        let text = |piece: &Piece| self.text.get(piece.raw.clone()).unwrap_or_default();
        self.pieces.iter().filter(|piece| piece.is_alone).map(text).collect()
    }

    /// The node that begins at an offset.
    pub fn node_at(&self, at: usize) -> Option<&Node> {
        fn find(node: &Node, at: usize) -> Option<&Node> {
            if node.at == at {
                return Some(node);
            }
            let children = node.entries().iter().map(|(_, value)| value).chain(node.items());
            children.filter(|child| child.at <= at).find_map(|child| find(child, at))
        }
        find(&self.root, at)
    }

    /// Whether two documents say the same, but for the input at this path.
    pub fn is_same_but_for(&self, other: &Self, input: &str) -> bool {
        let (own, others) = (self.body(input).map(|spot| spot.node), other.body(input).map(|spot| spot.node));
        let is_input = |one: &Node, two: &Node| {
            own.is_some_and(|own| std::ptr::eq(own, one))
                && others.is_some_and(|others| std::ptr::eq(others, two))
        };
        self.is_same(&self.root, other, &other.root, &is_input)
    }

    fn is_same(&self, one: &Node, other: &Self, two: &Node, is_input: IsInput<'_>) -> bool {
        let is_same = |one: &Node, two: &Node| self.is_same(one, other, two, is_input);
        match (&one.kind, &two.kind) {
            _ if is_input(one, two) => true,
            (NodeKind::Scalar(one), NodeKind::Scalar(two)) => {
                one.plain == two.plain && self.written(&one.text) == other.written(&two.text)
            }
            (NodeKind::List(one), NodeKind::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| is_same(one, two))
            }
            (NodeKind::Map(one), NodeKind::Map(two)) => {
                let is_same = |((one_key, one), (two_key, two)): (&(Key, Node), &(Key, Node))| {
                    self.written(&one_key.text) == other.written(&two_key.text)
                        && (one_key.text == "<<" || is_same(one, two))
                };
                one.len() == two.len() && one.iter().zip(two).all(is_same)
            }
            _ => false,
        }
    }

    /// A text of the tree with the expressions that its marks stand for.
    fn written(&self, text: &str) -> String {
        restore(text, &self.text, &self.replacements).unwrap_or_else(|| text.to_owned())
    }

    /// Whether lists stand as deep as the key above them, as in `key:` and `- item` below its first letter.
    pub fn has_flush_lists(&self) -> bool {
        fn first(document: &Document, node: &Node) -> Option<bool> {
            for (key, value) in node.entries() {
                if let Some(item) = value.items().first().filter(|_| document.style(value) == Style::Block) {
                    return Some(
                        document
                            .dash(item)
                            .is_some_and(|dash| document.column(dash) == document.column(key.at)),
                    );
                }
                if let Some(found) = first(document, value) {
                    return Some(found);
                }
            }
            node.items().iter().find_map(|item| first(document, item))
        }
        first(self, &self.root).unwrap_or(false)
    }

    /// Offset of the dash before an item of a list.
    pub fn dash(&self, item: &Node) -> Option<usize> {
        let line = self.line_start(item.at);
        self.text[line..item.at].rfind('-').map(|at| line + at)
    }

    /// How many columns deeper what stands below a key is: as at the first place where the file shows it.
    pub fn step(&self) -> usize {
        fn first(document: &Document, node: &Node) -> Option<usize> {
            let step = |(key, value): &(Key, Node)| {
                let (inner, _) = value.entries().first()?;
                let is_below = document.style(value) == Style::Block && document.is_first(inner.at);
                document
                    .column(inner.at)
                    .checked_sub(document.column(key.at))
                    .filter(|step| is_below && *step > 0)
            };
            let inner = |(_, value): &(Key, Node)| first(document, value);
            let entries = node.entries();
            entries
                .iter()
                .find_map(step)
                .or_else(|| entries.iter().find_map(inner))
                .or_else(|| node.items().iter().find_map(|item| first(document, item)))
        }
        first(self, &self.root).unwrap_or(2)
    }
}

/// The line breaks of a text.
fn newline(text: &str) -> &'static str {
    match text.find(['\r', '\n']).map(|at| &text[at..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Whether two nodes are the same input in two documents.
type IsInput<'a> = &'a dyn Fn(&Node, &Node) -> bool;

fn to_raw(node: &mut Node, marked: &Interpolated) {
    (node.at, node.end) = (marked.raw_offset(node.at), marked.raw_offset(node.end));
    match &mut node.kind {
        NodeKind::Scalar(_) => {}
        NodeKind::List(items) => items.iter_mut().for_each(|item| to_raw(item, marked)),
        NodeKind::Map(entries) => {
            for (key, value) in entries {
                key.at = marked.raw_offset(key.at);
                to_raw(value, marked);
            }
        }
    }
}
