//! Reads and writes the file that a profile is from.

use std::{io, path::Path};

use crate::{
    app::{Outcome, Rewriting},
    cli::{CollectedValues, SessionArgs, collect_values, read_config},
    config::{OpenedFile, Problem, Secret, SessionOptions, Values},
    files::rewrite,
};

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What writing these values back would change.
pub(super) fn preview(file: &OpenedFile, values: &Values, theirs: Vec<String>) -> Outcome {
    let path = file.path.display().to_string();
    let current = match read_config(&file.path) {
        Ok(current) => current,
        Err(problem) => return Outcome::Failed(format!("not written: {}", problem.in_one_line())),
    };
    let was_changed = current != *file.base.expose();
    let patched = file.patch(&current, values, &theirs, &environment);
    let diff =
        patched.as_ref().map(|patched| file.diff(&current, &patched.text, &environment)).unwrap_or_default();
    let rewriting = Rewriting::of(path, current, patched, diff, theirs, was_changed);
    Outcome::RewritePreview(Box::new(rewriting))
}

/// Writes the file, if it still holds what was shown.
pub(super) fn write(path: &Path, current: &Secret, new: Secret) -> Outcome {
    match rewrite(path, current.expose().as_bytes(), new.expose().as_bytes()) {
        Ok(()) => Outcome::Rewritten(new),
        Err(error) if error.kind() == io::ErrorKind::StaleNetworkFileHandle => Outcome::RewriteStale,
        Err(error) => Outcome::Failed(format!("not written: {}: {error}", path.display())),
    }
}

/// Reads an input of the file. What was first read of the file stays known.
pub(super) fn input(file: &OpenedFile, input: String, options: SessionOptions) -> Outcome {
    let args =
        SessionArgs { file: Some(file.path.clone()), input: Some(input), options, ..SessionArgs::default() };
    let CollectedValues { values, problems, opened, .. } = collect_values(&args, &environment);
    let unread = |problem: &Problem| problem.is_error() && problem.code == "yaml-syntax";
    let opened = opened.filter(|_| !problems.iter().any(unread));
    let file = opened.map(|opened| Box::new(OpenedFile { first: file.first.clone(), ..opened }));
    Outcome::InputRead { file, values: Box::new(values), problems }
}
