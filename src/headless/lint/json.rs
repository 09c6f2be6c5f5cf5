//! Problems as JSON: an array of files.
//!
//! ```text
//! [{"file": "feed.yaml", "inputs": ["root.input"], "problems": [
//!   {"code": "unknown-field", "severity": "error", "line": 4, "column": 5, "field": "urll",
//!    "message": "…", "help": "…", "excerpt": "…", "mendable": true, "sources": ["Sockeye"]}]}]
//! ```
//!
//! `line` and `column` are absent for a file as a whole, `field`, `help` and `excerpt` where there is none.

use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use crate::config::Origin;

use super::check::{Checked, Told};

/// A file with its problems.
pub(super) fn file(checked: &Checked, sources: &dyn Fn(&Told) -> Vec<String>) -> Value {
    let problems: Vec<_> = checked.told.iter().map(|told| problem(told, &sources(told))).collect();
    json!({"file": checked.path.display().to_string(), "inputs": checked.inputs, "problems": problems})
}

fn problem(told: &Told, sources: &[String]) -> Value {
    let problem = &told.problem;
    let mut object = json!({
        "code": problem.code,
        "severity": if problem.is_error() { "error" } else { "warning" },
        "message": problem.message,
        "mendable": problem.mend.is_some(),
        "sources": sources,
    });
    if let Origin::File { line, column, .. } = problem.origin
        && line > 0
    {
        object["line"] = line.into();
        object["column"] = column.into();
    }
    let texts = [
        ("field", Some(&problem.path).filter(|path| !path.is_empty())),
        ("help", problem.advice.as_ref()),
        ("excerpt", problem.line.as_ref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            object[name] = text.as_str().into();
        }
    }
    object
}

/// Writes a document with indentation, and a line break behind it.
pub(super) fn write(document: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}
