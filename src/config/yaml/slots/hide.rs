//! Hides the values on a line that a problem shows, unless they are known not to be secrets.

use crate::config::{
    schema::is_word,
    yaml::{
        node::{Key, Node, NodeKind},
        source::{Source, is_secret_name},
    },
};

use super::component::name_in;

/// Keys whose values are names.
const NAMES: [&str; 3] = ["label", "type", "resource"];
/// Keys of what holds inputs whose values are shown if they are words or numbers.
const PLAIN: [&str; 8] = [
    "copies",
    "count",
    "byte_size",
    "period",
    "idle_timeout",
    "restart_input",
    "iterations",
    "merge_strategy",
];

/// Hides the values of the tree that stand on the line of an offset. `read` are the bodies of the inputs, whose
/// values are judged one by one.
pub(in crate::config::yaml) fn hide_line(source: &mut Source, root: &Node, read: &[&Node], at: usize) {
    let text = &source.interpolated.text;
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    hide(source, root, read, (start, end), None);
}

fn hide(source: &mut Source, node: &Node, read: &[&Node], line: (usize, usize), key: Option<&Key>) {
    if read.iter().any(|body| std::ptr::eq(*body, node)) {
        return;
    }
    match &node.kind {
        NodeKind::List(items) => items.iter().for_each(|item| hide(source, item, read, line, key)),
        NodeKind::Map(entries) => {
            for (key, value) in entries {
                let name = name_in(key);
                // In `password hunter2:`, where a colon is missing, the secret is part of the key.
                if key.is_marked || name != key.text && is_secret_name(name) {
                    let from = if key.is_marked { key.at } else { key.at + name.len() };
                    source.hide(from..value.end.max(from));
                }
                hide(source, value, read, line, Some(key));
            }
        }
        NodeKind::Scalar(scalar) => {
            let is_on_line = node.at < line.1 && node.end > line.0;
            let key = key.map_or("", |key| &key.text);
            let is_shown = NAMES.contains(&key) || (PLAIN.contains(&key) && is_word(&scalar.text));
            if is_on_line && !is_shown {
                source.hide(node.at..node.end);
            }
        }
    }
}
