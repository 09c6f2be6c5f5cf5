//! Rule N: the name that was dialled, against the names of the leaf.

use std::net::IpAddr;

use crate::go_verdict::certificate::Certificate;

/// Why a certificate is not one for the name (`x509.HostnameError`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostnameError {
    #[error("x509: certificate relies on legacy Common Name field, use SANs instead")]
    LegacyCommonName,
    #[error("x509: cannot validate certificate for {host} because it doesn't contain any IP SANs")]
    NoAddresses { host: String },
    #[error("x509: certificate is valid for {count} IP SANs, but none matched {host}")]
    ManyAddresses { count: usize, host: String },
    #[error("x509: certificate is valid for {count} names, but none matched {host}")]
    ManyNames { count: usize, host: String },
    #[error("x509: certificate is not valid for any names, but wanted to match {host}")]
    NoNames { host: String },
    #[error("x509: certificate is valid for {names}, not {host}")]
    OtherNames { names: String, host: String },
}

/// From so many names on, Go counts them instead of listing them.
const MOST_NAMES_LISTED: usize = 99;

/// Whether the certificate is one for the host (`Certificate.VerifyHostname`).
///
/// # Errors
///
/// With Go's words for the difference.
pub fn check_hostname(certificate: &Certificate, host: &str) -> Result<(), HostnameError> {
    let bare = without_brackets(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        let addresses = &certificate.extensions.ip_addresses;
        let is_listed = addresses.iter().any(|listed| listed.to_canonical() == address.to_canonical());
        return if is_listed { Ok(()) } else { Err(mismatch(certificate, bare)) };
    }
    let names = &certificate.extensions.dns_names;
    let host_is_valid = is_valid_hostname(without_last_dot(host), Role::Host);
    let is_listed = names.iter().any(|name| {
        if host_is_valid && is_valid_hostname(name, Role::Pattern) {
            matches_pattern(name, host)
        } else {
            matches_exactly(name, host)
        }
    });
    if is_listed { Ok(()) } else { Err(mismatch(certificate, host)) }
}

/// `HostnameError.Error`.
fn mismatch(certificate: &Certificate, host: &str) -> HostnameError {
    let extensions = &certificate.extensions;
    if extensions.alternative_names.is_none() && matches_pattern(&certificate.subject.common_name, host) {
        return HostnameError::LegacyCommonName;
    }
    let host = host.to_owned();
    let names = if host.parse::<IpAddr>().is_ok() {
        match extensions.ip_addresses.len() {
            0 => return HostnameError::NoAddresses { host },
            count if count > MOST_NAMES_LISTED => return HostnameError::ManyAddresses { count, host },
            _ => extensions
                .ip_addresses
                .iter()
                .map(|address| told_address(*address))
                .collect::<Vec<_>>()
                .join(", "),
        }
    } else {
        match extensions.dns_names.len() {
            count if count > MOST_NAMES_LISTED => return HostnameError::ManyNames { count, host },
            _ => extensions.dns_names.join(", "),
        }
    };
    if names.is_empty() { HostnameError::NoNames { host } } else { HostnameError::OtherNames { names, host } }
}

/// An address as `net.IP.String` writes it: one of version 4 that is written as one of version 6 is told as version 4.
pub fn told_address(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

fn without_brackets(host: &str) -> &str {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(host)
}

fn without_last_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// What a name is checked for being.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Host,
    Pattern,
}

/// `validHostname`; the caller has taken the last dot off a host.
fn is_valid_hostname(name: &str, role: Role) -> bool {
    name != "*"
        && name.split('.').enumerate().all(|(place, label)| {
            let is_wildcard = role == Role::Pattern && place == 0 && label == "*";
            is_wildcard || is_valid_label(label)
        })
}

fn is_valid_label(label: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !label.is_empty()
        && label.bytes().enumerate().all(|(place, byte)| is_letter(byte) || (byte == b'-' && place != 0))
}

fn matches_exactly(name: &str, host: &str) -> bool {
    !matches!(name, "" | ".") && !matches!(host, "" | ".") && name.eq_ignore_ascii_case(host)
}

/// `matchHostnames`: label by label, where the first of the pattern may be `*`.
fn matches_pattern(pattern: &str, host: &str) -> bool {
    let (mut labels, mut host_labels) = (pattern.split('.'), without_last_dot(host).split('.'));
    let mut is_first = true;
    while !pattern.is_empty() {
        match (labels.next(), host_labels.next()) {
            (Some("*"), Some(_)) if is_first => {}
            (Some(label), Some(host_label)) if label.eq_ignore_ascii_case(host_label) => {}
            (None, None) => return true,
            _ => return false,
        }
        is_first = false;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Role, is_valid_hostname, matches_pattern};

    #[test]
    fn a_star_stands_for_the_whole_first_label_only() {
        assert!(matches_pattern("*.feed.test", "a.feed.test."));
        assert!(matches_pattern("*", "feed"));
        for (pattern, host) in
            [("*.feed.test", "a.b.feed.test"), ("a*.test", "ab.test"), ("feed.*", "feed.test"), ("", "")]
        {
            assert!(!matches_pattern(pattern, host), "{pattern} {host}");
        }
    }

    #[test]
    fn labels_may_end_with_a_hyphen_and_hold_underscores() {
        for name in ["feed-.test", "a_b.test", "1.2", "X"] {
            assert!(is_valid_hostname(name, Role::Host), "{name}");
        }
        for name in ["-feed.test", "feed..test", "", "*", "bücher.test", "feed.test."] {
            assert!(!is_valid_hostname(name, Role::Pattern), "{name}");
        }
    }
}
