//! Rule O: the policies of a chain (RFC 5280, section 6.1, as RFC 9618 mends it).
//!
//! Go asks for no policy of its own, so a chain is invalid only if one of its authorities asks for a policy
//! (`requireExplicitPolicy`) and none holds along it, or if a mapping names the policy "any".

use std::collections::{BTreeMap, BTreeSet};

use crate::go_verdict::certificate::Certificate;

const ANY_POLICY: &str = "2.5.29.32.0";

/// Whether the policies of the chain hold, from the leaf to the root (`policiesValid`).
pub fn policies_are_valid(chain: &[&Certificate]) -> bool {
    let Some((_root, issued)) = chain.split_last() else {
        return true;
    };
    if issued.is_empty() {
        return true;
    }
    let never = u64::try_from(chain.len()).unwrap_or(u64::MAX);
    let mut state = State {
        graph: Some(Graph::new()),
        any_inhibited_in: never,
        explicit_in: never,
        mapping_inhibited_in: never,
    };
    for (place, certificate) in issued.iter().enumerate().rev() {
        if state.descend(certificate, place == 0).is_err() {
            return false;
        }
    }
    let leaf_asks = issued.first().is_some_and(|leaf| leaf.extensions.require_explicit_policy == Some(0));
    let is_explicit = leaf_asks || state.explicit_in <= 1;
    !is_explicit || state.graph.is_some_and(|graph| graph.has_valid_policy())
}

/// A policy is asked for and there is none, or a mapping is invalid.
struct Invalid;

/// What holds at one certificate on the way down; the counters say after how many more certificates a rule begins.
struct State<'a> {
    /// `None`: no policy is left.
    graph: Option<Graph<'a>>,
    any_inhibited_in: u64,
    explicit_in: u64,
    mapping_inhibited_in: u64,
}

impl<'a> State<'a> {
    fn descend(&mut self, certificate: &'a Certificate, is_leaf: bool) -> Result<(), Invalid> {
        let is_self_issued = certificate.raw_issuer == certificate.raw_subject;
        if certificate.extensions.policies.is_empty() {
            self.graph = None;
        }
        if self.explicit_in == 0 && self.graph.is_none() {
            return Err(Invalid);
        }
        let any_counts = self.any_inhibited_in > 0 || (!is_leaf && is_self_issued);
        let maps = self.mapping_inhibited_in > 0;
        if let Some(graph) = &mut self.graph {
            graph.descend(&certificate.extensions.policies, any_counts);
            if !is_leaf {
                map(graph, &certificate.extensions.policy_mappings, maps)?;
            }
        }
        if !is_leaf {
            self.count(certificate, is_self_issued);
        }
        Ok(())
    }

    /// RFC 5280, 6.1.4 (h), (i) and (j).
    fn count(&mut self, certificate: &Certificate, is_self_issued: bool) {
        let extensions = &certificate.extensions;
        let counters = [
            (&mut self.explicit_in, extensions.require_explicit_policy),
            (&mut self.mapping_inhibited_in, extensions.inhibit_policy_mapping),
            (&mut self.any_inhibited_in, extensions.inhibit_any_policy),
        ];
        for (counter, limit) in counters {
            let less = if is_self_issued { *counter } else { counter.saturating_sub(1) };
            *counter = limit.map_or(less, |limit| limit.min(less));
        }
    }
}

/// RFC 5280, 6.1.4 (a) and (b).
fn map<'a>(graph: &mut Graph<'a>, mappings: &'a [(String, String)], maps: bool) -> Result<(), Invalid> {
    if mappings.is_empty() {
        return Ok(());
    }
    let mut expected = BTreeMap::<&str, Vec<&str>>::new();
    for (issuers, subjects) in mappings {
        if maps {
            if issuers == ANY_POLICY || subjects == ANY_POLICY {
                return Err(Invalid);
            }
            expected.entry(issuers).or_default().push(subjects);
        } else {
            graph.remove_leaf(issuers);
        }
    }
    graph.prune();
    for (policy, subjects) in expected {
        graph.expect(policy, subjects);
    }
    Ok(())
}

/// The policies valid at each depth; a node of one depth has parents in the depth above (`policyGraph`).
struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    /// The node of each policy, depth by depth.
    strata: Vec<BTreeMap<&'a str, usize>>,
}

struct Node<'a> {
    policy: &'a str,
    /// What the certificate below must say for this policy to go on.
    expected: Vec<&'a str>,
    parents: BTreeSet<usize>,
    children: BTreeSet<usize>,
}

impl<'a> Graph<'a> {
    fn new() -> Self {
        let mut graph = Self { nodes: Vec::new(), strata: vec![BTreeMap::new()] };
        graph.insert(ANY_POLICY, vec![ANY_POLICY], &[]);
        graph
    }

    /// A node at the lowest depth, in place of one of the same policy.
    fn insert(&mut self, policy: &'a str, expected: Vec<&'a str>, parents: &[usize]) {
        let id = self.nodes.len();
        for &parent in parents {
            if let Some(parent) = self.nodes.get_mut(parent) {
                parent.children.insert(id);
            }
        }
        self.nodes.push(Node {
            policy,
            expected,
            parents: parents.iter().copied().collect(),
            children: BTreeSet::new(),
        });
        if let Some(leaves) = self.strata.last_mut() {
            leaves.insert(policy, id);
        }
    }

    fn leaf(&self, policy: &str) -> Option<usize> {
        self.strata.last()?.get(policy).copied()
    }

    /// RFC 9618, 6.1.3 (d): the policies of the next certificate.
    fn descend(&mut self, policies: &'a [String], any_counts: bool) {
        let above = self.strata.last().cloned().unwrap_or_default();
        let mut expecting = BTreeMap::<&str, Vec<usize>>::new();
        for &parent in above.values() {
            for &policy in self.nodes.get(parent).map(|node| node.expected.as_slice()).unwrap_or_default() {
                expecting.entry(policy).or_default().push(parent);
            }
        }
        self.strata.push(BTreeMap::new());
        for policy in policies.iter().filter(|policy| *policy != ANY_POLICY) {
            let any = above.get(ANY_POLICY).map(std::slice::from_ref);
            if let Some(parents) = expecting.get(policy.as_str()).map(Vec::as_slice).or(any) {
                self.insert(policy, vec![policy], parents);
            }
        }
        if any_counts && policies.iter().any(|policy| policy == ANY_POLICY) {
            expecting.retain(|policy, _| self.leaf(policy).is_none());
            for (policy, parents) in expecting {
                self.insert(policy, vec![policy], &parents);
            }
        }
        self.prune();
    }

    /// RFC 9618, 6.1.4 (b) (1) and (2).
    fn expect(&mut self, policy: &'a str, subjects: Vec<&'a str>) {
        if let Some(leaf) = self.leaf(policy).and_then(|leaf| self.nodes.get_mut(leaf)) {
            leaf.expected = subjects;
        } else if let Some(any) = self.leaf(ANY_POLICY) {
            self.insert(policy, subjects, &[any]);
        }
    }

    fn remove_leaf(&mut self, policy: &str) {
        if let Some(depth) = self.strata.len().checked_sub(1) {
            self.remove(depth, policy);
        }
    }

    fn remove(&mut self, depth: usize, policy: &str) {
        let Some(id) = self.strata.get_mut(depth).and_then(|stratum| stratum.remove(policy)) else {
            return;
        };
        let parents = self.nodes.get(id).map(|node| node.parents.clone()).unwrap_or_default();
        for parent in parents {
            if let Some(parent) = self.nodes.get_mut(parent) {
                parent.children.remove(&id);
            }
        }
    }

    /// Takes out, from below upwards, what leads nowhere; the lowest depth and the root stay.
    fn prune(&mut self) {
        for depth in (1..self.strata.len().saturating_sub(1)).rev() {
            let is_barren = |id: &usize| self.nodes.get(*id).is_some_and(|node| node.children.is_empty());
            let stratum = self.strata.get(depth).into_iter().flatten();
            let barren: Vec<_> = stratum.filter(|(_, id)| is_barren(id)).map(|(&policy, _)| policy).collect();
            for policy in barren {
                self.remove(depth, policy);
            }
        }
    }

    /// RFC 9618, 6.1.5 (g): a policy below "any" alone, at any depth, or "any" itself at the lowest.
    fn has_valid_policy(&self) -> bool {
        let is_any = |id: &usize| self.nodes.get(*id).is_some_and(|node| node.policy == ANY_POLICY);
        let is_below_any_alone = |node: &Node| {
            node.policy != ANY_POLICY && node.parents.len() == 1 && node.parents.iter().all(is_any)
        };
        let mut nodes = self.strata.iter().flat_map(BTreeMap::values).filter_map(|&id| self.nodes.get(id));
        self.leaf(ANY_POLICY).is_some() || nodes.any(is_below_any_alone)
    }
}
