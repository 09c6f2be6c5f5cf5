//! Finds texts that look like private keys or tokens, known or not.

use std::{ops::Range, sync::OnceLock};

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use memchr::memmem;
use regex::Regex;

/// The shape of a secret: texts of which it contains one, and its pattern, whose first group is the secret.
struct Shape {
    markers: &'static [&'static str],
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
    is_secret: fn(&str) -> bool,
}

const fn shape(
    markers: &'static [&'static str],
    pattern: &'static str,
    is_secret: fn(&str) -> bool,
) -> Shape {
    Shape { markers, pattern, compiled: OnceLock::new(), is_secret }
}

/// Private keys in PEM, also encoded once more in Base64, and tokens. A pattern is compiled when one of its markers is
/// found for the first time, since that takes longer than to connect.
static SHAPES: [Shape; 5] = [
    shape(
        &["PRIVATE KEY"],
        r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z))",
        |_| true,
    ),
    shape(&["LS0tLS1CRUdJTi"], r"(?-u)(LS0tLS1CRUdJTi[A-Za-z0-9+/_=-]+)", is_base64_key),
    shape(&["eyJ"], r"(?-u)\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)", |_| true),
    shape(
        &["earer", "EARER", "asic ", "oken "],
        r"(?-u)\b(?:[Bb]earer|BEARER|[Bb]asic|[Tt]oken)[ \t]+([A-Za-z0-9._~+/-]{16,}=*)",
        // A word without a digit is not a token.
        |text| text.bytes().any(|byte| byte.is_ascii_digit()),
    ),
    shape(
        &["gh", "xox", "AKIA", "glpat-", "sk-"],
        r"(?-u)\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|glpat-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]{20,})",
        |_| true,
    ),
];

/// The ranges of a text that look like private keys or tokens.
pub(super) fn looks_secret(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() < 16 {
        return found;
    }
    for Shape { markers, pattern, compiled, is_secret } in &SHAPES {
        if !markers.iter().any(|sign| memmem::find(text.as_bytes(), sign.as_bytes()).is_some()) {
            continue;
        }
        // The patterns are constants, and tests cover each of them.
        let Some(shape) = compiled.get_or_init(|| Regex::new(pattern).ok()) else { continue };
        let secrets = shape.captures_iter(text).filter_map(|captures| captures.get(1));
        found.extend(secrets.filter(|secret| is_secret(secret.as_str())).map(|secret| secret.range()));
    }
    found
}

/// Whether Base64 that begins like PEM is not a certificate, which is public.
fn is_base64_key(digits: &str) -> bool {
    let standard = digits.replace('-', "+").replace('_', "/");
    let start = standard.get(..64).unwrap_or(standard.trim_end_matches('='));
    let whole = &start[..start.len() / 4 * 4];
    let decoded = BASE64_STANDARD_NO_PAD.decode(whole).unwrap_or_default();
    !String::from_utf8_lossy(&decoded).contains("CERTIFICATE")
}
