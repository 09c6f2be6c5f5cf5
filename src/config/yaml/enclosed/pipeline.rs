//! Finds a pipeline inside another document.

use std::ops::Range;

use crate::config::{
    schema::Field,
    yaml::{node::Node, node::NodeKind, parse::parse, slots::locate, template},
};

use super::kind::kind_of;

/// Deepest place that is searched.
const DEEPEST: usize = 12;

/// A pipeline inside another document.
#[derive(Debug)]
pub(in crate::config::yaml) struct Enclosed {
    /// The text, blank around the pipeline, so that lines and columns stay the same.
    pub text: String,
    /// What the file is, and where in it the pipeline stands.
    pub message: String,
    /// How to get it out.
    pub advice: String,
}

/// Whether a text has the first line of an input or of a pipeline, as almost every config has.
pub(in crate::config::yaml) fn begins_as_config(text: &str) -> bool {
    let words = ["input:", "websocket:", "url:", "input_resources:", "pipeline:"];
    text.lines().any(|line| words.iter().any(|word| line.starts_with(word)))
}

/// Whether a text that nobody named has the first lines of a pipeline, of its resources, or of a websocket input.
pub(in crate::config::yaml) fn is_config(text: &str) -> bool {
    let begins = |words: &[&str]| text.lines().any(|line| words.iter().any(|word| line.starts_with(word)));
    let has = |words: &[&str]| {
        text.lines().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)))
    };
    begins(&["input:", "output:", "websocket:", "input_resources:", "output_resources:", "cache_resources:"])
        || begins(&["processor_resources:", "rate_limit_resources:"])
        || begins(&["url: ws", "url: 'ws", "url: \"ws"])
        // Other programs have pipelines as well.
        || (begins(&["pipeline:"]) && has(&["processors:", "threads:"]))
}

/// The pipeline of a text that is not one itself.
pub(in crate::config::yaml) fn enclosed(text: &str) -> Option<Enclosed> {
    let documents = documents(text);
    let filled = template::filled(text, &template::pieces(text));
    documents.iter().find_map(|range| {
        let alone = blank_around(&filled, range.clone());
        let root = parse(&alone).ok()?;
        // A list is a mistake in the person's own file rather than a file of another kind.
        if is_pipeline(&root) || matches!(root.kind, NodeKind::List(_)) {
            return None;
        }
        let mut path = Vec::new();
        let found = search(&root, &alone, &mut path, DEEPEST)?;
        let what = kind_of(&root).unwrap_or_else(|| "a file around a pipeline".to_owned());
        let place = path.join(".");
        let (keys, nth) = (yq_path(&path), document_selector(&documents, range));
        let message = format!("this is {what}; the pipeline in it, at {place}, is read");
        let get = format!("yq -r '{nth}{keys}' FILE > pipeline.yaml");
        let advice = format!("the pipeline itself does not read this file; to get it out: {get}");
        Some(Enclosed { text: blank_around(text, found), message, advice })
    })
}

/// Whether a document has inputs itself, or fields of one.
pub(super) fn is_pipeline(root: &Node) -> bool {
    let located = locate(root, &|_| 0);
    let is_bare = |path: &str, has_slot: bool| {
        path == "root" && !has_slot && !root.entries().iter().any(|(key, _)| Field::at(&key.text).is_some())
    };
    let has_input = located.inputs.iter().any(|(path, slot)| !is_bare(path, slot.slot.is_some()));
    let words = ["input", "input_resources", "output", "pipeline", "buffer"];
    has_input
        || words.iter().any(|word| root.get(word).is_some())
        || (kind_of(root).is_none() && located.inputs.is_empty() && !located.faults.is_empty())
}

/// Whether a value inside a document is a pipeline with a websocket input.
fn holds_websocket(node: &Node) -> bool {
    let has_key = ["input", "input_resources", "websocket"].iter().any(|key| node.get(key).is_some());
    has_key && !locate(node, &|_| 0).inputs.is_empty()
}

/// The range of the first pipeline below a node; `path` becomes its path.
fn search(node: &Node, text: &str, path: &mut Vec<String>, depth: usize) -> Option<Range<usize>> {
    if depth == 0 {
        return None;
    }
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let is_long = scalar.text.contains("websocket") && scalar.text.contains('\n');
            let is_block = text.get(node.at..).is_some_and(|rest| rest.starts_with('|'));
            let is_found =
                is_long && is_block && parse(&scalar.text).is_ok_and(|inner| holds_websocket(&inner));
            let start = node.at + text.get(node.at..node.end)?.find('\n')?;
            is_found.then_some(start..node.end)
        }
        NodeKind::Map(_) if !path.is_empty() && holds_websocket(node) => Some(node.at..node.end),
        NodeKind::Map(entries) => entries.iter().find_map(|(key, value)| {
            path.push(key.text.clone());
            let found = search(value, text, path, depth - 1);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        NodeKind::List(items) => items.iter().enumerate().find_map(|(nth, item)| {
            path.push(nth.to_string());
            let found = search(item, text, path, depth - 1);
            if found.is_none() {
                path.pop();
            }
            found
        }),
    }
}

/// The text with blanks for all bytes outside a range, so that offsets stay the same.
fn blank_around(text: &str, range: Range<usize>) -> String {
    let blank = |part: &str| {
        let byte = |b| if b == b'\n' || b == b'\r' { char::from(b) } else { ' ' };
        part.bytes().map(byte).collect::<String>()
    };
    let parts = [&text[..range.start], &text[range.clone()], &text[range.end..]];
    [blank(parts[0]), parts[1].to_owned(), blank(parts[2])].concat()
}

/// The ranges of the documents of a text.
fn documents(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            ranges.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    ranges.push(start..at);
    ranges.retain(|range| !text[range.clone()].trim().is_empty());
    ranges
}

fn document_selector(documents: &[Range<usize>], range: &Range<usize>) -> String {
    let nth = documents.iter().position(|one| one == range).unwrap_or_default();
    if documents.len() > 1 { format!("select(di == {nth}) | ") } else { String::new() }
}

/// `.data["bento.yaml"]`
fn yq_path(path: &[String]) -> String {
    let is_number = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let steps = path.iter().enumerate().map(|(nth, key)| match key.as_str() {
        key if is_number(key) => format!("[{key}]"),
        key if is_name(key) => format!(".{key}"),
        key => format!("{}[\"{}\"]", if nth == 0 { "." } else { "" }, key.replace(['"', '\''], "")),
    });
    steps.collect()
}
