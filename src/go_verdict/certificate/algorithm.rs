//! Algorithm identifiers, and the algorithm of a certificate's signature (`crypto/x509/x509.go`,
//! `getSignatureAlgorithmFromAI`).

use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::SignatureAlgorithm;
use crate::go_verdict::certificate::pss;
use crate::go_verdict::der::{oid, strict::Reader};

/// An `AlgorithmIdentifier`: its parameters are one element with its head, or nothing.
#[derive(Clone, Copy)]
pub struct Identifier<'a> {
    pub oid: &'a [u8],
    pub parameters: &'a [u8],
}

/// Those whose identifier alone says it, whatever the parameters.
const ALGORITHMS: &[(&[u8], SignatureAlgorithm)] = &[
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], SignatureAlgorithm::Md5Rsa),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], SignatureAlgorithm::Sha1Rsa),
    // The same by ISO, as Microsoft's makecert.exe wrote it.
    (&[0x2b, 14, 3, 2, 29], SignatureAlgorithm::Sha1Rsa),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], SignatureAlgorithm::Sha256Rsa),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], SignatureAlgorithm::Sha384Rsa),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], SignatureAlgorithm::Sha512Rsa),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3], SignatureAlgorithm::DsaSha1),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 2], SignatureAlgorithm::DsaSha256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], SignatureAlgorithm::EcdsaSha1),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], SignatureAlgorithm::EcdsaSha256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], SignatureAlgorithm::EcdsaSha384),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], SignatureAlgorithm::EcdsaSha512),
];

impl<'a> Identifier<'a> {
    /// What follows the parameters is not looked at (`crypto/x509/parser.go`, `parseAI`).
    pub fn parse(mut reader: Reader<'a>) -> Result<Self, ParseError> {
        let oid = reader.oid().ok_or(ParseError::AlgorithmOid)?;
        let parameters =
            if reader.is_empty() { &[] } else { reader.any().ok_or(ParseError::AlgorithmParameters)?.whole };
        Ok(Self { oid, parameters })
    }

    /// The algorithm of a signature that this identifies.
    pub fn signature_algorithm(self) -> SignatureAlgorithm {
        match self.oid {
            oid::RSA_PSS => pss::algorithm(self.parameters).unwrap_or(SignatureAlgorithm::Unknown),
            oid::ED25519 if self.parameters.is_empty() => SignatureAlgorithm::Ed25519,
            other => ALGORITHMS
                .iter()
                .find(|(oid, _)| *oid == other)
                .map_or(SignatureAlgorithm::Unknown, |&(_, algorithm)| algorithm),
        }
    }
}
