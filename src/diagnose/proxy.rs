//! Findings about proxies.

use std::time::Duration;

use crate::{
    config::{ProxyChoice, ProxyScheme, Settings},
    payload::limit_in_words,
    session::{
        FailureKind, Finding, FindingCode, Fix, PIPELINE_LOG, Response, Severity, SocksReply, Stage,
        StageReport,
    },
};

use super::{
    failed_connection::{FailedConnection, route, with_error},
    finding::{advice, cut, escaped, set},
    reach::tried,
};

/// Headers of a proxy's response that are shown as evidence.
const SHOWN_HEADERS: [&str; 4] = ["Proxy-Authenticate", "X-Squid-Error", "Via", "Server"];

/// Squid's codes for errors of the target server, and their causes.
const SQUID_ERRORS: [(&str, &str); 4] = [
    ("ERR_DNS_FAIL", "it could not look the name up"),
    ("ERR_CANNOT_FORWARD", "it found no route to it"),
    ("ERR_CONNECT_FAIL", "nothing there accepted its connection"),
    ("ERR_READ_TIMEOUT", "nothing was received in time"),
];

/// Whether a connection failed on the path to the proxy, or at the proxy.
pub(super) fn failed_at_proxy(failed: &FailedConnection) -> bool {
    match failed.failure.stage {
        Stage::Proxy => true,
        Stage::Lookup | Stage::Tcp => route(failed.ladder).is_some_and(|route| route.proxy.is_some()),
        _ => false,
    }
}

/// The finding about a connection that failed at the proxy.
pub(super) fn finding(failed: &FailedConnection) -> Finding {
    match &failed.failure.kind {
        FailureKind::NameNotFound | FailureKind::LookupFailed if failed.failure.stage == Stage::Proxy => {
            target_not_found(failed)
        }
        FailureKind::ProxyNotFound | FailureKind::NameNotFound | FailureKind::LookupFailed => {
            not_found(failed)
        }
        FailureKind::TimedOut { .. } if failed.failure.stage == Stage::Lookup => not_found(failed),
        FailureKind::TimedOut { limit_ms } => timed_out(failed, *limit_ms),
        FailureKind::Refused | FailureKind::Unreachable => unreachable(failed),
        FailureKind::ProxyUrl { .. } => scheme(failed),
        FailureKind::Status { code: 407 }
        | FailureKind::Socks { reply: SocksReply::NoMethod | SocksReply::LoginRefused } => {
            credentials(failed)
        }
        FailureKind::Socks { reply: SocksReply::NotSocks } => unexpected(failed),
        FailureKind::Status { code } => denied(failed, http_denial(failed, *code)),
        FailureKind::Socks { reply } => denied(failed, socks_denial(failed, *reply)),
        _ => unexpected(failed),
    }
}

/// Whether what came through the tunnel is the body of the proxy's own answer: the answer to CONNECT announced one
/// (RFC 9110, section 9.3.6, forbids that), or has a type.
pub(super) fn speaks_in_its_tunnel(failed: &FailedConnection) -> bool {
    let is_foreign = match &failed.failure.kind {
        FailureKind::NotHttp { .. } => true,
        FailureKind::PlainServer { first_bytes } => !first_bytes.is_empty(),
        _ => false,
    };
    is_foreign && failed.failure.stage != Stage::Proxy && answer_with_page(failed).is_some()
}

/// The proxy's answer to CONNECT, if a page follows it.
fn answer_with_page<'a>(failed: &FailedConnection<'a>) -> Option<&'a Response> {
    let response = failed.proxy()?.exchange.as_ref()?.response.as_ref()?;
    let length = response.header("Content-Length").and_then(|length| length.trim().parse::<u64>().ok());
    let has_body = match length {
        Some(length) => length > 0,
        None => response.header("Content-Type").is_some() || response.header("Transfer-Encoding").is_some(),
    };
    has_body.then_some(response)
}

/// The proxy agreed to open the tunnel and sent a page of its own instead.
pub(super) fn page(failed: &FailedConnection) -> Finding {
    let proxy = shown_address(failed);
    let cause = format!(
        "The proxy {proxy} answered CONNECT with 200 and then sent a page of its own instead of opening a tunnel to {}: \
         a login page, a filter or a portal does this.",
        failed.place()
    );
    let first = match &failed.failure.kind {
        FailureKind::PlainServer { first_bytes } => first_bytes.as_slice(),
        _ => failed.exchange().map(|exchange| exchange.unread.as_slice()).unwrap_or_default(),
    };
    let headers = answer_with_page(failed).into_iter().flat_map(|response| {
        ["Content-Type", "Content-Length", "Server", "Via"]
            .into_iter()
            .filter_map(|name| Some(format!("the proxy sent {name}: {}", cut(response.header(name)?, 120))))
    });
    with_error(failed, FindingCode::ProxyFailed, cause)
        .title("the proxy sent a page instead of a tunnel")
        .evidence(headers)
        .evidence((!first.is_empty()).then(|| format!("the page begins: {}", escaped(first))))
        .advise("open a page in a browser through this proxy: it may ask for a login or consent")
        .advise("have host and port allowed by the rules of the proxy")
        .fix([without_proxy(failed)])
}

/// Rewords findings about TLS with a server for the proxy. Fixes that edit `url` are removed: it is not the
/// address of the proxy.
pub(super) fn about_proxy_tls(failed: &FailedConnection, mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        let cause = finding.cause.replacen("The server", "The proxy", 1);
        finding.cause = format!("This is about TLS with the proxy, {}. {cause}", shown_address(failed));
        finding.fixes.retain(|fix| fix.edits.iter().all(|edit| edit.path != "url"));
        finding.fixes.push(without_proxy(failed));
    }
    findings
}

/// A note that the proxy comes from the environment, or a warning about an empty `proxy_url`.
pub(super) fn notes(settings: &Settings, ladder: &[StageReport]) -> Option<Finding> {
    if settings.proxy == ProxyChoice::Empty && !settings.options.dialect.is_pipeline() {
        let cause = "proxy_url is set but empty. Sockeye treats it as absent; in the pipeline every connection fails.";
        let logged = format!("{PIPELINE_LOG}Failed to connect to websocket: proxy: unknown scheme:");
        let finding = Finding::new(FindingCode::ProxyScheme, cause).severity(Severity::Warning);
        return Some(finding.evidence([logged]).advise("remove proxy_url from the file"));
    }
    let route = route(ladder)?;
    let proxy = route.proxy.as_ref().filter(|_| route.by != "proxy_url")?;
    let cause = format!("The environment variable {} sends this connection through {proxy}.", route.by);
    let finding = Finding::new(FindingCode::ProxyFromEnv, cause);
    let evidence = format!("the pipeline would use it too, where {} is set for it", route.by);
    Some(finding.evidence([evidence]).fix([bypass(settings, &route.by)]))
}

fn not_found(failed: &FailedConnection) -> Finding {
    let cause =
        format!("The resolver of this machine returned no address for the proxy, {}.", shown_address(failed));
    with_error(failed, FindingCode::ProxyDns, cause)
        .advise(format!("correct the host in {}", chosen_by(failed)))
        .fix([without_proxy(failed)])
}

/// The lookup of the host failed here, since a `socks5` proxy does not do it.
fn target_not_found(failed: &FailedConnection) -> Finding {
    let cause = format!(
        "The resolver of this machine returned no address for “{}”. With socks5 the name is looked up here, with \
         socks5h by the proxy; the pipeline leaves it to the proxy with both.",
        failed.host()
    );
    let code = if failed.failure.kind == FailureKind::NameNotFound {
        FindingCode::DnsNotFound
    } else {
        FindingCode::DnsFailed
    };
    with_error(failed, code, cause)
        .fix([with_scheme(failed, "let the proxy look the name up", ProxyScheme::Socks5h)])
        .advise("check the spelling of the host in url")
}

fn unreachable(failed: &FailedConnection) -> Finding {
    let proxy = shown_address(failed);
    let cause = match failed.failure.kind {
        FailureKind::Refused => {
            format!("The host of the proxy {proxy} can be reached, but nothing listens on its port.")
        }
        _ => format!("This machine has no route to the proxy {proxy}."),
    };
    Finding::new(FindingCode::ProxyRefused, cause)
        .evidence(tried(failed))
        .advise(format!("start the proxy, or correct host and port in {}", chosen_by(failed)))
        .fix([without_proxy(failed)])
}

fn timed_out(failed: &FailedConnection, limit_ms: u64) -> Finding {
    let (proxy, place) = (shown_address(failed), failed.place());
    let limit = limit_in_words(Duration::from_millis(limit_ms));
    let finding = if failed.failure.stage == Stage::Tcp {
        let cause = format!(
            "The proxy {proxy} did not answer within {limit}. A firewall that drops packets causes this."
        );
        Finding::new(FindingCode::ProxyTimeout, cause).evidence(tried(failed))
    } else {
        let cause = format!(
            "The proxy {proxy} accepted the connection and opened no tunnel within {limit}: it cannot reach {place}, \
             or it speaks another protocol and waits for data."
        );
        with_error(failed, FindingCode::ProxyTimeout, cause)
    };
    finding
        .advise(format!("check host, port and scheme in {}", chosen_by(failed)))
        .fix([without_proxy(failed)])
}

/// The server is not a proxy of this scheme, or it broke the connection.
fn unexpected(failed: &FailedConnection) -> Finding {
    let proxy = failed.address_of_proxy();
    let scheme = proxy.as_ref().map_or("its scheme", |proxy| proxy.scheme.word());
    let first = failed.proxy().map(|proxy| proxy.unread.as_slice()).unwrap_or_default();
    let unread = failed.exchange().map_or(first, |exchange| exchange.unread.as_slice());
    let other = match &failed.failure.kind {
        FailureKind::NotHttp { looks_like_tls: true } => Some(ProxyScheme::Https),
        FailureKind::NotHttp { .. } if unread.starts_with(&[5]) => Some(ProxyScheme::Socks5h),
        FailureKind::Socks { .. } if unread.starts_with(b"HTTP/") => Some(ProxyScheme::Http),
        FailureKind::PlainServer { .. } => Some(ProxyScheme::Http),
        _ => None,
    };
    let place = shown_address(failed);
    let cause = match (&failed.failure.kind, other.map(ProxyScheme::word)) {
        (_, Some(other)) => {
            format!("The server at {place} does not speak {scheme}, but seems to speak {other}.")
        }
        (FailureKind::ClosedEarly | FailureKind::Io, _) => {
            format!("The proxy {place} closed the connection before it opened a tunnel.")
        }
        (FailureKind::AnswerTooLarge { .. }, _) => format!("The response of the proxy {place} is too large."),
        _ => format!("The server at {place} does not answer like a {scheme} proxy."),
    };
    let received =
        (!unread.is_empty()).then(|| format!("it sent: {}", cut(&String::from_utf8_lossy(unread), 200)));
    with_error(failed, FindingCode::ProxyFailed, cause)
        .evidence(received)
        .fix(other.map(|other| with_scheme(failed, &format!("use the scheme {}", other.word()), other)))
        .advise(format!("check host, port and scheme in {}", chosen_by(failed)))
        .fix([without_proxy(failed)])
}

fn scheme(failed: &FailedConnection) -> Finding {
    let by = chosen_by(failed);
    let cause = match &failed.failure.kind {
        FailureKind::ProxyUrl { scheme: Some(scheme) } if scheme.is_empty() => {
            "The address of the proxy is empty or has no scheme. The pipeline starts with it, and then every \
             connection fails; an empty proxy_url is not the same as none."
                .to_owned()
        }
        FailureKind::ProxyUrl { scheme: Some(scheme) } => format!(
            "The proxy scheme “{scheme}” is not supported: use http, socks5, or, in most pipelines, https and \
             socks5h."
        ),
        _ => "The address of the proxy cannot be used.".to_owned(),
    };
    let remove = if by == "proxy_url" {
        advice("remove proxy_url to connect without a proxy")
    } else {
        advice(format!("correct or unset {by}, which sets the proxy"))
    };
    with_error(failed, FindingCode::ProxyScheme, cause).fix([remove]).cure()
}

fn credentials(failed: &FailedConnection) -> Finding {
    let by = chosen_by(failed);
    let sent = failed.address_of_proxy().is_some_and(|proxy| proxy.login.is_some());
    let challenges = challenges(failed);
    let is_socks = matches!(failed.failure.kind, FailureKind::Socks { .. });
    let scheme = failed.address_of_proxy().map_or("http", |proxy| proxy.scheme.word());
    let basic = challenges.is_empty() || challenges.iter().any(|name| name.eq_ignore_ascii_case("basic"));
    let cause = match (sent, basic) {
        (_, false) => format!(
            "The proxy requires authentication by {}, which neither Sockeye nor the pipeline supports.",
            challenges.join(" or ")
        ),
        (true, true) => format!("The proxy does not accept the user name and password in {by}."),
        (false, true) => "The proxy requires a user name and a password, and none were sent.".to_owned(),
    };
    let fix = match (sent, basic) {
        (_, false) => "have Basic enabled on the proxy, or use a local proxy that logs in to it".to_owned(),
        (true, true) => {
            format!("correct the user name and password in {by}; escape special characters, such as @ as %40")
        }
        (false, true) => format!("put them into {by}: {scheme}://user:password@host:port"),
    };
    let finding = Finding::new(FindingCode::ProxyAuth, cause);
    let finding = if is_socks { finding.title("the proxy requires credentials") } else { finding };
    finding.evidence(response_lines(failed)).advise(fix).fix([without_proxy(failed)])
}

fn denied(failed: &FailedConnection, (cause, fix): (String, Fix)) -> Finding {
    Finding::new(FindingCode::ProxyDenied, cause)
        .evidence(response_lines(failed))
        .fix([fix, without_proxy(failed)])
}

/// The cause of a response to CONNECT with this status, and a fix.
fn http_denial(failed: &FailedConnection, code: u16) -> (String, Fix) {
    let (place, port) = (failed.place(), failed.settings.url.port);
    match code {
        403 if port == 443 => (
            format!("The rules of the proxy do not allow a connection to {place}."),
            advice("have the host allowed by the rules of the proxy"),
        ),
        403 => (
            format!(
                "The rules of the proxy do not allow a connection to {place}; many allow CONNECT to port 443 only."
            ),
            advice("have host and port allowed by the rules of the proxy"),
        ),
        500..=599 => (
            match squid_cause(failed) {
                Some(cause) => format!("The proxy itself could not connect to {place}: {cause}."),
                None if matches!(code, 502..=504) => {
                    format!("The proxy itself could not connect to {place}.")
                }
                None => format!("The proxy itself could not connect to {place}, or has an error."),
            },
            advice("check host and port in url, whether the proxy can reach them, and its log"),
        ),
        401 => (
            "A proxy requests credentials with 407. 401 comes from a web server, so this may not be a proxy."
                .to_owned(),
            advice(format!("check host and port in {}", chosen_by(failed))),
        ),
        400 | 404 | 405 => (
            "The response is that of a web server without CONNECT, not of a proxy.".to_owned(),
            advice(format!("check host and port in {}", chosen_by(failed))),
        ),
        _ => (
            format!("The proxy answered {code} instead of opening a tunnel to {place}."),
            advice("check its response and the log of the proxy"),
        ),
    }
}

fn squid_cause(failed: &FailedConnection) -> Option<&'static str> {
    let error = failed.response()?.header("X-Squid-Error")?;
    SQUID_ERRORS.iter().find(|(code, _)| error.starts_with(code)).map(|(_, cause)| *cause)
}

/// The cause of a SOCKS reply (RFC 1928, section 6), and a fix.
fn socks_denial(failed: &FailedConnection, reply: SocksReply) -> (String, Fix) {
    let (place, words) = (failed.place(), reply.words());
    match reply {
        SocksReply::NotAllowed => (
            format!("The rules of the proxy do not allow a connection to {place}."),
            advice("have host and port allowed by the rules of the proxy"),
        ),
        SocksReply::AddressNotSupported => (
            "The proxy does not support this kind of address.".to_owned(),
            with_scheme(failed, "let the proxy look the name up", ProxyScheme::Socks5h),
        ),
        SocksReply::CommandNotSupported | SocksReply::Unassigned => (
            format!("The proxy does not open tunnels: it answers “{words}”."),
            advice("check the log of the proxy"),
        ),
        _ => (
            format!("The proxy itself could not connect to {place}: “{words}”."),
            advice("check host and port in url, and whether the proxy can reach them"),
        ),
    }
}

/// The error, and the headers of the proxy's response that help.
fn response_lines(failed: &FailedConnection) -> Vec<String> {
    let mut lines: Vec<String> = failed.error_lines().collect();
    let Some(response) = failed.response() else { return lines };
    for name in SHOWN_HEADERS {
        let values = response.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        lines.extend(values.take(4).map(|(_, value)| format!("{name}: {}", cut(value, 200))));
    }
    lines.extend(missing_reason_phrase(response));
    lines
}

/// The pipeline reports the text after the first space of the status line, which may be missing.
fn missing_reason_phrase(response: &Response) -> Option<String> {
    if !response.reason.is_empty() {
        return None;
    }
    let status = response.head.lines().rfind(|line| line.starts_with("HTTP/"))?;
    let bare = status.split(' ').count() < 3;
    Some(if bare {
        "the response has no reason phrase: the pipeline's library crashes its process here, with exit code 2 and no line in its log".to_owned()
    } else {
        "the response has no reason phrase: the error in the pipeline's log is empty".to_owned()
    })
}

/// The names of the authentication schemes that the proxy accepts (RFC 9110, section 11.7.1).
fn challenges(failed: &FailedConnection) -> Vec<String> {
    let headers = failed.response().map(|response| response.headers.as_slice()).unwrap_or_default();
    let wanted = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Proxy-Authenticate"));
    wanted.filter_map(|(_, value)| Some(cut(value.split([' ', ',']).next()?, 40))).collect()
}

/// The address of the proxy as it may be shown.
fn shown_address(failed: &FailedConnection) -> String {
    failed.address_of_proxy().map_or("of the settings".to_owned(), |proxy| proxy.shown())
}

/// `proxy_url`, or the variable that sets the proxy.
fn chosen_by<'a>(failed: &FailedConnection<'a>) -> &'a str {
    let by = failed.proxy().map(|proxy| proxy.by.as_str());
    match (by.or_else(|| Some(route(failed.ladder)?.by.as_str())), &failed.settings.proxy) {
        (Some(by), _) => by,
        (None, ProxyChoice::Environment) => "the environment",
        (None, _) => "proxy_url",
    }
}

/// A fix that connects without the proxy.
fn without_proxy(failed: &FailedConnection) -> Fix {
    match chosen_by(failed) {
        "proxy_url" => advice("remove proxy_url if the host can be reached without a proxy"),
        by => bypass(failed.settings, by),
    }
}

fn bypass(settings: &Settings, by: &str) -> Fix {
    advice(format!("unset {by}, or add {} to NO_PROXY, to connect without it", settings.url.host))
}

/// A fix that gives the proxy another scheme. It is advice without an edit where the edit would write a mask.
fn with_scheme(failed: &FailedConnection, title: &str, scheme: ProxyScheme) -> Fix {
    match failed.address_of_proxy().and_then(|proxy| proxy.with_scheme(scheme)) {
        Some(url) => set(format!("{title}: {url}"), &[("proxy_url", &url)]),
        None => advice(format!("{title}: write {}:// in {}", scheme.word(), chosen_by(failed))),
    }
}
