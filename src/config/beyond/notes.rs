//! What the options make different from the pipeline, in words.

use crate::payload::{duration_as_typed, limit_in_words};

use super::{Backoff, Beyond, IpVersion};

impl Beyond {
    /// The flags of the options that are set, without those that change headers or the address.
    #[must_use]
    pub fn flags(&self) -> Vec<&'static str> {
        let timeouts = [
            ("--timeout-lookup", self.limits.lookup),
            ("--timeout-tcp", self.limits.tcp),
            ("--timeout-tls", self.limits.tls),
            ("--timeout-upgrade", self.limits.upgrade),
        ];
        let timeouts = timeouts.map(|(flag, limit)| (limit.is_some(), flag));
        let others = [
            (!self.resolve.is_empty(), "--resolve"),
            (self.ip_version == Some(IpVersion::V4), "-4"),
            (self.ip_version == Some(IpVersion::V6), "-6"),
            (self.source.is_some(), "--source"),
            (self.unix_socket.is_some(), "--unix-socket"),
            (self.server_name.is_some(), "--server-name"),
            (!self.pins.is_empty(), "--pin"),
            (self.keylog.is_some(), "--keylog"),
            (self.client_p12.is_some(), "--client-p12"),
            (self.backoff.is_some(), "--backoff"),
        ];
        others.into_iter().chain(timeouts).filter_map(|(is_set, flag)| is_set.then_some(flag)).collect()
    }

    /// The paths and texts that make these options again, without those that change headers or the address.
    #[must_use]
    pub fn as_typed(&self) -> Vec<(String, String)> {
        let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let time = |limit: Option<std::time::Duration>| limit.map(duration_as_typed);
        let range = |backoff: Backoff| {
            format!("{}..{}", duration_as_typed(backoff.first), duration_as_typed(backoff.longest))
        };
        let entries = self.resolve.iter().enumerate();
        let entries = entries.map(|(nth, entry)| (format!("beyond.resolve.{nth}"), entry.written()));
        let others = [
            ("ip_version", self.ip_version.map(|version| version.digit().to_owned())),
            ("source", self.source.map(|source| source.to_string())),
            ("unix_socket", path(&self.unix_socket)),
            ("server_name", self.server_name.clone()),
            ("pin", Some(self.pins.written()).filter(|pins| !pins.is_empty())),
            ("keylog", path(&self.keylog)),
            ("client_p12", self.client_p12.as_ref().map(|p12| p12.file.display().to_string())),
            ("timeout_lookup", time(self.limits.lookup)),
            ("timeout_tcp", time(self.limits.tcp)),
            ("timeout_tls", time(self.limits.tls)),
            ("timeout_upgrade", time(self.limits.upgrade)),
            ("backoff", self.backoff.map(range)),
        ];
        let others = others.into_iter().filter_map(|(name, text)| Some((format!("beyond.{name}"), text?)));
        entries.chain(others).collect()
    }

    /// A line for each option that is set: the flag, and what the pipeline does without it.
    #[must_use]
    pub fn differences(&self) -> Vec<String> {
        let mut lines: Vec<_> = self
            .resolve
            .iter()
            .map(|entry| format!("--resolve: {}; the pipeline asks the resolver", entry.in_words()))
            .collect();
        if let Some(version) = self.ip_version {
            let (digit, word) = (version.digit(), version.word());
            lines.push(format!("-{digit}: only {word} addresses were tried; the pipeline tries all"));
        }
        if let Some(source) = self.source {
            lines.push(format!("--source: from {source}; the system chooses the pipeline's address"));
        }
        if let Some(path) = &self.unix_socket {
            let path = path.display();
            lines.push(format!("--unix-socket: to {path}; the pipeline connects to the host over TCP"));
        }
        if let Some(name) = &self.server_name {
            lines.push(format!(
                "--server-name: TLS asked for \"{name}\"; the pipeline asks for the host of url"
            ));
        }
        if !self.pins.is_empty() {
            lines.push("--pin: the server's key is checked; the pipeline takes any trusted one".to_owned());
        }
        if let Some(p12) = &self.client_p12 {
            lines.push(format!(
                "--client-p12: a client certificate; the pipeline reads PEM only: {}",
                p12.as_pem()
            ));
        }
        for (stage, limit) in self.limits.set() {
            let limit = limit_in_words(limit);
            lines.push(format!("--timeout-{stage}: {limit}; the pipeline has 45 s for all stages together"));
        }
        if let Some(backoff) = self.backoff {
            let range = backoff.in_words();
            lines.push(format!("--backoff: pauses of {range}; the pipeline's are 100 ms or 500 ms to 1 s"));
        }
        if self.has_bearer {
            lines.push(
                "--bearer: an Authorization header; the pipeline needs it in headers (Bento)".to_owned(),
            );
        }
        if !self.query_secrets.is_empty() {
            lines.push("--query-key: a part of the query; the pipeline needs it in url".to_owned());
        }
        lines
    }
}
