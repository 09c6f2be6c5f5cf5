//! Reads certificates and keys from PKCS#12 (RFC 7292), of which OpenSSL 3 encrypts new files with PBES2, and older tools
//! with RC2 and 3DES.

use p12_keystore::{KeyStore, Pkcs12ImportPolicy, error::Error};

use super::error::Pkcs12Error;

/// The PEM texts of a key and of its certificates, its own first.
pub struct Pkcs12 {
    pub certificates: String,
    /// As PKCS#8, not encrypted.
    pub key: String,
}

/// Reads the first key of a file and the certificates that belong to it. How often its password is hashed is bounded by
/// the library.
///
/// # Errors
///
/// It is no such file, the password is missing or wrong, or there is no key with a certificate in it.
pub fn pkcs12(der: &[u8], password: &str) -> Result<Pkcs12, Pkcs12Error> {
    let store = match KeyStore::from_pkcs12(der, password, Pkcs12ImportPolicy::Strict) {
        Ok(store) => store,
        Err(Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError) if password.is_empty() => {
            return Err(Pkcs12Error::PasswordMissing);
        }
        Err(Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError) => {
            return Err(Pkcs12Error::PasswordWrong);
        }
        Err(
            Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm | Error::InvalidParameters,
        ) => {
            return Err(Pkcs12Error::Unsupported);
        }
        Err(_) if der.trim_ascii_start().starts_with(b"-----BEGIN") => return Err(Pkcs12Error::Pem),
        Err(_) => return Err(Pkcs12Error::Damaged),
    };
    let (_, chain) = store.private_key_chain().ok_or(Pkcs12Error::NoKey)?;
    if chain.certs().is_empty() {
        return Err(Pkcs12Error::NoKey);
    }
    let pem = |tag: &str, der: &[u8]| pem::encode(&pem::Pem::new(tag, der));
    Ok(Pkcs12 {
        certificates: chain
            .certs()
            .iter()
            .map(|certificate| pem("CERTIFICATE", certificate.as_der()))
            .collect(),
        key: pem("PRIVATE KEY", chain.key().as_der()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{certificates, private_key};

    macro_rules! file {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/keys/p12/", $name)) as &[u8]
        };
    }

    #[test]
    fn files_of_every_age_give_a_key_and_its_chain() {
        for (name, file, certificate_count) in [
            ("modern", file!("modern.p12"), 2),
            ("legacy", file!("legacy.p12"), 2),
            ("ec with 3DES and RC2", file!("ec-legacy.p12"), 1),
            ("without a MAC", file!("nomac.p12"), 1),
        ] {
            let read = pkcs12(file, "secret").unwrap_or_else(|error| panic!("{name}: {error}"));
            let chain = certificates(read.certificates.as_bytes()).expect("they are PEM");
            assert_eq!(chain.len(), certificate_count, "{name}");
            private_key(read.key.as_bytes(), "").unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        assert!(pkcs12(file!("empty.p12"), "").is_ok(), "an empty password opens what has one");
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let error =
            |file: &[u8], password: &str| pkcs12(file, password).map(drop).expect_err("it is not opened");
        for file in [file!("modern.p12"), file!("legacy.p12"), file!("nomac.p12")] {
            assert_eq!(error(file, ""), Pkcs12Error::PasswordMissing);
            assert_eq!(error(file, "guess"), Pkcs12Error::PasswordWrong);
        }
        assert_eq!(error(file!("nokey.p12"), "secret"), Pkcs12Error::NoKey);
        assert_eq!(error(&file!("modern.p12")[..500], "secret"), Pkcs12Error::Damaged);
        assert_eq!(error(include_bytes!("../../tests/keys/ec-cert.pem"), ""), Pkcs12Error::Pem);
        assert_eq!(error(b"", "secret"), Pkcs12Error::Damaged);
    }
}
