//! What the recorded tables of Go share: their text, and the digest of what was read.
//!
//! The tables were written by a Go program with Go 1.26.8. A digest names the fields that differ from those of the usual
//! certificate of the table; bytes are there as a hash.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sockeye::go_verdict::certificate::{
    Certificate, Curve, ExtendedKeyUsage, Extensions, Name, NameConstraints, PublicKey, Subtrees,
};

/// FNV-1a of the parts, each with its length before it.
pub fn sum(parts: &[&[u8]]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        let length = u32::try_from(part.len()).unwrap().to_be_bytes();
        for byte in length.iter().chain(*part) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

pub fn bytes(base64: &str) -> Vec<u8> {
    STANDARD_NO_PAD.decode(base64).unwrap()
}

/// Bytes that are not plain visible characters as `%xx`.
pub fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"%,;=|".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

fn list(texts: &[String]) -> String {
    let word = |text: &String| if text.is_empty() { "()".to_owned() } else { escaped(text) };
    texts.iter().map(word).collect::<Vec<_>>().join(",")
}

fn name(name: &Name) -> String {
    if *name == Name::default() {
        return String::new();
    }
    format!("{};{};{}", escaped(&name.common_name), list(&name.organization), escaped(&name.serial_number))
}

fn key(key: Option<&PublicKey>) -> String {
    let curve = |curve: &Curve| match curve {
        Curve::P224 => "P-224",
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
    };
    match key {
        None => String::new(),
        Some(PublicKey::Rsa { modulus, exponent, bits }) => {
            format!("rsa:{bits}:{exponent}:{}", sum(&[modulus]))
        }
        Some(PublicKey::Ecdsa { curve: named, point }) => format!("{}:{}", curve(named), sum(&[point])),
        Some(PublicKey::Ed25519(key)) => format!("ed25519:{}", sum(&[key])),
        Some(PublicKey::Dsa) => "dsa".to_owned(),
    }
}

fn usage(usage: &ExtendedKeyUsage) -> String {
    match usage {
        ExtendedKeyUsage::Any => "2.5.29.37.0".to_owned(),
        ExtendedKeyUsage::ServerAuth => "1.3.6.1.5.5.7.3.1".to_owned(),
        ExtendedKeyUsage::ClientAuth => "1.3.6.1.5.5.7.3.2".to_owned(),
        ExtendedKeyUsage::Other(oid) => oid.clone(),
    }
}

fn subtrees(subtrees: &Subtrees) -> String {
    let networks: Vec<_> =
        subtrees.ip.iter().map(|(network, mask)| format!("{}/{}", hex(network), hex(mask))).collect();
    [list(&subtrees.dns), networks.join(","), list(&subtrees.email), list(&subtrees.uri)].join("|")
}

fn address(address: &std::net::IpAddr) -> String {
    match address {
        std::net::IpAddr::V4(address) => hex(&address.octets()),
        std::net::IpAddr::V6(address) => hex(&address.octets()),
    }
}

fn yes(there: bool) -> String {
    if there { "yes".to_owned() } else { String::new() }
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// A number of any size without zeros in front.
fn serial(bytes: &[u8]) -> String {
    let digits = hex(bytes);
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}

/// What was read, in the words of the table.
pub fn digest(certificate: &Certificate) -> String {
    let raw: [&[u8]; 6] = [
        &certificate.raw,
        &certificate.raw_tbs,
        &certificate.raw_issuer,
        &certificate.raw_subject,
        &certificate.raw_public_key,
        &certificate.signature,
    ];
    let mut fields = vec![
        ("v", certificate.version.to_string()),
        ("serial", serial(&certificate.serial)),
        (
            "alg",
            (certificate.signature_algorithm as u8 + u8::from(certificate.signature_algorithm as u8 > 0))
                .to_string(),
        ),
        ("key", key(certificate.public_key.as_ref())),
        ("raw", sum(&raw)),
        ("issuer", name(&certificate.issuer)),
        ("subject", name(&certificate.subject)),
        ("from", certificate.not_before.to_string()),
        ("to", certificate.not_after.to_string()),
    ];
    fields.extend(extension_fields(&certificate.extensions));
    let words = fields.iter().filter(|(name, value)| !value.is_empty() && !is_usual(name, value));
    words.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

fn extension_fields(extensions: &Extensions) -> Vec<(&'static str, String)> {
    let mut usages: Vec<_> = extensions.extended_key_usages.iter().flatten().map(usage).collect();
    usages.sort();
    let usages = extensions
        .extended_key_usages
        .as_ref()
        .map_or_else(String::new, |_| format!("({})", usages.join(",")));
    let constraints = extensions.basic_constraints.map_or_else(String::new, |constraints| {
        format!("{}:{}", constraints.is_authority, constraints.max_path_length.unwrap_or(-1))
    });
    let read = extensions.name_constraints.as_ref().filter(|read| **read != NameConstraints::default());
    let names = read.map_or_else(String::new, |names| {
        [names.is_critical.to_string(), subtrees(&names.permitted), subtrees(&names.excluded)].join("|")
    });
    let hosts: Vec<_> = extensions.uris.iter().map(|uri| format!("({})", uri.host)).collect();
    let mappings: Vec<_> =
        extensions.policy_mappings.iter().map(|(from, to)| format!("{from}>{to}")).collect();
    vec![
        ("san", yes(extensions.alternative_names.is_some())),
        ("dns", list(&extensions.dns_names)),
        ("email", list(&extensions.email_addresses)),
        ("ip", extensions.ip_addresses.iter().map(address).collect::<Vec<_>>().join(",")),
        ("uri", list(&hosts)),
        ("bc", constraints),
        ("ku", extensions.key_usage.map_or_else(String::new, |usage| usage.to_string())),
        ("eku", usages),
        ("ski", hex(&extensions.subject_key_id)),
        ("aki", hex(&extensions.authority_key_id)),
        ("nc", names),
        ("policies", list(&extensions.policies)),
        ("mappings", mappings.join(",")),
        ("require", number(extensions.require_explicit_policy)),
        ("inhibitmap", number(extensions.inhibit_policy_mapping)),
        ("inhibitany", number(extensions.inhibit_any_policy)),
        ("unhandled", yes(extensions.has_unhandled_critical)),
    ]
}

fn is_usual(name: &str, value: &str) -> bool {
    let usual = [
        ("v", "3"),
        ("serial", "7"),
        ("alg", "16"),
        ("key", "ed25519:6ac84e6bb0897cdc"),
        ("from", "1704067200"),
        ("to", "2019686400"),
    ];
    usual.contains(&(name, value))
}
