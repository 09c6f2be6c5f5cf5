//! Rule B: the chains from a leaf to the roots of a pool.

use std::collections::{HashMap, HashSet};

use jiff::Zoned;

use crate::go_verdict::certificate::Certificate;
use crate::go_verdict::chain::authority::{check_is_declared, check_path_length};
use crate::go_verdict::chain::dates::check_dates;
use crate::go_verdict::chain::error::{Hint, HintCause, VerifyError};
use crate::go_verdict::chain::signature::check_signed_by;

/// How the leaf comes to be trusted. Places in `issuers` count the served certificates, the leaf being 0; `root` is a
/// place in the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// The leaf is in the pool, byte for byte.
    LeafIsRoot { root: usize },
    /// The served ones that sign one the other, beginning with the one that signs the leaf, and the root that ends it.
    Issued { issuers: Vec<usize>, root: usize },
}

/// Certificates among which an issuer is looked for (`x509.CertPool`). The same one twice counts once.
pub struct Candidates<'a> {
    certificates: &'a [Certificate],
    by_subject: HashMap<&'a [u8], Vec<usize>>,
}

impl<'a> Candidates<'a> {
    pub fn new(certificates: &'a [Certificate]) -> Self {
        let mut seen = HashSet::new();
        let mut by_subject = HashMap::<_, Vec<_>>::new();
        for (place, certificate) in certificates.iter().enumerate() {
            if seen.insert(certificate.raw.as_slice()) {
                by_subject.entry(certificate.raw_subject.as_slice()).or_default().push(place);
            }
        }
        Self { certificates, by_subject }
    }

    pub fn get(&self, place: usize) -> Option<&'a Certificate> {
        self.certificates.get(place)
    }

    /// The place of this certificate, byte for byte (`CertPool.contains`).
    pub fn place_of(&self, certificate: &Certificate) -> Option<usize> {
        self.certificates.iter().position(|other| other.raw == certificate.raw)
    }

    /// Those that bear the name of the issuer, likeliest first: by whether the key identifiers match, one is missing, or
    /// they differ (`findPotentialParents`).
    pub fn issuers_of(&self, child: &Certificate) -> Vec<(usize, &'a Certificate)> {
        let places = self.by_subject.get(child.raw_issuer.as_slice()).into_iter().flatten();
        let mut found: Vec<_> = places.filter_map(|&place| Some((place, self.get(place)?))).collect();
        found.sort_by_key(|(_, candidate)| {
            let wanted = &child.extensions.authority_key_id;
            let offered = &candidate.extensions.subject_key_id;
            match () {
                () if wanted == offered => 0,
                () if wanted.is_empty() || offered.is_empty() => 1,
                () => 2,
            }
        });
        found
    }
}

/// Go gives up after so many candidates (`maxChainSignatureChecks`). This bounds the length of a chain as well.
pub const MOST_SIGNATURE_CHECKS: usize = 100;

/// All chains from the leaf to a root (`Certificate.buildChains`).
pub fn chains(
    leaf: &Certificate,
    served: &Candidates,
    roots: &Candidates,
    now: &Zoned,
) -> Result<Vec<Chain>, VerifyError> {
    Builder { served, roots, now, checks: 0 }.chains_from(&mut Path { leaf, issuers: Vec::new() })
}

struct Builder<'a> {
    served: &'a Candidates<'a>,
    roots: &'a Candidates<'a>,
    now: &'a Zoned,
    checks: usize,
}

/// Where an issuer comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Pool,
    Server,
}

/// What becomes of a candidate.
enum Outcome {
    /// It is passed over in silence.
    Ignored,
    /// It has not signed the certificate.
    NotTheIssuer(HintCause),
    /// It has, and yet may not stand in the chain.
    Unfit(VerifyError),
    Taken,
}

impl<'a> Builder<'a> {
    /// The chains that go on from `path`.
    fn chains_from(&mut self, path: &mut Path<'a>) -> Result<Vec<Chain>, VerifyError> {
        let child = path.end();
        let pool = self.roots.issuers_of(child).into_iter().map(|found| (Source::Pool, found));
        let server = self.served.issuers_of(child).into_iter().map(|found| (Source::Server, found));
        let (mut found, mut failure, mut hint) = (Vec::new(), None, None);
        for (source, (place, candidate)) in pool.chain(server) {
            self.checks = self.checks.saturating_add(1);
            if self.checks > MOST_SIGNATURE_CHECKS {
                failure = Some(VerifyError::SignatureLimit);
                break;
            }
            match self.outcome(source, candidate, path) {
                Outcome::Ignored => {}
                Outcome::NotTheIssuer(cause) => hint = hint.or_else(|| Some(Hint::new(cause, candidate))),
                Outcome::Unfit(error) => {
                    hint = hint.or_else(|| Some(Hint::new(HintCause::Unfit(error.clone()), candidate)));
                    failure = Some(error);
                }
                Outcome::Taken => match self.continued(source, place, candidate, path) {
                    Ok(chains) => {
                        failure = None;
                        found.extend(chains);
                    }
                    Err(error) => failure = Some(error),
                },
            }
            if failure == Some(VerifyError::SignatureLimit) {
                break;
            }
        }
        match failure {
            _ if !found.is_empty() => Ok(found),
            Some(error) => Err(error),
            None => Err(VerifyError::UnknownAuthority { hint: hint.map(Box::new) }),
        }
    }

    /// `considerCandidate`, before it goes on.
    fn outcome(&self, source: Source, candidate: &Certificate, path: &Path) -> Outcome {
        if candidate.public_key.is_none() || path.holds(candidate) {
            return Outcome::Ignored;
        }
        if let Err(error) = check_signed_by(path.end(), candidate) {
            return Outcome::NotTheIssuer(HintCause::Signature(error));
        }
        match check_fit(candidate, self.now, source, path.issuers.len()) {
            Ok(()) => Outcome::Taken,
            Err(error) => Outcome::Unfit(error),
        }
    }

    fn continued(
        &mut self,
        source: Source,
        place: usize,
        candidate: &'a Certificate,
        path: &mut Path<'a>,
    ) -> Result<Vec<Chain>, VerifyError> {
        if source == Source::Pool {
            let issuers = path.issuers.iter().map(|(place, _)| *place).collect();
            return Ok(vec![Chain::Issued { issuers, root: place }]);
        }
        path.issuers.push((place.saturating_add(1), candidate));
        let chains = self.chains_from(path);
        path.issuers.pop();
        chains
    }
}

/// Whether an issuer may stand in the chain: rules X, D and A (`Certificate.isValid`).
fn check_fit(
    candidate: &Certificate,
    now: &Zoned,
    source: Source,
    between: usize,
) -> Result<(), VerifyError> {
    check_by_itself(candidate, now)?;
    if source == Source::Server {
        check_is_declared(candidate)?;
    }
    check_path_length(candidate, between)
}

/// Rules X and D, which hold for the leaf as for each issuer (`Certificate.isValid`).
pub fn check_by_itself(certificate: &Certificate, now: &Zoned) -> Result<(), VerifyError> {
    if certificate.extensions.has_unhandled_critical {
        return Err(VerifyError::UnhandledCriticalExtension);
    }
    Ok(check_dates(certificate, now)?)
}

/// The way from the leaf so far: the served issuers, with their places.
struct Path<'a> {
    leaf: &'a Certificate,
    issuers: Vec<(usize, &'a Certificate)>,
}

impl<'a> Path<'a> {
    /// The certificate whose issuer is looked for.
    fn end(&self) -> &'a Certificate {
        self.issuers.last().map_or(self.leaf, |(_, issuer)| issuer)
    }

    /// Whether a certificate of the same subject, key and alternative names is on the way (`alreadyInChain`).
    fn holds(&self, candidate: &Certificate) -> bool {
        let all = std::iter::once(self.leaf).chain(self.issuers.iter().map(|(_, issuer)| *issuer));
        let same_key = all.filter(|other| {
            candidate.raw_subject == other.raw_subject && candidate.raw_public_key == other.raw_public_key
        });
        for other in same_key {
            match (&candidate.extensions.alternative_names, &other.extensions.alternative_names) {
                (None, None) => return true,
                // Go looks no further, whatever else is on the way.
                (None, _) | (_, None) => return false,
                (ours, theirs) if ours == theirs => return true,
                _ => {}
            }
        }
        false
    }
}
