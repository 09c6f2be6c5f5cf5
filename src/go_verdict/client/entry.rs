//! One entry of `tls.client_certs` at the start of the pipeline (`internal/tls/type.go`, the same in Benthos 4.77 to 4.80 and
//! in Bento).

use crate::go_verdict::certificate::pem;
use crate::go_verdict::client::{
    error::{Cost, EntryError, Field, Form},
    key::{self, KeyFault, PrivateKey},
    locked::{legacy, pbes2},
    pair::{self, ClientCertificate},
};

/// The fields of an entry, each empty if it is not set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    pub cert: &'a str,
    pub key: &'a str,
    pub cert_file: &'a str,
    pub key_file: &'a str,
}

/// Where the pipeline takes the certificate and the key from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair<'a> {
    Text {
        cert: &'a str,
        key: &'a str,
    },
    /// The certificate is read first.
    Files {
        cert: &'a str,
        key: &'a str,
    },
}

impl<'a> Fields<'a> {
    /// Which of the fields count (`ClientCertConfig.Load`): one file and both texts do not mix, and the texts are not even
    /// looked at where there is a file.
    ///
    /// # Errors
    ///
    /// [`EntryError::MissingField`].
    pub fn pair(&self) -> Result<Pair<'a>, EntryError> {
        let given = |text: &'a str, field| {
            if text.is_empty() { Err(EntryError::MissingField(field)) } else { Ok(text) }
        };
        if self.cert_file.is_empty() && self.key_file.is_empty() {
            Ok(Pair::Text { cert: given(self.cert, Field::Cert)?, key: given(self.key, Field::Key)? })
        } else {
            let cert = given(self.cert_file, Field::CertFile)?;
            Ok(Pair::Files { cert, key: given(self.key_file, Field::KeyFile)? })
        }
    }
}

/// What the pipeline makes of the texts of a certificate and its key (`loadKeyPair`).
///
/// The first PEM block of the key decides if a password is needed, and an encrypted key is opened before anything else is
/// looked at. Then come the blocks of the certificate, the block of the key, the first certificate, the key, and whether the
/// two belong together.
///
/// # Errors
///
/// The words with which the pipeline does not start.
pub fn entry(cert_pem: &[u8], key_pem: &[u8], password: &str) -> Result<ClientCertificate, EntryError> {
    let Some((block, _)) = pem::decode(key_pem) else { return Err(EntryError::NoKeyBlock) };
    if let Some(dek_info) = block.headers.get("DEK-Info") {
        if password.is_empty() {
            return Err(EntryError::PasswordMissing(Form::Legacy));
        }
        let der = legacy::decrypt(dek_info.as_bytes(), &block.bytes, password.as_bytes())?;
        if !key::is_any_key(&der) {
            return Err(not_a_key(&der));
        }
        return pair::with_block(cert_pem, &block.label, || pair::parsed(&der));
    }
    if block.label == "ENCRYPTED PRIVATE KEY" {
        if password.is_empty() {
            return Err(EntryError::PasswordMissing(Form::Pkcs8));
        }
        let key = pbes2::open(&block.bytes, password.as_bytes())?;
        return pair::with_block(cert_pem, &block.label, || Ok(PrivateKey::Rsa(key)));
    }
    pair::with_text(cert_pem, key_pem)
}

/// What the pipeline would make of them, were the key in a file of its own and not encrypted.
///
/// # Errors
///
/// The words with which the pipeline would not start.
pub fn with_plain_key(cert_pem: &[u8], key_der: &[u8]) -> Result<ClientCertificate, EntryError> {
    pair::with_block(cert_pem, "PRIVATE KEY", || pair::parsed(key_der))
}

/// What was decrypted is no key that Go reads.
fn not_a_key(der: &[u8]) -> EntryError {
    match key::parse(der) {
        Err(KeyFault::TooLarge) => EntryError::TooCostly(Cost::Rsa),
        Err(fault) => EntryError::LegacyGarbled(fault),
        Ok(_) => EntryError::LegacyGarbled(KeyFault::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_count_before_texts_and_do_not_mix_with_them() {
        let all = Fields { cert: "c", key: "k", cert_file: "c.pem", key_file: "k.pem" };
        assert_eq!(all.pair(), Ok(Pair::Files { cert: "c.pem", key: "k.pem" }));
        let mixed = Fields { cert: "c", key_file: "k.pem", ..Fields::default() };
        assert_eq!(mixed.pair(), Err(EntryError::MissingField(Field::CertFile)));
        let texts = Fields { cert: "c", key: "k", ..Fields::default() };
        assert_eq!(texts.pair(), Ok(Pair::Text { cert: "c", key: "k" }));
    }

    #[test]
    fn the_first_missing_field_is_named() {
        let words = |fields: Fields<'static>| fields.pair().map_err(|error| error.to_string());
        let missing = |field| Err(format!("missing {field} field in client certificate config"));
        assert_eq!(words(Fields::default()), missing("cert"));
        assert_eq!(words(Fields { cert: "c", ..Fields::default() }), missing("key"));
        assert_eq!(words(Fields { key_file: "k", ..Fields::default() }), missing("cert_file"));
        assert_eq!(words(Fields { cert_file: "c", ..Fields::default() }), missing("key_file"));
    }
}
