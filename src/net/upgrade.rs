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
    session::{Evidence, FailureKind},
};

use super::{
    Cause, Reporter, Step,
    extension::Deflate,
    handshake_notes::SharedNotes,
    head::Head,
    request::{Request, request},
    stream::{ObservedExchange, Stream, Timeouts},
};

/// An accepted upgrade.
pub(super) struct Accepted {
    /// Bytes received after the head of the response.
    pub(super) read_ahead: BytesMut,
    pub(super) subprotocol: Option<String>,
    pub(super) deflate: Option<Deflate>,
}

#[derive(Debug, Default)]
pub(super) struct Observed {
    exchange: ObservedExchange,
    notes: Option<SharedNotes>,
}

impl From<Observed> for Evidence {
    fn from(Observed { mut exchange, notes }: Observed) -> Self {
        exchange.evidence.renegotiations = notes.map_or(0, |notes| notes.lock().renegotiations);
        Self::Upgrade(Box::new(exchange.into()))
    }
}

/// A request that is ready to be sent.
pub(super) struct Prepared {
    request: Request,
    accept: String,
    signed: Signed,
}

/// Signs and builds the request. As in the pipeline, that is done before anything is dialled.
pub(super) async fn prepare(settings: &Settings) -> Result<Prepared, Cause> {
    let nonce: [u8; 16] = random()?;
    let key = BASE64_STANDARD.encode(nonce);
    let signed = sign(settings).await?;
    let request = request(settings, &key, signed.header.as_ref())?;
    Ok(Prepared { request, accept: derive_accept_key(key.as_bytes()), signed })
}

/// Sends the request and validates the response.
pub(super) async fn upgrade(
    stream: &mut Stream,
    prepared: Prepared,
    settings: &Settings,
    timeouts: Timeouts,
    report: &Reporter,
    observed: &mut Observed,
) -> Result<Accepted, Cause> {
    observed.notes.clone_from(&stream.notes);
    let Prepared { request, accept, signed: Signed { header, evidence } } = prepared;
    let exchange = &mut observed.exchange;
    exchange.evidence.auth = evidence;
    report.emit(Step::Secrets(header.iter().flat_map(credentials).collect())).await;
    exchange.evidence.request = request.shown;
    let validate = |head: &Head| head.validate(&accept, settings.options);
    let (head, read_ahead, deflate) =
        stream.request(request.wire.as_bytes(), timeouts, report, exchange, validate).await?;
    exchange.evidence.extension = deflate.as_ref().map(|deflate| deflate.words.clone());
    let subprotocol = head.values("Sec-WebSocket-Protocol").next().map(|name| name.trim().to_owned());
    Ok(Accepted { read_ahead, subprotocol, deflate })
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
