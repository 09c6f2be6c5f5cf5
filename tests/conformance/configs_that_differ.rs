//! The configs of which Sockeye rightly says something else than the engine.

use crate::engines::{self, Engine};

const ALL: &[Engine] = &engines::ALL;

/// The words of IDs, the engines, and why.
static DIFFER: &[(&str, &[Engine], &str)] = &[
    (
        "yaml-alias-bool-as-group",
        ALL,
        "Sockeye places an alias where it is written, the engine where its anchor is",
    ),
    (
        "slot-read-until-check comp-processors-bad",
        ALL,
        "Sockeye does not judge mappings, and says that it looked at the inputs and what holds them only",
    ),
    ("comp-processors-field", ALL, "Sockeye judges the names of processors, not their fields"),
    (
        "comp-other-input-bad",
        ALL,
        "Sockeye does not judge inputs that are no websocket, and warns that there is none",
    ),
    ("yaml-first-empty", ALL, "Sockeye places an empty document at its start, the engine at its end"),
    (
        "around-output-null around-output-unknown around-output-two \
     around-output-sibling around-output-required around-output-processors around-output-websocket \
     around-output-label around-pipeline-unknown around-pipeline-threads around-pipeline-processor \
     around-buffer-unknown around-buffer-field around-metrics-unknown around-tracer-unknown \
     around-cache-no-label around-cache-unknown around-rate-unknown around-output-resource-absent \
     around-tests around-error-handling around-logger-format around-http-field \
     around-http-bool around-logger-bool",
        ALL,
        "Sockeye looks at the websocket inputs only, and says so; the rest of the pipeline is the engine's",
    ),
];

/// Why the verdicts on this config differ beside this engine.
pub fn reason(id: &str, engine: Engine) -> Option<&'static str> {
    let row = DIFFER.iter().find(|(ids, engines, _)| {
        engines.contains(&engine) && ids.split_ascii_whitespace().any(|one| one == id)
    });
    row.map(|(_, _, reason)| *reason)
}
