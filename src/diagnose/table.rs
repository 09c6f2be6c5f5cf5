//! Every finding there is: one row for each code, the source of titles and of the reference.

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Stable, in kebab case.
    pub code: &'static str,
    /// Where it shows: the word of a stage, `open connection` or `session`.
    pub at: &'static str,
    /// What failed, in a few words.
    pub title: &'static str,
    /// The same in one sentence, for those who look it up.
    pub meaning: &'static str,
}

const fn row(code: &'static str, at: &'static str, title: &'static str, meaning: &'static str) -> Spec {
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
    row("dns-not-found", LOOKUP, "the host name does not exist", "The resolver says that there is no such name."),
    row("dns-failed", LOOKUP, "the name could not be looked up", "The resolver gave no answer, or an error other than “no such name”."),

    row("tcp-refused", TCP, "connection refused", "The host is there, but nothing listens on this port."),
    row("tcp-unreachable", TCP, "host unreachable", "There is no route to any address of the host."),
    row("tcp-timeout", TCP, "no answer to the connection request", "No address answered in time; a firewall that drops packets looks like this."),
    row("tcp-failed", TCP, "the TCP connection failed", "The connection was reset, or the operating system reported another error."),

    row("proxy-dns", PROXY, "the proxy's name could not be looked up", "The resolver does not know the host of the proxy, or gave no answer."),
    row("proxy-refused", PROXY, "the proxy cannot be reached", "Nothing listens on the port of the proxy, or there is no route to it."),
    row("proxy-timeout", PROXY, "no answer from the proxy", "The proxy did not answer in time: not to the connection, not to TLS, or not to what was asked of it."),
    row("proxy-failed", PROXY, "this is not how a proxy answers", "What was said does not belong to the protocol of the proxy's scheme, or the connection to it broke."),
    row("proxy-auth", PROXY, "a proxy wants credentials (407)", "The proxy wants a name and a password, or refuses those it got."),
    row("proxy-denied", PROXY, "the proxy did not connect us", "The proxy refuses the connection to the host, or cannot reach it itself."),
    row("proxy-scheme", PROXY, "the proxy's address cannot be used", "proxy_url, or the variable that names a proxy, is empty or has a scheme that no proxy has."),
    row("proxy-from-env", PROXY, "a proxy of the environment is in play", "A variable such as HTTPS_PROXY names the proxy, not proxy_url."),

    row("tls-plain-server", TLS, "the server does not speak TLS", "The URL says wss, the port answers in plain text."),
    row("cert-expired", TLS, "the certificate has expired", "The server's certificate is past its last day."),
    row("cert-not-yet-valid", TLS, "the certificate is not valid yet", "The server's certificate begins in the future, or a clock is wrong."),
    row("cert-wrong-name", TLS, "the certificate is for another name", "The certificate does not name the host of the URL."),
    row("cert-self-signed", TLS, "the certificate is self-signed", "The certificate is signed by its own key and is not among the trusted roots."),
    row("cert-unknown-issuer", TLS, "the certificate's issuer is not trusted", "The chain does not end at a trusted root."),
    row("cert-chain-incomplete", TLS, "the certificate chain looks incomplete", "The server sent its own certificate only, without the intermediate ones that lead to a root."),
    row("cert-invalid", TLS, "the certificate is not valid", "The certificate cannot be used for another reason than names, dates or trust."),
    row("tls-version", TLS, "no TLS version in common", "The server offers only versions before TLS 1.2."),
    row("tls-suite", TLS, "no cipher suite in common", "The server broke off since it shares no cipher suite or key exchange with the client."),
    row("client-cert-wanted", TLS, "the server wants a client certificate", "The server goes on only with a client certificate, and none was sent."),
    row("client-cert-refused", TLS, "the server refused the client certificate", "A client certificate was sent, and the server does not take it."),
    row("key-password", TLS, "the private key cannot be opened", "The private key of a client certificate is encrypted, and its password is missing or wrong."),
    row("key-mismatch", TLS, "key and certificate do not match", "The private key does not belong to the client certificate."),
    row("key-unreadable", TLS, "the client certificate cannot be read", "A client certificate or its private key cannot be read, or is not what it should be."),
    row("tls-renegotiation", TLS, "the server asks for a new handshake", "The server asks for another TLS handshake on the open connection, which tls.enable_renegotiation does not allow."),
    row("tls-roots", TLS, "the trusted roots cannot be used", "tls.root_cas or tls.root_cas_file cannot be read or holds no certificate."),
    row("tls-timeout", TLS, "no answer to the TLS handshake", "The server took the connection and said nothing to the handshake in time."),
    row("tls-failed", TLS, "the TLS handshake failed", "The handshake failed for a reason without a code of its own."),
    row("tls-go-differs", TLS, "the pipeline would judge otherwise", "What TLS does here differs from what the pipeline's runtime, Go, does with the same server."),
    row("verification-off", TLS, "the certificate is not verified", "tls.skip_cert_verify is on: anyone in between can read and change what is sent."),
    row("cert-expires-soon", TLS, "the certificate expires soon", "The server's certificate has less than 14 days left."),

    row("tls-on-ws", UPGRADE, "the server speaks TLS", "The URL says ws, the port wants TLS."),
    row("http-redirect", UPGRADE, "the server redirects elsewhere", "The server answered with a redirect, which websocket clients do not follow."),
    row("http-400", UPGRADE, "the server rejects the request (400)", "The server found the upgrade request malformed; its body often says why."),
    row("auth-401", UPGRADE, "the server wants credentials (401)", "Credentials are missing or wrong."),
    row("auth-403", UPGRADE, "access is forbidden (403)", "The server knows who asks, or does not care, and refuses; often for the Origin header or the address."),
    row("http-404", UPGRADE, "nothing at this path (404)", "The server has no such path."),
    row("http-426", UPGRADE, "the server wants another upgrade (426)", "The server does not accept this kind or version of websocket, or did not see the upgrade."),
    row("http-429", UPGRADE, "too many requests (429)", "The server limits how often one may connect."),
    row("http-5xx", UPGRADE, "the server failed", "The server, or what stands behind it, is in trouble."),
    row("http-other", UPGRADE, "the server did not upgrade", "The server answered with another status than 101."),
    row("not-http", UPGRADE, "the answer is not HTTP", "Something else than an HTTP server answers on this port."),
    row("upgrade-accept", UPGRADE, "wrong Sec-WebSocket-Accept", "The answer does not belong to our request; a cache or a broken server in between does this."),
    row("upgrade-header", UPGRADE, "an upgrade header is missing or wrong", "A 101 needs Upgrade: websocket and Connection: Upgrade."),
    row("extension-not-asked", UPGRADE, "the server chose something not asked for", "The answer names an extension or a subprotocol that the request did not offer."),
    row("deflate-unasked", UPGRADE, "the server compresses unasked", "The server switched on permessage-deflate, which the request did not offer; messages are inflated all the same."),
    row("subprotocol", UPGRADE, "the subprotocol is not as asked", "The server chose a subprotocol that was not asked for, or none though one was."),
    row("upgrade-http-version", UPGRADE, "a 101 of another version of HTTP", "The status line of the 101 does not say HTTP/1.1; the pipeline takes it, browsers and proxies do not."),
    row("upgrade-head-form", UPGRADE, "the head of the 101 is oddly written", "Spaces, line ends or folded headers of the 101 are not as HTTP/1.1 wants them; it is read all the same."),
    row("upgrade-value", UPGRADE, "Upgrade names more than websocket", "The header Upgrade of the 101 is a list or comes twice; the pipeline finds the word in it, a strict client refuses."),
    row("upgrade-header-repeated", UPGRADE, "a header of the 101 comes twice", "A Sec-WebSocket header that an answer may have once comes more often; the pipeline takes the first."),
    row("upgrade-with-body", UPGRADE, "the 101 speaks of a body", "The 101 has Content-Length or Transfer-Encoding, which it must not; a proxy may take frames for a body."),
    row("extension-unasked", UPGRADE, "the server switched on an unknown extension", "The 101 names an extension that the request did not offer; the pipeline passes over it."),
    row("extension-malformed", UPGRADE, "the header of extensions cannot be read", "Sec-WebSocket-Extensions of the 101 breaks its grammar; the pipeline reads it up to there."),
    row("deflate-parameters", UPGRADE, "the compression has wrong parameters", "permessage-deflate was switched on with parameters that a client must refuse; the pipeline takes it."),
    row("upgrade-timeout", UPGRADE, "no answer to the upgrade request", "The connection stands, but no whole answer came in time."),
    row("closed-early", UPGRADE, "closed without an answer", "The server closed the connection before its answer to the upgrade request was whole."),
    row("answer-too-large", UPGRADE, "the answer is too large", "The head of the answer is larger, or has more headers or interim answers, than any real one."),
    row("interim-answer", UPGRADE, "an interim answer came before the upgrade", "The server sent an answer of 1xx before the 101; the pipeline takes it for a refusal."),
    row("header-unsendable", UPGRADE, "a header cannot be sent", "A configured header has a name or value that HTTP does not allow."),

    row("jwt-key", UPGRADE, "the key of the token cannot be used", "jwt.private_key_file cannot be read, or holds no key that its signing method takes."),
    row("jwt-method", UPGRADE, "the signing method is not known", "jwt.signing_method is none of RS256, RS384, RS512 and EdDSA, spelled exactly so."),
    row("jwt-expired", UPGRADE, "the token is out of its time", "exp of the token is past, or nbf is still to come, by the clock here or by the server's."),
    row("jwt-alg-overridden", UPGRADE, "the token names another algorithm", "jwt.headers replaces alg, so that the token does not name the method that signed it."),
    row("oauth-pipeline", UPGRADE, "the pipeline signs in its own way", "The pipeline's OAuth 1 signature departs from RFC 5849; a strict server refuses it."),
    row("auth-several", UPGRADE, "several ways to authenticate at once", "More than one method, or a header beside one, is set; only the last is sent, or two headers are."),

    row("open-timeout", OPEN, "the opening messages could not be sent in time", "The server does not read what is sent to it."),
    row("open-type", OPEN, "the opening has the wrong type", "The server closed since the opening message came as binary, or as text, and it takes the other."),
    row("closed-after-open", OPEN, "closed right after the opening", "The server ended the connection before it sent any message; it often dislikes the opening message."),
    row("silent-after-open", OPEN, "the server is silent", "The connection is open, but no message has come for ten seconds, or for as long as a probe waits."),

    row("close-normal", CONNECTION, "closed normally (1000)", "The server has said all it had to say."),
    row("close-going-away", CONNECTION, "the server goes away (1001)", "The server shuts down or drops the connection to free resources."),
    row("close-protocol", CONNECTION, "the server saw a protocol error (1002)", "The server says that this side broke the websocket protocol."),
    row("close-unsupported", CONNECTION, "the server cannot take this kind of message (1003)", "The server got text where it takes binary, or binary where it takes text."),
    row("close-no-code", CONNECTION, "closed without a code (1005)", "The server sent a close frame that says nothing."),
    row("closed-abnormally", CONNECTION, "dropped without a close frame (1006)", "The connection ended without a closing handshake."),
    row("close-invalid-data", CONNECTION, "the server could not read a message (1007)", "A message of ours was not what its type says, such as text that is not UTF-8."),
    row("close-policy", CONNECTION, "against the server's policy (1008)", "The server refuses to go on, often for credentials or limits."),
    row("close-too-big", CONNECTION, "a message of ours was too big (1009)", "The server does not take messages of this size."),
    row("close-extension", CONNECTION, "the server misses an extension (1010)", "A close frame says that an extension was expected and not agreed."),
    row("close-server-error", CONNECTION, "the server hit an error (1011)", "The server met something it did not expect."),
    row("close-restart", CONNECTION, "the server restarts (1012)", "The server restarts; it will be back."),
    row("close-try-later", CONNECTION, "the server is overloaded (1013)", "The server asks to come back later."),
    row("close-bad-gateway", CONNECTION, "bad gateway (1014)", "A gateway got an invalid answer from the server behind it."),
    row("close-app", CONNECTION, "closed with a code of the application", "Codes 3000 to 4999 mean what the server's documentation says."),
    row("close-unknown", CONNECTION, "closed with an unknown code", "The code is not one that may be sent, or has no agreed meaning."),
    row("invalid-utf8", CONNECTION, "a text message is not UTF-8", "A message was sent as text but holds bytes that are not UTF-8. It is kept as it came."),
    row("length-not-shortest", CONNECTION, "a length is longer than it needs to be", "A frame has its length in a longer form than needed; the pipeline reads it, a strict client does not."),
    row("close-half-code", CONNECTION, "a close frame with half a code", "The close frame has one byte where a code has two; the pipeline reads it as one without a code."),
    row("data-after-close", CONNECTION, "a message came after the close frame", "The server sent a data frame behind its close frame; nobody reads it."),
    row("compressed-control", CONNECTION, "a control frame says it is compressed", "RSV1 is set on a ping, pong or close frame; the pipeline does not look at it there."),
    row("compressed-continuation", CONNECTION, "a continuation says it is compressed", "RSV1 is set on a frame that does not begin its message; the pipeline does not look at it there."),
    row("deflate-after-last-block", CONNECTION, "a compressed message goes on behind its end", "A compressed message has bytes behind its last block; the pipeline drops them."),
    row("protocol-error", CONNECTION, "the server broke the protocol", "A frame came that RFC 6455 does not allow."),
    row("message-too-large", CONNECTION, "a message is over the limit", "A message was larger than max_message_size, so the connection was ended."),
    row("message-over-pipeline-limit", CONNECTION, "a message is over the limit of a pipeline", "A message was read that a pipeline with its defaults would have ended the connection for."),
    row("connection-failed", CONNECTION, "the connection failed", "The operating system reported an error on the open connection."),

    row("flapping", SESSION, "connections open and bring no message", "Three connections in a row or more were lost before a message came, so the pause before the next one grows."),
    row("reading-paused", SESSION, "the socket is not read", "As many messages are unacknowledged as may be, so nothing is read and pings go unanswered."),
    row("replay-holds-up", SESSION, "a rejected message holds up the feed", "From its third replay on a message waits to be redelivered, and nothing else moves meanwhile."),
    row("nack-dropped", SESSION, "a rejected message was dropped", "auto_replay_nacks is off, so a rejected message is gone, and nothing logs it."),
    row("replays-lost", SESSION, "rejected messages were lost", "The session ended while they waited to be redelivered."),
    row("capture-failed", SESSION, "the capture failed", "The file of the capture cannot be written any more; the session goes on without."),
    row("capture-large", SESSION, "the capture gets large", "The capture has 10 GiB, or its disk less than 1 GiB left."),
];

/// The row of a code.
#[must_use]
pub fn spec(code: &str) -> Option<&'static Spec> {
    FINDINGS.iter().find(|spec| spec.code == code)
}
