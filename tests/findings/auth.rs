//! Findings about credentials, whether the server accepts them or not.

use sockeye::{
    config::{BasicAuth, Secret, Settings},
    diagnose,
    session::{
        AuthEvidence, AuthMethod, Evidence, Exchange, FailureKind, Finding, Response, Stage, StageReport,
        TokenFault,
    },
};

use crate::fixtures::{NOW, codes, edits, failure, report, settings};

fn token(exp: Option<i64>, nbf: Option<i64>, alg_overridden: bool) -> AuthEvidence {
    let method = AuthMethod::Jwt {
        signing_method: "RS256".to_owned(),
        header: r#"{"alg": "none", "typ": "JWT"}"#.to_owned(),
        claims: "{}".to_owned(),
        exp,
        nbf,
        iat: None,
        alg_overridden,
    };
    AuthEvidence { method, replaced: false }
}

fn oauth() -> AuthEvidence {
    let method = AuthMethod::OAuth1 {
        as_pipeline: false,
        base_string: "GET&http%3A%2F%2Fh%2F&a%3Db".to_owned(),
        signing_key: "•••&•••".to_owned(),
        header: "OAuth oauth_consumer_key=\"•••\"".to_owned(),
        timestamp: 1_768_348_800,
    };
    AuthEvidence { method, replaced: false }
}

fn basic(replaced: bool) -> AuthEvidence {
    AuthEvidence { method: AuthMethod::Basic { username: "me".to_owned() }, replaced }
}

fn exchanged(auth: Vec<AuthEvidence>, status: u16, date: Option<&str>) -> StageReport {
    let headers = date.map(|date| ("Date".to_owned(), date.to_owned()));
    let response = Response { status, headers: headers.into_iter().collect(), ..Response::default() };
    let exchange = Exchange { auth, response: Some(response), ..Exchange::default() };
    report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))
}

fn opened(settings: &Settings, auth: Vec<AuthEvidence>, date: Option<&str>) -> Vec<Finding> {
    diagnose::opened(settings, &[exchanged(auth, 101, date)], NOW)
}

/// The time `seconds` after now, in seconds since 1970.
fn after(seconds: i64) -> i64 {
    NOW.0 / 1_000_000 + seconds
}

#[test]
fn a_token_is_checked_against_the_local_clock() {
    let settings = settings("ws://h/");
    assert_eq!(
        codes(&opened(&settings, vec![token(Some(after(60)), Some(after(-60)), false)], None)),
        [""; 0]
    );
    let past = opened(&settings, vec![token(Some(after(-60)), None, false)], None);
    assert_eq!(codes(&past), ["jwt-expired"]);
    assert!(past[0].cause.starts_with("The token has expired by the local clock."), "{}", past[0].cause);
    let early = opened(&settings, vec![token(None, Some(after(60)), false)], None);
    assert!(
        early[0].cause.starts_with("The token is not valid yet by the local clock."),
        "{}",
        early[0].cause
    );
}

#[test]
fn a_token_is_checked_against_the_clock_of_the_server_too() {
    // An hour after NOW.
    let date = Some("Wed, 14 Jan 2026 01:00:00 GMT");
    let found = opened(&settings("ws://h/"), vec![token(Some(after(60)), None, false)], date);
    assert_eq!(codes(&found), ["jwt-expired"]);
    assert!(found[0].cause.contains("by the server's clock, but not by the local one"), "{}", found[0].cause);
}

#[test]
fn an_overridden_alg_is_reported() {
    let found = opened(&settings("ws://h/"), vec![token(None, None, true)], None);
    assert_eq!(codes(&found), ["jwt-alg-overridden"]);
}

#[test]
fn the_signature_of_the_pipeline_is_reported_wherever_oauth_is_on() {
    let found = opened(&settings("ws://h/"), vec![oauth()], None);
    assert_eq!(codes(&found), ["oauth-pipeline"]);
    assert!(found[0].evidence[0].starts_with("base string: GET&"), "{:?}", found[0].evidence);
}

#[test]
fn with_several_methods_the_sent_one_is_named_and_a_fix_switches_the_others_off() {
    let mut settings = settings("ws://h/");
    settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password: Secret::new("pw") });
    let found = opened(&settings, vec![token(None, None, false), basic(false)], None);
    assert_eq!(codes(&found), ["auth-several"]);
    assert!(found[0].cause.contains("only basic is sent"), "{}", found[0].cause);
    assert_eq!(edits(&found), ["jwt.enabled=false"]);
}

#[test]
fn an_authorization_header_beside_oauth_is_reported_as_two_headers() {
    let mut settings = settings("ws://h/");
    settings.headers = vec![("Authorization".to_owned(), Secret::new("Bearer x"))];
    let found = opened(&settings, vec![oauth()], None);
    assert_eq!(codes(&found), ["oauth-pipeline", "auth-several"]);
    assert!(found[1].cause.starts_with("Two Authorization headers are sent"), "{}", found[1].cause);
}

#[test]
fn a_401_lists_the_credentials_sent_and_the_clock_skew() {
    let auth = vec![token(Some(after(86_400)), None, false), basic(false)];
    let ladder = [exchanged(auth, 401, Some("Wed, 14 Jan 2026 00:05:00 GMT"))];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 401 });
    let found = diagnose::failed(&settings("ws://h/"), &ladder, &failure, NOW);
    assert_eq!(codes(&found)[0], "auth-401");
    let evidence = found[0].evidence.join("\n");
    for line in [
        "sent: a JWT by RS256, exp 2026-01-15 (in 1 day)",
        "sent: basic_auth as “me”",
        "the server's clock is 300 s ahead of the local one, by its Date header",
    ] {
        assert!(evidence.contains(line), "{line}\n{evidence}");
    }
}

#[test]
fn a_misspelt_signing_method_has_an_edit_as_fix() {
    let mut settings = settings("ws://h/");
    settings.jwt = Some(sockeye::config::Jwt {
        private_key_file: "key.pem".into(),
        signing_method: "rs256".to_owned(),
        claims: sockeye::config::Entries::default(),
        headers: sockeye::config::Entries::default(),
    });
    let kind = FailureKind::Token {
        fault: TokenFault::Method,
        pipeline: "jwt signing method rs256 not acepted".to_owned(),
    };
    let found = diagnose::failed(&settings, &[], &failure(Stage::Upgrade, kind), NOW);
    assert_eq!(codes(&found), ["jwt-method"]);
    assert_eq!(edits(&found), ["jwt.signing_method=RS256"]);
}

/// The codes that only these tests produce.
pub fn used() -> Vec<String> {
    let mut settings = settings("ws://h/");
    settings.headers = vec![("Authorization".to_owned(), Secret::new("Bearer x"))];
    codes(&opened(&settings, vec![token(Some(after(-60)), None, true), oauth()], None))
}
