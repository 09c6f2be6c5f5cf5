//! Finds every websocket input of a config, which is bare fields, one input, a whole pipeline or streams.

use crate::config::schema::Field;

use super::node::{Key, Node, NodeKind};

/// One websocket input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    /// The object with its fields.
    pub body: &'a Node,
    /// The object that contains the component; `None` for a bare map of fields.
    pub slot: Option<&'a Node>,
}

/// The inputs of a config.
#[derive(Debug, Default)]
pub(super) struct Located<'a> {
    /// Path as the engine names it (`root.input.broker.inputs.0`), and the input there.
    pub inputs: Vec<(String, Slot<'a>)>,
    /// Inputs of other components: path and name of the component.
    pub others: Vec<(String, String)>,
    /// Slots with more than one component: offset and names of the components.
    pub ambiguous: Vec<(usize, Vec<String>)>,
}

/// Keys that a slot may have beside its component.
const RESERVED: [&str; 5] = ["label", "processors", "type", "plugin", "meta"];
/// Keys whose presence makes an object a pipeline config.
pub(super) const PIPELINE: [&str; 11] = [
    "input",
    "input_resources",
    "pipeline",
    "output",
    "buffer",
    "http",
    "logger",
    "metrics",
    "tracer",
    "output_resources",
    "cache_resources",
];
/// The other keys of a pipeline config; `redpanda` is one in Redpanda Connect.
const ROOT: [&str; 7] = [
    "processor_resources",
    "rate_limit_resources",
    "shutdown_delay",
    "shutdown_timeout",
    "tests",
    "redpanda",
    "error_handling",
];
/// Input components that contain other inputs.
const NESTING: [&str; 6] = ["broker", "sequence", "read_until", "batched", "dynamic", "resource"];

/// Whether a key belongs to the pipeline config around the fields.
pub(super) fn is_pipeline_word(key: &str) -> bool {
    key == "websocket"
        || key == "inputs"
        || RESERVED.contains(&key)
        || PIPELINE.contains(&key)
        || NESTING.contains(&key)
}

/// Whether a pipeline config may have this key.
pub(super) fn is_root_word(key: &str) -> bool {
    PIPELINE.contains(&key) || ROOT.contains(&key)
}

/// Finds every websocket input of a document.
pub(super) fn locate(root: &Node) -> Located<'_> {
    let mut located = Located::default();
    let has = |name: &str| root.get(name).is_some();
    let is_field = |(key, _): &(Key, Node)| Field::at(&key.text).is_some();
    if has("websocket") || (has("type") && !root.entries().iter().any(is_field)) {
        located.slot(root, "root");
    } else if PIPELINE.iter().any(|name| has(name)) {
        located.pipeline(root, "root");
    } else if NESTING.iter().any(|name| has(name)) {
        located.slot(root, "root");
    } else if is_streams(root) {
        for (key, stream) in root.entries() {
            located.pipeline(stream, &format!("root.{}", key.text));
        }
    } else {
        located.inputs.push(("root".to_owned(), Slot { body: root, slot: None }));
    }
    located
}

/// Whether it is a map of streams by name, as the streams API takes it.
fn is_streams(root: &Node) -> bool {
    !root.entries().is_empty() && root.entries().iter().all(|(_, stream)| stream.get("input").is_some())
}

impl<'a> Located<'a> {
    fn pipeline(&mut self, root: &'a Node, path: &str) {
        if let Some(input) = root.get("input") {
            self.slot(input, &format!("{path}.input"));
        }
        for (index, resource) in root.get("input_resources").map_or(&[][..], Node::items).iter().enumerate() {
            self.slot(resource, &format!("{path}.input_resources.{index}"));
        }
    }

    fn slot(&mut self, slot: &'a Node, path: &str) {
        let Some((name, body)) = self.component(slot) else { return };
        let each = |list: Option<&'a Node>| list.map_or(&[][..], Node::items).iter().enumerate();
        match name {
            "websocket" => self.inputs.push((path.to_owned(), Slot { body, slot: Some(slot) })),
            "broker" | "sequence" => {
                for (index, input) in each(body.get("inputs")) {
                    self.slot(input, &format!("{path}.{name}.inputs.{index}"));
                }
            }
            "dynamic" => {
                for (key, input) in body.get("inputs").map_or(&[][..], Node::entries) {
                    self.slot(input, &format!("{path}.dynamic.inputs.{}", key.text));
                }
            }
            "read_until" | "batched" | "azure_blob_storage" => {
                let child = match name {
                    "read_until" => "input",
                    "batched" => "child",
                    _ => "targets_input",
                };
                match body.get(child) {
                    Some(input) => self.slot(input, &format!("{path}.{name}.{child}")),
                    None => self.others.push((path.to_owned(), name.to_owned())),
                }
            }
            other => self.others.push((path.to_owned(), other.to_owned())),
        }
    }

    /// Name and body of the component in a slot. The name is the value of `type`, else the one key that is not
    /// reserved.
    fn component(&mut self, slot: &'a Node) -> Option<(&'a str, &'a Node)> {
        if let Some(Node { kind: NodeKind::Scalar(name), .. }) = slot.get("type") {
            let body = slot.get(&name.text).or_else(|| slot.get("plugin")).unwrap_or(slot);
            return Some((name.text.as_str(), body));
        }
        let candidates: Vec<_> =
            slot.entries().iter().filter(|(key, _)| !RESERVED.contains(&key.text.as_str())).collect();
        let websocket = candidates.iter().rfind(|(key, _)| key.text == "websocket");
        let known = |(key, _): &&(Key, Node)| NESTING.contains(&key.text.as_str());
        if websocket.is_some() && candidates.iter().copied().any(|one| known(&one)) {
            let names = candidates.iter().map(|(key, _)| key.text.clone()).collect();
            self.ambiguous.push((slot.at, names));
            return None;
        }
        let (key, body) = websocket.or(candidates.first())?;
        Some((key.text.as_str(), body))
    }
}

impl Slot<'_> {
    /// Entries beside the component that a slot does not allow.
    pub fn misplaced_entries(&self) -> impl Iterator<Item = &(Key, Node)> {
        let entries = self.slot.map_or(&[][..], Node::entries).iter();
        entries.filter(|(key, _)| key.text != "websocket" && !RESERVED.contains(&key.text.as_str()))
    }

    /// The key `plugin`, which the pipeline's lint reports as ineffective.
    pub fn plugin(&self) -> Option<&Key> {
        let mut keys = self.slot.map_or(&[][..], Node::entries).iter().map(|(key, _)| key);
        keys.find(|key| key.text == "plugin")
    }

    /// The label of the slot.
    pub fn label(&self) -> Option<&str> {
        match &self.slot?.get("label")?.kind {
            NodeKind::Scalar(label) => Some(&label.text),
            _ => None,
        }
    }
}
