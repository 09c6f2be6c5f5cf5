//! The parameters of RSA-PSS, which Go reads with its laxer reader (`encoding/asn1`, `Unmarshal`).

use crate::go_verdict::certificate::parsed::SignatureAlgorithm;
use crate::go_verdict::der::lax::{Algorithm, Members};
use crate::go_verdict::der::{oid, tag};

/// The algorithm, if these are parameters that Go puts into one of its three buckets: MGF1 with the same hash, a salt as
/// long as the hash, trailer field 1 (`getSignatureAlgorithmFromAI`).
pub fn algorithm(parameters: &[u8]) -> Option<SignatureAlgorithm> {
    let mut fields = Members::new(parameters).sequence().ok()?;
    let hash = fields.explicit_algorithm(0).ok()??;
    let mask = fields.explicit_algorithm(1).ok()??;
    let salt = fields.explicit_integer(2).ok()??;
    let trailer = fields.explicit_integer(3).ok()?.unwrap_or(1);
    let mask_hash = Members::new(mask.parameters).algorithm().ok()?;
    let is_plain = |hash: Algorithm<'_>| hash.parameters.is_empty() || hash.parameters == tag::WHOLE_NULL;
    let is_mgf1 = mask.oid == oid::MGF1 && mask_hash.oid == hash.oid;
    if !is_plain(hash) || !is_plain(mask_hash) || !is_mgf1 || trailer != 1 {
        return None;
    }
    match (hash.oid, salt) {
        (oid::SHA256, 32) => Some(SignatureAlgorithm::Sha256RsaPss),
        (oid::SHA384, 48) => Some(SignatureAlgorithm::Sha384RsaPss),
        (oid::SHA512, 64) => Some(SignatureAlgorithm::Sha512RsaPss),
        _ => None,
    }
}
