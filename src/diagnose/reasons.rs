//! What a server says when it ends a connection: words of close reasons and of error messages, by their subject.

use super::{
    finding::advice,
    listing::{Listing, joined},
};
use crate::session::Fix;

/// What a close is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Heartbeat,
    Slow,
    Place,
    Origin,
    Elsewhere,
    Operator,
    Age,
    Payment,
    Rate,
    Size,
    Subprotocol,
    Credentials,
    Restart,
    Subscription,
    Idle,
    Request,
    Internal,
}

/// A topic with the words that give it away, what it means, and what mends it.
struct Row {
    topic: Topic,
    title: &'static str,
    cause: &'static str,
    /// Parts of a text in lower case, in which a space stands for all that is no letter and no digit. A word that
    /// ends without a space may go on.
    words: &'static [&'static str],
    fixes: &'static [&'static str],
}

const fn row(
    topic: Topic,
    title: &'static str,
    cause: &'static str,
    words: &'static [&'static str],
    fixes: &'static [&'static str],
) -> Row {
    Row { topic, title, cause, words, fixes }
}

/// The topics, the more specific words first.
#[rustfmt::skip]
static TOPICS: [Row; 17] = [
    row(Topic::Heartbeat, "closed over a heartbeat", "The server missed a pong, or another heartbeat of the client",
        &[" pong", " ping timeout", " pingtimeout", " ping timed out", " ping pong", " heartbeat", " heart beat", " keepalive", " keep alive", " no ping", " missed ping"],
        &["see whether it means ping frames, which the pipeline answers unless it stops reading, or messages, which it cannot send after its opening",
          "for messages: put a small program between server and pipeline that sends them, or use an endpoint that needs none",
          "for frames: an output that does not keep up delays the pongs; see the findings about reading"]),
    row(Topic::Slow, "closed as the client reads too slowly", "The server sends faster than this side reads, and gave up",
        &[" slow consumer", " errslowconsume", " slow client", " consumertooslow", " too slow", " buffer is full", " buffer full", " buffer overflow", " backpressure", " back pressure", " queue full", " queue is full", " queue overflow", " write timeout", " send timeout", " falling behind", " slow read"],
        &["speed up the output, or put a buffer behind the input", "subscribe to less on this connection, and spread the rest over others"]),
    row(Topic::Place, "closed because of the place", "The server does not serve the country or region that this address belongs to",
        &[" restricted location", " your country", " your region", " unsupported country", " unsupported region", " wrong region", " jurisdiction", " geo block", " geoblock"],
        &["use the endpoint of the service for your country, or run the pipeline in a region that it serves"]),
    // Action Cable calls an Origin that it does not allow an invalid request.
    row(Topic::Origin, "closed over the Origin", "The server does not allow the Origin of the request, or that there is none",
        &[" origin ", " disconnect reason invalid request"],
        &["set headers.Origin to an origin that the server allows, such as that of its own web page", "or allow this client's origin, or a missing one, in the server"]),
    row(Topic::Elsewhere, "closed since another connection took its place", "The server allows one connection of this kind, and another took its place",
        &[" replaced by", " another connection", " another client", " another session", " another device", " duplicate connection", " duplicate session", " duplicate login", " already connected", " connected elsewhere", " logged in elsewhere", " signed in elsewhere", " new connection opened", " session is handled by another", " connection replaced"],
        &["look for another pipeline or client with the same credentials or client id, and stop it or give it its own"]),
    row(Topic::Operator, "ended on purpose at the server", "A person, or a rule at the server, ended this connection on purpose",
        &[" kicked", " kicked out", " by admin", " by an admin", " by the admin", " by operator", " force disconnect", " forced disconnect", " forcibly disconnected"],
        &["ask who runs the server why; the pipeline reconnects by itself, and may be ended again"]),
    row(Topic::Age, "closed at its greatest age", "The connection or its session reached the greatest age that the server allows",
        &[" maximum connection duration", " max connection duration", " max connection age", " maximum connection age", " connection lifetime", " maximum session", " max session", " session duration", " maximum duration", " session expired", " session has expired", " connection expired", " 24 hour", " connection age", " time limit", " goaway", " refresh requested", " too old resource version"],
        &["nothing is wrong: the pipeline reconnects; messages in between are missed unless the server replays them",
          "a session that must be made anew each time wants a program that makes it"]),
    row(Topic::Payment, "closed over the plan or its funds", "The account does not pay for what was asked",
        &[" insufficient fund", " insufficient balance", " insufficient credit", " insufficient quota", " payment required", " billing", " upgrade your plan", " paid only", " out of credits", " not available on your plan", " insufficient subscription"],
        &["check balance and plan of the account"]),
    row(Topic::Rate, "closed over a limit of the server", "A limit of the server is reached: on connections, requests or subscriptions",
        &[" rate limit", " ratelimit", " too many", " throttl", " quota", " limit exceeded", " exceeds the limit", " exceeds the max", " maximum number", " connection limit", " max connections", " maximum connections", " symbol limit", " over capacity", " limit reached", " resource exhausted", " exceeded msg rate", " message rate"],
        &["look for other clients with the same credentials or address", "ask for less in one connection, and wait before the next: the pipeline reconnects at once and uses the limit up"]),
    row(Topic::Size, "closed over the size of a message", "A message of this side is larger than the server accepts",
        &[" too big", " too large", " message size", " payload size", " frame size", " max message", " maximum message", " maximum frame"],
        &["split the opening message: open_messages sends several, where the engine has it", "subscribe to less in one message"]),
    row(Topic::Subprotocol, "closed over the subprotocol", "The server does not accept the subprotocol or version of the connection",
        &[" subprotocol", " sub protocol", " protocol version", " unsupported version", " invalid api version", " unsupported api version", " wrong api version", " sec websocket protocol"],
        &["set headers.Sec-WebSocket-Protocol to a name that the server has, or correct the version in url"]),
    row(Topic::Credentials, "closed over credentials", "The server misses credentials, or does not accept them",
        &[" unauthor", " un author", " not author", " no auth", " not authent", " authentication", " unauthent", " auth fail", " auth error", " auth invalid", " auth required", " auth timeout", " invalid auth", " invalid token", " token invalid", " token expired", " token has expired",
          " token is", " expired token", " bad token", " missing token", " no token", " jwt", " api key", " apikey", " credential", " invalid signature", " signature invalid", " signature is", " bad signature", " forbidden", " permission", " access denied",
          " login", " log in ", " not logged in", " secret required", " secret missing", " access key", " invalid secret", " bad password"],
        &["set the credentials that the server expects: headers.Authorization, basic_auth or jwt, or a token in url or in the opening message",
          "check whether they have expired, and whether they allow this subscription"]),
    row(Topic::Restart, "closed as the server restarts", "The server restarts, shuts down or is maintained",
        &[" restart", " shutdown", " shutting down", " shut down", " deploy", " maintenance", " service upgrade", " server upgrade", " draining", " rebalanc", " going offline", " session reconnect", " try to reconnect", " please reconnect", " allowreconnect"],
        &["nothing to do: the session reconnects by itself"]),
    row(Topic::Subscription, "closed over the subscription", "The server does not accept the subscription, or saw none",
        &[" subscri", " unknown channel", " invalid channel", " no such channel", " unknown topic", " invalid topic", " unknown stream", " invalid stream", " unknown symbol", " invalid symbol", " unknown product", " connection unused"],
        &["check open_message against the server's documentation: names of channels, and what it expects first"]),
    row(Topic::Idle, "closed for being idle", "The server closes connections on which it hears nothing for a time",
        &[" idle", " inactiv", " no data received", " no activity", " no message received", " no messages received", " no message from client", " client timeout", " read timeout", " session timeout", " net 0001"],
        &["find out what the server counts: the pipeline answers ping frames, but sends no message after its opening, and a server that wants messages (a heartbeat) cuts it each time",
          "subscribe to something that always has messages, or have the limit raised in the server",
          "or put a small program between server and pipeline that sends a heartbeat"]),
    row(Topic::Request, "closed over a message of this side", "The server does not understand a message of this side",
        &[" invalid json", " json parse", " parse error", " malformed", " bad request", " invalid request", " invalid message", " invalid payload", " invalid format", " bad format", " unexpected message", " unknown op", " unknown message", " unknown command", " unknown event", " decode error", " bad schema", " invalid schema", " syntax error", " missing field", " invalid parameter", " missing parameter", " not valid json", " must be text", " must be json", " invalid argument", " invalid syntax", " is not found for", " is not supported for", " not implemented or supported", " data 0000", " formationviolation", " notimplemented"],
        &["check open_message against the server's documentation, and its type (open_message_type: text for JSON)"]),
    row(Topic::Internal, "closed over a fault of the server", "The server had a fault of its own",
        &[" internal error", " internal server error", " server error", " unexpected condition", " upstream", " net 0000", " overloaded", " try again", " unavailable"],
        &["reconnect later; if it stays, the server's log has the cause"]),
];

/// The subjects for the page of findings, in the order in which their words are looked for.
pub(super) fn listing() -> Listing {
    let row = |row: &Row| {
        let words = row.words.iter().map(|word| word.trim());
        vec![
            row.title.to_owned(),
            row.cause.to_owned(),
            words.collect::<Vec<_>>().join(", "),
            joined(row.fixes.iter().copied()),
        ]
    };
    Listing {
        title: "Reasons of a close",
        intro: "The words of a close's reason, and of an error message shortly before the end, tell its subject; the \
                first row that has one of them wins.",
        heads: &["subject", "cause", "words", "what mends it"],
        rows: TOPICS.iter().map(row).collect(),
    }
}

impl Topic {
    fn row(self) -> &'static Row {
        TOPICS.iter().find(|row| row.topic == self).expect("each topic has a row")
    }

    /// The topic that a text is about, if its words give one away.
    pub(super) fn of(text: &str) -> Option<Self> {
        let words: String = std::iter::once(' ')
            .chain(text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }))
            .chain([' '])
            .collect();
        let words = words
            .split(' ')
            .filter(|word| !word.is_empty())
            .fold(" ".to_owned(), |joined, word| joined + word + " ");
        TOPICS.iter().find(|row| row.words.iter().any(|word| words.contains(word))).map(|row| row.topic)
    }

    pub(super) fn title(self) -> &'static str {
        self.row().title
    }

    /// One sentence without its end.
    pub(super) fn cause(self) -> &'static str {
        self.row().cause
    }

    pub(super) fn fixes(self) -> impl Iterator<Item = Fix> {
        self.row().fixes.iter().copied().map(advice)
    }

    /// Whether the server's ping frames are worth a line.
    pub(super) const fn is_about_life(self) -> bool {
        matches!(self, Self::Heartbeat | Self::Idle)
    }
}
