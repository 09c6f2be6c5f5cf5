//! All findings: one row for each code with its title, and its meaning for the reference page.

use crate::session::FindingCode;

/// The description of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub code: FindingCode,
    /// Where the finding occurs: the word of a stage, `open connection` or `session`.
    pub at: &'static str,
    /// What failed, in a few words.
    pub title: &'static str,
    /// One sentence for the reference page.
    pub meaning: &'static str,
}

const fn row(code: FindingCode, at: &'static str, title: &'static str, meaning: &'static str) -> Spec {
    Spec { code, at, title, meaning }
}

const LOOKUP: &str = "lookup";
const TCP: &str = "tcp";
const PROXY: &str = "proxy";
const TLS: &str = "tls";
const UPGRADE: &str = "upgrade";
const OPEN: &str = "open";
const CONNECTION: &str = "open connection";
const SESSION: &str = "session";

/// All findings, in the order of the stages.
#[rustfmt::skip]
pub const FINDINGS: &[Spec] = &[
    row(FindingCode::DnsNotFound, LOOKUP, "the host name does not exist", "The resolver reports that there is no such name."),
    row(FindingCode::DnsFailed, LOOKUP, "the name could not be looked up", "The resolver did not answer, or returned an error other than “no such name”."),

    row(FindingCode::TcpRefused, TCP, "connection refused", "The host can be reached, but nothing listens on this port."),
    row(FindingCode::TcpUnreachable, TCP, "host unreachable", "There is no route to any address of the host."),
    row(FindingCode::TcpTimeout, TCP, "no answer to the connection request", "No address answered in time. A firewall that drops packets causes this."),
    row(FindingCode::TcpFailed, TCP, "the TCP connection failed", "The connection was reset, or the operating system reported another error."),

    row(FindingCode::ProxyDns, PROXY, "the proxy's name could not be looked up", "The resolver does not know the host of the proxy, or did not answer."),
    row(FindingCode::ProxyRefused, PROXY, "the proxy cannot be reached", "Nothing listens on the port of the proxy, or there is no route to it."),
    row(FindingCode::ProxyTimeout, PROXY, "no answer from the proxy", "The proxy did not answer the TCP connection, the TLS handshake or the tunnel request in time."),
    row(FindingCode::ProxyFailed, PROXY, "the proxy did not respond like a proxy", "The response does not match the protocol of the proxy's scheme, or the connection to the proxy broke."),
    row(FindingCode::ProxyAuth, PROXY, "the proxy requires credentials (407)", "The proxy requires a user name and a password, or refused those that were sent."),
    row(FindingCode::ProxyDenied, PROXY, "the proxy did not open a tunnel", "The proxy refuses the connection to the host, or cannot reach the host itself."),
    row(FindingCode::ProxyScheme, PROXY, "the proxy's address cannot be used", "proxy_url, or the environment variable of the proxy, is empty or has an unsupported scheme."),
    row(FindingCode::ProxyFromEnv, PROXY, "a proxy from the environment is used", "The proxy comes from a variable such as HTTPS_PROXY, not from proxy_url."),

    row(FindingCode::TlsPlainServer, TLS, "the server does not speak TLS", "The URL says wss, but the port answers in plain text."),
    row(FindingCode::CertExpired, TLS, "the certificate has expired", "The server's certificate is past its expiry date."),
    row(FindingCode::CertNotYetValid, TLS, "the certificate is not valid yet", "The server's certificate becomes valid in the future, or a clock is wrong."),
    row(FindingCode::CertWrongName, TLS, "the certificate is for another name", "The certificate does not name the host of the URL."),
    row(FindingCode::CertSelfSigned, TLS, "the certificate is self-signed", "The certificate is signed by its own key and is not among the trusted roots."),
    row(FindingCode::CertUnknownIssuer, TLS, "the certificate's issuer is not trusted", "The chain does not end at a trusted root."),
    row(FindingCode::CertChainIncomplete, TLS, "the certificate chain looks incomplete", "The server sent its own certificate only, without the intermediate ones that lead to a root."),
    row(FindingCode::CertInvalid, TLS, "the certificate is not valid", "The certificate cannot be used for a reason other than names, dates or trust."),
    row(FindingCode::TlsVersion, TLS, "no TLS version in common", "The server supports only versions before TLS 1.2."),
    row(FindingCode::TlsSuite, TLS, "no cipher suite in common", "The server aborted the handshake since it shares no cipher suite or key exchange with the client."),
    row(FindingCode::ClientCertWanted, TLS, "the server requires a client certificate", "The server requires a client certificate, and none was sent."),
    row(FindingCode::ClientCertRefused, TLS, "the server refused the client certificate", "A client certificate was sent, and the server does not accept it."),
    row(FindingCode::KeyPassword, TLS, "the private key cannot be opened", "The private key of a client certificate is encrypted, and its password is missing or wrong."),
    row(FindingCode::KeyMismatch, TLS, "key and certificate do not match", "The private key does not belong to the client certificate."),
    row(FindingCode::KeyUnreadable, TLS, "the client certificate cannot be read", "A client certificate or its private key cannot be read, or is of the wrong kind."),
    row(FindingCode::TlsRenegotiation, TLS, "the server requests TLS renegotiation", "The server requests a new TLS handshake on the open connection, and tls.enable_renegotiation is off."),
    row(FindingCode::TlsRoots, TLS, "the trusted roots cannot be used", "tls.root_cas or tls.root_cas_file cannot be read or contains no certificate."),
    row(FindingCode::TlsTimeout, TLS, "no answer to the TLS handshake", "The server accepted the connection and did not answer the handshake in time."),
    row(FindingCode::TlsFailed, TLS, "the TLS handshake failed", "The handshake failed for a reason that has no code of its own."),
    row(FindingCode::TlsGoDiffers, TLS, "the pipeline would decide differently", "TLS behaves differently here than in the pipeline's runtime, Go, with the same server."),
    row(FindingCode::VerificationOff, TLS, "the certificate is not verified", "tls.skip_cert_verify is on: anyone in between can read and change the traffic."),
    row(FindingCode::CertExpiresSoon, TLS, "the certificate expires soon", "The server's certificate expires in less than 14 days."),

    row(FindingCode::TlsOnWs, UPGRADE, "the server speaks TLS", "The URL says ws, but the port expects TLS."),
    row(FindingCode::HttpRedirect, UPGRADE, "the server redirects to another URL", "The server answered with a redirect, which websocket clients do not follow."),
    row(FindingCode::Http400, UPGRADE, "the server rejects the request (400)", "The server considers the upgrade request malformed; the response body often says why."),
    row(FindingCode::Auth401, UPGRADE, "the server requires credentials (401)", "Credentials are missing or wrong."),
    row(FindingCode::Auth403, UPGRADE, "access is forbidden (403)", "The server refuses access with or without credentials, often because of the Origin header or the client's address."),
    row(FindingCode::Http404, UPGRADE, "nothing at this path (404)", "The server has no such path."),
    row(FindingCode::Http426, UPGRADE, "the server requires another upgrade (426)", "The server does not accept this version of the websocket protocol, or did not receive the upgrade headers."),
    row(FindingCode::Http429, UPGRADE, "too many requests (429)", "The server limits how often a client may connect."),
    row(FindingCode::Http5xx, UPGRADE, "the server failed", "The server, or a server behind it, has an error."),
    row(FindingCode::HttpOther, UPGRADE, "the server did not upgrade", "The server answered with a status other than 101."),
    row(FindingCode::NotHttp, UPGRADE, "the response is not HTTP", "The server on this port is not an HTTP server."),
    row(FindingCode::UpgradeAccept, UPGRADE, "wrong Sec-WebSocket-Accept", "The response does not belong to this request; a cache in between or a broken server causes this."),
    row(FindingCode::UpgradeHeader, UPGRADE, "an upgrade header is missing or wrong", "A 101 response must have Upgrade: websocket and Connection: Upgrade."),
    row(FindingCode::ExtensionNotAsked, UPGRADE, "the server chose something that was not offered", "The response names an extension or a subprotocol that the request did not offer."),
    row(FindingCode::DeflateUnasked, UPGRADE, "the server compresses without an offer", "The server enabled permessage-deflate, which the request did not offer. Sockeye inflates the messages."),
    row(FindingCode::Subprotocol, UPGRADE, "the subprotocol is not the requested one", "The server chose a subprotocol that was not requested, or none although one was."),
    row(FindingCode::UpgradeHttpVersion, UPGRADE, "the 101 has another HTTP version", "The status line of the 101 does not say HTTP/1.1. The pipeline accepts it, browsers and proxies do not."),
    row(FindingCode::UpgradeHeadForm, UPGRADE, "the head of the 101 is malformed", "Spaces, line ends or folded headers of the 101 break the rules of HTTP/1.1. The pipeline accepts it."),
    row(FindingCode::UpgradeValue, UPGRADE, "Upgrade names more than websocket", "The Upgrade header of the 101 is a list or is repeated. The pipeline accepts it, a strict client does not."),
    row(FindingCode::UpgradeHeaderRepeated, UPGRADE, "a header of the 101 is repeated", "A Sec-WebSocket header that may occur only once is repeated. The pipeline uses the first."),
    row(FindingCode::UpgradeWithBody, UPGRADE, "the 101 announces a body", "The 101 has Content-Length or Transfer-Encoding, which is not allowed. A proxy may mistake frames for the body."),
    row(FindingCode::ExtensionUnasked, UPGRADE, "the server enabled an unknown extension", "The 101 names an extension that the request did not offer. The pipeline ignores it."),
    row(FindingCode::ExtensionMalformed, UPGRADE, "Sec-WebSocket-Extensions is malformed", "The Sec-WebSocket-Extensions header of the 101 breaks its grammar. The pipeline reads it up to the error."),
    row(FindingCode::DeflateParameters, UPGRADE, "the compression has wrong parameters", "permessage-deflate was enabled with parameters that a client must refuse. The pipeline accepts it."),
    row(FindingCode::UpgradeTimeout, UPGRADE, "no answer to the upgrade request", "The connection is open, but no complete response was received in time."),
    row(FindingCode::ClosedEarly, UPGRADE, "closed without a response", "The server closed the connection before its response to the upgrade request was complete."),
    row(FindingCode::AnswerTooLarge, UPGRADE, "the response is too large", "The head of the response is too large, or has too many headers or interim responses."),
    row(FindingCode::InterimAnswer, UPGRADE, "an interim response before the upgrade", "The server sent a 1xx response before the 101. The pipeline treats it as a refusal."),
    row(FindingCode::HeaderUnsendable, UPGRADE, "a header cannot be sent", "A configured header has a name or value that HTTP does not allow."),

    row(FindingCode::JwtKey, UPGRADE, "the key of the token cannot be used", "jwt.private_key_file cannot be read, or contains no key for the signing method."),
    row(FindingCode::JwtMethod, UPGRADE, "the signing method is unknown", "jwt.signing_method must be RS256, RS384, RS512 or EdDSA, in exactly this spelling."),
    row(FindingCode::JwtExpired, UPGRADE, "the token has expired or is not valid yet", "exp of the token is in the past, or nbf in the future, by the local clock or by the server's."),
    row(FindingCode::JwtAlgOverridden, UPGRADE, "the token names another algorithm", "jwt.headers replaces alg, so that the token does not name the method that signed it."),
    row(FindingCode::OauthPipeline, UPGRADE, "the pipeline's signature differs", "The pipeline's OAuth 1 signature departs from RFC 5849. A strict server refuses it."),
    row(FindingCode::AuthSeveral, UPGRADE, "several authentication methods at once", "More than one method is set, or a method and an Authorization header. Only the last is sent, or two headers are."),

    row(FindingCode::OpenTimeout, OPEN, "the opening messages could not be sent in time", "The server does not read the opening messages."),
    row(FindingCode::OpenType, OPEN, "the opening message has the wrong type", "The server closed since the opening message was binary or text, and it accepts only the other type."),
    row(FindingCode::ClosedAfterOpen, OPEN, "closed right after the opening", "The server ended the connection before it sent any message; often it rejects the opening message."),
    row(FindingCode::SilentAfterOpen, OPEN, "the server is silent", "The connection is open, but no message was received for ten seconds, or for as long as a probe waits."),

    row(FindingCode::CloseNormal, CONNECTION, "closed normally (1000)", "The server has sent all it had to send."),
    row(FindingCode::CloseGoingAway, CONNECTION, "the server is going away (1001)", "The server shuts down or drops the connection to free resources."),
    row(FindingCode::CloseProtocol, CONNECTION, "the server reports a protocol error (1002)", "The server reports that the client broke the websocket protocol."),
    row(FindingCode::CloseUnsupported, CONNECTION, "the server does not accept this type of message (1003)", "The server received text where it accepts only binary, or binary where it accepts only text."),
    row(FindingCode::CloseNoCode, CONNECTION, "closed without a code (1005)", "The server sent a close frame without a code."),
    row(FindingCode::ClosedAbnormally, CONNECTION, "dropped without a close frame (1006)", "The connection ended without a closing handshake."),
    row(FindingCode::CloseInvalidData, CONNECTION, "the server could not read a message (1007)", "A message from the client does not match its type, such as text that is not UTF-8."),
    row(FindingCode::ClosePolicy, CONNECTION, "against the server's policy (1008)", "The server refuses to continue, often because of credentials or limits."),
    row(FindingCode::CloseTooBig, CONNECTION, "a message to the server was too big (1009)", "The server does not accept messages of this size."),
    row(FindingCode::CloseExtension, CONNECTION, "the server expected an extension (1010)", "The close frame says that an extension was expected but not negotiated."),
    row(FindingCode::CloseServerError, CONNECTION, "the server had an internal error (1011)", "The server met an unexpected condition."),
    row(FindingCode::CloseRestart, CONNECTION, "the server restarts (1012)", "The server is restarting."),
    row(FindingCode::CloseTryLater, CONNECTION, "the server is overloaded (1013)", "The server asks the client to connect again later."),
    row(FindingCode::CloseBadGateway, CONNECTION, "bad gateway (1014)", "A gateway received an invalid response from the server behind it."),
    row(FindingCode::CloseApp, CONNECTION, "closed with a code of the application", "The server's documentation defines the codes 3000 to 4999."),
    row(FindingCode::CloseUnknown, CONNECTION, "closed with an unknown code", "The code has no registered meaning, or must not be sent."),
    row(FindingCode::InvalidUtf8, CONNECTION, "a text message is not UTF-8", "A message was sent as text but contains bytes that are not UTF-8. The payload is kept unchanged."),
    row(FindingCode::LengthNotShortest, CONNECTION, "a frame length is longer than needed", "A frame encodes its length in a longer form than needed. The pipeline accepts it, a strict client does not."),
    row(FindingCode::CloseHalfCode, CONNECTION, "a close frame with half a code", "The close frame has one byte where a code has two. The pipeline treats it as a close without a code."),
    row(FindingCode::DataAfterClose, CONNECTION, "a message came after the close frame", "The server sent a data frame after its close frame. It is not read."),
    row(FindingCode::CompressedControl, CONNECTION, "a control frame is marked as compressed", "RSV1 is set on a ping, pong or close frame. The pipeline ignores it there."),
    row(FindingCode::CompressedContinuation, CONNECTION, "a continuation is marked as compressed", "RSV1 is set on a frame that does not begin its message. The pipeline ignores it there."),
    row(FindingCode::DeflateAfterLastBlock, CONNECTION, "a compressed message continues after its end", "A compressed message has bytes after its last block. The pipeline drops them."),
    row(FindingCode::ProtocolError, CONNECTION, "the server broke the protocol", "The server sent a frame that RFC 6455 does not allow."),
    row(FindingCode::MessageTooLarge, CONNECTION, "a message is over the limit", "A message was larger than max_message_size, so the connection was ended."),
    row(FindingCode::MessageOverPipelineLimit, CONNECTION, "a message is over the limit of a pipeline", "A pipeline with default settings would have ended the connection because of the size of a message."),
    row(FindingCode::ConnectionFailed, CONNECTION, "the connection failed", "The operating system reported an error on the open connection."),

    row(FindingCode::Flapping, SESSION, "connections open and are lost without a message", "Three or more connections in a row were lost before a message was received, so the pause before the next one grows."),
    row(FindingCode::ReadingPaused, SESSION, "the socket is not read", "The output is full and takes no more messages, so nothing is read and pings are not answered."),
    row(FindingCode::ReplayHoldsUp, SESSION, "a nacked message holds up the feed", "From its third redelivery on, a message waits before it is redelivered, and the input hands on nothing else meanwhile."),
    row(FindingCode::PoisonMessage, SESSION, "a poison message slows the feed", "A message is rejected again and again, and the pauses before its redeliveries let the others only crawl."),
    row(FindingCode::AroundTheOutput, SESSION, "the file has more around the output", "What stands around the output of the pipeline's file decides what becomes of a rejection there; here each rejection reaches the input."),
    row(FindingCode::NackDropped, SESSION, "a nacked message was dropped", "auto_replay_nacks is off, so a nacked message is dropped, and nothing logs it."),
    row(FindingCode::StopWaits, SESSION, "the session waits for the output before it ends", "Messages are in the output when the session ends; their answers are awaited, as in the pipeline."),
    row(FindingCode::ReplaysLost, SESSION, "nacked messages were lost", "The session ended while they waited to be redelivered."),
    row(FindingCode::CaptureFailed, SESSION, "the capture failed", "The capture file can no longer be written. The session continues without it."),
    row(FindingCode::CaptureLarge, SESSION, "the capture is large", "The capture has reached 10 GiB, or its disk has less than 1 GiB free."),
];

/// The row of a code that has none.
const UNKNOWN: &Spec = &row(
    FindingCode::Unknown,
    SESSION,
    "a finding of another version",
    "The capture was made by another version, which had this finding.",
);

/// The row of a code.
#[must_use]
pub fn spec(code: FindingCode) -> &'static Spec {
    FINDINGS.iter().find(|spec| spec.code == code).unwrap_or(UNKNOWN)
}
