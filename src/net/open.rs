//! The stage `open`: sends the opening messages.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

use crate::{
    config::{MessageType, Settings},
    session::{Evidence, FailureKind, Kind, OpenSent, Sent},
    wire,
};

use super::{Cause, Reporter, Step, stream::Stream};

/// The largest payload of a frame, in bytes. Longer messages are sent in fragments, as in the pipeline.
const FRAGMENT: usize = 4096;

/// The messages that were sent.
#[derive(Debug, Default)]
pub(super) struct Observed(Vec<OpenSent>);

impl From<Observed> for Evidence {
    fn from(Observed(sent): Observed) -> Self {
        Self::Open { sent }
    }
}

/// Sends the opening messages in order and reports each. A pipeline compresses them if compression is on; the
/// standard does not require it (RFC 7692, section 6).
pub(super) async fn send(
    stream: &mut Stream,
    settings: &Settings,
    deflates: bool,
    report: &Reporter,
    observed: &mut Observed,
) -> Result<(), Cause> {
    let compressed = deflates && settings.options.dialect.behavior().compresses;
    let kind = match settings.open_message_type {
        MessageType::Binary => Kind::Binary,
        MessageType::Text => Kind::Text,
    };
    let all = settings.open_messages.len();
    for (message, nth) in settings.open_messages.iter().zip(1..) {
        let payload = message.expose().as_bytes();
        if let Err(source) = write(stream, kind, payload, compressed).await {
            let message =
                format!("the connection to {} broke at opening message {nth} of {all}", stream.remote);
            return Err(Cause::new(FailureKind::Io, message).because(&source));
        }
        observed.0.push(OpenSent { kind, size: payload.len() as u64 });
        let payload = Bytes::copy_from_slice(payload);
        report.emit(Step::OpeningSent(Sent { kind, payload, opening: true })).await;
    }
    Ok(())
}

async fn write(stream: &mut Stream, kind: Kind, payload: &[u8], compressed: bool) -> io::Result<()> {
    let frames = frames(kind, payload, compressed)?;
    stream.io.write_all(&frames).await?;
    stream.io.flush().await
}

/// Encodes a message in masked frames (RFC 6455, section 5.3).
fn frames(kind: Kind, payload: &[u8], compressed: bool) -> io::Result<BytesMut> {
    // Incompressible data grows by a few bytes for each block.
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
