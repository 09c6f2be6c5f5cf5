//! Checks the times in tokens: those that are written out, and the claims of those that are signed.

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use regex::Regex;
use serde_json::Value;

use crate::config::{
    schema::{FieldId, FieldValue, Problem, Values},
    yaml::dynamic_value,
};

use super::day::day;

/// Seconds since 1970 that are beyond any token: the number counts milliseconds.
const TOO_LARGE: i64 = 100_000_000_000;

/// A signed token in compact form (RFC 7519), and its claims.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"eyJ[0-9A-Za-z_-]+\.(eyJ[0-9A-Za-z_-]+)\.[0-9A-Za-z_-]*")
        .expect("the expression is well formed")
});

/// Tokens that a server no longer or not yet takes. `now` is in seconds since 1970.
pub(super) fn problems(values: &Values, now: i64) -> Vec<Problem> {
    let texts = values.iter().filter(|(path, _)| {
        *path == "url" || ["headers.", "open_message"].iter().any(|start| path.starts_with(start))
    });
    let written = texts.filter_map(|(path, value)| written_out(path, value, now));
    written.chain(claims(values, now)).collect()
}

fn written_out(path: &str, value: &FieldValue, now: i64) -> Option<Problem> {
    // To build the expression takes longer than the rest of the lint, and few values have a token.
    let text = Some(&value.text).filter(|text| text.contains("eyJ"))?;
    let claims = TOKEN.captures(text)?.get(1)?.as_str();
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let message = untimely("the token in it", &claims, now)?;
    let warning = Problem::warning("token-expired", path, value.origin.clone(), message);
    Some(warning.advise("have a new one issued; from a variable, ${TOKEN}, it is read anew at each start"))
}

fn untimely(token: &str, claims: &Value, now: i64) -> Option<String> {
    let time = |name: &str| claims.get(name).and_then(Value::as_f64).map(whole);
    match (time("exp"), time("nbf")) {
        (Some(end), _) if end <= now => Some(format!("{token} expired on {} (exp)", day(end))),
        (_, Some(start)) if start > now => Some(format!("{token} is not valid before {} (nbf)", day(start))),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a time beyond the range is as good as its end")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

/// The claims with times, which stay the same for each token that is signed.
fn claims(values: &Values, now: i64) -> Vec<Problem> {
    if !values.is_on(FieldId::JwtEnabled) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (name, value) in values.entries(FieldId::JwtClaims) {
        if !matches!(name, "exp" | "nbf" | "iat") {
            continue;
        }
        let warning = |code, message: String| {
            Problem::warning(code, format!("jwt.claims.{name}"), value.origin.clone(), message)
        };
        match dynamic_value::typed(&value.text) {
            Ok(Value::Number(number)) => {
                let seconds = whole(number.as_f64().unwrap_or_default());
                let claims = serde_json::json!({ name: seconds });
                if seconds >= TOO_LARGE {
                    let message =
                        "it counts seconds since 1970, and this is a number of milliseconds".to_owned();
                    problems.push(
                        warning("claim-milliseconds", message).advise(format!("write {}", seconds / 1000)),
                    );
                } else if let Some(message) = untimely("every token", &claims, now) {
                    let advice = "the claims are signed as they stand here, so that a time does not move: write a \
                                  later one, or ${EXP} and set it before the start";
                    problems.push(warning("token-expired", message).advise(advice));
                }
            }
            Ok(Value::String(_)) => {
                let message =
                    "a server expects a number of seconds since 1970, and this is a text".to_owned();
                problems
                    .push(warning("claim-not-a-number", message).advise("write the number without quotes"));
            }
            _ => {}
        }
    }
    problems
}
