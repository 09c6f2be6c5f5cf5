//! Writes a value of any type in YAML's flow style.

use super::{
    dynamic_value,
    node::{Key, Node, NodeKind},
};

/// A value of any type in YAML's flow style, as [`dynamic_value::typed`] reads it.
pub(super) fn flow_text(node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar(scalar) if scalar.plain => scalar.text.clone(),
        NodeKind::Scalar(scalar) => dynamic_value::to_text(&scalar.text.as_str().into()),
        NodeKind::List(_) | NodeKind::Map(_) => nested_flow_text(node),
    }
}

/// The same within a list or a map, where a plain text needs quotes.
fn nested_flow_text(node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar(scalar) if scalar.plain => {
            dynamic_value::plain(&scalar.text).map_or_else(|_| scalar.text.clone(), |value| value.to_string())
        }
        NodeKind::Scalar(scalar) => serde_json::Value::from(scalar.text.as_str()).to_string(),
        NodeKind::List(items) => {
            format!("[{}]", items.iter().map(nested_flow_text).collect::<Vec<_>>().join(", "))
        }
        NodeKind::Map(entries) => {
            let pair = |(key, value): &(Key, Node)| {
                let text = serde_json::Value::from(key.text.as_str()).to_string();
                // A key that is not a text stays so; the lint reports later that JSON does not allow it.
                let is_text =
                    !key.plain || dynamic_value::plain(&key.text).is_ok_and(|value| value.is_string());
                format!("{}: {}", if is_text { &text } else { &key.text }, nested_flow_text(value))
            };
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}
