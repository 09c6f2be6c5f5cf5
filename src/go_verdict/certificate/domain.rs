//! Domains, as far as Go checks their form.

/// Labels of visible ASCII between dots, none of them empty; no text at all is fine (`crypto/x509/parser.go`,
/// `domainNameValid`, and `verify.go`, `domainToReverseLabels`).
pub fn is_domain(text: &[u8]) -> bool {
    text.is_empty()
        || text
            .split(|&byte| byte == b'.')
            .all(|label| !label.is_empty() && label.iter().all(u8::is_ascii_graphic))
}

/// As [`is_domain`], and a constraint may begin with a dot.
pub fn is_domain_constraint(text: &[u8]) -> bool {
    match text.strip_prefix(b".") {
        Some(rest) => !rest.is_empty() && is_domain(rest),
        None => is_domain(text),
    }
}
