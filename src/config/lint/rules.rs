//! The lint: finds all problems of a configuration.

use crate::config::schema::{
    DefaultValue, Field, FieldId, FieldValue, Kind, Mend, Origin, Problem, Relevance, Values, did_you_mean,
    hide_secrets, nearest,
};

use super::{
    addresses, beyond, client_certs, combinations, expressions, headers, jwt,
    pipeline_errors::with_pipeline_error, surprises, templates,
};

/// All problems in the order of the catalogue. Pure: [`super::check_files`] checks the files that fields name.
#[must_use]
pub fn lint(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    if values.of(FieldId::Url).is_none() {
        let message = if values.options.dialect.is_pipeline() {
            "field url is required"
        } else {
            "it is required: there is no address to connect to"
        };
        let advice = "use sockeye wss://host/path, or set url in a file with -c FILE, or try `sockeye demo`";
        problems.push(Problem::error("url-required", "url", Origin::Default, message).advise(advice));
    }
    for (path, value) in values.iter() {
        problems.extend(check_value(path, value));
        problems.extend(expressions::not_worked_out(path, value));
    }
    problems.extend(addresses::problems(values));
    problems.extend(disabled_blocks(values));
    problems.extend(headers::problems(values));
    problems.extend(combinations::problems(values));
    problems.extend(client_certs::problems(values));
    problems.extend(jwt::unsignable(values));
    problems.extend(beyond::problems(values));
    problems.extend(surprises::problems(values));
    templates::tell(values, &mut problems);
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
    let is_entry = path.len() > field.path.len();
    let text = value.text.as_str();
    match field.kind {
        Kind::TextMap | Kind::TextList | Kind::AnyMap if is_entry => None,
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
        _ if field.id == FieldId::MaxMessageSize => {
            let number = text.parse::<i64>().ok().filter(|number| *number < 0)?;
            Some(error("wrong-value", format!("it must not be negative, got {number}")))
        }
        // RFC 7617, section 2.
        _ if field.id == FieldId::BasicAuthUsername && text.contains(':') => {
            let message = "the server reads the text after its first colon as a part of the password";
            Some(Problem::warning("user-with-colon", path, value.origin.clone(), message))
        }
        _ => None,
    }
}

fn choice(field: &Field, choices: &[&'static str], value: &FieldValue) -> Problem {
    let message = format!("'{}' is not one of {}", value.text, choices.join(", "));
    let problem = Problem::error("wrong-choice", field.path, value.origin.clone(), message);
    match choices.iter().find(|choice| choice.eq_ignore_ascii_case(&value.text)) {
        Some(choice) => problem
            .advise(format!(
                "write '{choice}'; the pipeline's lint accepts this spelling, but every connection fails"
            ))
            .mended_by(Some(Mend::Word { old: value.text.clone(), new: choice })),
        None => problem.advise(format!("write one of {}", choices.join(", "))),
    }
}

/// Blocks with values while their switch is off.
fn disabled_blocks(values: &Values) -> Vec<Problem> {
    let switches =
        [FieldId::TlsEnabled, FieldId::OauthEnabled, FieldId::BasicAuthEnabled, FieldId::JwtEnabled];
    let mut problems = Vec::new();
    for switch in switches {
        if values.is_on(switch) {
            continue;
        }
        let filled = |(path, value): &(&str, &FieldValue)| {
            Field::at(path).is_some_and(|field| {
                field.relevance == Relevance::EnabledBy(switch)
                    && (field.default == DefaultValue::Empty
                        || field.default_text().as_ref() != Some(&value.text))
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
