//! What the pipeline makes of the text of a file, where that is not what YAML says: keys that are written twice,
//! directives, keys it does not know beside the inputs, and secrets that are not texts.

use std::collections::{HashMap, HashSet};

use crate::config::schema::{FieldId, Mend, Problem, Severity};

use super::{
    dynamic_value,
    node::{Key, Node, NodeKind, Scalar},
    slots::{PIPELINE, is_root_word},
    source::Source,
};

/// A directive with another version than 1.1, which the pipeline does not read.
pub(super) fn directive(source: &Source) -> Option<Problem> {
    let text = &source.interpolated.text;
    let mut at = 0;
    for line in text.split_inclusive('\n').take_while(|line| line.starts_with(['%', '#', '\r', '\n', ' '])) {
        let version =
            line.strip_prefix("%YAML").map(|rest| rest.split('#').next().unwrap_or_default().trim());
        if let Some(version) = version.filter(|version| *version != "1.1") {
            let message = format!(
                "found incompatible YAML document: this is YAML {version}, and the pipeline reads YAML 1.1 only"
            );
            let problem = Problem::error("yaml-version", "", source.origin(at), message);
            let severity = if source.dialect.is_pipeline() { Severity::Error } else { Severity::Warning };
            return Some(Problem { severity, ..problem }.advise("remove the line"));
        }
        at += line.len();
    }
    None
}

/// Keys that are written more than once. The pipeline takes the last one; in the standard they are errors within an
/// input, whose bodies these are.
pub(super) fn repeated_keys(source: &Source, root: &Node, bodies: &[&Node]) -> Vec<Problem> {
    let mut found = Vec::new();
    repeated(root, &mut HashSet::new(), &mut found);
    let problems = found.into_iter().map(|(key, first)| {
        let name = if key.is_marked { String::new() } else { format!(" '{}'", key.text) };
        let is_own = bodies.iter().any(|body| (body.at..body.end).contains(&key.at));
        let origin = source.origin(key.at);
        let problem = if is_own && !source.dialect.is_pipeline() {
            let message = format!("the key{name} is written twice; this is the second time");
            Problem::error("duplicate-key", "", origin, message)
        } else {
            let line = source.line_of(first.at);
            let message = format!(
                "the key{name} is written twice; the pipeline takes this one, not the one on line {line}"
            );
            Problem::warning("duplicate-key", "", origin, message)
        };
        problem.advise("remove one of the two")
    });
    problems.collect()
}

/// Each key that repeats an earlier one, and the one before it. An alias leads to the same keys again.
fn repeated<'a>(node: &'a Node, seen: &mut HashSet<usize>, found: &mut Vec<(&'a Key, &'a Key)>) {
    match &node.kind {
        NodeKind::Scalar(_) => {}
        NodeKind::List(items) => items.iter().for_each(|item| repeated(item, seen, found)),
        NodeKind::Map(entries) => {
            let mut keys: HashMap<&str, &Key> = HashMap::new();
            for (key, value) in entries {
                let before = keys.insert(&key.text, key).filter(|_| !key.is_complex());
                if let Some(before) = before.filter(|_| seen.insert(key.at)) {
                    found.push((key, before));
                }
                repeated(value, seen, found);
            }
        }
    }
}

/// The keys of the whole config that the pipeline does not know. A no-break space is no indentation, so that the key
/// behind it stands beside the inputs: this is an error everywhere.
pub(super) fn unknown_roots(source: &mut Source, root: &Node) -> Vec<Problem> {
    if !root.entries().iter().any(|(key, _)| PIPELINE.contains(&key.text.as_str())) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (key, value) in root.entries() {
        let begins_with_blank = key.text.starts_with(|first: char| first.is_whitespace());
        let is_unknown = source.dialect.is_pipeline() && source.lints && !is_root_word(&key.text);
        if !begins_with_blank && !is_unknown {
            continue;
        }
        source.hide(value.at..value.end);
        let message = format!("field {} not recognised: no part of a config has this name", key.text.trim());
        let problem = Problem::error("unknown-field", "", source.origin(key.at), message);
        problems.push(problem.advise(if begins_with_blank {
            "it begins with a no-break space, so it stands beside the inputs; indent it with spaces"
        } else {
            "check its name and its indentation"
        }));
    }
    problems
}

/// The secrets of the engine, which are scrubbed at its start: the fields with `Secret()` in `config_http.go` and
/// `internal/tls/docs.go` of Benthos.
const SCRUBBED: [FieldId; 6] = [
    FieldId::TlsRootCas,
    FieldId::TlsClientCertsKey,
    FieldId::TlsClientCertsPassword,
    FieldId::OauthConsumerSecret,
    FieldId::OauthAccessTokenSecret,
    FieldId::BasicAuthPassword,
];

/// A secret that YAML does not read as a text. The pipeline scrubs secrets before it starts, even of blocks that are
/// switched off, and takes only texts; its error shows the value, which is left out here.
pub(super) fn secret_not_text(
    source: &Source,
    id: FieldId,
    path: &str,
    at: usize,
    scalar: &Scalar,
) -> Option<Problem> {
    let kind = type_of(scalar).filter(|_| SCRUBBED.contains(&id))?;
    let name = if source.dialect.is_pipeline() { source.dialect.behavior().name } else { "the pipeline" };
    let message = format!(
        "expected a text, got a {kind}, as YAML reads it without quotes; {name} does not start: failed to generate sanitised config: \
         failed assignment (line 1): failed to check if condition: expected string value, got {kind} from field `this`"
    );
    let severity = if source.dialect.is_pipeline() { Severity::Error } else { Severity::Warning };
    let problem = Problem { severity, ..Problem::error("secret-not-text", path, source.origin(at), message) };
    let mend = source.as_written(at, &scalar.text).map(|length| Mend::Quote { length });
    Some(problem.advise("put it in quotes; the pipeline's error shows it in the log").mended_by(mend))
}

/// The word of the engine for the type of a scalar that is neither a text nor null.
fn type_of(scalar: &Scalar) -> Option<&'static str> {
    if !scalar.plain || scalar.is_null() {
        return None;
    }
    match dynamic_value::plain(&scalar.text) {
        Ok(serde_json::Value::Bool(_)) => Some("bool"),
        Ok(serde_json::Value::Number(_)) | Err(_) => Some("number"),
        Ok(_) => is_timestamp(&scalar.text).then_some("timestamp"),
    }
}

/// Whether `yaml.v3` reads a text as a timestamp (`parseTimestamp`): `2001-1-2`, with a time after `T` and a zone, or
/// with a time after a space and no zone.
fn is_timestamp(text: &str) -> bool {
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((text.as_bytes()[at], &text[at + 1..]))),
        None => (text, None),
    };
    let numbers: Vec<_> = day.split('-').collect();
    let [year, month, day] = numbers[..] else { return false };
    let is_day = year.len() == 4
        && [month, day].iter().all(|part| (1..=2).contains(&part.len()))
        && year.parse().is_ok_and(|year: i16| {
            let (month, day) = (month.parse().unwrap_or(0), day.parse().unwrap_or(0));
            jiff::civil::Date::new(year, month, day).is_ok()
        });
    is_day
        && time.is_none_or(|(between, time)| {
            let zone = time.find(['Z', '+', '-']);
            let clock = &time[..zone.unwrap_or(time.len())];
            let is_clock = clock.split(':').count() == 3
                && clock
                    .split(':')
                    .all(|part| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            is_clock && zone.is_some() == (between != b' ')
        })
}

/// The groups whose defaults are missing if they are written twice (`ParsedConfig.Namespace`), and the fields in the
/// order in which the engine asks for them.
const WITHOUT_DEFAULTS: [(FieldId, &[&str]); 3] = [
    (FieldId::Oauth, &["enabled", "consumer_key", "consumer_secret", "access_token", "access_token_secret"]),
    (FieldId::BasicAuth, &["enabled", "username", "password"]),
    (FieldId::Jwt, &["enabled", "claims", "headers", "signing_method", "private_key_file"]),
];

/// A group that is written twice, of which the last one leaves out a field.
pub(super) fn incomplete_group(source: &Source, body: &Node, key: &Key, value: &Node) -> Option<Problem> {
    let (id, leaves) = WITHOUT_DEFAULTS.iter().find(|(id, _)| id.path() == key.text)?;
    let times = body.entries().iter().filter(|(other, _)| other.text == key.text).count();
    let missing = leaves.iter().find(|leaf| value.get(leaf).is_none())?;
    if times < 2 || !source.dialect.is_pipeline() {
        return None;
    }
    let name = source.dialect.behavior().name;
    let group = id.path();
    let message = format!(
        "it is written twice, so its defaults do not apply, and {name} does not start: \
         field '{group}.{missing}' was not found in the config"
    );
    let problem = Problem::error("duplicate-group", group, source.origin(key.at), message);
    Some(problem.advise("remove one of the two"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_are_those_of_the_pipelines_yaml() {
        let table = [
            (
                "number",
                "0x1F 0o17 08 1e3 0.1_2 1_ 5. .5 -5 +5 .NaN -.inf 18446744073709551615 184467440737095516150",
            ),
            ("bool", "true TRUE False"),
            ("timestamp", "2001-01-01 2001-1-2 2001-01-01T10:11:12Z 2001-01-01T10:11:12+02:00"),
            ("", "yes y 0b2 1.5e 1e400 tRUE _1 ~ null 2001-13-01 2001-01-01T10:11:12 a"),
        ];
        for (kind, texts) in table {
            for text in texts.split(' ') {
                let scalar = Scalar { text: text.to_owned(), plain: true };
                assert_eq!(type_of(&scalar).unwrap_or_default(), kind, "{text}");
                assert_eq!(type_of(&Scalar { plain: false, ..scalar }), None, "{text} in quotes");
            }
        }
        assert!(is_timestamp("2001-1-1 1:2:3") && !is_timestamp("2001-1-1 1:2:3Z"));
    }
}
