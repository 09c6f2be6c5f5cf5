//! The lint: finds all problems of a configuration.

use crate::config::{
    schema::{
        DefaultValue, Field, FieldId, FieldValue, Kind, Origin, Problem, Relevance, Values, did_you_mean,
        hide_secrets, nearest,
    },
    yaml::dynamic_value,
};

use super::{client_certs, combinations, headers, pipeline_errors::with_pipeline_error, proxy};

/// All problems in the order of the catalogue. Pure: [`super::check_files`] checks the files that fields name.
#[must_use]
pub fn lint(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    if values.of(FieldId::Url).is_none() {
        let message = "it is required: there is no address to connect to";
        let advice = "use sockeye wss://host/path, or set url in a file with -c FILE, or try `sockeye demo`";
        problems.push(Problem::error("url-required", "url", Origin::Default, message).advise(advice));
    }
    for (path, value) in values.iter() {
        problems.extend(check_value(path, value));
    }
    problems.extend(proxy::problem(values));
    problems.extend(disabled_blocks(values));
    problems.extend(headers::problems(values));
    problems.extend(combinations::problems(values));
    problems.extend(client_certs::problems(values));
    problems.sort_by_key(|problem| Field::at(&problem.path).map_or(FieldId::Url, |field| field.id));
    let mut problems: Vec<_> =
        problems.into_iter().map(|problem| with_pipeline_error(problem, values)).collect();
    hide_secrets(&mut problems, values);
    problems
}

/// Checks one value by itself.
fn check_value(path: &str, value: &FieldValue) -> Option<Problem> {
    let error = |code, message: String| Problem::error(code, path, value.origin.clone(), message);
    let Some(field) = Field::at(path) else {
        let mut problem = error("unknown-field", "no field has this name".to_owned());
        let (within, key) =
            path.rsplit_once('.').map_or(("", path), |(_, key)| (&path[..path.len() - key.len()], key));
        problem.advice = Some(did_you_mean(nearest(within, key)));
        return Some(problem);
    };
    let is_entry =
        path.len() > field.path.len() && matches!(field.kind, Kind::TextMap | Kind::AnyMap | Kind::TextList);
    if is_entry {
        return match field.kind {
            Kind::AnyMap => {
                dynamic_value::typed(&value.text).err().map(|message| unsignable(path, value, message))
            }
            _ => None,
        };
    }
    let text = value.text.as_str();
    match field.kind {
        Kind::Bool if text != "true" && text != "false" => {
            Some(error("wrong-type", format!("expected true or false, got '{text}'")))
        }
        Kind::Int if text.parse::<i64>().is_err() => {
            Some(error("wrong-type", format!("expected a whole number, got '{text}'")))
        }
        Kind::Choice(choices) if !choices.contains(&text) => Some(choice(field, choices, value)),
        Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList | Kind::Group => {
            let message = "it cannot have a value of its own";
            let advice = match field.kind {
                Kind::TextList => format!("set an entry: {path}.0"),
                _ => format!("set a field within it: {path}.name"),
            };
            Some(error("wrong-kind", message.to_owned()).advise(advice))
        }
        _ => match field.check.map_or(Ok(()), |check| check(text)) {
            Err(message) if field.id == FieldId::Url => Some(error("url-malformed", message)),
            Err(message) if field.id == FieldId::BasicAuthUsername => {
                Some(Problem::warning("user-with-colon", path, value.origin.clone(), message))
            }
            Err(message) => Some(error("wrong-value", message)),
            Ok(()) => None,
        },
    }
}

/// A claim or a header entry of a token that is not valid in JSON.
fn unsignable(path: &str, value: &FieldValue, message: String) -> Problem {
    let advice = "write a text, a number, true or false, [a, list] or {\"a\": \"map\"}; put a text that looks like one of these in quotes";
    Problem::error("claim-unsignable", path, value.origin.clone(), message).advise(advice)
}

fn choice(field: &Field, choices: &[&str], value: &FieldValue) -> Problem {
    let message = format!("'{}' is not one of {}", value.text, choices.join(", "));
    let problem = Problem::error("wrong-choice", field.path, value.origin.clone(), message);
    match choices.iter().find(|choice| choice.eq_ignore_ascii_case(&value.text)) {
        Some(choice) => problem.advise(format!(
            "write '{choice}'; the pipeline's lint accepts this spelling, but every connection fails"
        )),
        None => problem.advise(format!("write one of {}", choices.join(", "))),
    }
}

fn is_default(field: &Field, text: &str) -> bool {
    field.default_text().is_some_and(|default| default == text)
}

/// Blocks with values while their switch is off.
fn disabled_blocks(values: &Values) -> Vec<Problem> {
    let switches =
        [FieldId::TlsEnabled, FieldId::OauthEnabled, FieldId::BasicAuthEnabled, FieldId::JwtEnabled];
    let mut problems = Vec::new();
    for switch in switches {
        if values.text_of(switch) == "true" {
            continue;
        }
        let filled = |(path, value): &(&str, &FieldValue)| {
            Field::at(path).is_some_and(|field| {
                field.relevance == Relevance::EnabledBy(switch)
                    && (field.default == DefaultValue::Empty || !is_default(field, &value.text))
            })
        };
        let idle: Vec<_> = values.iter().filter(filled).collect();
        let Some((first, value)) = idle.first() else { continue };
        let others = match idle.len() - 1 {
            0 => "this has".to_owned(),
            1 => "this and one more field have".to_owned(),
            more => format!("this and {more} more fields have"),
        };
        let message = format!("{} is off, so {others} no effect", switch.path());
        let advice = format!("set {} to true, or remove it", switch.path());
        problems.push(Problem::warning("switched-off", *first, value.origin.clone(), message).advise(advice));
    }
    problems
}
