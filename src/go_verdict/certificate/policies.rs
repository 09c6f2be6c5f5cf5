//! The extensions of policies (`crypto/x509/parser.go`, `processExtensions` and `parseCertificatePoliciesExtension`).

use std::collections::BTreeSet;

use crate::go_verdict::der::{oid, strict::Reader, tag};

/// The policies, with dots, in order; none may come twice. Qualifiers are not looked at.
pub fn list(value: &[u8]) -> Option<Vec<String>> {
    let mut sequence = Reader::new(value).enter(tag::SEQUENCE)?;
    let mut policies = Vec::new();
    let mut seen = BTreeSet::new();
    while !sequence.is_empty() {
        let policy = sequence.enter(tag::SEQUENCE)?.content(tag::OID)?;
        if !seen.insert(policy) || !oid::is_sound(policy) {
            return None;
        }
        policies.push(oid::dotted(policy));
    }
    Some(policies)
}

/// Pairs of the issuer's and the subject's policy, which Go takes as they are.
pub fn mappings(value: &[u8]) -> Option<Vec<(String, String)>> {
    let mut sequence = Reader::new(value).enter(tag::SEQUENCE)?;
    let mut mappings = Vec::new();
    while !sequence.is_empty() {
        let mut pair = sequence.enter(tag::SEQUENCE)?;
        let issuer = pair.content(tag::OID)?;
        let subject = pair.content(tag::OID)?;
        mappings.push((oid::dotted(issuer), oid::dotted(subject)));
    }
    Some(mappings)
}

/// `requireExplicitPolicy` and `inhibitPolicyMapping`.
pub fn constraints(value: &[u8]) -> Option<(Option<u64>, Option<u64>)> {
    let mut fields = Reader::new(value).enter(tag::SEQUENCE)?;
    let mut field = |number| {
        let tag = tag::context(number);
        if fields.sees(tag) { fields.int64_with_tag(tag).map(counted) } else { Some(None) }
    };
    Some((field(0)?, field(1)?))
}

#[expect(clippy::option_option, reason = "the outer one is the failure, the inner one the absence")]
/// The number of certificates after which "any policy" is no longer any.
pub fn inhibit_any(value: &[u8]) -> Option<Option<u64>> {
    Reader::new(value).int64().map(counted)
}

/// Go reads negative numbers too, and then acts as if they were not there (`verify.go`, `policiesValid`).
fn counted(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
}
