//! A finding while it is being written, and the pieces it is made of.

use crate::{
    config::{Endpoint, RootSource, Settings, of_address},
    session::{Edit, Finding, FindingCode, Fix, Severity, Timestamp},
};

use super::table;

/// Builds a finding; the title comes from the table, the pipeline's words come last.
pub(super) struct FindingBuilder(Finding, Option<String>);

impl FindingBuilder {
    pub(super) fn new(code: FindingCode, cause: impl Into<String>) -> Self {
        let finding = Finding {
            code,
            severity: Severity::Error,
            title: table::spec(code).title.to_owned(),
            cause: cause.into(),
            evidence: Vec::new(),
            fixes: Vec::new(),
        };
        Self(finding, None)
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    pub(super) fn titled(mut self, title: String) -> Self {
        self.0.title = title;
        self
    }

    /// Adds what was seen; an option, a line or many.
    pub(super) fn seen(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.0.evidence.extend(lines);
        self
    }

    /// What the pipeline would have logged, where it would have.
    pub(super) fn logged(mut self, line: Option<String>) -> Self {
        self.1 = line;
        self
    }

    /// Adds something to do; an option, a fix or many.
    pub(super) fn fix(mut self, fixes: impl IntoIterator<Item = Fix>) -> Self {
        self.0.fixes.extend(fixes);
        self
    }

    pub(super) fn advise(mut self, title: impl Into<String>) -> Self {
        self.0.fixes.push(advice(title));
        self
    }

    pub(super) fn done(mut self) -> Finding {
        self.0.evidence.extend(self.1);
        self.0
    }
}

/// Something to do that no field can do.
pub(super) fn advice(title: impl Into<String>) -> Fix {
    Fix { title: title.into(), edits: Vec::new() }
}

/// Something that setting these fields does.
pub(super) fn set(title: impl Into<String>, edits: &[(&str, &str)]) -> Fix {
    let edits = edits
        .iter()
        .map(|(path, value)| Edit { path: (*path).to_owned(), value: (*value).to_owned() })
        .collect();
    Fix { title: title.into(), edits }
}

/// Setting `url`, unless it brings a secret of its own, which an edit could not show.
pub(super) fn set_url(settings: &Settings, title: &str, url: &str) -> Fix {
    let known = of_address(&settings.url.target);
    match Endpoint::parse(url) {
        Ok(endpoint) if of_address(&endpoint.target).iter().all(|secret| known.contains(secret)) => {
            set(format!("{title}: {}", endpoint.shown()), &[("url", url)])
        }
        Ok(endpoint) => advice(format!("{title}: {}", endpoint.shown())),
        Err(_) => advice(title),
    }
}

/// The same host, port and target under the other scheme.
pub(super) fn with_other_scheme(endpoint: &Endpoint) -> String {
    let scheme = if endpoint.secure { "ws" } else { "wss" };
    let written = endpoint.authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    // The default port depends on the scheme, so it has to be written to stay the same.
    let port = if written { String::new() } else { format!(":{}", endpoint.port) };
    format!("{scheme}://{}{port}{}", endpoint.authority, endpoint.target)
}

/// Switching the tls block on, where it is filled in but off.
pub(super) fn switch_on(settings: &Settings) -> Option<Fix> {
    let tls = &settings.tls;
    let filled = match (&tls.roots, tls.skip_cert_verify) {
        (Some(RootSource::File(_)), _) => "tls.root_cas_file",
        (Some(RootSource::Text(_)), _) => "tls.root_cas",
        (None, true) => "tls.skip_cert_verify",
        (None, false) if !tls.client_certs.is_empty() => "tls.client_certs",
        (None, false) => return None,
    };
    (!tls.enabled).then(|| {
        set(format!("switch the tls block on: {filled} is set but not used"), &[("tls.enabled", "true")])
    })
}

/// The last resort for a certificate that does not verify.
pub(super) fn without_verification() -> Fix {
    set(
        "connect without verifying, as a last resort: anyone in between can read along",
        &[("tls.enabled", "true"), ("tls.skip_cert_verify", "true")],
    )
}

/// `in 3 days`, `today`, `12 days ago`
pub(super) fn distance(at: Timestamp, now: Timestamp) -> String {
    match at.days_since(now) {
        0 => "today".to_owned(),
        1 => "in 1 day".to_owned(),
        -1 => "1 day ago".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", days.unsigned_abs()),
    }
}

/// The first `limit` characters of `text`, with `…` if that is not all.
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The first 64 bytes with everything that does not print escaped.
pub(super) fn escaped(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(64)].escape_ascii().to_string()
}
