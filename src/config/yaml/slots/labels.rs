//! Labels: which texts the engines accept, and which are given twice.

use std::collections::HashMap;

use crate::config::yaml::node::{Node, NodeKind};

use super::{
    fault::{Engine, Fault},
    keys::is_reserved,
};

const CODE: &str = "label";

/// A label in the order in which the engine's linter meets it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label<'a> {
    pub at: usize,
    pub text: &'a str,
    /// Whether it is that of an input or of its processors.
    pub is_judged: bool,
}

/// The text of a label; `None` if it is none, or empty.
pub(super) fn text_of(value: &Node) -> Option<&str> {
    match &value.kind {
        NodeKind::Scalar(scalar) if !scalar.is_null() && !scalar.text.is_empty() => Some(&scalar.text),
        _ => None,
    }
}

/// What is wrong with the value of a label, by the expressions of both engines (`internal/docs/config.go`).
pub(super) fn check(value: &Node) -> Vec<Fault> {
    if !matches!(value.kind, NodeKind::Scalar(_)) {
        let fault = Fault::new(CODE, value.at, "expected string value");
        return vec![fault.advise("a label is a single word, such as 'label: feed'")];
    }
    let Some(text) = text_of(value) else { return Vec::new() };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let mut engines = Vec::new();
    if text.starts_with(['_', '-']) || !text.chars().all(|c| is_plain(c) || c == '-') {
        engines.push((Engine::Benthos, r"^[a-z0-9_\-]+$"));
    }
    if text.starts_with('_') || !text.chars().all(is_plain) {
        engines.push((Engine::Bento, "^[a-z0-9_]+$"));
    }
    let fault = |(engine, expression)| {
        let message = format!(
            "invalid label '{text}': should match the regular expression /{expression}/ and must not start with an underscore"
        );
        let advice = match engine {
            Engine::Benthos if text.starts_with('-') => "it must not start with '-' either",
            _ => "write it in small letters, digits and '_', and begin with a letter or a digit",
        };
        Fault::new(CODE, value.at, message).advise(advice).only(engine)
    };
    engines.into_iter().map(fault).collect()
}

/// Collects the labels of components whose fields are not known here, so that the labels of inputs can be compared
/// with them. A component is a map with a label and one other key.
pub(super) fn scan<'a>(node: &'a Node, labels: &mut Vec<Label<'a>>) {
    node.items().iter().for_each(|item| scan(item, labels));
    let others = node.entries().iter().filter(|(key, _)| !is_reserved(&key.text));
    let is_component = node.get("type").is_some() || others.clone().count() == 1;
    others.for_each(|(_, value)| scan(value, labels));
    for (key, value) in node.entries() {
        match text_of(value) {
            Some(text) if key.text == "label" && is_component => {
                labels.push(Label { at: value.at, text, is_judged: false });
            }
            _ if is_reserved(&key.text) => scan(value, labels),
            _ => {}
        }
    }
}

/// The labels that are given a second time, if one of the two is that of an input.
pub(super) fn collisions(labels: &[Label<'_>], line_of: &dyn Fn(usize) -> u32) -> Vec<Fault> {
    let mut first: HashMap<&str, Label<'_>> = HashMap::new();
    let mut faults = Vec::new();
    for label in labels {
        let earlier = *first.entry(label.text).or_insert(*label);
        if earlier.at != label.at && (earlier.is_judged || label.is_judged) {
            let line = line_of(earlier.at);
            let message =
                format!("label '{}' collides with a previously defined label at line {line}", label.text);
            faults.push(Fault::new(CODE, label.at, message).advise("give each component a label of its own"));
        }
    }
    faults
}
