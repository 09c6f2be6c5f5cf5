//! Findings about the alert with which a server ends a TLS handshake: what it allows to conclude, and no more.

use crate::session::{Finding, FindingCode};

use super::{
    client_cert,
    failed_connection::{FailedConnection, with_error},
    tls::version,
};

/// What an alert means (RFC 8446, section 6.2), and what to look at.
struct Row {
    /// The name in the RFC.
    alert: &'static str,
    cause: &'static str,
    advice: &'static str,
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    Row { alert: "unexpected_message", cause: "The server says that a message came that has no place there. It may expect another protocol on this port, or something in between changes the bytes.", advice: PORT },
    Row { alert: "bad_record_mac", cause: "The server could not decrypt a record: something in between changes the bytes, or the server's TLS is faulty.", advice: IN_BETWEEN },
    Row { alert: "record_overflow", cause: "The server says that a record is too long: something in between changes the bytes, or the server's TLS is faulty.", advice: IN_BETWEEN },
    Row { alert: "illegal_parameter", cause: "The server says that a field of the handshake does not fit the others. It names no field; often its TLS does not understand a newer version, a group or a signature.", advice: LOG },
    Row { alert: "decode_error", cause: "The server could not read a message of the handshake. Old servers, and devices in between, do this with a greeting that is longer than they expect.", advice: LOG },
    Row { alert: "decrypt_error", cause: "The server could not verify a signature or the end of the handshake. With a client certificate, its key may not belong to it.", advice: LOG },
    Row { alert: "internal_error", cause: "The server has an error of its own that is not about this client. Often its certificate or key for this name cannot be loaded, or its limits are reached.", advice: LOG },
    Row { alert: "inappropriate_fallback", cause: "The server refuses a connection that seems to repeat an earlier one with an older version; Sockeye makes no such repetition, so something in between may.", advice: IN_BETWEEN },
    Row { alert: "user_canceled", cause: "The server cancelled the handshake for a reason that is not an error of the protocol; it does not say which.", advice: LOG },
    Row { alert: "no_renegotiation", cause: "The server refuses a second handshake on this connection.", advice: LOG },
    Row { alert: "missing_extension", cause: "The server misses an extension in the greeting that it requires; the alert does not say which. Without a host name in url it may be the name (SNI).", advice: LOG },
    Row { alert: "unsupported_extension", cause: "The server says that it received an extension that was not offered.", advice: LOG },
    Row { alert: "no_application_protocol", cause: "The server wants a protocol to be named in the handshake (ALPN), such as h2 only, and no websocket client offers one it takes: Sockeye and the pipeline send no ALPN.", advice: "configure the server to take http/1.1, or clients without ALPN, on this port" },
    Row { alert: "unknown_psk_identity", cause: "The server wants a key that was agreed on before (PSK), which neither Sockeye nor the pipeline can use.", advice: "configure the server for certificates" },
    Row { alert: "bad_certificate_status_response", cause: "The server refuses the status of a certificate that the client sent.", advice: LOG },
    Row { alert: "bad_certificate_hash_value", cause: "The server refuses the hash of a certificate that the client sent.", advice: LOG },
    Row { alert: "certificate_unobtainable", cause: "The server could not fetch a certificate of the client from the address that it was given.", advice: LOG },
    Row { alert: "export_restriction", cause: "The server refuses the strength of the encryption by a rule of old versions of TLS.", advice: LOG },
    Row { alert: "decompression_failure", cause: "The server could not decompress a record: something in between changes the bytes, or the server's TLS is faulty.", advice: IN_BETWEEN },
    Row { alert: "close_notify", cause: "The server ended the handshake in an orderly way, without a reason. Load balancers with no server behind them do this.", advice: LOG },
];

const LOG: &str = "look at the server's log of that moment: the alert says no more";
const IN_BETWEEN: &str =
    "look for a device in between that inspects or changes TLS; then at the server's log";
const PORT: &str = "check that url has the TLS port of the server";

/// The server aborted the handshake with an alert, named as in RFC 8446, section 6.
pub(super) fn alert(failed: &FailedConnection, alert: &str) -> Finding {
    let word =
        |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let name = word(alert);
    match name.as_str() {
        "protocolversion" => version(failed),
        "handshakefailure" => handshake_failure(failed),
        "insufficientsecurity" => insufficient_security(failed),
        "unrecognizedname" | "unrecognisedname" => unrecognized_name(failed),
        "certificaterequired" => client_cert::required(failed),
        "badcertificate"
        | "nocertificate"
        | "unsupportedcertificate"
        | "certificaterevoked"
        | "certificateexpired"
        | "certificateunknown"
        | "unknownca"
        | "accessdenied" => of_a_certificate(failed, alert),
        _ => {
            let row = ROWS.iter().find(|row| word(row.alert) == name);
            let (cause, advice) = row.map_or((UNKNOWN, LOG), |row| (row.cause, row.advice));
            with_error(failed, FindingCode::TlsFailed, cause).advise(advice)
        }
    }
}

const UNKNOWN: &str = "The server ended the handshake with an alert that has no registered meaning.";

/// The name that was sent is the evidence.
fn unrecognized_name(failed: &FailedConnection) -> Finding {
    let host = failed.host();
    let sent = failed.tls().and_then(|tls| tls.server_name.as_deref());
    match sent {
        Some(name) => with_error(
            failed,
            FindingCode::TlsFailed,
            format!("The server knows no host of the name “{name}”."),
        )
        .title("the server knows no such host name")
        .evidence([format!("name sent (SNI): {name}")])
        .advise("correct the host in url: it must be a name that the server is set up for")
        .advise(format!("or add “{name}” to the hosts of the server, or of the proxy in front of it")),
        None => with_error(
            failed,
            FindingCode::TlsFailed,
            format!(
                "The server wants to be called by a host name, and none was sent: url has the address {host}, for \
                 which TLS sends no name (SNI)."
            ),
        )
        .title("the server wants a host name")
        .evidence(["name sent (SNI): none, since url has an address"])
        .advise("put the server's host name into url instead of the address"),
    }
}

fn handshake_failure(failed: &FailedConnection) -> Finding {
    let has_name = failed.tls().is_none_or(|tls| tls.server_name.is_some());
    let cause = "The server finds nothing in the offer that it accepts, and does not say what: no cipher suite, key \
                 exchange or signature in common is the usual reason; a server that requires a client certificate may \
                 do this too.";
    let nameless =
        (!has_name).then_some("name sent (SNI): none, since url has an address; some servers refuse that");
    suite(failed, cause)
        .evidence(nameless)
        .advise("if the server requires a client certificate, set tls.client_certs")
}

fn insufficient_security(failed: &FailedConnection) -> Finding {
    suite(failed, "The server wants stronger cipher suites or keys than the client offers.")
}

fn suite(failed: &FailedConnection, cause: &str) -> Finding {
    with_error(failed, FindingCode::TlsSuite, cause)
        .evidence(["offered: TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305"])
        .advise("enable ECDHE with AES-GCM or ChaCha20-Poly1305 on the server; CBC and RSA key exchange are not offered")
}

/// The server speaks of a certificate of the client, and was not seen to ask for one.
fn of_a_certificate(failed: &FailedConnection, alert: &str) -> Finding {
    let was_asked = failed.tls().is_some_and(|tls| tls.client.is_some());
    if was_asked {
        return client_cert::required(failed);
    }
    let means = match alert {
        "unknown_ca" => "the client's certificate comes from an authority that the server does not trust",
        "access_denied" => "the server's rules do not admit this client",
        "certificate_expired" => "the client's certificate has expired",
        "certificate_revoked" => "the client's certificate was revoked",
        "unsupported_certificate" => "the client's certificate is of a kind that the server does not take",
        _ => "the server does not accept the client's certificate",
    };
    let cause = format!(
        "The server ended the handshake with {alert}, which means that {means}. None was sent, and the server was not \
         seen to ask for one: it probably requires a client certificate."
    );
    with_error(failed, FindingCode::ClientCertWanted, cause)
        .title("the server probably requires a client certificate")
        .advise("set tls.client_certs to a certificate and key that the server accepts, with tls.enabled")
        .advise(LOG)
}
