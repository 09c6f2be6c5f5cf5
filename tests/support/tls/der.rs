//! A writer of DER that writes what it is told, right or wrong, and a reader for the keys of the tests.

/// A tag, a length and these contents.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut out = vec![tag];
    match body.len() {
        len @ 0..128 => out.push(byte(len)),
        len => {
            let bytes = len.to_be_bytes();
            let bytes = &bytes[bytes.iter().position(|byte| *byte != 0).expect("it is not zero")..];
            out.push(0x80 | byte(bytes.len()));
            out.extend_from_slice(bytes);
        }
    }
    out.extend_from_slice(&body);
    out
}

fn byte(value: usize) -> u8 {
    u8::try_from(value).expect("it is below 256")
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

/// A sequence of such parts.
pub fn list(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &[&parts.concat()])
}

pub fn octets(content: &[u8]) -> Vec<u8> {
    tlv(4, &[content])
}

/// A bit string of whole bytes.
pub fn bits(content: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], content])
}

pub fn boolean(value: bool) -> Vec<u8> {
    tlv(1, &[&[if value { 0xff } else { 0 }]])
}

pub fn null() -> Vec<u8> {
    vec![5, 0]
}

pub fn integer(value: i64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let spare = bytes.windows(2).take_while(|two| two[0] == if two[1] < 0x80 { 0 } else { 0xff }).count();
    tlv(2, &[&bytes[spare..]])
}

/// A number that is not negative, from its bytes.
pub fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len())..];
    let sign: &[u8] = if bytes.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    tlv(2, &[sign, bytes])
}

/// An object identifier from its numbers with dots.
pub fn oid(dotted: &str) -> Vec<u8> {
    let numbers: Vec<u64> = dotted.split('.').map(|part| part.parse().expect("it is a number")).collect();
    let mut body = vec![u8::try_from(numbers[0] * 40 + numbers[1]).expect("it is small")];
    for number in &numbers[2..] {
        let groups = (1..10).find(|groups| number >> (7 * groups) == 0).expect("64 bits end");
        for at in (0..groups).rev() {
            let more = if at > 0 { 0x80 } else { 0 };
            body.push(u8::try_from(number >> (7 * at) & 0x7f).expect("it is seven bits") | more);
        }
    }
    tlv(6, &[&body])
}

/// The first element of `input`: its tag, its content, and what follows.
pub fn read(input: &[u8]) -> (u8, &[u8], &[u8]) {
    let (size, rest) = match input[1] {
        size @ 0..0x80 => (usize::from(size), &input[2..]),
        more => {
            let more = usize::from(more & 0x7f);
            let size = input[2..2 + more].iter().fold(0, |size, byte| size << 8 | usize::from(*byte));
            (size, &input[2 + more..])
        }
    };
    (input[0], &rest[..size], &rest[size..])
}

/// The contents of the elements in a row.
pub fn elements(mut input: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while !input.is_empty() {
        let (_, content, rest) = read(input);
        all.push(content);
        input = rest;
    }
    all
}
