//! Basic, OAuth 1 and JWT: the header to the byte, or what is said instead of it.

use std::sync::LazyLock;

use sockeye::{
    auth::{Moment, sign},
    config::{Dialect, Endpoint, OAuth1, Secret, Settings},
};

use super::{ONCE, serve};
use crate::{
    account::Account,
    scene::{Scene, scene},
    support::servers::header,
};

fn key(name: &str) -> String {
    format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))
}

static RSA: LazyLock<String> = LazyLock::new(|| key("rsa-pkcs8.pem"));
static RSA1: LazyLock<String> = LazyLock::new(|| key("rsa-pkcs1.pem"));
static ED: LazyLock<String> = LazyLock::new(|| key("ed25519-pkcs8.pem"));
static EC: LazyLock<String> = LazyLock::new(|| key("ec-pkcs8.pem"));

const BASIC: [(&str, &str); 6] = [
    ("basic", "basic_auth: {enabled: true, username: user, password: pass}"),
    ("basic-odd", "basic_auth: {enabled: true, username: 'us:er', password: 'pä ss'}"),
    ("basic-empty", "basic_auth: {enabled: true}"),
    ("basic-no-password", "basic_auth: {enabled: true, username: user}"),
    (
        "basic-long",
        "basic_auth: {enabled: true, username: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, password: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}",
    ),
    ("basic-off", "basic_auth: {enabled: false, username: user, password: pass}"),
];

/// The member of `jwt` besides `enabled`: {rsa} and the like are files.
const TOKENS: [(&str, &str); 25] = [
    (
        "rs256",
        "private_key_file: {rsa}, signing_method: RS256, claims: {sub: me, aud: [a, b], n: 5, f: 1.5, big: 9007199254740993, deep: {b: 1, a: 2}}",
    ),
    (
        "rs384-headers",
        "private_key_file: {rsa}, signing_method: RS384, headers: {kid: k1, typ: at+jwt, alg: none}, claims: {sub: me}",
    ),
    (
        "rs512",
        "private_key_file: {rsa}, signing_method: RS512, claims: {html: '<a&b>', uni: 'é\u{2028}', empty: ''}",
    ),
    ("rs256-pkcs1", "private_key_file: {rsa1}, signing_method: RS256, claims: {a: b}"),
    ("eddsa", "private_key_file: {ed}, signing_method: EdDSA, claims: {sub: me, t: true, no: null}"),
    (
        "dates",
        "private_key_file: {rsa}, signing_method: RS256, claims: {d: 2024-01-02, t: 2024-01-02T03:04:05Z, y: yes, o: 0o17, h: 0x1f, s: '5'}",
    ),
    (
        "floats",
        "private_key_file: {rsa}, signing_method: RS256, claims: {a: 1e3, b: 1.0, c: 1e21, d: 0.000001, e: 1e-7, f: -0.0, g: 123456789.125}",
    ),
    (
        "big-integers",
        "private_key_file: {rsa}, signing_method: RS256, claims: {a: 18446744073709551615, b: -9223372036854775808, c: 18446744073709551616}",
    ),
    (
        "nested",
        "private_key_file: {rsa}, signing_method: RS256, claims: {a: [{z: 1, b: [true, null]}], é: ü}",
    ),
    ("no-claims", "private_key_file: {rsa}, signing_method: RS256"),
    (
        "kid-number",
        "private_key_file: {rsa}, signing_method: RS256, headers: {kid: 5, x: [1]}, claims: {a: b}",
    ),
    ("hs256", "private_key_file: {rsa}, signing_method: HS256, claims: {a: b}"),
    ("ps256", "private_key_file: {rsa}, signing_method: PS256, claims: {a: b}"),
    ("es256", "private_key_file: {ec}, signing_method: ES256, claims: {a: b}"),
    ("none", "private_key_file: {rsa}, signing_method: none, claims: {a: b}"),
    ("small-letters", "private_key_file: {rsa}, signing_method: rs256, claims: {a: b}"),
    ("no-method", "private_key_file: {rsa}, claims: {a: b}"),
    ("rs256-with-ed-key", "private_key_file: {ed}, signing_method: RS256, claims: {a: b}"),
    ("rs256-with-ec-key", "private_key_file: {ec}, signing_method: RS256, claims: {a: b}"),
    ("eddsa-with-rsa-key", "private_key_file: {rsa}, signing_method: EdDSA, claims: {a: b}"),
    ("no-key-file", "private_key_file: /nonexistent.pem, signing_method: RS256, claims: {a: b}"),
    ("key-is-folder", "private_key_file: /, signing_method: RS256, claims: {a: b}"),
    ("no-file-set", "signing_method: RS256, claims: {a: b}"),
    ("eddsa-public-key", "private_key_file: {public}, signing_method: EdDSA, claims: {a: b}"),
    ("public-key", "private_key_file: {public}, signing_method: RS256, claims: {a: b}"),
];

const OAUTH: &str = "consumer_key: ck, consumer_secret: cs, access_token: at, access_token_secret: ats";

const SIGNED: [(&str, &str, &str); 9] = [
    ("oauth", "/a?b=c", OAUTH),
    ("oauth-plain-path", "/", OAUTH),
    ("oauth-query-order", "/a?z=1&a=2&a=1&m=%20x+y", OAUTH),
    (
        "oauth-odd-secrets",
        "/a",
        "consumer_key: 'c k/&', consumer_secret: 'ü&=', access_token: 'a%t', access_token_secret: '~-._'",
    ),
    ("oauth-empty", "/a", "consumer_key: ck, consumer_secret: cs"),
    ("oauth-odd-path", "/a%20b/ü?x=ü", OAUTH),
    ("oauth-blanks", "/a b?x=y z#f g", OAUTH),
    ("oauth-no-path", "?a#b", OAUTH),
    ("oauth-encoded", "/a%2Fb/%c3%a9#é", OAUTH),
];

pub fn all() -> Vec<Scene> {
    let files = |text: &str| {
        let public = key("rsa-public.pem");
        [("{rsa}", &*RSA), ("{rsa1}", &RSA1), ("{ed}", &ED), ("{ec}", &EC), ("{public}", &public)]
            .iter()
            .fold(text.to_owned(), |text, (name, file)| text.replace(name, file))
    };
    let mut all: Vec<_> = BASIC.iter().map(|(name, fields)| scene(*name, serve).fields(*fields)).collect();
    all.extend(TOKENS.iter().map(|(name, jwt)| {
        let fields = format!("jwt: {{enabled: true, {}}}\n{ONCE}", files(jwt));
        scene(format!("jwt-{name}"), serve).fields(fields).lasts(900)
    }));
    let jwt = files(TOKENS[0].1);
    all.push(scene("jwt-and-basic", serve).fields(format!("jwt: {{enabled: true, {jwt}}}\n{}", BASIC[0].1)));
    all.push(
        scene("oauth-and-basic-and-jwt", serve).fields(format!(
            "jwt: {{enabled: true, {jwt}}}\n{}\noauth: {{enabled: true, {OAUTH}}}",
            BASIC[0].1
        )),
    );
    all.extend(SIGNED.iter().map(|(name, path, oauth)| {
        scene(*name, serve)
            .url(format!("ws://127.0.0.1:{{port}}{path}"))
            .fields(format!("oauth: {{enabled: true, {oauth}}}"))
            .signed()
    }));
    all
}

/// What is wrong with the OAuth headers: each side made its own of a nonce and a time, from which the same
/// signature must come.
pub fn signatures(scene: &Scene, engine: &Account, sockeye: &Account) -> Vec<String> {
    let sides = [("engine", engine), ("sockeye", sockeye)];
    let wrong = |(who, account): (&str, &Account)| {
        let sent = header(&account.first_request, "Authorization").unwrap_or_default();
        let anew = signed_anew(scene, &account.first_request, sent);
        (sent != anew).then(|| format!("{who}: sent   {sent}\n    anew   {anew}"))
    };
    sides.into_iter().filter_map(wrong).collect()
}

/// The header that Sockeye makes of the nonce and the time in `sent`.
fn signed_anew(scene: &Scene, request: &str, sent: &str) -> String {
    let number = |name: &str| {
        let (_, rest) = sent.split_once(&format!("{name}=\""))?;
        rest.split_once('"')?.0.parse().ok()
    };
    let (Some(nonce), Some(now)) = (number("oauth_nonce"), number("oauth_timestamp")) else {
        return "neither a nonce nor a time were sent".into();
    };
    let port = header(request, "Host").and_then(|host| host.rsplit_once(':')).map_or("", |(_, port)| port);
    let url = Endpoint::in_pipeline(&scene.url.replace("{port}", port))
        .connects()
        .expect("the server was asked for it");
    let fields: serde_json::Value = serde_yaml::from_str(&scene.fields).expect("the scene is YAML");
    let text = |name: &str| fields["oauth"][name].as_str().unwrap_or_default();
    let oauth = OAuth1 {
        consumer_key: Secret::new(text("consumer_key")),
        consumer_secret: Secret::new(text("consumer_secret")),
        access_token: Secret::new(text("access_token")),
        access_token_secret: Secret::new(text("access_token_secret")),
    };
    let mut settings = Settings { oauth: Some(oauth), ..Settings::new(url) };
    settings.options.dialect = Dialect::Benthos;
    let signed = sign(&settings, &Moment { now, nonce }, None).expect("OAuth always signs");
    signed.header.expect("OAuth is on").value.expose().to_owned()
}
