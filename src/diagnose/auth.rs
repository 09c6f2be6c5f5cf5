//! Findings about credentials.

use crate::{
    config::Settings,
    session::{AuthEvidence, AuthMethod, Exchange, Finding, FindingCode, StageReport, Timestamp, TokenFault},
};

use super::{
    clock::{moment, server_time},
    failed_connection::{FailedConnection, exchange, with_error},
    finding::{relative_days, set},
    token,
};

/// The smallest clock skew that is reported, in seconds.
const SKEW: i64 = 30;

/// The key or the method of a token cannot be used.
pub(super) fn unusable_token(failed: &FailedConnection, fault: TokenFault) -> Finding {
    let method = failed.settings.jwt.as_ref().map_or("", |jwt| jwt.signing_method.as_str());
    let known = ["RS256", "RS384", "RS512", "EdDSA"];
    let (code, cause) = match fault {
        TokenFault::Key => (
            FindingCode::JwtKey,
            "The token cannot be signed, since its private key cannot be used.".to_owned(),
        ),
        TokenFault::Method => (
            FindingCode::JwtMethod,
            format!(
                "The token cannot be signed: neither Sockeye nor the pipeline supports the signing method “{method}”."
            ),
        ),
    };
    let finding = with_error(failed, code, cause);
    let near = known.iter().find(|known| known.eq_ignore_ascii_case(method));
    match (fault, near) {
        (TokenFault::Method, Some(near)) => {
            finding.fix([set(format!("write it as {near}"), &[("jwt.signing_method", near)])])
        }
        (TokenFault::Method, None) => finding.cure(),
        (TokenFault::Key, _) => finding
            .advise("point jwt.private_key_file to a readable PEM file with the private key, not encrypted")
            .evidence(["with a key that cannot be parsed, the pipeline's first connection fails and the second crashes it"]),
    }
}

/// A line for each credential that was sent or replaced; secret values are not shown.
pub(super) fn credential_lines(failed: &FailedConnection) -> Vec<String> {
    let settings = failed.settings;
    let evidence = exchange(failed.ladder).map(|exchange| exchange.auth.as_slice()).unwrap_or_default();
    let mut lines: Vec<_> = evidence.iter().map(|one| sent_line(one, failed.now)).collect();
    if evidence.is_empty()
        && let Some(basic) = &settings.basic_auth
    {
        lines.push(format!("sent: basic_auth as “{}”", basic.username));
    }
    let basic = settings.basic_auth.as_ref().map(|_| "basic_auth");
    let replaces = basic.or(settings.jwt.as_ref().map(|_| "jwt"));
    for (name, _) in &settings.headers {
        let lower = name.to_ascii_lowercase();
        if !["authorization", "cookie", "token", "key", "auth"].iter().any(|word| lower.contains(word)) {
            continue;
        }
        lines.push(match replaces {
            Some(method) if lower == "authorization" => {
                format!("not sent: headers.{name}, since {method} replaces it")
            }
            _ => format!("sent: headers.{name}"),
        });
    }
    lines
}

fn sent_line(evidence: &AuthEvidence, now: Timestamp) -> String {
    let kind = match &evidence.method {
        AuthMethod::Basic { username } => format!("basic_auth as “{username}”"),
        AuthMethod::Jwt { signing_method, exp, .. } => {
            let until = exp.map_or("without exp, so it does not expire".to_owned(), |exp| {
                let at = moment(exp);
                format!("exp {} ({})", at.day(), relative_days(at, now))
            });
            format!("a JWT by {signing_method}, {until}")
        }
        AuthMethod::OAuth1 { as_pipeline: true, .. } => {
            "an OAuth 1 signature, as the pipeline makes it".to_owned()
        }
        AuthMethod::OAuth1 { .. } => "an OAuth 1 signature by RFC 5849".to_owned(),
    };
    if evidence.replaced {
        format!("not sent: {kind}, since a later method replaced it")
    } else {
        format!("sent: {kind}")
    }
}

/// The difference between the server's clock and the local one, by its `Date` header.
pub(super) fn skew(failed: &FailedConnection) -> Option<String> {
    let server = server_time(exchange(failed.ladder)?)?;
    let seconds = server - failed.now.0.div_euclid(1_000_000);
    (seconds.abs() >= SKEW).then(|| {
        let direction = if seconds > 0 { "ahead of" } else { "behind" };
        format!("the server's clock is {} s {direction} the local one, by its Date header", seconds.abs())
    })
}

/// Findings about the credentials of a connection that reached the upgrade.
pub(super) fn notes(settings: &Settings, ladder: &[StageReport], now: Timestamp) -> Vec<Finding> {
    let Some(exchange) = exchange(ladder) else { return Vec::new() };
    let mut findings: Vec<_> = token::out_of_time(settings, exchange, now).into_iter().collect();
    for evidence in &exchange.auth {
        match &evidence.method {
            AuthMethod::Jwt { .. } => findings.extend(overridden(evidence)),
            AuthMethod::OAuth1 { as_pipeline, .. } => findings.push(oauth(exchange, *as_pipeline)),
            AuthMethod::Basic { .. } => {}
        }
    }
    findings.extend(several_methods(settings, &exchange.auth));
    findings
}

fn overridden(evidence: &AuthEvidence) -> Option<Finding> {
    let AuthMethod::Jwt { signing_method, header, alg_overridden: true, .. } = &evidence.method else {
        return None;
    };
    let cause = format!(
        "jwt.headers replaces alg, but the token is still signed with {signing_method}. A server that relies on alg \
         refuses it."
    );
    let finding =
        Finding::new(FindingCode::JwtAlgOverridden, cause).evidence([format!("header: {header}")]).cure();
    Some(finding)
}

fn oauth(exchange: &Exchange, as_pipeline: bool) -> Finding {
    let cause = if as_pipeline {
        "The request is signed as the pipeline signs it: with an empty method, the whole ws URL including its query, \
         and without the word OAuth before the parameters. A server that follows RFC 5849 refuses this."
    } else {
        "The request is signed by RFC 5849. The pipeline signs an empty method and the whole ws URL including its \
         query, and omits the word OAuth. A strict server that accepts this signature refuses the pipeline's."
    };
    let base = exchange.auth.iter().find_map(|evidence| match &evidence.method {
        AuthMethod::OAuth1 { base_string, .. } => Some(format!("base string: {base_string}")),
        _ => None,
    });
    let advice = if as_pipeline {
        "omit --as to see whether the server accepts a signature by the RFC"
    } else {
        "use --as bento or --as connect to send what the pipeline would send"
    };
    Finding::new(FindingCode::OauthPipeline, cause).evidence(base).advise(advice)
}

/// The method that is sent where several are set.
fn several_methods(settings: &Settings, evidence: &[AuthEvidence]) -> Option<Finding> {
    let own = settings.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let last = evidence.last()?;
    let winner = last.method.name();
    let cause = match (evidence.len(), own, &last.method) {
        (1, false, _) => return None,
        (1, true, AuthMethod::OAuth1 { .. }) => {
            "Two Authorization headers are sent: the one from headers, then the one from OAuth. HTTP allows one \
             (RFC 9110, section 11.6.2), and a server may use either."
                .to_owned()
        }
        (1, true, _) => format!("{winner} replaces the Authorization header from headers."),
        _ => format!("Of several methods only {winner} is sent: JWT replaces OAuth, and basic auth replaces both."),
    };
    let replaced = &evidence[..evidence.len() - 1];
    let edits: Vec<_> = replaced.iter().map(|one| (enabled_field(&one.method), "false")).collect();
    let fix = (!edits.is_empty()).then(|| set("switch the other methods off", &edits));
    let finding = Finding::new(FindingCode::AuthSeveral, cause).fix(fix);
    Some(if own { finding.cure() } else { finding })
}

const fn enabled_field(method: &AuthMethod) -> &'static str {
    match method {
        AuthMethod::Basic { .. } => "basic_auth.enabled",
        AuthMethod::Jwt { .. } => "jwt.enabled",
        AuthMethod::OAuth1 { .. } => "oauth.enabled",
    }
}
