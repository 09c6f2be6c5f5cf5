//! What the server agreed on beside the protocol itself: permessage-deflate (RFC 7692).

use crate::wire::Inflate;

/// The name of the one extension that is read.
const DEFLATE: &str = "permessage-deflate";

/// A compression that the server switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deflate {
    /// As the server wrote it.
    pub(super) words: String,
    /// Each message of the server stands for itself (section 7.1.1.1).
    pub(super) server_fresh: bool,
    /// Each message of ours must stand for itself (section 7.1.1.2).
    pub(super) client_fresh: bool,
}

impl Deflate {
    /// What receives by it.
    pub(super) fn inflate(&self) -> Inflate {
        if self.server_fresh { Inflate::without_takeover() } else { Inflate::with_takeover() }
    }
}

/// The compression in the values of `Sec-WebSocket-Extensions`; `None` where there is none. Other
/// extensions are passed over, as the pipeline does.
///
/// # Errors
///
/// What is wrong with its parameters, in words (section 7.1).
pub(super) fn deflate<'a>(values: impl Iterator<Item = &'a str>) -> Result<Option<Deflate>, String> {
    let mut found = None;
    for extension in values.flat_map(|value| value.split(',')) {
        let mut parts = extension.split(';').map(str::trim);
        if !parts.next().is_some_and(|name| name.eq_ignore_ascii_case(DEFLATE)) {
            continue;
        }
        if found.is_some() {
            return Err(format!("{DEFLATE} is named twice"));
        }
        let mut deflate = Deflate { words: extension.trim().to_owned(), ..Deflate::default() };
        let mut seen = Vec::new();
        for part in parts {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
                None => (part, None),
            };
            let name = name.to_ascii_lowercase();
            if seen.contains(&name) {
                return Err(format!("{name} is named twice"));
            }
            match (name.as_str(), value) {
                ("server_no_context_takeover", None) => deflate.server_fresh = true,
                ("client_no_context_takeover", None) => deflate.client_fresh = true,
                ("server_max_window_bits" | "client_max_window_bits", Some(bits)) if is_window(bits) => {}
                ("server_max_window_bits" | "client_max_window_bits", _) => {
                    return Err(format!("{name} should be a number from 8 to 15"));
                }
                ("server_no_context_takeover" | "client_no_context_takeover", Some(_)) => {
                    return Err(format!("{name} has no value"));
                }
                _ => return Err(format!("\"{name}\" is no parameter of it")),
            }
            seen.push(name);
        }
        found = Some(deflate);
    }
    Ok(found)
}

/// Section 7.1.2: without leading zeros.
fn is_window(bits: &str) -> bool {
    matches!(bits, "8" | "9" | "10" | "11" | "12" | "13" | "14" | "15")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(header: &str) -> Option<String> {
        deflate(std::iter::once(header)).err()
    }

    #[test]
    fn parameters_are_read_in_any_order_and_spelling() {
        let header =
            ["x-own; a=1", "Permessage-Deflate; client_max_window_bits=\"12\"; server_no_context_takeover"];
        let found = deflate(header.into_iter()).expect("nothing is wrong").expect("there is one");
        assert_eq!((found.server_fresh, found.client_fresh), (true, false));
        assert!(found.words.starts_with("Permessage-Deflate;"), "{}", found.words);
        assert_eq!(deflate(std::iter::once("x-own, permessage-bzip2")), Ok(None));
    }

    #[test]
    fn wrong_parameters_are_named() {
        let says = |header: &str| wrong(&format!("permessage-deflate; {header}")).unwrap_or_default();
        assert_eq!(
            says("server_max_window_bits=16"),
            "server_max_window_bits should be a number from 8 to 15"
        );
        assert_eq!(says("client_max_window_bits"), "client_max_window_bits should be a number from 8 to 15");
        assert_eq!(
            says("server_max_window_bits=08"),
            "server_max_window_bits should be a number from 8 to 15"
        );
        assert_eq!(says("server_no_context_takeover=1"), "server_no_context_takeover has no value");
        assert_eq!(says("level=9"), "\"level\" is no parameter of it");
        let twice = "server_no_context_takeover; server_no_context_takeover";
        assert_eq!(says(twice), "server_no_context_takeover is named twice");
        assert_eq!(
            wrong("permessage-deflate, permessage-deflate").as_deref(),
            Some("permessage-deflate is named twice")
        );
    }
}
