//! Finds every websocket input of a config, which is bare fields, one input, a whole pipeline or streams, and judges
//! the slots on the way.

use crate::config::{
    schema::{Field, Mend},
    spelling::edit_distance,
    yaml::node::{Key, Node, NodeKind},
};

use super::{
    fault::{Fault, tag},
    keys::{NESTING, PIPELINE},
    labels,
    walk::{Located, Place, Slot, Walk},
};

/// Keys of a pipeline whose components may have labels.
const LABELLED: [&str; 6] = [
    "pipeline",
    "output",
    "processor_resources",
    "output_resources",
    "cache_resources",
    "rate_limit_resources",
];

/// Finds every websocket input of a document. `line_of` is the line of an offset.
pub(in crate::config::yaml) fn locate<'a>(root: &'a Node, line_of: &dyn Fn(usize) -> u32) -> Located<'a> {
    let mut walk = Walk { located: Located::default(), line_of };
    let has = |name: &str| root.get(name).is_some();
    let is_field = |(key, _): &(Key, Node)| Field::at(&key.text).is_some();
    let is_misspelt =
        |(key, value): &(Key, Node)| near_input(&key.text) && matches!(value.kind, NodeKind::Map(_));
    if has("websocket") || (has("type") && !root.entries().iter().any(is_field)) {
        walk.slot(root, "root", Place::Root);
    } else if PIPELINE.iter().any(|name| has(name)) || root.entries().iter().any(is_misspelt) {
        walk.pipeline(root, "root");
    } else if NESTING.iter().any(|name| has(name)) {
        walk.slot(root, "root", Place::Root);
    } else if is_streams(root) {
        for (key, stream) in root.entries() {
            walk.pipeline(stream, &format!("root.{}", key.text));
        }
    } else {
        walk.located.inputs.push(("root".to_owned(), Slot { body: root, slot: None }));
    }
    walk.finish_labels();
    walk.located
}

/// Whether it is a map of streams by name, as the streams API takes it.
fn is_streams(root: &Node) -> bool {
    !root.entries().is_empty() && root.entries().iter().all(|(_, stream)| stream.get("input").is_some())
}

/// Whether a key of a pipeline is `input` misspelt.
fn near_input(key: &str) -> bool {
    key != "input" && edit_distance(key, "input") <= 1
}

impl<'a> Walk<'a, '_> {
    /// Compares the labels so far, which are those of one stream.
    fn finish_labels(&mut self) {
        let labels = std::mem::take(&mut self.located.labels);
        for fault in labels::collisions(&labels, self.line_of) {
            self.fault(fault);
        }
    }

    fn pipeline(&mut self, root: &'a Node, path: &str) {
        let has_input = root.get("input").is_some();
        for (key, value) in root.entries() {
            match key.text.as_str() {
                "input" => self.slot(value, &format!("{path}.input"), Place::Root),
                "input_resources" => self.resources(value, &format!("{path}.input_resources")),
                name if LABELLED.contains(&name) => labels::scan(value, &mut self.located.labels),
                name if !has_input && near_input(name) => {
                    let message = format!("field {name} not recognised");
                    let fault = Fault::new("unknown-key", key.at, message).advise("did you mean 'input'?");
                    self.fault(fault.mended_by(key.at, Mend::Word { old: key.text.clone(), new: "input" }));
                }
                _ => {}
            }
        }
        self.missing_resources(root);
        self.finish_labels();
    }

    fn resources(&mut self, list: &'a Node, path: &str) {
        if !matches!(list.kind, NodeKind::List(_)) {
            let message = format!(
                "field 'input_resources': line {}: expected array value, got {}",
                (self.line_of)(list.at),
                tag(list)
            );
            let fault = Fault::new("wrong-kind", list.at, message);
            self.fault(fault.advise("it is a list: write '- ' before each input"));
        }
        for (index, resource) in list.items().iter().enumerate() {
            let label = resource.get("label").filter(|label| tag(label) == "!!str");
            if matches!(resource.kind, NodeKind::Map(_)) && label.and_then(labels::text_of).is_none() {
                let message = "the label field for resources must be unique and not empty";
                let fault = Fault::new("label", resource.at, message);
                self.fault(fault.advise("write 'label: NAME', the name that 'resource: NAME' refers to"));
            }
            self.slot(resource, &format!("{path}.{index}"), Place::Root);
        }
    }

    /// Warns of an input that refers to a resource which the resources of the file do not have. Without any, they
    /// are in another file.
    fn missing_resources(&mut self, root: &'a Node) {
        let Some(resources) = root.get("input_resources").filter(|list| !list.items().is_empty()) else {
            return;
        };
        let Some(name) = root.get("input").and_then(|input| input.get("resource")) else { return };
        let Some(name_text) = labels::text_of(name) else { return };
        let mut known =
            resources.items().iter().filter_map(|item| item.get("label").and_then(labels::text_of));
        if !known.any(|label| label == name_text) {
            let message = format!("input resource '{name_text}' was not found in this file");
            let advice = "without a file of resources that has it, the pipeline does not start";
            self.fault(Fault::new("missing-resource", name.at, message).advise(advice).warning());
        }
    }
}
