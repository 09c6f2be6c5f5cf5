//! Checks the files that fields name.

use std::{io, path::Path};

use crate::go_verdict::{certificate::Certificate, client::Version};

use crate::config::{
    pem::{
        ClientCert, MAX_PEM, ReadFile, Source, check_certificates, client_certs, go_read_error,
        not_found_message,
    },
    schema::{FieldId, Origin, Problem, Values, hide_secrets},
};

use super::{
    beyond_of,
    client_certs::{only_here, pair_problem, too_weak},
    day::day,
    endpoint_of,
    jwt::token_key,
    pipeline_errors::{NO_TRUSTED_ROOTS, no_start, warning_in_pipeline},
    tokens,
};

/// Checks all files that are used, and PEM text in their place. `now` is in seconds since 1970, for expired
/// certificates.
#[must_use]
pub fn check_files(values: &Values, now: i64, read: ReadFile<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if values.is_on(FieldId::TlsEnabled) {
        problems.extend(roots(values, read));
        for cert in client_certs(values).into_iter().filter_map(Result::ok) {
            match cert.open(read) {
                Err(fault) => problems.push(pair_problem(values, &fault)),
                Ok(opened) => {
                    problems.extend(opened.only_here.as_ref().map(|fault| only_here(values, fault)));
                    problems
                        .extend(cert.too_weak(&opened, Version::Tls13).map(|fault| too_weak(values, &fault)));
                    problems.extend(expired(values, &cert, &opened.certificate.leaf, now));
                }
            }
        }
    }
    problems.extend(client_p12(values, now, read));
    problems.extend(token_key(values, read));
    problems.extend(tokens::problems(values, now));
    hide_secrets(&mut problems, values);
    problems
}

/// A client certificate in PKCS#12.
fn client_p12(values: &Values, now: i64, read: ReadFile<'_>) -> Option<Problem> {
    let is_secure = endpoint_of(values).is_none_or(|endpoint| endpoint.secure);
    let p12 = beyond_of(values).client_p12.filter(|_| is_secure)?;
    let opened = p12.unpacked(read).and_then(|cert| Ok((cert.open(read)?, cert)));
    match opened {
        Err(fault) => Some(pair_problem(values, &fault)),
        Ok((opened, cert)) => {
            let expired = expired(values, &cert, &opened.certificate.leaf, now)?;
            let origin = values.of(FieldId::ClientP12).map_or(Origin::Default, |value| value.origin.clone());
            Some(Problem { path: FieldId::ClientP12.path().to_owned(), origin, ..expired })
        }
    }
}

fn roots(values: &Values, read: ReadFile<'_>) -> Option<Problem> {
    let value = values.of(FieldId::TlsRootCasFile).filter(|value| !value.text.is_empty())?;
    let error = |code, message: String| values.error(FieldId::TlsRootCasFile, code, message);
    let name = &value.text;
    let course = |failure| match go_read_error(Path::new(name), failure) {
        // With both fields the pipeline reads neither.
        Some(error) if values.text_of(FieldId::TlsRootCas).is_empty() => {
            no_start(values.options.dialect, &error)
        }
        _ => String::new(),
    };
    match read(Path::new(name), MAX_PEM) {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => {
            let advice = if Path::new(name).is_absolute() {
                "set it to a PEM file with the certificates of the authorities to trust".to_owned()
            } else {
                "the path is relative to the working directory, not to the config file".to_owned()
            };
            let message = format!("{}{}", not_found_message(name), course(&failure));
            Some(error("file-not-found", message).advise(advice))
        }
        Err(failure) => Some(
            error("file-unreadable", format!("cannot read \"{name}\": {failure}{}", course(&failure)))
                .advise("it must be a readable PEM file with certificates"),
        ),
        Ok(bytes) => {
            let message = check_certificates(&bytes).err()?;
            let problem =
                error("roots-without-certificate", format!("\"{name}\" {message}; {NO_TRUSTED_ROOTS}"));
            let advice = "it must contain at least one block that begins with -----BEGIN CERTIFICATE-----";
            Some(warning_in_pipeline(problem, values.options.dialect).advise(advice))
        }
    }
}

/// A certificate that has expired or is not valid yet.
fn expired(values: &Values, cert: &ClientCert, certificate: &Certificate, now: i64) -> Option<Problem> {
    let message = if now > certificate.not_after {
        format!("the certificate expired on {}", day(certificate.not_after))
    } else if now < certificate.not_before {
        format!("the certificate is not valid before {}", day(certificate.not_before))
    } else {
        return None;
    };
    let leaf = if matches!(cert.cert, Source::File(_)) { "cert_file" } else { "cert" };
    let path = format!("{}.{leaf}", cert.path);
    let origin = values.get(&path).map_or(Origin::Default, |value| value.origin.clone());
    let warning = Problem::warning("client-cert-expired", path, origin, message);
    Some(warning.advise("have it renewed; a server that checks it refuses it"))
}
