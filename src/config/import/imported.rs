//! What is imported.

use crate::config::{
    address::UnixAddress,
    schema::{FieldId, Origin, Values, is_handshake},
};

use super::address::address;

/// The result of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub values: Values,
    /// Options that could not be carried over.
    pub left_out: Vec<String>,
    /// What was carried over and is not to pass unseen.
    pub notes: Vec<String>,
}

impl Imported {
    pub(super) fn set(&mut self, path: &str, text: &str) {
        self.values.set(path, text, Origin::Form);
    }

    /// Adds an entry to a list.
    pub(super) fn entry(&mut self, list: &str, text: &str) {
        let is_entry = |path: &str| path.strip_prefix(list).is_some_and(|rest| rest.starts_with('.'));
        let nth = self.values.iter().filter(|(path, _)| is_entry(path)).count();
        self.set(&format!("{list}.{nth}"), text);
    }

    /// Sets the address, which may be one of http, or of a unix socket.
    pub(super) fn to(&mut self, url: &str) -> Result<(), String> {
        if let Some(unix) = UnixAddress::parse(url) {
            let UnixAddress { socket, url } = unix?;
            self.set(FieldId::UnixSocket.path(), &socket);
            self.set("url", &url);
            return Ok(());
        }
        self.set("url", &address(url)?);
        Ok(())
    }

    /// Adds a header, unless the handshake makes it anew. Several cookies become one header.
    pub(super) fn header(&mut self, name: &str, value: &str) {
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || is_handshake(name) {
            return;
        }
        let path = format!("headers.{name}");
        let known =
            self.values.same(&path).map(str::to_owned).filter(|_| name.eq_ignore_ascii_case("cookie"));
        let before = known.and_then(|path| self.values.get(&path).map(|value| value.text.clone()));
        let value = before.map_or(value.to_owned(), |before| format!("{before}; {value}"));
        self.set(&path, &value);
    }

    pub(super) fn user(&mut self, pair: &str) {
        let (name, password) = pair.split_once(':').unwrap_or((pair, ""));
        self.set("basic_auth.enabled", "true");
        self.set("basic_auth.username", name);
        self.set("basic_auth.password", password);
    }

    /// The certificate is in a PKCS#12 file, which has an option of its own.
    pub(super) fn cert_is_p12(&mut self) {
        let moves = [
            ("tls.client_certs.0.cert_file", "beyond.client_p12"),
            ("tls.client_certs.0.password", "beyond.client_p12_password"),
        ];
        for (from, to) in moves {
            if let Some(text) = self.values.get(from).map(|value| value.text.clone()) {
                self.values.unset(from);
                self.set(to, &text);
            }
        }
    }

    /// Without TLS, to the feed or to its proxy, its settings mean nothing, and would be refused.
    pub(super) fn drop_idle_tls(&mut self) {
        let starts = |path: &str, scheme: &str| {
            self.values.get(path).is_some_and(|value| value.text.to_ascii_lowercase().starts_with(scheme))
        };
        if !starts("url", "ws:") || starts("proxy_url", "https:") {
            return;
        }
        let tls: Vec<_> = self
            .values
            .iter()
            .map(|(path, _)| path.to_owned())
            .filter(|path| path.starts_with("tls.") || path.starts_with("beyond.client_p12"))
            .collect();
        if !tls.is_empty() {
            self.notes = vec!["the options of TLS have no effect on ws://".to_owned()];
        }
        for path in &tls {
            self.values.unset(path);
        }
    }

    /// Names the places that Postman and Insomnia fill, `{{host}}`: their values did not come along.
    pub(super) fn name_placeholders(&mut self) {
        let mut names: Vec<String> = Vec::new();
        for (_, value) in self.values.iter() {
            for (at, _) in value.text.match_indices("{{") {
                let is_ours = value.text[..at].ends_with('$');
                let name = value.text[at + 2..].split_once("}}").map(|(name, _)| format!("{{{{{name}}}}}"));
                names.extend(name.filter(|name| !is_ours && !names.contains(name) && name.len() <= 64));
            }
        }
        if !names.is_empty() {
            let list = names.join(", ");
            self.notes
                .push(format!("{list}: a variable of Postman or Insomnia, write its value in its place"));
        }
    }

    /// The check of certificates is switched off, which the line says and the person must see.
    pub(super) fn trust_anyone(&mut self, option: &str) {
        self.set("tls.enabled", "true");
        self.set("tls.skip_cert_verify", "true");
        self.notes.push(format!("{option}: the certificate is not checked (tls.skip_cert_verify)"));
    }
}
