//! Checks that a token can be signed: its claims, the key file, and the key against the method.

use std::{io, path::Path};

use crate::{
    config::{
        pem::{MAX_KEY, ReadFile, go_read_error, not_found_message},
        schema::{FieldId, Mend, Problem, Severity, Values, is_path},
        yaml::dynamic_value,
    },
    keys::{KeyError, KeyKind, PrivateKey, kind_of, private_key, refused_by_go, wrong_kind_in_go},
};

use super::pipeline_errors::{Course, with_course};

/// The signing methods in the pipeline's spelling, and the kind of key they need.
const METHODS: [(&str, KeyKind); 4] =
    [("RS256", KeyKind::Rsa), ("RS384", KeyKind::Rsa), ("RS512", KeyKind::Rsa), ("EdDSA", KeyKind::Ed25519)];

/// Claims and header entries that JSON cannot represent. While the token is off they have no effect, so this is
/// a warning then.
pub(super) fn unsignable(values: &Values) -> Vec<Problem> {
    let severity = if values.is_on(FieldId::JwtEnabled) { Severity::Error } else { Severity::Warning };
    let entries = [FieldId::JwtClaims, FieldId::JwtHeaders].map(|id| (id, values.entries(id)));
    let all =
        entries.iter().flat_map(|(id, entries)| entries.iter().map(move |(name, value)| (id, name, value)));
    let wrong = all.filter_map(|(id, name, value)| {
        let message = dynamic_value::typed(&value.text).err()?;
        let path = format!("{}.{name}", id.path());
        let problem = Problem::error("claim-unsignable", path, value.origin.clone(), message);
        let problem = Problem { severity, ..problem };
        Some(problem.advise("write a text, a number, true or false, [a, list] or {\"a\": \"map\"}; put a text that looks like one of these in quotes"))
    });
    wrong.collect()
}

/// Checks that the key file contains an unencrypted private key, and that the method signs with it.
pub(super) fn token_key(values: &Values, read: ReadFile<'_>) -> Option<Problem> {
    if !values.is_on(FieldId::JwtEnabled) {
        return None;
    }
    let path = FieldId::JwtPrivateKeyFile.path();
    let value = values.of(FieldId::JwtPrivateKeyFile).filter(|value| !value.text.is_empty());
    let Some(value) = value else {
        let problem = values.error(FieldId::JwtEnabled, "jwt-key", "no file with the private key is set");
        let problem = Problem { path: path.to_owned(), ..problem };
        let problem = problem.logs("failed to read private key: open : no such file or directory");
        return Some(problem.advise("set it to a PEM file with the private key that signs the token"));
    };
    let name = &value.text;
    let error = |message: String| values.error(FieldId::JwtPrivateKeyFile, "jwt-key", message);
    if name.contains("-----BEGIN") {
        let problem = error("it takes the path of a file, not the private key itself".to_owned());
        return Some(problem.advise("write the key to a file that only you can read, and its path here"));
    }
    let bytes = read(Path::new(name), MAX_KEY);
    let logged = unsigned(values, name, &bytes);
    let message = match bytes {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => not_found_message(name),
        Err(failure) => format!("cannot read \"{name}\": {failure}"),
        Ok(bytes) => match private_key(&bytes, "") {
            Ok(key) => return mismatch(values, &key, &bytes),
            Err(KeyError::PasswordMissing { .. }) => {
                format!("\"{name}\" is encrypted, and jwt has no password field")
            }
            Err(error) => format!("\"{name}\" {error}"),
        },
    };
    Some(Problem { logged, ..error(message) }.advise(
        "use a PEM file with an unencrypted RSA or Ed25519 key; the path is relative to the working directory",
    ))
}

/// A method that signs nothing, or not with such a key (`jwtConfig.Sign` and `parsePrivateKey` in `config_http.go`
/// of Benthos).
fn mismatch(values: &Values, key: &PrivateKey, pem: &[u8]) -> Option<Problem> {
    let method = values.text_of(FieldId::JwtSigningMethod);
    let known = METHODS.iter().find(|(name, _)| *name == method);
    let Some((_, needed)) = known else {
        let near: Option<&(&'static str, KeyKind)> =
            METHODS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&method.replace('-', "")));
        let advice =
            near.map_or("write RS256, RS384, RS512 or EdDSA".to_owned(), |(name, _)| format!("write {name}"));
        let message = if method.is_empty() {
            "no method is set that signs the token".to_owned()
        } else {
            format!("'{method}' is not a method that signs the token")
        };
        let pipeline =
            format!("jwt signing method {method} not acepted. Try with RS256, RS384, RS512 or EdDSA");
        let of = if values.of(FieldId::JwtSigningMethod).is_some() {
            FieldId::JwtSigningMethod
        } else {
            FieldId::JwtEnabled
        };
        let problem =
            with_course(values.error(of, "jwt-method", message), values, Course::NoConnection(pipeline));
        let problem = Problem { path: FieldId::JwtSigningMethod.path().to_owned(), ..problem };
        let mend = near.map(|(name, _)| Mend::Word { old: method, new: name });
        return Some(graded(problem, values).advise(advice).mended_by(mend));
    };
    let kind = kind_of(key).filter(|kind| kind != needed)?;
    let go = wrong_kind_in_go(*needed, key, pem);
    let message = format!("it contains {kind}, but {method} signs with {needed}");
    let pipeline = Course::NoConnection(format!("failed to parse {method} private key: {go}"));
    let problem = values.error(FieldId::JwtPrivateKeyFile, "jwt-key-kind", message);
    let problem = with_course(problem, values, pipeline);
    let fitting = METHODS.iter().find(|(_, needed)| *needed == kind).map_or("RS256", |(name, _)| name);
    Some(graded(problem, values).advise(match kind {
        KeyKind::Ec => format!("use {needed}; no method of the pipeline signs with an EC key"),
        _ => format!("set jwt.signing_method to {fitting}, or use {needed}"),
    }))
}

/// An error under `--as`; otherwise a warning, since the connection says the same.
fn graded(problem: Problem, values: &Values) -> Problem {
    let severity = if values.options.dialect.is_pipeline() { Severity::Error } else { Severity::Warning };
    Problem { severity, ..problem }
}

/// The error of the pipeline for a key that it cannot read; `None` where it is not known, or repeats a key.
fn unsigned(values: &Values, name: &str, bytes: &io::Result<Vec<u8>>) -> Option<String> {
    let method = values.text_of(FieldId::JwtSigningMethod);
    match bytes {
        Err(_) if !is_path(name) => None,
        Err(error) => Some(format!("failed to read private key: {}", go_read_error(Path::new(name), error)?)),
        Ok(_) if !matches!(method.as_str(), "RS256" | "RS384" | "RS512" | "EdDSA") => {
            Some(format!("jwt signing method {method} not acepted. Try with RS256, RS384, RS512 or EdDSA"))
        }
        Ok(bytes) => Some(format!("failed to parse {method} private key: {}", refused_by_go(bytes)?)),
    }
}
