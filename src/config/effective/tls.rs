//! TLS as it is resolved from its block and the address.

use crate::config::{
    address::ProxyScheme,
    lint::{endpoint_of, proxy_of},
    pem::{Source, client_certs},
    schema::{FieldId, Values},
};

use super::{Effective, is_secure, is_set};

/// Why the block has no effect.
fn idle(values: &Values) -> Option<&'static str> {
    let has_secure_proxy = proxy_of(values).is_some_and(|proxy| proxy.scheme == ProxyScheme::Https);
    if endpoint_of(values).is_some() && !is_secure(values) && !has_secure_proxy {
        return Some("no effect: url is ws://, without TLS");
    }
    (!values.is_on(FieldId::TlsEnabled)).then_some("no effect: tls.enabled is off")
}

pub(super) fn effective(values: &Values, id: FieldId, value: String) -> Effective {
    if id == FieldId::TlsEnabled {
        return block(values, value);
    }
    if let Some(reason) = idle(values) {
        return Effective::idle(value, reason);
    }
    let is_on = values.is_on(id);
    let does = match id {
        FieldId::TlsSkipCertVerify if is_on => {
            "any certificate is taken: anyone in between can read and change the feed"
        }
        FieldId::TlsSkipCertVerify => "the server's chain, its names and its dates are checked",
        FieldId::TlsEnableRenegotiation if is_on => "the server may ask for a new handshake under TLS 1.2",
        FieldId::TlsEnableRenegotiation => "a request for a new handshake ends the connection",
        FieldId::TlsRootCas | FieldId::TlsRootCasFile => return roots(values, id, value),
        FieldId::TlsClientCerts => return certificates(values),
        _ => "read with the certificates",
    };
    Effective::new(value, does)
}

/// The switch of the block: what it means depends on the address.
fn block(values: &Values, value: String) -> Effective {
    let behavior = values.options.dialect.behavior();
    match (values.is_on(FieldId::TlsEnabled), idle(values).is_some_and(|_| !is_secure(values))) {
        (true, true) if behavior.refuses_tls_on_ws => {
            Effective::new(value, "the session does not start: url is ws://, without TLS")
        }
        (_, true) => Effective::idle(value, "no effect: url is ws://, the connection is in clear text"),
        (true, false) => Effective::new(value, "TLS with the settings of this block"),
        (false, false) => {
            Effective::new(value, "TLS with the system's roots and full checks; the block does not apply")
        }
    }
}

fn roots(values: &Values, id: FieldId, value: String) -> Effective {
    let text = is_set(values, FieldId::TlsRootCas);
    match (id, is_set(values, id)) {
        (FieldId::TlsRootCasFile, true) if text => Effective::idle(value, "no effect: tls.root_cas is used"),
        (FieldId::TlsRootCas, true) => Effective::new(value, "only the authorities in this text are trusted"),
        (_, true) => {
            Effective::new(value, "only the authorities in this file are trusted; read at each connection")
        }
        _ if text => Effective::new(value, "tls.root_cas names the trusted authorities"),
        _ if is_set(values, FieldId::TlsRootCasFile) => {
            Effective::new(value, "tls.root_cas_file names the trusted authorities")
        }
        _ => Effective::new(value, "the system's authorities are trusted"),
    }
}

fn certificates(values: &Values) -> Effective {
    let all = client_certs(values);
    let sources: Vec<_> = all
        .iter()
        .map(|cert| match cert {
            Ok(cert) => match &cert.cert {
                Source::Text(_) => "PEM text".to_owned(),
                Source::File(path) => path.display().to_string(),
            },
            Err(_) => "incomplete".to_owned(),
        })
        .collect();
    match sources.len() {
        0 => Effective::new(super::NOTHING, "a server that asks for a certificate gets none"),
        _ => Effective::new(sources.join(", "), "a server that asks gets the first one that it accepts"),
    }
}

/// A part of one certificate with its key.
pub(super) fn of_pair(values: &Values, path: &str, value: String) -> Effective {
    let leaf = path.rsplit('.').next().unwrap_or_default();
    let given = |leaf: &str| {
        let entry = path.rsplit_once('.').map_or(path, |(entry, _)| entry);
        values.get(&format!("{entry}.{leaf}")).is_some_and(|value| !value.text.is_empty())
    };
    if let Some(reason) = idle(values) {
        return Effective::idle(value, reason);
    }
    match leaf {
        "cert" | "key" if given("cert_file") && given("key_file") => {
            Effective::idle(value, "no effect: cert_file and key_file come first")
        }
        "cert" | "cert_file" => Effective::new(value, "presented to a server that asks for a certificate"),
        "key" | "key_file" => Effective::new(value, "proves that the certificate is ours; it is never sent"),
        "password" if given("password") => Effective::new(value, "opens the private key"),
        "password" => Effective::new(value, "the private key is not encrypted"),
        _ => Effective::new(value, "one certificate with its key"),
    }
}
