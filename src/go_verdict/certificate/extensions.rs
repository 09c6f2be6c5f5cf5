//! The extensions of a certificate of version 3: first all are read, then each is looked into, in the order of the
//! certificate (`crypto/x509/parser.go`, `parseCertificate` and `processExtensions`).

use std::collections::BTreeSet;

use crate::go_verdict::certificate::alternative_names;
use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::name_constraints;
use crate::go_verdict::certificate::parsed::{BasicConstraints, ExtendedKeyUsage, Extensions};
use crate::go_verdict::certificate::policies;
use crate::go_verdict::der::{oid, strict::Reader, tag};

/// The bits of `x509.KeyUsage` that Go reads.
const KEY_USAGES: usize = 9;

/// One extension (`pkix.Extension`).
struct Extension<'a> {
    oid: &'a [u8],
    is_critical: bool,
    value: &'a [u8],
}

/// What the extensions say; `explicit` is what is within the `[3]`.
pub fn parse(mut explicit: Reader<'_>) -> Result<Extensions, ParseError> {
    let sequence = explicit.enter(tag::SEQUENCE).ok_or(ParseError::Extensions)?;
    let mut found = Extensions::default();
    for extension in list(sequence)? {
        let is_handled = add(&extension, &mut found)?;
        found.has_unhandled_critical |= extension.is_critical && !is_handled;
    }
    Ok(found)
}

fn list(mut sequence: Reader<'_>) -> Result<Vec<Extension<'_>>, ParseError> {
    let mut extensions = Vec::new();
    let mut seen = BTreeSet::new();
    while !sequence.is_empty() {
        let extension = read(sequence.enter(tag::SEQUENCE).ok_or(ParseError::Extension)?)?;
        if !seen.insert(extension.oid) {
            return Err(ParseError::DuplicateExtension(oid::dotted(extension.oid)));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

/// (`parseExtension`)
fn read(mut fields: Reader<'_>) -> Result<Extension<'_>, ParseError> {
    let oid = fields.oid().ok_or(ParseError::ExtensionOid)?;
    let is_critical = fields.optional_boolean().ok_or(ParseError::ExtensionCritical)?;
    let value = fields.content(tag::OCTET_STRING).ok_or(ParseError::ExtensionValue)?;
    Ok(Extension { oid, is_critical, value })
}

/// Takes what one extension says; tells whether Go handles it.
fn add(extension: &Extension<'_>, found: &mut Extensions) -> Result<bool, ParseError> {
    if extension.oid == oid::AUTHORITY_INFO_ACCESS {
        check_authority_info_access(extension)?;
        return Ok(true);
    }
    let Some([number]) = extension.oid.strip_prefix(&oid::EXTENSION) else {
        return Ok(false);
    };
    let value = extension.value;
    match number {
        14 => found.subject_key_id = subject_key_id(extension)?,
        15 => found.key_usage = Some(key_usage(value).ok_or(ParseError::KeyUsage)?),
        17 => return alternative_names::parse(value, found),
        19 => found.basic_constraints = Some(basic_constraints(value).ok_or(ParseError::BasicConstraints)?),
        30 => {
            let (constraints, handles_all) = name_constraints::parse(value, extension.is_critical)?;
            found.name_constraints = Some(constraints);
            return Ok(handles_all);
        }
        31 => check_crl_distribution_points(value)?,
        32 => found.policies = policies::list(value).ok_or(ParseError::Policies)?,
        33 => found.policy_mappings = policies::mappings(value).ok_or(ParseError::PolicyMappings)?,
        35 => found.authority_key_id = authority_key_id(extension)?,
        36 => {
            let (require, inhibit) = policies::constraints(value).ok_or(ParseError::PolicyConstraints)?;
            found.require_explicit_policy = require;
            found.inhibit_policy_mapping = inhibit;
        }
        37 => {
            found.extended_key_usages =
                Some(extended_key_usages(value).ok_or(ParseError::ExtendedKeyUsages)?);
        }
        54 => found.inhibit_any_policy = policies::inhibit_any(value).ok_or(ParseError::InhibitAnyPolicy)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// (`parseKeyUsageExtension`)
fn key_usage(value: &[u8]) -> Option<u16> {
    let bits = Reader::new(value).bit_string()?;
    Some((0..KEY_USAGES).filter(|&index| bits.bit(index)).fold(0, |usage, index| usage | (1 << index)))
}

/// (`parseBasicConstraintsExtension`)
fn basic_constraints(value: &[u8]) -> Option<BasicConstraints> {
    let mut fields = Reader::new(value).enter(tag::SEQUENCE)?;
    let is_authority = fields.optional_boolean()?;
    let max_path_length =
        if fields.sees(tag::INTEGER) { Some(fields.int64().filter(|&length| length >= 0)?) } else { None };
    Some(BasicConstraints { is_authority, max_path_length })
}

/// (`parseExtKeyUsageExtension`)
fn extended_key_usages(value: &[u8]) -> Option<Vec<ExtendedKeyUsage>> {
    let mut sequence = Reader::new(value).enter(tag::SEQUENCE)?;
    let mut usages = Vec::new();
    while !sequence.is_empty() {
        usages.push(match sequence.oid()? {
            oid::USAGE_ANY => ExtendedKeyUsage::Any,
            oid::USAGE_SERVER_AUTH => ExtendedKeyUsage::ServerAuth,
            oid::USAGE_CLIENT_AUTH => ExtendedKeyUsage::ClientAuth,
            other => ExtendedKeyUsage::Other(oid::dotted(other)),
        });
    }
    Some(usages)
}

fn subject_key_id(extension: &Extension<'_>) -> Result<Vec<u8>, ParseError> {
    if extension.is_critical {
        return Err(ParseError::SubjectKeyIdCritical);
    }
    let id = Reader::new(extension.value).content(tag::OCTET_STRING);
    id.map(<[u8]>::to_vec).ok_or(ParseError::SubjectKeyId)
}

/// The key identifier, if the extension has one; issuer and serial number are not looked at
/// (`parseAuthorityKeyIdentifier`).
fn authority_key_id(extension: &Extension<'_>) -> Result<Vec<u8>, ParseError> {
    if extension.is_critical {
        return Err(ParseError::AuthorityKeyIdCritical);
    }
    let fields = Reader::new(extension.value).enter(tag::SEQUENCE);
    let id = fields.and_then(|mut fields| fields.enter_optional(tag::context(0)));
    Ok(id.ok_or(ParseError::AuthorityKeyId)?.map_or_else(Vec::new, |id| id.remaining().to_vec()))
}

/// Of these only the form counts.
fn check_crl_distribution_points(value: &[u8]) -> Result<(), ParseError> {
    let mut points = Reader::new(value).enter(tag::SEQUENCE).ok_or(ParseError::CrlDistributionPoints)?;
    while !points.is_empty() {
        let point = points.enter(tag::SEQUENCE);
        point.and_then(check_crl_distribution_point).ok_or(ParseError::CrlDistributionPoint)?;
    }
    Ok(())
}

/// The URIs at the front of the full name have to be elements; the first other name ends the look.
fn check_crl_distribution_point(mut point: Reader<'_>) -> Option<()> {
    let Some(mut name) = point.enter_optional(tag::explicit(0))? else {
        return Some(());
    };
    let mut full_name = name.enter(tag::explicit(0))?;
    while full_name.sees(tag::context(6)) {
        full_name.any()?;
    }
    Some(())
}

fn check_authority_info_access(extension: &Extension<'_>) -> Result<(), ParseError> {
    if extension.is_critical {
        return Err(ParseError::AuthorityInfoAccessCritical);
    }
    let descriptions = Reader::new(extension.value).enter(tag::SEQUENCE);
    descriptions.and_then(check_access_descriptions).ok_or(ParseError::AuthorityInfoAccess)
}

fn check_access_descriptions(mut descriptions: Reader<'_>) -> Option<()> {
    while !descriptions.is_empty() {
        let mut description = descriptions.enter(tag::SEQUENCE)?;
        description.oid()?;
        description.enter_optional(tag::context(6))?;
    }
    Some(())
}
