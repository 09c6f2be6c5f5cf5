//! What was sent as credentials, and what is odd about it.

use crate::{
    config::Settings,
    session::{
        AuthEvidence, AuthMethod, Exchange, Finding, FindingCode, Severity, StageReport, Timestamp,
        TokenFault,
    },
};

use super::{
    connection::{FailedConnection, exchange},
    finding_builder::{FindingBuilder, distance, set},
};

/// A clock that is off by less is not worth a word, in seconds.
const SKEW: i64 = 30;

/// The key or the method of a token cannot be used.
pub(super) fn token(connection: &FailedConnection, fault: TokenFault) -> Finding {
    let method = connection.settings.jwt.as_ref().map_or("", |jwt| jwt.signing_method.as_str());
    let known = ["RS256", "RS384", "RS512", "EdDSA"];
    let (code, cause) = match fault {
        TokenFault::Key => (
            FindingCode::JwtKey,
            "The token cannot be signed, since its private key cannot be used.".to_owned(),
        ),
        TokenFault::Method => (
            FindingCode::JwtMethod,
            format!("The token cannot be signed: “{method}” is no signing method here or in the pipeline."),
        ),
    };
    let finding = FindingBuilder::new(code, cause).seen(connection.said()).logged(connection.pipeline());
    let near = known.iter().find(|known| known.eq_ignore_ascii_case(method));
    match (fault, near) {
        (TokenFault::Method, Some(near)) => {
            finding.fix([set(format!("write it as {near}"), &[("jwt.signing_method", near)])])
        }
        (TokenFault::Method, None) => finding.advise("set jwt.signing_method to RS256, RS384, RS512 or EdDSA"),
        (TokenFault::Key, _) => finding
            .advise("point jwt.private_key_file to a readable PEM file with the private key, not encrypted")
            .seen([
                "the pipeline crashes at the second attempt after a key that cannot be parsed; the first only fails"
                    .to_owned(),
            ]),
    }
    .done()
}

/// A line for each way in which credentials were sent, or were not; values stay covered.
pub(super) fn sent(connection: &FailedConnection) -> Vec<String> {
    let settings = connection.settings;
    let evidence = exchange(connection.ladder).map(|exchange| exchange.auth.as_slice()).unwrap_or_default();
    let mut lines: Vec<_> = evidence.iter().map(|one| one_sent(one, connection.now)).collect();
    if evidence.is_empty()
        && let Some(basic) = &settings.basic_auth
    {
        lines.push(format!("sent: basic_auth as “{}”", basic.username));
    }
    let replaces = replacing(settings);
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

fn one_sent(evidence: &AuthEvidence, now: Timestamp) -> String {
    let kind = match &evidence.method {
        AuthMethod::Basic { username } => format!("basic_auth as “{username}”"),
        AuthMethod::Jwt { signing_method, exp, .. } => {
            let until = exp.map_or("without exp, so it does not expire".to_owned(), |exp| {
                let at = moment(exp);
                format!("exp {} ({})", at.day(), distance(at, now))
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

/// The method that replaces a header `Authorization` of the user.
fn replacing(settings: &Settings) -> Option<&'static str> {
    if settings.basic_auth.is_some() {
        Some("basic_auth")
    } else if settings.jwt.is_some() {
        Some("jwt")
    } else {
        None
    }
}

/// How far the clock of the server is from the one here, by its `Date`.
pub(super) fn skew(connection: &FailedConnection) -> Option<String> {
    let server = server_time(exchange(connection.ladder)?)?;
    let seconds = server - connection.now.0.div_euclid(1_000_000);
    (seconds.abs() >= SKEW).then(|| {
        let way = if seconds > 0 { "ahead of" } else { "behind" };
        format!("the server's clock is {} s {way} the one here, by its Date", seconds.abs())
    })
}

/// The server's clock, in seconds since 1970.
fn server_time(exchange: &Exchange) -> Option<i64> {
    Some(exchange.response.as_ref()?.date()?.0.div_euclid(1_000_000))
}

/// What is odd about the credentials of a connection that got to the upgrade.
pub(super) fn notes(settings: &Settings, ladder: &[StageReport], now: Timestamp) -> Vec<Finding> {
    let Some(exchange) = exchange(ladder) else { return Vec::new() };
    let mut findings = Vec::new();
    for evidence in &exchange.auth {
        match &evidence.method {
            AuthMethod::Jwt { .. } => {
                findings.extend(out_of_time(evidence, exchange, now));
                findings.extend(overridden(evidence));
            }
            AuthMethod::OAuth1 { as_pipeline, .. } => findings.push(oauth(exchange, *as_pipeline)),
            AuthMethod::Basic { .. } => {}
        }
    }
    findings.extend(several(settings, &exchange.auth));
    findings
}

/// `exp` and `nbf` (RFC 7519, sections 4.1.4 and 4.1.5) against both clocks.
fn out_of_time(evidence: &AuthEvidence, exchange: &Exchange, now: Timestamp) -> Option<Finding> {
    let AuthMethod::Jwt { exp, nbf, .. } = &evidence.method else { return None };
    let here = now.0.div_euclid(1_000_000);
    let server = server_time(exchange);
    let past = |clock: i64| exp.is_some_and(|exp| clock >= exp);
    let early = |clock: i64| nbf.is_some_and(|nbf| clock < nbf);
    let by = match (past(here) || early(here), server.is_some_and(|server| past(server) || early(server))) {
        (true, true) => "by the clock here and by the server's",
        (true, false) => "by the clock here",
        (false, true) => "by the server's clock, though not by the one here",
        (false, false) => return None,
    };
    let is_past = past(here) || server.is_some_and(past);
    let (claim, at, kind) = match (is_past, exp, nbf) {
        (true, Some(exp), _) => ("exp", *exp, "has expired"),
        (_, _, Some(nbf)) => ("nbf", *nbf, "is not valid yet"),
        _ => return None,
    };
    let at = moment(at);
    let server = server.map(|server| format!("the server's clock says {}", moment(server).utc()));
    let finding = FindingBuilder::new(FindingCode::JwtExpired, format!("The token {kind} {by}. Its claims are sent as they stand, at every connection."))
        .severity(Severity::Warning)
        .seen([format!("{claim}: {} ({})", at.utc(), distance(at, now)), format!("the clock here says {}", now.utc())])
        .seen(server)
        .advise(format!("set jwt.claims.{claim} to another time, in seconds since 1970; ${{NAME}} takes it from the environment"))
        .done();
    Some(finding)
}

fn overridden(evidence: &AuthEvidence) -> Option<Finding> {
    let AuthMethod::Jwt { signing_method, header, alg_overridden: true, .. } = &evidence.method else {
        return None;
    };
    let cause = format!(
        "jwt.headers replaces alg, but the token is signed by {signing_method} all the same; a server that goes by alg refuses it."
    );
    let finding = FindingBuilder::new(FindingCode::JwtAlgOverridden, cause)
        .severity(Severity::Warning)
        .seen([format!("header: {header}")])
        .advise("remove alg from jwt.headers")
        .done();
    Some(finding)
}

fn oauth(exchange: &Exchange, as_pipeline: bool) -> Finding {
    let cause = if as_pipeline {
        "The request is signed as the pipeline signs it: an empty method, the ws URL with its query as a whole, \
         and no word OAuth before the parameters. A server that goes by RFC 5849 refuses that."
    } else {
        "The request is signed by RFC 5849. The pipeline signs an empty method and the ws URL with its query as a \
         whole, and leaves out the word OAuth; a strict server that takes this signature refuses the pipeline's."
    };
    let base = exchange.auth.iter().find_map(|evidence| match &evidence.method {
        AuthMethod::OAuth1 { base_string, .. } => Some(format!("base string: {base_string}")),
        _ => None,
    });
    let advice = if as_pipeline {
        "leave --as out to see whether a signature by the RFC gets in"
    } else {
        "see what the pipeline would send: --as bento, or --as connect"
    };
    FindingBuilder::new(FindingCode::OauthPipeline, cause)
        .severity(Severity::Note)
        .seen(base)
        .advise(advice)
        .done()
}

/// Which of several methods wins.
fn several(settings: &Settings, evidence: &[AuthEvidence]) -> Option<Finding> {
    let own = settings.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let last = evidence.last()?;
    let winner = last.method.name();
    let cause = match (evidence.len(), own, &last.method) {
        (1, false, _) => return None,
        (1, true, AuthMethod::OAuth1 { .. }) => {
            "Two headers Authorization are sent: the one of headers, then that of OAuth. HTTP allows one \
             (RFC 9110, section 11.6.2), and a server takes either."
                .to_owned()
        }
        (1, true, _) => format!("{winner} replaces the Authorization of headers."),
        _ => format!("Of several methods only {winner} is sent: OAuth gives way to JWT, and both to basic."),
    };
    let off: Vec<_> = evidence[..evidence.len() - 1].iter().map(|one| switch(&one.method)).collect();
    let edits: Vec<_> = off.iter().map(|switch| (*switch, "false")).collect();
    let fix = (!edits.is_empty()).then(|| set("switch the other methods off", &edits));
    let finding = FindingBuilder::new(FindingCode::AuthSeveral, cause).severity(Severity::Note).fix(fix);
    Some(
        if own {
            finding.advise("remove Authorization from headers, or switch the method off")
        } else {
            finding
        }
        .done(),
    )
}

const fn switch(method: &AuthMethod) -> &'static str {
    match method {
        AuthMethod::Basic { .. } => "basic_auth.enabled",
        AuthMethod::Jwt { .. } => "jwt.enabled",
        AuthMethod::OAuth1 { .. } => "oauth.enabled",
    }
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(1_000_000))
}
