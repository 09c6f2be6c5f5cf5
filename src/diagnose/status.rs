//! What an HTTP answer other than 101 means.

use url::Url;

use crate::session::{Finding, FindingCode, Fix, Response};

use super::{
    auth, client_cert,
    connection::FailedConnection,
    finding_builder::{FindingBuilder, advice, cut, set_url},
    reach::other_scheme,
};

/// What servers say to plain HTTP on a TLS port: nginx, Go, Apache.
const WANTS_TLS: [&str; 3] = [
    "plain HTTP request was sent to HTTPS port",
    "Client sent an HTTP request to an HTTPS server",
    "speaking plain HTTP to an SSL-enabled server port",
];

/// What nginx says over TLS to a client that presented no certificate.
const WANTS_CERTIFICATE: &str = "No required SSL certificate was sent";

/// What nginx says over TLS to a client whose certificate it does not take.
const REFUSES_CERTIFICATE: &str = "The SSL certificate error";

/// What Apache says when a path wants a client certificate, and TLS 1.3 lets it ask for one no more
/// (RFC 8446, section 4.6.2: only clients that offer it can be asked later).
const TOO_LATE: &str = "Post-Handshake Authentication";

/// Headers of an answer worth showing whatever the status.
const TELLING: [&str; 7] =
    ["Server", "Via", "Content-Type", "WWW-Authenticate", "Proxy-Authenticate", "Location", "Retry-After"];

pub(super) fn finding(connection: &FailedConnection, code: u16) -> Finding {
    let body = connection.response().map_or("", |response| response.body.as_str());
    match code {
        400 if !connection.settings.url.secure && WANTS_TLS.iter().any(|message| body.contains(message)) => {
            tls_on_ws(connection)
        }
        400 if body.contains(WANTS_CERTIFICATE) => client_cert::wanted(connection),
        400 if body.contains(REFUSES_CERTIFICATE) => client_cert::refused(connection, ""),
        403 if body.contains(TOO_LATE) => client_cert::too_late(connection),
        301 | 302 | 303 | 307 | 308 => redirect(connection, code),
        400 => bad_request(connection),
        401 => unauthorized(connection),
        403 => forbidden(connection),
        404 => not_found(connection),
        407 => proxy_auth(connection),
        426 => wrong_upgrade(connection),
        429 => too_many(connection),
        500..=599 => server_failed(connection, code),
        _ => other(connection, code),
    }
}

/// A TLS server behind a `ws` URL.
pub(super) fn tls_on_ws(connection: &FailedConnection) -> Finding {
    begin(FindingCode::TlsOnWs, connection, format!("The URL says ws, but {} wants TLS.", connection.place()))
        .fix([other_scheme(connection)])
        .done()
}

fn redirect(connection: &FailedConnection, code: u16) -> Finding {
    let target = header(connection, "Location").map(|location| (location, resolved(connection, location)));
    let cause = match target {
        Some((location, _)) => {
            format!("The server redirects to “{}”; websocket clients do not follow.", cut(location, 200))
        }
        None => {
            format!("The server answered {code} without saying where to; websocket clients do not follow.")
        }
    };
    let url = &connection.settings.url;
    let here = format!("{}://{}{}", if url.secure { "wss" } else { "ws" }, url.authority, url.target);
    let fix = match target {
        Some((location, _)) if looks_like_a_login(location) => {
            Some(advice("this looks like a login page: the server wants credentials first"))
        }
        Some((_, Some(there))) if there != here => {
            Some(set_url(connection.settings, "connect to where it points", &there))
        }
        _ => None,
    };
    begin(FindingCode::HttpRedirect, connection, cause).fix(fix).advise("correct host and path in url").done()
}

/// `Location` as a websocket URL (RFC 3986, section 5).
fn resolved(connection: &FailedConnection, location: &str) -> Option<String> {
    let url = &connection.settings.url;
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
    ["login", "signin", "sign-in", "/sso", "/oauth"].iter().any(|word| location.contains(word))
}

fn bad_request(connection: &FailedConnection) -> Finding {
    begin(
        FindingCode::Http400,
        connection,
        "The server found the request malformed; its own words are the best hint.".to_owned(),
    )
    .advise("check path and query of url, and the headers")
    .done()
}

fn unauthorized(connection: &FailedConnection) -> Finding {
    let sent = auth::sent(connection);
    let cause = if sent.is_empty() {
        "The server wants credentials, and none were sent."
    } else {
        "The server does not accept the credentials that were sent."
    };
    let asked = header(connection, "WWW-Authenticate").unwrap_or_default().to_ascii_lowercase();
    let cure = match (sent.is_empty(), asked.split_whitespace().next().unwrap_or_default()) {
        (false, _) => "check the credentials, and whether they have expired",
        (true, "basic") => "set basic_auth.username and basic_auth.password, with basic_auth.enabled",
        (true, "bearer") => "set headers.Authorization to “Bearer ” and the token, or jwt to have one signed",
        (true, "oauth") => "set the four fields of oauth, with oauth.enabled",
        (true, _) => "set basic_auth, or headers with the token the server wants",
    };
    let sent = if sent.is_empty() { vec!["sent: no credentials".to_owned()] } else { sent };
    begin(FindingCode::Auth401, connection, cause.to_owned())
        .seen(sent)
        .seen(auth::skew(connection))
        .advise(cure)
        .done()
}

fn forbidden(connection: &FailedConnection) -> Finding {
    let origin = settings_header(connection, "Origin");
    let host = connection.host();
    let scheme = if connection.settings.url.secure { "https" } else { "http" };
    let cure = if origin {
        "check headers.Origin: the server may allow other origins only".to_owned()
    } else {
        format!(
            "no Origin header was sent; if the server wants one, set headers.Origin, \
             such as {scheme}://{host}"
        )
    };
    let sent = auth::sent(connection);
    let none = sent.is_empty().then(|| "sent: no credentials".to_owned());
    begin(
        FindingCode::Auth403,
        connection,
        "The server understood and refuses: for who asks, from which address or from which origin."
            .to_owned(),
    )
    .seen(sent)
    .seen(none)
    .advise("check that the credentials may use this path, and that the server lets this address in")
    .advise(cure)
    .done()
}

fn settings_header(connection: &FailedConnection, name: &str) -> bool {
    connection.settings.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
}

fn not_found(connection: &FailedConnection) -> Finding {
    let cause = format!("The server has nothing at “{}”.", cut(&connection.settings.url.shown_target(), 200));
    begin(FindingCode::Http404, connection, cause)
        .advise("correct the path in url; many servers keep their websocket at /ws or /socket")
        .advise("a proxy in front that does not pass the upgrade on can answer 404 too")
        .done()
}

fn proxy_auth(connection: &FailedConnection) -> Finding {
    begin(FindingCode::ProxyAuth, connection, "A proxy on the way wants a name and a password.".to_owned())
        .advise("put the name and password into proxy_url")
        .done()
}

fn wrong_upgrade(connection: &FailedConnection) -> Finding {
    let versions = header(connection, "Sec-WebSocket-Version").map(|versions| cut(versions, 80));
    match versions {
        Some(versions) if !versions.split(',').any(|version| version.trim() == "13") => {
            let cause = format!(
                "The server wants another version of the websocket protocol: it speaks {versions}, \
                 the request said 13."
            );
            begin(FindingCode::Http426, connection, cause)
                .titled("the server wants another version of the protocol (426)".to_owned())
                .seen([format!("Sec-WebSocket-Version: {versions}")])
                .advise("let the server speak version 13 (RFC 6455): the pipeline knows no other")
        }
        versions => begin(
            FindingCode::Http426,
            connection,
            "The server did not see an upgrade it knows; a proxy that drops the Upgrade header causes this."
                .to_owned(),
        )
        .seen(versions.map(|versions| format!("Sec-WebSocket-Version: {versions}")))
        .advise("let proxies in between pass Upgrade and Connection on"),
    }
    .advise("correct the path in url")
    .done()
}

fn too_many(connection: &FailedConnection) -> Finding {
    let after = header(connection, "Retry-After").map(|after| cut(after, 40));
    let cause = match &after {
        Some(after) if after.parse::<u32>().is_ok() => {
            format!("The server limits how often one may connect; it asks to wait {after} s.")
        }
        Some(after) => format!("The server limits how often one may connect; it asks to wait until {after}."),
        None => "The server limits how often one may connect.".to_owned(),
    };
    begin(FindingCode::Http429, connection, cause)
        .advise("wait before the next connection, and look for other clients with the same credentials")
        .done()
}

fn server_failed(connection: &FailedConnection, code: u16) -> Finding {
    let cause = match code {
        502 => "A proxy got no usable answer from the server behind it.",
        503 => "The server, or the proxy before it, takes no connections at the moment.",
        504 => "A proxy waited in vain for the server behind it.",
        _ => "The server met an error of its own.",
    };
    begin(FindingCode::Http5xx, connection, cause.to_owned())
        .titled(format!("the server failed ({code})"))
        .advise("reconnect later; if it stays, the server's log has the cause")
        .done()
}

fn other(connection: &FailedConnection, code: u16) -> Finding {
    let cause = if (200..300).contains(&code) {
        "The server answered as if to an ordinary request: this path is no websocket, \
         or a proxy dropped the upgrade."
    } else {
        "The server answered with a status that upgrades nothing."
    };
    begin(FindingCode::HttpOther, connection, cause.to_owned())
        .titled(format!("the server did not upgrade ({code})"))
        .advise("correct the path in url, and let proxies in between pass Upgrade and Connection on")
        .done()
}

fn header<'a>(connection: &FailedConnection<'a>, name: &str) -> Option<&'a str> {
    connection.response().and_then(|response| response.header(name))
}

/// The evidence that all answers share: what came, and what the pipeline would say.
fn begin(code: FindingCode, connection: &FailedConnection, cause: String) -> FindingBuilder {
    let lines = connection.response().map_or_else(|| connection.said().collect(), answer);
    FindingBuilder::new(code, cause).seen(lines).logged(connection.pipeline())
}

/// Status line, telling headers, and the first 300 characters of the body.
pub(super) fn answer(response: &Response) -> Vec<String> {
    // Interim answers may stand before the real one.
    let status = response
        .head
        .lines()
        .rfind(|line| line.starts_with("HTTP/"))
        .map_or_else(|| format!("{} {}", response.status, response.reason), |line| cut(line.trim_end(), 200));
    let headers = TELLING
        .iter()
        .filter_map(|name| response.header(name).map(|value| format!("{name}: {}", cut(value, 200))));
    let body = cut(response.body.trim(), 300);
    let body = body.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(8);
    std::iter::once(status).chain(headers).chain(body.map(|line| format!("body: {line}"))).collect()
}

/// Offers `wss` where a `ws` server hung up on plain text.
pub(super) fn perhaps_tls(connection: &FailedConnection) -> Option<Fix> {
    (!connection.settings.url.secure).then(|| {
        let mut fix = other_scheme(connection);
        fix.title = format!("{}, if the port wants TLS", fix.title);
        fix
    })
}
