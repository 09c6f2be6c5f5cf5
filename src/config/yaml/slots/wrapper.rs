//! The inputs that hold other inputs, and their fields.

use crate::config::{
    schema::Kind,
    yaml::{
        node::{Node, NodeKind},
        scalar::decode,
    },
};

use super::labels;

/// What a field of a wrapper takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    /// A text that Go's `time.ParseDuration` reads; the words before its error.
    Duration(&'static str),
    Int,
    Bool,
    Choice(&'static [&'static str]),
    Input,
    Inputs,
    InputsByName,
    Processors,
    Object(Fields),
}

type Fields = &'static [(&'static str, Shape)];

/// An input that holds inputs.
#[derive(Debug)]
pub(super) struct Wrapper {
    pub name: &'static str,
    pub shape: Shape,
    /// Whether the fields are all it has.
    pub is_complete: bool,
    /// How the engine names an item of its list or map at the start; `{}` is the index or the name.
    pub item: &'static str,
}

const BATCHING: Fields = &[
    ("count", Shape::Int),
    ("byte_size", Shape::Int),
    ("period", Shape::Duration("failed to parse duration string")),
    ("check", Shape::Text),
    ("processors", Shape::Processors),
];
const JOIN: Fields = &[
    ("type", Shape::Choice(&["none", "full-outer", "outer", "full-outter", "outter"])),
    ("id_path", Shape::Text),
    ("iterations", Shape::Int),
    ("merge_strategy", Shape::Choice(&["array", "replace", "keep"])),
];

static WRAPPERS: [Wrapper; 7] = [
    wrapper(
        "broker",
        &[("copies", Shape::Int), ("inputs", Shape::Inputs), ("batching", Shape::Object(BATCHING))],
        "value {}: ",
    ),
    wrapper(
        "sequence",
        &[("sharded_join", Shape::Object(JOIN)), ("inputs", Shape::Inputs)],
        "failed to initialize input index {}: ",
    ),
    wrapper(
        "read_until",
        &[
            ("input", Shape::Input),
            ("check", Shape::Text),
            ("idle_timeout", Shape::Duration("failed to parse idle_timeout string")),
            ("restart_input", Shape::Bool),
        ],
        "",
    ),
    wrapper("batched", &[("child", Shape::Input), ("policy", Shape::Object(BATCHING))], ""),
    wrapper("dynamic", &[("inputs", Shape::InputsByName), ("prefix", Shape::Text)], "value {}: "),
    Wrapper { name: "resource", shape: Shape::Text, is_complete: true, item: "" },
    Wrapper {
        name: "azure_blob_storage",
        shape: Shape::Object(&[("targets_input", Shape::Input)]),
        is_complete: false,
        item: "",
    },
];

const fn wrapper(name: &'static str, fields: Fields, item: &'static str) -> Wrapper {
    Wrapper { name, shape: Shape::Object(fields), is_complete: true, item }
}

impl Wrapper {
    pub fn named(name: &str) -> Option<&'static Self> {
        WRAPPERS.iter().find(|wrapper| wrapper.name == name)
    }

    /// Whether a body is of the kind that it takes.
    pub fn takes(&self, body: &Node) -> bool {
        match self.shape {
            Shape::Object(_) => matches!(body.kind, NodeKind::Map(_)),
            _ => matches!(body.kind, NodeKind::Scalar(_)),
        }
    }

    /// Why the engine does not start with it, although its linter accepts it.
    pub fn refusal(&self, body: &Node) -> Option<&'static str> {
        let has_text = |node: &Node, key: &str| match node.get(key).map(|value| &value.kind) {
            Some(NodeKind::Scalar(scalar)) => !scalar.text.is_empty() && !scalar.is_null(),
            _ => false,
        };
        let is_positive = |node: &Node, key: &str| match node.get(key).map(|value| &value.kind) {
            Some(NodeKind::Scalar(scalar)) => decode(scalar, Kind::Int)
                .is_ok_and(|decoded| decoded.text.parse::<i64>().is_ok_and(|number| number > 0)),
            _ => false,
        };
        let is_empty = || match body.get("inputs").map(|inputs| &inputs.kind) {
            None => true,
            Some(NodeKind::List(items)) => items.is_empty(),
            Some(_) => false,
        };
        match self.name {
            "broker" if is_empty() => Some("attempting to create broker input type with no inputs"),
            "sequence" if is_empty() => Some("requires at least one child input"),
            "read_until" if body.get("input").is_none() => {
                Some("field 'input' is required and was not present in the config")
            }
            "read_until" if !has_text(body, "check") && !has_text(body, "idle_timeout") => {
                Some("it is required to set either check or idle_timeout")
            }
            "batched" if body.get("child").is_none() => {
                Some("field 'child' is required and was not present in the config")
            }
            "batched" => {
                let is_active = body.get("policy").is_some_and(|policy| {
                    is_positive(policy, "count")
                        || is_positive(policy, "byte_size")
                        || has_text(policy, "period")
                        || has_text(policy, "check")
                });
                (!is_active).then_some("batch policy must have at least one active trigger")
            }
            "resource" if labels::text_of(body).is_none() => Some("input resource '' was not found"),
            _ => None,
        }
    }
}

/// Checks a text as Go's `time.ParseDuration` does.
///
/// # Errors
///
/// Go's words; the text itself is not repeated.
pub(super) fn check_duration(text: &str) -> Result<(), &'static str> {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(());
    }
    if rest.is_empty() {
        return Err("time: invalid duration");
    }
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind =
            number.strip_prefix('.').unwrap_or(number).trim_start_matches(|c: char| c.is_ascii_digit());
        if !rest[..rest.len() - behind.len()].contains(|c: char| c.is_ascii_digit()) {
            return Err("time: invalid duration");
        }
        let end = behind.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(behind.len());
        match &behind[..end] {
            "" => return Err("time: missing unit in duration"),
            "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h" => rest = &behind[end..],
            _ => return Err("time: unknown unit"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_duration;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        assert!(
            ["1s", "-1.5h", "1h30m", "0", ".5ms", "1.µs"].iter().all(|text| check_duration(text).is_ok())
        );
        for (text, words) in [
            ("abc", "time: invalid duration"),
            ("", "time: invalid duration"),
            (".s", "time: invalid duration"),
            ("5", "time: missing unit in duration"),
            ("5 s", "time: unknown unit"),
            ("1d", "time: unknown unit"),
        ] {
            assert_eq!(check_duration(text), Err(words), "{text}");
        }
    }
}
