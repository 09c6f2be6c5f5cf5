//! Checks several fields together.

use crate::config::{
    address::Endpoint,
    pem::check_certificates,
    schema::{Field, FieldId, FieldValue, Problem, Values},
};

use super::{
    pipeline_errors::{NO_TRUSTED_ROOTS, warning_in_pipeline},
    proxy,
};

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    let mut problems = unknown_fields(values);
    let dialect = values.options.dialect;
    let tls = values.text_of(FieldId::TlsEnabled) == "true";
    let endpoint = Endpoint::parse(&values.text_of(FieldId::Url)).ok();
    if let Some(value) = values.of(FieldId::TlsEnabled)
        && tls
        && endpoint.is_some_and(|endpoint| !endpoint.secure)
        // The same settings apply to TLS with the proxy.
        && !proxy::is_secure(values)
    {
        let message = "TLS is enabled, but url starts with ws://, which is not encrypted";
        let problem = Problem::error("tls-on-ws", "tls.enabled", value.origin.clone(), message);
        // Only current pipelines refuse it.
        let problem = if dialect.behavior().refuses_tls_on_ws {
            problem
        } else {
            warning_in_pipeline(problem, dialect)
        };
        problems.push(problem.advise("write wss:// in url, or set tls.enabled to false"));
    }
    if let Some(value) = values.of(FieldId::OpenMessage)
        && !values.entries(FieldId::OpenMessages).is_empty()
    {
        let message = "both open_message and open_messages are set";
        let problem = Problem::error("both-openings", "open_message", value.origin.clone(), message);
        problems.push(problem.advise("move it into open_messages, as the first entry"));
    }
    if let Some(value) = values.of(FieldId::TlsEnableRenegotiation)
        && value.text == "true"
        && tls
        && !CAN_RENEGOTIATE
    {
        let message = "this build of Sockeye cannot renegotiate";
        let path = FieldId::TlsEnableRenegotiation.path();
        let problem = Problem::error("no-renegotiation", path, value.origin.clone(), message);
        problems.push(problem.advise("set it to false, or build with the feature renegotiation, on Unix"));
    }
    let (text, file) = (values.of(FieldId::TlsRootCas), values.of(FieldId::TlsRootCasFile));
    let set = |value: Option<&FieldValue>| value.is_some_and(|value| !value.text.is_empty());
    if let Some(value) = file
        && tls
        && set(text)
        && set(file)
    {
        let message = if dialect.is_pipeline() {
            "only one field between root_cas and root_cas_file can be specified"
        } else {
            "both tls.root_cas and tls.root_cas_file are set"
        };
        let problem = Problem::error("both-roots", "tls.root_cas_file", value.origin.clone(), message);
        problems.push(problem.advise("keep one of the two"));
    }
    if let Some(value) = text
        && tls
        && set(text)
        && let Err(message) = check_certificates(value.text.as_bytes())
    {
        let problem = Problem::error(
            "roots-without-certificate",
            "tls.root_cas",
            value.origin.clone(),
            format!("the text {message}; {NO_TRUSTED_ROOTS}"),
        );
        problems.push(warning_in_pipeline(problem, dialect).advise(
            "use PEM text with its -----BEGIN CERTIFICATE----- line; put a path into tls.root_cas_file",
        ));
    }
    if let Some(value) = values.of(FieldId::MaxMessageSize)
        && value.text.parse().is_ok_and(|size: i64| size == 0 || size > 1 << 30)
    {
        let message = "the pipeline has no such limit, but Sockeye stops at 1 GiB (1073741824)";
        problems.push(Problem::warning("size-capped", "max_message_size", value.origin.clone(), message));
    }
    problems
}

/// Whether the library for renegotiation is built in.
const CAN_RENEGOTIATE: bool = cfg!(all(unix, feature = "renegotiation"));

/// The fields that the followed engine does not know.
fn unknown_fields(values: &Values) -> Vec<Problem> {
    let dialect = values.options.dialect;
    let name = dialect.behavior().name;
    let mut reported = Vec::new();
    for (path, value) in values.iter() {
        let Some(field) = Field::at(path).filter(|field| !dialect.knows(field)) else { continue };
        if reported.iter().any(|(known, _)| *known == field.id) {
            continue;
        }
        // The first part is the text of the pipeline's own lint.
        let message = format!("field {} not recognised: {name} does not know it", field.path);
        let problem = Problem::error("field-not-known-there", path, value.origin.clone(), message);
        reported.push((
            field.id,
            problem.advise("remove it, or follow another engine: --as standard knows all fields"),
        ));
    }
    reported.into_iter().map(|(_, problem)| problem).collect()
}
