//! What a server asks of a client certificate.

use crate::go_verdict::code::scheme;

/// The versions in which a pipeline is asked for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    Tls12,
    Tls13,
}

/// What a server asks for (`CertificateRequest`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequest {
    pub version: Version,
    /// `certificate_types` of TLS 1.2: 1 is `rsa_sign`, 64 `ecdsa_sign`. Not looked at in TLS 1.3, which has none.
    pub types: Vec<u8>,
    /// `signature_algorithms`, in the order of the server.
    pub schemes: Vec<u16>,
    /// The raw names of authorities; any will do if there are none.
    pub authorities: Vec<Vec<u8>>,
}

impl CertificateRequest {
    const RSA_SIGN: u8 = 1;
    const ECDSA_SIGN: u8 = 64;

    /// The schemes that Go goes by when it picks a certificate: in TLS 1.2 those that have a type of certificate
    /// (`crypto/tls/handshake_client.go`, `certificateRequestInfoFromMsg`).
    pub fn usable_schemes(&self) -> Vec<u16> {
        let is_usable = |known: &u16| {
            self.version == Version::Tls13
                || scheme::is_rsa(*known) && self.types.contains(&Self::RSA_SIGN)
                || scheme::is_elliptic(*known) && self.types.contains(&Self::ECDSA_SIGN)
        };
        self.schemes.iter().copied().filter(is_usable).collect()
    }
}
