//! The sections of the long help below the arguments.

use std::sync::LazyLock;

use super::Exit;

/// Titles and texts of sections that the manual page has as well.
pub(super) const SECTIONS: [(&str, &str); 3] = [
    (
        "Values",
        "Each field can be set in the file, by a variable (SOCKEYE_TLS_ROOT_CAS_FILE) and by a flag;\n\
         a flag overrides a variable, and a variable overrides the file.",
    ),
    (
        "Findings",
        "Failures and losses are explained by findings, each with a code such as cert-expired. The page\n\
         assets/findings.md tells of each code what shows it and what mends it.",
    ),
    (
        "Log",
        "The screen writes a log at level info to ~/.local/state/sockeye/log. SOCKEYE_LOG=debug logs more,\n\
         off logs nothing; other commands write a log only if the variable is set.",
    ),
];

pub(super) fn after() -> &'static str {
    static AFTER: LazyLock<String> = LazyLock::new(sections);
    &AFTER
}

fn sections() -> String {
    let codes: Vec<_> = Exit::ALL.iter().map(|(_, code, meaning)| format!("{code:>3}  {meaning}")).collect();
    let codes = codes.join("\n");
    let sections = SECTIONS.into_iter().chain([("Exit codes", codes.as_str())]);
    let sections = sections.map(|(title, text)| format!("{title}:\n  {}", text.replace('\n', "\n  ")));
    sections.collect::<Vec<_>>().join("\n\n")
}

/// The language of `--expect`, for the help of `check`.
pub(super) fn after_check() -> String {
    let language = "--expect 'MEASURE OPERATOR NUMBER [within TIME] [matching FILTER]'\n\
        MEASURE is count (messages since the start) or rate (messages a second since the connection is open),\n\
        OPERATOR is one of >= <= == > <, TIME is 500ms, 30s, 5m or 1h; FILTER goes to the end.";
    format!("Expectations:\n  {}\n\n{}", language.replace('\n', "\n  "), after())
}
