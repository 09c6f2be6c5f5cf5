//! Rule C: the name constraints of a chain, with the words and the order of Go 1.26.

use crate::go_verdict::certificate::mailbox::Mailbox;
use crate::go_verdict::certificate::{Certificate, NameConstraints, domain::is_domain};
use crate::go_verdict::chain::constraint_set::{Domains, Mailboxes, Networks, Side};
use crate::go_verdict::chain::names::told_address;
use crate::go_verdict::chain::uri_host::{self, UriHostError};
use crate::wire::quoted;

/// Which name is not within the constraints (`checkChainConstraints`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    #[error("{form} {} is not permitted by any constraint", quoted(.name))]
    NotPermitted { form: &'static str, name: String },
    #[error("{form} {} is excluded by constraint {}", quoted(.name), quoted(.subtree))]
    Excluded { form: &'static str, name: String, subtree: String },
    #[error("x509: cannot parse dnsName {}", quoted(.0))]
    DnsName(String),
    #[error("cannot parse rfc822Name {}", quoted(.0))]
    Mailbox(String),
    #[error("x509: cannot parse rfc822Name {}", quoted(.0))]
    MailDomain(String),
    #[error("x509: internal error: URI SAN {} failed to parse", quoted(.0))]
    UriDomain(String),
    #[error(transparent)]
    Uri(#[from] UriHostError),
}

/// Whether all names of a chain, which goes from the leaf to the root, are within the constraints of the certificates
/// above them (`checkChainConstraints`).
pub fn check_constraints(chain: &[&Certificate]) -> Result<(), ConstraintError> {
    let all: Vec<_> =
        chain.iter().enumerate().filter_map(|(place, holder)| Authority::of(place, holder)).collect();
    for (place, certificate) in chain.iter().enumerate() {
        let above: Vec<_> = all.iter().filter(|authority| authority.place > place).collect();
        if above.is_empty() {
            return Ok(());
        }
        if certificate.extensions.alternative_names.is_some() {
            let names = Names::of(certificate)?;
            above.iter().try_for_each(|authority| authority.check(&names))?;
        }
    }
    Ok(())
}

/// The names of a certificate; each with its text in messages where that is another.
struct Names<'a> {
    certificate: &'a Certificate,
    uris: Vec<(String, &'a str)>,
    mailboxes: Vec<Mailbox>,
}

impl<'a> Names<'a> {
    fn of(certificate: &'a Certificate) -> Result<Self, ConstraintError> {
        let extensions = &certificate.extensions;
        let uris = extensions.uris.iter().map(|uri| Ok((uri_host::domain(uri)?, uri.text.as_str())));
        let uris = uris.collect::<Result<_, UriHostError>>()?;
        let mailbox =
            |text: &String| Mailbox::parse(text).ok_or_else(|| ConstraintError::Mailbox(text.clone()));
        let mailboxes = extensions.email_addresses.iter().map(mailbox).collect::<Result<_, _>>()?;
        Ok(Self { certificate, uris, mailboxes })
    }
}

/// What one certificate of the chain permits and excludes.
struct Authority {
    place: usize,
    networks: Sides<Networks>,
    domains: Sides<Domains>,
    uris: Sides<Domains>,
    mailboxes: Sides<Mailboxes>,
}

impl Authority {
    /// `None` if the certificate has no such extension. One that holds only forms which Go does not know still has the
    /// names below it checked for being names.
    fn of(place: usize, certificate: &Certificate) -> Option<Self> {
        let NameConstraints { permitted, excluded, .. } = certificate.extensions.name_constraints.as_ref()?;
        let domains = |permitted, excluded| Sides {
            permitted: Domains::new(permitted, Side::Permitted),
            excluded: Domains::new(excluded, Side::Excluded),
        };
        Some(Self {
            place,
            networks: Sides {
                permitted: Networks::new(&permitted.ip),
                excluded: Networks::new(&excluded.ip),
            },
            domains: domains(&permitted.dns, &excluded.dns),
            uris: domains(&permitted.uri, &excluded.uri),
            mailboxes: Sides {
                permitted: Mailboxes::new(&permitted.email, Side::Permitted),
                excluded: Mailboxes::new(&excluded.email, Side::Excluded),
            },
        })
    }

    /// Addresses first, then DNS names, URIs and addresses of mail (`chainConstraints.check`).
    fn check(&self, names: &Names) -> Result<(), ConstraintError> {
        let extensions = &names.certificate.extensions;
        for &address in &extensions.ip_addresses {
            self.networks
                .check("IP address", &told_address(address), |networks| networks.subtree_of(address))?;
        }
        for name in &extensions.dns_names {
            domain_or(name, ConstraintError::DnsName, name)?;
            self.domains.check("DNS name", name, |domains| domains.subtree_of(name))?;
        }
        for (domain, text) in &names.uris {
            domain_or(domain, ConstraintError::UriDomain, text)?;
            self.uris.check("URI", text, |domains| domains.subtree_of(domain))?;
        }
        for mailbox in &names.mailboxes {
            let text = mailbox.to_string();
            domain_or(&mailbox.domain, ConstraintError::MailDomain, &text)?;
            self.mailboxes.check("email address", &text, |mailboxes| mailboxes.subtree_of(mailbox))?;
        }
        Ok(())
    }
}

struct Sides<T> {
    permitted: Option<T>,
    excluded: Option<T>,
}

impl<T> Sides<T> {
    /// `checkConstraints`.
    fn check(
        &self,
        form: &'static str,
        name: &str,
        subtree_of: impl Fn(&T) -> Option<String>,
    ) -> Result<(), ConstraintError> {
        if self.permitted.as_ref().is_some_and(|permitted| subtree_of(permitted).is_none()) {
            return Err(ConstraintError::NotPermitted { form, name: name.to_owned() });
        }
        match self.excluded.as_ref().and_then(subtree_of) {
            Some(subtree) => Err(ConstraintError::Excluded { form, name: name.to_owned(), subtree }),
            None => Ok(()),
        }
    }
}

/// A name must have the form of a domain, or be none at all (`domainNameValid`).
fn domain_or(
    domain: &str,
    error: impl Fn(String) -> ConstraintError,
    told: &str,
) -> Result<(), ConstraintError> {
    if is_domain(domain.as_bytes()) { Ok(()) } else { Err(error(told.to_owned())) }
}
