//! The subjectAltName extension (`crypto/x509/parser.go`, `parseSANExtension`).

use std::net::IpAddr;

use crate::go_verdict::certificate::domain;
use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::{Extensions, Uri};
use crate::go_verdict::certificate::url::{self, UriError};
use crate::go_verdict::der::{
    strict::{Element, Reader},
    tag,
};

const EMAIL: u8 = tag::context(1);
const DNS: u8 = tag::context(2);
const URI: u8 = tag::context(6);
const ADDRESS: u8 = tag::context(7);

/// Takes the names into `found`. Says whether Go got hold of any: if not, it has not handled the extension.
pub fn parse(value: &[u8], found: &mut Extensions) -> Result<bool, ParseError> {
    let mut names = Reader::new(value).enter(tag::SEQUENCE).ok_or(ParseError::AlternativeNames)?;
    found.alternative_names = Some(value.to_vec());
    while !names.is_empty() {
        add(names.any().ok_or(ParseError::AlternativeName)?, found)?;
    }
    Ok(!(found.dns_names.is_empty()
        && found.email_addresses.is_empty()
        && found.ip_addresses.is_empty()
        && found.uris.is_empty()))
}

/// Takes one name; kinds that Go does not know are passed over.
fn add(name: Element<'_>, found: &mut Extensions) -> Result<(), ParseError> {
    match name.tag {
        EMAIL => found.email_addresses.push(ascii(name.content).ok_or(ParseError::AlternativeEmail)?),
        DNS => found.dns_names.push(ascii(name.content).ok_or(ParseError::AlternativeDns)?),
        URI => {
            let text = ascii(name.content).ok_or(ParseError::AlternativeUri)?;
            match host(&text) {
                Ok(host) => found.uris.push(Uri { text, host }),
                Err(reason) => return Err(ParseError::Uri { uri: text, reason }),
            }
        }
        ADDRESS => {
            let address = address(name.content).ok_or(ParseError::AlternativeAddress(name.content.len()))?;
            found.ip_addresses.push(address);
        }
        _ => {}
    }
    Ok(())
}

fn host(uri: &str) -> Result<String, UriError> {
    let host = url::host(uri)?;
    if domain::is_domain(&host) { ascii(&host).ok_or(UriError::Domain) } else { Err(UriError::Domain) }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// The text, if it is ASCII (`crypto/x509/x509.go`, `isIA5String`).
pub fn ascii(bytes: &[u8]) -> Option<String> {
    str::from_utf8(bytes).ok().filter(|text| text.is_ascii()).map(str::to_owned)
}
