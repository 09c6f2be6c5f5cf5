//! Builds the upgrade request.

use std::fmt::Write;

use crate::{
    auth::Authorization,
    config::{Dialect, ExpressionFault, Moment, Settings, has_expression, shown_header, work_out},
    session::FailureKind,
    wire::{go_header_name, is_reserved_header, is_token},
};

use super::Cause;

/// A request as it is sent, and with masked secrets.
pub(super) struct Request {
    pub(super) wire: String,
    pub(super) shown: String,
}

/// A header: its name, its value, and the value with masked secrets.
struct HeaderLine {
    name: String,
    value: String,
    shown: String,
}

impl HeaderLine {
    fn plain(name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { name: name.to_owned(), shown: value.clone(), value }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The request of RFC 6455, section 4.1, in the order of the pipeline: `Host`, `User-Agent`,
/// then all others by name.
///
/// # Errors
///
/// A header cannot be sent.
pub(super) fn request(
    settings: &Settings,
    key: &str,
    authorization: Option<&Authorization>,
) -> Result<Request, Cause> {
    let mut lines = configured_headers(settings)?;
    let mut take = |name: &str| {
        let at = lines.iter().position(|line| line.is(name))?;
        let taken = lines.remove(at);
        lines.retain(|line| !line.is(name));
        Some(taken)
    };
    let host = take("Host").unwrap_or_else(|| HeaderLine::plain("Host", settings.url.authority.as_str()));
    let agent = take("User-Agent");
    let agent =
        agent.unwrap_or_else(|| HeaderLine::plain("User-Agent", user_agent(settings.options.dialect)));
    if let Some(Authorization { value, shown, adds }) = authorization {
        if !adds {
            lines.retain(|line| !line.is("Authorization"));
        }
        let (value, shown) = (value.expose().to_owned(), shown.clone());
        lines.push(HeaderLine { name: "Authorization".to_owned(), value, shown });
    }
    lines.push(HeaderLine::plain("Connection", "Upgrade"));
    if settings.options.deflate {
        lines.push(HeaderLine::plain("Sec-WebSocket-Extensions", offer(settings)));
    }
    lines.push(HeaderLine::plain("Sec-WebSocket-Key", key));
    lines.push(HeaderLine::plain("Sec-WebSocket-Version", "13"));
    lines.push(HeaderLine::plain("Upgrade", "websocket"));
    lines.sort_by_key(|line| line.name.to_ascii_lowercase());
    lines.splice(0..0, [host, agent]);

    let mut wire = format!("GET {} HTTP/1.1\r\n", settings.url.target);
    let mut shown = format!("GET {} HTTP/1.1\r\n", settings.url.shown_target());
    for line in &lines {
        write!(wire, "{}: {}\r\n", line.name, line.value).expect("writing to a String does not fail");
        write!(shown, "{}: {}\r\n", line.name, line.shown).expect("writing to a String does not fail");
    }
    wire.push_str("\r\n");
    shown.push_str("\r\n");
    Ok(Request { wire, shown })
}

/// How the client calls itself where no header says otherwise: a pipeline by the name of Go's library.
pub(super) fn user_agent(dialect: Dialect) -> &'static str {
    if dialect.is_pipeline() { "Go-http-client/1.1" } else { concat!("sockeye/", env!("CARGO_PKG_VERSION")) }
}

/// The offer of `--deflate` (RFC 7692, section 7.1): that of browsers, or that of the pipelines' library.
fn offer(settings: &Settings) -> &'static str {
    if settings.options.dialect.is_pipeline() {
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    } else {
        "permessage-deflate; client_max_window_bits"
    }
}

fn configured_headers(settings: &Settings) -> Result<Vec<HeaderLine>, Cause> {
    if settings.options.dialect.is_pipeline() {
        return headers_of_pipeline(settings);
    }
    let headers = settings.headers.iter().map(|(name, value)| {
        let value = worked_out(name, value.expose())?;
        if is_reserved_header(name) {
            return Err(unsendable(name, "the handshake sets it itself"));
        }
        if !is_token(name) {
            return Err(unsendable(name, "its name may contain only letters, digits and !#$%&'*+-.^_`|~"));
        }
        let value = value.trim_matches([' ', '\t']).to_owned();
        if !is_sendable(&value) {
            return Err(unsendable(name, "its value contains a line break or a control character"));
        }
        Ok(HeaderLine { name: name.clone(), shown: shown_header(name, &value), value })
    });
    headers.collect()
}

/// The headers as the pipeline's library writes them: names in its own spelling, those that HTTP does not allow left
/// out, and line breaks as blanks (`net/http/header.go`).
fn headers_of_pipeline(settings: &Settings) -> Result<Vec<HeaderLine>, Cause> {
    let headers = settings.headers.iter().filter(|(name, _)| is_token(name)).map(|(name, value)| {
        let name = go_header_name(name);
        if is_reserved_header(&name) {
            let message = format!("websocket: duplicate header not allowed: {name}");
            return Err(Cause::new(FailureKind::BadHeader { name }, message));
        }
        let name = if name == "Sec-Websocket-Protocol" { "Sec-WebSocket-Protocol".to_owned() } else { name };
        let value = worked_out(&name, value.expose())?
            .replace(['\n', '\r'], " ")
            .trim_matches([' ', '\t'])
            .to_owned();
        Ok(HeaderLine { shown: shown_header(&name, &value), name, value })
    });
    headers.collect()
}

/// The value of a header with its expressions worked out anew, as the pipeline does for every connection. One with an
/// expression that is not known here is sent as it is written, of which the lint warns.
fn worked_out(name: &str, value: &str) -> Result<String, Cause> {
    if !has_expression(value) {
        return Ok(value.to_owned());
    }
    let mut chance = [0; 16];
    getrandom::fill(&mut chance).map_err(|error| unsendable(name, &error.to_string()))?;
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    match work_out(value, &Moment { now: jiff::Zoned::now(), chance, host }) {
        Ok(value) => Ok(value),
        Err(ExpressionFault::Unknown(_)) => Ok(value.to_owned()),
        Err(ExpressionFault::Failed(error)) => {
            let message = format!("failed string interpolation on header \"{name}\": {error}");
            Err(Cause::new(FailureKind::BadHeader { name: name.to_owned() }, message))
        }
    }
}

fn unsendable(name: &str, why: &str) -> Cause {
    let message = format!("the header \"{name}\" cannot be sent: {why}");
    Cause::new(FailureKind::BadHeader { name: name.to_owned() }, message)
}

/// RFC 9110, section 5.5.
fn is_sendable(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'\t' || !byte.is_ascii_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::{self, Moment},
        config::{BasicAuth, Endpoint, OAuth1, Secret},
    };

    fn settings(url: &str, headers: &[(&str, &str)]) -> Settings {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value)));
        let url = Endpoint::parse(url).expect("the URL is valid");
        Settings { headers: headers.collect(), ..Settings::new(url) }
    }

    fn lines(settings: &Settings) -> (Vec<String>, Vec<String>) {
        let request = request(settings, "a2V5", authorization(settings).as_ref()).expect("it can be sent");
        let split = |text: &str| text.split("\r\n").map(str::to_owned).collect();
        (split(&request.wire), split(&request.shown))
    }

    fn authorization(settings: &Settings) -> Option<Authorization> {
        let moment = Moment { now: 1_700_000_000, nonce: 7 };
        auth::sign(settings, &moment, None).expect("there is no token to sign").header
    }

    fn refused(headers: &[(&str, &str)]) -> FailureKind {
        request(&settings("ws://h/", headers), "a2V5", None).err().expect("it cannot be sent").kind
    }

    #[test]
    fn the_request_has_the_order_of_the_pipeline() {
        let (wire, shown) = lines(&settings("ws://h:80/feed?a=1", &[("X-B-Key", "2"), ("accept", "1")]));
        let agent = format!("User-Agent: sockeye/{}", env!("CARGO_PKG_VERSION"));
        let expected = [
            "GET /feed?a=1 HTTP/1.1",
            "Host: h:80",
            &agent,
            "accept: 1",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: a2V5",
            "Sec-WebSocket-Version: 13",
            "Upgrade: websocket",
            "X-B-Key: 2",
            "",
            "",
        ];
        assert_eq!(wire, expected);
        assert_eq!((shown[3].as_str(), shown[8].as_str()), ("accept: 1", "X-B-Key: •••"));
    }

    #[test]
    fn expressions_of_headers_are_worked_out_anew_and_unknown_ones_stay_as_they_are() {
        let value = |text: &str| {
            let (wire, _) = lines(&settings("ws://h/", &[("X-A", text)]));
            wire.iter().find_map(|line| line.strip_prefix("X-A: ").map(str::to_owned)).expect("it is sent")
        };
        assert_ne!(value("${! uuid_v4() }"), value("${! uuid_v4() }"));
        assert_eq!(value("a${! \"b\".uppercase() }"), "aB");
        assert_eq!(value("${! json(\"a\") }"), "${! json(\"a\") }");
        let failing = refused(&[("X-A", "${! env(\"NONE\").uppercase() }")]);
        assert_eq!(failing, FailureKind::BadHeader { name: "X-A".to_owned() });
    }

    #[test]
    fn compression_is_offered_only_on_request() {
        let offer = |settings: &Settings| {
            let (wire, _) = lines(settings);
            wire.iter().find_map(|line| line.strip_prefix("Sec-WebSocket-Extensions: ").map(str::to_owned))
        };
        let mut settings = settings("ws://h/", &[]);
        assert_eq!(offer(&settings), None);
        settings.options.deflate = true;
        assert_eq!(offer(&settings).as_deref(), Some("permessage-deflate; client_max_window_bits"));
    }

    #[test]
    fn host_and_agent_can_be_replaced() {
        let (wire, _) = lines(&settings("ws://h/", &[("user-agent", "me"), ("Host", "other")]));
        assert_eq!(wire[1..3], ["Host: other", "user-agent: me"]);
    }

    #[test]
    fn basic_replaces_a_header_of_the_user_and_is_masked() {
        let mut settings = settings("ws://h/", &[("authorization", "Bearer x")]);
        let password = Secret::new("pw");
        settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password });
        let (wire, shown) = lines(&settings);
        assert_eq!(wire.iter().filter(|line| line.to_lowercase().starts_with("authorization")).count(), 1);
        assert_eq!(wire[3], "Authorization: Basic bWU6cHc=");
        assert_eq!(shown[3], "Authorization: Basic •••");
    }

    #[test]
    fn a_header_of_the_user_stays_before_that_of_oauth() {
        let mut settings = settings("ws://h/", &[("authorization", "Bearer x")]);
        let secret = || Secret::new("k");
        settings.oauth = Some(OAuth1 {
            consumer_key: secret(),
            consumer_secret: secret(),
            access_token: secret(),
            access_token_secret: secret(),
        });
        let (wire, shown) = lines(&settings);
        assert_eq!(wire[3], "authorization: Bearer x");
        assert!(wire[4].starts_with("Authorization: OAuth oauth_consumer_key=\"k\", oauth_nonce=\"7\""));
        assert!(shown[4].starts_with("Authorization: OAuth oauth_consumer_key=\"•••\""), "{}", shown[4]);
        settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password: secret() });
        let (wire, _) = lines(&settings);
        assert_eq!(wire.iter().filter(|line| line.to_lowercase().starts_with("authorization")).count(), 1);
        assert_eq!(wire[3], "Authorization: Basic bWU6aw==");
    }

    #[test]
    fn headers_of_the_handshake_and_broken_ones_are_refused() {
        let named = |name: &str| FailureKind::BadHeader { name: name.to_owned() };
        assert_eq!(refused(&[("Upgrade", "h2c")]), named("Upgrade"));
        assert_eq!(refused(&[("sec-websocket-extensions", "x")]), named("sec-websocket-extensions"));
        assert_eq!(refused(&[("X-A", "1\r\nX-B: 2")]), named("X-A"));
        assert_eq!(refused(&[("X A", "1")]), named("X A"));
    }

    #[test]
    fn a_pipeline_writes_headers_as_its_library_does() {
        let mut settings =
            settings("ws://h/", &[("x-b-LOWER", " a\r\nb "), ("X Y", "1"), ("sec-websocket-protocol", "p")]);
        settings.options.dialect = Dialect::Bento;
        let (wire, _) = lines(&settings);
        assert_eq!(
            wire[5..],
            [
                "Sec-WebSocket-Protocol: p",
                "Sec-WebSocket-Version: 13",
                "Upgrade: websocket",
                "X-B-Lower: a  b",
                "",
                ""
            ]
        );
        settings.headers = [("upgrade".to_owned(), Secret::new("h2c"))].into_iter().collect();
        let cause = request(&settings, "a2V5", None).err().expect("it cannot be sent");
        assert_eq!(cause.message, "websocket: duplicate header not allowed: Upgrade");
    }

    #[test]
    fn a_name_that_is_not_ascii_is_sent_in_the_form_for_the_resolver() {
        let (wire, _) = lines(&settings("ws://bücher.example:8080/", &[]));
        assert_eq!(wire[1], "Host: xn--bcher-kva.example:8080");
    }
}
