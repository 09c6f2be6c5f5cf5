//! Failures of the TLS handshake that are not about the server's certificate.

use std::time::Duration;

use crate::{
    config::RootSource,
    session::{Finding, FindingCode, Fix, limit_in_words},
};

use super::{
    client_cert,
    connection::FailedConnection,
    finding_builder::{FindingBuilder, advice, escaped, set},
    reach::other_scheme,
};

pub(super) fn plain_server(connection: &FailedConnection, first_bytes: &[u8]) -> Finding {
    let place = connection.place();
    let cause = if first_bytes.is_empty() {
        format!(
            "The URL says wss, but {place} hung up at the TLS greeting without a byte in answer; \
             plain servers do that, and load balancers with nothing behind them."
        )
    } else {
        format!("The URL says wss, but {place} answers in plain text.")
    };
    let first = (!first_bytes.is_empty()).then(|| format!("it began with: {}", escaped(first_bytes)));
    FindingBuilder::new(FindingCode::TlsPlainServer, cause)
        .seen(first)
        .logged(connection.pipeline())
        .fix([other_scheme(connection)])
        .advise("or correct the port in url: the TLS port may be another one")
        .done()
}

pub(super) fn version(connection: &FailedConnection) -> Finding {
    FindingBuilder::new(
        FindingCode::TlsVersion,
        "The server speaks only TLS versions before 1.2, which are not offered.",
    )
    .seen(connection.said())
    .logged(connection.pipeline())
    .advise("let the server speak TLS 1.2 or 1.3; the pipeline needs that as well")
    .done()
}

/// The server broke the handshake off with an alert, named as in RFC 8446, section 6.
pub(super) fn alert(connection: &FailedConnection, alert: &str) -> Finding {
    let word: String = alert.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    match word.as_str() {
        "protocolversion" => version(connection),
        "handshakefailure" | "insufficientsecurity" => suite(connection),
        "unrecognizedname" => {
            failed(connection, &format!("The server has no site named “{}”.", connection.host()))
        }
        "certificaterequired"
        | "badcertificate"
        | "unsupportedcertificate"
        | "certificaterevoked"
        | "certificateexpired"
        | "certificateunknown"
        | "unknownca"
        | "accessdenied" => client_cert::wanted(connection),
        _ => failed(connection, "The server broke the TLS handshake off with an alert."),
    }
}

fn suite(connection: &FailedConnection) -> Finding {
    let cause = "The server broke off the handshake, mostly since no cipher suite or key exchange is shared; \
                 servers that want a client certificate may do this too.";
    FindingBuilder::new(FindingCode::TlsSuite, cause)
        .seen(connection.said())
        .seen(["offered: TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305".to_owned()])
        .logged(connection.pipeline())
        .advise("let the server take ECDHE with AES-GCM or ChaCha20-Poly1305; CBC and RSA key exchange are not offered")
        .advise("if the server wants a client certificate, set tls.client_certs")
        .done()
}

/// The server asked for another handshake, mostly since it wants a client certificate for this
/// path only.
pub(super) fn renegotiation(connection: &FailedConnection) -> Finding {
    FindingBuilder::new(FindingCode::TlsRenegotiation, ASKS_AGAIN)
        .seen(connection.said())
        .logged(connection.pipeline())
        .fix([allow_another_handshake()])
        .advise(NO_CERTIFICATE)
        .done()
}

pub(super) const ASKS_AGAIN: &str = "The server asks for a new TLS handshake on the open connection, and \
     tls.enable_renegotiation is off. Servers do so to ask for a client certificate for one path only.";
pub(super) const NO_CERTIFICATE: &str =
    "set tls.client_certs as well, if the server wants a client certificate for this path";

pub(super) fn allow_another_handshake() -> Fix {
    set("allow the new handshake", &[("tls.enabled", "true"), ("tls.enable_renegotiation", "true")])
}

/// A server that takes the connection and lets the handshake wait.
pub(super) fn timed_out(connection: &FailedConnection, limit_ms: u64) -> Finding {
    let limit = limit_in_words(Duration::from_millis(limit_ms));
    let cause = format!(
        "The server took the connection and did not answer the TLS handshake within {limit}. A plain server that waits \
         for a request looks like this too."
    );
    FindingBuilder::new(FindingCode::TlsTimeout, cause)
        .seen(connection.said())
        .logged(connection.pipeline())
        .advise("check that url names the TLS port of the server, and that nothing in between swallows TLS")
        .done()
}

pub(super) fn failed(connection: &FailedConnection, cause: &str) -> Finding {
    FindingBuilder::new(FindingCode::TlsFailed, cause)
        .seen(connection.said())
        .logged(connection.pipeline())
        .advise("check that url names the TLS port of the server")
        .done()
}

pub(super) fn roots(connection: &FailedConnection) -> Finding {
    let (field, cure) = match &connection.settings.tls.roots {
        Some(RootSource::File(path)) => (
            format!("tls.root_cas_file “{}”", path.display()),
            "point tls.root_cas_file to a readable PEM file with at least one certificate",
        ),
        Some(RootSource::Text(_)) => {
            ("tls.root_cas".to_owned(), "put PEM text with at least one certificate into tls.root_cas")
        }
        None => (
            "the list of roots of this system".to_owned(),
            "install the system's certificates, or set tls.root_cas_file with tls.enabled",
        ),
    };
    FindingBuilder::new(
        FindingCode::TlsRoots,
        format!("Certificates cannot be checked, since {field} cannot be used."),
    )
    .seen(connection.said())
    .logged(connection.pipeline())
    .advise(cure)
    .done()
}

/// How to trust the issuer, in words, since only a person knows the right file.
pub(super) fn trust(issuer: &str) -> Fix {
    advice(format!("set tls.enabled, and tls.root_cas_file to a PEM file with the certificate of “{issuer}”"))
}
