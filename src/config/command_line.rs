//! The connection of a session as other tools make it: command lines and short programs. Secrets are read from the
//! environment, and a comment names their variables.

use std::{fmt::Write as _, path::Path};

use super::{
    Endpoint, MessageType, Proxy, ProxyChoice, RootSource, Secret, Settings, Source, address_secrets,
    is_credential_header,
};

/// A tool, and how it is told to connect.
#[derive(Debug)]
pub struct Tool {
    /// Its word on the command line.
    pub word: &'static str,
    pub doc: &'static str,
    comment: &'static str,
    write: fn(&Parts) -> String,
    /// What it cannot do of what is asked for.
    lacks: &'static [Lack],
}

/// Something that a tool may have no way for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// An `http` or `https` proxy.
    Proxy,
    /// A client certificate of PEM files.
    ClientCert,
    /// Messages after the upgrade.
    Open,
    /// More than one of them.
    OpenMany,
}

pub static TOOLS: &[Tool] = &[
    Tool { word: "tail", doc: "this program, without a screen", comment: "#", write: tail, lacks: &[] },
    Tool {
        word: "websocat",
        doc: "websocat 1",
        comment: "#",
        write: websocat,
        lacks: &[Lack::Proxy, Lack::ClientCert],
    },
    Tool { word: "wscat", doc: "wscat 6", comment: "#", write: wscat, lacks: &[Lack::OpenMany] },
    Tool {
        word: "curl",
        doc: "curl, which shows the answer to the upgrade",
        comment: "#",
        write: curl,
        lacks: &[Lack::Open],
    },
    Tool {
        word: "python",
        doc: "a program with websockets",
        comment: "#",
        write: python,
        lacks: &[Lack::Proxy],
    },
    Tool {
        word: "go",
        doc: "a program with gorilla/websocket, as the pipeline is one",
        comment: "//",
        write: go,
        lacks: &[Lack::ClientCert],
    },
];

/// A tool is one row of [`TOOLS`].
impl PartialEq for Tool {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for Tool {}

impl Tool {
    #[must_use]
    pub fn named(word: &str) -> Option<&'static Self> {
        TOOLS.iter().find(|tool| tool.word == word)
    }

    /// The command or program, behind comments on what it needs and what it lacks.
    #[must_use]
    pub fn command(&self, settings: &Settings) -> String {
        let parts = Parts::of(settings);
        let mut text = String::new();
        let mut note = |line: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {line}", self.comment);
        };
        if !parts.variables.is_empty() {
            note(&format!("needs in the environment: {}", parts.variables.join(" ")));
        }
        for lack in self.lacks.iter().filter(|lack| parts.has(**lack)) {
            note(match lack {
                Lack::Proxy => "without the proxy, which it does not take",
                Lack::ClientCert => "without the client certificate, which it does not take as PEM files",
                Lack::Open => "without the opening messages: it only asks for the upgrade",
                Lack::OpenMany => "with the first opening message only",
            });
        }
        if settings.oauth.is_some() || settings.jwt.is_some() {
            note("without the signature: it is made anew for each connection");
        }
        text + &(self.write)(&parts)
    }
}

/// What tools are told.
struct Parts {
    url: Text,
    /// The same with `http` or `https`.
    http_url: Text,
    headers: Vec<(String, Text)>,
    protocol: Option<String>,
    /// Name and password.
    basic: Option<(Text, Text)>,
    is_unchecked: bool,
    roots: Option<String>,
    /// Files of certificate and key.
    client: Option<(String, String)>,
    proxy: Option<Text>,
    open: Vec<Text>,
    is_text: bool,
    variables: Vec<String>,
}

impl Parts {
    fn of(settings: &Settings) -> Self {
        let mut secrets = Named::default();
        let Endpoint { full, .. } = &settings.url;
        let url = secrets.address(full, "URL");
        let http_url = secrets.address(&full.replacen("ws", "http", 1), "URL");
        let mut headers = Vec::new();
        let mut protocol = None;
        for (name, value) in &settings.headers {
            if name.eq_ignore_ascii_case("Sec-WebSocket-Protocol") {
                protocol = Some(value.expose().to_owned());
            } else if is_credential_header(name) {
                headers.push((name.clone(), secrets.whole(name)));
            } else {
                headers.push((name.clone(), Text::plain(value.expose())));
            }
        }
        let basic = settings
            .basic_auth
            .as_ref()
            .map(|basic| (Text::plain(&basic.username), secrets.whole("PASSWORD")));
        let tls = Some(&settings.tls).filter(|tls| tls.enabled && settings.url.secure);
        let file = |source: &Source| match source {
            Source::File(path) => Some(path.display().to_string()),
            Source::Text(_) => None,
        };
        let proxy = match &settings.proxy {
            ProxyChoice::Through(proxy) => Some(secrets.proxy(proxy)),
            ProxyChoice::Environment | ProxyChoice::Empty => None,
        };
        Self {
            url,
            http_url,
            headers,
            protocol,
            basic,
            is_unchecked: tls.is_some_and(|tls| tls.skip_cert_verify),
            roots: tls.and_then(|tls| match &tls.roots {
                Some(RootSource::File(path)) => Some(shown(path)),
                _ => None,
            }),
            client: tls
                .and_then(|tls| tls.client_certs.first())
                .and_then(|client| Some((file(&client.cert)?, file(&client.key)?))),
            proxy,
            open: settings.open_messages.iter().map(|message| secrets.message(message)).collect(),
            is_text: settings.open_message_type == MessageType::Text,
            variables: secrets.variables,
        }
    }

    fn has(&self, lack: Lack) -> bool {
        match lack {
            Lack::Proxy => self.proxy.is_some(),
            Lack::ClientCert => self.client.is_some(),
            Lack::Open => !self.open.is_empty(),
            Lack::OpenMany => self.open.len() > 1,
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Gives secrets the names of variables.
#[derive(Default)]
struct Named {
    variables: Vec<String>,
}

impl Named {
    fn name(&mut self, wanted: &str) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let name: String = wanted.chars().map(letter).collect();
        if !self.variables.contains(&name) {
            self.variables.push(name.clone());
        }
        name
    }

    /// A secret as a whole.
    fn whole(&mut self, wanted: &str) -> Text {
        Text(vec![Piece::Variable(self.name(wanted))])
    }

    /// An address whose secrets are variables: the first `URL_SECRET`, the next `URL_SECRET_2`.
    fn address(&mut self, address: &str, of: &str) -> Text {
        let mut text = Text::plain(address);
        let mut nth = 0;
        for secret in address_secrets(address).iter().filter(|secret| !secret.is_empty()) {
            let name = if nth == 0 { format!("{of}_SECRET") } else { format!("{of}_SECRET_{}", nth + 1) };
            if text.replace(secret.expose(), &name) {
                self.name(&name);
                nth += 1;
            }
        }
        text
    }

    /// The address of a proxy; its login as a whole is a variable.
    fn proxy(&mut self, proxy: &Proxy) -> Text {
        let masked = proxy.shown();
        let mut text = Text::plain(&masked);
        if let Some((before, _)) = masked.split_once("://").and_then(|(_, rest)| rest.split_once('@')) {
            text.replace(before, &self.name("PROXY_LOGIN"));
        }
        text
    }

    /// An opening message may hold a password that no field names.
    fn message(&mut self, message: &Secret) -> Text {
        let looks_secret = ["pass", "token", "secret", "key", "sign", "auth"]
            .iter()
            .any(|word| message.expose().to_ascii_lowercase().contains(word));
        if looks_secret { self.whole("OPEN_MESSAGE") } else { Text::plain(message.expose()) }
    }
}

/// A text in which secrets stand as variables of the environment.
struct Text(Vec<Piece>);

enum Piece {
    Plain(String),
    Variable(String),
}

impl Text {
    fn plain(text: &str) -> Self {
        Self(vec![Piece::Plain(text.to_owned())])
    }

    /// Puts a variable in place of the first piece of plain text that is the secret; whether there was one.
    fn replace(&mut self, secret: &str, variable: &str) -> bool {
        let found = self.0.iter().enumerate().find_map(|(nth, piece)| match piece {
            Piece::Plain(text) => text.find(secret).map(|at| (nth, at)),
            Piece::Variable(_) => None,
        });
        let Some((nth, at)) = found else { return false };
        if let Piece::Plain(text) = self.0.remove(nth) {
            let (before, behind) = (text[..at].to_owned(), text[at + secret.len()..].to_owned());
            let pieces = [Piece::Plain(before), Piece::Variable(variable.to_owned()), Piece::Plain(behind)];
            self.0.splice(nth..nth, pieces);
        }
        true
    }

    /// With a text before it.
    fn behind(&self, before: &str) -> Self {
        let mut pieces = vec![Piece::Plain(before.to_owned())];
        for piece in &self.0 {
            match (piece, pieces.last_mut()) {
                (Piece::Plain(text), Some(Piece::Plain(last))) => last.push_str(text),
                (Piece::Plain(text), _) => pieces.push(Piece::Plain(text.clone())),
                (Piece::Variable(name), _) => pieces.push(Piece::Variable(name.clone())),
            }
        }
        Self(pieces)
    }

    /// A word of a POSIX shell.
    fn shell(&self) -> String {
        let word = |piece: &Piece| match piece {
            Piece::Plain(text) if text.is_empty() => String::new(),
            Piece::Plain(text) => format!("'{}'", text.replace('\'', r"'\''")),
            Piece::Variable(name) => format!("\"${name}\""),
        };
        let text: String = self.0.iter().map(word).collect();
        if text.is_empty() { "''".to_owned() } else { text }
    }

    /// An expression of a language with strings in double quotes.
    fn expression(&self, variable: &str) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Plain(text) if text.is_empty() => None,
            // The escapes of JSON are also those of Go and Python.
            Piece::Plain(text) => Some(serde_json::Value::from(text.as_str()).to_string()),
            Piece::Variable(name) => Some(variable.replace("NAME", name)),
        };
        let parts: Vec<_> = self.0.iter().filter_map(part).collect();
        if parts.is_empty() { "\"\"".to_owned() } else { parts.join(" + ") }
    }
}

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

    fn with(&mut self, option: &str, value: &Text) {
        self.option(option);
        self.0.push(' ');
        self.0.push_str(&value.shell());
    }

    fn headers(&mut self, option: &str, parts: &Parts) {
        for (name, value) in &parts.headers {
            self.with(option, &value.behind(&format!("{name}: ")));
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

fn tail(parts: &Parts) -> String {
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
    if parts.is_text {
        set("open_message_type", &Text::plain("text"));
    }
    for (nth, message) in parts.open.iter().enumerate() {
        set(&format!("open_messages.{nth}"), message);
    }
    line.option(&parts.url.shell());
    line.end()
}

fn websocat(parts: &Parts) -> String {
    let roots = parts.roots.as_ref().map(|roots| format!("SSL_CERT_FILE={} ", Text::plain(roots).shell()));
    let mut line = Line::new(&format!("{}websocat --no-close", roots.unwrap_or_default()));
    line.option(if parts.is_text || parts.open.is_empty() { "--text" } else { "--binary" });
    line.headers("-H", parts);
    if let Some(protocol) = &parts.protocol {
        line.with("--protocol", &Text::plain(protocol));
    }
    if let Some(login) = login(parts) {
        line.with("--basic-auth", &login);
    }
    if parts.is_unchecked {
        line.option("--insecure");
    }
    for message in &parts.open {
        line.with("--preamble", message);
    }
    line.option(&parts.url.shell());
    line.end()
}

fn wscat(parts: &Parts) -> String {
    let mut line = Line::new("npx wscat");
    line.headers("-H", parts);
    if let Some(protocol) = &parts.protocol {
        line.with("-s", &Text::plain(protocol));
    }
    if let Some(login) = login(parts) {
        line.with("--auth", &login);
    }
    if parts.is_unchecked {
        line.option("-n");
    }
    if let Some(roots) = &parts.roots {
        line.with("--ca", &Text::plain(roots));
    }
    if let Some((cert, key)) = &parts.client {
        line.with("--cert", &Text::plain(cert));
        line.with("--key", &Text::plain(key));
    }
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

fn curl(parts: &Parts) -> String {
    let mut line = Line::new("curl -i -N --http1.1 --max-time 5");
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
    if parts.is_unchecked {
        line.option("-k");
    }
    if let Some(roots) = &parts.roots {
        line.with("--cacert", &Text::plain(roots));
    }
    if let Some((cert, key)) = &parts.client {
        line.with("--cert", &Text::plain(cert));
        line.with("--key", &Text::plain(key));
    }
    if let Some(proxy) = &parts.proxy {
        line.with("-x", proxy);
    }
    line.option(&parts.http_url.shell());
    line.end()
}

// Writing to a string cannot fail, here and below.
fn python(parts: &Parts) -> String {
    let value = |text: &Text| text.expression("os.environ[\"NAME\"]");
    let mut headers: Vec<_> =
        parts.headers.iter().map(|(name, text)| format!("    {name:?}: {},\n", value(text))).collect();
    if let Some((name, password)) = &parts.basic {
        headers.push(format!(
            "    \"Authorization\": \"Basic \" + base64.b64encode(({} + \":\" + {}).encode()).decode(),\n",
            value(name),
            value(password),
        ));
    }
    let mut text = String::from("import asyncio, base64, os, ssl\n\nimport websockets\n\n");
    let _ = write!(text, "url = {}\nheaders = {{\n{}}}\n", value(&parts.url), headers.concat());
    text += "options = {}\n";
    if parts.is_unchecked {
        text += "options[\"ssl\"] = ssl._create_unverified_context()\n";
    } else if parts.roots.is_some() || parts.client.is_some() {
        let roots = parts.roots.as_ref().map_or("None".to_owned(), |roots| value(&Text::plain(roots)));
        let _ = writeln!(text, "options[\"ssl\"] = ssl.create_default_context(cafile={roots})");
    }
    if let Some((cert, key)) = &parts.client {
        let (cert, key) = (value(&Text::plain(cert)), value(&Text::plain(key)));
        let _ = writeln!(text, "options[\"ssl\"].load_cert_chain({cert}, {key})");
    }
    if let Some(protocol) = &parts.protocol {
        let names: Vec<_> = protocol.split(',').map(|name| value(&Text::plain(name.trim()))).collect();
        let _ = writeln!(text, "options[\"subprotocols\"] = [{}]", names.join(", "));
    }
    text += "\n\nasync def main():\n";
    text += "    async with websockets.connect(url, additional_headers=headers, proxy=None, **options) as feed:\n";
    for message in &parts.open {
        let encoded = if parts.is_text { "" } else { ".encode()" };
        let _ = writeln!(text, "        await feed.send(({}){encoded})", value(message));
    }
    text += "        async for message in feed:\n            print(message)\n\n\nasyncio.run(main())\n";
    text
}

fn go(parts: &Parts) -> String {
    let value = |text: &Text| text.expression("os.Getenv(\"NAME\")");
    let mut imports = vec!["fmt", "log", "net/http", "os"];
    let mut body = String::from("\theader := http.Header{}\n");
    for (name, text) in &parts.headers {
        let _ = writeln!(body, "\theader.Set({name:?}, {})", value(text));
    }
    if let Some(protocol) = &parts.protocol {
        let _ = writeln!(body, "\theader.Set(\"Sec-WebSocket-Protocol\", {})", value(&Text::plain(protocol)));
    }
    if let Some((name, password)) = &parts.basic {
        imports.push("encoding/base64");
        let _ = write!(
            body,
            "\tlogin := base64.StdEncoding.EncodeToString([]byte({} + \":\" + {}))\n\
             \theader.Set(\"Authorization\", \"Basic \"+login)\n",
            value(name),
            value(password),
        );
    }
    body += "\tdialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment}\n";
    if let Some(proxy) = &parts.proxy {
        imports.push("net/url");
        let _ = write!(
            body,
            "\tproxy, err := url.Parse({})\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
             \tdialer.Proxy = http.ProxyURL(proxy)\n",
            value(proxy),
        );
    }
    if parts.is_unchecked {
        imports.push("crypto/tls");
        body += "\tdialer.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}\n";
    } else if let Some(roots) = &parts.roots {
        imports.extend(["crypto/tls", "crypto/x509"]);
        let _ = write!(
            body,
            "\tpem, err := os.ReadFile({})\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
             \troots := x509.NewCertPool()\n\troots.AppendCertsFromPEM(pem)\n\
             \tdialer.TLSClientConfig = &tls.Config{{RootCAs: roots}}\n",
            value(&Text::plain(roots)),
        );
    }
    let _ = write!(
        body,
        "\tfeed, answer, err := dialer.Dial({}, header)\n\tif err != nil {{\n\t\tlog.Fatal(err, \" \", answer)\n\t}}\n",
        value(&parts.url)
    );
    for message in &parts.open {
        let kind = if parts.is_text { "TextMessage" } else { "BinaryMessage" };
        let _ = write!(
            body,
            "\tif err := feed.WriteMessage(websocket.{kind}, []byte({})); err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n",
            value(message)
        );
    }
    body += "\tfor {\n\t\t_, message, err := feed.ReadMessage()\n\t\tif err != nil {\n\t\t\tlog.Fatal(err)\n\t\t}\n\
             \t\tfmt.Println(string(message))\n\t}\n";
    if !body.contains("os.") {
        imports.retain(|name| *name != "os");
    }
    imports.sort_unstable();
    let imports: Vec<_> = imports.iter().map(|name| format!("\t\"{name}\"\n")).collect();
    let imports = imports.concat();
    format!(
        "package main\n\nimport (\n{imports}\n\t\"github.com/gorilla/websocket\"\n)\n\nfunc main() {{\n{body}}}\n"
    )
}

#[cfg(test)]
mod tests;
