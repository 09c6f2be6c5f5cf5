//! The connection of a session as other tools make it: command lines and short programs. Secrets are read from the
//! environment, and a comment names their variables.

mod programs;
mod shell;
mod text;
mod yaml;

use std::{fmt::Write as _, path::Path};

use super::{
    Beyond, Endpoint, MessageType, Proxy, ProxyChoice, RootSource, Secret, Settings, Source, TlsSettings,
    address_secrets, is_credential_header,
};
use programs::{go, python};
use shell::{curl, tail, websocat, wscat};
use text::{Piece, Text};
pub use yaml::runnable_yaml;

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
    /// The flags of the options beyond the pipeline that it has a way for.
    takes: &'static [&'static str],
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
    Tool {
        word: "tail",
        doc: "this program, without a screen",
        comment: "#",
        write: tail,
        lacks: &[],
        takes: ALL,
    },
    Tool {
        word: "websocat",
        doc: "websocat 1",
        comment: "#",
        write: websocat,
        lacks: &[Lack::Proxy, Lack::ClientCert],
        takes: &["--server-name"],
    },
    Tool { word: "wscat", doc: "wscat 6", comment: "#", write: wscat, lacks: &[Lack::OpenMany], takes: &[] },
    Tool {
        word: "curl",
        doc: "curl, which shows the answer to the upgrade",
        comment: "#",
        write: curl,
        lacks: &[Lack::Open],
        takes: &["--resolve", "-4", "-6", "--source", "--unix-socket", "--pin", "--keylog", "--client-p12"],
    },
    Tool {
        word: "python",
        doc: "a program with websockets",
        comment: "#",
        write: python,
        lacks: &[Lack::Proxy],
        takes: &["-4", "-6", "--source", "--server-name"],
    },
    Tool {
        word: "go",
        doc: "a program with gorilla/websocket, as the pipeline is one",
        comment: "//",
        write: go,
        lacks: &[Lack::ClientCert],
        takes: &[],
    },
];

/// Every flag that [`Beyond::flags`] names.
const ALL: &[&str] = &[
    "--resolve",
    "-4",
    "-6",
    "--source",
    "--unix-socket",
    "--server-name",
    "--pin",
    "--keylog",
    "--client-p12",
    "--timeout-lookup",
    "--timeout-tcp",
    "--timeout-tls",
    "--timeout-upgrade",
    "--backoff",
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
        let command = (self.write)(&parts);
        let mut text = String::new();
        let mut note = |line: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {line}", self.comment);
        };
        let is_used = |name: &&String| command.contains(name.as_str());
        let used: Vec<_> = parts.variables.iter().filter(is_used).map(String::as_str).collect();
        if !used.is_empty() {
            note(&format!("needs in the environment: {}", used.join(" ")));
        }
        parts.left_out.iter().for_each(|line| note(line));
        for lack in self.lacks.iter().filter(|lack| parts.has(**lack)) {
            note(match lack {
                Lack::Proxy => "without the proxy, which it does not take",
                Lack::ClientCert => "without the client certificate, which it does not take as PEM files",
                Lack::Open => "without the opening messages: it only asks for the upgrade",
                Lack::OpenMany => "with the first opening message only",
            });
        }
        let untaken: Vec<_> =
            settings.beyond.flags().into_iter().filter(|flag| !self.takes.contains(flag)).collect();
        if !untaken.is_empty() {
            note(&format!("without {}, for which it has no option", untaken.join(", ")));
        }
        if settings.oauth.is_some() || settings.jwt.is_some() {
            note("without the signature: it is made anew for each connection");
        }
        text + &command
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
    /// What no tool is told, in words.
    left_out: Vec<&'static str>,
    proxy: Option<Text>,
    open: Vec<Text>,
    beyond: Beyond,
    is_text: bool,
    variables: Vec<String>,
}

impl Parts {
    fn of(settings: &Settings) -> Self {
        let mut secrets = Named::default();
        let Endpoint { full, .. } = &settings.url;
        let keys = &settings.beyond.query_secrets;
        let mut url = secrets.address(full, "URL");
        secrets.keys(&mut url, keys);
        let mut http_url = secrets.address(&full.replacen("ws", "http", 1), "URL");
        secrets.keys(&mut http_url, keys);
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
            left_out: tls.map(left_out).unwrap_or_default(),
            proxy,
            open: (0..settings.open_messages.len()).map(|nth| secrets.message(nth)).collect(),
            beyond: settings.beyond.clone(),
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

/// What of the `tls` block cannot be written on a command line.
fn left_out(tls: &TlsSettings) -> Vec<&'static str> {
    let is_text = |source: &Source| matches!(source, Source::Text(_));
    let has_text = matches!(tls.roots, Some(RootSource::Text(_)))
        || tls.client_certs.iter().any(|client| is_text(&client.cert) || is_text(&client.key));
    let has_password = tls.client_certs.iter().any(|client| !client.password.is_empty());
    [
        (has_text, "without the certificates and keys that are given as text: write them to files"),
        (has_password, "without the password of the key, for which the tool may ask"),
    ]
    .into_iter()
    .filter_map(|(is_left_out, words)| is_left_out.then_some(words))
    .collect()
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
    /// A name that a shell takes.
    fn letters(wanted: &str) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        wanted.chars().map(letter).collect()
    }

    fn name(&mut self, wanted: &str) -> String {
        let name = Self::letters(wanted);
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

    /// Puts variables in place of these values in an address: the first `QUERY_KEY`, the next `QUERY_KEY_2`.
    fn keys(&mut self, address: &mut Text, keys: &[Secret]) {
        let mut nth = 1;
        for key in keys {
            let name = if nth == 1 { "QUERY_KEY".to_owned() } else { format!("QUERY_KEY_{nth}") };
            if address.replace(key.expose(), &name) {
                self.name(&name);
                nth += 1;
            }
        }
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

    /// An opening message may hold a password that no field names, and so is a variable as a whole.
    fn message(&mut self, nth: usize) -> Text {
        if nth == 0 { self.whole("OPEN_MESSAGE") } else { self.whole(&format!("OPEN_MESSAGE_{}", nth + 1)) }
    }
}

#[cfg(test)]
mod tests;
