//! What goes wrong with a proxy, and that one is in play.

use std::time::Duration;

use crate::{
    config::{ProxyChoice, ProxyScheme, Settings},
    session::{
        FailureKind, Finding, FindingCode, Fix, Response, Severity, SocksReply, Stage, StageReport,
        limit_in_words,
    },
};

use super::{
    connection::{FailedConnection, route},
    finding_builder::{FindingBuilder, advice, cut, set},
    reach::tried,
};

/// Headers in which proxies say what they think.
const TELLING: [&str; 4] = ["Proxy-Authenticate", "X-Squid-Error", "Via", "Server"];

/// What squid says when it is not itself that is at fault, and what that means.
const OF_SQUID: [(&str, &str); 4] = [
    ("ERR_DNS_FAIL", "it could not look the name up"),
    ("ERR_CANNOT_FORWARD", "it found no way to it"),
    ("ERR_CONNECT_FAIL", "nothing there took its connection"),
    ("ERR_READ_TIMEOUT", "nothing came in time"),
];

/// Whether a connection failed on its way to the proxy, or at it.
pub(super) fn is_at_fault(connection: &FailedConnection) -> bool {
    let through = route(connection.ladder).is_some_and(|route| route.proxy.is_some());
    match connection.failure.stage {
        Stage::Proxy => true,
        Stage::Lookup | Stage::Tcp => through,
        _ => false,
    }
}

/// What a connection that failed at the proxy means.
pub(super) fn findings(connection: &FailedConnection) -> Vec<Finding> {
    let one = match &connection.failure.kind {
        FailureKind::NameNotFound | FailureKind::LookupFailed if connection.failure.stage == Stage::Proxy => {
            return vec![name_of_target(connection)];
        }
        FailureKind::ProxyNotFound | FailureKind::NameNotFound | FailureKind::LookupFailed => {
            not_found(connection)
        }
        FailureKind::TimedOut { .. } if connection.failure.stage == Stage::Lookup => not_found(connection),
        FailureKind::TimedOut { limit_ms } => timed_out(connection, *limit_ms),
        FailureKind::Refused | FailureKind::Unreachable => unreached(connection),
        FailureKind::ProxyUrl { .. } => scheme(connection),
        FailureKind::Status { code: 407 }
        | FailureKind::Socks { reply: SocksReply::NoMethod | SocksReply::LoginRefused } => {
            credentials(connection)
        }
        FailureKind::Socks { reply: SocksReply::NotSocks } => odd(connection),
        FailureKind::Status { code } => denied(connection, denial(connection, *code)),
        FailureKind::Socks { reply } => denied(connection, refusal(connection, *reply)),
        _ => odd(connection),
    };
    vec![one]
}

/// What is found of a server, told of the proxy: an edit of `url` would be one of the wrong address.
pub(super) fn of_tls(connection: &FailedConnection, mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        let cause = finding.cause.replacen("The server", "The proxy", 1);
        finding.cause = format!("This is about TLS with the proxy, {}. {cause}", named(connection));
        finding.fixes.retain(|fix| fix.edits.iter().all(|edit| edit.path != "url"));
        finding.fixes.push(straight(connection));
    }
    findings
}

/// A note that the environment names the proxy, or a word on a `proxy_url` that is empty.
pub(super) fn in_play(settings: &Settings, ladder: &[StageReport]) -> Option<Finding> {
    if settings.proxy == ProxyChoice::Empty && !settings.options.dialect.is_pipeline() {
        let cause =
            "proxy_url is there and empty. It is taken as left out here; the pipeline fails each attempt.";
        let logged = "the pipeline would log: Failed to connect to websocket: proxy: unknown scheme: ";
        let finding = FindingBuilder::new(FindingCode::ProxyScheme, cause).severity(Severity::Warning);
        return Some(
            finding.seen([logged.trim_end().to_owned()]).advise("remove proxy_url from the file").done(),
        );
    }
    let route = route(ladder)?;
    let proxy = route.proxy.as_ref().filter(|_| route.by != "proxy_url")?;
    let cause = format!("{} of the environment sends this connection through {proxy}.", route.by);
    let finding = FindingBuilder::new(FindingCode::ProxyFromEnv, cause).severity(Severity::Note);
    let seen = format!("the pipeline would take it too, where {} is set for it", route.by);
    Some(finding.seen([seen]).fix([around(settings, &route.by)]).done())
}

fn not_found(connection: &FailedConnection) -> Finding {
    let cause = format!("The resolver of this machine gave no address of the proxy, {}.", named(connection));
    finding(FindingCode::ProxyDns, connection, cause)
        .seen(connection.said())
        .advise(format!("correct the host in {}", chosen_by(connection)))
        .fix([straight(connection)])
        .done()
}

/// The name of the host itself, which a `socks5` proxy is not asked for.
fn name_of_target(connection: &FailedConnection) -> Finding {
    let cause = format!(
        "The resolver of this machine gave no address of “{}”; with socks5 the name is looked up here, \
         with socks5h by the proxy, which is what the pipeline does with both.",
        connection.host()
    );
    let code = if connection.failure.kind == FailureKind::NameNotFound {
        FindingCode::DnsNotFound
    } else {
        FindingCode::DnsFailed
    };
    finding(code, connection, cause)
        .seen(connection.said())
        .fix([with_scheme(connection, "let the proxy look the name up", ProxyScheme::Socks5h)])
        .advise("check the spelling of the host in url")
        .done()
}

fn unreached(connection: &FailedConnection) -> Finding {
    let cause = match connection.failure.kind {
        FailureKind::Refused => {
            format!(
                "The host of the proxy {} is reached, but nothing listens on its port.",
                named(connection)
            )
        }
        _ => format!("This machine has no route to the proxy {}.", named(connection)),
    };
    finding(FindingCode::ProxyRefused, connection, cause)
        .seen(tried(connection))
        .advise(format!("start the proxy, or correct host and port in {}", chosen_by(connection)))
        .fix([straight(connection)])
        .done()
}

fn timed_out(connection: &FailedConnection, limit_ms: u64) -> Finding {
    let limit = limit_in_words(Duration::from_millis(limit_ms));
    let cause = if connection.failure.stage == Stage::Tcp {
        format!(
            "The proxy {} did not answer within {limit}; a firewall that drops packets looks like this.",
            named(connection)
        )
    } else {
        format!(
            "The proxy {} took the connection and has not let us through within {limit}: it waits for {} in \
             vain, or speaks another protocol and waits for us.",
            named(connection),
            connection.place()
        )
    };
    finding(FindingCode::ProxyTimeout, connection, cause)
        .seen(if connection.failure.stage == Stage::Tcp {
            tried(connection)
        } else {
            connection.said().collect()
        })
        .advise(format!("check host, port and scheme in {}", chosen_by(connection)))
        .fix([straight(connection)])
        .done()
}

/// Something else than a proxy of this scheme, or none any more.
fn odd(connection: &FailedConnection) -> Finding {
    let proxy = connection.address_of_proxy();
    let scheme = proxy.as_ref().map_or("its scheme", |proxy| proxy.scheme.word());
    let first = connection.proxy().map(|proxy| proxy.unread.as_slice()).unwrap_or_default();
    let unread = connection.exchange().map_or(first, |exchange| exchange.unread.as_slice());
    let other = match &connection.failure.kind {
        FailureKind::NotHttp { looks_like_tls: true } => Some(ProxyScheme::Https),
        FailureKind::NotHttp { .. } if unread.starts_with(&[5]) => Some(ProxyScheme::Socks5h),
        FailureKind::Socks { .. } if unread.starts_with(b"HTTP/") => Some(ProxyScheme::Http),
        FailureKind::PlainServer { .. } => Some(ProxyScheme::Http),
        _ => None,
    };
    let cause = match (&connection.failure.kind, other) {
        (_, Some(other)) => {
            format!(
                "What listens at {} does not speak {scheme}, but seems to speak {}.",
                named(connection),
                other.word()
            )
        }
        (FailureKind::ClosedEarly | FailureKind::Io, _) => {
            format!("The proxy {} broke the connection off before it let us through.", named(connection))
        }
        (FailureKind::AnswerTooLarge { .. }, _) => {
            format!("The answer of the proxy {} is larger than any real one.", named(connection))
        }
        _ => format!("What listens at {} does not answer as a proxy of {scheme} does.", named(connection)),
    };
    let quoted =
        (!unread.is_empty()).then(|| format!("it sent: {}", cut(&String::from_utf8_lossy(unread), 200)));
    finding(FindingCode::ProxyFailed, connection, cause)
        .seen(connection.said())
        .seen(quoted)
        .fix(other.map(|other| with_scheme(connection, &format!("speak {} with it", other.word()), other)))
        .advise(format!("check host, port and scheme in {}", chosen_by(connection)))
        .fix([straight(connection)])
        .done()
}

fn scheme(connection: &FailedConnection) -> Finding {
    let by = chosen_by(connection);
    let cause = match &connection.failure.kind {
        FailureKind::ProxyUrl { scheme: Some(scheme) } if scheme.is_empty() => {
            "The address of the proxy is empty or has no scheme. The pipeline begins with it and fails each \
             attempt; an empty proxy_url is not the same as none."
                .to_owned()
        }
        FailureKind::ProxyUrl { scheme: Some(scheme) } => format!(
            "“{scheme}” is not a scheme that can be spoken with a proxy here: http, socks5, and in most \
             pipelines https and socks5h are."
        ),
        _ => "The address of the proxy cannot be used as it is.".to_owned(),
    };
    let remove = if by == "proxy_url" {
        advice("remove proxy_url to connect without a proxy")
    } else {
        advice(format!("correct or unset what names the proxy, {by}"))
    };
    finding(FindingCode::ProxyScheme, connection, cause)
        .seen(connection.said())
        .fix([remove])
        .advise("write http://host:port")
        .done()
}

fn credentials(connection: &FailedConnection) -> Finding {
    let by = chosen_by(connection);
    let sent = connection.address_of_proxy().is_some_and(|proxy| proxy.login.is_some());
    let challenges = challenges(connection);
    let is_socks = matches!(connection.failure.kind, FailureKind::Socks { .. });
    let scheme = connection.address_of_proxy().map_or("http", |proxy| proxy.scheme.word());
    let basic = challenges.is_empty() || challenges.iter().any(|name| name.eq_ignore_ascii_case("basic"));
    let cause = match (sent, basic) {
        (_, false) => format!(
            "The proxy wants a login by {}, which neither this client nor the pipeline speaks.",
            challenges.join(" or ")
        ),
        (true, true) => format!("The proxy does not accept the name and the password in {by}."),
        (false, true) => "The proxy wants a name and a password, and none were sent.".to_owned(),
    };
    let cure = match (sent, basic) {
        (_, false) => {
            "ask for Basic, or run a small proxy of your own that logs in, and name that one".to_owned()
        }
        (true, true) => format!("correct the name and the password in {by}; write special characters as %40"),
        (false, true) => format!("put them into {by}: {scheme}://user:password@host:port"),
    };
    let finding = finding(FindingCode::ProxyAuth, connection, cause);
    let finding = if is_socks { finding.titled("the proxy wants credentials".to_owned()) } else { finding };
    finding.seen(answered(connection)).advise(cure).fix([straight(connection)]).done()
}

fn denied(connection: &FailedConnection, (cause, cure): (String, Fix)) -> Finding {
    finding(FindingCode::ProxyDenied, connection, cause)
        .seen(answered(connection))
        .fix([cure, straight(connection)])
        .done()
}

/// Why a proxy answers CONNECT with this status, and what to do.
fn denial(connection: &FailedConnection, code: u16) -> (String, Fix) {
    let (place, port) = (connection.place(), connection.settings.url.port);
    match code {
        403 if port == 443 => (
            format!("The proxy does not let anyone through to {place}: its rules say no."),
            advice("have the host let in by the rules of the proxy"),
        ),
        403 => (
            format!("The proxy does not let anyone through to {place}; many allow CONNECT to port 443 only."),
            advice("have host and port let in by the rules of the proxy"),
        ),
        500..=599 => (
            match of_squid(connection) {
                Some(why) => format!("The proxy itself could not connect to {place}: {why}."),
                None if matches!(code, 502..=504) => {
                    format!("The proxy itself could not connect to {place}.")
                }
                None => format!("The proxy itself could not connect to {place}, or is in trouble."),
            },
            advice("check host and port in url, that the proxy can reach them, and its log"),
        ),
        401 => (
            "A proxy asks for a login with 407; 401 is what a web server says, so this may be none."
                .to_owned(),
            advice(format!("check host and port in {}", chosen_by(connection))),
        ),
        400 | 404 | 405 => (
            "It answers like a web server that does not know CONNECT, not like a proxy.".to_owned(),
            advice(format!("check host and port in {}", chosen_by(connection))),
        ),
        _ => (
            format!("The proxy answered {code} instead of opening a tunnel to {place}."),
            advice("look at its answer, and at the log of the proxy"),
        ),
    }
}

fn of_squid(connection: &FailedConnection) -> Option<&'static str> {
    let message = connection.response()?.header("X-Squid-Error")?;
    OF_SQUID.iter().find(|(code, _)| message.starts_with(code)).map(|(_, why)| *why)
}

/// The same of SOCKS (RFC 1928, section 6).
fn refusal(connection: &FailedConnection, reply: SocksReply) -> (String, Fix) {
    let (place, words) = (connection.place(), reply.words());
    match reply {
        SocksReply::NotAllowed => (
            format!("The rules of the proxy do not let us through to {place}."),
            advice("have host and port let in by the rules of the proxy"),
        ),
        SocksReply::AddressNotSupported => (
            "The proxy does not take this kind of address.".to_owned(),
            with_scheme(connection, "let the proxy look the name up", ProxyScheme::Socks5h),
        ),
        SocksReply::CommandNotSupported | SocksReply::Unassigned => (
            format!("The proxy does not connect anyone: it answers “{words}”."),
            advice("look at the log of the proxy"),
        ),
        _ => (
            format!("The proxy itself could not connect to {place}: “{words}”."),
            advice("check host and port in url, and that the proxy can reach them"),
        ),
    }
}

/// What the proxy answered, the headers that tell something, and how its body begins.
fn answered(connection: &FailedConnection) -> Vec<String> {
    let mut lines: Vec<String> = connection.said().collect();
    let Some(response) = connection.response() else { return lines };
    for name in TELLING {
        let values = response.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        lines.extend(values.take(4).map(|(_, value)| format!("{name}: {}", cut(value, 200))));
    }
    lines.extend(in_the_pipeline(response));
    lines
}

/// The pipeline takes what stands behind the first blank of the status, and there may be none.
fn in_the_pipeline(response: &Response) -> Option<String> {
    if !response.reason.is_empty() {
        return None;
    }
    let status = response.head.lines().rfind(|line| line.starts_with("HTTP/"))?;
    let bare = status.split(' ').count() < 3;
    Some(if bare {
        "without a reason phrase, the library of the pipeline ends its whole process here".to_owned()
    } else {
        "without a reason phrase, the error in the log of the pipeline is empty".to_owned()
    })
}

/// The names of the schemes that the proxy takes (RFC 9110, section 11.7.1).
fn challenges(connection: &FailedConnection) -> Vec<String> {
    let headers = connection.response().map(|response| response.headers.as_slice()).unwrap_or_default();
    let wanted = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Proxy-Authenticate"));
    wanted.filter_map(|(_, value)| Some(cut(value.split([' ', ',']).next()?, 40))).collect()
}

fn finding(code: FindingCode, connection: &FailedConnection, cause: String) -> FindingBuilder {
    FindingBuilder::new(code, cause).logged(connection.pipeline())
}

/// The address of the proxy as it may be shown.
fn named(connection: &FailedConnection) -> String {
    connection.address_of_proxy().map_or("named by the settings".to_owned(), |proxy| proxy.shown())
}

/// `proxy_url`, or the variable that names the proxy.
fn chosen_by<'a>(connection: &FailedConnection<'a>) -> &'a str {
    let seen = connection.proxy().map(|proxy| proxy.by.as_str());
    match (seen.or_else(|| Some(route(connection.ladder)?.by.as_str())), &connection.settings.proxy) {
        (Some(by), _) => by,
        (None, ProxyChoice::Environment) => "the environment",
        (None, _) => "proxy_url",
    }
}

/// Going without the proxy.
fn straight(connection: &FailedConnection) -> Fix {
    match chosen_by(connection) {
        "proxy_url" => advice("remove proxy_url if the host can be reached without a proxy"),
        by => around(connection.settings, by),
    }
}

fn around(settings: &Settings, by: &str) -> Fix {
    advice(format!("unset {by}, or add {} to NO_PROXY, to connect without it", settings.url.host))
}

/// The same proxy under another scheme, as an edit unless that would write a mask.
fn with_scheme(connection: &FailedConnection, title: &str, scheme: ProxyScheme) -> Fix {
    match connection.address_of_proxy().and_then(|proxy| proxy.with_scheme(scheme)) {
        Some(url) => set(format!("{title}: {url}"), &[("proxy_url", &url)]),
        None => advice(format!("{title}: write {}:// in {}", scheme.word(), chosen_by(connection))),
    }
}
