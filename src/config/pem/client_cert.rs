//! One entry of `tls.client_certs`: where its certificate and its key come from.

use std::path::PathBuf;

use crate::config::{schema::FieldId, secrets::Secret};

/// One entry of `tls.client_certs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCert {
    /// The path of the entry: `tls.client_certs.0`.
    pub path: String,
    pub cert: Source,
    pub key: Source,
    /// The password of the key; may be empty.
    pub password: Secret,
}

/// The source of PEM text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Text(Secret),
    /// Read at each connection.
    File(PathBuf),
}

impl ClientCert {
    /// A first entry with PEM text.
    #[must_use]
    pub fn inline(cert: &str, key: &str) -> Self {
        Self {
            path: format!("{}.0", FieldId::TlsClientCerts.path()),
            cert: Source::Text(Secret::new(cert)),
            key: Source::Text(Secret::new(key)),
            password: Secret::new(""),
        }
    }

    /// The path of the field that holds a part.
    pub(super) fn place(&self, source: &Source, name: &str) -> String {
        match source {
            Source::Text(_) => format!("{}.{name}", self.path),
            Source::File(_) => format!("{}.{name}_file", self.path),
        }
    }
}
