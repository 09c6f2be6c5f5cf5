//! What the long help says below the arguments.

use super::Exit;

const VALUES: &str = "Each field can stand in the file, in a variable (SOCKEYE_TLS_ROOT_CAS_FILE) and in a flag;\n\
                      a flag outranks a variable, a variable the file.";
const LOG: &str = "The screen keeps one at info in ~/.local/state/sockeye/log; SOCKEYE_LOG=debug says more, off nothing;\n\
                   other commands keep one when it is set.";

/// The sections, each with its title.
pub(super) fn sections() -> [(&'static str, String); 3] {
    let codes: Vec<_> = Exit::ALL.iter().map(|(_, code, meaning)| format!("{code:>3}  {meaning}")).collect();
    [("Values", VALUES.to_owned()), ("Log", LOG.to_owned()), ("Exit codes", codes.join("\n"))]
}

/// The sections as the help shows them.
pub(super) fn after() -> String {
    sections().map(|(title, text)| format!("{title}:\n  {}", text.replace('\n', "\n  "))).join("\n\n")
}
