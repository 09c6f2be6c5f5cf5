//! How a value that YAML takes for something else becomes a text: by quotes.

use super::{
    flow::flow_text,
    node::{Node, NodeKind},
    source::is_secret_name,
};

/// Longest text that is shown ready to paste.
const LONGEST: usize = 200;

/// The advice for a map or a list in place of a text; `expression` is the variable that brought it.
pub(super) fn quoted(name: &str, node: &Node, expression: Option<&str>, is_shown: bool) -> String {
    let json = flow_text(node);
    let written = match expression {
        Some(expression) => expression.to_owned(),
        None if is_shown && json.len() <= LONGEST && !has_secret(node) => json.replace('\'', "''"),
        None if matches!(node.kind, NodeKind::List(_)) => "[…]".to_owned(),
        None => "{…}".to_owned(),
    };
    // An item of a list has a number for its name.
    let key =
        if name.bytes().all(|byte| byte.is_ascii_digit()) { "-".to_owned() } else { format!("{name}:") };
    format!("put it in single quotes, which make it a text: {key} '{written}'")
}

/// Whether a name in a value is that of a secret.
fn has_secret(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar(_) => false,
        NodeKind::List(items) => items.iter().any(has_secret),
        NodeKind::Map(entries) => {
            entries.iter().any(|(key, value)| key.is_marked || is_secret_name(&key.text) || has_secret(value))
        }
    }
}

/// The advice for PEM text with `\n` in place of its line feeds, which only double quotes turn into these.
pub(in crate::config) fn pem_with_escapes(
    leaf: &str,
    text: &str,
    expression: Option<&str>,
) -> Option<String> {
    if !text.contains("-----BEGIN") || !text.contains("\\n") {
        return None;
    }
    let written = expression.map_or("…", |expression| expression.trim_matches(['"', '\'']).trim());
    Some(format!(
        "its line feeds are the two signs \\n, as the pipeline writes those of a variable; only double quotes turn \
         them into line feeds again: {leaf}: \"{written}\""
    ))
}
