//! One certificate from its bytes, in the order of Go's checks (`crypto/x509/parser.go`, `parseCertificate`).

use crate::go_verdict::certificate::algorithm::Identifier;
use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::{Certificate, Extensions, SignatureAlgorithm, Zones};
use crate::go_verdict::certificate::time::{self, Written};
use crate::go_verdict::certificate::{extensions, key, name};
use crate::go_verdict::der::{strict::Reader, tag};

impl Certificate {
    /// The certificate in `der`, or Go's reason to refuse it (`crypto/x509/parser.go`, `ParseCertificate`).
    ///
    /// # Errors
    ///
    /// The first of Go's checks that fails.
    pub fn parse(der: &[u8]) -> Result<Self, ParseError> {
        let mut input = Reader::new(der);
        let whole = input.element(tag::SEQUENCE).ok_or(ParseError::Certificate)?;
        let certificate = parts(whole.whole, Reader::new(whole.content))?;
        if input.is_empty() { Ok(certificate) } else { Err(ParseError::TrailingData) }
    }
}

/// Bytes after the last part are not looked at, here and in the part that is signed.
fn parts(raw: &[u8], mut outer: Reader<'_>) -> Result<Certificate, ParseError> {
    let tbs = outer.element(tag::SEQUENCE).ok_or(ParseError::Tbs)?;
    let mut inner = Reader::new(tbs.content);

    let version = version(&mut inner)?;
    let serial = serial(&mut inner)?;
    let signature_algorithm = signature_algorithm(&mut inner, &mut outer)?;
    let raw_issuer = inner.element(tag::SEQUENCE).ok_or(ParseError::Name)?.whole;
    let issuer = name::parse(raw_issuer)?;
    let (not_before, not_after) = validity(inner.enter(tag::SEQUENCE).ok_or(ParseError::Validity)?)?;
    let raw_subject = inner.element(tag::SEQUENCE).ok_or(ParseError::Name)?.whole;
    let subject = name::parse(raw_subject)?;
    let raw_public_key = inner.element(tag::SEQUENCE).ok_or(ParseError::PublicKeyInfo)?.whole;
    let public_key = key::parse(raw_public_key)?;
    let extensions = optional_parts(version, inner)?;
    let signature = outer.bit_string().ok_or(ParseError::Signature)?.right_aligned();

    Ok(Certificate {
        raw: raw.to_vec(),
        raw_tbs: tbs.whole.to_vec(),
        raw_issuer: raw_issuer.to_vec(),
        raw_subject: raw_subject.to_vec(),
        raw_public_key: raw_public_key.to_vec(),
        version,
        serial: serial.to_vec(),
        signature_algorithm,
        signature,
        public_key,
        issuer,
        subject,
        not_before: not_before.instant,
        not_after: not_after.instant,
        zones: Zones { not_before: not_before.zone, not_after: not_after.zone },
        extensions,
    })
}

/// 1 to 3. The greatest number of all overflows in Go, which then takes the certificate for one of no extensions.
fn version(inner: &mut Reader<'_>) -> Result<u8, ParseError> {
    let Some(mut explicit) = inner.enter_optional(tag::explicit(0)).ok_or(ParseError::MalformedVersion)?
    else {
        return Ok(1);
    };
    match explicit.int64().filter(|_| explicit.is_empty()) {
        None | Some(..0) => Err(ParseError::MalformedVersion),
        Some(0 | i64::MAX) => Ok(1),
        Some(1) => Ok(2),
        Some(2) => Ok(3),
        Some(_) => Err(ParseError::InvalidVersion),
    }
}

/// Of any length, zero among them.
fn serial<'a>(inner: &mut Reader<'a>) -> Result<&'a [u8], ParseError> {
    let serial = inner.integer().ok_or(ParseError::MalformedSerial)?;
    let is_negative = serial.first().is_some_and(|first| first & 0x80 != 0);
    if is_negative { Err(ParseError::NegativeSerial) } else { Ok(serial) }
}

/// The one that is signed and the one that is not have to be the same bytes.
fn signature_algorithm(
    inner: &mut Reader<'_>,
    outer: &mut Reader<'_>,
) -> Result<SignatureAlgorithm, ParseError> {
    let signed = inner.content(tag::SEQUENCE).ok_or(ParseError::InnerAlgorithm)?;
    let repeated = outer.content(tag::SEQUENCE).ok_or(ParseError::OuterAlgorithm)?;
    if signed != repeated {
        return Err(ParseError::AlgorithmsDiffer);
    }
    Ok(Identifier::parse(Reader::new(signed))?.signature_algorithm())
}

/// (`parseValidity`)
fn validity(mut fields: Reader<'_>) -> Result<(Written, Written), ParseError> {
    Ok((one_time(&mut fields)?, one_time(&mut fields)?))
}

/// (`parseTime`)
fn one_time(fields: &mut Reader<'_>) -> Result<Written, ParseError> {
    if fields.sees(tag::UTC_TIME) {
        fields.content(tag::UTC_TIME).and_then(time::utc).ok_or(ParseError::UtcTime)
    } else if fields.sees(tag::GENERALIZED_TIME) {
        fields.content(tag::GENERALIZED_TIME).and_then(time::generalized).ok_or(ParseError::GeneralizedTime)
    } else {
        Err(ParseError::TimeFormat)
    }
}

/// Unique identifiers are skipped from version 2 on; extensions are seen only in version 3.
fn optional_parts(version: u8, mut inner: Reader<'_>) -> Result<Extensions, ParseError> {
    if version > 1 {
        inner.enter_optional(tag::context(1)).ok_or(ParseError::IssuerUniqueId)?;
        inner.enter_optional(tag::context(2)).ok_or(ParseError::SubjectUniqueId)?;
    }
    if version < 3 {
        return Ok(Extensions::default());
    }
    match inner.enter_optional(tag::explicit(3)).ok_or(ParseError::Extensions)? {
        Some(explicit) => extensions::parse(explicit),
        None => Ok(Extensions::default()),
    }
}
