//! Every problem of a configuration at once.

use super::client_certs::{CertFault, client_certs};
use super::field::{DefaultValue, Field, FieldId, Kind, Relevance};
use super::files::{SILENT, certificates_in};
use super::pipeline_words::with_words;
use super::read::did_you_mean;
use super::{
    Dialect, Endpoint, FieldValue, Origin, Problem, Severity, Values, dynamic_value, hide_secrets, nearest,
    proxy,
};

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
    problems.extend(headers(values));
    problems.extend(together(values));
    problems.extend(pairs(values));
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

/// Names a client may not set by hand: the handshake sets them (RFC 6455, section 4.1).
const OURS: [&str; 5] =
    ["upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"];

fn headers(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, given) in values.entries(FieldId::Headers) {
        let path = format!("headers.{name}");
        let error =
            |code, message: String| Problem::error(code, path.as_str(), given.origin.clone(), message);
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            let message = "this header belongs to the handshake and cannot be set by hand".to_owned();
            problems.push(error("header-not-allowed", message).advise("remove it"));
        } else if name.is_empty() || !name.bytes().all(is_token) {
            let message = "this is not a header name".to_owned();
            problems.push(
                error("header-name", message).advise("letters, digits and '-' make one, such as X-Api-Key"),
            );
        }
        if given.text.contains("${!") {
            let message = "Sockeye does not work out ${! … } expressions yet".to_owned();
            problems.push(
                error("not-built-yet", message).advise("write the value itself, or take it from ${VARIABLE}"),
            );
        }
        if given.text.trim().contains(|c: char| c.is_control() && c != '\t') {
            let message = "the value holds a line break or another control character".to_owned();
            problems.push(error("header-value", message).advise("a header value is one line"));
        }
        if name.eq_ignore_ascii_case("authorization") && values.text_of(FieldId::BasicAuthEnabled) == "true" {
            let message = "basic_auth replaces it".to_owned();
            let warning = Problem::warning("auth-several", path.as_str(), given.origin.clone(), message);
            problems.push(warning.advise("keep one of the two"));
        }
    }
    problems
}

/// A byte of a token (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What is missing of the client certificates, and what is not used.
fn pairs(values: &Values) -> Vec<Problem> {
    if values.text_of(FieldId::TlsEnabled) != "true" {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let entries = client_certs(values);
    for fault in entries.iter().filter_map(|entry| entry.as_ref().err()) {
        problems.push(of_pair(values, fault));
    }
    for (key, given) in values.entries(FieldId::TlsClientCerts) {
        let path = format!("{}.{key}", FieldId::TlsClientCerts.path());
        let Some((entry, leaf @ ("cert" | "key"))) = path.rsplit_once('.') else { continue };
        let file = |leaf| values.get(&format!("{entry}.{leaf}")).is_some_and(|given| !given.text.is_empty());
        if !given.text.is_empty() && (file("cert_file") || file("key_file")) {
            let message = format!("{leaf} is not used, since a file is named as well");
            let warning = Problem::warning("client-cert-twice", path.as_str(), given.origin.clone(), message);
            problems.push(warning.advise("keep the text or the files"));
        }
    }
    if entries.len() > 1
        && let Some(given) = values.of(FieldId::TlsEnableRenegotiation).filter(|given| given.text == "true")
    {
        let message = "with tls.enable_renegotiation only the first client certificate is presented";
        let path = FieldId::TlsClientCerts.path();
        let warning = Problem::warning("client-certs-several", path, given.origin.clone(), message);
        problems.push(warning.advise("keep the one that the server accepts"));
    }
    problems
}

/// A fault of a client certificate as a problem; under `--as` in the words of the pipeline.
pub(super) fn of_pair(values: &Values, fault: &CertFault) -> Problem {
    use super::CertFaultKind as Kind;
    let entry = fault.path.rsplit_once('.').map_or(fault.path.as_str(), |(entry, _)| entry);
    let prefix = format!("{entry}.");
    let within = || values.iter().find(|(path, _)| path.starts_with(&prefix)).map(|(_, given)| given);
    let origin =
        values.get(&fault.path).or_else(within).map_or(Origin::Default, |given| given.origin.clone());
    let message = if values.options.dialect.is_pipeline() {
        fault.pipeline.clone()
    } else {
        fault.message.strip_prefix(&format!("{}: ", fault.path)).unwrap_or(&fault.message).to_owned()
    };
    let (code, advice) = match fault.kind {
        Kind::Incomplete => {
            ("client-cert-incomplete", "give cert_file and key_file, or cert and key".to_owned())
        }
        Kind::Password => ("key-password", format!("set {entry}.password to the password of the key")),
        Kind::Mismatch => ("key-mismatch", "give the key that the certificate was made for".to_owned()),
        Kind::Unreadable => (
            "key-unreadable",
            "give PEM text with -----BEGIN lines and all; paths count from the working directory".to_owned(),
        ),
    };
    Problem::error(code, fault.path.as_str(), origin, message).advise(advice)
}

/// What a pipeline starts with all the same is a warning when its ways are followed.
pub(super) fn as_pipeline_starts(problem: Problem, dialect: Dialect) -> Problem {
    let severity = if dialect.is_pipeline() { Severity::Warning } else { problem.severity };
    Problem { severity, ..problem }
}

/// Whether the library that renegotiates is built in.
const CAN_RENEGOTIATE: bool = cfg!(all(unix, feature = "renegotiation"));

/// The fields that the engine whose ways are followed does not know.
fn unknown_there(values: &Values) -> Vec<Problem> {
    let dialect = values.options.dialect;
    let name = dialect.behavior().name;
    let mut told = Vec::new();
    for (path, given) in values.iter() {
        let Some(field) = Field::at(path).filter(|field| !dialect.knows(field)) else { continue };
        if told.iter().any(|(known, _)| *known == field.id) {
            continue;
        }
        // The words of the pipeline's own lint.
        let message = format!("field {} not recognised: {name} does not know it", field.path);
        let problem = Problem::error("field-not-known-there", path, given.origin.clone(), message);
        told.push((
            field.id,
            problem.advise("leave it out, or follow another engine: --as standard knows all"),
        ));
    }
    told.into_iter().map(|(_, problem)| problem).collect()
}

/// What can only be said of several fields together.
fn together(values: &Values) -> Vec<Problem> {
    let mut problems = unknown_there(values);
    let dialect = values.options.dialect;
    let tls = values.text_of(FieldId::TlsEnabled) == "true";
    let endpoint = Endpoint::parse(&values.text_of(FieldId::Url)).ok();
    if let Some(given) = values.of(FieldId::TlsEnabled)
        && tls
        && endpoint.is_some_and(|endpoint| !endpoint.secure)
        // The same settings hold for TLS with the proxy itself.
        && !proxy::is_secure(values)
    {
        let message = "TLS is set up, but url starts with ws://, which is not encrypted";
        let problem = Problem::error("tls-on-ws", "tls.enabled", given.origin.clone(), message);
        // Only the pipeline of today minds.
        let problem =
            if dialect.behavior().refuses_tls_on_ws { problem } else { as_pipeline_starts(problem, dialect) };
        problems.push(problem.advise("write wss:// in url, or set tls.enabled to false"));
    }
    if let Some(given) = values.of(FieldId::OpenMessage)
        && !values.entries(FieldId::OpenMessages).is_empty()
    {
        let message = "both open_message and open_messages are set";
        let problem = Problem::error("both-openings", "open_message", given.origin.clone(), message);
        problems.push(problem.advise("move it into open_messages, as the first of the list"));
    }
    if let Some(given) = values.of(FieldId::TlsEnableRenegotiation)
        && given.text == "true"
        && tls
        && !CAN_RENEGOTIATE
    {
        let message = "this build of Sockeye cannot renegotiate";
        let path = FieldId::TlsEnableRenegotiation.path();
        let problem = Problem::error("no-renegotiation", path, given.origin.clone(), message);
        problems.push(problem.advise("set it to false, or build with the feature renegotiation, on Unix"));
    }
    let (text, file) = (values.of(FieldId::TlsRootCas), values.of(FieldId::TlsRootCasFile));
    let set = |given: Option<&FieldValue>| given.is_some_and(|given| !given.text.is_empty());
    if let Some(given) = file
        && tls
        && set(text)
        && set(file)
    {
        let message = if dialect.is_pipeline() {
            "only one field between root_cas and root_cas_file can be specified"
        } else {
            "both tls.root_cas and tls.root_cas_file are set"
        };
        let problem = Problem::error("both-roots", "tls.root_cas_file", given.origin.clone(), message);
        problems.push(problem.advise("keep one of the two"));
    }
    if let Some(given) = text
        && tls
        && set(text)
        && let Err(message) = certificates_in(given.text.as_bytes())
    {
        let problem = Problem::error(
            "roots-without-certificate",
            "tls.root_cas",
            given.origin.clone(),
            format!("the text {message}; {SILENT}"),
        );
        problems.push(as_pipeline_starts(problem, dialect).advise(
            "give PEM text, -----BEGIN CERTIFICATE----- and all; a path goes into tls.root_cas_file",
        ));
    }
    if let Some(given) = values.of(FieldId::MaxMessageSize)
        && given.text.parse().is_ok_and(|size: i64| size == 0 || size > 1 << 30)
    {
        let message = "the pipeline would read on, Sockeye stops at 1 GiB (1073741824)";
        problems.push(Problem::warning("size-capped", "max_message_size", given.origin.clone(), message));
    }
    problems
}
