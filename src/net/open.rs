//! The last stage of a connection: the opening messages.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

use crate::{
    config::{MessageType, Settings},
    session::{Evidence, FailureKind, Kind, OpenSent, Sent},
    wire,
};

use super::{Cause, Reporter, Step, stream::Stream};

/// The payload of a frame at most, in bytes: longer messages go out in fragments, as those of
/// the pipeline do.
const FRAGMENT: usize = 4096;

/// What went out.
#[derive(Debug, Default)]
pub(super) struct Observed(Vec<OpenSent>);

impl From<Observed> for Evidence {
    fn from(Observed(sent): Observed) -> Self {
        Self::Open { sent }
    }
}

/// Sends the opening messages in order and tells each. A pipeline compresses them
/// where compression is on; the standard need not (RFC 7692, section 6).
pub(super) async fn send(
    line: &mut Stream,
    settings: &Settings,
    deflates: bool,
    report: &Reporter,
    seen: &mut Observed,
) -> Result<(), Cause> {
    let compressed = deflates && settings.options.dialect.behavior().compresses;
    let kind = match settings.open_message_type {
        MessageType::Binary => Kind::Binary,
        MessageType::Text => Kind::Text,
    };
    let all = settings.open_messages.len();
    for (message, nth) in settings.open_messages.iter().zip(1..) {
        let payload = message.expose().as_bytes();
        if let Err(source) = write(line, kind, payload, compressed).await {
            let message =
                format!("the connection to {} broke at opening message {nth} of {all}", line.remote);
            return Err(Cause::Io { message, kind: FailureKind::Io, source });
        }
        seen.0.push(OpenSent { kind, size: payload.len() as u64 });
        let payload = Bytes::copy_from_slice(payload);
        report.tell(Step::OpeningSent(Sent { kind, payload, opening: true })).await;
    }
    Ok(())
}

async fn write(line: &mut Stream, kind: Kind, payload: &[u8], compressed: bool) -> io::Result<()> {
    let frames = frames(kind, payload, compressed)?;
    line.io.write_all(&frames).await?;
    line.io.flush().await
}

/// The message in masked frames (RFC 6455, section 5.3).
fn frames(kind: Kind, payload: &[u8], compressed: bool) -> io::Result<BytesMut> {
    // What cannot be compressed grows by a few bytes for each block.
    let frames = (payload.len() + payload.len() / 8 + 64) / FRAGMENT + 1;
    let mut masks = vec![0; 4 * frames];
    getrandom::fill(&mut masks).map_err(io::Error::other)?;
    let mut masks = masks.chunks_exact(4).filter_map(|mask| <[u8; 4]>::try_from(mask).ok());
    let mut out = BytesMut::new();
    let mut mask = || masks.next().unwrap_or_default();
    let write = if compressed { wire::write_compressed } else { wire::write_message };
    write(&mut out, kind, payload, &mut mask, Some(FRAGMENT));
    Ok(out)
}
