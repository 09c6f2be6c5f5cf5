//! A feed with faults at known times: numbers that are missing, late and sent again, messages that are ever older when they
//! come, a silence, another form of the messages, a kind that stays away, and a loss. It begins anew with each connection.
//!
//! | Second | What happens |
//! |---|---|
//! | 0 | the subscription is acknowledged; the first connection has a snapshot, and none after it |
//! | 6 | three numbers are left out |
//! | 9 | two messages change places |
//! | 11 | a message is sent again |
//! | 14 to 23 | messages are 1.5 s old when they are sent, and older from second to second |
//! | 24 to 32 | nothing is sent but pings |
//! | 36 to 42 | the price is a number, and the side is gone |
//! | 42 to 48 | no quotes come |
//! | 48 | the connection is dropped; four numbers are missing after it |

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, MissedTickBehavior, interval_at},
};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use super::feed::{finish_close, now};

/// A message, or a pause of its length, so often.
const EVERY: Duration = Duration::from_millis(100);
/// Messages, or pauses, in a second.
const SECOND: u64 = 10;
/// What is left out at the time of a hole.
const HOLE: u64 = 3;
/// What is left out between two connections.
const WHILE_DOWN: u64 = 4;
/// How old messages are that are late, and how much older each is than the one before, in milliseconds.
const AGE: u64 = 1_500;
const OLDER: u64 = 30;

const HOLE_AT: u64 = 6 * SECOND;
const SWAPPED_AT: u64 = 9 * SECOND;
const REPEATED_AT: u64 = 11 * SECOND;
const OLD: Range<u64> = 14 * SECOND..23 * SECOND;
const SILENT: Range<u64> = 24 * SECOND..32 * SECOND;
const CHANGED: Range<u64> = 36 * SECOND..42 * SECOND;
const WITHOUT_QUOTES: Range<u64> = 42 * SECOND..48 * SECOND;
const DROPPED_AT: u64 = 48 * SECOND;

/// What is sent at one beat, counted from the beginning of the connection; `next` is the number that follows.
fn beat(nth: u64, next: &mut u64, time: u64) -> Vec<String> {
    let mut numbers = |count: u64| {
        let first = *next;
        *next += count;
        first..*next
    };
    let numbers: Vec<u64> = match nth {
        _ if SILENT.contains(&nth) => Vec::new(),
        HOLE_AT => {
            numbers(HOLE);
            numbers(1).collect()
        }
        SWAPPED_AT => numbers(2).rev().collect(),
        REPEATED_AT => numbers(1).flat_map(|number| [number, number]).collect(),
        _ => numbers(1).collect(),
    };
    let age = if OLD.contains(&nth) { AGE + (nth - OLD.start) * OLDER } else { 0 };
    let form = match nth {
        _ if CHANGED.contains(&nth) => Form::Changed,
        _ if WITHOUT_QUOTES.contains(&nth) => Form::WithoutQuotes,
        _ => Form::Usual,
    };
    numbers.into_iter().map(|number| message(number, time.saturating_sub(age), form)).collect()
}

/// What a connection begins with.
fn greeting(is_first: bool) -> Vec<String> {
    let subscribed = r#"{"type":"subscribed","channel":"fish"}"#;
    let snapshot = r#"{"type":"snapshot","book":[["SALMON","14.99"],["TROUT","15.20"],["PERCH","14.02"]]}"#;
    let texts = [Some(subscribed), is_first.then_some(snapshot)];
    texts.into_iter().flatten().map(str::to_owned).collect()
}

/// In which form messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Usual,
    /// The price is a number, and the side is gone.
    Changed,
    WithoutQuotes,
}

/// `{"type":"trade","product":"SALMON","seq":17,"ts":1732374067413,"price":"14.99","side":"buy"}`; each fifth is a quote.
fn message(number: u64, time: u64, form: Form) -> String {
    let product = ["SALMON", "TROUT", "PERCH"][usize::try_from(number % 3).unwrap_or(0)];
    let cents = 1_400 + number * 37 % 200;
    let price = format!("{}.{:02}", cents / 100, cents % 100);
    let head = format!(r#""product":"{product}","seq":{number},"ts":{time}"#);
    if number.is_multiple_of(5) && form != Form::WithoutQuotes {
        return format!(r#"{{"type":"quote",{head},"bid":"{price}","ask":"{price}"}}"#);
    }
    if form == Form::Changed {
        return format!(r#"{{"type":"trade",{head},"price":{price}}}"#);
    }
    let side = if number.is_multiple_of(2) { "buy" } else { "sell" };
    format!(r#"{{"type":"trade",{head},"price":"{price}","side":"{side}"}}"#)
}

/// Plays the feed until the client leaves or it is dropped. The numbers go on where the last connection ended.
pub(super) async fn play<S>(mut socket: WebSocketStream<S>, numbers: &AtomicU64)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let start = Instant::now();
    let mut beats = interval_at(start, EVERY);
    beats.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut next = numbers.load(Ordering::Relaxed).max(1);
    let mut nth = 0;
    if send(&mut socket, greeting(next == 1), false).await.is_err() {
        return;
    }
    while nth < DROPPED_AT {
        let sent = tokio::select! {
            received = socket.next() => match received {
                Some(Ok(Message::Close(_))) => return finish_close(&mut socket).await,
                Some(Ok(_)) => Ok(()),
                Some(Err(_)) | None => break,
            },
            _ = beats.tick() => {
                let messages = beat(nth, &mut next, now());
                nth += 1;
                send(&mut socket, messages, nth.is_multiple_of(2 * SECOND)).await
            }
        };
        if sent.is_err() {
            break;
        }
    }
    numbers.store(next + WHILE_DOWN, Ordering::Relaxed);
}

async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    messages: Vec<String>,
    pings: bool,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    for message in messages {
        socket.feed(Message::text(message)).await?;
    }
    if pings {
        socket.feed(Message::Ping(Bytes::from_static(b"still there?"))).await?;
    }
    socket.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that a connection sends, in order.
    fn numbers() -> Vec<u64> {
        let mut next = 1;
        let number = |text: &String| {
            let value: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
            value["seq"].as_u64().expect("a number")
        };
        (0..DROPPED_AT).flat_map(|nth| beat(nth, &mut next, 0)).map(|text| number(&text)).collect()
    }

    #[test]
    fn three_numbers_are_missing_one_is_late_and_one_comes_again() {
        let numbers = numbers();
        let steps: Vec<i64> =
            numbers.windows(2).map(|pair| pair[1].cast_signed() - pair[0].cast_signed()).collect();
        let odd: Vec<i64> = steps.into_iter().filter(|step| *step != 1).collect();
        assert_eq!(odd, [4, 2, -1, 2, 0], "a hole, a swap, a repeat");
    }

    #[test]
    fn nothing_comes_while_it_is_silent_and_the_form_changes_for_a_while() {
        let (mut next, mut at) = (1, 7);
        assert_eq!(beat(SILENT.start, &mut next, 0), Vec::<String>::new());
        let text = beat(CHANGED.start, &mut at, 5).concat();
        assert_eq!(text, r#"{"type":"trade","product":"TROUT","seq":7,"ts":5,"price":14.59}"#);
    }
}
