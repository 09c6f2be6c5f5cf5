//! Checks the entries of `tls.client_certs`.

use crate::config::{
    pem::{CertFault, CertFaultKind, client_certs},
    schema::{FieldId, Origin, Problem, Values},
};

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

/// A fault of a client certificate as a problem; under `--as` with the error of the pipeline.
pub(super) fn pair_problem(values: &Values, fault: &CertFault) -> Problem {
    let entry = fault.path.rsplit_once('.').map_or(fault.path.as_str(), |(entry, _)| entry);
    let prefix = format!("{entry}.");
    let within = || values.iter().find(|(path, _)| path.starts_with(&prefix)).map(|(_, value)| value);
    let origin =
        values.get(&fault.path).or_else(within).map_or(Origin::Default, |value| value.origin.clone());
    let message = if values.options.dialect.is_pipeline() {
        fault.pipeline.clone()
    } else {
        fault.message.strip_prefix(&format!("{}: ", fault.path)).unwrap_or(&fault.message).to_owned()
    };
    let (code, advice) = match fault.kind {
        CertFaultKind::Incomplete => {
            ("client-cert-incomplete", "set cert_file and key_file, or cert and key".to_owned())
        }
        CertFaultKind::Password => {
            ("key-password", format!("set {entry}.password to the password of the key"))
        }
        CertFaultKind::Mismatch => ("key-mismatch", "use the key that belongs to the certificate".to_owned()),
        CertFaultKind::Unreadable => (
            "key-unreadable",
            "use PEM text with its -----BEGIN lines; paths are relative to the working directory".to_owned(),
        ),
    };
    Problem::error(code, fault.path.as_str(), origin, message).advise(advice)
}
