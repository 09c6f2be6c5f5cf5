//! Configs, and the shape that is read from them.

use std::path::Path;

use super::PipelineShape;
use crate::config::{ConfigFile, Dialect, InFlightFrom};

/// The shape around the only input of a file, or the one with the label `feed`.
fn shape(text: &str) -> PipelineShape {
    shape_as(text, Dialect::Standard)
}

fn shape_as(text: &str, dialect: Dialect) -> PipelineShape {
    let environment = |name: &str| (name == "N").then(|| "7".to_owned());
    let file = ConfigFile::read_as(Path::new("feed.yaml"), text, dialect, &environment);
    let input = file.input((file.inputs.len() > 1).then_some("feed"));
    input.expect("the file has the input").values.shape.as_ref().clone()
}

/// The shape behind a plain websocket input.
fn behind(rest: &str) -> PipelineShape {
    shape(&format!("input:\n  websocket: {{url: ws://h/}}\n{rest}"))
}

fn notes(shape: &PipelineShape) -> Vec<&str> {
    shape.notes.iter().map(|note| note.component.as_str()).collect()
}

#[test]
fn without_a_pipeline_around_it_nothing_is_known() {
    for text in ["url: ws://h/", "websocket: {url: ws://h/}", "input: {websocket: {url: ws://h/}}"] {
        assert_eq!(shape(text), PipelineShape::default(), "{text}");
    }
}

#[test]
fn the_output_says_how_many_messages_are_in_flight() {
    for (rest, expected) in [
        ("output: {http_client: {url: u}}", "output http_client, max_in_flight 64 (its default)"),
        ("output:\n  http_client:\n    max_in_flight: 3", "output http_client, max_in_flight 3"),
        ("output: {type: cache, cache: {max_in_flight: 2}}", "output cache, max_in_flight 2"),
        ("output: {label: x, redpanda: {}}", "output redpanda, max_in_flight 256 (its default)"),
        (
            "output: {mqtt: {}}",
            "output mqtt, max_in_flight 64 (its default), 1 more stage that holds a message",
        ),
        (
            "output: {stdout: {}}",
            "output stdout, max_in_flight 1 (always), 1 more stage that holds a message",
        ),
        ("output: {drop: {}}", "output drop, max_in_flight 1 (always)"),
        ("output: {http_client: {max_in_flight: ${N}}}", "output http_client, max_in_flight 7"),
        (
            "output: {http_client: {max_in_flight: '${UNSET:9}'}}",
            "output http_client, max_in_flight 64 (its default: the file has no number)",
        ),
        (
            "output: {http_client: {max_in_flight: many}}",
            "output http_client, max_in_flight 64 (its default: the file has no number)",
        ),
        (
            "output: {http_client: {max_in_flight: 0}}",
            "output http_client, max_in_flight 64 (its default: the file has no number)",
        ),
        ("output: {ockam_kafka: {kafka: {max_in_flight: 5}}}", "output ockam_kafka, max_in_flight 5"),
        (
            "output: {my_plugin: {}}",
            "output my_plugin, max_in_flight 1 (not known here: one at a time, as most plug-ins), 1 more stage that holds a message",
        ),
        ("output: {inproc: x}", "output inproc"),
        ("output: {}", "no output"),
    ] {
        assert_eq!(behind(rest).to_string(), expected, "{rest}");
    }
}

#[test]
fn the_default_is_that_of_the_followed_engine() {
    let text = "input: {websocket: {url: ws://h/}}\noutput: {gcp_bigquery_write_api: {}}";
    assert_eq!(shape(text).max_in_flight, Some(4));
    assert_eq!(shape_as(text, Dialect::Bento).max_in_flight, Some(64));
}

#[test]
fn threads_count_only_with_processors() {
    for (rest, expected) in [
        ("pipeline: {threads: 2, processors: [{mapping: root = this}]}", Some(2)),
        ("pipeline: {processors: [{mapping: root = this}]}", Some(-1)),
        ("pipeline: {threads: '${N}', processors: [{noop: {}}]}", Some(-1)),
        ("pipeline: {threads: ${N}, processors: [{noop: {}}]}", Some(7)),
        ("pipeline: {threads: 2, processors: []}", None),
        ("pipeline: {threads: 2}", None),
    ] {
        assert_eq!(behind(rest).threads, expected, "{rest}");
    }
}

#[test]
fn a_component_around_the_output_holds_a_message_and_says_what_a_rejection_does() {
    for (output, stages, width, note) in [
        ("{http_client: {}, processors: [{noop: {}}]}", 1, 64, ""),
        ("{retry: {output: {http_client: {}}}}", 1, 64, "retry"),
        ("{reject_errored: {http_client: {}}}", 1, 64, "reject_errored"),
        ("{reject_errored: {stdout: {}}}", 2, 1, "reject_errored"),
        ("{drop_on: {error: true, output: {http_client: {}}}}", 0, 1, "drop_on"),
        ("{fallback: [{http_client: {max_in_flight: 5}}, {drop: {}}]}", 1, 5, "fallback"),
        ("{try: [{http_client: {}}, {drop: {}}]}", 1, 64, "try"),
        (
            "{switch: {cases: [{output: {http_client: {}}}, {output: {cache: {max_in_flight: 8}}}]}}",
            1,
            8,
            "switch",
        ),
        ("{dynamic: {outputs: {a: {http_client: {}}}}}", 1, 64, "dynamic"),
        ("{broker: {outputs: [{http_client: {}}, {cache: {max_in_flight: 2}}]}}", 2, 2, "broker (fan_out)"),
        (
            "{broker: {pattern: fan_out_fail_fast, outputs: [{http_client: {}}, {drop: {}}]}}",
            1,
            1,
            "broker (fan_out_fail_fast)|drop",
        ),
        (
            "{broker: {pattern: fan_out_sequential, outputs: [{http_client: {}}, {cache: {}}]}}",
            2,
            64,
            "broker (fan_out_sequential)",
        ),
        ("{broker: {pattern: greedy, outputs: [{http_client: {}}, {cache: {}}]}}", 0, 128, "broker (greedy)"),
        (
            "{broker: {pattern: round_robin, copies: 2, outputs: [{http_client: {}}]}}",
            1,
            128,
            "broker (round_robin)",
        ),
        ("{broker: {pattern: greedy, outputs: [{http_client: {}}]}}", 0, 64, "broker (greedy)"),
        ("{reject: no}", 0, 1, "reject"),
        ("{http_client: {batching: {count: 10}}}", 0, 64, "batching of http_client"),
        ("{http_client: {batching: {count: 1}}}", 0, 64, ""),
    ] {
        let shape = behind(&format!("output: {output}"));
        let found = (shape.other_stages, shape.max_in_flight, notes(&shape).join("|"));
        assert_eq!(found, (stages, Some(width), note.to_owned()), "{output}");
    }
}

#[test]
fn what_holds_the_input_holds_a_message_too() {
    const FEED: &str = "{label: feed, websocket: {url: ws://h/}}";
    for (input, stages, note) in [
        (FEED.to_owned(), 0, ""),
        ("{websocket: {url: ws://h/}, processors: [{noop: {}}]}".to_owned(), 1, ""),
        (format!("{{broker: {{inputs: [{FEED}]}}}}"), 0, ""),
        (format!("{{broker: {{inputs: [{FEED}, {{stdin: {{}}}}]}}}}"), 1, "broker of inputs"),
        (format!("{{broker: {{inputs: [{FEED}], batching: {{count: 5}}}}}}"), 0, "batching of the inputs"),
        (format!("{{sequence: {{inputs: [{FEED}]}}}}"), 1, ""),
        (format!("{{dynamic: {{inputs: {{a: {FEED}}}}}}}"), 1, ""),
        (format!("{{read_until: {{input: {FEED}, check: 'false'}}, processors: [{{noop: {{}}}}]}}"), 2, ""),
        (format!("{{batched: {{child: {FEED}, policy: {{count: 2}}}}}}"), 1, "batched"),
    ] {
        let shape = shape(&format!("input: {input}\noutput: {{http_client: {{}}}}"));
        assert_eq!((shape.other_stages, notes(&shape).join("|")), (stages, note.to_owned()), "{input}");
        assert_eq!(shape.max_in_flight, Some(64), "{input}");
    }
}

#[test]
fn a_buffer_acknowledges_at_once_unless_it_is_none() {
    assert_eq!(notes(&behind("buffer: {memory: {}}")), ["buffer memory"]);
    assert_eq!(behind("buffer: {none: {}}"), PipelineShape::default());
}

#[test]
fn resources_are_followed_by_their_labels() {
    let text = "input: {resource: feed}\ninput_resources:\n- label: feed\n  websocket: {url: ws://h/}\n\
        output: {resource: out}\noutput_resources:\n- label: other\n  drop: {}\n- label: out\n  cache: {max_in_flight: 4}\n";
    assert_eq!(
        shape(text).to_string(),
        "output cache, max_in_flight 4, 2 more stages that hold a message each"
    );
    let circle = "output: {resource: a}\noutput_resources: [{label: a, resource: a}]";
    assert_eq!(behind(circle).max_in_flight, None);
    let elsewhere = behind("output: {resource: gone}");
    assert_eq!((elsewhere.output.as_deref(), elsewhere.max_in_flight), (Some("resource"), None));
    assert_eq!(elsewhere.in_flight_from, InFlightFrom::Nothing);
}

#[test]
fn an_input_has_the_shape_of_its_own_stream() {
    let text = "one:\n  input: {label: a, websocket: {url: ws://h/}}\n  output: {drop: {}}\n\
        two:\n  input: {label: feed, websocket: {url: ws://h/}}\n  output: {cache: {}}\n";
    assert_eq!(shape(text).to_string(), "output cache, max_in_flight 64 (its default)");
}

#[test]
fn an_alias_stands_for_what_it_names() {
    let rest = "output:\n  fallback:\n  - &out {http_client: {max_in_flight: 6}}\n  - *out\n";
    assert_eq!(
        behind(rest).to_string(),
        "output http_client, max_in_flight 6, 1 more stage that holds a message"
    );
}
