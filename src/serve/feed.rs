//! What the demo server sends on an open websocket.
//!
//! Every send waits for the socket, so a client that does not read costs no memory.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::market::Market;

/// How long the client may take to answer a close frame.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// How long a feed hangs before its connection is dropped after all.
const HANG_LIMIT: Duration = Duration::from_mins(10);

/// The shortest time between two bursts; faster feeds send several messages each time.
const SHORTEST: Duration = Duration::from_millis(10);

/// The messages of one path.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The delay of the first message.
    pub(super) first: Duration,
    pub(super) every: Duration,
    /// Messages at a time.
    pub(super) burst: u32,
    pub(super) ping: Duration,
    pub(super) shape: Shape,
    /// After how long and how the feed ends by itself.
    pub(super) end: Option<(Duration, Ending)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Binary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The TCP connection is dropped without a close frame.
    Drop,
    Close(CloseCode, &'static str),
    /// Nothing is read or sent any more, though the connection stands.
    Hang,
}

impl Plan {
    /// One text message at once, then one per `period`.
    pub(super) fn every(period: Duration) -> Self {
        let ping = Duration::from_secs(5);
        Self { first: Duration::ZERO, every: period, burst: 1, ping, shape: Shape::Text, end: None }
    }

    /// `rate` text messages per second, at least one.
    pub(super) fn ticks(rate: u32) -> Self {
        let rate = rate.max(1);
        let every = Duration::from_secs(1) / rate;
        if every >= SHORTEST {
            return Self::every(every);
        }
        Self { burst: (rate / 100).max(1), ..Self::every(SHORTEST) }
    }
}

/// Plays a plan until the client leaves or the plan ends.
pub(super) async fn play<S>(mut socket: WebSocketStream<S>, mut market: Market, plan: Plan)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let start = Instant::now();
    let mut beat = steady(start + plan.first, plan.every);
    let mut ping = steady(start + plan.ping, plan.ping);
    let end = sleep_until(start + plan.end.map_or(Duration::ZERO, |(after, _)| after));
    tokio::pin!(end);
    loop {
        let result = tokio::select! {
            received = socket.next() => match received {
                Some(Ok(Message::Text(text))) => socket.send(Message::text(market.answer(&text))).await,
                Some(Ok(Message::Close(_))) => return finish_close(&mut socket).await,
                Some(Ok(_)) => Ok(()),
                Some(Err(_)) | None => return,
            },
            _ = beat.tick() => burst(&mut socket, &mut market, &plan).await,
            _ = ping.tick() => socket.send(Message::Ping(Bytes::from_static(b"still there?"))).await,
            () = &mut end, if plan.end.is_some() => break,
        };
        if result.is_err() {
            return;
        }
    }
    match plan.end {
        Some((_, Ending::Close(code, reason))) => {
            drop(socket.close(Some(CloseFrame { code, reason: reason.into() })).await);
            finish_close(&mut socket).await;
        }
        // Whoever does not read does not hear that the client has left.
        Some((_, Ending::Hang)) => sleep(HANG_LIMIT).await,
        Some((_, Ending::Drop)) | None => {}
    }
}

fn steady(first: Instant, period: Duration) -> Interval {
    let mut interval = interval_at(first, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    interval
}

async fn burst<S>(
    socket: &mut WebSocketStream<S>,
    market: &mut Market,
    plan: &Plan,
) -> Result<(), tokio_tungstenite::tungstenite::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    for _ in 0..plan.burst {
        let tick = market.tick(now());
        let message = match plan.shape {
            Shape::Text => Message::text(tick.json()),
            Shape::Binary => Message::binary(tick.bytes().to_vec()),
        };
        socket.feed(message).await?;
    }
    socket.flush().await
}

/// Milliseconds since the Unix epoch.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Finishes a closing handshake, and waits for the client's part.
pub(super) async fn finish_close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) {
    let rest = async {
        drop(socket.flush().await);
        while let Some(Ok(_)) = socket.next().await {}
    };
    drop(timeout(CLOSE_LIMIT, rest).await);
}

/// Sends every message back with its type.
pub(super) async fn echo<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    while let Some(Ok(message)) = socket.next().await {
        let result = match message {
            Message::Text(_) | Message::Binary(_) => socket.send(message).await,
            Message::Close(_) => return finish_close(&mut socket).await,
            _ => Ok(()),
        };
        if result.is_err() {
            return;
        }
    }
}

/// How many distinct messages a flood repeats.
const ROUND: usize = 512;

/// Writes the same block of ready-made frames again and again, as fast as the client reads.
pub(super) async fn flood<S>(mut socket: WebSocketStream<S>, mut market: Market)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut block = Vec::new();
    for _ in 0..ROUND {
        append_frame(&mut block, market.tick(now()).json().as_bytes());
    }
    loop {
        // The socket's own frames are flushed before raw frames follow, so that none is split.
        while let Some(received) = socket.next().now_or_never() {
            match received {
                Some(Ok(Message::Close(_))) => return finish_close(&mut socket).await,
                Some(Ok(_)) if socket.flush().await.is_ok() => {}
                _ => return,
            }
        }
        if socket.get_mut().write_all(&block).await.is_err() {
            return;
        }
    }
}

/// Appends an unmasked text frame (RFC 6455, section 5.2). A payload over 65,535 bytes is skipped.
fn append_frame(block: &mut Vec<u8>, payload: &[u8]) {
    const FINAL_TEXT: u8 = 0x81;
    const TWO_BYTES_OF_LENGTH: u8 = 126;
    let Ok(length) = u16::try_from(payload.len()) else { return };
    block.push(FINAL_TEXT);
    if let Ok(short @ ..TWO_BYTES_OF_LENGTH) = u8::try_from(length) {
        block.push(short);
    } else {
        block.push(TWO_BYTES_OF_LENGTH);
        block.extend(length.to_be_bytes());
    }
    block.extend(payload);
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use tokio::{io::DuplexStream, time::Instant};
    use tokio_tungstenite::{
        WebSocketStream,
        tungstenite::{Message, protocol::Role},
    };

    use super::{Duration, Ending, Market, Plan, flood, play};

    async fn pair() -> (WebSocketStream<DuplexStream>, WebSocketStream<DuplexStream>) {
        let (ours, theirs) = tokio::io::duplex(4096);
        let server = WebSocketStream::from_raw_socket(ours, Role::Server, None).await;
        (server, WebSocketStream::from_raw_socket(theirs, Role::Client, None).await)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_feed_starts_late_and_pings_meanwhile() {
        let (server, mut client) = pair().await;
        let first = Duration::from_secs(58);
        let started = Instant::now();
        tokio::spawn(play(server, Market::new(0), Plan { first, ..Plan::every(first) }));
        let mut pings = 0;
        while let Some(Ok(Message::Ping(_))) = client.next().await {
            pings += 1;
        }
        assert_eq!((pings, started.elapsed()), (11, first));
    }

    #[tokio::test(start_paused = true)]
    async fn a_feed_that_ends_ticks_until_then() {
        let (server, mut client) = pair().await;
        let end = Some((Duration::from_millis(20_100), Ending::Drop));
        tokio::spawn(play(server, Market::new(0), Plan { end, ..Plan::ticks(5) }));
        let mut ticks = 0;
        while let Some(Ok(message)) = client.next().await {
            ticks += u32::from(message.is_text());
        }
        assert_eq!(ticks, 101);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_waits_for_a_client_that_does_not_read() {
        let (server, client) = pair().await;
        let flood = tokio::spawn(flood(server, Market::new(0)));
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert!(!flood.is_finished());
        drop(client);
        flood.await.expect("it ends with its client");
    }

    #[test]
    fn a_fast_feed_sends_several_messages_at_a_time() {
        let pace = |rate| {
            let plan = Plan::ticks(rate);
            (plan.every, plan.burst)
        };
        assert_eq!(pace(0), (Duration::from_secs(1), 1));
        assert_eq!(pace(5), (Duration::from_millis(200), 1));
        assert_eq!(pace(20_000), (Duration::from_millis(10), 200));
    }
}
