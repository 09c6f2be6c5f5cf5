//! Every problem of a configuration at once.

use crate::config::{
    schema::{
        DefaultValue, Field, FieldId, FieldValue, Kind, Origin, Problem, Relevance, Values, did_you_mean,
        hide_secrets, nearest,
    },
    yaml::dynamic_value,
};

use super::{client_certs, headers, pipeline_words::with_words, proxy, together};

/// Everything that is wrong or odd, in the order of the catalogue. Pure: files that fields
/// name are looked at by [`super::check_files`].
#[must_use]
pub fn lint(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    if values.of(FieldId::Url).is_none() {
        let message = "it is required: there is no address to connect to";
        let advice =
            "give one: sockeye wss://host/path, or url: in a file with -c FILE; `sockeye demo` has its own";
        problems.push(Problem::error("url-required", "url", Origin::Default, message).advise(advice));
    }
    for (path, given) in values.iter() {
        problems.extend(value(path, given));
    }
    problems.extend(proxy::problem(values));
    problems.extend(switched_off(values));
    problems.extend(headers::problems(values));
    problems.extend(together::problems(values));
    problems.extend(client_certs::problems(values));
    problems.sort_by_key(|problem| Field::at(&problem.path).map_or(FieldId::Url, |field| field.id));
    let mut problems: Vec<_> = problems.into_iter().map(|problem| with_words(problem, values)).collect();
    hide_secrets(&mut problems, values);
    problems
}

/// What can be said of one value alone.
fn value(path: &str, given: &FieldValue) -> Option<Problem> {
    let error = |code, message: String| Problem::error(code, path, given.origin.clone(), message);
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
                dynamic_value::typed(&given.text).err().map(|message| unsignable(path, given, message))
            }
            _ => None,
        };
    }
    let text = given.text.as_str();
    match field.kind {
        Kind::Bool if text != "true" && text != "false" => {
            Some(error("wrong-type", format!("expected true or false, got '{text}'")))
        }
        Kind::Int if text.parse::<i64>().is_err() => {
            Some(error("wrong-type", format!("expected a whole number, got '{text}'")))
        }
        Kind::Choice(choices) if !choices.contains(&text) => Some(choice(field, choices, given)),
        Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList | Kind::Group => {
            let message = "it takes no value of its own";
            let advice = match field.kind {
                Kind::TextList => format!("name the entry: {path}.0"),
                _ => format!("name what is within: {path}.name"),
            };
            Some(error("wrong-kind", message.to_owned()).advise(advice))
        }
        _ => match field.check.map_or(Ok(()), |check| check(text)) {
            Err(message) if field.id == FieldId::Url => Some(error("url-malformed", message)),
            Err(message) if field.id == FieldId::BasicAuthUsername => {
                Some(Problem::warning("user-with-colon", path, given.origin.clone(), message))
            }
            Err(message) => Some(error("wrong-value", message)),
            Ok(()) => None,
        },
    }
}

/// A claim or a header entry of a token that JSON cannot hold.
fn unsignable(path: &str, given: &FieldValue, message: String) -> Problem {
    let advice = "write a text, a number, true or false, [a, list] or {\"a\": \"map\"}; a text that looks like one of these goes in quotes";
    Problem::error("claim-unsignable", path, given.origin.clone(), message).advise(advice)
}

fn choice(field: &Field, choices: &[&str], given: &FieldValue) -> Problem {
    let message = format!("'{}' is not one of {}", given.text, choices.join(", "));
    let problem = Problem::error("wrong-choice", field.path, given.origin.clone(), message);
    match choices.iter().find(|choice| choice.eq_ignore_ascii_case(&given.text)) {
        Some(choice) => problem.advise(format!(
            "write '{choice}'; the pipeline's lint accepts this one, but each connection fails"
        )),
        None => problem.advise(format!("write one of {}", choices.join(", "))),
    }
}

fn is_preset(field: &Field, text: &str) -> bool {
    field.default_text().is_some_and(|default| default == text)
}

/// Blocks that are filled while their switch is off.
fn switched_off(values: &Values) -> Vec<Problem> {
    let switches =
        [FieldId::TlsEnabled, FieldId::OauthEnabled, FieldId::BasicAuthEnabled, FieldId::JwtEnabled];
    let mut problems = Vec::new();
    for switch in switches {
        if values.text_of(switch) == "true" {
            continue;
        }
        let filled = |(path, given): &(&str, &FieldValue)| {
            Field::at(path).is_some_and(|field| {
                field.matters == Relevance::EnabledBy(switch)
                    && (field.default == DefaultValue::Empty || !is_preset(field, &given.text))
            })
        };
        let idle: Vec<_> = values.iter().filter(filled).collect();
        let Some((first, given)) = idle.first() else { continue };
        let others = match idle.len() - 1 {
            0 => "this has".to_owned(),
            1 => "this and one field more have".to_owned(),
            more => format!("this and {more} fields more have"),
        };
        let message = format!("{} is off, so {others} no effect", switch.path());
        let advice = format!("set {} to true, or remove it", switch.path());
        problems.push(Problem::warning("switched-off", *first, given.origin.clone(), message).advise(advice));
    }
    problems
}
