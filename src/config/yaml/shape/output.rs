//! The output of a pipeline: which one decides how many messages are in flight, and what stands before it.

use crate::config::{
    schema::{Dialect, InFlightFrom},
    yaml::node::Node,
};

use super::{
    MAX_DEPTH, Way,
    outputs::{Takes, Width, width_of},
    read::{component, copies, int, is_on, makes_batches, processor_stage, resource, text},
};

/// Reads the outputs of a pipeline.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub pipeline: &'a Node,
    pub dialect: Dialect,
}

/// An output as the stages before it meet it.
#[derive(Clone)]
pub(super) struct Output {
    pub name: String,
    /// `None` if nothing is known of it.
    pub width: Option<usize>,
    pub from: InFlightFrom,
    /// From the outside in.
    pub way: Way,
}

impl Reader<'_> {
    pub fn slot(self, slot: &Node, depth: usize) -> Output {
        let Some((name, body)) = component(slot).filter(|_| depth < MAX_DEPTH) else {
            return Output::unknown("");
        };
        let mut output = self.component(name, body, depth);
        output.way.stages += processor_stage(slot);
        output
    }

    fn component(self, name: &str, body: &Node, depth: usize) -> Output {
        let child = |field: &str| body.get(field).map(|slot| self.slot(slot, depth + 1));
        let all =
            |list: &Node| list.items().iter().map(|slot| self.slot(slot, depth + 1)).collect::<Vec<_>>();
        let held = match name {
            "broker" => return self.broker(body, depth),
            "resource" => {
                let label = text(body).and_then(|label| resource(self.pipeline, "output_resources", label));
                label.map(|slot| self.slot(slot, depth + 1).behind(1, name, None))
            }
            "retry" => child("output").map(|output| {
                output.behind(
                    1,
                    name,
                    Some("it tries a rejected message again itself, so that no rejection reaches the input"),
                )
            }),
            "reject_errored" => {
                let effect = "it rejects a message whose processing failed, and passes on the others";
                Some(self.slot(body, depth + 1).behind(1, name, Some(effect)))
            }
            "drop_on" => child("output").map(|output| output.one_at_a_time(drop_effect(body))),
            "fallback" | "try" => {
                let effect = "a message that one output rejects goes to the next; only the last one's rejection reaches the input";
                all(body).into_iter().next().map(|output| output.behind(1, name, Some(effect)))
            }
            "switch" => {
                let cases = body.get("cases").map(Node::items).unwrap_or_default();
                let outputs = cases.iter().filter_map(|case| Some(self.slot(case.get("output")?, depth + 1)));
                let effect = if is_on(body, "retry_until_success") {
                    "it tries a rejected message again itself, so that no rejection of an output reaches the input"
                } else {
                    "a rejection by the output of a case goes back to the input"
                };
                narrowest(outputs).map(|output| output.behind(1, name, Some(effect)))
            }
            "dynamic" => {
                let outputs = body.get("outputs").map(Node::entries).unwrap_or_default();
                let effect =
                    "it sends a message to all its outputs, and one rejection sends it back to the input";
                narrowest(outputs.iter().map(|(_, slot)| self.slot(slot, depth + 1)))
                    .map(|output| output.behind(1, name, Some(effect)))
            }
            "http_server" | "inproc" => Some(Output::unknown(name)),
            _ => Some(self.plain(name, body)),
        };
        held.unwrap_or_else(|| Output::unknown(name))
    }

    /// An output that holds no other.
    fn plain(self, name: &str, body: &Node) -> Output {
        let known = width_of(name, self.dialect);
        let (width, takes) = known.unwrap_or((Width::Field(1), Takes::Single));
        let body = if name == "ockam_kafka" { body.get("kafka").unwrap_or(body) } else { body };
        let given = body.get("max_in_flight");
        let number = given.and_then(int).and_then(|number| usize::try_from(number).ok()).filter(|n| *n > 0);
        let (width, from) = match (width, number) {
            (Width::Fixed(width), _) => (width, InFlightFrom::Type),
            (Width::Field(_), Some(number)) => (number, InFlightFrom::File),
            (Width::Field(width), None) if given.is_some() => (width, InFlightFrom::NotANumber),
            (Width::Field(width), None) if known.is_none() => (width, InFlightFrom::UnknownType),
            (Width::Field(width), None) => (width, InFlightFrom::Default),
        };
        let mut way = Way { stages: usize::from(takes == Takes::Single), notes: Vec::new() };
        match name {
            "reject" => way.note(name, "it rejects every message"),
            "drop" => way.note(name, "it accepts every message and drops it"),
            _ => {}
        }
        if makes_batches(body) {
            way.note(
                format!("batching of {name}"),
                "it gathers messages into batches: what it holds is in flight too, and a rejected batch may reject all of its messages",
            );
        }
        Output { name: name.to_owned(), width: Some(width), from, way }
    }

    fn broker(self, body: &Node, depth: usize) -> Output {
        let pattern = body.get("pattern").and_then(text).unwrap_or("fan_out");
        let copies = copies(body);
        let slots = body.get("outputs").map(Node::items).unwrap_or_default();
        let outputs = || slots.iter().map(|slot| self.slot(slot, depth + 1));
        let is_shared_out = matches!(pattern, "greedy" | "round_robin");
        let is_one = slots.len() * copies == 1;
        let chosen =
            if is_shared_out && !is_one { together(outputs(), copies) } else { narrowest(outputs()) };
        let Some(output) = chosen else { return Output::unknown("broker") };
        // Outputs claim what a greedy broker offers, so that it holds nothing itself.
        let own = usize::from(!is_one && pattern != "greedy");
        let retries = usize::from(matches!(pattern, "fan_out" | "fan_out_sequential"));
        let mut output =
            output.behind(own + retries, &format!("broker ({pattern})"), Some(broker_effect(pattern)));
        if makes_batches(body) {
            output.way.note(
                "batching of the broker",
                "it gathers messages into batches: what it holds is in flight too",
            );
        }
        output
    }
}

fn broker_effect(pattern: &str) -> &'static str {
    match pattern {
        "fan_out" | "fan_out_sequential" => {
            "each output gets every message and tries a rejected one again itself, so that no rejection reaches the input"
        }
        "greedy" | "round_robin" => "each message goes to one output, whose rejection goes back to the input",
        _ => {
            "each output gets every message, and one rejection sends it back to the input and to all outputs again"
        }
    }
}

fn drop_effect(body: &Node) -> &'static str {
    if is_on(body, "error") {
        "a message that its output rejects is dropped, which the input takes for accepted"
    } else if body.get("error_patterns").is_some_and(|list| !list.items().is_empty()) {
        "a message that its output rejects with one of these errors is dropped, which the input takes for accepted"
    } else {
        "a rejection of its output goes back to the input"
    }
}

/// The output that takes the fewest messages at once, which all the others wait for.
fn narrowest(outputs: impl Iterator<Item = Output>) -> Option<Output> {
    outputs.min_by_key(|output| output.width.unwrap_or(usize::MAX))
}

/// Outputs that share the messages out among them.
fn together(outputs: impl Iterator<Item = Output>, copies: usize) -> Option<Output> {
    let mut sum = outputs.reduce(|mut sum, one| {
        sum.width = sum.width.zip(one.width).map(|(sum, one)| sum.saturating_add(one));
        sum.way.append(one.way);
        sum
    })?;
    sum.width = sum.width.map(|width| width.saturating_mul(copies));
    sum.way.stages = sum.way.stages.saturating_mul(copies);
    Some(Output { from: InFlightFrom::Combined, ..sum })
}

impl Output {
    fn unknown(name: &str) -> Self {
        Self { name: name.to_owned(), width: None, from: InFlightFrom::Nothing, way: Way::default() }
    }

    /// This output behind a component with this many stages.
    fn behind(mut self, stages: usize, component: &str, effect: Option<&'static str>) -> Self {
        let mut way = Way { stages, notes: Vec::new() };
        if let Some(effect) = effect {
            way.note(component, effect);
        }
        way.append(self.way);
        self.way = way;
        self
    }

    /// This output behind a `drop_on`, which waits for each message before it takes the next.
    fn one_at_a_time(self, effect: &'static str) -> Self {
        let is_one = self.width == Some(1);
        let from = if is_one { self.from } else { InFlightFrom::Combined };
        let way = Way { stages: 0, notes: self.way.notes };
        Self { width: Some(1), from, way, ..self }.behind(0, "drop_on", Some(effect))
    }
}
