//! The name constraints extension (`crypto/x509/parser.go`, `parseNameConstraintsExtension`).

use crate::go_verdict::certificate::address::{self, Kind};
use crate::go_verdict::certificate::alternative_names::ascii;
use crate::go_verdict::certificate::domain;
use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::mailbox::Mailbox;
use crate::go_verdict::certificate::parsed::{NameConstraints, Subtrees};
use crate::go_verdict::der::oid::hex;
use crate::go_verdict::der::{
    strict::{Element, Reader},
    tag,
};

const EMAIL: u8 = tag::context(1);
const DNS: u8 = tag::context(2);
const URI: u8 = tag::context(6);
const ADDRESS: u8 = tag::context(7);

/// The constraints, and whether Go handles every form of name among them.
pub fn parse(value: &[u8], is_critical: bool) -> Result<(NameConstraints, bool), ParseError> {
    let (permitted, excluded) = subtrees(value).ok_or(ParseError::NameConstraints)?;
    let is_missing = |reader: Option<Reader<'_>>| reader.is_none_or(Reader::is_empty);
    if is_missing(permitted) && is_missing(excluded) {
        return Err(ParseError::EmptyNameConstraints);
    }
    let (permitted, handles_permitted) = names(permitted)?;
    let (excluded, handles_excluded) = names(excluded)?;
    let constraints = NameConstraints { is_critical, permitted, excluded };
    Ok((constraints, handles_permitted && handles_excluded))
}

type Optional<'a> = Option<Reader<'a>>;

fn subtrees(value: &[u8]) -> Option<(Optional<'_>, Optional<'_>)> {
    let mut outer = Reader::new(value);
    let mut inner = outer.enter(tag::SEQUENCE)?;
    let permitted = inner.enter_optional(tag::explicit(0))?;
    let excluded = inner.enter_optional(tag::explicit(1))?;
    (outer.is_empty() && inner.is_empty()).then_some((permitted, excluded))
}

/// The bases of these subtrees, and whether Go handles them all. Minimum and maximum are not looked at.
fn names(subtrees: Optional<'_>) -> Result<(Subtrees, bool), ParseError> {
    let mut found = Subtrees::default();
    let mut handles_all = true;
    let Some(mut subtrees) = subtrees else {
        return Ok((found, handles_all));
    };
    while !subtrees.is_empty() {
        let base = subtrees.enter(tag::SEQUENCE).and_then(|mut subtree| subtree.any());
        handles_all &= add(base.ok_or(ParseError::NameConstraints)?, &mut found)?;
    }
    Ok((found, handles_all))
}

/// Takes one base; says whether Go handles its form.
fn add(Element { tag, content, .. }: Element<'_>, found: &mut Subtrees) -> Result<bool, ParseError> {
    match tag {
        DNS => found.dns.push(dns(text(content)?)?),
        EMAIL => found.email.push(email(text(content)?)?),
        URI => found.uri.push(uri(text(content)?)?),
        ADDRESS => found.ip.push(network(content)?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn text(content: &[u8]) -> Result<String, ParseError> {
    ascii(content).ok_or_else(|| ParseError::ConstraintText(content.to_vec()))
}

fn dns(text: String) -> Result<String, ParseError> {
    if domain::is_domain_constraint(text.as_bytes()) {
        Ok(text)
    } else {
        Err(ParseError::DnsConstraint(text))
    }
}

/// A mailbox if there is an `@` in it, else the domain of many.
fn email(text: String) -> Result<String, ParseError> {
    let is_fine = if text.contains('@') {
        Mailbox::parse(&text).is_some()
    } else {
        domain::is_domain_constraint(text.as_bytes())
    };
    if is_fine { Ok(text) } else { Err(ParseError::EmailConstraint(text)) }
}

fn uri(text: String) -> Result<String, ParseError> {
    match address::kind(text.as_bytes()) {
        Ok(Kind::V4 | Kind::V6) => Err(ParseError::UriConstraintIsAddress(text)),
        _ if domain::is_domain_constraint(text.as_bytes()) => Ok(text),
        _ => Err(ParseError::UriConstraint(text)),
    }
}

/// A network and its mask, of 4 or 16 bytes each.
fn network(content: &[u8]) -> Result<(Vec<u8>, Vec<u8>), ParseError> {
    let width = match content.len() {
        8 => 4,
        32 => 16,
        other => return Err(ParseError::AddressConstraintLength(other)),
    };
    let (network, mask) = content.split_at_checked(width).ok_or(ParseError::NameConstraints)?;
    if !is_mask(mask) {
        return Err(ParseError::AddressConstraintMask(hex(mask)));
    }
    Ok((network.to_vec(), mask.to_vec()))
}

/// Ones, then zeros (`isValidIPMask`).
fn is_mask(mask: &[u8]) -> bool {
    let mut after_ones = mask.iter().skip_while(|&&byte| byte == 0xff);
    let partial =
        after_ones.next().is_none_or(|byte| byte.leading_ones().saturating_add(byte.trailing_zeros()) == 8);
    partial && after_ones.all(|&byte| byte == 0)
}
