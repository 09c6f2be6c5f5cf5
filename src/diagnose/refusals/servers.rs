//! Refusals by the law, by rates, by logins, and by servers and libraries of websockets.

use super::row::{Mend, Mend::Advice, Refusal, row};

const ANOTHER_PLACE: &[Mend] = &[
    Advice(
        "use the endpoint of the service for your country, or run the pipeline in a region that it serves",
    ),
    Advice("if it runs in a cloud or behind a VPN, see from which country its address appears to come"),
];

const WAIT: &[Mend] = &[
    Advice("stop connecting until the ban is over: each new try can make it longer"),
    Advice("look for other clients behind the same address or with the same credentials"),
];

const PASS_ON: &[Mend] = &[Advice("make proxies in between forward Upgrade and Connection, as HTTP/1.1")];

const ORIGIN: &[Mend] = &[
    Advice("set headers.Origin to an origin that the server allows, such as that of its own web page"),
    Advice("or allow this client's origin, or a missing one, in the server"),
];

const AS_ENGINE_IO: &[Mend] = &[
    Mend::Query(
        "name transport and version as Engine.IO expects",
        &[("EIO", "4"), ("transport", "websocket"), ("sid", "")],
    ),
    Advice("an old server (Socket.IO 2 or older) wants EIO=3 in place of EIO=4"),
];

#[rustfmt::skip]
pub(super) const REFUSALS: &[Refusal] = &[
    row(&[451], None, &[],
        "The server refuses for legal reasons: it does not serve the country or region that this address belongs to.", ANOTHER_PLACE),
    row(&[400, 401, 403, 418], None,
        &["restricted location", "not available in your country", "not available in your region", "block access from your country",
          "banned the country or region", "error code: 1009", "unsupported_country_region_territory", "unavailable in your location"],
        "The server refuses because of the place: it does not serve the country or region that this address belongs to.", ANOTHER_PLACE),
    row(&[418], None, &["-1003", "banned", "ban "],
        "The server has banned this address for a time, since too many requests came from it.", WAIT),
    row(&[421], None, &[],
        "This server is not responsible for the host that was asked for (421): the TLS name, the Host header and the address do not belong together.",
        &[Advice("remove headers.Host, or make it the host of url"), Advice("connect to the host that serves this name, not to another one behind the same address")]),
    row(&[400, 401, 403, 404, 418, 503], Some(("x-ratelimit-remaining", "0")), &["rate limit", "ratelimit", "too many", "quota"],
        "The server limits how often a client may connect, and the limit is reached.", WAIT),
    row(&[200, 401, 403], None, &["type=\"password\"", "type='password'", "type=password"],
        "The server answered with a page to log in: something in front of the feed asks for credentials first.",
        &[Advice("send what the front expects with the upgrade: a cookie or a token in headers, or basic_auth"),
          Advice("or use an address of the feed that does not lie behind the login")]),

    row(&[400], None, &["transport unknown"],
        "This is an Engine.IO (Socket.IO) server, and the query does not name a transport that it has.", AS_ENGINE_IO),
    row(&[400], None, &["unsupported protocol version"],
        "This is an Engine.IO (Socket.IO) server, and it does not speak the version that EIO names.",
        &[Mend::Query("speak version 4, that of Socket.IO 3 and later", &[("EIO", "4"), ("transport", "websocket")]),
          Mend::Query("speak version 3, that of Socket.IO 2 and older", &[("EIO", "3"), ("transport", "websocket")])]),
    row(&[400], None, &["session id unknown"],
        "This is an Engine.IO (Socket.IO) server, and it does not know the session of the query: it is over, or another server has it.",
        &[Mend::Query("begin a new session", &[("EIO", "4"), ("transport", "websocket"), ("sid", "")])]),
    row(&[400], None, &["{\"code\":3,\"message\":\"bad request\"}", "{\"code\":2,\"message\":\"bad handshake method\"}"],
        "This is an Engine.IO (Socket.IO) server, and it does not accept the query of the upgrade.", AS_ENGINE_IO),
    row(&[200], None, &["welcome to sockjs!"],
        "This is a SockJS server: its websocket without frames of its own is one step further.",
        &[Mend::Path("connect to its raw websocket", "/websocket")]),
    row(&[400, 404], None, &["connection id required", "connection id is required", "no connection with that id"],
        "This is a SignalR server, which wants the id of a negotiated connection, or none and no negotiation.",
        &[Advice("POST to /negotiate of the same path first and put its connectionToken into url as id; it is valid once"),
          Advice("or let the server accept websockets without negotiation (skipNegotiation)")]),
    row(&[400, 403], None, &["request origin not allowed", "origin not allowed", "invalid origin header", "origin is not allowed", "invalid origin"],
        "The server refuses the Origin of the request, or that there is none.", ORIGIN),
    row(&[400, 426], None,
        &["'upgrade' token not found", "can \"upgrade\" only to \"websocket\"", "invalid upgrade header: null", "missing connection header",
          "missing upgrade header", "no websocket upgrade hdr", "not a websocket handshake"],
        "The upgrade did not reach the server: something in between dropped the headers Upgrade and Connection.", PASS_ON),
    row(&[400, 426], None, &["sec-websocket-key header", "missing or invalid sec-websocket-version"],
        "The headers of the upgrade did not reach the server as they were sent: something in between changes them.", PASS_ON),
    row(&[400, 401, 403, 406], None, &["missing subprotocol", "subprotocol not acceptable", "no acceptable subprotocol", "unsupported subprotocol", "invalid subprotocol"],
        "The server wants a subprotocol that the request does not name.",
        &[Advice("set headers.Sec-WebSocket-Protocol to one that the server has, such as graphql-transport-ws")]),
    row(&[403], Some(("server", "uvicorn")), &[],
        "The application refused the websocket before accepting it: no websocket stands at this path, or it refuses the credentials or the Origin. Uvicorn answers all of these with 403.",
        &[Advice("correct the path in url"), Advice("check the credentials and headers.Origin; the application's log tells which")]),
    row(&[403], Some(("server", "daphne")), &[],
        "The application refused the websocket before accepting it: Django Channels answers 403 to an Origin outside ALLOWED_HOSTS and to a consumer that closes.",
        &[Advice("set headers.Origin to the server's own address"), Advice("check path and credentials; the application's log tells which")]),
];
