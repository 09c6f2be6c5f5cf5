//! Recognises the names of credentials: of parameters in addresses, and of headers.

use crate::config::spelling::is_one_edit;

/// Whether a name is that of a credential: `token`, `api_key`, `X-Amz-Signature`, …
#[must_use]
pub fn names_a_secret(name: &str) -> bool {
    const WHOLE: [&str; 8] = ["sig", "auth", "pass", "pwd", "pw", "jwt", "code", "sid"];
    const WITHIN: [&str; 11] = [
        "token",
        "secret",
        "password",
        "passwd",
        "signature",
        "apikey",
        "credential",
        "authorization",
        "session",
        "bearer",
        "passphrase",
    ];
    let name = name.to_ascii_lowercase();
    let words = || name.split(|c: char| !c.is_ascii_alphanumeric());
    let joined: String = words().collect();
    // A misspelt name counts too.
    let is_one_edit = |word: &str| word.len() > 4 && WITHIN.iter().any(|part| is_one_edit(word, part));
    WITHIN.iter().any(|part| joined.contains(part))
        || words().any(is_one_edit)
        || words().any(|word| WHOLE.contains(&word) || word.ends_with("key"))
}

/// Whether a header of this name contains credentials: `Authorization`, `Cookie`, `X-Api-Key`, …
#[must_use]
pub fn is_credential_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // An invalid name may be a name and its value with a missing colon.
    if name.contains(|c: char| c.is_whitespace() || c == '=' || c == ':') {
        return true;
    }
    let is_public = name.starts_with("sec-websocket-") || name.starts_with("access-control-");
    !is_public && (name.contains("cookie") || names_a_secret(&name))
}
