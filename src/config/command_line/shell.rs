//! Command lines of a POSIX shell.

use super::{
    Parts,
    text::{Piece, Text},
};

/// A command line that grows by words and is broken before each option.
struct Line(String);

impl Line {
    fn new(program: &str) -> Self {
        Self(program.to_owned())
    }

    fn option(&mut self, option: &str) {
        self.0.push_str(" \\\n  ");
        self.0.push_str(option);
    }

    /// An option with its value: the next word, or joined by the `=` that the option ends in.
    fn with(&mut self, option: &str, value: &Text) {
        self.option(option);
        if !option.ends_with('=') {
            self.0.push(' ');
        }
        self.0.push_str(&value.shell());
    }

    fn headers(&mut self, option: &str, parts: &Parts) {
        for (name, value) in &parts.headers {
            self.with(option, &value.behind(&format!("{name}: ")));
        }
    }

    /// Its options for an unchecked certificate and for the roots, and those of curl and wscat for a client certificate.
    fn tls(&mut self, unchecked: &str, roots: &str, parts: &Parts) {
        if parts.is_unchecked {
            self.option(unchecked);
        }
        if let Some(path) = &parts.roots {
            self.with(roots, &Text::plain(path));
        }
        if let Some((cert, key)) = &parts.client {
            self.with("--cert", &Text::plain(cert));
            self.with("--key", &Text::plain(key));
        }
    }

    fn end(self) -> String {
        self.0 + "\n"
    }
}

fn login(parts: &Parts) -> Option<Text> {
    let (name, password) = parts.basic.as_ref()?;
    let Piece::Plain(name) = name.0.first()? else { return None };
    Some(password.behind(&format!("{name}:")))
}

pub(super) fn tail(parts: &Parts) -> String {
    let mut line = Line::new("sockeye tail");
    line.headers("--header", parts);
    if let Some(protocol) = &parts.protocol {
        line.with("--header", &Text::plain(&format!("Sec-WebSocket-Protocol: {protocol}")));
    }
    let mut set = |path: &str, value: &Text| line.with("--set", &value.behind(&format!("{path}=")));
    if let Some((name, password)) = &parts.basic {
        set("basic_auth.enabled", &Text::plain("true"));
        set("basic_auth.username", name);
        set("basic_auth.password", password);
    }
    if let Some(proxy) = &parts.proxy {
        set("proxy_url", proxy);
    }
    if parts.is_unchecked || parts.roots.is_some() || parts.client.is_some() {
        set("tls.enabled", &Text::plain("true"));
    }
    if parts.is_unchecked {
        set("tls.skip_cert_verify", &Text::plain("true"));
    }
    if let Some(roots) = &parts.roots {
        set("tls.root_cas_file", &Text::plain(roots));
    }
    if let Some((cert, key)) = &parts.client {
        set("tls.client_certs.0.cert_file", &Text::plain(cert));
        set("tls.client_certs.0.key_file", &Text::plain(key));
    }
    for (path, text) in parts.beyond.as_typed() {
        set(&path, &Text::plain(&text));
    }
    if parts.is_text {
        set("open_message_type", &Text::plain("text"));
    }
    for (nth, message) in parts.open.iter().enumerate() {
        set(&format!("open_messages.{nth}"), message);
    }
    line.option(&parts.url.shell());
    line.end()
}

pub(super) fn websocat(parts: &Parts) -> String {
    let roots = parts.roots.as_ref().map(|roots| format!("SSL_CERT_FILE={} ", Text::plain(roots).shell()));
    let mut line = Line::new(&format!("{}websocat --no-close", roots.unwrap_or_default()));
    line.option(if parts.is_text || parts.open.is_empty() { "--text" } else { "--binary" });
    // Without the sign it would take the words behind for further headers, and the address for one.
    line.headers("--header=", parts);
    if let Some(protocol) = &parts.protocol {
        line.with("--protocol", &Text::plain(protocol));
    }
    if let Some(login) = login(parts) {
        line.with("--basic-auth", &login);
    }
    if parts.is_unchecked {
        line.option("--insecure");
    }
    if let Some(name) = &parts.beyond.server_name {
        line.with("--tls-domain", &Text::plain(name));
    }
    for message in &parts.open {
        line.with("--preamble=", message);
    }
    line.option(&parts.url.shell());
    line.end()
}

pub(super) fn wscat(parts: &Parts) -> String {
    let mut line = Line::new("npx wscat");
    line.headers("-H", parts);
    if let Some(protocol) = &parts.protocol {
        line.with("-s", &Text::plain(protocol));
    }
    if let Some(login) = login(parts) {
        line.with("--auth", &login);
    }
    line.tls("-n", "--ca", parts);
    if let Some(proxy) = &parts.proxy {
        line.with("--proxy", proxy);
    }
    if let Some(message) = parts.open.first() {
        line.with("-x", message);
        line.option("-w -1");
    }
    line.with("-c", &parts.url);
    line.end()
}

pub(super) fn curl(parts: &Parts) -> String {
    let keylog = parts
        .beyond
        .keylog
        .as_ref()
        .map(|path| format!("SSLKEYLOGFILE={} ", Text::plain(&path.display().to_string()).shell()));
    let mut line = Line::new(&format!("{}curl -i -N --http1.1 --max-time 5", keylog.unwrap_or_default()));
    for header in [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        // Any sixteen bytes do (RFC 6455, section 4.1); these are the example of its section 1.3.
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ] {
        line.with("-H", &Text::plain(header));
    }
    line.headers("-H", parts);
    if let Some(protocol) = &parts.protocol {
        line.with("-H", &Text::plain(&format!("Sec-WebSocket-Protocol: {protocol}")));
    }
    if let Some(login) = login(parts) {
        line.with("-u", &login);
    }
    line.tls("-k", "--cacert", parts);
    for entry in &parts.beyond.resolve {
        line.with("--resolve", &Text::plain(&entry.written()));
    }
    if let Some(version) = parts.beyond.ip_version {
        line.option(&format!("-{}", version.digit()));
    }
    if let Some(source) = parts.beyond.source {
        line.with("--interface", &Text::plain(&source.to_string()));
    }
    if let Some(path) = &parts.beyond.unix_socket {
        line.with("--unix-socket", &Text::plain(&path.display().to_string()));
    }
    if let Some(p12) = &parts.beyond.client_p12 {
        // Without its password curl asks for it.
        line.with("--cert-type", &Text::plain("P12"));
        line.with("--cert", &Text::plain(&p12.file.display().to_string()));
    }
    if !parts.beyond.pins.is_empty() {
        line.with("--pinnedpubkey", &Text::plain(&parts.beyond.pins.written()));
    }
    if let Some(proxy) = &parts.proxy {
        line.with("-x", proxy);
    }
    line.option(&parts.http_url.shell());
    line.end()
}
