//! Findings about the client's own certificate.

use crate::{
    config::CertFaultKind,
    session::{Finding, FindingCode},
};

use super::{
    failed_connection::{FailedConnection, with_error},
    finding::{advice, cut, enable_tls},
};

/// The most authorities that a finding names.
const MOST_NAMED: usize = 5;

/// The server requires a certificate and none was sent.
pub(super) fn required(failed: &FailedConnection) -> Finding {
    let client = failed.tls().and_then(|tls| tls.client.as_ref());
    let unsuited = client.filter(|client| client.configured > 0 && client.presented.is_none());
    let cause = match unsuited {
        Some(client) => format!(
            "The server requires a client certificate from an authority that it trusts. None of the {} in \
             tls.client_certs comes from such an authority, so none was sent.",
            client.configured
        ),
        None => "The server requires a client certificate, and none was sent.".to_owned(),
    };
    let which = match unsuited {
        Some(_) => "a certificate from one of the authorities that the server names",
        None => "a certificate and key that the server accepts, with tls.enabled",
    };
    with_error(failed, FindingCode::ClientCertWanted, cause)
        .evidence(authorities(failed))
        .fix(enable_tls(failed.settings))
        .advise(format!("set tls.client_certs to {which}"))
}

/// The server requires a certificate for this path only, and cannot request it on an open TLS 1.3 connection.
pub(super) fn too_late(failed: &FailedConnection) -> Finding {
    let cause = "The server requires a client certificate for this path only, and requests it on the open \
                 connection. In TLS 1.3 that needs post-handshake authentication, which the pipeline does not offer.";
    let body = failed.response().map(|response| {
        let words: Vec<_> = response.body.split_whitespace().collect();
        format!("the server answered: {}", cut(&words.join(" "), 500))
    });
    Finding::new(FindingCode::ClientCertWanted, cause)
        .evidence(body)
        .advise(
            "configure the server to request it at the start of each connection: in Apache, SSLVerifyClient for \
             the whole virtual host",
        )
        .advise(
            "or limit the server to TLS 1.2 there, and set tls.enable_renegotiation and tls.client_certs",
        )
}

/// The server received a certificate and refused it.
pub(super) fn refused(failed: &FailedConnection, alert: &str) -> Finding {
    let presented =
        failed.tls().and_then(|tls| tls.client.as_ref()).and_then(|client| client.presented.as_ref());
    let why = match alert {
        "certificate_expired" => "it has expired",
        "certificate_revoked" => "it has been revoked",
        "unknown_ca" => "the server does not know the authority that signed it",
        "access_denied" => "it is valid, but its owner has no access",
        "unsupported_certificate" => "the server does not support this kind of certificate",
        _ => "the server gave no reason",
    };
    let cause = format!("The client certificate was sent, and the server refused it: {why}.");
    Finding::new(FindingCode::ClientCertRefused, cause)
        .evidence(presented.map(|subject| format!("presented: {subject}")))
        .evidence(failed.error_lines())
        .evidence(authorities(failed))
        .advise("set tls.client_certs to a certificate that the server accepts, together with its issuers")
        .cure()
}

/// A certificate or a key that cannot be used.
pub(super) fn unusable(
    failed: &FailedConnection,
    fault: CertFaultKind,
    pipeline: &str,
    mends: &[String],
) -> Finding {
    let (code, cause) = match fault {
        CertFaultKind::Password => (
            FindingCode::KeyPassword,
            "The private key of a client certificate is encrypted, and its password is missing or wrong.",
        ),
        CertFaultKind::Mismatch => (
            FindingCode::KeyMismatch,
            "The private key does not belong to the client certificate, so the server would not believe it.",
        ),
        CertFaultKind::Incomplete | CertFaultKind::Unreadable => (
            FindingCode::KeyUnreadable,
            "The client certificate or its private key cannot be used as it stands in its file or text.",
        ),
        CertFaultKind::TooWeak => (
            FindingCode::KeyUnreadable,
            "The server asked for a client certificate, and its private key is too small to sign with.",
        ),
    };
    let finding = with_error(failed, code, cause).fix(mends.iter().map(advice));
    match fault {
        CertFaultKind::TooWeak => finding.title("nothing is signed with the private key"),
        _ if pipeline.is_empty() => finding,
        _ => finding.evidence([format!("the pipeline would not start: {pipeline}")]),
    }
}

/// The authorities whose certificates the server accepts.
fn authorities(failed: &FailedConnection) -> Option<String> {
    let client = failed.tls()?.client.as_ref()?;
    let named = client.authorities[..client.authorities.len().min(MOST_NAMED)].join("; ");
    Some(match client.authorities.len().saturating_sub(MOST_NAMED) {
        _ if named.is_empty() => "the server names no authorities: it may accept any".to_owned(),
        0 => format!("the server accepts certificates from: {named}"),
        more => format!("the server accepts certificates from: {named}; and {more} more"),
    })
}
