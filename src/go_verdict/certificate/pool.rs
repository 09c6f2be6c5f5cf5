//! A pool of roots (`crypto/x509/cert_pool.go`).

use std::collections::BTreeSet;

use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::Certificate;
use crate::go_verdict::certificate::pem;

/// The only label that Go takes.
const LABEL: &str = "CERTIFICATE";

/// The roots that Go trusts, and what it left out of them without a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// In order, each one once.
    pub certificates: Vec<Certificate>,
    /// In the order of what was given.
    pub skipped: Vec<Skipped>,
}

/// What Go did not take into a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The how-manieth of what was given, from 0.
    pub index: usize,
    /// Why it was left out.
    pub reason: Reason,
}

/// Why Go does not take a block or a certificate (`AppendCertsFromPEM`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("it is labelled {0:?} instead of \"CERTIFICATE\"")]
    Label(String),
    #[error("it has headers")]
    Headers,
    #[error(transparent)]
    Unparsable(#[from] ParseError),
}

impl Pool {
    /// The certificates in a file of PEM (`AppendCertsFromPEM`).
    pub fn from_pem(text: &[u8]) -> Self {
        let mut rest = text;
        let blocks = std::iter::from_fn(|| {
            let (block, after) = pem::decode(rest)?;
            rest = after;
            Some(block)
        });
        Self::collect(blocks.map(certificate_of))
    }

    /// Certificates that are DER already, such as those of the system.
    pub fn of(ders: &[Vec<u8>]) -> Self {
        Self::collect(ders.iter().map(|der| Ok(Certificate::parse(der)?)))
    }

    fn collect(given: impl Iterator<Item = Result<Certificate, Reason>>) -> Self {
        let mut pool = Self::default();
        let mut seen = BTreeSet::new();
        for (index, certificate) in given.enumerate() {
            match certificate {
                Ok(certificate) if seen.insert(certificate.raw.clone()) => {
                    pool.certificates.push(certificate);
                }
                Ok(_) => {}
                Err(reason) => pool.skipped.push(Skipped { index, reason }),
            }
        }
        pool
    }
}

fn certificate_of(block: pem::Block) -> Result<Certificate, Reason> {
    if block.label != LABEL {
        return Err(Reason::Label(block.label));
    }
    if !block.headers.is_empty() {
        return Err(Reason::Headers);
    }
    Ok(Certificate::parse(&block.bytes)?)
}
