//! Builds findings and their fixes.

use crate::{
    config::{Endpoint, RootSource, Settings, address_secrets},
    session::{Edit, Finding, FindingCode, Fix, Severity, Timestamp},
};

use super::table;

pub(super) use crate::payload::cut_chars as cut;

impl Finding {
    /// Title and severity come from the table.
    pub(super) fn new(code: FindingCode, cause: impl Into<String>) -> Self {
        let spec = table::spec(code);
        Self {
            code,
            severity: spec.severity,
            title: spec.title.to_owned(),
            cause: cause.into(),
            evidence: Vec::new(),
            fixes: Vec::new(),
            field: None,
        }
    }

    pub(super) fn severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    pub(super) fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    pub(super) fn evidence<L: Into<String>>(mut self, lines: impl IntoIterator<Item = L>) -> Self {
        self.evidence.extend(lines.into_iter().map(Into::into));
        self
    }

    pub(super) fn fix(mut self, fixes: impl IntoIterator<Item = Fix>) -> Self {
        self.fixes.extend(fixes);
        self
    }

    /// The advice of the table.
    pub(super) fn cure(self) -> Self {
        let cure = table::spec(self.code).cure;
        self.advise(cure)
    }

    /// The field to look at first.
    pub(super) fn about(self, field: String) -> Self {
        Self { field: Some(field), ..self }
    }

    pub(super) fn advise(self, title: impl Into<String>) -> Self {
        self.fix([advice(title)])
    }
}

/// A fix that no field can make.
pub(super) fn advice(title: impl Into<String>) -> Fix {
    Fix { title: title.into(), ..Fix::default() }
}

/// A fix that the user makes in the pipeline's file.
pub(super) fn paste(title: &str, yaml: &str) -> Fix {
    Fix { title: title.to_owned(), yaml: yaml.to_owned(), ..Fix::default() }
}

/// The largest limit on a message that is offered as a fix, in bytes, and the one where a pipeline has none.
pub(super) const LARGEST_LIMIT: u64 = 1 << 30;

/// A fix that sets these fields.
pub(super) fn set(title: impl Into<String>, edits: &[(&str, &str)]) -> Fix {
    let edits = edits
        .iter()
        .map(|(path, value)| Edit { path: (*path).to_owned(), value: (*value).to_owned() })
        .collect();
    Fix { title: title.into(), edits, ..Fix::default() }
}

/// A fix that sets `url`. It is advice without an edit where the new URL holds a secret that the old one does
/// not, since an edit shows its value.
pub(super) fn set_url(settings: &Settings, title: &str, url: &str) -> Fix {
    let known = address_secrets(&settings.url.target);
    match Endpoint::parse(url) {
        Ok(endpoint) if address_secrets(&endpoint.target).iter().all(|secret| known.contains(secret)) => {
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
    // The default port depends on the scheme, so it has to be written out to stay the same.
    let port = if written { String::new() } else { format!(":{}", endpoint.port) };
    format!("{scheme}://{}{port}{}", endpoint.authority, endpoint.target)
}

/// A fix that sets `tls.enabled`, where fields of the tls block are set but it is off.
pub(super) fn enable_tls(settings: &Settings) -> Option<Fix> {
    let tls = &settings.tls;
    let filled = match (&tls.roots, tls.skip_cert_verify) {
        (Some(RootSource::File(_)), _) => "tls.root_cas_file",
        (Some(RootSource::Text(_)), _) => "tls.root_cas",
        (None, true) => "tls.skip_cert_verify",
        (None, false) if !tls.client_certs.is_empty() => "tls.client_certs",
        (None, false) => return None,
    };
    (!tls.enabled)
        .then(|| set(format!("set tls.enabled: {filled} is set but not used"), &[("tls.enabled", "true")]))
}

/// The last resort for a certificate that does not verify.
pub(super) fn skip_verification() -> Fix {
    set(
        "connect without verification, as a last resort: anyone in between can read the traffic",
        &[("tls.enabled", "true"), ("tls.skip_cert_verify", "true")],
    )
}

/// `in 3 days`, `today`, `12 days ago`
pub(super) fn relative_days(at: Timestamp, now: Timestamp) -> String {
    match at.days_since(now) {
        0 => "today".to_owned(),
        1 => "in 1 day".to_owned(),
        -1 => "1 day ago".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", days.unsigned_abs()),
    }
}

/// The first 64 bytes; those that are not printable are escaped.
pub(super) fn escaped(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(64)].escape_ascii().to_string()
}
