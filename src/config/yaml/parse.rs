//! YAML text as a tree that knows where everything stands.
//!
//! Two parsers read it. `yaml_serde` judges, since its libyaml is the pipeline's grammar and has its words; it
//! tells no places. `granit-parser` tells them, and alone it would take `\ta: b` and `-\ta`, which the pipeline
//! refuses. No other one does both: `saphyr` refuses `a: [\n]`, and `libyaml-safer` panics at `"\`, at `[!,` and
//! at a block of text that ends the file without a line break.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag};

use super::node::{Key, Node, Scalar, What};

/// The largest file read, in bytes: more than any config, and what is read within seconds.
pub const MAX_FILE: u64 = 64 << 20;
/// How many nodes a document may come to, aliases followed, however few stand in it.
const MAX_NODES: usize = 100_000;
/// How deep a document may be nested, aliases followed.
const MAX_DEPTH: usize = 100;
/// How many brackets may be open at once before the text is not parsed at all: the time that
/// the reference parser takes grows with the square of it.
const MAX_BRACKETS: usize = 2_000;

/// Why a text is not a YAML document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub at: usize,
    pub message: String,
    /// Whether the structure was read and one thing in it is wrong: a key given twice.
    pub code: &'static str,
}

/// Reads the first document of a text. An empty one is null.
///
/// # Errors
///
/// The first thing that is not YAML; a key given twice; a document out of all proportion.
pub(super) fn parse(text: &str) -> Result<Node, Broken> {
    well_formed(text)?;
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
    };
    let events = Parser::new_from_str_with_options(text, options);
    // A node takes two bytes at least, so without aliases a document has room for all of its own.
    let most = MAX_NODES.max(text.len() / 2);
    let mut reader = Reader { text, events, anchors: HashMap::new(), nodes: 0, most, read: 0 };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(Node::null(0)),
            (event, span) => return reader.node(event, span, 0),
        }
    }
}

/// Lets the reference parser judge the syntax of the first document. It also bounds the
/// nesting, which the lossless parser does not.
fn well_formed(text: &str) -> Result<(), Broken> {
    use serde::Deserialize as _;
    if let Some(at) = bottomless(text) {
        let message = format!("more than {MAX_BRACKETS} brackets are open here");
        return Err(Broken { at, message, code: "yaml-too-large" });
    }
    let Some(document) = serde_yaml::Deserializer::from_str(text).next() else {
        return Ok(());
    };
    match serde::de::IgnoredAny::deserialize(document) {
        Ok(_) => Ok(()),
        Err(error) => Err(place(text, &error)),
    }
}

/// Where the brackets of a text go deeper than any config does. Those in quotes count as well,
/// since that is not known yet.
fn bottomless(text: &str) -> Option<usize> {
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

/// The parser's own words. What never ends is placed where it begins, not at the end of the file.
fn place(text: &str, error: &serde_yaml::Error) -> Broken {
    let at = error.location().map_or(0, |location| location.index());
    let told = error.to_string();
    let (message, rest) = told.split_once(" at line ").unwrap_or((&told, ""));
    let begins = rest.split_once(", ").and_then(|(_, context)| {
        let (context, place) = context.split_once(" at line ")?;
        let (line, column) = place.split_once(" column ")?;
        Some((context, line.parse::<usize>().ok()?, column.parse::<usize>().ok()?))
    });
    let at_end = text.get(at..).is_none_or(|rest| rest.trim().is_empty());
    match begins.filter(|_| at_end) {
        Some((context, line, column)) => Broken {
            at: offset_of(text, line, column),
            message: format!("{message} {context} that begins here"),
            code: "yaml-syntax",
        },
        None => Broken { at, message: message.to_owned(), code: "yaml-syntax" },
    }
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
    nodes: usize,
    most: usize,
    /// Where the last scalar ended, or what began a list or a map.
    read: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Broken> {
        match self.events.next() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or_default();
                Err(Broken { at, message: error.info(), code: "yaml-syntax" })
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Broken> {
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
                // It stands within itself.
                let Some(target) = target else { return Err(broken(at, "unknown anchor", "yaml-syntax")) };
                let (nodes, height) = size_of(&target);
                self.count(nodes, depth + height, at)?;
                (target.kind, range.end)
            }
            Event::SequenceStart(style, ..) => {
                self.read = range.end;
                self.list(style, at, depth)?
            }
            Event::MappingStart(style, ..) => {
                self.read = range.end;
                self.map(style, at, depth)?
            }
            // What is not there is placed on the sign before it, and read as `~`.
            Event::Scalar(_, ScalarStyle::Plain, _, tag) if range.is_empty() => {
                at += usize::from(anchor == 0 && self.is_sign(at));
                (What::Scalar(scalar("", ScalarStyle::Plain, tag.as_deref())), at.max(range.end))
            }
            Event::Scalar(text, style, _, tag) => {
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) && at == range.start {
                    at = self.header(at);
                }
                (What::Scalar(scalar(&text, style, tag.as_deref())), range.end)
            }
            _ => return Ok(Node::null(at)),
        };
        self.read = self.read.max(end);
        let node = Node { at, end, kind };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Takes note of so many nodes more, the deepest of them so deep.
    fn count(&mut self, nodes: usize, depth: usize, at: usize) -> Result<(), Broken> {
        self.nodes += nodes;
        if self.nodes > self.most || depth > MAX_DEPTH {
            let message = "the document is too large or too deeply nested once its aliases are followed";
            return Err(broken(at, message, "yaml-too-large"));
        }
        Ok(())
    }

    fn list(&mut self, style: StructureStyle, at: usize, depth: usize) -> Result<(What, usize), Broken> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => {
                    let end = end_of(style, &span, items.last().map_or(at, |last| last.end));
                    return Ok((What::List(items), end));
                }
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, style: StructureStyle, at: usize, depth: usize) -> Result<(What, usize), Broken> {
        let mut seen = HashSet::new();
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let end = end_of(style, &span, entries.last().map_or(at, |(_, last)| last.end));
                return Ok((What::Map(entries), end));
            }
            let key = self.node(event, span, depth + 1)?;
            let What::Scalar(Scalar { text, plain }) = key.kind else {
                return Err(broken(key.at, "a key is a single value, not a list or a map", "yaml-syntax"));
            };
            let is_marked = self.text.get(key.at..).is_some_and(|rest| rest.starts_with(['&', '!']));
            if !seen.insert(text.clone()) {
                let name = if is_marked { String::new() } else { format!(" '{text}'") };
                let message = format!("the key{name} stands here for the second time");
                return Err(Broken { at: key.at, message, code: "duplicate-key" });
            }
            let (event, span) = self.next()?;
            entries.push((Key { at: key.at, text, plain, is_marked }, self.node(event, span, depth + 1)?));
        }
    }

    /// Whether a sign stands there behind which a value belongs.
    fn is_sign(&self, at: usize) -> bool {
        let rest = self.text.get(at..).and_then(|rest| rest.strip_prefix([':', '-', '?']));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    }

    /// Where the sign of a block scalar stands whose text begins here.
    fn header(&self, text: usize) -> usize {
        let between = self.text.get(self.read..text).unwrap_or_default();
        between.find(['|', '>']).map_or(text, |at| self.read + at)
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Scalar {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix() == "str");
    Scalar { text: text.to_owned(), plain: style == ScalarStyle::Plain && !is_text }
}

/// Where a list or a map ends: at its bracket, or with the last of its nodes.
fn end_of(style: StructureStyle, end: &Span, last: usize) -> usize {
    match style {
        StructureStyle::Flow => end.byte_range().map_or(last, |range| range.end),
        StructureStyle::Block => last,
    }
}

/// How many nodes stand in one, keys and itself among them, and how deep the deepest is.
fn size_of(node: &Node) -> (usize, usize) {
    let add = |(nodes, height): (usize, usize), node| {
        let (more, deep) = size_of(node);
        (nodes + more, height.max(deep + 1))
    };
    match &node.kind {
        What::Scalar(_) => (1, 0),
        What::List(items) => items.iter().fold((1, 0), add),
        What::Map(entries) => entries.iter().map(|(_, value)| value).fold((1 + entries.len(), 0), add),
    }
}

fn broken(at: usize, message: &str, code: &'static str) -> Broken {
    Broken { at, message: message.to_owned(), code }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as the reference parser would give it, all scalars as text.
    fn plain(node: &Node) -> serde_json::Value {
        match &node.kind {
            What::Scalar(scalar) => scalar.text.as_str().into(),
            What::List(items) => items.iter().map(plain).collect(),
            What::Map(entries) => {
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
    fn it_reads_what_the_reference_parser_reads() {
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
            let node = parse(text).unwrap_or_else(|broken| panic!("{text}: {broken:?}"));
            let ours = plain(&node).to_string().replace("\"~\"", "\"\"").replace("\"null\"", "\"\"");
            assert_eq!(ours, reference(&value).to_string(), "{text}");
        }
    }

    #[test]
    fn only_the_first_document_counts() {
        let node = parse("a: 1\n---\na: [unclosed\n");
        assert!(node.is_err() || node.is_ok_and(|node| node.get("a").is_some()));
        assert!(parse("a: 1\n---\nb: 2\n").expect("two documents").get("b").is_none());
    }

    #[test]
    fn a_bomb_of_aliases_is_defused() {
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
        let broken = parse(&format!("a: {}", "[".repeat(1_000_000))).expect_err("nobody nests like that");
        assert_eq!((broken.at, broken.message.as_str()), (2_003, "more than 2000 brackets are open here"));
        let nested = format!("{}x{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(parse(&nested).is_err());
    }

    #[test]
    fn everything_knows_where_it_stands() {
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
