//! The stage of the upgrade: our request, and the answer, both verbatim (RFC 6455, section 4).

use std::{fs::File, io, time::SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::BytesMut;
use tokio::task::spawn_blocking;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    auth::{self, Moment, Signed},
    config::{MAX_KEY, Masks, Settings, read_within},
    session::{Evidence, Exchange, FailureKind},
};

use super::{
    Cause,
    answer::LARGEST_HEAD,
    extension::Deflate,
    line::{Line, Patience, response},
    masks::{learned, masks},
    request::request,
    verify::Notes,
};

/// How much is kept of an answer that is not HTTP, in bytes.
pub(super) const UNREAD: usize = 1024;

/// An accepted upgrade.
pub(super) struct Accepted {
    /// What came behind the head of the answer.
    pub(super) read_ahead: BytesMut,
    pub(super) subprotocol: Option<String>,
    /// What was sent so far that nobody may see.
    pub(super) masks: Masks,
    pub(super) deflate: Option<Deflate>,
}

/// What the exchange showed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    exchange: Exchange,
    masks: Masks,
    notes: Option<Notes>,
    /// What was read and is no part of the response yet.
    unread: BytesMut,
}

impl From<Seen> for Evidence {
    fn from(Seen { mut exchange, masks, notes, unread }: Seen) -> Self {
        exchange.renegotiations = notes.map_or(0, |notes| notes.lock().renegotiations);
        if exchange.response.is_none() {
            exchange.unread = masks.bytes(&unread[..unread.len().min(LARGEST_HEAD)]);
            exchange.unread.truncate(UNREAD);
            exchange.unread_size = unread.len() as u64;
        }
        Self::Upgrade(Box::new(exchange))
    }
}

/// Sends the request and judges the answer.
pub(super) async fn upgrade(
    line: &mut Line,
    settings: &Settings,
    patience: Patience,
    seen: &mut Seen,
) -> Result<Accepted, Cause> {
    seen.notes.clone_from(&line.notes);
    let nonce: [u8; 16] = random()?;
    let key = BASE64_STANDARD.encode(nonce);
    let Signed { header, evidence } = sign(settings).await?;
    seen.exchange.auth = evidence;
    seen.masks = masks(settings, header.as_ref());
    let request = request(settings, &key, header.as_ref())?;
    seen.exchange.request = request.shown;

    let head = line.exchange(request.wire.as_bytes(), patience, &mut seen.unread).await?;

    let rest = seen.unread.split_off(head.len);
    seen.exchange.response = Some(response(&head, &seen.unread, &seen.masks));
    seen.masks.extend(learned(head.values("Location")));
    let judged = head.judge(&derive_accept_key(key.as_bytes()), settings.manner);
    if let Err(Cause::Answer { kind: FailureKind::Status { .. }, .. }) = &judged {
        let (body, end) = line.body(&head, &rest, patience).await;
        if let Some(response) = &mut seen.exchange.response {
            response.body = seen.masks.text(&String::from_utf8_lossy(&body));
            response.body_end = end;
        }
    }
    let mut deflate = judged.map_err(|cause| masked(cause, &seen.masks))?;
    if let Some(deflate) = &mut deflate {
        deflate.words = seen.masks.text(&deflate.words);
        seen.exchange.extension = Some(deflate.words.clone());
    }
    let subprotocol = head.values("Sec-WebSocket-Protocol").next().map(|name| seen.masks.text(name.trim()));
    Ok(Accepted { read_ahead: rest, subprotocol, masks: seen.masks.clone(), deflate })
}

fn random<const N: usize>() -> Result<[u8; N], Cause> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Cause::Io {
        says: "the system gave no random bytes".to_owned(),
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
        says: if settings.manner.dialect.is_pipeline() { fault.pipeline.clone() } else { fault.says },
        kind: FailureKind::Token { fault: fault.what, pipeline: fault.pipeline },
    })
}

/// What a server echoes can also get into the sentence of a failure.
fn masked(cause: Cause, masks: &Masks) -> Cause {
    let Cause::Answer { says, kind } = cause else { return cause };
    let text = |got: String| masks.text(&got);
    let kind = match kind {
        FailureKind::BadAccept { expected, got } => FailureKind::BadAccept { expected, got: got.map(text) },
        FailureKind::BadUpgradeHeader { header, got } => {
            FailureKind::BadUpgradeHeader { header, got: got.map(text) }
        }
        FailureKind::NotAsked { header, got } => FailureKind::NotAsked { header, got: text(got) },
        kind => kind,
    };
    Cause::Answer { says: masks.text(&says), kind }
}
