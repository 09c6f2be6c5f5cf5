//! The names that credentials have: of parameters in an address, and of headers.

use crate::config::spelling::is_slip;

/// Whether a name is that of a credential: `token`, `api_key`, `X-Amz-Signature`, …
pub(in crate::config) fn names_a_secret(name: &str) -> bool {
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
    // A slip of the finger makes no secret public.
    let is_slip = |word: &str| word.len() > 4 && WITHIN.iter().any(|part| is_slip(word, part));
    WITHIN.iter().any(|part| joined.contains(part))
        || words().any(is_slip)
        || words().any(|word| WHOLE.contains(&word) || word.ends_with("key"))
}

/// Whether a header of this name holds credentials: `Authorization`, `Cookie`, `X-Api-Key`, …
#[must_use]
pub fn is_credential_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // A name that is none may be a name and a value with something forgotten in between.
    if name.contains(|c: char| c.is_whitespace() || c == '=' || c == ':') {
        return true;
    }
    let is_of_the_handshake = name.starts_with("sec-websocket-") || name.starts_with("access-control-");
    !is_of_the_handshake && (name.contains("cookie") || names_a_secret(&name))
}
