//! Reads single values of a slot.

use crate::config::{
    schema::Kind,
    yaml::{
        node::{Node, NodeKind},
        scalar::decode,
        slots::is_reserved,
    },
};

/// The name of the component in a slot, and its body.
pub(super) fn component(slot: &Node) -> Option<(&str, &Node)> {
    if let Some(name) = slot.get("type").and_then(text) {
        return Some((name, slot.get(name).or_else(|| slot.get("plugin")).unwrap_or(slot)));
    }
    let (key, body) = slot.entries().iter().find(|(key, _)| !is_reserved(&key.text) && key.text != "<<")?;
    Some((&key.text, body))
}

pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Scalar(scalar) if !scalar.is_null() && !scalar.text.is_empty() => Some(&scalar.text),
        _ => None,
    }
}

pub(super) fn int(node: &Node) -> Option<i64> {
    let NodeKind::Scalar(scalar) = &node.kind else { return None };
    decode(scalar, Kind::Int).ok()?.text.parse().ok()
}

pub(super) fn is_on(body: &Node, field: &str) -> bool {
    let Some(NodeKind::Scalar(scalar)) = body.get(field).map(|value| &value.kind) else { return false };
    decode(scalar, Kind::Bool).is_ok_and(|value| value.text == "true")
}

pub(super) fn has_items(list: &Node) -> bool {
    !list.items().is_empty()
}

/// The stages of the processors beside a component: one, if there are any.
pub(super) fn processor_stage(slot: &Node) -> usize {
    usize::from(slot.get("processors").is_some_and(has_items))
}

/// Whether a body makes batches (`Config.IsNoop` of the engine's batch policy).
pub(super) fn makes_batches(body: &Node) -> bool {
    let Some(policy) = body.get("batching") else { return false };
    let above = |field: &str, least| policy.get(field).and_then(int).is_some_and(|number| number > least);
    let given = |field: &str| policy.get(field).and_then(text).is_some();
    above("count", 1)
        || above("byte_size", 0)
        || given("check")
        || given("period")
        || policy.get("processors").is_some_and(has_items)
}

/// The number of copies that a broker makes.
pub(super) fn copies(body: &Node) -> usize {
    body.get("copies").and_then(int).and_then(|copies| usize::try_from(copies).ok()).unwrap_or(1)
}

/// The component with this label in a list of resources.
pub(super) fn resource<'a>(pipeline: &'a Node, list: &str, label: &str) -> Option<&'a Node> {
    let resources = pipeline.get(list)?.items();
    resources.iter().find(|resource| resource.get("label").and_then(text) == Some(label))
}
