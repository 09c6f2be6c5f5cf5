//! Findings about credentials, whether the server accepts them or not.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sockeye::{
    config::{BasicAuth, Secret, Settings},
    diagnose,
    session::{
        AuthEvidence, AuthMethod, Evidence, Exchange, FailureKind, Finding, Response, Severity, Stage,
        StageReport, TokenFault,
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
    let cause = "The token in jwt.claims expired at 2026-01-13 23:59:00 UTC, 1 min 0 s ago.";
    assert_eq!(past[0].cause, cause);
    let early = opened(&settings, vec![token(None, Some(after(60)), false)], None);
    let cause = "The token in jwt.claims is not valid before 2026-01-14 00:01:00 UTC, 1 min 0 s from now.";
    assert_eq!(early[0].cause, cause);
    assert_eq!(early[0].field.as_deref(), Some("jwt.claims.nbf"));
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

/// A token of another service, valid until `seconds` after now; only its claims matter here.
fn foreign_token(seconds: i64) -> String {
    let claims = format!(r#"{{"exp":{}}}"#, after(seconds));
    format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

fn refused(settings: &Settings, status: u16, date: Option<&str>) -> Vec<Finding> {
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: status });
    diagnose::failed(settings, &[exchanged(Vec::new(), status, date)], &failure, NOW)
}

#[test]
fn an_expired_token_is_the_headline_of_its_refusal_and_names_the_field_it_stands_in() {
    let mut in_header = settings("ws://h/");
    let bearer = format!("Bearer {}", foreign_token(-300));
    in_header.headers = vec![("Authorization".to_owned(), Secret::new(bearer))];
    let in_url = settings(&format!("ws://h/feed?v=2&token={}", foreign_token(-300)));
    for (settings, field, place) in [
        (in_header, "headers.Authorization", "headers.Authorization"),
        (in_url, "url", "the parameter token of url"),
    ] {
        for status in [401, 403] {
            let found = refused(&settings, status, None);
            assert_eq!(codes(&found)[0], "jwt-expired");
            let cause = format!(
                "The token in {place} expired at 2026-01-13 23:55:00 UTC, 5 min 0 s ago; the server answered {status}."
            );
            assert_eq!(found[0].cause, cause);
            assert_eq!((found[0].severity, found[0].field.as_deref()), (Severity::Error, Some(field)));
        }
    }
}

#[test]
fn a_token_that_the_server_still_holds_for_valid_is_not_the_cause_of_its_refusal() {
    let mut settings = settings("ws://h/");
    settings.headers = vec![("X-Token".to_owned(), Secret::new(foreign_token(-60)))];
    // An hour before NOW.
    let found = refused(&settings, 401, Some("Tue, 13 Jan 2026 23:00:00 GMT"));
    assert_eq!(codes(&found), ["auth-401", "jwt-expired"]);
    assert!(found[1].cause.contains("by the local clock, but not by the server's"), "{}", found[1].cause);
}

#[test]
fn a_header_that_another_method_replaces_is_not_looked_at() {
    let mut settings = settings("ws://h/");
    settings.headers = vec![("Authorization".to_owned(), Secret::new(foreign_token(-60)))];
    settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password: Secret::new("pw") });
    assert!(!codes(&refused(&settings, 401, None)).contains(&"jwt-expired".to_owned()));
}
