//! The table of the options that no pipeline has: rows as those of the fields, in a table of their own.

use super::field::{self, DefaultValue, Engines, Field, FieldId, Kind};

/// The rows in the order of the form; they follow [`FIELDS`](super::FIELDS) in the order of [`FieldId`]. They are never
/// part of a pipeline's file.
pub static OPTIONS: [Field; 16] = [
    row(
        FieldId::Resolve,
        "beyond.resolve",
        Kind::TextList,
        DefaultValue::Empty,
        "Addresses to use in place of a lookup, as HOST:PORT:ADDRESS[,ADDRESS]; the host * is any.",
    )
    .example("feed.example:443:127.0.0.1"),
    row(
        FieldId::IpVersion,
        "beyond.ip_version",
        Kind::Choice(&["any", "4", "6"]),
        DefaultValue::Text("any"),
        "The only kind of addresses to try: 4 for IPv4, 6 for IPv6.",
    ),
    row(
        FieldId::SourceAddress,
        "beyond.source",
        Kind::Text,
        DefaultValue::Absent,
        "The address of this machine to connect from.",
    )
    .example("192.0.2.7"),
    row(
        FieldId::UnixSocket,
        "beyond.unix_socket",
        Kind::Path,
        DefaultValue::Absent,
        "A unix socket to connect to in place of the host and of a proxy; url still names the host, the path and whether there is TLS.",
    )
    .example("/run/feed.sock"),
    row(
        FieldId::ServerName,
        "beyond.server_name",
        Kind::Text,
        DefaultValue::Absent,
        "The name for TLS in place of the host of url: it is sent as SNI, and the certificate must be for it.",
    )
    .example("feed.example"),
    row(
        FieldId::Pin,
        "beyond.pin",
        Kind::Text,
        DefaultValue::Absent,
        "The SHA-256 of the public key that the server must have, as in curl's --pinnedpubkey; several with semicolons. It is checked also if certificates are not.",
    )
    .example("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    row(
        FieldId::Keylog,
        "beyond.keylog",
        Kind::Path,
        DefaultValue::Absent,
        "A file to add the keys of TLS connections to, for Wireshark; whoever has it can read the traffic. The variable SSLKEYLOGFILE sets it too.",
    )
    .example("/tmp/feed-keys.log"),
    row(
        FieldId::ClientP12,
        "beyond.client_p12",
        Kind::Path,
        DefaultValue::Absent,
        "A PKCS#12 file (.p12, .pfx) with a certificate to present to a server that requests one, and its key; it goes before tls.client_certs. Example: client.p12",
    ),
    row(
        FieldId::ClientP12Password,
        "beyond.client_p12_password",
        Kind::Text,
        DefaultValue::Absent,
        "The password of the PKCS#12 file. Without it a terminal is asked. Example: ${P12_PASSWORD}",
    )
    .secret(),
    row(
        FieldId::TimeoutLookup,
        "beyond.timeout_lookup",
        Kind::Text,
        DefaultValue::Absent,
        "The longest time for the lookup of the host.",
    )
    .example("2s"),
    row(
        FieldId::TimeoutTcp,
        "beyond.timeout_tcp",
        Kind::Text,
        DefaultValue::Absent,
        "The longest time for the TCP connection, over all addresses.",
    )
    .example("3s"),
    row(
        FieldId::TimeoutTls,
        "beyond.timeout_tls",
        Kind::Text,
        DefaultValue::Absent,
        "The longest time for the TLS handshake.",
    )
    .example("5s"),
    row(
        FieldId::TimeoutUpgrade,
        "beyond.timeout_upgrade",
        Kind::Text,
        DefaultValue::Absent,
        "The longest time for the answer to the upgrade.",
    )
    .example("10s"),
    row(
        FieldId::Backoff,
        "beyond.backoff",
        Kind::Text,
        DefaultValue::Absent,
        "The first and the longest pause before a connection is tried again; those between grow by half and vary by half.",
    )
    .example("100ms..10s"),
    row(
        FieldId::Bearer,
        "beyond.bearer",
        Kind::Text,
        DefaultValue::Absent,
        "A token to send as Authorization: Bearer.",
    )
    .example("${FEED_TOKEN}")
    .secret(),
    row(
        FieldId::QueryKey,
        "beyond.query_key",
        Kind::TextMap,
        DefaultValue::Empty,
        "Values to add to the query of url by name, such as an API key; they are encoded, and always masked.",
    )
    .example("key: ${FEED_KEY}")
    .secret(),
];

/// A row that no engine knows.
const fn row(id: FieldId, path: &'static str, kind: Kind, default: DefaultValue, doc: &'static str) -> Field {
    Field { engines: Engines::NONE, ..field::row(id, path, kind, default, doc) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::{FIELDS, field::PREFIX};

    #[test]
    fn options_follow_the_fields_and_are_of_no_engine() {
        for (index, option) in OPTIONS.iter().enumerate() {
            assert_eq!(option.id as usize, FIELDS.len() + index, "{}", option.path);
            assert!(option.path.starts_with(PREFIX) && option.is_ours(), "{}", option.path);
            assert_eq!(option.id.path(), option.path);
        }
        assert!(FIELDS.iter().all(|field| !field.is_ours()));
    }
}
