//! What is said of a TLS handshake that failed: the cause that the evidence allows, in plain words.

use sockeye::{
    diagnose,
    session::{
        Aspect, Certificate, CertificateCheck, Evidence, Exchange, FailureKind, Finding, FindingCode,
        Judgement, ProxyEvidence, Response, Stage, TlsEvidence, TlsVerdict,
    },
};

use crate::fixtures::{NOW, codes, failure, leaf, report, settings, unread};

fn found(url: &str, kind: FailureKind, tls: TlsEvidence) -> Vec<Finding> {
    let ladder = [report(Stage::Tls, Evidence::Tls(Box::new(tls)))];
    diagnose::failed(&settings(url), &ladder, &failure(Stage::Tls, kind), NOW)
}

fn alert(alert: &str, tls: TlsEvidence) -> Finding {
    let kind = FailureKind::TlsAlert { alert: alert.to_owned() };
    found("wss://feed.example/", kind, tls).remove(0)
}

#[test]
fn a_name_that_the_server_does_not_know_is_shown() {
    let named = TlsEvidence { server_name: Some("feed.example".to_owned()), ..TlsEvidence::default() };
    let finding = alert("unrecognized_name", named);
    assert_eq!(finding.cause, "The server knows no host of the name “feed.example”.");
    assert!(finding.evidence.contains(&"name sent (SNI): feed.example".to_owned()));
    let nameless = alert("unrecognized_name", TlsEvidence::default());
    assert!(nameless.cause.contains("wants to be called by a host name"), "{}", nameless.cause);
}

#[test]
fn an_alert_says_no_more_than_it_allows() {
    let rows = [
        ("internal_error", FindingCode::TlsFailed, "an error of its own"),
        ("no_application_protocol", FindingCode::TlsFailed, "ALPN"),
        ("handshake_failure", FindingCode::TlsSuite, "does not say what"),
        ("insufficient_security", FindingCode::TlsSuite, "wants stronger"),
        ("unknown_ca", FindingCode::ClientCertWanted, "was not seen to ask for one"),
        ("access_denied", FindingCode::ClientCertWanted, "rules do not admit"),
        ("alert 200", FindingCode::TlsFailed, "no registered meaning"),
    ];
    for (name, code, words) in rows {
        let finding = alert(name, TlsEvidence::default());
        assert_eq!(finding.code, code, "{name}");
        assert!(finding.cause.contains(words), "{name}: {}", finding.cause);
    }
}

/// The cause where the pipeline finds this fault of the server's own certificate.
fn cause_of(aspect: Aspect, fault: &str) -> String {
    let checks = vec![CertificateCheck { aspect, fault: Some(fault.to_owned()) }];
    let judgement = Some(Judgement { checks, ..Judgement::default() });
    let own = Certificate { signature: "RSA with SHA-1".to_owned(), judgement, ..leaf() };
    let tls = TlsEvidence { chain: vec![own], ..TlsEvidence::default() };
    found("wss://feed.example/", FailureKind::CertInvalid, tls).remove(0).cause
}

#[test]
fn each_fault_of_a_certificate_has_a_cause_in_plain_words() {
    let rows = [
        (
            Aspect::Trust,
            "not by \"X\": x509: cannot verify signature: insecure algorithm SHA1-RSA",
            "RSA and SHA-1",
        ),
        (Aspect::Trust, "not by \"X\": crypto/rsa: 768-bit keys are insecure", "whose key is too short"),
        (Aspect::Trust, "the root: current time B is after A", "is out of its dates"),
        (Aspect::Usage, "x509: certificate specifies an incompatible key usage", "lacks serverAuth"),
        (Aspect::Extensions, "x509: unhandled critical extension", "a critical extension"),
        (Aspect::Parsing, "x509: negative serial number", "a serial number"),
    ];
    for (aspect, fault, words) in rows {
        let cause = cause_of(aspect, fault);
        assert!(cause.contains(words), "{fault}: {cause}");
        assert!(!cause.contains("x509"), "{cause}");
    }
}

#[test]
fn the_key_that_is_too_short_is_told_by_whose_it_is() {
    let tls = |own: &str, root: &str| TlsEvidence {
        chain: vec![Certificate { key: own.to_owned(), ..leaf() }],
        namesake: Some(Certificate { subject: "Old CA".to_owned(), key: root.to_owned(), ..leaf() }),
        pipeline: Some(TlsVerdict::Opens {}),
        ..TlsEvidence::default()
    };
    let cause = |tls| found("wss://feed.example/", FailureKind::CertInvalid, tls).remove(0).cause;
    assert!(cause(tls("RSA 2048", "RSA 1024")).starts_with("The key of the authority “Old CA” is RSA 1024"));
    assert!(cause(tls("RSA 2040", "RSA 2048")).starts_with("The server's own key is RSA 2040"));
}

#[test]
fn a_trusted_root_of_the_same_name_and_another_key_is_told_with_its_fingerprint() {
    let root = Certificate { subject: "Example CA".to_owned(), sha256: "ab01".to_owned(), ..leaf() };
    let tls = TlsEvidence { chain: vec![leaf()], namesake: Some(root), ..TlsEvidence::default() };
    let findings = found("wss://feed.example/", FailureKind::CertUnknownIssuer, tls);
    assert_eq!(codes(&findings), ["cert-unknown-issuer"]);
    assert!(findings[0].cause.contains("another key than the one that signed"), "{}", findings[0].cause);
    assert!(findings[0].evidence.iter().any(|line| line.starts_with("the trusted root: SHA-256 AB:01")));
    assert!(findings[0].fixes[0].title.starts_with("fetch the present certificate"));
}

#[test]
fn names_that_do_not_serve_are_told_by_the_way_in_which_they_do_not() {
    let cause = |url: &str, subject: &str, names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let own = Certificate { subject: subject.to_owned(), names: names.clone(), ..leaf() };
        let kind = FailureKind::CertWrongName { expected: String::new(), presented: names };
        let tls = TlsEvidence { chain: vec![own], ..TlsEvidence::default() };
        found(url, kind, tls).remove(0).cause
    };
    let rows = [
        (cause("wss://feed.example/", "CN=feed.example", &[]), "in its common name (CN) alone"),
        (cause("wss://feed.example/", "CN=other", &[]), "its common name (“other”) is not read"),
        (cause("wss://10.0.0.1/", "", &["feed.example"]), "does not name any address"),
        (cause("wss://10.0.0.1/", "", &["10.0.0.1"]), "as a host name (DNS)"),
        (cause("wss://a.b.example/", "", &["*.example"]), "stands for one label only"),
        (cause("wss://feed.example/", "", &["*.feed.example"]), "does not stand for the domain itself"),
        (cause("wss://feed.example/", "", &["other.example"]), "it is for other.example"),
    ];
    for (cause, words) in rows {
        assert!(cause.contains(words), "{words}: {cause}");
    }
}

#[test]
fn the_root_that_is_served_is_saved_before_anything_else_and_skipping_is_last() {
    let own = Certificate {
        subject: "C=NL, CN=Lab Root CA".to_owned(),
        self_issued: true,
        sha256: "ab01".to_owned(),
        pem: "a certificate".to_owned(),
        ..leaf()
    };
    let tls = TlsEvidence { chain: vec![leaf(), own.clone()], trustable: Some(1), ..TlsEvidence::default() };
    let fixes = found("wss://feed.example/", FailureKind::CertUnknownIssuer, tls).remove(0).fixes;
    let first = &fixes[0];
    assert!(first.title.contains("SHA-256 AB:01") && first.title.contains("owner"), "{}", first.title);
    let file = first.file.as_ref().expect("it is to be written");
    assert_eq!((file.name.as_str(), file.pem.as_str()), ("lab-root-ca.pem", "a certificate"));
    assert_eq!(file.facts[0], "subject C=NL, CN=Lab Root CA");
    let edits: Vec<_> = first.edits.iter().map(|edit| format!("{}={}", edit.path, edit.value)).collect();
    assert_eq!(edits, ["tls.enabled=true", "tls.root_cas_file=lab-root-ca.pem"]);
    let weakening: Vec<_> = fixes.iter().map(sockeye::session::Fix::weakens_security).collect();
    assert_eq!(weakening.iter().position(|weakens| *weakens), Some(fixes.len() - 1));

    let unfit = TlsEvidence { chain: vec![leaf(), own], ..TlsEvidence::default() };
    let fixes = found("wss://feed.example/", FailureKind::CertUnknownIssuer, unfit).remove(0).fixes;
    assert!(fixes.iter().all(|fix| fix.file.is_none()), "it would not help");
}

#[test]
fn a_page_of_a_proxy_inside_its_tunnel_is_the_proxys() {
    let response = Response {
        status: 200,
        headers: vec![("Content-Length".to_owned(), "13".to_owned())],
        ..Response::default()
    };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    let proxy = ProxyEvidence {
        url: "http://proxy.example:3128".to_owned(),
        exchange: Some(Box::new(exchange)),
        ..ProxyEvidence::default()
    };
    let ladder = [report(Stage::Proxy, Evidence::Proxy(Box::new(proxy))), unread(b"<html></html>")];
    let kind = FailureKind::NotHttp { looks_like_tls: false };
    let findings =
        diagnose::failed(&settings("ws://feed.example/"), &ladder, &failure(Stage::Upgrade, kind), NOW);
    assert_eq!(findings[0].code, FindingCode::ProxyFailed);
    assert!(findings[0].cause.contains("a page of its own"), "{}", findings[0].cause);
}
