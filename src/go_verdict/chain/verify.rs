//! What Go says of the certificates of a server (`Certificate.Verify`).

use jiff::Zoned;

use crate::go_verdict::certificate::{Certificate, Pool};
use crate::go_verdict::chain::building::{Candidates, Chain, chains, check_by_itself};
use crate::go_verdict::chain::constraints::check_constraints;
use crate::go_verdict::chain::error::VerifyError;
use crate::go_verdict::chain::names::check_hostname;
use crate::go_verdict::chain::policy::policies_are_valid;
use crate::go_verdict::chain::usage::permits_servers;

/// The certificates of a server: there is at least one.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    pub leaf: &'a Certificate,
    pub others: &'a [Certificate],
}

impl<'a> Served<'a> {
    /// In the order of the handshake; `None` if there are none, which Go refuses before it verifies anything.
    pub fn new(certificates: &'a [Certificate]) -> Option<Self> {
        certificates.split_first().map(|(leaf, others)| Self { leaf, others })
    }
}

/// The chains by which the server is trusted, or why it is not. An empty name is no name to check.
///
/// # Errors
///
/// With the first thing that Go finds wrong, whose `Display` is Go's text.
pub fn verify(served: Served, pool: &Pool, name: &str, now: &Zoned) -> Result<Vec<Chain>, VerifyError> {
    check_by_itself(served.leaf, now)?;
    if !name.is_empty() {
        check_hostname(served.leaf, name)?;
    }
    let roots = Candidates::new(&pool.certificates);
    let candidates = match roots.place_of(served.leaf) {
        Some(root) => vec![Chain::LeafIsRoot { root }],
        None => chains(served.leaf, &Candidates::new(served.others), &roots, now)?,
    };
    accepted(served, &pool.certificates, candidates)
}

/// The chains that have valid policies, usages and names; each falls at the first of these that it has not.
fn accepted(
    served: Served,
    roots: &[Certificate],
    candidates: Vec<Chain>,
) -> Result<Vec<Chain>, VerifyError> {
    let (mut invalid_policies, mut incompatible_usage, mut bad_name) = (0usize, 0usize, None);
    let mut accepted = Vec::new();
    for chain in candidates {
        let certificates = certificates(served, roots, &chain);
        if !policies_are_valid(&certificates) {
            invalid_policies = invalid_policies.saturating_add(1);
        } else if !certificates.iter().all(|certificate| permits_servers(certificate)) {
            incompatible_usage = incompatible_usage.saturating_add(1);
        } else if let Err(error) = check_constraints(&certificates) {
            bad_name = bad_name.or(Some(error));
        } else {
            accepted.push(chain);
        }
    }
    match bad_name {
        _ if !accepted.is_empty() => Ok(accepted),
        Some(error) => Err(VerifyError::NotAuthorizedForName(error)),
        None if invalid_policies == 0 => Err(VerifyError::IncompatibleUsage),
        None => Err(VerifyError::NoValidChains { incompatible_usage, invalid_policies }),
    }
}

/// The certificates of a chain, from the leaf to the root.
fn certificates<'a>(served: Served<'a>, roots: &'a [Certificate], chain: &Chain) -> Vec<&'a Certificate> {
    let mut certificates = vec![served.leaf];
    if let Chain::Issued { issuers, root } = chain {
        let others = issuers.iter().filter_map(|place| served.others.get(place.checked_sub(1)?));
        certificates.extend(others.chain(roots.get(*root)));
    }
    certificates
}
