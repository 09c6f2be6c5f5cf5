//! Findings about an HTTP response other than 101.

use url::Url;

use crate::session::{Finding, FindingCode, Fix};

use super::{
    auth, client_cert,
    failed_connection::FailedConnection,
    finding::{advice, cut, set_url},
    reach::other_scheme,
    refusals,
    response::with_response,
};

/// The responses of nginx, Go and Apache to plain HTTP on a TLS port.
const TLS_REQUIRED: [&str; 3] = [
    "plain HTTP request was sent to HTTPS port",
    "Client sent an HTTP request to an HTTPS server",
    "speaking plain HTTP to an SSL-enabled server port",
];

/// The response of nginx to a client that presented no certificate.
const CLIENT_CERT_REQUIRED: &str = "No required SSL certificate was sent";

/// The response of nginx to a client whose certificate it does not accept.
const CLIENT_CERT_REFUSED: &str = "The SSL certificate error";

/// The response of Apache when a path requires a client certificate and TLS 1.3 does not let it request one
/// (RFC 8446, section 4.6.2: only from a client that offers post-handshake authentication).
const CLIENT_CERT_TOO_LATE: &str = "Post-Handshake Authentication";

pub(super) fn finding(failed: &FailedConnection, code: u16) -> Finding {
    about_tls(failed, code)
        .or_else(|| refusals::finding(failed, code))
        .unwrap_or_else(|| by_status(failed, code))
}

/// A refusal that is about TLS or the certificate of the client.
fn about_tls(failed: &FailedConnection, code: u16) -> Option<Finding> {
    let body = failed.response().map_or("", |response| response.body.as_str());
    let finding = match code {
        400 if !failed.settings.url.secure && TLS_REQUIRED.iter().any(|text| body.contains(text)) => {
            tls_on_ws(failed)
        }
        400 if body.contains(CLIENT_CERT_REQUIRED) => client_cert::required(failed),
        400 if body.contains(CLIENT_CERT_REFUSED) => client_cert::refused(failed, ""),
        403 if body.contains(CLIENT_CERT_TOO_LATE) => client_cert::too_late(failed),
        _ => return None,
    };
    Some(finding)
}

fn by_status(failed: &FailedConnection, code: u16) -> Finding {
    match code {
        301 | 302 | 303 | 307 | 308 => redirect(failed, code),
        400 => bad_request(failed),
        401 => unauthorized(failed),
        403 => forbidden(failed),
        404 => not_found(failed),
        407 => proxy_auth(failed),
        426 => wrong_upgrade(failed),
        429 => too_many(failed),
        500..=599 => server_failed(failed, code),
        _ => other(failed, code),
    }
}

/// A TLS server behind a `ws` URL.
pub(super) fn tls_on_ws(failed: &FailedConnection) -> Finding {
    with_response(
        failed,
        FindingCode::TlsOnWs,
        format!("The URL says ws, but {} expects TLS.", failed.place()),
    )
    .fix([other_scheme(failed)])
}

fn redirect(failed: &FailedConnection, code: u16) -> Finding {
    let target = header(failed, "Location").map(|location| (location, resolved(failed, location)));
    let cause = match target {
        Some((location, _)) if looks_like_a_login(location) => {
            let location = cut(location, 200);
            format!("The server redirects to “{location}”, a login by its name: it wants credentials first.")
        }
        Some((location, _)) => {
            format!(
                "The server redirects to “{}”; websocket clients do not follow redirects.",
                cut(location, 200)
            )
        }
        None => {
            format!(
                "The server answered {code} without a location; websocket clients do not follow redirects."
            )
        }
    };
    let url = &failed.settings.url;
    let here = format!("{}://{}{}", if url.secure { "wss" } else { "ws" }, url.authority, url.target);
    let fix = match target {
        Some((location, _)) if looks_like_a_login(location) => Some(advice(
            "send the credentials with the upgrade: a token or a cookie in headers, or basic_auth",
        )),
        Some((_, Some(there))) if there != here => {
            Some(set_url(failed.settings, "connect to the new location", &there))
        }
        _ => None,
    };
    with_response(failed, FindingCode::HttpRedirect, cause).fix(fix).cure()
}

/// `Location` as a websocket URL (RFC 3986, section 5).
fn resolved(failed: &FailedConnection, location: &str) -> Option<String> {
    let url = &failed.settings.url;
    let scheme = if url.secure { "https" } else { "http" };
    let base = Url::parse(&format!("{scheme}://{}{}", url.authority, url.target)).ok()?;
    let mut there = base.join(location).ok()?;
    there.set_fragment(None);
    let text = there.as_str();
    match there.scheme() {
        "http" => Some(format!("ws{}", text.strip_prefix("http")?)),
        "https" => Some(format!("wss{}", text.strip_prefix("https")?)),
        "ws" | "wss" => Some(text.to_owned()),
        _ => None,
    }
}

fn looks_like_a_login(location: &str) -> bool {
    let location = location.to_ascii_lowercase();
    ["login", "signin", "sign-in", "sign_in", "/sso", "/oauth", "/auth/realms/"]
        .iter()
        .any(|word| location.contains(word))
}

fn bad_request(failed: &FailedConnection) -> Finding {
    with_response(
        failed,
        FindingCode::Http400,
        "The server considers the request malformed; its response is the best hint.",
    )
    .cure()
}

fn unauthorized(failed: &FailedConnection) -> Finding {
    let sent = auth::credential_lines(failed);
    let cause = if sent.is_empty() {
        "The server requires credentials, and none were sent."
    } else {
        "The server does not accept the credentials that were sent."
    };
    let challenge = header(failed, "WWW-Authenticate").unwrap_or_default().to_ascii_lowercase();
    let fix = match (sent.is_empty(), challenge.split_whitespace().next().unwrap_or_default()) {
        (false, _) => "check the credentials, and whether they have expired",
        (true, "basic") => "set basic_auth.username and basic_auth.password, with basic_auth.enabled",
        (true, "bearer") => "set headers.Authorization to “Bearer ” and the token, or set jwt to sign one",
        (true, "oauth") => "set the four fields of oauth, with oauth.enabled",
        (true, _) => "set basic_auth, or headers with the token that the server expects",
    };
    let sent = if sent.is_empty() { vec!["sent: no credentials".to_owned()] } else { sent };
    with_response(failed, FindingCode::Auth401, cause).evidence(sent).evidence(auth::skew(failed)).advise(fix)
}

fn forbidden(failed: &FailedConnection) -> Finding {
    let has_origin = failed.settings.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Origin"));
    let host = failed.host();
    let scheme = if failed.settings.url.secure { "https" } else { "http" };
    let fix = if has_origin {
        "check headers.Origin: the server may allow only other origins".to_owned()
    } else {
        format!(
            "no Origin header was sent; if the server requires one, set headers.Origin, \
             for example to {scheme}://{host}"
        )
    };
    let sent = auth::credential_lines(failed);
    let none = sent.is_empty().then(|| "sent: no credentials".to_owned());
    with_response(
        failed,
        FindingCode::Auth403,
        "The server refuses access because of the credentials, the client's address or the Origin header.",
    )
    .evidence(sent)
    .evidence(none)
    .cure()
    .advise(fix)
}

fn not_found(failed: &FailedConnection) -> Finding {
    let cause = format!("The server has nothing at “{}”.", cut(&failed.settings.url.shown_target(), 200));
    with_response(failed, FindingCode::Http404, cause)
        .cure()
        .advise("make proxies in front forward the upgrade: without it a server can answer 404 too")
}

fn proxy_auth(failed: &FailedConnection) -> Finding {
    with_response(failed, FindingCode::ProxyAuth, "A proxy in between requires a user name and a password.")
        .cure()
}

fn wrong_upgrade(failed: &FailedConnection) -> Finding {
    let versions = header(failed, "Sec-WebSocket-Version").map(|versions| cut(versions, 80));
    match versions {
        Some(versions) if !versions.split(',').any(|version| version.trim() == "13") => {
            let cause = format!(
                "The server requires another version of the websocket protocol: it supports {versions}, \
                 but the request has 13."
            );
            with_response(failed, FindingCode::Http426, cause)
                .title("the server requires another version of the protocol (426)")
                .evidence([format!("Sec-WebSocket-Version: {versions}")])
                .advise("make the server support version 13 (RFC 6455), the only one the pipeline has")
        }
        versions => {
            let cause = "The server received no upgrade that it supports; a proxy that drops the Upgrade header causes \
                         this.";
            with_response(failed, FindingCode::Http426, cause)
                .evidence(versions.map(|versions| format!("Sec-WebSocket-Version: {versions}")))
                .cure()
        }
    }
    .advise("correct the path in url")
}

fn too_many(failed: &FailedConnection) -> Finding {
    let come_back = failed.response().and_then(refusals::wait);
    let wait = come_back.map_or_else(String::new, |(when, name)| format!("; come back {when}, by {name}"));
    let cause = format!("The server limits how often a client may connect{wait}.");
    with_response(failed, FindingCode::Http429, cause).cure()
}

fn server_failed(failed: &FailedConnection, code: u16) -> Finding {
    let cause = match code {
        502 => "A proxy got no valid response from the server behind it.",
        503 => "The server, or the proxy in front of it, accepts no connections at the moment.",
        504 => "A proxy got no response in time from the server behind it.",
        _ => "The server had an internal error.",
    };
    with_response(failed, FindingCode::Http5xx, cause)
        .title(format!("the server failed ({code})"))
        .evidence(failed.response().and_then(refusals::come_back))
        .cure()
}

fn other(failed: &FailedConnection, code: u16) -> Finding {
    let cause = if (200..300).contains(&code) {
        "The server answered as if to an ordinary request: there is no websocket at this path, \
         or a proxy dropped the upgrade."
    } else {
        "The server answered with a status that is not an upgrade."
    };
    with_response(failed, FindingCode::HttpOther, cause)
        .title(format!("the server did not upgrade ({code})"))
        .cure()
}

fn header<'a>(failed: &FailedConnection<'a>, name: &str) -> Option<&'a str> {
    failed.response().and_then(|response| response.header(name))
}

/// A fix that sets `wss`, for a server that does not answer plain text.
pub(super) fn perhaps_tls(failed: &FailedConnection) -> Option<Fix> {
    (!failed.settings.url.secure).then(|| {
        let fix = other_scheme(failed);
        Fix { title: format!("{}, if the port expects TLS", fix.title), ..fix }
    })
}
