//! Summarises the files that fields name, and PEM texts, in one line each.

use std::{io, path::Path};

use crate::{
    go_verdict::certificate::Certificate,
    keys::{KeyError, certificates, describe, private_key},
};

use crate::config::schema::{Field, FieldId, FieldValue, Kind, Values};

use super::{
    client_certs::client_certs,
    client_fault::CertFaultKind,
    read::{MAX_KEY, MAX_PEM, ReadFile},
};

/// The summary of a field, or of an entry of `tls.client_certs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// The path of the field or entry: `tls.root_cas_file`, `tls.client_certs.0`.
    pub path: String,
    /// `2 certificates, the first expires in 34 days`
    pub message: String,
    /// Whether the contents are suitable for the field.
    pub fits: bool,
}

/// The summaries of all files and PEM texts in these values. `now` is in seconds since 1970.
#[must_use]
pub fn file_summaries(values: &Values, now: i64, read: ReadFile<'_>) -> Vec<FileSummary> {
    let single = values.iter().filter_map(|(path, value)| field_summary(values, path, value, now, read));
    let pairs = client_certs(values).into_iter().filter_map(Result::ok).map(|cert| {
        let (message, fits) = match cert.open(read) {
            Ok(opened) => {
                let line = leaf_line(&opened.certificate.leaf, now);
                match opened.only_here {
                    None => (line, true),
                    Some(fault) => {
                        (format!("{line}; the pipeline does not start: {}", fault.pipeline), false)
                    }
                }
            }
            Err(fault) if fault.kind == CertFaultKind::Mismatch => {
                ("the key does not belong to the certificate".to_owned(), false)
            }
            Err(fault) => (fault.statement().to_owned(), false),
        };
        FileSummary { path: cert.path, message, fits }
    });
    single.chain(pairs).collect()
}

fn field_summary(
    values: &Values,
    path: &str,
    value: &FieldValue,
    now: i64,
    read: ReadFile<'_>,
) -> Option<FileSummary> {
    let field = Field::at(path)?;
    if value.text.is_empty() || !has_file_summary(field) {
        return None;
    }
    let is_key = is_key(field);
    let file_summary = |message, fits| Some(FileSummary { path: path.to_owned(), message, fits });
    let bytes = match field.kind {
        Kind::Path => match read(Path::new(&value.text), if is_key { MAX_KEY } else { MAX_PEM }) {
            Ok(bytes) => bytes,
            Err(error) => return file_summary(unread(&error), false),
        },
        _ => value.text.as_bytes().to_vec(),
    };
    let (message, fits) = if is_key {
        let password = path.rsplit_once('.').and_then(|(entry, _)| values.get(&format!("{entry}.password")));
        key(&bytes, password.map_or("", |value| value.text.as_str()))
    } else {
        chain(&bytes, now)
    };
    file_summary(message, fits)
}

/// Whether the value of a field is a file or PEM text.
#[must_use]
pub fn has_file_summary(field: &Field) -> bool {
    field.kind == Kind::Path || is_pem(field)
}

/// Whether the value of a field is PEM text.
#[must_use]
pub fn is_pem(field: &Field) -> bool {
    matches!(field.id, FieldId::TlsRootCas | FieldId::TlsClientCertsCert | FieldId::TlsClientCertsKey)
}

fn is_key(field: &Field) -> bool {
    matches!(
        field.id,
        FieldId::TlsClientCertsKey | FieldId::TlsClientCertsKeyFile | FieldId::JwtPrivateKeyFile
    )
}

fn unread(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no file at this path".to_owned(),
        io::ErrorKind::IsADirectory => "a directory, not a file".to_owned(),
        io::ErrorKind::PermissionDenied => "a file without permission to read it".to_owned(),
        io::ErrorKind::FileTooLarge => format!("a file that is not read: {error}"),
        _ => format!("a file that cannot be read: {error}"),
    }
}

fn key(bytes: &[u8], password: &str) -> (String, bool) {
    let kind = describe(bytes);
    match private_key(bytes, password) {
        Ok(_) if matches!(private_key(bytes, ""), Err(KeyError::PasswordMissing { .. })) => {
            (format!("{kind}; the password is correct"), true)
        }
        Ok(_) => (kind, true),
        Err(KeyError::PasswordMissing { .. }) => (format!("{kind}; no password is set"), false),
        Err(KeyError::PasswordWrong { .. }) => (format!("{kind}; the password is wrong"), false),
        Err(KeyError::Damaged) => (format!("{kind} that cannot be read"), false),
        Err(KeyError::Unsupported { scheme }) => (format!("{kind}, encrypted by {scheme}"), false),
        Err(_) => (kind, false),
    }
}

fn chain(bytes: &[u8], now: i64) -> (String, bool) {
    let kind = describe(bytes);
    let Ok(found) = certificates(bytes) else { return (kind, false) };
    let ends = found.iter().filter_map(|der| Certificate::parse(der).ok()).map(|parsed| parsed.not_after);
    match ends.min() {
        Some(end) if found.len() == 1 => (format!("{kind}, {}", expires(end, now)), true),
        Some(end) => (format!("{kind}, the first {}", expires(end, now)), true),
        None => (format!("{kind} that cannot be read"), false),
    }
}

/// `reader.example, expires in 34 days`
fn leaf_line(leaf: &Certificate, now: i64) -> String {
    let name = match leaf.subject.common_name.as_str() {
        "" => "a certificate without a name",
        name => name,
    };
    format!("{name}, {}", expires(leaf.not_after, now))
}

const DAY: i64 = 86_400;

/// `expires in 34 days`, `expired 3 days ago`
fn expires(end: i64, now: i64) -> String {
    let left = end - now;
    let days = left.unsigned_abs() / DAY.unsigned_abs();
    let span = match days {
        1 => "1 day".to_owned(),
        0..=730 => format!("{days} days"),
        _ => format!("{} years", days / 365),
    };
    match (left >= 0, days) {
        (true, 0) => "expires today".to_owned(),
        (true, _) => format!("expires in {span}"),
        (false, 0) => "expired today".to_owned(),
        (false, _) => format!("expired {span} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    const CERT: &str = include_str!("../../../tests/keys/ec-cert.pem");
    const KEY: &str = include_str!("../../../tests/keys/ec-sec1.pem");
    const LOCKED: &str = include_str!("../../../tests/keys/ec-aes-256-cbc.pem");

    fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match path.to_str().unwrap_or_default() {
            "both.pem" => Ok(format!("{CERT}{CERT}").into_bytes()),
            "cert.pem" => Ok(CERT.into()),
            "key.pem" => Ok(KEY.into()),
            "locked.pem" => Ok(LOCKED.into()),
            "notes.txt" => Ok("hello".into()),
            "folder" => Err(io::ErrorKind::IsADirectory.into()),
            "large" => crate::config::read_within(limit, io::repeat(b'x')),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn end_of_cert() -> i64 {
        let chain = certificates(CERT.as_bytes()).expect("a certificate");
        Certificate::parse(&chain[0]).expect("it is one").not_after
    }

    fn summary_of(fields: &[(&str, &str)], path: &str) -> (String, bool) {
        let mut values = Values::default();
        for (path, text) in fields {
            values.set(*path, *text, Origin::Form);
        }
        let found = file_summaries(&values, end_of_cert() - 34 * DAY, &read);
        let file_summary =
            found.into_iter().find(|file_summary| file_summary.path == path).expect("it is looked at");
        (file_summary.message, file_summary.fits)
    }

    #[test]
    fn the_contents_of_a_file_are_summarised() {
        let root = |file| summary_of(&[("tls.root_cas_file", file)], "tls.root_cas_file");
        assert_eq!(root("cert.pem"), ("a certificate, expires in 34 days".to_owned(), true));
        assert_eq!(root("both.pem"), ("2 certificates, the first expires in 34 days".to_owned(), true));
        assert_eq!(root("key.pem"), ("an EC private key (SEC1)".to_owned(), false));
        assert_eq!(root("notes.txt"), ("not PEM".to_owned(), false));
        assert_eq!(root("folder"), ("a directory, not a file".to_owned(), false));
        assert_eq!(root("nowhere"), ("no file at this path".to_owned(), false));
        assert_eq!(root("large"), ("a file that is not read: it is larger than 16 MiB".to_owned(), false));
    }

    #[test]
    fn the_summary_of_an_encrypted_key_says_whether_the_password_is_correct() {
        let key = |password: &str| {
            let entry = "tls.client_certs.0";
            let fields = [
                (format!("{entry}.key_file"), "locked.pem".to_owned()),
                (format!("{entry}.password"), password.to_owned()),
            ];
            let fields: Vec<_> = fields.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            summary_of(&fields, "tls.client_certs.0.key_file").0
        };
        let kind = "an encrypted EC private key (SEC1)";
        assert_eq!(key(""), format!("{kind}; no password is set"));
        assert_eq!(key("guess"), format!("{kind}; the password is wrong"));
    }

    #[test]
    fn the_summary_of_a_pair_has_its_name_or_the_mismatch() {
        let entry = [("tls.client_certs.0.cert", CERT), ("tls.client_certs.0.key", KEY)];
        let (message, fits) = summary_of(&entry, "tls.client_certs.0");
        assert!(fits && message.ends_with("expires in 34 days"), "{message}");
        let other = include_str!("../../../tests/keys/rsa-pkcs1.pem");
        let entry = [("tls.client_certs.0.cert", CERT), ("tls.client_certs.0.key", other)];
        let expected = ("the key does not belong to the certificate".to_owned(), false);
        assert_eq!(summary_of(&entry, "tls.client_certs.0"), expected);
    }
}
