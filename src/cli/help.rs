//! What the long help says below the arguments.

use super::Exit;

/// Sections that the manual page has as well, each with its title.
pub(super) const SECTIONS: [(&str, &str); 2] = [
    (
        "Values",
        "Each field can stand in the file, in a variable (SOCKEYE_TLS_ROOT_CAS_FILE) and in a flag;\n\
         a flag outranks a variable, a variable the file.",
    ),
    (
        "Log",
        "The screen keeps one at info in ~/.local/state/sockeye/log; SOCKEYE_LOG=debug says more, off nothing;\n\
         other commands keep one when it is set.",
    ),
];

/// The sections, and the exit codes.
pub(super) fn after() -> String {
    let codes: Vec<_> = Exit::ALL.iter().map(|(_, code, meaning)| format!("{code:>3}  {meaning}")).collect();
    let codes = codes.join("\n");
    let sections = SECTIONS.into_iter().chain([("Exit codes", codes.as_str())]);
    let sections = sections.map(|(title, text)| format!("{title}:\n  {}", text.replace('\n', "\n  ")));
    sections.collect::<Vec<_>>().join("\n\n")
}
