//! The way from a websocket input through what holds it.

use crate::config::yaml::{node::Node, slots::Slot};

use super::{
    MAX_DEPTH, Way,
    read::{component, copies, makes_batches, processor_stage, resource, text},
};

const BATCHES: &str = "it gathers messages into batches: a rejected batch comes back as a whole";

/// The way of the input with this body to the end of the input of a pipeline; `None` if it does not lead there.
pub(super) fn route(pipeline: &Node, body: &Node) -> Option<Way> {
    Route { pipeline, body }.through(pipeline.get("input")?, 0)
}

/// The way of an input that nothing holds.
pub(super) fn alone(slot: &Slot<'_>) -> Way {
    Way { stages: slot.slot.map_or(0, processor_stage), notes: Vec::new() }
}

struct Route<'a> {
    pipeline: &'a Node,
    body: &'a Node,
}

impl Route<'_> {
    fn through(&self, slot: &Node, depth: usize) -> Option<Way> {
        let (name, body) = component(slot).filter(|_| depth < MAX_DEPTH)?;
        let mut way = match name {
            "websocket" => std::ptr::eq(body, self.body).then(Way::default)?,
            "broker" => {
                let inputs = body.get("inputs")?.items();
                let mut way = self.first(inputs, depth)?;
                if inputs.len() > 1 || copies(body) > 1 {
                    way.stages += 1;
                    way.note(
                        "broker of inputs",
                        "a rejected message goes back to the input that it came from",
                    );
                }
                if makes_batches(body) {
                    way.note("batching of the inputs", BATCHES);
                }
                way
            }
            "sequence" => held(self.first(body.get("inputs")?.items(), depth)?),
            "dynamic" => {
                held(self.first(body.get("inputs")?.entries().iter().map(|(_, input)| input), depth)?)
            }
            "read_until" => held(self.through(body.get("input")?, depth + 1)?),
            "batched" => {
                let mut way = held(self.through(body.get("child")?, depth + 1)?);
                way.note("batched", BATCHES);
                way
            }
            "resource" => {
                held(self.through(resource(self.pipeline, "input_resources", text(body)?)?, depth + 1)?)
            }
            _ => return None,
        };
        way.stages += processor_stage(slot);
        Some(way)
    }

    /// The way through the one of these inputs that leads on.
    fn first<'n>(&self, inputs: impl IntoIterator<Item = &'n Node>, depth: usize) -> Option<Way> {
        inputs.into_iter().find_map(|input| self.through(input, depth + 1))
    }
}

/// One stage further.
fn held(way: Way) -> Way {
    Way { stages: way.stages + 1, ..way }
}
