//! Heartbeats of the application, which ask the client for messages: one row for each protocol, and the finding
//! about those that nobody answers. The websocket input sends nothing after its opening messages.
//!
//! Heartbeats that want no answer have no row: those of Action Cable, Kraken, Bitfinex, Finnhub, Coinbase, Slack, Gate,
//! Home Assistant or `SockJS`. Several of these send ping frames as well, which are answered.

use std::{sync::LazyLock, time::Duration};

use aho_corasick::AhoCorasick;
use memchr::memmem;

use crate::session::{Finding, FindingCode, Fix};

use super::{
    finding::{advice, paste},
    listing::{Listing, any_of, wire},
    telltale::automaton,
};

/// Heartbeats of one kind that nothing was sent after. Times are counted from the opening.
#[derive(Debug)]
pub(super) struct Unanswered {
    pub(super) heartbeat: &'static Heartbeat,
    pub(super) count: u32,
    pub(super) last: Duration,
    pub(super) shown: String,
}

/// A heartbeat that the server sends and that the client must answer.
#[derive(Debug)]
pub(super) struct Heartbeat {
    pub(super) protocol: &'static str,
    ask: Ask,
    within: Within,
    /// What the server expects, in words.
    pub(super) answer: &'static str,
    /// A message that answers any of them, sent at this interval in seconds.
    repeat: Option<(&'static str, u32)>,
    /// What the server or another endpoint can do.
    server: &'static str,
}

/// What the message looks like.
#[derive(Debug)]
enum Ask {
    /// It is one of these, in any case.
    Is(&'static [&'static str]),
    Begins(&'static str),
    /// It is `{"ping":…}` with a moment since 1970 and nothing else: a ping may also be a measured time.
    Moment,
    /// It is a JSON object that holds all of these, spaces apart.
    Holds(&'static [&'static str]),
}

/// On which connections it is a heartbeat.
#[derive(Debug)]
enum Within {
    Any,
    /// The first message begins so.
    First(&'static str),
    Subprotocol(&'static str),
}

use self::Ask::{Begins, Holds, Is, Moment};

/// Where nobody but the service can change it.
pub(super) const NO_SERVER: &str =
    "use another endpoint of the service that needs no heartbeat, if it has one";

const fn row(
    protocol: &'static str,
    ask: Ask,
    within: Within,
    answer: &'static str,
    repeat: Option<(&'static str, u32)>,
    server: &'static str,
) -> Heartbeat {
    Heartbeat { protocol, ask, within, answer, repeat, server }
}

#[rustfmt::skip]
static HEARTBEATS: [Heartbeat; 19] = [
    row("Engine.IO", Is(&["2"]), Within::First("0{\"sid\""), "the text 3", Some(("3", 10)),
        "raise pingTimeout of the server, or serve the feed without Socket.IO"),
    row("Centrifugo", Is(&["{}"]), Within::First("{\"id\":1,\"connect\""), "the text {}", Some(("{}", 10)),
        "connect to its unidirectional websocket (/connection/uni_websocket), which wants no answers"),
    row("a text ping", Is(&["ping"]), Within::Any, "the text pong", Some(("pong", 10)), NO_SERVER),
    row("graphql-transport-ws", Holds(&["\"type\":\"ping\""]), Within::Subprotocol("graphql-transport-ws"), "{\"type\":\"pong\"}",
        Some(("{\"type\":\"pong\"}", 10)), "switch the server's keep-alive pings of messages off: ping frames are answered"),
    row("Pusher", Holds(&["\"event\":\"pusher:ping\""]), Within::Any, "{\"event\":\"pusher:pong\"}", Some(("{\"event\":\"pusher:pong\"}", 30)),
        "raise the server's activity_timeout, if it is your own (Soketi, Reverb)"),
    row("Deribit", Holds(&["\"method\":\"heartbeat\"", "\"test_request\""]), Within::Any, "a request public/test",
        Some(("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"public/test\"}", 10)), "send no public/set_heartbeat in the opening messages: without it there are none"),
    row("Crypto.com", Holds(&["\"method\":\"public/heartbeat\""]), Within::Any, "public/respond-heartbeat with the same id", None, NO_SERVER),
    row("SignalR", Holds(&["\"type\":6", "\u{1e}"]), Within::Any, "a heartbeat of its own, {\"type\":6} and the byte 0x1E", None,
        "raise ClientTimeoutInterval of the hub"),
    row("HTX (Huobi)", Holds(&["\"op\":\"ping\"", "\"ts\":"]), Within::Any, "{\"op\":\"pong\"} with the same ts", None, NO_SERVER),
    row("HTX (Huobi)", Holds(&["\"action\":\"ping\"", "\"data\":{\"ts\":"]), Within::Any, "{\"action\":\"pong\"} with the same data", None, NO_SERVER),
    row("LBank", Holds(&["\"action\":\"ping\"", "\"ping\":\""]), Within::Any, "{\"action\":\"pong\"} with the same id", None, NO_SERVER),
    row("ElevenLabs", Holds(&["\"type\":\"ping\"", "\"ping_event\":"]), Within::Any, "{\"type\":\"pong\"} with the same event_id", None, NO_SERVER),
    row("WOO X, Orderly", Holds(&["\"event\":\"ping\"", "\"ts\":"]), Within::Any, "{\"event\":\"pong\"}", Some(("{\"event\":\"pong\"}", 10)), NO_SERVER),
    row("edgeX", Holds(&["\"type\":\"ping\"", "\"time\":\""]), Within::Any, "{\"type\":\"pong\"} with the same time", None, NO_SERVER),
    row("Meteor (DDP)", Holds(&["\"msg\":\"ping\""]), Within::Any, "{\"msg\":\"pong\"}", Some(("{\"msg\":\"pong\"}", 10)),
        "raise heartbeatTimeout of the server"),
    row("Twitch chat (IRC)", Begins("PING :"), Within::Any, "PONG and the same text", Some(("PONG :tmi.twitch.tv", 60)), NO_SERVER),
    row("STOMP", Is(&["\n"]), Within::First("CONNECTED"), "a line feed, if the CONNECT frame promised heart-beats", None,
        "write heart-beat:0,0 into the CONNECT frame of the opening: then neither side has to send any"),
    row("Discord", Holds(&["\"op\":1,"]), Within::First("{\"t\":null"), "a heartbeat with the last sequence number", None, NO_SERVER),
    row("HTX (Huobi)", Moment, Within::Any, "{\"pong\":…} with the same number", None, NO_SERVER),
];

/// The heartbeat that a message is, if it is one.
pub(super) fn heard(text: &[u8], first: &str, subprotocol: Option<&str>) -> Option<&'static Heartbeat> {
    let is_named = NAMED.as_ref().is_some_and(|names| names.is_match(text));
    HEARTBEATS.iter().find(|heartbeat| {
        (is_named || !heartbeat.is_named())
            && heartbeat.within.holds(first, subprotocol)
            && heartbeat.ask.is(text)
    })
}

/// What every heartbeat of [`Heartbeat::is_named`] has in it. Almost no message of a feed has.
const NAMES: [&str; 3] = ["ping", "heartbeat", "\u{1e}"];

static NAMED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| automaton(&NAMES));

impl Heartbeat {
    /// Whether it is told by parts of it, whatever was said before.
    const fn is_named(&self) -> bool {
        matches!((&self.ask, &self.within), (Holds(_), Within::Any))
    }
}

/// The heartbeats that a server asks to be answered, for the page of findings.
pub(super) fn listing() -> Listing {
    let row = |heartbeat: &Heartbeat| {
        let heard = format!("{}{}", heartbeat.ask.told(), heartbeat.within.told());
        vec![heartbeat.protocol.to_owned(), heard, heartbeat.answer.to_owned(), heartbeat.server.to_owned()]
    };
    Listing {
        title: "Heartbeats that a server sends as messages",
        intro: NEVER_SENDS,
        heads: &["protocol", "message", "expected answer", "what the server can do"],
        rows: HEARTBEATS.iter().map(row).collect(),
    }
}

impl Ask {
    fn told(&self) -> String {
        match self {
            Is(words) => any_of(words.iter().map(|word| wire(word))),
            Begins(word) => format!("begins with {}", wire(word)),
            Moment => format!("{} with a moment", wire("{\"ping\":…}")),
            Holds(parts) => {
                format!("has {}", parts.iter().map(|part| wire(part)).collect::<Vec<_>>().join(" and "))
            }
        }
    }

    fn is(&self, text: &[u8]) -> bool {
        match self {
            Is(words) => words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes())),
            Begins(word) => text.starts_with(word.as_bytes()),
            Moment => {
                let value =
                    text.trim_ascii().strip_prefix(b"{\"ping\":").and_then(|rest| rest.strip_suffix(b"}"));
                let digits = value.unwrap_or_default().trim_ascii();
                digits.len() >= 10 && digits.iter().all(u8::is_ascii_digit)
            }
            Holds(parts) => {
                // The first bytes decide for almost all messages.
                text.starts_with(b"{") && parts.iter().all(|part| holds(text, part.as_bytes()))
            }
        }
    }
}

/// Whether a JSON text holds this part, with or without a space behind each colon.
fn holds(text: &[u8], part: &[u8]) -> bool {
    if memmem::find(text, part).is_some() {
        return true;
    }
    let Some(colon) = memchr::memchr(b':', part) else { return false };
    let (name, value) = part.split_at(colon + 1);
    memmem::find_iter(text, name).any(|at| {
        let rest = &text[at + name.len()..];
        rest.starts_with(b" ") && rest.trim_ascii_start().starts_with(value)
    })
}

impl Within {
    fn told(&self) -> String {
        match self {
            Self::Any => String::new(),
            Self::First(begin) => format!(", where the first message begins with {}", wire(begin)),
            Self::Subprotocol(name) => format!(", with the subprotocol {}", wire(name)),
        }
    }

    fn holds(&self, first: &str, subprotocol: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::First(begin) => first.starts_with(begin),
            Self::Subprotocol(name) => subprotocol == Some(*name),
        }
    }
}

/// The input cannot answer, whatever the heartbeat is.
pub(super) const NEVER_SENDS: &str =
    "The websocket input cannot: it sends nothing after its opening messages.";

/// Heartbeats go unanswered, and the connection is still open.
pub(super) fn still_open(unanswered: &Unanswered) -> Finding {
    let Heartbeat { protocol, answer, .. } = unanswered.heartbeat;
    let cause = format!(
        "The server sends heartbeats as messages ({protocol}) and expects {answer} for each. {NEVER_SENDS} Such servers \
         cut a connection that does not answer."
    );
    finding(cause, unanswered.heartbeat.fixes()).evidence([format!(
        "{} heartbeats without an answer; the last: {}",
        unanswered.count, unanswered.shown
    )])
}

pub(super) fn finding(cause: String, fixes: Vec<Fix>) -> Finding {
    Finding::new(FindingCode::HeartbeatUnanswered, cause).fix(fixes)
}

impl Heartbeat {
    pub(super) fn fixes(&self) -> Vec<Fix> {
        fixes(self.repeat, self.server)
    }
}

pub(super) fn fixes(repeat: Option<(&str, u32)>, server: &str) -> Vec<Fix> {
    let bridge = match repeat {
        Some((message, every)) => paste(
            "let a program speak to the server in place of the input: websocat sends what is typed and prints what \
             comes, a line each",
            &bridge(message, every),
        ),
        None => advice(
            "put a small program of your own between the server and the pipeline that answers the heartbeats, and point \
             url to it, or run it as a subprocess input",
        ),
    };
    vec![bridge, advice(server)]
}

/// An input that answers heartbeats. `OPENING` and `FEED_URL` are variables of the environment.
fn bridge(message: &str, every: u32) -> String {
    format!(
        "input:
  subprocess:
    name: sh
    args:
      - -c
      - |
        (printf '%s\\n' \"$OPENING\"; while sleep {every}; do printf '%s\\n' '{message}'; done) |
          websocat --text \"$FEED_URL\"
    codec: lines
    restart_on_exit: true
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_that_is_told_by_its_parts_alone_has_one_of_the_names() {
        for heartbeat in HEARTBEATS.iter().filter(|heartbeat| heartbeat.is_named()) {
            let Holds(parts) = heartbeat.ask else { panic!("{heartbeat:?}") };
            assert!(parts.iter().any(|part| NAMES.iter().any(|name| part.contains(name))), "{heartbeat:?}");
        }
    }
}
