//! Failures about the client's own certificate.

use crate::{
    config::CertFaultKind,
    session::{Finding, FindingCode},
};

use super::{
    connection::FailedConnection,
    finding_builder::{FindingBuilder, cut, switch_on},
};

/// How many authorities a finding names; the evidence has them all.
const MOST_NAMED: usize = 5;

/// The server wants a certificate and got none.
pub(super) fn wanted(connection: &FailedConnection) -> Finding {
    let client = connection.tls().and_then(|tls| tls.client.as_ref());
    let unsuited = client.filter(|client| client.configured > 0 && client.presented.is_none());
    let cause = match unsuited {
        Some(client) => format!(
            "The server goes on only with a client certificate of an authority that it trusts; of the {} in \
             tls.client_certs none is by one of them, so none was sent.",
            client.configured
        ),
        None => "The server goes on only with a client certificate, and none was sent.".to_owned(),
    };
    let finding = FindingBuilder::new(FindingCode::ClientCertWanted, cause)
        .seen(connection.said())
        .seen(authorities(connection))
        .logged(connection.pipeline())
        .fix(switch_on(connection.settings));
    match unsuited {
        Some(_) => finding
            .advise("set tls.client_certs to a certificate by one of the authorities that the server names"),
        None => finding.advise(
            "set tls.client_certs to a certificate and key that the server accepts, with tls.enabled",
        ),
    }
    .done()
}

/// The server wants a certificate for this path only, and can ask for none any more.
pub(super) fn too_late(connection: &FailedConnection) -> Finding {
    let cause = "The server wants a client certificate for this path only, and asks for it on the open \
                 connection. In TLS 1.3 that takes post-handshake authentication, which the pipeline does not offer.";
    let body = connection.response().map(|response| {
        let words: Vec<_> = response.body.split_whitespace().collect();
        format!("the server answered: {}", cut(&words.join(" "), 500))
    });
    FindingBuilder::new(FindingCode::ClientCertWanted, cause)
        .seen(body)
        .logged(connection.pipeline())
        .advise(
            "let the server ask for it at the start of each connection: in Apache, SSLVerifyClient for the \
             whole virtual host",
        )
        .advise(
            "or let the server speak TLS 1.2 there, and set tls.enable_renegotiation and tls.client_certs",
        )
        .done()
}

/// The server got a certificate and does not take it.
pub(super) fn refused(connection: &FailedConnection, alert: &str) -> Finding {
    let presented =
        connection.tls().and_then(|tls| tls.client.as_ref()).and_then(|client| client.presented.as_ref());
    let why = match alert {
        "certificate_expired" => "it has expired",
        "certificate_revoked" => "it has been revoked",
        "unknown_ca" => "the server does not know the authority that signed it",
        "access_denied" => "it is valid, but its holder may not come in",
        "unsupported_certificate" => "it is of a kind that the server does not take",
        _ => "the server does not say why",
    };
    FindingBuilder::new(
        FindingCode::ClientCertRefused,
        format!("The client certificate was sent, and the server refused it: {why}."),
    )
    .seen(presented.map(|subject| format!("presented: {subject}")))
    .seen(connection.said())
    .seen(authorities(connection))
    .logged(connection.pipeline())
    .advise("set tls.client_certs to a certificate that the server accepts, issuers and all")
    .advise("look at the server's log: it often says what was wrong with the certificate")
    .done()
}

/// A certificate or a key that cannot be used.
pub(super) fn unusable(
    connection: &FailedConnection,
    fault: CertFaultKind,
    entry: &str,
    pipeline: &str,
) -> Finding {
    let (code, cause, fix) = match fault {
        CertFaultKind::Password => (
            FindingCode::KeyPassword,
            "The private key is encrypted, and its password is missing or wrong.",
            format!("set {entry}.password to the password of the key"),
        ),
        CertFaultKind::Mismatch => (
            FindingCode::KeyMismatch,
            "The private key does not belong to the certificate.",
            "compare what `openssl x509 -pubkey -noout` says of the certificate and `openssl pkey -pubout` of the key".to_owned(),
        ),
        CertFaultKind::Incomplete | CertFaultKind::Unreadable => (
            FindingCode::KeyUnreadable,
            "The client certificate or its private key cannot be read.",
            format!("point {entry}.cert_file and {entry}.key_file to readable PEM files"),
        ),
    };
    let logged = (!pipeline.is_empty()).then(|| format!("the pipeline would not start: {pipeline}"));
    FindingBuilder::new(code, cause).seen(connection.said()).seen(logged).advise(fix).done()
}

/// The authorities whose certificates the server takes.
fn authorities(connection: &FailedConnection) -> Option<String> {
    let client = connection.tls()?.client.as_ref()?;
    let named = client.authorities.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join("; ");
    let more = client.authorities.len().saturating_sub(MOST_NAMED);
    match (named.is_empty(), more) {
        (true, _) => Some("the server names no authorities: it may take any".to_owned()),
        (false, 0) => Some(format!("the server takes certificates by: {named}")),
        (false, more) => Some(format!("the server takes certificates by: {named}; and {more} more")),
    }
}
