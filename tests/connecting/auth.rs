//! Authentication, checked by what the server receives.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use sockeye::{
    config::{BasicAuth, Dialect, Jwt, OAuth1, Secret, Settings},
    session::{AuthMethod, Exchange, FailureKind, TokenFault},
};

use crate::{
    dial, settings,
    support::servers::{header, upgrading},
};

const KEY: &str = "tests/keys/rsa-pkcs8.pem";

fn jwt(method: &str, file: &str) -> Jwt {
    Jwt {
        private_key_file: file.into(),
        signing_method: method.to_owned(),
        claims: [("exp".to_owned(), 1_900_000_000.into()), ("sub".to_owned(), "claimed-s3cr3t".into())]
            .into_iter()
            .collect(),
        headers: sockeye::config::Entries::default(),
    }
}

/// Connects to a server. Returns the request that the server received, and our evidence of the exchange.
async fn connected(change: impl FnOnce(&mut Settings)) -> (String, Exchange) {
    let server = upgrading("", Vec::new()).await;
    let mut settings = settings(&server.ws("/feed?b=2&a=1"));
    change(&mut settings);
    let outcome = dial(settings).await;
    let exchange = outcome.exchange().clone();
    // The server stays until the connection is gone.
    drop(outcome);
    (server.outcome().await, exchange)
}

#[tokio::test]
async fn the_public_key_verifies_the_token_that_is_sent() {
    let (request, exchange) = connected(|settings| settings.jwt = Some(jwt("RS384", KEY))).await;
    let token = header(&request, "Authorization").and_then(|value| value.strip_prefix("Bearer "));
    let (message, signature) = token.expect("a bearer token").rsplit_once('.').expect("three parts");
    let public = DecodingKey::from_rsa_pem(include_bytes!("../keys/rsa-public.pem")).expect("a public key");
    assert!(
        crypto::verify(signature, message.as_bytes(), &public, Algorithm::RS384).expect("the check runs")
    );
    let claims = message.split_once('.').expect("two parts").1;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    assert_eq!(claims, br#"{"exp":1900000000,"sub":"claimed-s3cr3t"}"#);
    let shown = format!("{exchange:?}");
    assert!(!shown.contains("claimed-s3cr3t") && !shown.contains(signature), "{shown}");
    assert!(matches!(&exchange.auth[0].method, AuthMethod::Jwt { exp: Some(1_900_000_000), .. }));
}

#[tokio::test]
async fn an_oauth_signature_follows_the_rfc_or_the_pipeline() {
    let secret = Secret::new;
    let oauth = OAuth1 {
        consumer_key: secret("consumer-k3y"),
        consumer_secret: secret("consumer-s3cr3t"),
        access_token: secret("access-t0ken"),
        access_token_secret: secret("token-s3cr3t"),
    };
    for dialect in [Dialect::Standard, Dialect::Bento] {
        let (request, exchange) = connected(|settings| {
            settings.oauth = Some(oauth.clone());
            settings.options.dialect = dialect;
        })
        .await;
        let value = header(&request, "Authorization").expect("it is signed");
        let begin =
            if dialect == Dialect::Standard { "OAuth oauth_consumer_key=" } else { "oauth_consumer_key=" };
        assert!(value.starts_with(&format!("{begin}\"consumer-k3y\"")), "{value}");
        let AuthMethod::OAuth1 { base_string, .. } = &exchange.auth[0].method else { panic!("OAuth") };
        let expected =
            if dialect == Dialect::Standard { "GET&http%3A%2F%2F127.0.0.1" } else { "&ws%3A%2F%2F127.0.0.1" };
        assert!(base_string.starts_with(expected), "{base_string}");
        let shown = format!("{exchange:?}");
        for secret in ["consumer-k3y", "consumer-s3cr3t", "access-t0ken", "token-s3cr3t"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn of_several_methods_basic_is_sent() {
    let (request, exchange) = connected(|settings| {
        settings.jwt = Some(jwt("RS256", KEY));
        let password = Secret::new("pw");
        settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password });
    })
    .await;
    assert_eq!(header(&request, "Authorization"), Some("Basic bWU6cHc="));
    let methods: Vec<_> = exchange.auth.iter().map(|one| (one.method.name(), one.replaced)).collect();
    assert_eq!(methods, [("JWT", true), ("basic", false)]);
}

#[tokio::test]
async fn an_unusable_key_fails_before_the_request() {
    for (method, file, fault, message) in [
        ("RS256", "no/such/key.pem", TokenFault::Key, "no such file \"no/such/key.pem\""),
        ("RS256", "tests/keys", TokenFault::Key, "cannot read \"tests/keys\""),
        ("EdDSA", KEY, TokenFault::Key, "holds a key of another kind"),
        ("RS256", "tests/keys/rsa-aes-128-cbc.pem", TokenFault::Key, "jwt has no password field"),
        ("HS256", KEY, TokenFault::Method, "\"HS256\" cannot sign"),
    ] {
        let server = upgrading("", Vec::new()).await;
        let mut settings = settings(&server.ws("/"));
        settings.jwt = Some(jwt(method, file));
        let failure = dial(settings).await.failure();
        assert!(
            matches!(&failure.kind, FailureKind::Token { fault: reported, .. } if *reported == fault),
            "{failure:?}"
        );
        assert!(failure.message.contains(message), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_pipeline_reports_it_in_its_own_words() {
    let server = upgrading("", Vec::new()).await;
    let mut settings = settings(&server.ws("/"));
    settings.jwt = Some(jwt("HS256", KEY));
    settings.options.dialect = Dialect::Connect;
    let message = "jwt signing method HS256 not acepted. Try with RS256, RS384, RS512 or EdDSA";
    assert_eq!(dial(settings).await.failure().message, message);
}
