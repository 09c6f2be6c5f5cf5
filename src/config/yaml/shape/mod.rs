//! Reads what stands behind a websocket input in its pipeline.
//!
//! The stages are those of Benthos: a component whose loop takes one message and then offers it to the next holds one
//! (`internal/impl/pure`), and so do the processors of a slot (`WrapWithPipelines`).

mod input;
mod output;
mod outputs;
mod read;

#[cfg(test)]
mod tests;

use crate::config::schema::{Dialect, InFlightFrom, PipelineShape, ShapeNote};

use super::{node::Node, slots::Slot};
use read::{component, int};

/// Components are followed this deep at most, since resources may refer to each other in a circle.
const MAX_DEPTH: usize = 16;

/// The shape of the pipeline in which an input of a document stands.
pub(super) fn shape_of(root: &Node, slot: &Slot<'_>, dialect: Dialect) -> PipelineShape {
    let streams = root.entries().iter().map(|(_, stream)| stream);
    let pipelines = std::iter::once(root).chain(streams).filter(|pipeline| pipeline.get("input").is_some());
    let mut routes = pipelines.filter_map(|pipeline| Some((pipeline, input::route(pipeline, slot.body)?)));
    match routes.next() {
        Some((pipeline, route)) => whole(pipeline, route, dialect),
        // An input of a file of resources, or one that its pipeline does not use.
        None => whole(root, input::alone(slot), dialect),
    }
}

/// Stages and notes on a way.
#[derive(Clone, Default)]
struct Way {
    stages: usize,
    notes: Vec<ShapeNote>,
}

impl Way {
    fn note(&mut self, component: impl Into<String>, effect: &'static str) {
        self.notes.push(ShapeNote { component: component.into(), effect });
    }

    fn append(&mut self, further: Self) {
        self.stages += further.stages;
        self.notes.extend(further.notes);
    }
}

fn whole(pipeline: &Node, mut way: Way, dialect: Dialect) -> PipelineShape {
    if let Some((name, _)) = pipeline.get("buffer").and_then(component).filter(|(name, _)| *name != "none") {
        way.note(
            format!("buffer {name}"),
            "it acknowledges each message at once, so that nothing is ever redelivered",
        );
    }
    let layer = pipeline.get("pipeline");
    let processors = layer.and_then(|layer| layer.get("processors")).map_or(0, |list| list.items().len());
    let threads = (processors > 0).then(|| layer.and_then(|layer| int(layer.get("threads")?)).unwrap_or(-1));
    let Some(slot) = pipeline.get("output").filter(|slot| component(slot).is_some()) else {
        return PipelineShape {
            threads,
            processors,
            other_stages: way.stages,
            notes: way.notes,
            ..PipelineShape::default()
        };
    };
    let output = output::Reader { pipeline, dialect }.slot(slot, 0);
    way.append(output.way);
    PipelineShape {
        output: Some(output.name),
        max_in_flight: output.width,
        in_flight_from: if output.width.is_some() { output.from } else { InFlightFrom::Nothing },
        threads,
        processors,
        other_stages: way.stages,
        notes: way.notes,
    }
}
