//! What can only be said of several fields together.

use crate::config::{
    address::Endpoint,
    pem::certificates_in,
    schema::{Field, FieldId, FieldValue, Problem, Values},
};

use super::{
    pipeline_words::{SILENT, as_pipeline_starts},
    proxy,
};

/// All of it.
pub(super) fn problems(values: &Values) -> Vec<Problem> {
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
