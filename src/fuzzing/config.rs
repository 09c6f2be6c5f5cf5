//! Config files: any text is read, what is said of it is fit for a terminal and holds no secret,
//! and what is written of its values reads back.

use std::path::Path;

use super::steers;
use crate::config::{
    ConfigFile, Field, Input, Origin, Problem, Secrets, Settings, Written, dynamic_value, interpolate, lint,
};

/// A text.
///
/// # Panics
///
/// A promise about it is broken.
pub fn config(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    expressions(&text);
    let file = read(&text);
    said(&file.problems, &text);
    for input in &file.inputs {
        said(&input.problems, &text);
        let mut problems = lint(&input.values);
        file.add_lines(&mut problems);
        said(&problems, &text);
        let settings = Settings::from_values(&input.values);
        let has_errors = problems.iter().any(Problem::is_error);
        assert_eq!(settings.is_err(), has_errors, "{problems:?}");
        assert!(file.input(Some(&input.path)).is_ok());
        let all = [&file.problems[..], &input.problems, &problems].concat();
        hidden(&text, input, &all);
        if !all.iter().any(Problem::is_error) {
            written(input);
        }
    }
    assert_eq!(file.input(None).is_ok(), file.inputs.len() == 1);
    assert!(!file.inputs.is_empty() || file.problems.iter().any(Problem::is_error));
}

fn read(text: &str) -> ConfigFile {
    ConfigFile::read(Path::new("a.yaml"), text, &environment)
}

fn environment(name: &str) -> Option<String> {
    let known = [
        ("URL", "wss://feed.example/ticks?key=k1"),
        ("EMPTY", ""),
        ("LINES", "one\ntwo: \"x\""),
        ("DEEP", "${URL}"),
        ("ODD", "a: b # c"),
    ];
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

/// Offsets lead into the text that they came from, in order.
fn expressions(text: &str) {
    let read = interpolate(text, &environment);
    let mut last = 0;
    for at in (0..=read.text.len()).step_by(7) {
        let raw = read.raw_offset(at);
        assert!((last..=text.len()).contains(&raw), "{at} leads to {raw}");
        last = raw;
    }
}

fn said(problems: &[Problem], text: &str) {
    let lines = text.matches('\n').count() + 1;
    for problem in problems {
        let told = format!("{problem}\n{problem:#}");
        assert!(!told.contains(|c| c != '\n' && steers(c)), "{told:?}");
        if let Origin::File { line, .. } = &problem.origin {
            assert!(usize::try_from(*line).is_ok_and(|line| line <= lines), "{told}");
        }
    }
}

/// A password that stands once in a text is in nothing that is said of it.
fn hidden(text: &str, input: &Input, problems: &[Problem]) {
    const PASSWORD: &str = "hunter2hunter2";
    let is_secret = |path: &str| Field::at(path).is_some_and(|field| field.secret);
    let is_there = input.values.iter().any(|(path, given)| is_secret(path) && given.text.contains(PASSWORD));
    let several = text.matches("hunter2").count() > 2 || text.contains(['&', '*', '<', '\\']);
    if !is_there || several {
        return;
    }
    for problem in problems {
        let told = format!("{problem}");
        assert!(!told.contains(PASSWORD), "{told}");
    }
    for line in (Written { values: &input.values, presets: true, secrets: Secrets::Masked }).lines() {
        assert!(!line.text.contains(PASSWORD), "{}", line.text);
    }
}

/// Values without errors come back from the file that is written of them.
fn written(input: &Input) {
    let text = Written { values: &input.values, presets: false, secrets: Secrets::Typed }.text();
    let again = read(&text);
    let pairs = |input: &Input| {
        // What takes values of any type is spelled as it is said; the value is the same.
        let meant = |path, text| match dynamic_value::type_of(path, text) {
            Some(_) => format!("{:?}", dynamic_value::typed(text)),
            None => text.to_owned(),
        };
        let pairs = input.values.iter().map(|(path, given)| (path.to_owned(), meant(path, &given.text)));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort();
        pairs
    };
    let [only] = &again.inputs[..] else { panic!("{:?}\n{text}", again.problems) };
    assert_eq!(pairs(only), pairs(input), "{text}");
}
