//! What is missing of the client certificates, and what is not used.

use crate::config::{
    pem::{CertFault, CertFaultKind, client_certs},
    schema::{FieldId, Origin, Problem, Values},
};

/// What is wrong with the entries.
pub(super) fn problems(values: &Values) -> Vec<Problem> {
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
        CertFaultKind::Incomplete => {
            ("client-cert-incomplete", "give cert_file and key_file, or cert and key".to_owned())
        }
        CertFaultKind::Password => {
            ("key-password", format!("set {entry}.password to the password of the key"))
        }
        CertFaultKind::Mismatch => {
            ("key-mismatch", "give the key that the certificate was made for".to_owned())
        }
        CertFaultKind::Unreadable => (
            "key-unreadable",
            "give PEM text with -----BEGIN lines and all; paths count from the working directory".to_owned(),
        ),
    };
    Problem::error(code, fault.path.as_str(), origin, message).advise(advice)
}
