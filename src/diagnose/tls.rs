//! Findings about failures of the TLS handshake other than those of the server's certificate.

use std::time::Duration;

use crate::{
    config::RootSource,
    payload::limit_in_words,
    session::{Finding, FindingCode, Fix},
};

use super::{
    failed_connection::{FailedConnection, with_error},
    finding::{advice, escaped, set},
    reach::other_scheme,
};

pub(super) fn plain_server(failed: &FailedConnection, first_bytes: &[u8]) -> Finding {
    let place = failed.place();
    let cause = if first_bytes.is_empty() {
        format!(
            "The URL says wss, but {place} closed the connection after the TLS ClientHello without an answer. \
             Servers without TLS do this, and load balancers with no server behind them."
        )
    } else {
        format!("The URL says wss, but {place} answers in plain text.")
    };
    let first = (!first_bytes.is_empty()).then(|| format!("first bytes: {}", escaped(first_bytes)));
    Finding::new(FindingCode::TlsPlainServer, cause)
        .evidence(first)
        .fix([other_scheme(failed)])
        .advise("or correct the port in url: TLS may be on another port")
}

pub(super) fn version(failed: &FailedConnection) -> Finding {
    with_error(
        failed,
        FindingCode::TlsVersion,
        "The server supports only TLS versions before 1.2, which Sockeye does not offer.",
    )
    .cure()
}

pub(super) fn renegotiation(failed: &FailedConnection) -> Finding {
    with_error(failed, FindingCode::TlsRenegotiation, RENEGOTIATION_OFF)
        .fix([allow_renegotiation()])
        .advise(SET_CLIENT_CERT)
}

pub(super) const RENEGOTIATION_OFF: &str = "The server requests a new TLS handshake on the open connection, and \
     tls.enable_renegotiation is off. Servers do this to request a client certificate for one path only.";
pub(super) const SET_CLIENT_CERT: &str =
    "set tls.client_certs as well, if the server requires a client certificate for this path";

pub(super) fn allow_renegotiation() -> Fix {
    set("allow renegotiation", &[("tls.enabled", "true"), ("tls.enable_renegotiation", "true")])
}

pub(super) fn timed_out(failed: &FailedConnection, limit_ms: u64) -> Finding {
    let limit = limit_in_words(Duration::from_millis(limit_ms));
    let cause = format!(
        "The server accepted the connection and did not answer the TLS handshake within {limit}. A server without TLS \
         that waits for a request causes this too."
    );
    with_error(failed, FindingCode::TlsTimeout, cause).cure()
}

pub(super) fn handshake_failed(failed: &FailedConnection, cause: &str) -> Finding {
    with_error(failed, FindingCode::TlsFailed, cause).cure()
}

pub(super) fn roots(failed: &FailedConnection) -> Finding {
    let (field, fix) = match &failed.settings.tls.roots {
        Some(RootSource::File(path)) => (
            format!("tls.root_cas_file “{}”", path.display()),
            "point tls.root_cas_file to a readable PEM file with at least one certificate",
        ),
        Some(RootSource::Text(_)) => {
            ("tls.root_cas".to_owned(), "put PEM text with at least one certificate into tls.root_cas")
        }
        None => (
            "the system's list of roots".to_owned(),
            "install the system's certificates, or set tls.root_cas_file with tls.enabled",
        ),
    };
    with_error(
        failed,
        FindingCode::TlsRoots,
        format!("Certificates cannot be checked, since {field} cannot be used."),
    )
    .advise(fix)
}

/// A fix that trusts the issuer. It is advice without an edit, since only the user knows the right file.
pub(super) fn trust(issuer: &str) -> Fix {
    advice(format!("set tls.enabled, and tls.root_cas_file to a PEM file with the certificate of “{issuer}”"))
}
