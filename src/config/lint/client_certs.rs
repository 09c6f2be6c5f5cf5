//! Checks the entries of `tls.client_certs`.

use crate::config::{
    pem::{CertFault, CertFaultKind, client_certs},
    schema::{FieldId, Origin, Problem, Severity, Values},
    yaml::quotes::pem_with_escapes,
};

use super::pipeline_errors::no_start;

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    if !values.is_on(FieldId::TlsEnabled) {
        return Vec::new();
    }
    let entries = client_certs(values);
    let faults = entries.iter().filter_map(|entry| entry.as_ref().err());
    let mut problems: Vec<_> = faults.map(|fault| pair_problem(values, fault)).collect();
    for (key, value) in values.entries(FieldId::TlsClientCerts) {
        let path = format!("{}.{key}", FieldId::TlsClientCerts.path());
        let Some((entry, leaf @ ("cert" | "key"))) = path.rsplit_once('.') else { continue };
        let file = |leaf| values.get(&format!("{entry}.{leaf}")).is_some_and(|value| !value.text.is_empty());
        if !value.text.is_empty() && (file("cert_file") || file("key_file")) {
            let message = format!("{leaf} is not used, since a file is set as well");
            let warning = Problem::warning("client-cert-twice", path.as_str(), value.origin.clone(), message);
            problems.push(warning.advise("keep either the text or the files"));
        }
    }
    if entries.len() > 1 && values.is_on(FieldId::TlsEnableRenegotiation) {
        let message = "with tls.enable_renegotiation only the first client certificate is presented";
        let warning = values.warning(FieldId::TlsEnableRenegotiation, "client-certs-several", message);
        let warning = Problem { path: FieldId::TlsClientCerts.path().to_owned(), ..warning };
        problems.push(warning.advise("keep the one that the server accepts"));
    }
    problems
}

/// A fault with which the pipeline does not start, as a problem.
pub(super) fn pair_problem(values: &Values, fault: &CertFault) -> Problem {
    let course = match fault.pipeline.as_str() {
        "" => String::new(),
        error => no_start(values.options.dialect, error),
    };
    problem(values, fault, &course)
}

/// A pair that Sockeye opens and the pipeline does not: under `--as` an error.
pub(super) fn only_here(values: &Values, fault: &CertFault) -> Problem {
    let problem = pair_problem(values, fault);
    if values.options.dialect.is_pipeline() {
        return problem;
    }
    let message = format!("{}; Sockeye opens it", problem.message);
    Problem { severity: Severity::Warning, message, ..problem }
}

/// A key that nothing is signed with: it starts, and fails once a server asks for a certificate.
pub(super) fn too_weak(values: &Values, fault: &CertFault) -> Problem {
    let course = format!("; a connection fails where the server asks for a certificate: {}", fault.pipeline);
    Problem { severity: Severity::Warning, ..problem(values, fault, &course) }
}

fn problem(values: &Values, fault: &CertFault, course: &str) -> Problem {
    let prefix = format!("{}.", fault.entry());
    let within = || values.iter().find(|(path, _)| path.starts_with(&prefix)).map(|(_, value)| value);
    let origin =
        values.get(&fault.path).or_else(within).map_or(Origin::Default, |value| value.origin.clone());
    let code = match fault.kind {
        CertFaultKind::Incomplete => "client-cert-incomplete",
        CertFaultKind::Password => "key-password",
        CertFaultKind::Mismatch => "key-mismatch",
        CertFaultKind::Unreadable => "key-unreadable",
        CertFaultKind::TooWeak => "key-too-weak",
    };
    let message = format!("{}{course}", fault.statement());
    let problem = Problem::error(code, fault.path.as_str(), origin, message);
    let own = fault.path.rsplit('.').next().unwrap_or_default();
    let given = [own, "cert", "key"].into_iter().find_map(|leaf| {
        let value = values.get(&format!("{prefix}{leaf}"))?;
        pem_with_escapes(leaf, &value.text, value.expression.as_deref())
    });
    match given {
        Some(advice) => problem.advise(advice),
        None if fault.mends.is_empty() => problem,
        None => problem.advise(fault.mends.join("; or ")),
    }
}
