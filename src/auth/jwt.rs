//! Makes signed JSON web tokens (RFC 7519, RFC 7515) as the pipeline does.

use std::{collections::BTreeMap, io, path::Path};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, errors::ErrorKind};
use serde::Serialize as _;
use serde_json::{
    Value,
    ser::{Formatter, Serializer},
};

use crate::{
    config::{Jwt, MASK, Secret, go_read_error, is_secret},
    keys::{self, KeyError, KeyKind, PrivateKey, private_key},
    session::{AuthMethod, TokenFault},
};

use super::{AuthFault, Authorization};

/// The result of reading `jwt.private_key_file`; `None` if there was nothing to read.
pub type KeyFile<'a> = Option<&'a io::Result<Vec<u8>>>;

/// The signing methods, as `jwt.signing_method` spells them.
const METHODS: [(&str, Algorithm); 4] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("EdDSA", Algorithm::EdDSA),
];

/// The kind of key that a method needs.
const fn key_kind(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::EdDSA => "an Ed25519 key (PKCS#8)",
        _ => "an RSA key (PKCS#1 or PKCS#8)",
    }
}

pub(super) fn header(jwt: &Jwt, key: KeyFile<'_>) -> Result<(Authorization, AuthMethod), AuthFault> {
    let (algorithm, key) = signer(jwt, key)?;
    let mut fields: BTreeMap<&str, &Value> = BTreeMap::new();
    let (alg, typ) = (Value::from(jwt.signing_method.as_str()), Value::from("JWT"));
    fields.insert("alg", &alg);
    fields.insert("typ", &typ);
    fields.extend(jwt.headers.iter());
    let claims: BTreeMap<&str, &Value> = jwt.claims.iter().collect();
    let encode = |map: &BTreeMap<&str, &Value>| BASE64_URL_SAFE_NO_PAD.encode(object(map).expose());
    let message = Secret::new(format!("{}.{}", encode(&fields), encode(&claims)));
    let signature = crypto::sign(message.expose().as_bytes(), &key, algorithm).map_err(|error| {
        let message =
            format!("jwt.private_key_file {} cannot sign by {}: {error}", file(jwt), jwt.signing_method);
        AuthFault { kind: TokenFault::Key, message, pipeline: format!("failed to sign jwt: {error}") }
    })?;
    let value = Secret::new(format!("Bearer {}.{signature}", message.expose()));
    let header = Authorization { value, shown: format!("Bearer {MASK}"), adds: false };
    let at = |name: &str| claims.get(name).and_then(|value| seconds(value));
    let method = AuthMethod::Jwt {
        signing_method: jwt.signing_method.clone(),
        header: shown(&fields, "jwt.headers"),
        claims: shown(&claims, "jwt.claims"),
        exp: at("exp"),
        nbf: at("nbf"),
        iat: at("iat"),
        alg_overridden: jwt.headers.iter().any(|(name, value)| name == "alg" && *value != alg),
    };
    Ok((header, method))
}

/// Reads the key before it checks the method, as the pipeline does: a missing file hides a wrong method.
fn signer(jwt: &Jwt, key: KeyFile<'_>) -> Result<(Algorithm, EncodingKey), AuthFault> {
    let bytes = match key {
        Some(Ok(bytes)) => bytes,
        Some(Err(error)) => return Err(unread(jwt, error)),
        None => return Err(unread(jwt, &io::ErrorKind::NotFound.into())),
    };
    let method = METHODS.iter().find(|(name, _)| *name == jwt.signing_method);
    let Some((_, algorithm)) = method else {
        let given = &jwt.signing_method;
        let near = METHODS.iter().find(|(name, _)| name.eq_ignore_ascii_case(given));
        let fix = near.map_or("RS256, RS384, RS512 or EdDSA", |(name, _)| name);
        return Err(AuthFault {
            kind: TokenFault::Method,
            message: format!("jwt.signing_method \"{given}\" cannot sign: write {fix}"),
            pipeline: format!(
                "jwt signing method {given} not acepted. Try with RS256, RS384, RS512 or EdDSA"
            ),
        });
    };
    encoding_key(*algorithm, bytes).map(|key| (*algorithm, key)).map_err(|reason| AuthFault {
        kind: TokenFault::Key,
        message: format!(
            "jwt.private_key_file {} {reason}; {} needs {}",
            file(jwt),
            jwt.signing_method,
            key_kind(*algorithm)
        ),
        pipeline: format!(
            "failed to parse {} private key: {}",
            jwt.signing_method,
            refused_by_go(*algorithm, bytes)
        ),
    })
}

fn file(jwt: &Jwt) -> String {
    format!("\"{}\"", jwt.private_key_file.display())
}

fn unread(jwt: &Jwt, error: &io::Error) -> AuthFault {
    let path = &jwt.private_key_file;
    let message = match error.kind() {
        _ if path == Path::new("") => {
            "jwt.private_key_file is empty: name a PEM file with the private key".to_owned()
        }
        io::ErrorKind::NotFound => format!("jwt.private_key_file: no such file {}", file(jwt)),
        _ => format!("jwt.private_key_file: cannot read {}: {error}", file(jwt)),
    };
    let told = go_read_error(path, error).unwrap_or_else(|| format!("read {}: {error}", path.display()));
    AuthFault { kind: TokenFault::Key, message, pipeline: format!("failed to read private key: {told}") }
}

/// The signing key. The error is the end of a sentence about the file.
fn encoding_key(algorithm: Algorithm, pem: &[u8]) -> Result<EncodingKey, String> {
    let key = private_key(pem, "").map_err(|error| match error {
        KeyError::PasswordMissing { .. } => {
            "is encrypted, and jwt has no password field: decrypt it with openssl pkey".to_owned()
        }
        other => other.to_string(),
    })?;
    let other = |kind: &str| Err(format!("holds {kind}"));
    match (&key, algorithm) {
        (PrivateKey::Sec1(_), _) => other("an EC key"),
        (PrivateKey::Pkcs1(_), Algorithm::EdDSA) => other("an RSA key"),
        (_, Algorithm::EdDSA) => EncodingKey::from_ed_pem(pem).map_err(|error| key_error(&error)),
        _ => EncodingKey::from_rsa_pem(pem).map_err(|error| key_error(&error)),
    }
}

fn key_error(error: &jsonwebtoken::errors::Error) -> String {
    match error.kind() {
        ErrorKind::InvalidKeyFormat => "holds a key of another kind".to_owned(),
        _ => format!("cannot be used: {error}"),
    }
}

/// The error of Go's library for such a file.
fn refused_by_go(algorithm: Algorithm, pem: &[u8]) -> String {
    let Ok(key) = private_key(pem, "") else {
        return keys::refused_by_go(pem).unwrap_or("asn1: structure error".to_owned());
    };
    let needed = if algorithm == Algorithm::EdDSA { KeyKind::Ed25519 } else { KeyKind::Rsa };
    keys::wrong_kind_in_go(needed, &key, pem).to_owned()
}

/// A claim that is a number (`NumericDate`, RFC 7519, section 2), in seconds since 1970.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is cut off")]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

/// An object as Go writes JSON: sorted keys, no whitespace, `<`, `>` and `&` escaped.
fn object(map: &BTreeMap<&str, &Value>) -> Secret {
    let mut text = Vec::new();
    let written = map.serialize(&mut Serializer::with_formatter(&mut text, GoFormatter));
    debug_assert!(written.is_ok(), "a map of text to JSON can be written: {written:?}");
    Secret::new(String::from_utf8_lossy(&text))
}

struct GoFormatter;

impl Formatter for GoFormatter {
    fn write_f64<W: ?Sized + io::Write>(&mut self, out: &mut W, float: f64) -> io::Result<()> {
        out.write_all(float_in_go(float).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        text.chars().try_for_each(|c| match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => write!(out, "\\u{:04x}", u32::from(c)),
            c => write!(out, "{c}"),
        })
    }
}

/// A float as Go writes it: the shortest digits, with an exponent below 1e-6 and from 1e21 on.
fn float_in_go(float: f64) -> String {
    let size = float.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{float:e}");
        // Go writes the plus sign of an exponent.
        return match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        };
    }
    format!("{float}")
}

/// An object to display, with the values masked that are secret under this path.
fn shown(map: &BTreeMap<&str, &Value>, path: &str) -> String {
    let entry = |(name, value): (&&str, &&Value)| {
        let hidden = is_secret(&format!("{path}.{name}"));
        let value = if hidden { MASK.to_owned() } else { value.to_string() };
        format!("{}: {value}", Value::from(*name))
    };
    format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::DecodingKey;
    use serde_json::json;
    use x509_parser::prelude::{FromDer, X509Certificate};

    use super::*;

    const RSA1: &[u8] = include_bytes!("../../tests/keys/rsa-pkcs1.pem");
    const RSA8: &[u8] = include_bytes!("../../tests/keys/rsa-pkcs8.pem");
    const ED: &[u8] = include_bytes!("../../tests/keys/ed25519-pkcs8.pem");
    const EC: &[u8] = include_bytes!("../../tests/keys/ec-sec1.pem");
    const LOCKED: &[u8] = include_bytes!("../../tests/keys/rsa-aes-128-cbc.pem");
    const CERT: &[u8] = include_bytes!("../../tests/keys/rsa-cert.pem");

    fn jwt(method: &str, claims: &Value, headers: &Value) -> Jwt {
        let map = |value: &Value| value.as_object().expect("a map").clone().into_iter().collect();
        Jwt {
            private_key_file: "key.pem".into(),
            signing_method: method.to_owned(),
            claims: map(claims),
            headers: map(headers),
        }
    }

    fn token(jwt: &Jwt, key: &[u8]) -> String {
        let (header, _) = header(jwt, Some(&Ok(key.to_vec()))).expect("it signs");
        header.value.expose().strip_prefix("Bearer ").expect("a bearer token").to_owned()
    }

    fn part(token: &str, nth: usize) -> String {
        let part = token.split('.').nth(nth).expect("it has three parts");
        String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("UTF-8")
    }

    fn fault(method: &str, key: &io::Result<Vec<u8>>) -> AuthFault {
        header(&jwt(method, &json!({}), &json!({})), Some(key)).expect_err("it cannot sign")
    }

    #[test]
    fn the_public_key_verifies_the_signature_of_each_method() {
        let x509 = {
            let der = crate::keys::certificates(CERT).expect("a certificate");
            let (_, cert) = X509Certificate::from_der(&der[0]).expect("it parses");
            cert.public_key().subject_public_key.data.to_vec()
        };
        for method in ["RS256", "RS384", "RS512"] {
            let (_, algorithm) = METHODS.iter().find(|(name, _)| *name == method).expect("it is a method");
            for key in [RSA1, RSA8] {
                let token = token(&jwt(method, &json!({"sub": "ann"}), &json!({})), key);
                let (message, signature) = token.rsplit_once('.').expect("three parts");
                let public = DecodingKey::from_rsa_der(&x509);
                assert!(
                    crypto::verify(signature, message.as_bytes(), &public, *algorithm)
                        .expect("the check runs")
                );
            }
        }
        let token = token(&jwt("EdDSA", &json!({}), &json!({})), ED);
        assert_eq!(part(&token, 0), r#"{"alg":"EdDSA","typ":"JWT"}"#);
    }

    #[test]
    fn the_token_is_deterministic_and_written_as_go_writes_json() {
        let claims =
            json!({"sub": "a<b>&c", "exp": 1_900_000_000, "f": 1.0, "big": 1e21, "list": [true, null]});
        let jwt = jwt("RS256", &claims, &json!({"kid": "k", "alg": "none", "typ": "JOSE"}));
        let one = token(&jwt, RSA1);
        assert_eq!(one, token(&jwt, RSA1));
        assert_eq!(part(&one, 0), r#"{"alg":"none","kid":"k","typ":"JOSE"}"#);
        let expected =
            r#"{"big":1e+21,"exp":1900000000,"f":1,"list":[true,null],"sub":"a\u003cb\u003e\u0026c"}"#;
        assert_eq!(part(&one, 1), expected);
    }

    #[test]
    fn the_displayed_token_has_names_and_times_but_no_secret_values() {
        let jwt = jwt(
            "EdDSA",
            &json!({"exp": 1_900_000_000, "sub": "s3cr3t"}),
            &json!({"kid": "k3y1d", "alg": "HS256"}),
        );
        let (header, method) = header(&jwt, Some(&Ok(ED.to_vec()))).expect("it signs");
        assert_eq!(header.shown, "Bearer •••");
        let AuthMethod::Jwt { header, claims, exp, nbf, alg_overridden, .. } = method else {
            panic!("a token")
        };
        assert_eq!(header, r#"{"alg": "HS256", "kid": "k3y1d", "typ": "JWT"}"#);
        assert_eq!(claims, r#"{"exp": 1900000000, "sub": •••}"#);
        assert_eq!((exp, nbf, alg_overridden), (Some(1_900_000_000), None, true));
    }

    #[test]
    fn each_fault_has_our_message_and_the_error_of_the_pipeline() {
        let missing = fault("rs256", &Err(io::ErrorKind::NotFound.into()));
        assert_eq!(missing.message, "jwt.private_key_file: no such file \"key.pem\"");
        assert_eq!(missing.pipeline, "failed to read private key: open key.pem: no such file or directory");
        let method = fault("rs256", &Ok(RSA1.to_vec()));
        assert_eq!(method.kind, TokenFault::Method);
        assert!(method.message.ends_with("write RS256"), "{}", method.message);
        assert_eq!(
            method.pipeline,
            "jwt signing method rs256 not acepted. Try with RS256, RS384, RS512 or EdDSA"
        );
        for (method, key, message) in [
            ("RS256", ED, "holds a key of another kind"),
            ("EdDSA", RSA1, "holds an RSA key"),
            ("EdDSA", RSA8, "holds a key of another kind"),
            ("RS256", EC, "holds an EC key"),
            ("RS256", CERT, "contains a certificate instead of a private key"),
            ("RS256", LOCKED, "jwt has no password field"),
            ("RS256", b"rubbish", "contains no private key"),
        ] {
            let fault = fault(method, &Ok(key.to_vec()));
            assert_eq!(fault.kind, TokenFault::Key);
            assert!(fault.message.contains(message), "{method}: {}", fault.message);
            assert!(fault.pipeline.starts_with(&format!("failed to parse {method} private key: ")));
        }
    }
}
