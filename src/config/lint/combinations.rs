//! Checks several fields together.

use std::collections::HashSet;

use crate::config::{
    address::Endpoint,
    pem::check_certificates,
    schema::{Field, FieldId, Problem, Values},
    yaml::quotes::pem_with_escapes,
};

use super::{
    addresses::{endpoint_of, has_secure_proxy},
    pipeline_errors::{NO_TRUSTED_ROOTS, no_start, pipeline, warning_in_pipeline},
};

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    let mut problems = unknown_fields(values);
    problems.extend(tls_on_ws(values));
    problems.extend(both_openings(values));
    problems.extend(no_renegotiation(values));
    problems.extend(roots(values));
    problems.extend(size_capped(values));
    problems
}

fn tls_on_ws(values: &Values) -> Option<Problem> {
    // The same settings apply to TLS with the proxy.
    if !values.is_on(FieldId::TlsEnabled) || has_secure_proxy(values) {
        return None;
    }
    let dialect = values.options.dialect;
    let is_refused = dialect.behavior().refuses_tls_on_ws;
    let is_plain = || endpoint_of(values).is_some_and(|endpoint| !endpoint.secure);
    let course = if is_refused && dialect.is_pipeline() {
        // Before it finds other faults of the address.
        let url = Endpoint::refused_with_tls(&values.text_of(FieldId::Url))?;
        no_start(dialect, &format!("tls is enabled but url scheme is ws, use wss:// for {url}"))
    } else if !is_plain() {
        return None;
    } else if is_refused {
        String::new()
    } else {
        format!("; {} dials in clear text, and the block has no effect", pipeline(dialect))
    };
    let message = format!("TLS is enabled, but url starts with ws://, which is not encrypted{course}");
    let problem = if is_refused {
        values.error(FieldId::TlsEnabled, "tls-on-ws", message)
    } else {
        values.warning(FieldId::TlsEnabled, "tls-unused", message)
    };
    Some(problem.advise("write wss:// in url, or set tls.enabled to false"))
}

fn both_openings(values: &Values) -> Option<Problem> {
    let knows = values.options.dialect.knows(FieldId::OpenMessages.field());
    let is_set = knows
        && values.of(FieldId::OpenMessage).is_some()
        && !values.entries(FieldId::OpenMessages).is_empty();
    let message = "both open_message and open_messages are set";
    let problem = || values.error(FieldId::OpenMessage, "both-openings", message);
    is_set.then(|| problem().advise("move it into open_messages, as the first entry"))
}

fn no_renegotiation(values: &Values) -> Option<Problem> {
    let is_set = values.is_on(FieldId::TlsEnableRenegotiation) && values.is_on(FieldId::TlsEnabled);
    let message = "this build of Sockeye cannot renegotiate";
    let problem = || values.error(FieldId::TlsEnableRenegotiation, "no-renegotiation", message);
    let advice = "set it to false, or build with the feature renegotiation, on Unix";
    (is_set && !CAN_RENEGOTIATE).then(|| problem().advise(advice))
}

/// Two sources of roots, and a text without a certificate.
fn roots(values: &Values) -> Vec<Problem> {
    let (text, file) = (values.text_of(FieldId::TlsRootCas), values.text_of(FieldId::TlsRootCasFile));
    if !values.is_on(FieldId::TlsEnabled) || text.is_empty() {
        return Vec::new();
    }
    let dialect = values.options.dialect;
    let both = (!file.is_empty()).then(|| {
        let error = "only one field between root_cas and root_cas_file can be specified";
        let course = no_start(dialect, error);
        let message = format!("both tls.root_cas and tls.root_cas_file are set{course}");
        values.error(FieldId::TlsRootCasFile, "both-roots", message).advise("keep one of the two")
    });
    let without =
        check_certificates(text.as_bytes()).err().map(|message| {
            let message = format!("the text {message}; {NO_TRUSTED_ROOTS}");
            let problem = values.error(FieldId::TlsRootCas, "roots-without-certificate", message);
            let given = values.of(FieldId::TlsRootCas).and_then(|value| value.expression.as_deref());
            warning_in_pipeline(problem, dialect).advise(pem_with_escapes("root_cas", &text, given).unwrap_or(
            "use PEM text with its -----BEGIN CERTIFICATE----- line; put a path into tls.root_cas_file"
                .to_owned(),
        ))
        });
    both.into_iter().chain(without).collect()
}

fn size_capped(values: &Values) -> Option<Problem> {
    let size: i64 = values.of(FieldId::MaxMessageSize)?.text.parse().ok()?;
    let message = "the pipeline has no such limit, but Sockeye stops at 1 GiB (1073741824)";
    (size == 0 || size > 1 << 30).then(|| values.warning(FieldId::MaxMessageSize, "size-capped", message))
}

/// Whether the library for renegotiation is built in.
const CAN_RENEGOTIATE: bool = cfg!(all(unix, feature = "renegotiation"));

/// The fields that the followed engine does not know.
fn unknown_fields(values: &Values) -> Vec<Problem> {
    let dialect = values.options.dialect;
    let mut reported = HashSet::new();
    let unknown = values.iter().filter_map(|(path, value)| {
        let field = Field::at(path).filter(|field| !dialect.knows(field) && reported.insert(field.id))?;
        let message = dialect.not_known(field.path);
        let problem = Problem::error("field-not-known-there", path, value.origin.clone(), message);
        Some(problem.advise("remove it, or follow another engine: --as standard knows all fields"))
    });
    unknown.collect()
}
