//! The stage `upgrade`: sends the upgrade request and validates the response; keeps both verbatim (RFC 6455,
//! section 4).

use std::{fs::File, io, time::SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::BytesMut;
use tokio::task::spawn_blocking;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    auth::{self, Authorization, Moment, Signed},
    config::{MAX_KEY, Secret, Settings, read_within},
    session::{Evidence, Exchange, FailureKind},
};

use super::{
    Cause, Reporter, Step,
    extension::Deflate,
    handshake_notes::SharedNotes,
    request::request,
    stream::{Stream, Timeouts, response},
};

/// The most bytes that are kept of a response that is not HTTP.
pub(super) const UNREAD: usize = 1024;

/// An accepted upgrade.
pub(super) struct Accepted {
    /// Bytes received after the head of the response.
    pub(super) read_ahead: BytesMut,
    pub(super) subprotocol: Option<String>,
    pub(super) deflate: Option<Deflate>,
}

#[derive(Debug, Default)]
pub(super) struct Observed {
    exchange: Exchange,
    notes: Option<SharedNotes>,
    /// Bytes that were read and are not yet part of a response.
    unread: BytesMut,
}

impl From<Observed> for Evidence {
    fn from(Observed { mut exchange, notes, unread }: Observed) -> Self {
        exchange.renegotiations = notes.map_or(0, |notes| notes.lock().renegotiations);
        if exchange.response.is_none() {
            exchange.unread = unread[..unread.len().min(UNREAD)].to_vec();
            exchange.unread_size = unread.len() as u64;
        }
        Self::Upgrade(Box::new(exchange))
    }
}

/// Sends the request and validates the response.
pub(super) async fn upgrade(
    stream: &mut Stream,
    settings: &Settings,
    timeouts: Timeouts,
    report: &Reporter,
    observed: &mut Observed,
) -> Result<Accepted, Cause> {
    observed.notes.clone_from(&stream.notes);
    let nonce: [u8; 16] = random()?;
    let key = BASE64_STANDARD.encode(nonce);
    let Signed { header, evidence } = sign(settings).await?;
    observed.exchange.auth = evidence;
    report.emit(Step::Secrets(header.iter().flat_map(credentials).collect())).await;
    let request = request(settings, &key, header.as_ref())?;
    observed.exchange.request = request.shown;

    let head = stream.exchange(request.wire.as_bytes(), timeouts, &mut observed.unread).await?;

    let rest = observed.unread.split_off(head.len);
    observed.exchange.response = Some(response(&head, &observed.unread));
    let validated = head.validate(&derive_accept_key(key.as_bytes()), settings.options);
    if let Err(Cause { kind: FailureKind::Status { .. }, .. }) = &validated {
        let (body, end) = stream.body_of_refusal(&head, &rest, timeouts, report).await;
        if let Some(response) = &mut observed.exchange.response {
            response.body = String::from_utf8_lossy(&body).into_owned();
            response.body_end = end;
        }
    }
    let deflate = validated?;
    observed.exchange.extension = deflate.as_ref().map(|deflate| deflate.words.clone());
    let subprotocol = head.values("Sec-WebSocket-Protocol").next().map(|name| name.trim().to_owned());
    Ok(Accepted { read_ahead: rest, subprotocol, deflate })
}

fn random<const N: usize>() -> Result<[u8; N], Cause> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Cause::new(FailureKind::Io, "the system returned no random bytes").because(&error)
    })?;
    Ok(bytes)
}

/// Signs the request with the current time, a random nonce and the key of the token.
async fn sign(settings: &Settings) -> Result<Signed, Cause> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    // 63 bits, as in the pipeline.
    let moment = Moment { now, nonce: u64::from_be_bytes(random()?) >> 1 };
    let key = match settings.jwt.as_ref().map(|jwt| jwt.private_key_file.clone()) {
        Some(path) => {
            let read = move || File::open(path).and_then(|file| read_within(MAX_KEY, file));
            Some(spawn_blocking(read).await.unwrap_or_else(|error| Err(io::Error::other(error))))
        }
        None => None,
    };
    auth::sign(settings, &moment, key.as_ref()).map_err(|fault| {
        let is_pipeline = settings.options.dialect.is_pipeline();
        let message = if is_pipeline { fault.pipeline.clone() } else { fault.message };
        Cause::new(FailureKind::Token { fault: fault.kind, pipeline: fault.pipeline }, message)
    })
}

/// The credentials in the Authorization header, after its scheme: the server may repeat them.
fn credentials(header: &Authorization) -> Vec<Secret> {
    let value = header.value.expose();
    let credentials = value.split_once(' ').map_or(value, |(_, credentials)| credentials);
    // For OAuth also the signature alone (RFC 5849, section 3.5.1).
    let signature = value.split("oauth_signature=\"").nth(1).and_then(|rest| rest.split('"').next());
    [credentials].into_iter().chain(signature).map(Secret::new).collect()
}
