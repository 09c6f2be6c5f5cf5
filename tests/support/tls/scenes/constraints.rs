//! Name constraints and policies.

use crate::tls::{
    certificate::{Plan, intermediate, leaf, name, root},
    der::{sequence, tlv},
    extension::{
        CLIENT, Critical, constraints, constraints_as, dns, email, named, names, network, no_authority,
        policies, policy_required, uri, usages,
    },
    scene::{Scene, shows},
};

/// Two chains of a leaf of these names: one whose root has the constraints, one whose intermediate has them.
fn of(scene: &str, words: &[&str], constraint: &[u8]) -> [Scene; 2] {
    let change = |plan: &mut Plan| plan.extensions = vec![named(words)];
    let lab = root(|plan| plan.add(constraint.to_vec()));
    let above = root(|_| {});
    let middle = intermediate(&above, |plan| plan.add(constraint.to_vec()));
    [
        shows(format!("constraint-{scene}"), &[&leaf(&lab, change)], &[&lab]),
        shows(format!("constraint-{scene}-intermediate"), &[&leaf(&middle, change), &middle], &[&above]),
    ]
}

pub fn all() -> Vec<Scene> {
    let mut all = named_constraints();
    all.extend(policy());
    all
}

fn named_constraints() -> Vec<Scene> {
    let permits = |words: &[&str]| constraints(&words.iter().map(dns).collect::<Vec<_>>(), &[]);
    let excludes = |words: &[&str]| constraints(&[], &words.iter().map(dns).collect::<Vec<_>>());
    let here = ["localhost"];
    let loopback = network([127, 0, 0, 0], [255, 0, 0, 0]);
    let mut all = Vec::new();
    all.extend(of("kept", &here, &permits(&["localhost"])));
    all.extend(of("violated", &here, &permits(&["example.com"])));
    all.extend(of("excluded", &here, &excludes(&["localhost"])));
    all.extend(of("excluded-another", &here, &excludes(&["example.com"])));
    all.extend(of("another-name-violated", &["localhost", "example.com"], &permits(&["localhost"])));
    all.extend(of("leading-dot", &here, &permits(&[".localhost"])));
    all.extend(of("empty-permits-all", &here, &permits(&[""])));
    all.extend(of("empty-excludes-all", &here, &excludes(&[""])));
    all.extend(of("upper-case", &here, &permits(&["LOCALHOST"])));
    all.extend(of("wildcard-excluded", &["localhost", "*.example.com"], &excludes(&["a.example.com"])));
    all.extend(of(
        "address-kept",
        &["127.0.0.1", "localhost"],
        &constraints(std::slice::from_ref(&loopback), &[]),
    ));
    all.extend(of(
        "address-violated",
        &["10.0.0.1", "localhost"],
        &constraints(std::slice::from_ref(&loopback), &[]),
    ));
    all.extend(of("address-excluded", &["127.0.0.1", "localhost"], &constraints(&[], &[loopback])));
    all.extend(of("of-emails-only", &here, &constraints(&[email("example.com")], &[])));
    all.extend(of("of-uris-only", &here, &constraints(&[uri("example.com")], &[])));
    all.extend(of("of-directory-names", &here, &constraints(&[tlv(0xa4, &[&name("server")])], &[])));
    all.extend(of(
        "of-directory-names-not-critical",
        &here,
        &constraints_as(Critical::No, &[tlv(0xa4, &[&name("other")])], &[]),
    ));
    all.extend(of("not-critical-violated", &here, &constraints_as(Critical::No, &[dns("example.com")], &[])));
    all.extend(of("permitted-and-excluded", &here, &constraints(&[dns("localhost")], &[dns("localhost")])));
    all.extend(of("malformed-mask", &here, &constraints(&[network([10, 0, 0, 0], [255, 0, 255, 0])], &[])));
    all.extend(of("malformed-name", &here, &permits(&["a..b"])));
    all.extend(of(
        "empty",
        &here,
        &crate::tls::extension::extension("2.5.29.30", Critical::Yes, &sequence(&[])),
    ));
    let lab = root(|plan| plan.add(permits(&["localhost"])));
    let bare = leaf(&lab, |plan| {
        plan.named(name("localhost"));
        plan.extensions = vec![no_authority()];
    });
    let emails = root(|plan| plan.add(constraints(&[email("example.com")], &[])));
    let with_email =
        leaf(&emails, |plan| plan.extensions = vec![names(&[dns("localhost"), email("a@other.example")])]);
    let uris = root(|plan| plan.add(constraints(&[uri("example.com")], &[])));
    let with_uri = leaf(&uris, |plan| {
        plan.extensions = vec![names(&[dns("localhost"), uri("https://other.example/x")])]
    });
    all.push(shows("constraint-without-names", &[&bare], &[&lab]));
    all.push(shows("constraint-email-violated", &[&with_email], &[&emails]));
    all.push(shows("constraint-uri-violated", &[&with_uri], &[&uris]));
    all
}

fn policy() -> Vec<Scene> {
    let lab = root(|_| {});
    let by = |scene: &str, extensions: &[Vec<u8>], of_leaf: &[Vec<u8>]| {
        let middle = intermediate(&lab, |plan| plan.extensions.extend_from_slice(extensions));
        let server = leaf(&middle, |plan| plan.extensions.extend_from_slice(of_leaf));
        shows(format!("policy-{scene}"), &[&server, &middle], &[&lab])
    };
    let (own, other, any) = (
        |critical| policies(critical, &["1.2.3.4"]),
        policies(Critical::No, &["1.2.3.5"]),
        policies(Critical::No, &["2.5.29.32.0"]),
    );
    let required = policy_required(Critical::Yes);
    let of_root = root(|plan| plan.add(policy_required(Critical::Yes)));
    vec![
        by("required-and-missing", std::slice::from_ref(&required), &[]),
        by("required-not-critical", &[policy_required(Critical::No)], &[]),
        by("required-and-kept", &[required.clone(), own(Critical::No)], &[own(Critical::No)]),
        by("required-and-kept-critical", &[required.clone(), own(Critical::Yes)], &[own(Critical::Yes)]),
        by("required-and-another", &[required.clone(), own(Critical::No)], &[other]),
        by("required-any-above", &[required.clone(), any.clone()], &[own(Critical::No)]),
        by("required-any-below", &[required.clone(), own(Critical::No)], &[any]),
        by("required-leaf-without", &[required.clone(), own(Critical::No)], &[]),
        by("required-and-client-only", &[required.clone(), usages(&[CLIENT])], &[]),
        by("required-and-constraint", &[required.clone(), constraints(&[dns("example.com")], &[])], &[]),
        by("critical-in-intermediate", &[own(Critical::Yes)], &[]),
        by("client-only-and-constraint", &[usages(&[CLIENT]), constraints(&[dns("example.com")], &[])], &[]),
        shows("policy-required-by-root", &[&leaf(&of_root, |_| {})], &[&of_root]),
    ]
}
