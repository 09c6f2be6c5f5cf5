//! A distinguished name, and the strings in it (`crypto/x509/parser.go`, `parseName` and `parseASN1String`).

use crate::go_verdict::certificate::error::{ParseError, TextError};
use crate::go_verdict::certificate::parsed::Name;
use crate::go_verdict::der::{
    oid,
    strict::{Element, Reader},
    tag,
};

/// The name in `whole`, which is a SEQUENCE with its head.
pub fn parse(whole: &[u8]) -> Result<Name, ParseError> {
    let mut sequence = Reader::new(whole).enter(tag::SEQUENCE).ok_or(ParseError::RdnSequence)?;
    let mut name = Name::default();
    while !sequence.is_empty() {
        let mut set = sequence.enter(tag::SET).ok_or(ParseError::RdnSequence)?;
        while !set.is_empty() {
            let attribute = set.enter(tag::SEQUENCE).ok_or(ParseError::Attribute)?;
            add(&mut name, attribute)?;
        }
    }
    Ok(name)
}

/// Takes one attribute into the name (`pkix.Name`, `FillFromRDNSequence`).
fn add(name: &mut Name, mut attribute: Reader<'_>) -> Result<(), ParseError> {
    let kind = attribute.oid().ok_or(ParseError::AttributeType)?;
    let value = text(attribute.any().ok_or(ParseError::AttributeValue)?)?;
    match kind.strip_prefix(&oid::ATTRIBUTE) {
        Some([3]) => name.common_name = value,
        Some([5]) => name.serial_number = value,
        Some([10]) => name.organization.push(value),
        _ => {}
    }
    Ok(())
}

/// The text of a string of whichever type (`parseASN1String`).
fn text(Element { tag, content, .. }: Element<'_>) -> Result<String, TextError> {
    match tag {
        tag::T61_STRING => Ok(content.iter().map(|&byte| char::from(byte)).collect()),
        tag::PRINTABLE_STRING => ascii(content, is_printable, TextError::Printable),
        tag::UTF8_STRING => String::from_utf8(content.to_vec()).map_err(|_| TextError::Utf8),
        tag::BMP_STRING => bmp(content).ok_or(TextError::Bmp),
        tag::IA5_STRING => ascii(content, |byte| byte.is_ascii(), TextError::Ia5),
        tag::NUMERIC_STRING => {
            ascii(content, |byte| byte.is_ascii_digit() || byte == b' ', TextError::Numeric)
        }
        _ => Err(TextError::Unsupported(tag)),
    }
}

fn ascii(content: &[u8], is_allowed: fn(u8) -> bool, error: TextError) -> Result<String, TextError> {
    if content.iter().all(|&byte| is_allowed(byte)) {
        Ok(content.iter().map(|&byte| char::from(byte)).collect())
    } else {
        Err(error)
    }
}

/// The set of `PrintableString`, with `*` and `&` which Go allows as well (`isPrintable`).
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(&byte)
}

/// Two bytes a character; one zero character at the end is dropped, surrogates and noncharacters are refused.
fn bmp(content: &[u8]) -> Option<String> {
    let (pairs, []) = content.as_chunks::<2>() else {
        return None;
    };
    let pairs = pairs.strip_suffix(&[[0, 0]]).unwrap_or(pairs);
    pairs
        .iter()
        .map(|&pair| match u16::from_be_bytes(pair) {
            0xfffe | 0xffff | 0xfdd0..=0xfdef => None,
            point => char::from_u32(u32::from(point)),
        })
        .collect()
}
