//! The stage of the upgrade: our request, and the answer, both verbatim (RFC 6455, section 4).

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
    notes::Notes,
    request::request,
    stream::{Stream, Timeouts, response},
};

/// How much is kept of an answer that is not HTTP, in bytes.
pub(super) const UNREAD: usize = 1024;

/// An accepted upgrade.
pub(super) struct Accepted {
    /// What came behind the head of the answer.
    pub(super) read_ahead: BytesMut,
    pub(super) subprotocol: Option<String>,
    pub(super) deflate: Option<Deflate>,
}

/// What the exchange showed.
#[derive(Debug, Default)]
pub(super) struct Observed {
    exchange: Exchange,
    notes: Option<Notes>,
    /// What was read and is no part of the response yet.
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

/// Sends the request and judges the answer.
pub(super) async fn upgrade(
    line: &mut Stream,
    settings: &Settings,
    timeouts: Timeouts,
    report: &Reporter,
    seen: &mut Observed,
) -> Result<Accepted, Cause> {
    seen.notes.clone_from(&line.notes);
    let nonce: [u8; 16] = random()?;
    let key = BASE64_STANDARD.encode(nonce);
    let Signed { header, evidence } = sign(settings).await?;
    seen.exchange.auth = evidence;
    report.tell(Step::Secrets(header.iter().flat_map(sent).collect())).await;
    let request = request(settings, &key, header.as_ref())?;
    seen.exchange.request = request.shown;

    let head = line.exchange(request.wire.as_bytes(), timeouts, &mut seen.unread).await?;

    let rest = seen.unread.split_off(head.len);
    seen.exchange.response = Some(response(&head, &seen.unread));
    let judged = head.validate(&derive_accept_key(key.as_bytes()), settings.options);
    if let Err(Cause::Answer { kind: FailureKind::Status { .. }, .. }) = &judged {
        let (body, end) = line.body_of_refusal(&head, &rest, timeouts, report).await;
        if let Some(response) = &mut seen.exchange.response {
            response.body = String::from_utf8_lossy(&body).into_owned();
            response.body_end = end;
        }
    }
    let deflate = judged?;
    seen.exchange.extension = deflate.as_ref().map(|deflate| deflate.words.clone());
    let subprotocol = head.values("Sec-WebSocket-Protocol").next().map(|name| name.trim().to_owned());
    Ok(Accepted { read_ahead: rest, subprotocol, deflate })
}

fn random<const N: usize>() -> Result<[u8; N], Cause> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Cause::Io {
        message: "the system gave no random bytes".to_owned(),
        kind: FailureKind::Io,
        source: io::Error::other(error),
    })?;
    Ok(bytes)
}

/// Signs the request: time, chance and the key of a token come in here.
async fn sign(settings: &Settings) -> Result<Signed, Cause> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    // As many bits as the pipeline takes.
    let moment = Moment { now, nonce: u64::from_be_bytes(random()?) >> 1 };
    let key = match settings.jwt.as_ref().map(|jwt| jwt.private_key_file.clone()) {
        Some(path) => {
            let read = move || File::open(path).and_then(|file| read_within(MAX_KEY, file));
            Some(spawn_blocking(read).await.unwrap_or_else(|error| Err(io::Error::other(error))))
        }
        None => None,
    };
    auth::sign(settings, &moment, key.as_ref()).map_err(|fault| Cause::Answer {
        message: if settings.options.dialect.is_pipeline() { fault.pipeline.clone() } else { fault.message },
        kind: FailureKind::Token { fault: fault.kind, pipeline: fault.pipeline },
    })
}

/// What a header of ours holds that the server may repeat: what stands behind its scheme.
fn sent(header: &Authorization) -> Vec<Secret> {
    let value = header.value.expose();
    let credentials = value.split_once(' ').map_or(value, |(_, credentials)| credentials);
    // Of OAuth the signature by itself too (RFC 5849, section 3.5.1).
    let signature = value.split("oauth_signature=\"").nth(1).and_then(|rest| rest.split('"').next());
    [credentials].into_iter().chain(signature).map(Secret::new).collect()
}
