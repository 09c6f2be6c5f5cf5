//! Config files: any text is parsed, the problems are safe for a terminal and hold no secret, and written
//! values read back unchanged.

use std::path::Path;

use super::controls_terminal;
use crate::config::{
    ConfigFile, Dialect, Field, Input, Origin, Problem, Secrets, Settings, YamlWriter, dynamic_value,
    interpolate, lint,
};

/// Takes a text.
///
/// # Panics
///
/// A promise about it is broken.
pub fn config(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    check_offsets(&text);
    let file = read(&text);
    check_problems(&file.problems, &text);
    for input in &file.inputs {
        check_problems(&input.problems, &text);
        let mut problems = lint(&input.values);
        file.add_lines(&mut problems);
        check_problems(&problems, &text);
        let settings = Settings::from_values(&input.values);
        let has_errors = problems.iter().any(Problem::is_error);
        assert_eq!(settings.is_err(), has_errors, "{problems:?}");
        assert!(file.input(Some(&input.path)).is_ok());
        let all = [&file.problems[..], &input.problems, &problems].concat();
        check_secrets(&text, input, &all);
        if !all.iter().any(Problem::is_error) {
            check_written(input);
        }
    }
    assert_eq!(file.input(None).is_ok(), file.inputs.len() == 1);
    for dialect in Dialect::ALL {
        let problems: Vec<_> = file.slot_problems(*dialect).cloned().collect();
        check_problems(&problems, &text);
    }
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

/// Offsets point into the original text, in order.
fn check_offsets(text: &str) {
    let read = interpolate(text, crate::config::Pipes::Text, &environment);
    let mut last = 0;
    for at in (0..=read.text.len()).step_by(7) {
        let raw = read.raw_offset(at);
        assert!((last..=text.len()).contains(&raw), "{at} leads to {raw}");
        last = raw;
    }
}

fn check_problems(problems: &[Problem], text: &str) {
    let lines = text.matches('\n').count() + 1;
    for problem in problems {
        let message = format!("{problem}\n{problem:#}");
        assert!(!message.contains(|c| c != '\n' && controls_terminal(c)), "{message:?}");
        if let Origin::File { line, .. } = &problem.origin {
            assert!(usize::try_from(*line).is_ok_and(|line| line <= lines), "{message}");
        }
    }
}

/// A password that occurs once in a text is in no problem and in no masked output.
fn check_secrets(text: &str, input: &Input, problems: &[Problem]) {
    const PASSWORD: &str = "hunter2hunter2";
    let is_secret = |path: &str| Field::at(path).is_some_and(|field| field.secret);
    let is_there = input.values.iter().any(|(path, given)| is_secret(path) && given.text.contains(PASSWORD));
    let several = text.matches("hunter2").count() > 2 || text.contains(['&', '*', '<', '\\']);
    if !is_there || several {
        return;
    }
    for problem in problems {
        let message = format!("{problem}");
        assert!(!message.contains(PASSWORD), "{message}");
    }
    for line in (YamlWriter { values: &input.values, with_defaults: true, secrets: Secrets::Masked }).lines()
    {
        assert!(!line.text.contains(PASSWORD), "{}", line.text);
    }
}

/// Values without errors read back from the file that is written.
fn check_written(input: &Input) {
    let text = YamlWriter { values: &input.values, with_defaults: false, secrets: Secrets::Typed }.text();
    let again = read(&text);
    let pairs = |input: &Input| {
        // A field that takes any type may be written differently, with the same value.
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
