//! The last stage of a dial: the opening messages.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

use crate::{
    config::{MessageType, Settings},
    session::{Evidence, FailureKind, Kind, OpenSent, Sent},
    wire,
};

use super::{Cause, Reporter, Step, line::Line, masks::masks};

/// The payload of a frame at most, in bytes: longer messages go out in fragments, as those of
/// the pipeline do.
const FRAGMENT: usize = 4096;

/// What went out.
#[derive(Debug, Default)]
pub(super) struct Seen(Vec<OpenSent>);

impl From<Seen> for Evidence {
    fn from(Seen(sent): Seen) -> Self {
        Self::Open { sent }
    }
}

/// Sends the opening messages in order and tells each, secrets masked.
pub(super) async fn send(
    line: &mut Line,
    settings: &Settings,
    report: &Reporter,
    seen: &mut Seen,
) -> Result<(), Cause> {
    let masks = masks(settings, None);
    let kind = match settings.open_message_type {
        MessageType::Binary => Kind::Binary,
        MessageType::Text => Kind::Text,
    };
    let all = settings.open_messages.len();
    for (message, nth) in settings.open_messages.iter().zip(1..) {
        let payload = message.expose().as_bytes();
        if let Err(source) = write(line, kind, payload).await {
            let says = format!("the connection to {} broke at opening message {nth} of {all}", line.remote);
            return Err(Cause::Io { says, kind: FailureKind::Io, source });
        }
        seen.0.push(OpenSent { kind, size: payload.len() as u64 });
        let payload = Bytes::from(masks.bytes(payload));
        report.tell(Step::OpeningSent(Sent { kind, payload, opening: true })).await;
    }
    Ok(())
}

async fn write(line: &mut Line, kind: Kind, payload: &[u8]) -> io::Result<()> {
    let frames = frames(kind, payload)?;
    line.io.write_all(&frames).await?;
    line.io.flush().await
}

/// The message in masked frames (RFC 6455, section 5.3).
fn frames(kind: Kind, payload: &[u8]) -> io::Result<BytesMut> {
    let mut masks = vec![0; 4 * (payload.len() / FRAGMENT + 1)];
    getrandom::fill(&mut masks).map_err(io::Error::other)?;
    let mut masks = masks.chunks_exact(4).filter_map(|mask| <[u8; 4]>::try_from(mask).ok());
    let mut out = BytesMut::new();
    let mut mask = || masks.next().unwrap_or_default();
    wire::write_message(&mut out, kind, payload, &mut mask, Some(FRAGMENT));
    Ok(out)
}
