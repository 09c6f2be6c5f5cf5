//! Sockeye's answer and an engine's as one: a problem that both name on the same line is told once.

use crate::config::{Origin, Problem};

use super::check::{Checked, Source, Told};

/// Problems of the same cause: the codes of ours, and what the engine's sentence has.
const CAUSES: [(&[&str], &[&str]); 8] = [
    (
        &["unknown-field", "field-not-known-there", "misplaced-field", "unknown-key", "merge-key"],
        &["not recognised", "is invalid when the component type"],
    ),
    (&["url-required"], &["field url is required"]),
    (&["wrong-kind", "wrong-type", "expected-object"], &["expected ", "cannot unmarshal", "invalid type"]),
    (&["wrong-choice"], &["is not a valid option"]),
    (&["label"], &["label"]),
    (&["both-openings"], &["both open_message and open_messages"]),
    (
        &["component", "incomplete-input", "no-websocket-input"],
        &["unable to infer", "component type", "explicit input type"],
    ),
    (&["empty-list", "plugin"], &["can be removed", "is ineffective"]),
];

/// The same for causes that the engine places elsewhere: at the start of the file, or of the block.
const ELSEWHERE: [(&[&str], &[&str]); 3] = [
    (&["variable-not-set"], &["required environment variables were not set"]),
    (&["variable-undecoded"], &["env var"]),
    (&["yaml-syntax", "yaml-tab", "yaml-version", "yaml-too-large"], &["yaml: "]),
];

/// Adds what the engine says of a file.
pub(super) fn merge(checked: &mut Checked, theirs: Vec<Problem>) {
    for problem in theirs {
        if !share(&mut checked.told, &problem) {
            checked
                .told
                .push(Told { problem: shown(checked.file.as_ref(), problem), source: Source::Engine });
        }
    }
    checked.sort();
}

/// Marks the problems of ours that the engine names as well, in its words.
fn share(told: &mut [Told], theirs: &Problem) -> bool {
    let elsewhere = |told: &&mut Told| is_cause(&ELSEWHERE, &told.problem, theirs);
    let mut is_shared = false;
    for told in told.iter_mut().filter(elsewhere) {
        is_shared |= told.problem.code != "variable-not-set" || is_named(&told.problem, &theirs.message);
        told.source = Source::Both;
    }
    if is_shared {
        return true;
    }
    let same = told.iter_mut().find(|told| {
        told.source == Source::Sockeye
            && line(&told.problem) == line(theirs)
            && (told.problem.message == theirs.message || is_cause(&CAUSES, &told.problem, theirs))
            && names_the_same(&told.problem, &theirs.message)
    });
    let Some(told) = same else { return false };
    told.source = Source::Both;
    if !told.problem.message.contains(&theirs.message) {
        told.problem.message.clone_from(&theirs.message);
    }
    told.problem.severity = told.problem.severity.max(theirs.severity);
    true
}

/// The problem with the line of its file, both without secrets.
fn shown(file: Option<&crate::config::ConfigFile>, problem: Problem) -> Problem {
    let mut problems = [problem];
    if let Some(file) = file {
        file.add_lines(&mut problems);
    }
    let [problem] = problems;
    problem
}

fn line(problem: &Problem) -> u32 {
    if let Origin::File { line, .. } = problem.origin { line } else { 0 }
}

fn is_cause(table: &[(&[&str], &[&str])], ours: &Problem, theirs: &Problem) -> bool {
    table.iter().any(|(codes, words)| {
        codes.contains(&ours.code) && words.iter().any(|word| theirs.message.contains(word))
    })
}

/// Whether a variable of ours is one in the list of the engine.
fn is_named(ours: &Problem, theirs: &str) -> bool {
    let names = theirs.split(|c: char| !(c.is_ascii_alphanumeric() || "_.".contains(c)));
    names.filter(|name| !name.is_empty()).any(|name| ours.message.split(' ').any(|word| word == name))
}

/// Whether the field that the engine names, if it names one, is that of ours: several may stand on one line.
fn names_the_same(ours: &Problem, theirs: &str) -> bool {
    let named = theirs.strip_prefix("field ").and_then(|rest| rest.split(' ').next());
    named.is_none_or(|name| {
        ours.path.split('.').any(|part| part == name) || ours.path == name || ours.message.contains(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: &'static str, path: &str, line: u32, message: &str) -> Problem {
        Problem::error(code, path, Origin::File { path: "a.yaml".into(), line, column: 1 }, message)
    }

    /// The lines that remain of these problems of both.
    fn merged(ours: Vec<Problem>, theirs: Vec<Problem>) -> Vec<(u32, Source, String)> {
        let told = ours.into_iter().map(|problem| Told { problem, source: Source::Sockeye }).collect();
        let mut checked = Checked { path: "a.yaml".into(), inputs: Vec::new(), told, file: None };
        merge(&mut checked, theirs);
        let told = checked.told.into_iter();
        told.map(|told| (line(&told.problem), told.source, told.problem.message)).collect()
    }

    #[test]
    fn the_same_problem_on_the_same_line_is_told_once_in_the_words_of_the_engine() {
        let ours = vec![problem("unknown-field", "foo", 4, "no field has this name")];
        let theirs = vec![problem("engine-lint", "", 4, "field foo not recognised")];
        assert_eq!(merged(ours, theirs), [(4, Source::Both, "field foo not recognised".to_owned())]);
    }

    #[test]
    fn other_fields_other_lines_and_other_causes_stay_apart() {
        for (code, path, line, message) in [
            ("unknown-field", "bar", 4, "no field has this name"),
            ("unknown-field", "foo", 5, "no field has this name"),
            ("wrong-type", "foo", 4, "expected true or false"),
        ] {
            let ours = vec![problem(code, path, line, message)];
            let theirs = vec![problem("engine-lint", "", 4, "field foo not recognised")];
            assert_eq!(merged(ours, theirs).len(), 2, "{code} {path} {line}");
        }
    }

    #[test]
    fn variables_of_several_lines_are_one_line_of_the_engine() {
        let absent = |name: &str, line| {
            problem("variable-not-set", "", line, &format!("the environment variable {name} is not set"))
        };
        let theirs = "required environment variables were not set: [A B]";
        let merged =
            merged(vec![absent("A", 3), absent("B", 7)], vec![problem("engine-lint", "", 1, theirs)]);
        let sources: Vec<_> = merged.iter().map(|(line, source, _)| (*line, *source)).collect();
        assert_eq!(sources, [(3, Source::Both), (7, Source::Both)]);
    }
}
