//! Headers of a request, as the engines' library takes them.

use super::is_token;

/// Headers that the handshake sets itself; the websocket library refuses them among those of the user.
const RESERVED: [&str; 5] =
    ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions"];

/// Whether the handshake sets this header itself.
#[must_use]
pub fn is_reserved_header(name: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}

/// Go's spelling of a name (`textproto.CanonicalMIMEHeaderKey`): the first letter and each after a dash is a
/// capital, all others are small. What is no name stays as it is.
#[must_use]
pub fn go_header_name(name: &str) -> String {
    if !is_token(name) {
        return name.to_owned();
    }
    let mut first = true;
    let spell = |character: char| {
        let capital = std::mem::replace(&mut first, character == '-');
        if capital { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() }
    };
    name.chars().map(spell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_by_go() {
        for (name, spelled) in [
            ("x-b-LOWER", "X-B-Lower"),
            ("sec-websocket-key", "Sec-Websocket-Key"),
            ("a b", "a b"),
            ("-a", "-A"),
        ] {
            assert_eq!(go_header_name(name), spelled);
        }
        assert!(
            is_reserved_header("sec-websocket-extensions") && !is_reserved_header("Sec-WebSocket-Protocol")
        );
    }
}
