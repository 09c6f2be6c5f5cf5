//! The close codes of protocols and services: one row for each, with the signs that give it away. The same number
//! means different things to different ones, so a code is only asserted with a sign.

use std::time::Duration;

use super::{
    listing::{Listing, any_of},
    reasons::Topic::{
        self, Age, Credentials, Elsewhere, Heartbeat, Idle, Internal, Operator, Payment, Rate, Request,
        Restart, Size, Slow, Subprotocol, Subscription,
    },
    signs::{Seen, Sign},
};

struct Protocol {
    name: &'static str,
    signs: &'static [Sign],
    codes: &'static [(u16, u16, Topic, &'static str)],
}

/// What a code means to a protocol.
pub(super) struct Meaning {
    pub(super) protocol: &'static str,
    pub(super) topic: Topic,
    pub(super) says: &'static str,
}

#[rustfmt::skip]
const PROTOCOLS: &[Protocol] = &[
    Protocol { name: "graphql-transport-ws", signs: &[Sign::Subprotocol("graphql-transport-ws"), Sign::Reason("connection initialisation timeout"), Sign::Reason("connection acknowledged"), Sign::Reason("subprotocol not acceptable")], codes: &[
        (4400, 4400, Request, "a message was invalid"),
        (4401, 4401, Credentials, "unauthorized: a subscription came before connection_init was acknowledged, or the credentials in it were refused"),
        (4403, 4403, Credentials, "forbidden: the credentials in connection_init were refused"),
        (4406, 4406, Subprotocol, "the subprotocol is not acceptable"),
        (4408, 4408, Subscription, "no connection_init came in time: it must be the first opening message"),
        (4409, 4409, Request, "a subscription with this id exists already"),
        (4429, 4429, Request, "connection_init came more than once"),
        (4500, 4500, Internal, "an internal error of the server"),
        (4504, 4504, Internal, "the acknowledgement of connection_init took too long"),
    ] },
    Protocol { name: "graphql-ws (subscriptions-transport-ws)", signs: &[Sign::Subprotocol("graphql-ws")], codes: &[
        (4400, 4400, Request, "a message was invalid"),
        (4401, 4401, Credentials, "unauthorized"),
        (4403, 4403, Credentials, "forbidden"),
        (4408, 4408, Subscription, "no connection_init came in time"),
    ] },
    Protocol { name: "Discord", signs: &[Sign::Host("discord.gg"), Sign::First("\"heartbeat_interval\"")], codes: &[
        (4000, 4000, Internal, "an unknown error"),
        (4001, 4001, Request, "an unknown opcode"),
        (4002, 4002, Request, "a message could not be decoded"),
        (4003, 4003, Credentials, "a message came before Identify"),
        (4004, 4004, Credentials, "the token is wrong"),
        (4005, 4005, Request, "Identify came twice"),
        (4007, 4007, Request, "the sequence number of Resume is wrong"),
        (4008, 4008, Rate, "messages came too fast"),
        (4009, 4009, Heartbeat, "the session timed out"),
        (4010, 4011, Request, "the shard is wrong, or sharding is required"),
        (4012, 4012, Subprotocol, "the version of the gateway is wrong"),
        (4013, 4013, Request, "the intents are wrong"),
        (4014, 4014, Credentials, "the intents are not allowed: they must be switched on for the application"),
    ] },
    Protocol { name: "Pusher", signs: &[Sign::First("\"pusher:"), Sign::Host("pusher.com"), Sign::Host("pusherapp.com"), Sign::Path("protocol=7")], codes: &[
        (4000, 4000, Subprotocol, "the application accepts TLS only: use wss"),
        (4001, 4001, Credentials, "no application has the key in the path of url, or it is in another cluster"),
        (4003, 4003, Credentials, "the application is disabled"),
        (4004, 4004, Rate, "the application has too many connections"),
        (4005, 4005, Request, "the path of url is wrong: it must be /app/KEY"),
        (4006, 4008, Subprotocol, "the query of url needs protocol=7, or another version"),
        (4009, 4009, Credentials, "the connection did not authorize itself in time"),
        (4100, 4100, Internal, "over capacity: wait before the next connection"),
        (4101, 4199, Internal, "wait a second or more before the next connection"),
        (4200, 4200, Restart, "reconnect at once"),
        (4201, 4201, Heartbeat, "no pusher:pong came"),
        (4202, 4202, Idle, "the connection was inactive"),
        (4203, 4299, Restart, "reconnect at once"),
        (4301, 4301, Rate, "events of the client came too fast"),
        (4302, 4302, Rate, "the watchlist is too long"),
    ] },
    Protocol { name: "Twitch EventSub", signs: &[Sign::Host("twitch.tv"), Sign::First("session_welcome")], codes: &[
        (4000, 4000, Internal, "an internal error of the server"),
        (4001, 4001, Request, "the client sent a message, which is not allowed: leave open_message away"),
        (4002, 4002, Heartbeat, "a ping frame was not answered"),
        (4003, 4003, Subscription, "no subscription was made for the session within 10 s; that is a request by HTTP with the id in the first message"),
        (4004, 4004, Age, "the old connection was not left in time after a message to reconnect"),
        (4005, 4006, Internal, "a fault of the network"),
        (4007, 4007, Age, "the URL to reconnect to is not valid any more"),
    ] },
    Protocol { name: "OKX", signs: &[Sign::Host("okx.com"), Sign::Host("okex.com"), Sign::Reason("no data received in 30s"), Sign::Reason("apikey subscription amount"), Sign::Reason("number of subscribed channels exceeds")], codes: &[
        (1009, 1009, Size, "a request is too long: subscribe to less in one message"),
        (4001, 4001, Credentials, "the login failed"),
        (4002, 4002, Request, "a request is invalid"),
        (4003, 4003, Rate, "the key has too many subscriptions"),
        (4004, 4004, Idle, "nothing passed for 30 s: it wants the text ping from the client before that"),
        (4005, 4005, Slow, "its buffer is full"),
        (4006, 4006, Internal, "an abnormal end"),
        (4007, 4007, Credentials, "the key was changed or deleted"),
        (4008, 4009, Rate, "too many channels are subscribed"),
    ] },
    Protocol { name: "Centrifugo", signs: &[Sign::First("{\"id\":1,\"connect\""), Sign::First("{\"connect\":{\"client\""), Sign::Path("/connection/websocket"), Sign::Path("/connection/uni_websocket")], codes: &[
        (3000, 3000, Restart, "the connection was closed"),
        (3001, 3001, Restart, "the server shuts down"),
        (3004, 3004, Internal, "an internal error of the server"),
        (3005, 3005, Credentials, "the token of the connection expired"),
        (3006, 3006, Credentials, "the token of a subscription expired"),
        (3008, 3008, Slow, "the client reads too slowly"),
        (3009, 3009, Internal, "the server could not write"),
        (3010, 3010, Restart, "the position in a channel was lost"),
        (3011, 3011, Restart, "the server asks to reconnect"),
        (3012, 3012, Heartbeat, "no pong came: it sends the message {} and expects {} back"),
        (3013, 3013, Rate, "too many requests"),
        (3500, 3500, Credentials, "the token is not valid"),
        (3501, 3501, Request, "a message was malformed, or out of order"),
        (3502, 3502, Credentials, "no connect command came in time: it must be the first opening message"),
        (3503, 3503, Operator, "the server ended it and asks not to come back"),
        (3504, 3505, Rate, "too many connections, or too many channels"),
        (3506, 3506, Subprotocol, "a channel has binary data, which a connection of JSON cannot take"),
        (3507, 3507, Credentials, "permission denied"),
        (3508, 3508, Request, "it is not available"),
        (3509, 3509, Request, "too many errors"),
        (3511, 3511, Idle, "the connection was idle for too long"),
    ] },
    Protocol { name: "OBS", signs: &[Sign::Subprotocol("obswebsocket.json"), Sign::First("\"obsWebSocketVersion\"")], codes: &[
        (4002, 4006, Request, "a message was malformed, or has an unknown op"),
        (4007, 4007, Credentials, "a message came before Identify"),
        (4008, 4008, Request, "Identify came twice"),
        (4009, 4009, Credentials, "the password is wrong; it is hashed with a challenge of each connection, which the input cannot do: switch authentication off in OBS"),
        (4010, 4010, Subprotocol, "rpcVersion is wrong"),
        (4011, 4011, Operator, "the session was ended by a person"),
        (4012, 4012, Request, "a feature that was asked for is not supported"),
    ] },
    Protocol { name: "AssemblyAI", signs: &[Sign::Host("assemblyai.com")], codes: &[
        (1008, 1008, Credentials, "unauthorized: the key is wrong, or the account has no funds or too many sessions"),
        (3005, 3005, Internal, "an error of the server without another code"),
        (3006, 3006, Request, "a message is not valid, or none came for too long; the reason tells which"),
        (3007, 3007, Request, "a piece of audio is too short or too long, or audio came faster than it lasts"),
        (3008, 3008, Age, "the session reached its greatest age"),
        (3009, 3009, Rate, "too many sessions at once"),
        (4000, 4000, Request, "the sample rate is wrong"),
        (4001, 4001, Credentials, "not authorized"),
        (4002, 4003, Payment, "the account has no funds, or no plan that allows it"),
        (4004, 4010, Age, "the session is over"),
        (4029, 4029, Rate, "audio came too fast"),
        (4030, 4030, Elsewhere, "another connection has the session"),
        (4031, 4031, Idle, "the session was idle for too long"),
        (4032, 4034, Request, "a piece of audio is too short or too long"),
        (4100, 4101, Request, "a message has a wrong schema"),
        (4102, 4102, Rate, "too many streams at once"),
        (4103, 4103, Elsewhere, "another connection has the session"),
    ] },
    Protocol { name: "Deepgram", signs: &[Sign::Host("deepgram.com"), Sign::Reason("data-0000"), Sign::Reason("net-0001"), Sign::Reason("net-0000")], codes: &[
        (1008, 1008, Request, "what was sent could not be decoded as audio"),
        (1011, 1011, Idle, "neither audio nor a KeepAlive message came within 10 s"),
    ] },
    Protocol { name: "OpenAI Realtime", signs: &[Sign::Host("openai.com"), Sign::Reason("invalid_request_error.")], codes: &[
        (1001, 1001, Age, "a session has a greatest age"),
        (3000, 3000, Credentials, "the key is wrong or missing"),
        (4000, 4000, Request, "a request is invalid; the reason names it"),
    ] },
    Protocol { name: "AWS API Gateway", signs: &[Sign::HostPart(".execute-api.")], codes: &[
        (1001, 1001, Idle, "it closes after 10 minutes in which nothing passes, and after 2 hours in any case"),
        (1009, 1009, Size, "it takes messages up to 128 KiB, in frames up to 32 KiB"),
        (1003, 1003, Request, "it takes text only: open_message_type must be text"),
        (1008, 1008, Rate, "too many messages in a second"),
    ] },
    Protocol { name: "Binance", signs: &[Sign::Host("binance.com"), Sign::Host("binance.us"), Sign::Host("binance.vision")], codes: &[
        (1000, 1001, Age, "a connection lives for 24 hours at most, and less while servers are changed"),
        (1008, 1008, Rate, "a ping frame was not answered, or more than 5 (futures: 10) messages came in a second"),
    ] },
    Protocol { name: "Polygon", signs: &[Sign::Host("polygon.io"), Sign::Host("massive.com")], codes: &[
        (1008, 1008, Slow, "the client reads too slowly, or another connection with the same key took its place"),
    ] },
    Protocol { name: "Bluesky", signs: &[Sign::Host("bsky.network"), Sign::Path("com.atproto.sync.subscribeRepos")], codes: &[
        (1008, 1008, Slow, "the client reads too slowly, or its cursor lies in the future"),
    ] },
    Protocol { name: "Slack", signs: &[Sign::Host("slack.com")], codes: &[
        (1000, 1001, Age, "the URL of a connection is valid once: apps.connections.open gives a new one for each"),
    ] },
    Protocol { name: "Kubernetes", signs: &[Sign::Subprotocol("binary.k8s.io"), Sign::Subprotocol("base64.binary.k8s.io"), Sign::Path("watch=true")], codes: &[
        (1000, 1000, Age, "a watch ends after a time; ask again from the last resourceVersion"),
    ] },
    Protocol { name: "Gemini Live", signs: &[Sign::Host("generativelanguage.googleapis.com"), Sign::Path("BidiGenerateContent")], codes: &[
        (1007, 1007, Request, "a field of the setup or of a message has no such value, or the key is not valid; the reason tells which"),
        (1008, 1008, Request, "the model, or what is asked of it, does not exist for this key"),
        (1011, 1011, Internal, "an error of the service, or a quota; the reason tells which"),
    ] },
    Protocol { name: "Kraken", signs: &[Sign::Host("kraken.com")], codes: &[
        (1013, 1013, Internal, "the market data are not available, as in maintenance"),
    ] },
];

/// No service ends a connection for its age or its silence by 1000 or 1001 before this.
const OLD: Duration = Duration::from_mins(9);

/// What the code means to the protocol that the signs give away, on a connection that was open for so long.
pub(super) fn meaning(code: u16, open_for: Duration, seen: &Seen) -> Option<Meaning> {
    let known = PROTOCOLS.iter().filter(|protocol| seen.is_any(protocol.signs));
    let is_too_young = matches!(code, 1000 | 1001) && open_for < OLD;
    known.filter_map(|protocol| protocol.meaning(code)).find(|_| !is_too_young)
}

/// What a code of an application may mean, a line each, if no sign gives the protocol away.
pub(super) fn may_mean(code: u16) -> Vec<String> {
    let meanings = PROTOCOLS
        .iter()
        .filter(|protocol| protocol.codes.len() > 1)
        .filter_map(|protocol| protocol.meaning(code));
    meanings.map(|Meaning { protocol, says, .. }| format!("if this is {protocol}: {says}")).take(5).collect()
}

/// How each protocol is known, for the page of findings.
pub(super) fn signs() -> Listing {
    let row =
        |protocol: &Protocol| vec![protocol.name.to_owned(), any_of(protocol.signs.iter().map(Sign::told))];
    Listing {
        title: "How a protocol is known",
        intro: "The same number means different things to different protocols, so a code is only asserted with one of \
                these signs. Without one, the finding lists what the code may mean.",
        heads: &["protocol", "signs"],
        rows: PROTOCOLS.iter().map(row).collect(),
    }
}

/// The codes of each protocol, for the page of findings.
pub(super) fn codes() -> Listing {
    let row = |protocol: &Protocol, (from, to, topic, says): &(u16, u16, Topic, &str)| {
        let code = if from == to { from.to_string() } else { format!("{from}–{to}") };
        vec![protocol.name.to_owned(), code, (*says).to_owned(), topic.title().to_owned()]
    };
    let rows =
        PROTOCOLS.iter().flat_map(|protocol| protocol.codes.iter().map(move |code| row(protocol, code)));
    Listing {
        title: "Close codes by protocol",
        intro: "What mends each is with its subject in the next table.",
        heads: &["protocol", "code", "meaning", "subject"],
        rows: rows.collect(),
    }
}

impl Protocol {
    fn meaning(&self, code: u16) -> Option<Meaning> {
        let (.., topic, says) = self.codes.iter().find(|(from, to, ..)| (*from..=*to).contains(&code))?;
        Some(Meaning { protocol: self.name, topic: *topic, says })
    }
}
