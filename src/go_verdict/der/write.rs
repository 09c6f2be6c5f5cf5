//! Writes the few structures that a key is handed on in.

use crate::go_verdict::der::tag;

/// An element of these contents.
pub fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let mut out = vec![tag];
    let length = contents.len().to_be_bytes();
    let significant: Vec<u8> = length.iter().copied().skip_while(|byte| *byte == 0).collect();
    match (significant.as_slice(), u8::try_from(significant.len())) {
        ([], _) => out.push(0),
        ([short @ 0..=0x7f], _) => out.push(*short),
        (bytes, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(bytes);
        }
        // A length has at most eight bytes.
        (_, Err(_)) => {}
    }
    out.extend(contents);
    out
}

/// An INTEGER of a number that is not negative, from its bytes without leading zeros.
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if magnitude.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    element(tag::INTEGER, &[sign, magnitude])
}

/// `PrivateKeyInfo` of version 0 (RFC 5208): the algorithm with its parameters, and the key in it.
pub fn private_key_info(algorithm: &[u8], parameters: &[u8], key: &[u8]) -> Vec<u8> {
    let algorithm = element(tag::SEQUENCE, &[&element(tag::OID, &[algorithm]), parameters]);
    element(tag::SEQUENCE, &[&integer(&[0]), &algorithm, &element(tag::OCTET_STRING, &[key])])
}
