//! The keys of slots and of pipelines.

/// Keys whose presence makes an object a pipeline config.
pub(in crate::config::yaml) const PIPELINE: [&str; 11] = [
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
pub(super) const NESTING: [&str; 6] = ["broker", "sequence", "read_until", "batched", "dynamic", "resource"];

/// Keys that a slot may have beside its component. `meta` is not one of Bento.
const RESERVED: [&str; 5] = ["label", "processors", "type", "plugin", "meta"];

/// Whether a key belongs to the pipeline config around the fields.
pub(in crate::config::yaml) fn is_pipeline_word(key: &str) -> bool {
    key == "websocket"
        || key == "inputs"
        || is_reserved(key)
        || PIPELINE.contains(&key)
        || NESTING.contains(&key)
}

/// Whether a pipeline config may have this key.
pub(in crate::config::yaml) fn is_root_word(key: &str) -> bool {
    PIPELINE.contains(&key) || ROOT.contains(&key)
}

/// Whether a slot may have this key beside its component.
pub(in crate::config::yaml) fn is_reserved(key: &str) -> bool {
    RESERVED.contains(&key)
}
