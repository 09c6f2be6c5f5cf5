//! Parses YAML text into a tree whose nodes have their ranges in the text.
//!
//! Two parsers read the text. `yaml_serde` decides whether it is valid, since its libyaml has the pipeline's
//! grammar and error texts, but it reports no ranges. `granit-parser` reports ranges, but alone it would accept
//! `\ta: b` and `-\ta`, which the pipeline refuses. No other parser does both: `saphyr` refuses `a: [\n]`, and
//! `libyaml-safer` panics at `"\`, at `[!,` and at a block scalar that ends the file without a line break.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag};

use super::node::{Key, Node, NodeKind, Scalar};

/// Size limit of a config file in bytes: larger than any config, and still read within seconds.
pub const MAX_FILE: u64 = 64 << 20;
/// Limit of the nodes of a document, with aliases expanded. For a long text it is one node per two bytes, the
/// most that a text without aliases can contain.
const MAX_NODES: usize = 100_000;
/// Limit of the nesting depth of a document, with aliases expanded.
const MAX_DEPTH: usize = 100;
/// Limit of the brackets open at once. The time of the reference parser grows with the square of their number,
/// so a text with more is not parsed at all.
const MAX_BRACKETS: usize = 2_000;

/// Why a text is not a YAML document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub at: usize,
    pub message: String,
    /// Code of the problem: `yaml-syntax` or `yaml-too-large`.
    pub code: &'static str,
}

/// A value with an anchor that an alias refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    /// Offset of its `&`.
    pub at: usize,
    pub end: usize,
    /// Offsets of its aliases, of which there is at least one.
    pub aliases: Vec<usize>,
}

type Parsed<T> = Result<T, SyntaxError>;

/// Parses the first document of a text. An empty document is null.
///
/// # Errors
///
/// The first syntax error or exceeded limit.
pub(super) fn parse(text: &str) -> Parsed<Node> {
    parse_with_anchors(text).map(|(root, _)| root)
}

/// The same, with the anchors that aliases refer to.
///
/// # Errors
///
/// Those of [`parse`].
pub(super) fn parse_with_anchors(text: &str) -> Parsed<(Node, Vec<Anchor>)> {
    check_syntax(text)?;
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
    };
    let events = Parser::new_from_str_with_options(text, options);
    let max_nodes = MAX_NODES.max(text.len() / 2);
    let (anchors, aliases) = (HashMap::new(), HashMap::new());
    let mut reader = Reader { text, events, anchors, aliases, nodes: 0, max_nodes, last_end: 0 };
    let root = loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (Event::StreamEnd | Event::DocumentEnd, _) => break Node::null(0),
            (event, span) => break reader.node(event, span, 0)?,
        }
    };
    let used = |(id, node): (&usize, &Node)| {
        let aliases = reader.aliases.get(id)?.clone();
        Some(Anchor { at: node.at, end: node.end, aliases })
    };
    let mut anchors: Vec<Anchor> = reader.anchors.iter().filter_map(used).collect();
    anchors.sort_by_key(|anchor| anchor.at);
    Ok((root, anchors))
}

/// Checks the syntax of the first document with the reference parser, which also limits the nesting.
fn check_syntax(text: &str) -> Parsed<()> {
    use serde::Deserialize as _;
    if let Some(at) = too_many_brackets(text) {
        let message = format!("more than {MAX_BRACKETS} brackets are open here");
        return Err(SyntaxError { at, message, code: "yaml-too-large" });
    }
    let Some(document) = serde_yaml::Deserializer::from_str(text).next() else {
        return Ok(());
    };
    serde::de::IgnoredAny::deserialize(document).map(drop).map_err(|error| located_error(text, &error))
}

/// Offset of the bracket that exceeds [`MAX_BRACKETS`]. Brackets in quotes count too, because the quotes are
/// not parsed yet.
fn too_many_brackets(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_BRACKETS
    })
}

/// The parser's error with its offset. An unterminated structure is reported at its beginning rather than at
/// the end of the file.
fn located_error(text: &str, error: &serde_yaml::Error) -> SyntaxError {
    let at = error.location().map_or(0, |location| location.index());
    let full = error.to_string();
    if let Some(found) = forbidden(text, &full) {
        return found;
    }
    let (message, rest) = full.split_once(" at line ").unwrap_or((&full, ""));
    let begins = rest.split_once(", ").and_then(|(_, context)| {
        let (context, place) = context.split_once(" at line ")?;
        let (line, column) = place.split_once(" column ")?;
        Some((context, line.parse::<usize>().ok()?, column.parse::<usize>().ok()?))
    });
    let at_end = text.get(at..).is_none_or(|rest| rest.trim().is_empty());
    match begins.filter(|_| at_end) {
        Some((context, line, column)) => {
            let message = format!("{message} {context} that begins here");
            syntax_error(offset_of(text, line, column), message, "yaml-syntax")
        }
        None => syntax_error(at, message, "yaml-syntax"),
    }
}

/// A character that no YAML may hold. The parser names its byte, and no line.
fn forbidden(text: &str, message: &str) -> Option<SyntaxError> {
    let (message, at) = message.split_once(" at position ")?;
    let at = at.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    let found = text.get(at..)?.chars().next()?;
    Some(syntax_error(at, format!("{message}: this is U+{:04X}", u32::from(found)), "yaml-syntax"))
}

/// The offset of a line and a column, both counting from 1, the column in characters.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split('\n').take(line.saturating_sub(1)).map(|line| line.len() + 1).sum();
    let behind = text.get(start..).unwrap_or_default();
    start + behind.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at)
}

struct Reader<'a> {
    text: &'a str,
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    /// The offsets of the aliases of each anchor.
    aliases: HashMap<usize, Vec<usize>>,
    /// Nodes so far, with aliases expanded.
    nodes: usize,
    max_nodes: usize,
    /// Offset at which the last scalar, or the start of the last list or map, ended.
    last_end: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Parsed<(Event<'a>, Span)> {
        let next = self.events.next().unwrap_or_else(|| Ok((Event::StreamEnd, Span::default())));
        next.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or_default();
            syntax_error(at, error.info(), "yaml-syntax")
        })
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Parsed<Node> {
        let range = span.byte_range().unwrap_or_default();
        let tag = span.tag_start.and_then(|tag| tag.byte_offset());
        let mut at = tag.map_or(range.start, |tag| tag.min(range.start));
        self.count(1, depth, at)?;
        let anchor = match event {
            Event::Scalar(_, _, id, _) | Event::SequenceStart(_, id, _) | Event::MappingStart(_, id, _) => id,
            _ => 0,
        };
        if anchor > 0 {
            let (_, name) = self.next()?;
            at = name.byte_range().map_or(at, |name| name.start.min(at));
        }
        let (kind, end) = match event {
            Event::Alias(id) => {
                let target = self.anchors.get(&id).cloned();
                // The anchor is not known while its own value is parsed.
                let Some(target) = target else {
                    return Err(syntax_error(at, "unknown anchor", "yaml-syntax"));
                };
                self.aliases.entry(id).or_default().push(at);
                let (nodes, height) = size_of(&target);
                self.count(nodes, depth + height, at)?;
                (target.kind, range.end)
            }
            Event::SequenceStart(style, ..) => {
                self.last_end = range.end;
                self.list(style, at, depth)?
            }
            Event::MappingStart(style, ..) => {
                self.last_end = range.end;
                self.map(style, at, depth)?
            }
            // An absent value is null, at the offset behind the indicator that precedes it.
            Event::Scalar(_, ScalarStyle::Plain, _, tag) if range.is_empty() => {
                at += usize::from(anchor == 0 && self.is_indicator(at));
                (NodeKind::Scalar(scalar("", ScalarStyle::Plain, tag.as_deref())), at.max(range.end))
            }
            Event::Scalar(text, style, _, tag) => {
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) && at == range.start {
                    at = self.block_header(at);
                }
                (NodeKind::Scalar(scalar(&text, style, tag.as_deref())), range.end)
            }
            _ => return Ok(Node::null(at)),
        };
        self.last_end = self.last_end.max(end);
        let node = Node { at, end, kind };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Counts `nodes` more nodes, the deepest of them at `depth`.
    fn count(&mut self, nodes: usize, depth: usize, at: usize) -> Parsed<()> {
        self.nodes += nodes;
        if self.nodes > self.max_nodes || depth > MAX_DEPTH {
            let message = "the document is too large or too deeply nested once its aliases are followed";
            return Err(syntax_error(at, message, "yaml-too-large"));
        }
        Ok(())
    }

    fn list(&mut self, style: StructureStyle, at: usize, depth: usize) -> Parsed<(NodeKind, usize)> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => {
                    let end = end_of(style, &span, items.last().map_or(at, |last| last.end));
                    return Ok((NodeKind::List(items), end));
                }
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, style: StructureStyle, at: usize, depth: usize) -> Parsed<(NodeKind, usize)> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let end = end_of(style, &span, entries.last().map_or(at, |(_, last)| last.end));
                return Ok((NodeKind::Map(entries), end));
            }
            let key = self.node(event, span, depth + 1)?;
            let key = match key.kind {
                NodeKind::Scalar(Scalar { text, plain }) => {
                    let is_marked = self.text.get(key.at..).is_some_and(|rest| rest.starts_with(['&', '!']));
                    Key { at: key.at, text, plain, is_marked }
                }
                _ => Key::complex(key.at),
            };
            let (event, span) = self.next()?;
            entries.push((key, self.node(event, span, depth + 1)?));
        }
    }

    /// Whether one of the indicators `:`, `-` and `?`, which precede a value, is at this offset.
    fn is_indicator(&self, at: usize) -> bool {
        let rest = self.text.get(at..).and_then(|rest| rest.strip_prefix([':', '-', '?']));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    }

    /// Offset of the `|` or `>` of a block scalar whose text begins at `text`.
    fn block_header(&self, text: usize) -> usize {
        let between = self.text.get(self.last_end..text).unwrap_or_default();
        between.find(['|', '>']).map_or(text, |at| self.last_end + at)
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Scalar {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix() == "str");
    Scalar { text: text.to_owned(), plain: style == ScalarStyle::Plain && !is_text }
}

/// Offset at which a list or a map ends: behind its bracket, or with its last node.
fn end_of(style: StructureStyle, end: &Span, last: usize) -> usize {
    match style {
        StructureStyle::Flow => end.byte_range().map_or(last, |range| range.end),
        StructureStyle::Block => last,
    }
}

/// Number of nodes in a tree, its keys and its root included, and the depth of the deepest.
fn size_of(node: &Node) -> (usize, usize) {
    let add = |(nodes, height): (usize, usize), node| {
        let (more, deep) = size_of(node);
        (nodes + more, height.max(deep + 1))
    };
    match &node.kind {
        NodeKind::Scalar(_) => (1, 0),
        NodeKind::List(items) => items.iter().fold((1, 0), add),
        NodeKind::Map(entries) => entries.iter().map(|(_, value)| value).fold((1 + entries.len(), 0), add),
    }
}

fn syntax_error(at: usize, message: impl Into<String>, code: &'static str) -> SyntaxError {
    SyntaxError { at, message: message.into(), code }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as JSON, all scalars as strings.
    fn plain(node: &Node) -> serde_json::Value {
        match &node.kind {
            NodeKind::Scalar(scalar) => scalar.text.as_str().into(),
            NodeKind::List(items) => items.iter().map(plain).collect(),
            NodeKind::Map(entries) => {
                entries.iter().map(|(key, value)| (key.text.clone(), plain(value))).collect()
            }
        }
    }

    fn reference(value: &serde_yaml::Value) -> serde_json::Value {
        match value {
            serde_yaml::Value::Null => "".into(),
            serde_yaml::Value::Bool(value) => value.to_string().into(),
            serde_yaml::Value::Number(number) => number.to_string().into(),
            serde_yaml::Value::String(text) => text.as_str().into(),
            serde_yaml::Value::Sequence(items) => items.iter().map(reference).collect(),
            serde_yaml::Value::Mapping(entries) => {
                let name = |key: &serde_yaml::Value| key.as_str().unwrap_or_default().to_owned();
                entries.iter().map(|(key, value)| (name(key), reference(value))).collect()
            }
            serde_yaml::Value::Tagged(tagged) => reference(&tagged.value),
        }
    }

    #[test]
    fn the_tree_equals_that_of_the_reference_parser() {
        let texts = [
            "a: |\n  one\n   two\n\n  three\nb: 1\n",
            "a: >-\n  folded\n  line\n\n  next\nb: |+\n  kept\n\n",
            "a: |2\n    two more\n  none\n",
            "a: plain over\n  two lines # comment\nb: 'it''s'\n",
            "a: \"one \\\n  two\\t\\u00e9 \\x41\"\nb: \"folded\n  here\"\n",
            "list:\n- a\n-   b: 1\n    c: 2\n- - x\n  - y\n",
            "flow: { a: [1, two, \"three\"], b: {c: d}, }\n",
            "base: &b {x: 1}\nuse: *b\nlist: &l [1]\nagain: *l\nword: &w text\nsame: *w\n",
            "block: &b\n  x: 1\n  y: two\nuse: *b\n",
            "? key\n: value\n\"quoted key\": 1\n",
            "a: 1\r\nb: |\r\n  one\r\n  two\r\n",
            "%YAML 1.2\n---\na: b\n...\n",
            "a: !!str 5\nb: !custom x\n",
            "a:\nb: ~\nc: \"\"\n",
            "url: ws://h:1/p?a=b#c\ntime: 12:30:00\n",
            "{\"json\": {\"a\": [true, null, 1.5]}}",
        ];
        for text in texts {
            let document = serde_yaml::Deserializer::from_str(text).next().expect("a document");
            let value: serde_yaml::Value = serde::Deserialize::deserialize(document).expect("valid YAML");
            let node = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            let ours = plain(&node).to_string().replace("\"~\"", "\"\"").replace("\"null\"", "\"\"");
            assert_eq!(ours, reference(&value).to_string(), "{text}");
        }
    }

    #[test]
    fn only_the_first_document_is_read() {
        let node = parse("a: 1\n---\na: [unclosed\n");
        assert!(node.is_err() || node.is_ok_and(|node| node.get("a").is_some()));
        assert!(parse("a: 1\n---\nb: 2\n").expect("two documents").get("b").is_none());
    }

    #[test]
    fn expanded_aliases_and_nesting_are_limited() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let inner = vec![format!("*a{}", level - 1); 9].join(", ");
            text.push_str(
                &["a", &level.to_string(), ": &a", &level.to_string(), " [", &inner, "]\n"].concat(),
            );
        }
        assert!(parse(&text).is_err());
        let deep = "[".repeat(20_000);
        assert!(parse(&deep).is_err());
        let error = parse(&format!("a: {}", "[".repeat(1_000_000))).expect_err("nobody nests like that");
        assert_eq!((error.at, error.message.as_str()), (2_003, "more than 2000 brackets are open here"));
        let nested = format!("{}x{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(parse(&nested).is_err());
    }

    #[test]
    fn nodes_have_their_ranges_in_the_text() {
        let text = "input:\n  websocket:\n    url: \"ws://h\"\n    list:\n      - one\n";
        let root = parse(text).expect("valid YAML");
        let body = root.get("input").and_then(|input| input.get("websocket")).expect("it is there");
        let url = body.get("url").expect("it is there");
        assert_eq!(&text[url.at..url.end], "\"ws://h\"");
        assert_eq!(&text[body.at..body.at + 3], "url");
        let item = &body.get("list").expect("it is there").items()[0];
        assert_eq!(&text[item.at..item.end], "one");
    }
}
