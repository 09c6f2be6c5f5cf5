//! The pipeline's own YAML, whose secrets are expressions that the environment fills.

use crate::config::{
    ClientP12, Field, FieldId, FieldValue, OPTIONS, Origin, Secret, Secrets, Values, YamlWriter, escape,
};

use super::{
    Named,
    text::{Piece, Text},
};

/// The values as YAML for a pipeline, behind a comment on the variables that it needs. What stands in the environment
/// already, or was written as an expression, stays one.
#[must_use]
pub fn runnable_yaml(values: &Values) -> String {
    let mut secrets = Named::default();
    let mut written = values.clone();
    let stays = |given: &FieldValue| {
        given.expression.is_some() || matches!(given.origin, Origin::Environment(_)) || given.text.is_empty()
    };
    let is_ours = |path: &str| Field::at(path).is_some_and(Field::is_ours);
    for (path, given) in values.iter().filter(|(path, given)| !stays(given) && !is_ours(path)) {
        let text = match path {
            "url" => secrets.address(&given.text, "URL"),
            "proxy_url" => secrets.address(&given.text, "PROXY"),
            path if path.starts_with("open_message") && path != "open_message_type" => {
                secrets.whole(&free_name(&secrets, path, "OPEN_MESSAGE"))
            }
            path if values.hides(path) => {
                let leaf = path.rsplit('.').next().unwrap_or(path);
                secrets.whole(&free_name(&secrets, path, leaf))
            }
            _ => continue,
        };
        if let Some(expression) = expression(&text) {
            let value = FieldValue { expression: Some(expression), origin: Origin::Form, ..given.clone() };
            written.put(path.to_owned(), value);
        }
    }
    let writer = YamlWriter { values: &written, with_defaults: false, secrets: Secrets::Typed };
    let mut yaml: String = writer.lines().into_iter().map(|line| in_quotes(line.text) + "\n").collect();
    yaml.insert_str(0, &left_out(values));
    match secrets.variables.as_slice() {
        [] => yaml,
        names => format!("# needs in the environment: {}\n{yaml}", names.join(" ")),
    }
}

/// A comment on the options that no pipeline has.
fn left_out(values: &Values) -> String {
    let set: Vec<_> = OPTIONS
        .iter()
        .filter(|option| values.highest(option.id).is_some())
        .map(|option| format!("--{}", option.flag()))
        .collect();
    if set.is_empty() {
        return String::new();
    }
    let file = values.of(FieldId::ClientP12).map(|file| file.text.clone());
    let p12 = file.map(|file| ClientP12 { file: file.into(), password: Secret::default() });
    let mends = p12.map(|p12| format!("# for the client certificate {}\n", p12.as_pem())).unwrap_or_default();
    format!("# without {}: the pipeline has no such option\n{mends}", set.join(", "))
}

/// Puts quotes round a value that is a variable alone: the engine fills it in before it reads the YAML, and JSON in it
/// would be a map.
fn in_quotes(line: String) -> String {
    let value = line.find("${").filter(|at| line[..*at].ends_with([' ']) && line.ends_with('}'));
    let is_alone =
        |at: &usize| line[at + 2..line.len() - 1].chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match value.filter(is_alone) {
        Some(at) => format!("{}'{}'", &line[..at], &line[at..]),
        None => line,
    }
}

/// The short name of a value, unless another one has it.
fn free_name(secrets: &Named, path: &str, short: &str) -> String {
    let is_taken = |name: &str| secrets.variables.contains(&Named::letters(name));
    if is_taken(short) { path.to_owned() } else { short.to_owned() }
}

/// `None` if there is no variable in it.
fn expression(text: &Text) -> Option<String> {
    let piece = |piece: &Piece| match piece {
        Piece::Plain(text) => escape(text),
        Piece::Variable(name) => format!("${{{name}}}"),
    };
    let is_variable = |piece: &Piece| matches!(piece, Piece::Variable(_));
    text.0.iter().any(is_variable).then(|| text.0.iter().map(piece).collect())
}
