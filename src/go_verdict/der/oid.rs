//! Object identifiers: the ones that Go knows, and how others are written.

use std::fmt::Write;

/// `2.5.29`, under which most extensions are.
pub const EXTENSION: [u8; 2] = [0x55, 0x1d];
/// `2.5.4`, under which the attributes of a name are.
pub const ATTRIBUTE: [u8; 2] = [0x55, 0x04];
pub const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];

pub const KEY_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
pub const KEY_DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
pub const KEY_ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
pub const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
/// Also the signature algorithm.
pub const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

pub const CURVE_P224: &[u8] = &[0x2b, 0x81, 0x04, 0, 33];
pub const CURVE_P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
pub const CURVE_P384: &[u8] = &[0x2b, 0x81, 0x04, 0, 34];
pub const CURVE_P521: &[u8] = &[0x2b, 0x81, 0x04, 0, 35];

pub const USAGE_ANY: &[u8] = &[0x55, 0x1d, 37, 0];
pub const USAGE_SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
pub const USAGE_CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];

pub const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
pub const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
pub const PKCS7_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
pub const PKCS7_SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];

pub const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
pub const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
pub const SCRYPT: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
pub const HMAC_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 7];
pub const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
pub const TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 3, 7];
/// `2.16.840.1.101.3.4.1`, under which the sizes and modes of AES are.
pub const AES: [u8; 8] = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1];

pub const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
pub const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
pub const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];

/// Is this an identifier whose arcs are all below 2^31 and minimal (`cryptobyte`, `ReadASN1ObjectIdentifier`)?
pub fn has_small_arcs(bytes: &[u8]) -> bool {
    is_sound(bytes) && bytes.split_inclusive(|byte| byte & 0x80 == 0).all(is_small)
}

/// Is this an identifier whose arcs are minimal, of any size (`crypto/x509/oid.go`, `newOIDFromDER`)?
pub fn is_sound(bytes: &[u8]) -> bool {
    bytes.last().is_some_and(|last| last & 0x80 == 0)
        && bytes.split_inclusive(|byte| byte & 0x80 == 0).all(|arc| arc.first() != Some(&0x80))
}

/// The identifier with dots, as `ObjectIdentifier.String` and `OID.String` write it.
///
/// An arc of more than 128 bits is written as `0x…`, and bytes that are no identifier (policy mappings may have them) as
/// `#…`: both are only ever compared, never told, and Go's decimal digits of a long arc cost time that a peer decides on.
pub fn dotted(bytes: &[u8]) -> String {
    if !is_sound(bytes) {
        return format!("#{}", hex(bytes));
    }
    let arcs = bytes.split_inclusive(|byte| byte & 0x80 == 0).enumerate();
    let words: Vec<String> =
        arcs.map(|(index, arc)| if index == 0 { first_arcs(arc) } else { arc_text(arc) }).collect();
    words.join(".")
}

/// The first two arcs, which share a number.
fn first_arcs(arc: &[u8]) -> String {
    match value(arc) {
        Some(value @ 0..40) => format!("0.{value}"),
        Some(value @ 40..80) => format!("1.{}", value.saturating_sub(40)),
        Some(value) => format!("2.{}", value.saturating_sub(80)),
        None => format!("2.{}", arc_text(arc)),
    }
}

fn arc_text(arc: &[u8]) -> String {
    value(arc).map_or_else(|| format!("0x{}", hex(arc)), |value| value.to_string())
}

/// The number that an arc stands for, up to 128 bits.
fn value(arc: &[u8]) -> Option<u128> {
    arc.iter().try_fold(0_u128, |value, byte| Some(value.checked_mul(128)? | u128::from(byte & 0x7f)))
}

/// At most five digits, and the number of the first four of five is below 2^24 (`readBase128Int`).
fn is_small(arc: &[u8]) -> bool {
    arc.len() <= 5 && value(arc).is_some_and(|value| value < 1 << 31)
}

/// Lower-case hexadecimal digits, as Go's `%x`.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_written_with_dots() {
        assert_eq!(dotted(USAGE_SERVER_AUTH), "1.3.6.1.5.5.7.3.1");
        assert_eq!(dotted(&[0x27]), "0.39");
        assert_eq!(dotted(&[0x88, 0x37, 3]), "2.999.3");
    }

    #[test]
    fn what_is_too_long_for_a_number_or_no_identifier_is_still_told_apart() {
        let long = [[0xff; 19].as_slice(), &[0x7f]].concat();
        assert_eq!(dotted(&[&[0x2a], long.as_slice()].concat()), format!("1.2.0x{}7f", "ff".repeat(19)));
        assert_eq!(dotted(&long), format!("2.0x{}7f", "ff".repeat(19)));
        assert_eq!(dotted(&[0x2a, 0x80, 1]), "#2a8001");
        assert_eq!(dotted(&[]), "#");
    }

    #[test]
    fn arcs_of_extensions_are_below_two_to_the_31st() {
        assert!(has_small_arcs(&[0x2a, 0x87, 0xff, 0xff, 0xff, 0x7f]));
        assert!(!has_small_arcs(&[0x2a, 0x88, 0x80, 0x80, 0x80, 0]));
        assert!(!has_small_arcs(&[0x2a, 0x80, 1]));
        assert!(!has_small_arcs(&[0x2a, 0x81]));
    }
}
