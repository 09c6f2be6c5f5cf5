//! Problems as SARIF 2.1.0, which code scanning and editors read.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::config::{Origin, PROBLEM_CODES, ProblemCode};

use super::{
    check::Told,
    words::{relative, whole},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What stands in a path of a URI as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The whole log of these results.
pub(super) fn log(mut results: Vec<Value>) -> Value {
    let rules: Vec<_> = PROBLEM_CODES
        .iter()
        .filter(|rule| results.iter().any(|result| result["ruleId"] == rule.code))
        .map(described)
        .collect();
    for result in &mut results {
        let index = rules.iter().position(|rule| rule["id"] == result["ruleId"]);
        if let Some(index) = index {
            result["ruleIndex"] = index.into();
        }
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Sockeye",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn described(rule: &ProblemCode) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": {"text": rule.meaning},
        "help": {"text": format!("{}. The message of each result says where, and what to write.", rule.meaning)},
    })
}

/// One problem.
pub(super) fn result(told: &Told, sources: &[String]) -> Value {
    let problem = &told.problem;
    let mut result = json!({
        "ruleId": problem.code,
        "level": if problem.is_error() { "error" } else { "warning" },
        "message": {"text": whole(problem)},
        "properties": {"sources": sources},
    });
    if let Origin::File { path, line, column } = &problem.origin {
        let mut place = json!({"artifactLocation": {"uri": uri(path)}});
        if *line > 0 {
            place["region"] = json!({"startLine": line, "startColumn": (*column).max(1)});
        }
        result["locations"] = json!([{"physicalLocation": place}]);
    }
    result
}

/// A path below the working folder as a relative URI, any other as it is, or as a `file` URI.
fn uri(path: &Path) -> String {
    let path = relative(path);
    let encoded = utf8_percent_encode(&path, IN_PATH);
    if Path::new(&path).is_absolute() { format!("file://{encoded}") } else { encoded.to_string() }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn places_are_relative_uris() {
        let here = std::env::current_dir().expect("there is one");
        assert_eq!(uri(&here.join("a b/ü#1.yaml")), "a%20b/%C3%BC%231.yaml");
        assert_eq!(uri("./x/c:d.yaml".as_ref()), "x/c%3Ad.yaml");
        assert_eq!(uri("/nowhere/a%.yaml".as_ref()), "file:///nowhere/a%25.yaml");
    }
}
