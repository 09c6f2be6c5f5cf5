//! All findings: one row for each code, with what the pages of reference and findings tell about it.

use crate::session::{
    FindingCode,
    Severity::{self, Error, Note, Warning},
};

/// The description of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub code: FindingCode,
    /// Where the finding occurs: the word of a stage, `open connection` or `session`.
    pub at: &'static str,
    /// What failed, in a few words.
    pub title: &'static str,
    /// The cause in one sentence, without the names and numbers of a case.
    pub meaning: &'static str,
    /// How severe it is where a case does not say otherwise.
    pub severity: Severity,
    /// What shows it, and decides between it and others.
    pub evidence: &'static str,
    /// The fix that fits each case; a case can have others, nearer to its fault.
    pub cure: &'static str,
    /// The line of the pipeline's log, with words in capitals for what a case fills in; empty if it logs none, or
    /// differs from case to case.
    pub line: &'static str,
}

const fn row(code: FindingCode, at: &'static str, title: &'static str, meaning: &'static str) -> Spec {
    Spec { code, at, title, meaning, severity: Note, evidence: "", cure: "", line: "" }
}

impl Spec {
    const fn told(self, severity: Severity, evidence: &'static str, cure: &'static str) -> Self {
        Self { severity, evidence, cure, ..self }
    }

    /// `a note`, `a warning` or `an error`.
    #[must_use]
    pub const fn how_severe(&self) -> &'static str {
        match self.severity {
            Note => "a note",
            Warning => "a warning",
            Error => "an error",
        }
    }

    const fn logs(self, line: &'static str) -> Self {
        Self { line, ..self }
    }
}

/// The line about a connection that failed.
macro_rules! failed {
    ($error:literal) => {
        concat!("Failed to connect to websocket: ", $error)
    };
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
    row(FindingCode::DnsNotFound, LOOKUP, "the host name does not exist", "The resolver reports that there is no such name.")
        .told(Error, "the resolver's answer, and which name server gave it", "check the spelling of the host in url").logs(failed!("dial tcp: lookup HOST: no such host")),
    row(FindingCode::DnsFailed, LOOKUP, "the name could not be looked up", "The resolver did not answer, or returned an error other than “no such name”.")
        .told(Error, "the resolver's error, or that it did not answer in time", "check the network and the name server of this machine, then connect again").logs(failed!("dial tcp: lookup HOST: server misbehaving")),

    row(FindingCode::AddressFamily, LOOKUP, "no address of the wanted kind", "The host has addresses, but only IPv4 or only IPv6 ones, and the other kind alone is to be tried (-4, -6, --source).")
        .told(Error, "the addresses of the lookup, and the kind that is wanted", "try all addresses, as the pipeline does"),

    row(FindingCode::TcpRefused, TCP, "connection refused", "The host can be reached, but nothing listens on this port.")
        .told(Error, "each address that was tried, and its error", "start the server, or correct the port in url").logs(failed!("dial tcp ADDRESS: connect: connection refused")),
    row(FindingCode::TcpUnreachable, TCP, "host unreachable", "There is no route to any address of the host.")
        .told(Error, "each address that was tried, and its error", "check the network, the VPN and the routes of this machine").logs(failed!("dial tcp ADDRESS: connect: no route to host")),
    row(FindingCode::TcpTimeout, TCP, "no answer to the connection request", "No address answered in time. A firewall that drops packets causes this.")
        .told(Error, "each address that was tried, and for how long", "check that firewalls and security groups allow this machine to reach the port").logs(failed!("dial tcp ADDRESS: i/o timeout")),
    row(FindingCode::TcpFailed, TCP, "the TCP connection failed", "The connection was reset, or the operating system reported another error.")
        .told(Error, "each address that was tried, and the error of the operating system", "reconnect; if it fails again, a firewall or a load balancer without a server may reset the connection").logs(failed!("dial tcp ADDRESS: connect: connection reset by peer")),

    row(FindingCode::ProxyDns, PROXY, "the proxy's name could not be looked up", "The resolver does not know the host of the proxy, or did not answer.")
        .told(Error, "the resolver's answer about the proxy's host", "correct the host in proxy_url, or in the variable that sets the proxy").logs(failed!("dial tcp: lookup PROXY: no such host")),
    row(FindingCode::ProxyRefused, PROXY, "the proxy cannot be reached", "Nothing listens on the port of the proxy, or there is no route to it.")
        .told(Error, "each address of the proxy that was tried, and its error", "start the proxy, or correct its host and port").logs(failed!("dial tcp ADDRESS: connect: connection refused")),
    row(FindingCode::ProxyTimeout, PROXY, "no answer from the proxy", "The proxy did not answer the TCP connection, the TLS handshake or the tunnel request in time.")
        .told(Error, "the stage that the proxy did not answer, and the time that passed", "check host, port and scheme of the proxy"),
    row(FindingCode::ProxyFailed, PROXY, "the proxy did not respond like a proxy", "The response does not match the protocol of the proxy's scheme, or the connection to the proxy broke.")
        .told(Error, "the first bytes that the proxy answered", "check host, port and scheme of the proxy"),
    row(FindingCode::ProxyAuth, PROXY, "the proxy requires credentials (407)", "The proxy requires a user name and a password, or refused those that were sent.")
        .told(Error, "the proxy's answer, with Proxy-Authenticate, and whether credentials were sent", "put the user name and password into proxy_url").logs(failed!("Proxy Authentication Required")),
    row(FindingCode::ProxyDenied, PROXY, "the proxy did not open a tunnel", "The proxy refuses the connection to the host, or cannot reach the host itself.")
        .told(Error, "the proxy's answer or its SOCKS reply", "have the host allowed by the rules of the proxy").logs(failed!("Forbidden")),
    row(FindingCode::ProxyScheme, PROXY, "the proxy's address cannot be used", "proxy_url, or the environment variable of the proxy, is empty or has an unsupported scheme.")
        .told(Error, "the field or variable that holds the address", "write http://host:port"),
    row(FindingCode::ProxyFromEnv, PROXY, "a proxy from the environment is used", "The proxy comes from a variable such as HTTPS_PROXY, not from proxy_url.")
        .told(Note, "the variable that was used", "unset the variable, or add the host to NO_PROXY"),

    row(FindingCode::TlsPlainServer, TLS, "the server does not speak TLS", "The URL says wss, but the port answers in plain text.")
        .told(Error, "the first bytes that came in place of TLS", "connect without TLS, or correct the port in url").logs(failed!("tls: first record does not look like a TLS handshake")),
    row(FindingCode::CertExpired, TLS, "the certificate has expired", "The server's certificate is past its expiry date.")
        .told(Error, "the dates of the certificate, and the clock of this machine", "have the server's certificate renewed").logs(failed!("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time NOW is after DATE")),
    row(FindingCode::CertNotYetValid, TLS, "the certificate is not valid yet", "The server's certificate becomes valid in the future, or a clock is wrong.")
        .told(Error, "the dates of the certificate, and the clock of this machine", "check the clock of the machine that issued the certificate").logs(failed!("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time NOW is before DATE")),
    row(FindingCode::CertWrongName, TLS, "the certificate is for another name", "The certificate does not name the host of the URL.")
        .told(Error, "the names in the certificate, beside the host of url", "have a certificate issued that names the host, or use a name that it has").logs(failed!("tls: failed to verify certificate: x509: certificate is valid for NAMES, not HOST")),
    row(FindingCode::CertSelfSigned, TLS, "the certificate is self-signed", "The certificate is signed by its own key and is not among the trusted roots.")
        .told(Error, "subject and issuer of the chain, and the trusted roots", "trust the certificate: tls.root_cas_file, with tls.enabled").logs(failed!("tls: failed to verify certificate: x509: certificate signed by unknown authority")),
    row(FindingCode::CertUnknownIssuer, TLS, "the certificate's issuer is not trusted", "The chain does not end at a trusted root.")
        .told(Error, "subject and issuer of the chain, and the trusted roots", "trust the issuer: tls.root_cas_file, with tls.enabled").logs(failed!("tls: failed to verify certificate: x509: certificate signed by unknown authority")),
    row(FindingCode::CertChainIncomplete, TLS, "the certificate chain looks incomplete", "The server sent its own certificate only, without the intermediate ones that lead to a root.")
        .told(Warning, "how many certificates the server sent, and who issued the last", "configure the server to send the whole chain, its own certificate first").logs(failed!("tls: failed to verify certificate: x509: certificate signed by unknown authority")),
    row(FindingCode::CertInvalid, TLS, "the certificate is not valid", "The certificate cannot be used for a reason other than names, dates or trust.")
        .told(Error, "the rule that the certificate breaks, as the verifier names it", "have the certificate issued again without the fault"),
    row(FindingCode::CertPin, TLS, "the server's key is not the pinned one", "The public key of the server's certificate is none of those of --pin, which the pipeline does not check.")
        .told(Error, "the pin of the key that was seen, beside those that are wanted", "find out why the key changed; then pin the new one"),
    row(FindingCode::TlsVersion, TLS, "no TLS version in common", "The server supports only versions before TLS 1.2.")
        .told(Error, "the version that the server answered with, or its alert", "configure the server for TLS 1.2 or 1.3; the pipeline needs that as well").logs(failed!("remote error: tls: protocol version not supported")),
    row(FindingCode::TlsSuite, TLS, "no cipher suite in common", "The server aborted the handshake since it shares no cipher suite or key exchange with the client.")
        .told(Error, "the alert, and what was offered", "configure the server for the suites and groups of TLS 1.2 or 1.3").logs(failed!("remote error: tls: handshake failure")),
    row(FindingCode::ClientCertWanted, TLS, "the server requires a client certificate", "The server requires a client certificate, and none was sent.")
        .told(Error, "the server's request for a certificate, its alert or its answer", "set tls.client_certs to a certificate that the server accepts, together with its issuers").logs(failed!("remote error: tls: certificate required")),
    row(FindingCode::ClientCertRefused, TLS, "the server refused the client certificate", "A client certificate was sent, and the server does not accept it.")
        .told(Error, "the server's alert or answer, and the certificate that was sent", "look at the server's log: it often says what is wrong with the certificate").logs(failed!("remote error: tls: bad certificate")),
    row(FindingCode::KeyPassword, TLS, "the private key cannot be opened", "The private key of a client certificate is encrypted, and its password is missing or wrong.")
        .told(Error, "how the key is encrypted, and whether a password is set", "set password of the entry in tls.client_certs"),
    row(FindingCode::KeyMismatch, TLS, "key and certificate do not match", "The private key does not belong to the client certificate.")
        .told(Error, "the public keys of both", "pair the certificate with the key that it was issued for"),
    row(FindingCode::KeyUnreadable, TLS, "the client certificate cannot be read", "A client certificate or its private key cannot be read, or is of the wrong kind.")
        .told(Error, "the file, and what its content is", "point cert_file and key_file to readable PEM files"),
    row(FindingCode::TlsRenegotiation, TLS, "the server requests TLS renegotiation", "The server requests a new TLS handshake on the open connection, and tls.enable_renegotiation is off.")
        .told(Error, "the server's request on the open connection", "set tls.enable_renegotiation").logs(failed!("local error: tls: no renegotiation")),
    row(FindingCode::TlsRoots, TLS, "the trusted roots cannot be used", "tls.root_cas or tls.root_cas_file cannot be read or contains no certificate.")
        .told(Error, "the file, and what its content is", "point tls.root_cas_file to a readable PEM file with certificates"),
    row(FindingCode::TlsTimeout, TLS, "no answer to the TLS handshake", "The server accepted the connection and did not answer the handshake in time.")
        .told(Error, "the time that passed without an answer", "check that url has the TLS port of the server, and that nothing in between drops TLS").logs(failed!("context deadline exceeded")),
    row(FindingCode::TlsFailed, TLS, "the TLS handshake failed", "The handshake failed for a reason that has no code of its own.")
        .told(Error, "the alert, or the error of the handshake", "check that url has the TLS port of the server"),
    row(FindingCode::TlsGoDiffers, TLS, "the pipeline would decide differently", "TLS behaves differently here than in the pipeline's runtime, Go, with the same server.")
        .told(Note, "what each side makes of the same handshake", "mend what the one side refuses, or test with the pipeline itself"),
    row(FindingCode::VerificationOff, TLS, "the certificate is not verified", "tls.skip_cert_verify is on: anyone in between can read and change the traffic.")
        .told(Note, "whether the certificate would be refused", "fix the certificate or trust its issuer, then set tls.skip_cert_verify to false"),
    row(FindingCode::CertExpiresSoon, TLS, "the certificate expires soon", "The server's certificate expires in less than 14 days.")
        .told(Note, "the dates of the certificate", "have the server's certificate renewed"),
    row(FindingCode::KeysLogged, TLS, "the keys of this connection are logged", "The keys of TLS were added to a file (--keylog, SSLKEYLOGFILE), with which anyone can read what was sent.")
        .told(Warning, "the file", "unset the option, or SSLKEYLOGFILE, and delete the file when it is no longer needed"),
    row(FindingCode::BeyondPipeline, CONNECTION, "options that the pipeline does not have", "The connection was made with options of Sockeye that no pipeline has, such as --resolve or --bearer.")
        .told(Note, "each option, and what the pipeline does without it", "connect without the options to see what the pipeline sees"),

    row(FindingCode::TlsOnWs, UPGRADE, "the server speaks TLS", "The URL says ws, but the port expects TLS.")
        .told(Error, "the answer of the TLS server to plain HTTP, or its first bytes", "connect with TLS: wss in place of ws").logs(failed!("websocket: bad handshake")),
    row(FindingCode::HttpRedirect, UPGRADE, "the server redirects to another URL", "The server answered with a redirect, which websocket clients do not follow.")
        .told(Error, "the header Location", "correct host and path in url").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Http400, UPGRADE, "the server rejects the request (400)", "The server considers the upgrade request malformed; the response body often says why.")
        .told(Error, "the headers and the body of the answer", "check path and query of url, and the headers").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Auth401, UPGRADE, "the server requires credentials (401)", "Credentials are missing or wrong.")
        .told(Error, "WWW-Authenticate and the body of the answer, and which credentials were sent", "send the credentials that the server expects: basic_auth, jwt, oauth or headers").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Auth403, UPGRADE, "access is forbidden (403)", "The server refuses access with or without credentials, often because of the Origin header or the client's address.")
        .told(Error, "the headers and the body of the answer, and which credentials and which Origin were sent", "check that the credentials are allowed for this path, and that the server allows this address").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Http404, UPGRADE, "nothing at this path (404)", "The server has no such path.")
        .told(Error, "the headers and the body of the answer", "correct the path in url; many servers have their websocket at /ws or /socket").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Http426, UPGRADE, "the server requires another upgrade (426)", "The server does not accept this version of the websocket protocol, or did not receive the upgrade headers.")
        .told(Error, "the headers Upgrade and Sec-WebSocket-Version of the answer", "make proxies in between forward Upgrade and Connection").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Http429, UPGRADE, "too many requests (429)", "The server limits how often a client may connect.")
        .told(Error, "Retry-After and the headers about rates", "wait before the next connection, and look for other clients with the same credentials").logs(failed!("websocket: bad handshake")),
    row(FindingCode::Http5xx, UPGRADE, "the server failed", "The server, or a server behind it, has an error.")
        .told(Error, "the headers and the body of the answer: they tell whether the server failed or what stands before it", "reconnect later; if it fails again, the server's log has the cause").logs(failed!("websocket: bad handshake")),
    row(FindingCode::HttpOther, UPGRADE, "the server did not upgrade", "The server answered with a status other than 101.")
        .told(Error, "the headers and the body of the answer", "correct the path in url, and make proxies in between forward Upgrade and Connection").logs(failed!("websocket: bad handshake")),
    row(FindingCode::NotHttp, UPGRADE, "the response is not HTTP", "The server on this port is not an HTTP server.")
        .told(Error, "the first bytes that came", "correct the port in url").logs(failed!("malformed HTTP response \"BYTES\"")),
    row(FindingCode::UpgradeAccept, UPGRADE, "wrong Sec-WebSocket-Accept", "The response does not belong to this request; a cache in between or a broken server causes this.")
        .told(Error, "the header Sec-WebSocket-Accept, beside the right value", "look for a cache or a proxy that answers instead of the server").logs(failed!("websocket: bad handshake")),
    row(FindingCode::UpgradeHeader, UPGRADE, "an upgrade header is missing or wrong", "A 101 response must have Upgrade: websocket and Connection: Upgrade.")
        .told(Error, "the headers of the 101", "make proxies in between forward Upgrade and Connection in both directions").logs(failed!("websocket: bad handshake")),
    row(FindingCode::ExtensionNotAsked, UPGRADE, "the server chose something that was not offered", "The response names an extension or a subprotocol that the request did not offer.")
        .told(Error, "the header that names it, and what the request offered", "make the server use only extensions that were offered").logs(failed!("websocket: invalid compression negotiation")),
    row(FindingCode::DeflateUnasked, UPGRADE, "the server compresses without an offer", "The server enabled permessage-deflate, which the request did not offer. Sockeye inflates the messages.")
        .told(Warning, "the header Sec-WebSocket-Extensions", "make the server compress only for clients that offer it").logs(failed!("websocket: invalid compression negotiation")),
    row(FindingCode::Subprotocol, UPGRADE, "the subprotocol is not the requested one", "The server chose a subprotocol that was not requested, or none although one was.")
        .told(Warning, "Sec-WebSocket-Protocol of request and answer", "look up the names that the server supports; they are case-sensitive"),
    row(FindingCode::UpgradeHttpVersion, UPGRADE, "the 101 has another HTTP version", "The status line of the 101 does not say HTTP/1.1. The pipeline accepts it, browsers and proxies do not.")
        .told(Warning, "the status line", "make the server, or the proxy in front of it, answer in HTTP/1.1"),
    row(FindingCode::UpgradeHeadForm, UPGRADE, "the head of the 101 is malformed", "Spaces, line ends or folded headers of the 101 break the rules of HTTP/1.1. The pipeline accepts it.")
        .told(Note, "the lines of the head that break the rules", "make the server write its response with an HTTP library"),
    row(FindingCode::UpgradeValue, UPGRADE, "Upgrade names more than websocket", "The Upgrade header of the 101 is a list or is repeated. The pipeline accepts it, a strict client does not.")
        .told(Warning, "the header Upgrade of the answer", "make the server answer with “Upgrade: websocket” alone"),
    row(FindingCode::UpgradeHeaderRepeated, UPGRADE, "a header of the 101 is repeated", "A Sec-WebSocket header that may occur only once is repeated. The pipeline uses the first.")
        .told(Warning, "the headers that are repeated", "make only one of server and proxy write this header"),
    row(FindingCode::UpgradeWithBody, UPGRADE, "the 101 announces a body", "The 101 has Content-Length or Transfer-Encoding, which is not allowed. A proxy may mistake frames for the body.")
        .told(Warning, "the header that announces it", "make the server omit Content-Length and Transfer-Encoding in the 101"),
    row(FindingCode::ExtensionUnasked, UPGRADE, "the server enabled an unknown extension", "The 101 names an extension that the request did not offer. The pipeline ignores it.")
        .told(Warning, "the header Sec-WebSocket-Extensions", "make the server use only extensions that were offered"),
    row(FindingCode::ExtensionMalformed, UPGRADE, "Sec-WebSocket-Extensions is malformed", "The Sec-WebSocket-Extensions header of the 101 breaks its grammar. The pipeline reads it up to the error.")
        .told(Warning, "the header Sec-WebSocket-Extensions", "make the server write each extension as “name; parameter=value”, separated by commas"),
    row(FindingCode::DeflateParameters, UPGRADE, "the compression has wrong parameters", "permessage-deflate was enabled with parameters that a client must refuse. The pipeline accepts it.")
        .told(Warning, "the header Sec-WebSocket-Extensions", "fix the parameters that the server answers with, or switch compression off there"),
    row(FindingCode::UpgradeTimeout, UPGRADE, "no answer to the upgrade request", "The connection is open, but no complete response was received in time.")
        .told(Error, "the time that passed, and what came of an answer", "check that the server behind a proxy or load balancer runs").logs(failed!("read tcp ENDS: i/o timeout")),
    row(FindingCode::ClosedEarly, UPGRADE, "closed without a response", "The server closed the connection before its response to the upgrade request was complete.")
        .told(Error, "what came of an answer before the end", "check that the server behind a proxy or load balancer runs").logs(failed!("unexpected EOF")),
    row(FindingCode::AnswerTooLarge, UPGRADE, "the response is too large", "The head of the response is too large, or has too many headers or interim responses.")
        .told(Error, "the size, or the number of headers, at the limit", "check which server answers there: curl -v shows its response"),
    row(FindingCode::InterimAnswer, UPGRADE, "an interim response before the upgrade", "The server sent a 1xx response before the 101. The pipeline treats it as a refusal.")
        .told(Warning, "the status lines in order", "make the server, or the proxy in front of it, answer an upgrade with the 101 alone").logs(failed!("websocket: bad handshake")),
    row(FindingCode::HeaderUnsendable, UPGRADE, "a header cannot be sent", "A configured header has a name or value that HTTP does not allow.")
        .told(Error, "the header's name", "correct or remove the header").logs(failed!("websocket: duplicate header not allowed: NAME")),

    row(FindingCode::JwtKey, UPGRADE, "the key of the token cannot be used", "jwt.private_key_file cannot be read, or contains no key for the signing method.")
        .told(Error, "the file, and what its content is", "point jwt.private_key_file to a readable PEM file with the private key, not encrypted"),
    row(FindingCode::JwtMethod, UPGRADE, "the signing method is unknown", "jwt.signing_method must be RS256, RS384, RS512 or EdDSA, in exactly this spelling.")
        .told(Error, "the word that is set", "set jwt.signing_method to RS256, RS384, RS512 or EdDSA"),
    row(FindingCode::JwtExpired, UPGRADE, "the token has expired or is not valid yet", "exp of the token is in the past, or nbf in the future, by the local clock or by the server's.")
        .told(Warning, "the claims, the local clock, and the server's clock by its header Date", "set the claim to another time, or renew the token"),
    row(FindingCode::JwtAlgOverridden, UPGRADE, "the token names another algorithm", "jwt.headers replaces alg, so that the token does not name the method that signed it.")
        .told(Warning, "the header of the token", "remove alg from jwt.headers"),
    row(FindingCode::OauthPipeline, UPGRADE, "the pipeline's signature differs", "The pipeline's OAuth 1 signature departs from RFC 5849. A strict server refuses it.")
        .told(Note, "the base string that was signed", "use --as bento or --as connect to send what the pipeline would send"),
    row(FindingCode::AuthSeveral, UPGRADE, "several authentication methods at once", "More than one method is set, or a method and an Authorization header. Only the last is sent, or two headers are.")
        .told(Note, "the methods that are set, and the one that was sent", "remove Authorization from headers, or switch the method off"),

    row(FindingCode::OpenTimeout, OPEN, "the opening messages could not be sent in time", "The server does not read the opening messages.")
        .told(Error, "the size that was written before the limit", "send smaller opening messages, or look at the server"),
    row(FindingCode::OpenType, OPEN, "the opening message has the wrong type", "The server closed since the opening message was binary or text, and it accepts only the other type.")
        .told(Error, "the close code, and the type that was sent", "send the opening message as the other type: open_message_type"),
    row(FindingCode::ClosedAfterOpen, OPEN, "closed right after the opening", "The server ended the connection before it sent any message; often it rejects the opening message.")
        .told(Error, "the time between opening and end, and that no message came", "check open_message against the server's documentation"),
    row(FindingCode::SilentAfterOpen, OPEN, "the server is silent", "The connection is open, but no message was received for ten seconds, or for as long as a probe waits.")
        .told(Note, "the time that passed, and what was sent", "check the path in url: the feed may be at another one"),

    row(FindingCode::CloseNormal, CONNECTION, "closed normally (1000)", "The server has sent all it had to send. The pipeline reconnects anyway.")
        .told(Note, "the code and the reason, and what the server said before", "nothing to do: the session reconnects by itself"),
    row(FindingCode::CloseGoingAway, CONNECTION, "the server is going away (1001)", "The server is shutting down, or drops connections to free resources.")
        .told(Warning, "the code and the reason, how long the connection was open, and what the server said before", "nothing to do: the session reconnects by itself"),
    row(FindingCode::CloseProtocol, CONNECTION, "the server reports a protocol error (1002)", "The server reports that the client broke the websocket protocol.")
        .told(Warning, "the code and the reason", "check the last frames that were sent, and whether a proxy changes them"),
    row(FindingCode::CloseUnsupported, CONNECTION, "the server does not accept this type of message (1003)", "The server does not accept this type of message: text where it expects binary, or the reverse.")
        .told(Warning, "the code and the reason, and the type that was sent", "send messages of the other type"),
    row(FindingCode::CloseNoCode, CONNECTION, "closed without a code (1005)", "The server closed with a close frame that gives no reason.")
        .told(Warning, "that the frame is empty, and what the server said before", "check the server's log"),
    row(FindingCode::ClosedAbnormally, CONNECTION, "dropped without a close frame (1006)", "The connection ended without a closing handshake.")
        .told(Warning, "the end without a close frame, how long the connection was open, and what the server said before", "check proxies and load balancers in between for an idle limit or a restart"),
    row(FindingCode::CloseInvalidData, CONNECTION, "the server could not read a message (1007)", "A message from the client does not match its type, such as text that is not UTF-8.")
        .told(Warning, "the code and the reason", "check that text messages are valid UTF-8 and in a format that the server understands"),
    row(FindingCode::ClosePolicy, CONNECTION, "against the server's policy (1008)", "The server refuses to continue because of its own rules, often about credentials or limits.")
        .told(Warning, "the reason: it decides which rule is meant; without one, what the server said before, and its protocol", "check credentials, the subscription and the server's limits"),
    row(FindingCode::CloseTooBig, CONNECTION, "a message to the server was too big (1009)", "A message from the client was larger than the server accepts.")
        .told(Warning, "the code and the reason, and what was sent", "send smaller messages: split the opening message"),
    row(FindingCode::CloseExtension, CONNECTION, "the server expected an extension (1010)", "The close frame says that a websocket extension was expected but not negotiated.")
        .told(Warning, "the code and the reason", "configure the server to work without the extension"),
    row(FindingCode::CloseServerError, CONNECTION, "the server had an internal error (1011)", "The server met an unexpected condition.")
        .told(Warning, "the code and the reason, and what the server said before", "check the server's log; the session reconnects by itself"),
    row(FindingCode::CloseRestart, CONNECTION, "the server restarts (1012)", "The server is restarting.")
        .told(Warning, "the code and the reason", "nothing to do: the session reconnects by itself"),
    row(FindingCode::CloseTryLater, CONNECTION, "the server is overloaded (1013)", "The server is overloaded and asks the client to connect again later.")
        .told(Warning, "the code and the reason", "wait, and check whether other clients overload it"),
    row(FindingCode::CloseBadGateway, CONNECTION, "bad gateway (1014)", "A gateway received an invalid response from the server behind it.")
        .told(Warning, "the code and the reason", "check the server behind the gateway"),
    row(FindingCode::CloseApp, CONNECTION, "closed with a code of the application", "The server's documentation defines the codes 3000 to 4999.")
        .told(Warning, "the code with a sign of the protocol (see below), the reason, and what the server said before", "look the code up in the server's documentation"),
    row(FindingCode::CloseUnknown, CONNECTION, "closed with an unknown code", "The code has no registered meaning, or must not be sent.")
        .told(Warning, "the code and the reason", "check the server's log"),
    row(FindingCode::HeartbeatUnanswered, CONNECTION, "a heartbeat of the application goes unanswered", "The server expects messages of the client at an interval, and the websocket input sends none after its opening.")
        .told(Warning, "the heartbeats that came, or the protocol that wants them and the time of the end", "let a program that answers them stand between the server and the pipeline"),
    row(FindingCode::InvalidUtf8, CONNECTION, "a text message is not UTF-8", "A message was sent as text but contains bytes that are not UTF-8. The payload is kept unchanged.")
        .told(Warning, "the first bytes that are not UTF-8", "make the server send binary messages, or encode its text as UTF-8"),
    row(FindingCode::LengthNotShortest, CONNECTION, "a frame length is longer than needed", "A frame encodes its length in a longer form than needed. The pipeline accepts it, a strict client does not.")
        .told(Warning, "the head of the frame", "make the server encode lengths up to 125 in one byte and up to 65535 in two more"),
    row(FindingCode::CloseHalfCode, CONNECTION, "a close frame with half a code", "The close frame has one byte where a code has two. The pipeline treats it as a close without a code.")
        .told(Warning, "the close frame", "make the server send its close code in two bytes, or omit it"),
    row(FindingCode::DataAfterClose, CONNECTION, "a message came after the close frame", "The server sent a data frame after its close frame. It is not read.")
        .told(Note, "the frame behind the close frame", "make the server send all its data before it closes"),
    row(FindingCode::CompressedControl, CONNECTION, "a control frame is marked as compressed", "RSV1 is set on a ping, pong or close frame. The pipeline ignores it there.")
        .told(Warning, "the head of the frame", "make the server set RSV1 only on the first frame of a compressed message"),
    row(FindingCode::CompressedContinuation, CONNECTION, "a continuation is marked as compressed", "RSV1 is set on a frame that does not begin its message. The pipeline ignores it there.")
        .told(Warning, "the head of the frame", "make the server set RSV1 only on the first frame of a compressed message"),
    row(FindingCode::DeflateAfterLastBlock, CONNECTION, "a compressed message continues after its end", "A compressed message has bytes after its last block. The pipeline drops them.")
        .told(Warning, "the bytes behind the last block", "make the server end each message with one flush of its compressor"),
    row(FindingCode::ProtocolError, CONNECTION, "the server broke the protocol", "The server sent a frame that RFC 6455 does not allow.")
        .told(Error, "the rule, and the first bytes of the frame", "fix the server, or a proxy in between that changes its frames"),
    row(FindingCode::MessageTooLarge, CONNECTION, "a message is over the limit", "A message was larger than max_message_size, so the connection was ended.")
        .told(Error, "the size of the message, beside the limit", "raise max_message_size").logs("Closing connection: received a message exceeding max_message_size"),
    row(FindingCode::MessageOverPipelineLimit, CONNECTION, "a message is over the limit of a pipeline", "A pipeline with default settings would have ended the connection because of the size of a message.")
        .told(Warning, "the size of the message, beside the limits of the pipelines", "set max_message_size in the pipeline too").logs("Closing connection: received a message exceeding max_message_size"),
    row(FindingCode::ConnectionFailed, CONNECTION, "the connection failed", "The operating system reported an error on the open connection.")
        .told(Warning, "the error of the operating system, and how long the connection was open", "check firewalls and proxies in between; the session reconnects by itself"),

    row(FindingCode::Flapping, SESSION, "connections open and are lost without a message", "Three or more connections in a row were lost before a message was received, so the pause before the next one grows.")
        .told(Warning, "how many connections ended in a row before a message came", "check how the connections end: the finding about the loss names the cause"),
    row(FindingCode::SameLossAgain, SESSION, "the connection is lost again and again in the same way", "Three or more losses in a row were alike; what they have in common, such as the time after which they come, says what ends them.")
        .told(Warning, "how long each connection was open, and how long nothing had come before its end", "mend what the losses have in common: an idle limit, a lifetime or the cause that is named"),
    row(FindingCode::SequenceGap, SESSION, "numbers are missing", "Numbers that should rise by one have holes: messages were not sent, or were sent while no connection was open.")
        .told(Warning, "the first hole with its message, and how many numbers are missing, of these between two connections", "ask the server for a snapshot or a replay after a hole; on the feed, look at the messages beside it"),
    row(FindingCode::Silence, SESSION, "the data has stopped", "No message comes for much longer than usual; pings, and what the system knows of TCP, tell whether the line still lives.")
        .told(Warning, "the usual gap, the last ping or pong, and what waits for an acknowledgement of TCP", "if the line lives, subscribe again; if it is dead or nothing is known, reconnect"),
    row(FindingCode::KindSilence, SESSION, "a kind of message stays away", "Messages of one kind do not come for much longer than usual, while others do.")
        .told(Warning, "the kind, its usual gap, and how many others came meanwhile", "subscribe to it again, or ask whether its source rests"),
    row(FindingCode::Lag, SESSION, "messages come late", "For seconds even the freshest messages are much older than usual when they come.")
        .told(Warning, "the lag and the usual one, whether this side read the socket, the round trip of a ping, and the server's clock", "if this side does not read, let the output take more; else ask the server why it is late"),
    row(FindingCode::OtherBeginning, SESSION, "the connection began otherwise", "After a reconnect no snapshot came, or no acknowledgement, though one did on the connection before.")
        .told(Warning, "what came first on both connections", "subscribe again (i), or ask the server for a snapshot"),
    row(FindingCode::ShapeChanged, SESSION, "messages have changed their form", "Messages of one shape stay away since others came in their place, in which a field is lost or has another type.")
        .told(Warning, "both shapes, and what differs", "change what reads the messages, or ask the server for the form of before"),
    row(FindingCode::ReadingPaused, SESSION, "the socket is not read", "The output is full and takes no more messages, so nothing is read and pings are not answered.")
        .told(Warning, "the ack mode, and what was read ahead", "let the output take more messages at a time or answer sooner, or return to the ack mode auto"),
    row(FindingCode::ReplayHoldsUp, SESSION, "a nacked message holds up the feed", "From its third redelivery on, a message waits before it is redelivered, and the input hands on nothing else meanwhile.")
        .told(Warning, "the message and its attempts", "make the output accept it, for example with a dead-letter output in the pipeline"),
    row(FindingCode::PoisonMessage, SESSION, "a poison message slows the feed", "A message is rejected again and again, and the pauses before its redeliveries let the others only crawl.")
        .told(Warning, "the rejections in a row, and how many other messages pass", "send what the output cannot take to a file of dead letters"),
    row(FindingCode::AroundTheOutput, SESSION, "the file has more around the output", "What stands around the output of the pipeline's file decides what becomes of a rejection there; here each rejection reaches the input.")
        .told(Note, "the parts of the file around the output, and what each does", "compare with the pipeline before you conclude from the order of redeliveries"),
    row(FindingCode::NackDropped, SESSION, "a nacked message was dropped", "auto_replay_nacks is off, so a nacked message is dropped, and nothing logs it.")
        .told(Warning, "the message, and auto_replay_nacks", "export nacked messages as dead letters"),
    row(FindingCode::StopWaits, SESSION, "the session waits for the output before it ends", "Messages are in the output when the session ends; their answers are awaited, as in the pipeline.")
        .told(Note, "how many messages the output has", "stop once more to end at once"),
    row(FindingCode::ReplaysLost, SESSION, "messages were lost at the end", "The session ended while messages that were read waited to be delivered, or to be redelivered.")
        .told(Warning, "how many were nacked or read ahead at the end", "make the output accept them before the session ends, or export them as dead letters"),
    row(FindingCode::CaptureFailed, SESSION, "the capture failed", "The capture file can no longer be written. The session continues without it.")
        .told(Error, "the error of the file system", "free disk space or choose another file, then start again with --capture FILE"),
    row(FindingCode::CaptureLarge, SESSION, "the capture is large", "The capture has reached 10 GiB, or its disk has less than 1 GiB free.")
        .told(Warning, "the size of the capture, and the free space", "delete old captures on the start screen, or run with --no-capture"),
    row(FindingCode::Imported, SESSION, "imported from a file", "The session is shown from a HAR or from JSON Lines, which tell less than a capture.")
        .told(Note, "what was imported, and what the file does not tell", "open the capture itself where there is one, since it tells all of this"),
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
