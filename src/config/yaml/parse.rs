//! YAML text as a tree that knows where everything stands.

use std::collections::HashSet;

use yaml_edit::{AnchorRegistry, YamlFile, YamlNode};

/// The largest file read, in bytes: more than any config, and what is read within seconds.
pub const MAX_FILE: u64 = 64 << 20;
/// How many nodes a document may come to, aliases followed, however few stand in it.
const MAX_NODES: usize = 100_000;
/// How deep a document may be nested, aliases followed.
const MAX_DEPTH: usize = 100;
/// How many brackets may be open at once before the text is not parsed at all: the time that
/// the reference parser takes grows with the square of it.
const MAX_BRACKETS: usize = 2_000;

/// A value with its offset in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub at: usize,
    pub end: usize,
    pub kind: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Scalar(Scalar),
    Map(Vec<(Key, Node)>),
    List(Vec<Node>),
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub at: usize,
    pub text: String,
    /// As [`Scalar::plain`].
    pub plain: bool,
}

/// A scalar before anyone decided what it means.
#[derive(Clone, Debug, Default)]
pub(super) struct Scalar {
    pub text: String,
    /// Neither quoted nor a block: only then can it be a number, a bool or null.
    pub plain: bool,
}

impl Scalar {
    /// Whether it is YAML's null.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// The value behind a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(Key, Self)] {
        if let What::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        if let What::List(items) = &self.kind { items } else { &[] }
    }

    /// What it is, in words.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            What::Map(_) => "a map",
            What::List(_) => "a list",
            What::Scalar(scalar) if scalar.is_null() => "nothing",
            What::Scalar(_) => "a single value",
        }
    }
}

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
    let parsed = YamlFile::parse(text);
    if let Some(error) = parsed.positioned_errors().first() {
        let at = offset(error.range.start);
        return Err(Broken { at, message: error.message.clone(), code: "yaml-syntax" });
    }
    let Some(document) = parsed.tree().documents().next() else {
        return Ok(null(0));
    };
    let root = document
        .as_mapping()
        .map(YamlNode::Mapping)
        .or_else(|| document.as_sequence().map(YamlNode::Sequence))
        .or_else(|| document.as_tagged().map(YamlNode::TaggedNode))
        .or_else(|| document.as_scalar().map(YamlNode::Scalar));
    // A node takes two bytes at least, so without aliases a document has room for all of its own.
    let most = MAX_NODES.max(text.len() / 2);
    let mut reader = Reader { anchors: AnchorRegistry::from_document(&document), nodes: 0, most };
    root.map_or_else(|| Ok(null(0)), |root| reader.node(&root, 0))
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

struct Reader {
    anchors: AnchorRegistry,
    nodes: usize,
    most: usize,
}

impl Reader {
    fn node(&mut self, node: &YamlNode, depth: usize) -> Result<Node, Broken> {
        let range = node.byte_range();
        let (at, end) = (offset(range.start), offset(range.end));
        self.nodes += 1;
        if self.nodes > self.most || depth > MAX_DEPTH {
            let message = "the document is too large or too deeply nested once its aliases are followed";
            return Err(Broken { at, message: message.to_owned(), code: "yaml-too-large" });
        }
        let kind = match node {
            YamlNode::Scalar(scalar) => What::Scalar(read_scalar(scalar)),
            YamlNode::Mapping(mapping) => self.map(mapping, depth)?,
            YamlNode::Sequence(sequence) => {
                let items: Result<_, _> = sequence.values().map(|item| self.node(&item, depth + 1)).collect();
                What::List(items?)
            }
            YamlNode::TaggedNode(tagged) => self.tagged(tagged, depth)?,
            YamlNode::Alias(alias) => {
                let target = self.anchors.resolve(&alias.name()).and_then(|anchored| {
                    let inner = || anchored.children().find_map(YamlNode::from_syntax);
                    YamlNode::from_syntax(anchored.clone()).or_else(inner)
                });
                let Some(target) = target else {
                    let message = format!("the alias *{} has no anchor", alias.name());
                    return Err(Broken { at, message, code: "yaml-syntax" });
                };
                return Ok(Node { at, end, ..self.node(&target, depth + 1)? });
            }
        };
        Ok(Node { at, end, kind })
    }

    fn map(&mut self, mapping: &yaml_edit::Mapping, depth: usize) -> Result<What, Broken> {
        let mut seen = HashSet::new();
        let mut entries = Vec::new();
        for entry in mapping.entries() {
            let Some(key) = entry.key_node() else { continue };
            let at = offset(key.byte_range().start);
            let Scalar { text, plain } = match self.node(&key, depth + 1)?.kind {
                What::Scalar(scalar) => scalar,
                What::Map(_) | What::List(_) => {
                    let message = "a key is a single value, not a list or a map".to_owned();
                    return Err(Broken { at, message, code: "yaml-syntax" });
                }
            };
            if !seen.insert(text.clone()) {
                let message = format!("the key '{text}' stands here for the second time");
                return Err(Broken { at, message, code: "duplicate-key" });
            }
            let value = match entry.value_node() {
                Some(value) => self.node(&value, depth + 1)?,
                None => null(offset(key.byte_range().end)),
            };
            entries.push((Key { at, text, plain }, value));
        }
        Ok(What::Map(entries))
    }

    fn tagged(&mut self, tagged: &yaml_edit::TaggedNode, depth: usize) -> Result<What, Broken> {
        if let Some(mapping) = tagged.as_mapping() {
            return self.map(&mapping, depth);
        }
        if let Some(sequence) = tagged.as_sequence() {
            return Ok(self.node(&YamlNode::Sequence(sequence), depth + 1)?.kind);
        }
        let mut scalar = tagged.value().map(|scalar| read_scalar(&scalar)).unwrap_or_default();
        scalar.plain &= tagged.tag().is_none_or(|tag| tag != "!!str");
        Ok(What::Scalar(scalar))
    }
}

fn read_scalar(scalar: &yaml_edit::Scalar) -> Scalar {
    Scalar { text: scalar.as_string(), plain: !scalar.is_quoted() && !scalar.is_block() }
}

fn null(at: usize) -> Node {
    Node { at, end: at, kind: What::Scalar(Scalar { text: String::new(), plain: true }) }
}

fn offset(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
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
