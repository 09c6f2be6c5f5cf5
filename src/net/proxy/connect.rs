//! Opens a tunnel through an HTTP proxy by CONNECT (RFC 9110, section 9.3.6).

use std::io::Cursor;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::BytesMut;
use tokio::io::AsyncReadExt;

use crate::{
    config::{Login, MASK, Proxy, Secret, Settings},
    session::FailureKind,
};

use super::{
    super::{
        Cause, Io, Reporter,
        head::Head,
        request::user_agent,
        stream::{Stream, Timeouts},
    },
    Observed,
};

/// Sends the request and validates the response of the proxy.
pub(super) async fn connect(
    proxy: &Proxy,
    mut stream: Stream,
    settings: &Settings,
    timeouts: Timeouts,
    report: &Reporter,
    observed: &mut Observed,
) -> Result<Box<dyn Io>, Cause> {
    let is_pipeline = settings.options.dialect.is_pipeline();
    // A pipeline sends no user name without a password.
    let login = proxy.login.as_ref().filter(|login| !is_pipeline || login.password.is_some());
    let credentials = login.map(credentials);
    let place = settings.url.place();
    let exchange = observed.exchange.get_or_insert_default();
    let agent = user_agent(settings.options.dialect);
    exchange.evidence.request = request(place, agent, credentials.as_ref().map(|_| MASK));
    let wire = request(place, agent, credentials.as_ref().map(Secret::expose));
    let validate = |head: &Head| validate(head, is_pipeline);
    let (_, rest, ()) = stream.request(wire.as_bytes(), timeouts, report, exchange, validate).await?;
    // The pipeline's library drops what it read beyond the response.
    let rest = if is_pipeline { BytesMut::new() } else { rest };
    Ok(with_read_ahead(stream.io, rest))
}

/// The credentials after `Basic` (RFC 7617, section 2).
fn credentials(login: &Login) -> Secret {
    let password = login.password.as_ref().map_or("", Secret::expose);
    let pair = Secret::new(format!("{}:{password}", login.user.expose()));
    Secret::new(BASE64_STANDARD.encode(pair.expose()))
}

fn request(place: &str, agent: &str, credentials: Option<&str>) -> String {
    let login = credentials.map_or(String::new(), |text| format!("Proxy-Authorization: Basic {text}\r\n"));
    format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: {agent}\r\n{login}\r\n")
}

/// Any 2xx opens the tunnel; in a pipeline only 200 does.
fn validate(head: &Head, is_pipeline: bool) -> Result<(), Cause> {
    if head.status == 200 || (!is_pipeline && matches!(head.status, 200..300)) {
        return Ok(());
    }
    let reason = if head.reason.is_empty() { String::new() } else { format!(" {}", head.reason) };
    let message = format!("the proxy answered {}{reason} to CONNECT", head.status);
    Err(Cause::new(FailureKind::Status { code: head.status }, message))
}

/// Returns bytes that were read after the head of the response to the tunnel, to which they belong.
fn with_read_ahead(io: Box<dyn Io>, read_ahead: BytesMut) -> Box<dyn Io> {
    if read_ahead.is_empty() {
        return io;
    }
    let (reader, writer) = tokio::io::split(io);
    Box::new(tokio::io::join(Cursor::new(read_ahead).chain(reader), writer))
}
