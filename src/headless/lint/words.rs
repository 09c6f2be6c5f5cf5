//! What programs are told of a problem: its text as a whole, and where its file is.

use std::path::{Component, Path, PathBuf};

use crate::config::Problem;

/// The field, the message, and the advice on a line of its own.
pub(super) fn whole(problem: &Problem) -> String {
    let mut text = match problem.path.as_str() {
        "" => problem.message.clone(),
        path => format!("{path}: {}", problem.message),
    };
    if let Some(advice) = &problem.advice {
        text.extend(["\nhelp: ", advice]);
    }
    text
}

/// A path relative to the working folder, with slashes, where it is below that; as it is elsewhere.
pub(super) fn relative(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).unwrap_or(path);
    let own = |part: &Component<'_>| !matches!(part, Component::CurDir);
    let parts: PathBuf = below.components().filter(own).collect();
    let text = parts.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
