//! Finds the cause of a TLS failure from the error, the first bytes of the peer and the notes of the handshake.

use std::io;

use rustls::{AlertDescription, Error, PeerIncompatible};

use crate::session::FailureKind;

use super::{
    Cause, client_key::client_key, handshake_notes::HandshakeNotes, judgement::is_line_of_pipeline,
    records::begins_like_tls,
};

/// Go's line about a record that cannot be decrypted.
const BAD_RECORD: &str = "local error: tls: bad record MAC";

/// The cause of a failed handshake.
pub(super) fn failure(error: &io::Error, first: &[u8], notes: &HandshakeNotes, remote: &str) -> Cause {
    if !first.is_empty() && !begins_like_tls(first) {
        let message = format!("{remote} does not speak TLS");
        let kind = FailureKind::PlainServer { first_bytes: first.to_vec() };
        return Cause::new(kind, message);
    }
    if let Some(error) = tls_error(error) {
        return tls_cause(&error, notes, remote);
    }
    let suspicion = notes.suspicion();
    let (kind, message) = if first.is_empty() && is_closed(error) {
        let message = format!("{remote} closed the connection after the TLS ClientHello without an answer");
        (FailureKind::PlainServer { first_bytes: Vec::new() }, message)
    } else if error.kind() == io::ErrorKind::UnexpectedEof {
        let message = format!("{remote} closed the connection during the TLS handshake{suspicion}");
        (FailureKind::ClosedEarly, message)
    } else {
        let message = format!("the connection to {remote} broke during the TLS handshake{suspicion}");
        (FailureKind::Io, message)
    };
    Cause::new(kind, message).because(error)
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

/// The TLS error inside an error of the stream.
pub(super) fn tls_error(error: &io::Error) -> Option<Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).cloned()
}

/// The cause of a TLS error, also after the handshake: in TLS 1.3 the first read reports a missing client
/// certificate (RFC 8446, section 4.4.2.4).
pub(super) fn tls_cause(error: &Error, notes: &HandshakeNotes, remote: &str) -> Cause {
    if let (Error::General(_), Some(fault)) = (error, &notes.unsigned) {
        return client_key(fault.clone());
    }
    let (kind, message) = match error {
        Error::AlertReceived(alert) => alert_cause(*alert, notes, remote),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => (FailureKind::TlsVersion, format!("{remote} supports neither TLS 1.2 nor TLS 1.3")),
        _ => match &notes.refusal {
            Some(refusal) if matches!(error, Error::InvalidCertificate(_)) => {
                // What only the pipeline finds has words of its own; what our library says is beside the point.
                let is_pin = matches!(refusal.kind, FailureKind::CertPin { .. });
                let is_its_own =
                    is_pin || (is_line_of_pipeline(error) && refusal.kind == FailureKind::CertInvalid);
                let verdict = notes.verdict().filter(|_| !is_its_own);
                let verdict = verdict.unwrap_or_else(|| refusal.message.clone());
                (refusal.kind.clone(), format!("the server's certificate {verdict}"))
            }
            _ if matches!(error, Error::InvalidCertificate(_)) => {
                (FailureKind::CertInvalid, "the server's certificate cannot be used".to_owned())
            }
            _ => {
                let bad_record = matches!(error, Error::DecryptError).then(|| BAD_RECORD.to_owned());
                let pipeline = notes.refused_after.clone().or(bad_record).unwrap_or_default();
                (FailureKind::TlsFailed { pipeline }, format!("TLS with {remote} failed: {}", wrong(error)))
            }
        },
    };
    Cause::new(kind, message)
}

/// What broke an open connection, without the words of the library.
pub(crate) fn broken(error: &io::Error) -> String {
    match tls_error(error) {
        Some(Error::AlertReceived(alert)) => {
            format!("the server ended TLS with the alert {}", alert_name(alert))
        }
        Some(error) => format!("TLS failed: {}", wrong(&error)),
        None => error.to_string(),
    }
}

/// What went wrong, without the words of the library.
fn wrong(error: &Error) -> &'static str {
    match error {
        Error::DecryptError => "a record cannot be decrypted",
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            "the server sent a message that has no place there"
        }
        Error::InvalidMessage(_) => "the server sent a message that cannot be read",
        Error::PeerIncompatible(_) => "the server chose, or wants, what was not offered",
        Error::PeerMisbehaved(_) => "the server breaks a rule of TLS",
        Error::NoCertificatesPresented => "the server sent no certificate",
        Error::PeerSentOversizedRecord => "the server sent a record that is too large",
        Error::HandshakeNotComplete => "the handshake was not complete",
        Error::EncryptError => "a record cannot be encrypted",
        _ => "the handshake cannot be completed",
    }
}

fn alert_cause(alert: AlertDescription, notes: &HandshakeNotes, remote: &str) -> (FailureKind, String) {
    use AlertDescription as Alert;
    // Servers report a missing client certificate by various alerts.
    let of_a_certificate = matches!(
        alert,
        Alert::HandshakeFailure
            | Alert::BadCertificate
            | Alert::NoCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateExpired
            | Alert::CertificateRevoked
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
    );
    let name = alert_name(alert);
    match alert {
        _ if notes.presented.is_some() && (of_a_certificate || alert == Alert::CertificateRequired) => {
            let message = format!("{remote} refused the client certificate (alert {name})");
            (FailureKind::ClientCertRefused { alert: name }, message)
        }
        _ if alert == Alert::CertificateRequired || (notes.client_cert_requested && of_a_certificate) => {
            let message = format!("{remote} requires a client certificate and received none (alert {name})");
            (FailureKind::ClientCertWanted { alert: name }, message)
        }
        Alert::ProtocolVersion => {
            (FailureKind::TlsVersion, format!("{remote} supports neither TLS 1.2 nor TLS 1.3 (alert {name})"))
        }
        Alert::HandshakeFailure => (
            FailureKind::TlsAlert { alert: name.clone() },
            format!("{remote} refused the TLS handshake (alert {name})"),
        ),
        _ => {
            let number = u8::from(alert);
            let message = match alert {
                Alert::Unknown(_) => format!("{remote} ended TLS with {name}"),
                _ => format!("{remote} ended TLS with the alert {name} ({number})"),
            };
            (FailureKind::TlsAlert { alert: name }, message)
        }
    }
}

/// The name in RFC 8446, section 6: `unknown_ca`, or `alert 200` for an unknown one.
fn alert_name(alert: AlertDescription) -> String {
    if let AlertDescription::Unknown(number) = alert {
        return format!("alert {number}");
    }
    // The library writes it as the British do.
    if alert == AlertDescription::UnrecognisedName {
        return "unrecognized_name".to_owned();
    }
    let camel: Vec<char> = format!("{alert:?}").chars().collect();
    let mut name = String::new();
    for (at, letter) in camel.iter().enumerate() {
        let after_small = at > 0 && camel[at - 1].is_lowercase();
        let before_small = at > 0 && camel.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_small || before_small) {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eof() -> io::Error {
        io::ErrorKind::UnexpectedEof.into()
    }

    #[test]
    fn alerts_have_the_names_of_the_rfc() {
        let names = [
            AlertDescription::HandshakeFailure,
            AlertDescription::UnknownCA,
            AlertDescription::UnknownPSKIdentity,
            AlertDescription::NoApplicationProtocol,
            AlertDescription::UnrecognisedName,
            AlertDescription::Unknown(200),
        ]
        .map(alert_name);
        assert_eq!(
            names,
            [
                "handshake_failure",
                "unknown_ca",
                "unknown_psk_identity",
                "no_application_protocol",
                "unrecognized_name",
                "alert 200"
            ]
        );
    }

    #[test]
    fn a_handshake_failure_means_a_client_certificate_only_if_one_was_requested() {
        let alert = Error::AlertReceived(AlertDescription::HandshakeFailure);
        let asked = HandshakeNotes { client_cert_requested: true, ..HandshakeNotes::default() };
        let alert_name = "handshake_failure".to_owned();
        let wanted = FailureKind::ClientCertWanted { alert: alert_name.clone() };
        assert_eq!(tls_cause(&alert, &asked, "h:1").kind, wanted);
        let not_asked = tls_cause(&alert, &HandshakeNotes::default(), "h:1").kind;
        assert_eq!(not_asked, FailureKind::TlsAlert { alert: alert_name });
    }

    #[test]
    fn an_old_server_is_recognised_by_its_alert() {
        let alert = Error::AlertReceived(AlertDescription::ProtocolVersion);
        assert_eq!(tls_cause(&alert, &HandshakeNotes::default(), "h:1").kind, FailureKind::TlsVersion);
    }

    #[test]
    fn the_end_of_the_stream_means_a_plain_server_unless_it_sent_tls_before() {
        let notes = HandshakeNotes::default();
        let silent = FailureKind::PlainServer { first_bytes: Vec::new() };
        assert_eq!(failure(&eof(), b"", &notes, "h:1").kind, silent);
        assert_eq!(failure(&eof(), b"\x16\x03", &notes, "h:1").kind, FailureKind::ClosedEarly);
        let first_bytes = b"220 ".to_vec();
        assert_eq!(failure(&eof(), b"220 ", &notes, "h:1").kind, FailureKind::PlainServer { first_bytes });
    }
}
