//! Losses that heartbeats of the application explain: one row for each protocol in which the client has to speak
//! unasked. Those that a server asks for are in [`super::heartbeats`].

use std::time::Duration;

use crate::{
    config::Settings,
    session::{CloseFrame, Finding, LossKind, Lost, Side},
};

use super::{
    conversation::Conversation,
    heartbeats::{Heartbeat, NEVER_SENDS, NO_SERVER, Unanswered, finding, fixes},
    listing::{Listing, any_of},
    lost_connection::evidence,
    signs::{Seen, Sign},
};

/// A protocol in which the client has to speak at an interval, unasked.
struct Expectation {
    protocol: &'static str,
    signs: &'static [Sign],
    /// What the client sends, and how often in seconds.
    sends: &'static str,
    every: u32,
    repeat: Option<&'static str>,
    server: &'static str,
}

const fn expects(
    protocol: &'static str,
    signs: &'static [Sign],
    (sends, every): (&'static str, u32),
    repeat: Option<&'static str>,
    server: &'static str,
) -> Expectation {
    Expectation { protocol, signs, sends, every, repeat, server }
}

#[rustfmt::skip]
const EXPECTATIONS: &[Expectation] = &[
    expects("OKX", &[Sign::Host("okx.com"), Sign::Host("okex.com"), Sign::Reason("no data received in 30s")], ("the text ping, if nothing was received", 25), Some("ping"),
        "subscribe to a channel that always has messages, such as a busy ticker"),
    expects("Bitget", &[Sign::Host("bitget.com")], ("the text ping", 30), Some("ping"), NO_SERVER),
    expects("Bybit", &[Sign::Host("bybit.com")], ("{\"op\":\"ping\"}", 20), Some("{\"op\":\"ping\"}"), NO_SERVER),
    expects("KuCoin", &[Sign::Host("kucoin.com"), Sign::First("\",\"type\":\"welcome\"")], ("{\"id\":\"1\",\"type\":\"ping\"}", 18), Some("{\"id\":\"1\",\"type\":\"ping\"}"), NO_SERVER),
    expects("MEXC", &[Sign::Host("mexc.com")], ("{\"method\":\"PING\"}", 20), Some("{\"method\":\"PING\"}"), NO_SERVER),
    expects("Hyperliquid", &[Sign::Host("hyperliquid.xyz")], ("{\"method\":\"ping\"}", 50), Some("{\"method\":\"ping\"}"), NO_SERVER),
    expects("Phoenix", &[Sign::First("phx_reply"), Sign::Host("supabase.co"), Sign::Path("vsn=2.0.0"), Sign::Path("vsn=1.0.0")], ("a heartbeat on the topic phoenix", 30),
        Some("[null,\"1\",\"phoenix\",\"heartbeat\",{}]"), "raise timeout of the socket in the endpoint (websocket: [timeout: :infinity])"),
    expects("Engine.IO 3", &[Sign::Path("EIO=3")], ("the text 2", 20), Some("2"), "use EIO=4, where the server asks, or raise pingTimeout"),
    expects("Discord", &[Sign::Host("discord.gg"), Sign::First("\"heartbeat_interval\"")], ("a heartbeat with the last sequence number", 41), None, NO_SERVER),
    expects("SignalR", &[Sign::First("{}\u{1e}")], ("{\"type\":6} and the byte 0x1E", 15), None, "raise ClientTimeoutInterval of the hub"),
    expects("MQTT", &[Sign::Subprotocol("mqtt"), Sign::Subprotocol("mqttv3.1")], ("a PINGREQ packet within the keep-alive of CONNECT", 30), None,
        "set the keep-alive of the CONNECT packet to 0; better, use the mqtt input, which speaks it"),
    expects("Deepgram", &[Sign::Host("deepgram.com")], ("audio, or {\"type\":\"KeepAlive\"}", 5), Some("{\"type\":\"KeepAlive\"}"), NO_SERVER),
];

/// The heartbeats that a client has to send unasked, for the page of findings.
pub(super) fn listing() -> Listing {
    let row = |expectation: &Expectation| {
        let Expectation { protocol, signs, sends, every, server, .. } = expectation;
        let signs = any_of(signs.iter().map(Sign::told));
        vec![(*protocol).to_owned(), signs, format!("{sends}, every {every} s"), (*server).to_owned()]
    };
    Listing {
        title: "Heartbeats that a client must send unasked",
        intro: "A loss is laid to them if its reason says so, or if no word of the server says otherwise and the \
                connection was older than the interval.",
        heads: &["protocol", "signs", "what the client sends", "what the server can do"],
        rows: EXPECTATIONS.iter().map(row).collect(),
    }
}

/// A loss that a heartbeat explains: one that went unanswered, or one that the protocol wants.
pub(super) fn of_loss(settings: &Settings, lost: &Lost, conversation: &Conversation) -> Option<Finding> {
    if !may_follow_silence(&lost.kind) {
        return None;
    }
    let unanswered = conversation.unanswered().filter(|unanswered| {
        unanswered.count > 1 || lost.open_for.saturating_sub(unanswered.last) >= AT_ONCE
    });
    let finding = match unanswered {
        Some(unanswered) => went_unanswered(unanswered),
        None => was_expected(settings, lost, conversation)?,
    };
    Some(finding.evidence(evidence(lost, conversation)).evidence([conversation.about_pings(lost.open_for)]))
}

/// Whether a connection may end so because the client was silent.
const fn may_follow_silence(kind: &LossKind) -> bool {
    match kind {
        LossKind::Ended | LossKind::Io { .. } => true,
        LossKind::Closed { by: Side::Server, frame: CloseFrame { code, .. } } => {
            matches!(code, None | Some(1000 | 1001 | 1005 | 1008 | 1011 | 3000..=4999))
        }
        _ => false,
    }
}

/// No server waits less for an answer: a loss sooner after a heartbeat has another cause.
const AT_ONCE: Duration = Duration::from_millis(150);

fn went_unanswered(unanswered: &Unanswered) -> Finding {
    let Heartbeat { protocol, answer, .. } = unanswered.heartbeat;
    let cause = format!(
        "The connection ended after a heartbeat of the server ({protocol}) that nobody answered: it expects {answer}. \
         {NEVER_SENDS}"
    );
    let count = match unanswered.count {
        1 => "1 heartbeat".to_owned(),
        more => format!("{more} heartbeats"),
    };
    finding(cause, unanswered.heartbeat.fixes())
        .evidence([format!("{count} without an answer; the last: {}", unanswered.shown)])
}

/// The protocol wants messages of the client at an interval, and the connection ended without a word of another cause.
fn was_expected(settings: &Settings, lost: &Lost, conversation: &Conversation) -> Option<Finding> {
    let reason = match &lost.kind {
        LossKind::Closed { by: Side::Server, frame: CloseFrame { reason, .. } } => reason.as_str(),
        LossKind::Ended => "",
        _ => return None,
    };
    let seen = Seen { settings, conversation, reason };
    let expectation = EXPECTATIONS.iter().find(|expectation| seen.is_any(expectation.signs))?;
    let Expectation { protocol, sends, every, .. } = expectation;
    // A reason speaks for itself; without one, only a connection older than the interval can be cut for its silence.
    let is_old = lost.open_for >= Duration::from_secs(u64::from(*every));
    let by_reason = seen.is_any(&[Sign::Reason("no data received"), Sign::Reason("net-0001")]);
    if !(by_reason || reason.is_empty() && is_old) {
        return None;
    }
    let whether = if by_reason { "The server missed" } else { "The server may have missed" };
    let cause = format!(
        "{whether} a heartbeat: {protocol} expects the client to send {sends}, at least every {every} s. {NEVER_SENDS}"
    );
    let repeat = expectation.repeat.map(|message| (message, *every));
    Some(finding(cause, fixes(repeat, expectation.server)))
}
