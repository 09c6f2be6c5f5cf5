//! What Go finds right and wrong with each served certificate, for a person to read beside the verdict.
//!
//! Every finding comes from the function that the verdict is made of.

use std::collections::BTreeMap;

use jiff::Zoned;

use crate::go_verdict::certificate::{Certificate, Pool};
use crate::go_verdict::chain::authority::{check_is_declared, check_may_sign};
use crate::go_verdict::chain::building::{Candidates, Chain, MOST_SIGNATURE_CHECKS, Source};
use crate::go_verdict::chain::dates::{DateError, check_dates};
use crate::go_verdict::chain::error::{Hint, HintCause, VerifyError};
use crate::go_verdict::chain::names::{HostnameError, check_hostname};
use crate::go_verdict::chain::signature::check_signed_by;
use crate::go_verdict::chain::usage::permits_servers;
use crate::go_verdict::chain::verify::{Served, verify};

/// The verdict, and what speaks for and against each certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgements {
    pub verdict: Result<Vec<Chain>, VerifyError>,
    /// Of each served certificate, in their order.
    pub served: Vec<Judgement>,
    /// Of each root that has signed a served certificate, by its place in the pool. Go judges roots as well.
    pub roots: BTreeMap<usize, Fitness>,
    /// The place in the pool of the root that ends the first chain.
    pub root: Option<usize>,
}

/// What Go says of one served certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub fitness: Fitness,
    /// Of the leaf only: whether it is one for the name.
    pub name: Option<Result<(), HostnameError>>,
    /// Its place in the first chain, the leaf being 0.
    pub place_in_chain: Option<usize>,
    pub signer: Signer,
}

/// What Go says of a certificate in any chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitness {
    pub dates: Result<(), DateError>,
    /// Whether it has a critical extension that Go does not know.
    pub has_unhandled_critical: bool,
    /// Of all but the leaf: whether it may sign certificates.
    pub authority: Option<Result<(), HintCause>>,
    /// Whether its extended key usages permit the chain of a server.
    pub permits_servers: bool,
}

/// By whom a certificate is signed: the first candidate whose key fits, the pool before the served ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The one at this place in the pool.
    Root(usize),
    /// The one at this place among the served ones; itself, if it is self-signed.
    Served(usize),
    /// Nobody at hand; the hint says why the likeliest candidate is not.
    Nobody(Option<Hint>),
    /// There are so many candidates that Go would have given up.
    NotChecked,
}

/// Verifies, and judges each certificate; the arguments are those of [`verify`].
pub fn judge(served: Served, pool: &Pool, name: &str, now: &Zoned) -> Judgements {
    let verdict = verify(served, pool, name, now);
    let chain = verdict.as_ref().ok().and_then(|chains| chains.first());
    let in_chain = served_places(chain);
    let root = chain.map(|chain| match chain {
        Chain::LeafIsRoot { root } | Chain::Issued { root, .. } => *root,
    });
    let (roots, others) = (Candidates::new(&pool.certificates), Candidates::new(served.others));
    let mut signers = Signers { roots: &roots, served: &others, checks: 0 };
    let judged = |(place, certificate): (usize, &Certificate)| Judgement {
        fitness: fitness(certificate, (place > 0).then_some(Source::Server), now),
        name: (place == 0 && !name.is_empty()).then(|| check_hostname(certificate, name)),
        place_in_chain: in_chain.iter().position(|other| *other == place),
        signer: signers.signer_of(certificate),
    };
    let served =
        std::iter::once(served.leaf).chain(served.others).enumerate().map(judged).collect::<Vec<_>>();
    let signing = served.iter().filter_map(|judgement| match judgement.signer {
        Signer::Root(place) => Some((place, fitness(roots.get(place)?, Some(Source::Pool), now))),
        _ => None,
    });
    Judgements { roots: signing.collect(), served, root, verdict }
}

/// A leaf has no source among issuers.
fn fitness(certificate: &Certificate, source: Option<Source>, now: &Zoned) -> Fitness {
    Fitness {
        dates: check_dates(certificate, now),
        has_unhandled_critical: certificate.extensions.has_unhandled_critical,
        authority: source.map(|source| check_authority(certificate, source)),
        permits_servers: permits_servers(certificate),
    }
}

/// Whether the certificate may stand above another in a chain, but for the length of the path.
fn check_authority(certificate: &Certificate, source: Source) -> Result<(), HintCause> {
    check_may_sign(certificate).map_err(HintCause::Signature)?;
    match source {
        Source::Server => check_is_declared(certificate).map_err(HintCause::Unfit),
        Source::Pool => Ok(()),
    }
}

/// Which of the served certificates make up the chain, from the leaf on.
fn served_places(chain: Option<&Chain>) -> Vec<usize> {
    match chain {
        None => Vec::new(),
        Some(Chain::LeafIsRoot { .. }) => vec![0],
        Some(Chain::Issued { issuers, .. }) => std::iter::once(0).chain(issuers.iter().copied()).collect(),
    }
}

struct Signers<'a> {
    roots: &'a Candidates<'a>,
    served: &'a Candidates<'a>,
    checks: usize,
}

impl Signers<'_> {
    fn signer_of(&mut self, certificate: &Certificate) -> Signer {
        let roots =
            self.roots.issuers_of(certificate).into_iter().map(|(place, root)| (Signer::Root(place), root));
        let served = self.served.issuers_of(certificate).into_iter();
        let served = served.map(|(place, other)| (Signer::Served(place.saturating_add(1)), other));
        let mut hint = None;
        for (signer, candidate) in roots.chain(served).filter(|(_, candidate)| candidate.public_key.is_some())
        {
            self.checks = self.checks.saturating_add(1);
            if self.checks > MOST_SIGNATURE_CHECKS {
                return Signer::NotChecked;
            }
            match check_signed_by(certificate, candidate) {
                Ok(()) => return signer,
                Err(error) => hint = hint.or_else(|| Some(Hint::new(HintCause::Signature(error), candidate))),
            }
        }
        Signer::Nobody(hint)
    }
}
