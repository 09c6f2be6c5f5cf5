//! Finds the field with the most similar name to an unknown one.

use strsim::osa_distance;

use crate::config::spelling::plain;

use super::{FIELDS, Field};

/// The path of the field that is probably meant by `key` in the object at `within` (`tls.`,
/// `tls.client_certs[].`, or empty).
#[must_use]
pub fn nearest(within: &str, key: &str) -> Option<&'static str> {
    let typed = plain(key);
    let score = |path: &'static str| {
        let leaf = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]");
        let is_sibling = path.strip_prefix(within).is_some_and(|rest| !rest.contains('.'));
        let distance = osa_distance(&typed, &plain(leaf)).min(osa_distance(&typed, &plain(path)));
        // A field of the same object is likelier than one elsewhere.
        (distance <= typed.chars().count().max(4) / 3).then_some((distance, !is_sibling, path))
    };
    FIELDS.iter().filter_map(|field| score(field.path)).min().map(|(_, _, path)| path)
}

/// The one name in the object at `within` that `key` is a misspelling of: at most two letters away, with no other as
/// near.
pub(in crate::config) fn meant(within: &str, key: &str) -> Option<&'static Field> {
    let typed = plain(key);
    let near = |field: &'static Field| {
        let name = field.path.strip_prefix(within)?;
        let is_name = !name.contains(['.', '[']);
        let distance = osa_distance(&typed, &plain(name));
        let is_near = distance <= 2 && distance <= typed.chars().count() / 3;
        (is_name && is_near).then_some((distance, field))
    };
    let found: Vec<_> = FIELDS.iter().filter_map(near).collect();
    let least = found.iter().map(|(distance, _)| distance).min()?;
    let mut nearest = found.iter().filter(|(distance, _)| distance == least);
    let (_, field) = nearest.next()?;
    // `root_ca` may be meant for the certificate or for its file.
    let is_text_or_file = FIELDS.iter().any(|other| other.path == format!("{}_file", field.path));
    (nearest.next().is_none() && (!is_text_or_file || *least == 0)).then_some(*field)
}

/// Names that other versions and other programs have, and what to do with them here.
const FORMER: [(&str, &str); 15] = [
    ("request_url", "it was a field of version 3, which version 4 does not need; leave it out"),
    ("cas_file", "it is now tls.root_cas_file"),
    ("insecure_skip_verify", "it is tls.skip_cert_verify here"),
    ("ping_interval", NO_PINGS),
    ("ping_period", NO_PINGS),
    ("heartbeat", NO_PINGS),
    ("heartbeat_interval", NO_PINGS),
    ("keepalive", NO_PINGS),
    ("subprotocol", "write it as a header of Bento: headers: {Sec-WebSocket-Protocol: NAME}"),
    ("subprotocols", "write them as a header of Bento: headers: {Sec-WebSocket-Protocol: 'A, B'}"),
    ("params", "write them into url: ?NAME=VALUE"),
    ("query", "write it into url: ?NAME=VALUE"),
    ("bearer_token", "write it as a header of Bento: headers: {Authorization: 'Bearer ${TOKEN}'}"),
    ("reconnect", "the input reconnects by itself; connection.max_retries ends that"),
    ("verb", "it belongs to http_client; a websocket is always opened with GET"),
];
const NO_PINGS: &str = "leave it out: the input answers pings, and sends none of its own";

/// The advice for the name of a field that is known from elsewhere.
pub(in crate::config) fn known_elsewhere(key: &str) -> Option<&'static str> {
    FORMER.iter().find(|(name, _)| *name == key).map(|(_, advice)| *advice)
}

/// The advice for an unknown name.
pub(in crate::config) fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(
        || "`sockeye config --example` lists all fields".to_owned(),
        |path| format!("did you mean '{path}'?"),
    )
}

#[cfg(test)]
mod tests {
    use super::{meant, nearest};

    #[test]
    fn a_misspelt_name_leads_to_the_likely_field() {
        let table = [
            ("", "open_mesage", Some("open_message")),
            ("", "openMessages", Some("open_messages")),
            ("", "header", Some("headers")),
            ("", "max_retries", Some("connection.max_retries")),
            ("", "skip_cert_verify", Some("tls.skip_cert_verify")),
            ("tls.", "root_ca_file", Some("tls.root_cas_file")),
            ("tls.", "enable", Some("tls.enabled")),
            ("basic_auth.", "pasword", Some("basic_auth.password")),
            ("", "heartbeat_interval", None),
        ];
        for (within, key, expected) in table {
            assert_eq!(nearest(within, key), expected, "{within}{key}");
        }
    }

    #[test]
    fn only_a_name_that_is_near_one_other_in_its_object_is_a_misspelling() {
        let table = [
            ("", "open_mesage", Some("open_message")),
            ("", "openMessages", Some("open_messages")),
            ("tls.", "enable", Some("tls.enabled")),
            ("basic_auth.", "pasword", Some("basic_auth.password")),
            // It belongs into another object.
            ("", "skip_cert_verify", None),
            ("tls.", "root_ca", None),
            ("tls.client_certs[].", "crt", None),
            ("tls.client_certs[].", "certfile", Some("tls.client_certs[].cert_file")),
            ("", "ur", None),
        ];
        for (within, key, expected) in table {
            assert_eq!(meant(within, key).map(|field| field.path), expected, "{within}{key}");
        }
    }
}
