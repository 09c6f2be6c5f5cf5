//! Flags with the same meaning as in curl, websocat and wscat, and `--set`.
//!
//! Letters with different meanings there (`-s -o -n -w -p -m`) are not used.

use clap::{Arg, ArgAction, Error};

use super::{arg::valued, flatten::invalid_value};

/// A flag that sets headers or fields.
pub(super) struct Shortcut {
    pub id: &'static str,
    letter: Option<char>,
    /// The name of its value; `None` for a switch.
    value: Option<&'static str>,
    help: &'static str,
    repeats: bool,
    sets: Sets,
}

/// The headers or fields that a flag sets.
enum Sets {
    /// A request header of this name.
    Header(&'static str),
    /// Fields, with a fixed text or with the value of the flag.
    Fields(&'static [(&'static str, Option<&'static str>)]),
    /// The next entry of a list.
    Listed(&'static str),
    /// The result of parsing the value.
    Parsed(fn(&str) -> Result<Vec<Setting>, &'static str>),
}

/// A field or a header that is set: its path or name, and its text.
pub(super) enum Setting {
    Field(String, String),
    /// The path of a list, and its next entry.
    Entry(&'static str, String),
    Header(String, String),
}

pub(super) const SET: Shortcut = Shortcut::new("set", "PATH=VALUE", Sets::Parsed(field))
    .help("Set any field, such as tls.root_cas_file=ca.pem or open_messages.0=hello")
    .repeated();

const ON: (&str, Option<&str>) = ("tls.enabled", Some("true"));

pub(super) const SHORTCUTS: &[Shortcut] = &[
    Shortcut::new("header", "NAME: VALUE", Sets::Parsed(header))
        .help("Add a request header; @FILE reads headers from a file, one per line")
        .letter('H')
        .repeated(),
    Shortcut::new("user", "NAME:PASSWORD", Sets::Parsed(user))
        .help("Basic authentication; the password also as @FILE, env:NAME or cmd:COMMAND")
        .letter('u'),
    Shortcut::new("proxy", "URL", Sets::Fields(&[("proxy_url", None)]))
        .help("Connect through this proxy (proxy_url)")
        .letter('x'),
    Shortcut::switch("insecure", Sets::Fields(&[ON, ("tls.skip_cert_verify", Some("true"))]))
        .help("Accept any certificate (tls.enabled, tls.skip_cert_verify)")
        .letter('k'),
    Shortcut::new("cacert", "FILE", Sets::Fields(&[ON, ("tls.root_cas_file", None)]))
        .help("Trust only the authorities in this PEM file (tls.enabled, tls.root_cas_file)"),
    Shortcut::new("cert", "FILE", Sets::Fields(&[ON, ("tls.client_certs.0.cert_file", None)]))
        .help("Present this certificate (tls.enabled, tls.client_certs.0.cert_file)"),
    Shortcut::new("key", "FILE", Sets::Fields(&[ON, ("tls.client_certs.0.key_file", None)]))
        .help("The private key of --cert (tls.client_certs.0.key_file)"),
    Shortcut::new("pass", "SECRET", Sets::Fields(&[("tls.client_certs.0.password", None)]))
        .help("The password of --key, also as @FILE, env:NAME or cmd:COMMAND"),
    Shortcut::new("subprotocol", "NAMES", Sets::Header("Sec-WebSocket-Protocol"))
        .help("Offer these subprotocols (Sec-WebSocket-Protocol)"),
    Shortcut::new("origin", "ORIGIN", Sets::Header("Origin")).help("Send this Origin header"),
    Shortcut::switch("ipv4", Sets::Fields(&[("beyond.ip_version", Some("4"))]))
        .help("Try only IPv4 addresses (beyond.ip_version)")
        .letter('4'),
    Shortcut::switch("ipv6", Sets::Fields(&[("beyond.ip_version", Some("6"))]))
        .help("Try only IPv6 addresses (beyond.ip_version)")
        .letter('6'),
    Shortcut::new("resolve", "HOST:PORT:ADDRESS", Sets::Listed("beyond.resolve"))
        .help("Use this address in place of a lookup; may be given several times")
        .repeated(),
    Shortcut::new("query-key", "NAME=VALUE", Sets::Parsed(query_key))
        .help("Add a secret value to the query of the address; the value also as @FILE, env:NAME or cmd:COMMAND")
        .repeated(),
    Shortcut::new("user-agent", "NAME", Sets::Header("User-Agent"))
        .help("Send this User-Agent header")
        .letter('A'),
];

impl Shortcut {
    const fn new(id: &'static str, value: &'static str, sets: Sets) -> Self {
        Self { id, letter: None, value: Some(value), help: "", repeats: false, sets }
    }

    const fn switch(id: &'static str, sets: Sets) -> Self {
        Self { id, letter: None, value: None, help: "", repeats: false, sets }
    }

    const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    const fn letter(self, letter: char) -> Self {
        Self { letter: Some(letter), ..self }
    }

    const fn repeated(self) -> Self {
        Self { repeats: true, ..self }
    }

    pub(super) fn arg(&self) -> Arg {
        let arg = match self.value {
            None => Arg::new(self.id).long(self.id).action(ArgAction::SetTrue),
            Some(name) if self.repeats => valued(self.id, name).action(ArgAction::Append),
            Some(name) => valued(self.id, name),
        };
        arg.short(self.letter).help(self.help)
    }

    /// The settings that a value of this flag makes.
    pub(super) fn settings(&self, text: &str) -> Result<Vec<Setting>, Error> {
        match self.sets {
            Sets::Header(name) => Ok(vec![Setting::Header(name.to_owned(), text.to_owned())]),
            Sets::Fields(fields) => {
                let setting = |(path, fixed): &(&str, Option<&str>)| {
                    Setting::Field((*path).to_owned(), fixed.unwrap_or(text).to_owned())
                };
                Ok(fields.iter().map(setting).collect())
            }
            Sets::Listed(list) => Ok(vec![Setting::Entry(list, text.to_owned())]),
            Sets::Parsed(read) => read(text).map_err(invalid_value),
        }
    }
}

fn field(text: &str) -> Result<Vec<Setting>, &'static str> {
    let (path, text) = text
        .split_once('=')
        .ok_or("--set needs PATH=VALUE, such as --set headers.Origin=https://example.com")?;
    Ok(vec![Setting::Field(path.trim().to_owned(), text.to_owned())])
}

fn query_key(text: &str) -> Result<Vec<Setting>, &'static str> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("--query-key needs NAME=VALUE; the value can be @FILE or env:NAME")?;
    Ok(vec![Setting::Field(format!("beyond.query_key.{name}"), value.to_owned())])
}

fn user(text: &str) -> Result<Vec<Setting>, &'static str> {
    let (name, password) =
        text.split_once(':').ok_or("-u needs NAME:PASSWORD; the password can be @FILE or env:NAME")?;
    let fields = [("enabled", "true"), ("username", name), ("password", password)];
    Ok(fields.map(|(leaf, text)| Setting::Field(format!("basic_auth.{leaf}"), text.to_owned())).into())
}

/// `Name: value`, or `@FILE` for a file of such lines.
fn header(text: &str) -> Result<Vec<Setting>, &'static str> {
    let (name, value) = if text.starts_with('@') {
        (text, "")
    } else {
        text.split_once(':').ok_or("-H needs 'NAME: VALUE', or @FILE for a file of such lines")?
    };
    Ok(vec![Setting::Header(name.trim().to_owned(), value.trim().to_owned())])
}
