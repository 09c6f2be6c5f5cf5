//! The subtrees of one form of name, as `crypto/x509/constraints.go` sorts and searches them.
//!
//! Which subtree is named in a message, and in odd cases whether one is found, hangs on this order and search.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::go_verdict::certificate::mailbox::Mailbox;
use crate::go_verdict::chain::names::told_address;

/// Whether the subtrees allow what is within, or forbid it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Permitted,
    Excluded,
}

/// Sorted members, of which none lies within the one before it (`nameConstraintsSet`).
struct Sorted<T> {
    members: Vec<T>,
}

impl<T> Sorted<T> {
    fn new(mut members: Vec<T>, order: impl Fn(&T, &T) -> Ordering, covers: impl Fn(&T, &T) -> bool) -> Self {
        // Go leaves the order of equals open from thirteen members on; these differ by case alone.
        members.sort_by(order);
        members.dedup_by(|next, kept| covers(kept, next));
        Self { members }
    }

    /// The member that matches, among the one that is equal and the one before it (`search`).
    fn nearest(&self, order: impl Fn(&T) -> Ordering, matches: impl Fn(&T) -> bool) -> Option<&T> {
        let place = self.members.partition_point(|member| order(member) == Ordering::Less);
        let equal = self.members.get(place).filter(|member| order(member) == Ordering::Equal);
        equal.or_else(|| self.members.get(place.saturating_sub(1)).filter(|member| matches(member)))
    }
}

/// Subtrees of DNS names, also for the hosts of addresses of mail and of URIs (`dnsConstraints`).
pub struct Domains {
    /// An empty subtree holds every name.
    holds_all: bool,
    sorted: Sorted<String>,
    /// Excluded subtrees by what follows their first label, for names such as `*.feed.test`.
    parents: HashMap<String, String>,
}

impl Domains {
    /// `None` if there are no subtrees.
    pub fn new(subtrees: &[String], side: Side) -> Option<Self> {
        if subtrees.is_empty() {
            return None;
        }
        let holds_all = subtrees.iter().any(String::is_empty);
        let subtrees = if holds_all { Vec::new() } else { subtrees.to_vec() };
        let sorted = Sorted::new(subtrees, |a, b| compare_domains(a, b), |a, b| has_suffix(b, a));
        let excluded = if side == Side::Excluded { sorted.members.as_slice() } else { &[] };
        let parents = excluded.iter().map(|name| name.to_ascii_lowercase());
        let parents =
            parents.filter_map(|name| Some((without_first_label(&name)?.to_owned(), name))).collect();
        Some(Self { holds_all, sorted, parents })
    }

    /// The subtree in which the name is.
    pub fn subtree_of(&self, name: &str) -> Option<String> {
        if self.holds_all {
            return Some(String::new());
        }
        let found = self
            .sorted
            .nearest(|subtree| compare_domains(subtree, name), |subtree| has_suffix(name, subtree));
        let wildcard = || {
            let name = name.starts_with('*').then(|| name.to_ascii_lowercase())?;
            self.parents.get(without_first_label(&name)?)
        };
        found.or_else(wildcard).cloned()
    }
}

/// From the first dot on (`trimFirstLabel`).
fn without_first_label(name: &str) -> Option<&str> {
    name.get(name.find('.')?..)
}

/// Whether the name ends with the subtree at a dot, whatever the case; a subtree with a dot in front holds what is below
/// it only (`dnsHasSuffix`).
fn has_suffix(name: &str, subtree: &str) -> bool {
    let (name, subtree) = (name.as_bytes(), subtree.as_bytes());
    let Some((front, end)) = name.len().checked_sub(subtree.len()).and_then(|at| name.split_at_checked(at))
    else {
        return false;
    };
    let is_at_dot = subtree.first() == Some(&b'.') || front.last().is_none_or(|last| *last == b'.');
    end.eq_ignore_ascii_case(subtree) && is_at_dot
}

/// From the end to the start, whatever the case, with the dot before all else (`dnsCompare`).
fn compare_domains(a: &str, b: &str) -> Ordering {
    let key = |byte: u8| if byte == b'.' { 0 } else { byte.to_ascii_lowercase() };
    a.bytes().rev().map(key).cmp(b.bytes().rev().map(key))
}

/// Subtrees of addresses of mail: whole addresses, and hosts (`emailConstraints`).
pub struct Mailboxes {
    whole: Vec<Mailbox>,
    domains: Option<Domains>,
}

impl Mailboxes {
    /// `None` if there are no subtrees.
    pub fn new(subtrees: &[String], side: Side) -> Option<Self> {
        let (whole, domains): (Vec<_>, Vec<_>) =
            subtrees.iter().cloned().partition(|subtree| subtree.contains('@'));
        let mut whole: Vec<_> = whole.iter().filter_map(|address| Mailbox::parse(address)).collect();
        whole.sort();
        (!subtrees.is_empty()).then(|| Self { whole, domains: Domains::new(&domains, side) })
    }

    /// The subtree in which the address is.
    pub fn subtree_of(&self, mailbox: &Mailbox) -> Option<String> {
        if self.whole.binary_search(mailbox).is_ok() {
            return Some(mailbox.to_string());
        }
        self.domains.as_ref()?.subtree_of(&mailbox.domain)
    }
}

/// An address, or the lower end of a network, with its mask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Network {
    address: Vec<u8>,
    mask: Vec<u8>,
}

/// Subtrees of addresses, version 4 and version 6 apart (`ipConstraints`).
pub struct Networks {
    v4: Sorted<Network>,
    v6: Sorted<Network>,
}

impl Networks {
    /// `None` if there are no subtrees.
    pub fn new(subtrees: &[(Vec<u8>, Vec<u8>)]) -> Option<Self> {
        let networks =
            subtrees.iter().map(|(address, mask)| Network { address: address.clone(), mask: mask.clone() });
        let (v4, v6): (Vec<_>, Vec<_>) = networks.partition(|network| network.address.len() == 4);
        let sorted = |members| Sorted::new(members, Network::cmp, Network::covers);
        (!subtrees.is_empty()).then(|| Self { v4: sorted(v4), v6: sorted(v6) })
    }

    /// The subtree in which the address is.
    pub fn subtree_of(&self, address: IpAddr) -> Option<String> {
        let (sorted, bytes) = match address {
            IpAddr::V4(address) => (&self.v4, address.octets().to_vec()),
            IpAddr::V6(address) => (&self.v6, address.octets().to_vec()),
        };
        sorted
            .nearest(|network| network.address.cmp(&bytes), |network| network.contains(&bytes))
            .map(Network::told)
    }
}

impl Network {
    /// The address and the mask, in version 4 if the address is one of version 4 written as version 6
    /// (`networkNumberAndMask`).
    fn short(&self) -> (&[u8], &[u8]) {
        let address = short_address(&self.address);
        let surplus = self.mask.len().saturating_sub(address.len());
        (address, self.mask.get(surplus..).unwrap_or_default())
    }

    /// `net.IPNet.Contains`.
    fn contains(&self, address: &[u8]) -> bool {
        let (network, mask) = self.short();
        let address = short_address(address);
        let is_equal = |((ours, theirs), mask): ((&u8, &u8), &u8)| ours & mask == theirs & mask;
        address.len() == network.len() && network.iter().zip(address).zip(mask).all(is_equal)
    }

    /// `ipNetworkSubset`.
    fn covers(&self, other: &Self) -> bool {
        let last: Vec<u8> = other.address.iter().zip(&other.mask).map(|(byte, mask)| byte | !mask).collect();
        self.contains(&other.address) && self.contains(&last)
    }

    /// `net.IPNet.String`.
    fn told(&self) -> String {
        let (address, mask) = self.short();
        let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
        let v4 = <[u8; 4]>::try_from(address).map(|octets| IpAddr::V4(Ipv4Addr::from(octets)));
        let v6 = || <[u8; 16]>::try_from(address).map(|octets| IpAddr::V6(Ipv6Addr::from(octets)));
        v4.or_else(|_| v6())
            .map_or_else(|_| String::new(), |address| format!("{}/{ones}", told_address(address)))
    }
}

fn short_address(address: &[u8]) -> &[u8] {
    const MAPPED: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
    address.strip_prefix(MAPPED).filter(|short| short.len() == 4).unwrap_or(address)
}
