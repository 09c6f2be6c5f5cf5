//! Every finding there is: one row for each code, the source of titles and of the reference.

use crate::session::FindingCode;

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub code: FindingCode,
    /// Where it shows: the word of a stage, `open connection` or `session`.
    pub at: &'static str,
    /// What failed, in a few words.
    pub title: &'static str,
    /// The same in one sentence, for those who look it up.
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
    row(FindingCode::DnsNotFound, LOOKUP, "the host name does not exist", "The resolver says that there is no such name."),
    row(FindingCode::DnsFailed, LOOKUP, "the name could not be looked up", "The resolver gave no answer, or an error other than “no such name”."),

    row(FindingCode::TcpRefused, TCP, "connection refused", "The host is there, but nothing listens on this port."),
    row(FindingCode::TcpUnreachable, TCP, "host unreachable", "There is no route to any address of the host."),
    row(FindingCode::TcpTimeout, TCP, "no answer to the connection request", "No address answered in time; a firewall that drops packets looks like this."),
    row(FindingCode::TcpFailed, TCP, "the TCP connection failed", "The connection was reset, or the operating system reported another error."),

    row(FindingCode::ProxyDns, PROXY, "the proxy's name could not be looked up", "The resolver does not know the host of the proxy, or gave no answer."),
    row(FindingCode::ProxyRefused, PROXY, "the proxy cannot be reached", "Nothing listens on the port of the proxy, or there is no route to it."),
    row(FindingCode::ProxyTimeout, PROXY, "no answer from the proxy", "The proxy did not answer in time: not to the connection, not to TLS, or not to what was asked of it."),
    row(FindingCode::ProxyFailed, PROXY, "this is not how a proxy answers", "What was said does not belong to the protocol of the proxy's scheme, or the connection to it broke."),
    row(FindingCode::ProxyAuth, PROXY, "a proxy wants credentials (407)", "The proxy wants a name and a password, or refuses those it got."),
    row(FindingCode::ProxyDenied, PROXY, "the proxy did not connect us", "The proxy refuses the connection to the host, or cannot reach it itself."),
    row(FindingCode::ProxyScheme, PROXY, "the proxy's address cannot be used", "proxy_url, or the variable that names a proxy, is empty or has a scheme that no proxy has."),
    row(FindingCode::ProxyFromEnv, PROXY, "a proxy of the environment is in play", "A variable such as HTTPS_PROXY names the proxy, not proxy_url."),

    row(FindingCode::TlsPlainServer, TLS, "the server does not speak TLS", "The URL says wss, the port answers in plain text."),
    row(FindingCode::CertExpired, TLS, "the certificate has expired", "The server's certificate is past its last day."),
    row(FindingCode::CertNotYetValid, TLS, "the certificate is not valid yet", "The server's certificate begins in the future, or a clock is wrong."),
    row(FindingCode::CertWrongName, TLS, "the certificate is for another name", "The certificate does not name the host of the URL."),
    row(FindingCode::CertSelfSigned, TLS, "the certificate is self-signed", "The certificate is signed by its own key and is not among the trusted roots."),
    row(FindingCode::CertUnknownIssuer, TLS, "the certificate's issuer is not trusted", "The chain does not end at a trusted root."),
    row(FindingCode::CertChainIncomplete, TLS, "the certificate chain looks incomplete", "The server sent its own certificate only, without the intermediate ones that lead to a root."),
    row(FindingCode::CertInvalid, TLS, "the certificate is not valid", "The certificate cannot be used for another reason than names, dates or trust."),
    row(FindingCode::TlsVersion, TLS, "no TLS version in common", "The server offers only versions before TLS 1.2."),
    row(FindingCode::TlsSuite, TLS, "no cipher suite in common", "The server broke off since it shares no cipher suite or key exchange with the client."),
    row(FindingCode::ClientCertWanted, TLS, "the server wants a client certificate", "The server goes on only with a client certificate, and none was sent."),
    row(FindingCode::ClientCertRefused, TLS, "the server refused the client certificate", "A client certificate was sent, and the server does not take it."),
    row(FindingCode::KeyPassword, TLS, "the private key cannot be opened", "The private key of a client certificate is encrypted, and its password is missing or wrong."),
    row(FindingCode::KeyMismatch, TLS, "key and certificate do not match", "The private key does not belong to the client certificate."),
    row(FindingCode::KeyUnreadable, TLS, "the client certificate cannot be read", "A client certificate or its private key cannot be read, or is not what it should be."),
    row(FindingCode::TlsRenegotiation, TLS, "the server asks for a new handshake", "The server asks for another TLS handshake on the open connection, which tls.enable_renegotiation does not allow."),
    row(FindingCode::TlsRoots, TLS, "the trusted roots cannot be used", "tls.root_cas or tls.root_cas_file cannot be read or holds no certificate."),
    row(FindingCode::TlsTimeout, TLS, "no answer to the TLS handshake", "The server took the connection and said nothing to the handshake in time."),
    row(FindingCode::TlsFailed, TLS, "the TLS handshake failed", "The handshake failed for a reason without a code of its own."),
    row(FindingCode::TlsGoDiffers, TLS, "the pipeline would judge otherwise", "What TLS does here differs from what the pipeline's runtime, Go, does with the same server."),
    row(FindingCode::VerificationOff, TLS, "the certificate is not verified", "tls.skip_cert_verify is on: anyone in between can read and change what is sent."),
    row(FindingCode::CertExpiresSoon, TLS, "the certificate expires soon", "The server's certificate has less than 14 days left."),

    row(FindingCode::TlsOnWs, UPGRADE, "the server speaks TLS", "The URL says ws, the port wants TLS."),
    row(FindingCode::HttpRedirect, UPGRADE, "the server redirects elsewhere", "The server answered with a redirect, which websocket clients do not follow."),
    row(FindingCode::Http400, UPGRADE, "the server rejects the request (400)", "The server found the upgrade request malformed; its body often says why."),
    row(FindingCode::Auth401, UPGRADE, "the server wants credentials (401)", "Credentials are missing or wrong."),
    row(FindingCode::Auth403, UPGRADE, "access is forbidden (403)", "The server knows who asks, or does not care, and refuses; often for the Origin header or the address."),
    row(FindingCode::Http404, UPGRADE, "nothing at this path (404)", "The server has no such path."),
    row(FindingCode::Http426, UPGRADE, "the server wants another upgrade (426)", "The server does not accept this kind or version of websocket, or did not see the upgrade."),
    row(FindingCode::Http429, UPGRADE, "too many requests (429)", "The server limits how often one may connect."),
    row(FindingCode::Http5xx, UPGRADE, "the server failed", "The server, or what stands behind it, is in trouble."),
    row(FindingCode::HttpOther, UPGRADE, "the server did not upgrade", "The server answered with another status than 101."),
    row(FindingCode::NotHttp, UPGRADE, "the answer is not HTTP", "Something else than an HTTP server answers on this port."),
    row(FindingCode::UpgradeAccept, UPGRADE, "wrong Sec-WebSocket-Accept", "The answer does not belong to our request; a cache or a broken server in between does this."),
    row(FindingCode::UpgradeHeader, UPGRADE, "an upgrade header is missing or wrong", "A 101 needs Upgrade: websocket and Connection: Upgrade."),
    row(FindingCode::ExtensionNotAsked, UPGRADE, "the server chose something not asked for", "The answer names an extension or a subprotocol that the request did not offer."),
    row(FindingCode::DeflateUnasked, UPGRADE, "the server compresses unasked", "The server switched on permessage-deflate, which the request did not offer; messages are inflated all the same."),
    row(FindingCode::Subprotocol, UPGRADE, "the subprotocol is not as asked", "The server chose a subprotocol that was not asked for, or none though one was."),
    row(FindingCode::UpgradeHttpVersion, UPGRADE, "a 101 of another version of HTTP", "The status line of the 101 does not say HTTP/1.1; the pipeline takes it, browsers and proxies do not."),
    row(FindingCode::UpgradeHeadForm, UPGRADE, "the head of the 101 is oddly written", "Spaces, line ends or folded headers of the 101 are not as HTTP/1.1 wants them; it is read all the same."),
    row(FindingCode::UpgradeValue, UPGRADE, "Upgrade names more than websocket", "The header Upgrade of the 101 is a list or comes twice; the pipeline finds the word in it, a strict client refuses."),
    row(FindingCode::UpgradeHeaderRepeated, UPGRADE, "a header of the 101 comes twice", "A Sec-WebSocket header that an answer may have once comes more often; the pipeline takes the first."),
    row(FindingCode::UpgradeWithBody, UPGRADE, "the 101 speaks of a body", "The 101 has Content-Length or Transfer-Encoding, which it must not; a proxy may take frames for a body."),
    row(FindingCode::ExtensionUnasked, UPGRADE, "the server switched on an unknown extension", "The 101 names an extension that the request did not offer; the pipeline passes over it."),
    row(FindingCode::ExtensionMalformed, UPGRADE, "the header of extensions cannot be read", "Sec-WebSocket-Extensions of the 101 breaks its grammar; the pipeline reads it up to there."),
    row(FindingCode::DeflateParameters, UPGRADE, "the compression has wrong parameters", "permessage-deflate was switched on with parameters that a client must refuse; the pipeline takes it."),
    row(FindingCode::UpgradeTimeout, UPGRADE, "no answer to the upgrade request", "The connection stands, but no whole answer came in time."),
    row(FindingCode::ClosedEarly, UPGRADE, "closed without an answer", "The server closed the connection before its answer to the upgrade request was whole."),
    row(FindingCode::AnswerTooLarge, UPGRADE, "the answer is too large", "The head of the answer is larger, or has more headers or interim answers, than any real one."),
    row(FindingCode::InterimAnswer, UPGRADE, "an interim answer came before the upgrade", "The server sent an answer of 1xx before the 101; the pipeline takes it for a refusal."),
    row(FindingCode::HeaderUnsendable, UPGRADE, "a header cannot be sent", "A configured header has a name or value that HTTP does not allow."),

    row(FindingCode::JwtKey, UPGRADE, "the key of the token cannot be used", "jwt.private_key_file cannot be read, or holds no key that its signing method takes."),
    row(FindingCode::JwtMethod, UPGRADE, "the signing method is not known", "jwt.signing_method is none of RS256, RS384, RS512 and EdDSA, spelled exactly so."),
    row(FindingCode::JwtExpired, UPGRADE, "the token is out of its time", "exp of the token is past, or nbf is still to come, by the clock here or by the server's."),
    row(FindingCode::JwtAlgOverridden, UPGRADE, "the token names another algorithm", "jwt.headers replaces alg, so that the token does not name the method that signed it."),
    row(FindingCode::OauthPipeline, UPGRADE, "the pipeline signs in its own way", "The pipeline's OAuth 1 signature departs from RFC 5849; a strict server refuses it."),
    row(FindingCode::AuthSeveral, UPGRADE, "several ways to authenticate at once", "More than one method, or a header beside one, is set; only the last is sent, or two headers are."),

    row(FindingCode::OpenTimeout, OPEN, "the opening messages could not be sent in time", "The server does not read what is sent to it."),
    row(FindingCode::OpenType, OPEN, "the opening has the wrong type", "The server closed since the opening message came as binary, or as text, and it takes the other."),
    row(FindingCode::ClosedAfterOpen, OPEN, "closed right after the opening", "The server ended the connection before it sent any message; it often dislikes the opening message."),
    row(FindingCode::SilentAfterOpen, OPEN, "the server is silent", "The connection is open, but no message has come for ten seconds, or for as long as a probe waits."),

    row(FindingCode::CloseNormal, CONNECTION, "closed normally (1000)", "The server has said all it had to say."),
    row(FindingCode::CloseGoingAway, CONNECTION, "the server goes away (1001)", "The server shuts down or drops the connection to free resources."),
    row(FindingCode::CloseProtocol, CONNECTION, "the server saw a protocol error (1002)", "The server says that this side broke the websocket protocol."),
    row(FindingCode::CloseUnsupported, CONNECTION, "the server cannot take this kind of message (1003)", "The server got text where it takes binary, or binary where it takes text."),
    row(FindingCode::CloseNoCode, CONNECTION, "closed without a code (1005)", "The server sent a close frame that says nothing."),
    row(FindingCode::ClosedAbnormally, CONNECTION, "dropped without a close frame (1006)", "The connection ended without a closing handshake."),
    row(FindingCode::CloseInvalidData, CONNECTION, "the server could not read a message (1007)", "A message of ours was not what its type says, such as text that is not UTF-8."),
    row(FindingCode::ClosePolicy, CONNECTION, "against the server's policy (1008)", "The server refuses to go on, often for credentials or limits."),
    row(FindingCode::CloseTooBig, CONNECTION, "a message of ours was too big (1009)", "The server does not take messages of this size."),
    row(FindingCode::CloseExtension, CONNECTION, "the server misses an extension (1010)", "A close frame says that an extension was expected and not agreed."),
    row(FindingCode::CloseServerError, CONNECTION, "the server hit an error (1011)", "The server met something it did not expect."),
    row(FindingCode::CloseRestart, CONNECTION, "the server restarts (1012)", "The server restarts; it will be back."),
    row(FindingCode::CloseTryLater, CONNECTION, "the server is overloaded (1013)", "The server asks to come back later."),
    row(FindingCode::CloseBadGateway, CONNECTION, "bad gateway (1014)", "A gateway got an invalid answer from the server behind it."),
    row(FindingCode::CloseApp, CONNECTION, "closed with a code of the application", "Codes 3000 to 4999 mean what the server's documentation says."),
    row(FindingCode::CloseUnknown, CONNECTION, "closed with an unknown code", "The code is not one that may be sent, or has no agreed meaning."),
    row(FindingCode::InvalidUtf8, CONNECTION, "a text message is not UTF-8", "A message was sent as text but holds bytes that are not UTF-8. It is kept as it came."),
    row(FindingCode::LengthNotShortest, CONNECTION, "a length is longer than it needs to be", "A frame has its length in a longer form than needed; the pipeline reads it, a strict client does not."),
    row(FindingCode::CloseHalfCode, CONNECTION, "a close frame with half a code", "The close frame has one byte where a code has two; the pipeline reads it as one without a code."),
    row(FindingCode::DataAfterClose, CONNECTION, "a message came after the close frame", "The server sent a data frame behind its close frame; nobody reads it."),
    row(FindingCode::CompressedControl, CONNECTION, "a control frame says it is compressed", "RSV1 is set on a ping, pong or close frame; the pipeline does not look at it there."),
    row(FindingCode::CompressedContinuation, CONNECTION, "a continuation says it is compressed", "RSV1 is set on a frame that does not begin its message; the pipeline does not look at it there."),
    row(FindingCode::DeflateAfterLastBlock, CONNECTION, "a compressed message goes on behind its end", "A compressed message has bytes behind its last block; the pipeline drops them."),
    row(FindingCode::ProtocolError, CONNECTION, "the server broke the protocol", "A frame came that RFC 6455 does not allow."),
    row(FindingCode::MessageTooLarge, CONNECTION, "a message is over the limit", "A message was larger than max_message_size, so the connection was ended."),
    row(FindingCode::MessageOverPipelineLimit, CONNECTION, "a message is over the limit of a pipeline", "A message was read that a pipeline with its defaults would have ended the connection for."),
    row(FindingCode::ConnectionFailed, CONNECTION, "the connection failed", "The operating system reported an error on the open connection."),

    row(FindingCode::Flapping, SESSION, "connections open and bring no message", "Three connections in a row or more were lost before a message came, so the pause before the next one grows."),
    row(FindingCode::ReadingPaused, SESSION, "the socket is not read", "As many messages are unacknowledged as may be, so nothing is read and pings go unanswered."),
    row(FindingCode::ReplayHoldsUp, SESSION, "a rejected message holds up the feed", "From its third replay on a message waits to be redelivered, and nothing else moves meanwhile."),
    row(FindingCode::NackDropped, SESSION, "a rejected message was dropped", "auto_replay_nacks is off, so a rejected message is gone, and nothing logs it."),
    row(FindingCode::ReplaysLost, SESSION, "rejected messages were lost", "The session ended while they waited to be redelivered."),
    row(FindingCode::CaptureFailed, SESSION, "the capture failed", "The file of the capture cannot be written any more; the session goes on without."),
    row(FindingCode::CaptureLarge, SESSION, "the capture gets large", "The capture has 10 GiB, or its disk less than 1 GiB left."),
];

/// Stands for a code without a row.
const UNKNOWN: &Spec = &row(
    FindingCode::Unknown,
    SESSION,
    "a finding of another version",
    "A capture of another version holds it.",
);

/// The row of a code.
#[must_use]
pub fn spec(code: FindingCode) -> &'static Spec {
    FINDINGS.iter().find(|spec| spec.code == code).unwrap_or(UNKNOWN)
}
