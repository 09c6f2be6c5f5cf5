//! All kinds of keys that OpenSSL makes, with the right, a wrong and no password.

use pkcs8::{
    der::Encode as _,
    pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, Salt, ScryptParams},
};

use super::{CertError, KeyError, certificates, describe, private_key};

macro_rules! key {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../tests/keys/", $name)).as_slice())
    };
}

const PLAIN: [(&str, &[u8]); 5] = [
    key!("rsa-pkcs1.pem"),
    key!("rsa-pkcs8.pem"),
    key!("ec-sec1.pem"),
    key!("ec-pkcs8.pem"),
    key!("ed25519-pkcs8.pem"),
];

const TRADITIONAL: [(&str, &[u8]); 6] = [
    key!("rsa-des-cbc.pem"),
    key!("rsa-des-ede3-cbc.pem"),
    key!("rsa-aes-128-cbc.pem"),
    key!("rsa-aes-192-cbc.pem"),
    key!("rsa-aes-256-cbc.pem"),
    key!("ec-aes-256-cbc.pem"),
];

const PBES2: [(&str, &[u8]); 8] = [
    key!("rsa-pbes2-hmacWithSHA1.pem"),
    key!("rsa-pbes2-hmacWithSHA256.pem"),
    key!("rsa-pbes2-hmacWithSHA512.pem"),
    key!("ec-pbes2-aes-128-cbc.pem"),
    key!("ec-pbes2-aes-192-cbc.pem"),
    key!("ec-pbes2-des3.pem"),
    key!("ed25519-pbes2.pem"),
    key!("ec-scrypt.pem"),
];

const RSA: &[u8] = include_bytes!("../../tests/keys/rsa-cert.pem");
const EC: &[u8] = include_bytes!("../../tests/keys/ec-cert.pem");

#[test]
fn every_kind_of_key_opens() {
    for (name, text) in PLAIN.into_iter().chain(TRADITIONAL).chain(PBES2) {
        let opened = private_key(text, "secret");
        assert!(opened.is_ok(), "{name}: {:?}", opened.err());
    }
}

#[test]
fn the_password_is_ignored_if_a_key_is_not_encrypted() {
    for (name, text) in PLAIN {
        assert!(private_key(text, "").is_ok(), "{name}");
        assert!(private_key(text, "not used").is_ok(), "{name}");
    }
}

#[test]
fn a_missing_and_a_wrong_password_are_distinguished() {
    for (keys, form) in [(TRADITIONAL.as_slice(), "PKCS#1"), (&PBES2, "PKCS#8")] {
        for (name, text) in keys {
            assert_eq!(private_key(text, "").err(), Some(KeyError::PasswordMissing { form }), "{name}");
            assert_eq!(private_key(text, "wrong").err(), Some(KeyError::PasswordWrong { form }), "{name}");
        }
    }
}

#[test]
fn no_wrong_password_decrypts_a_key_by_chance() {
    let (_, text) = key!("rsa-des-cbc.pem");
    for nth in 0..2000 {
        let wrong = format!("wrong {nth}");
        assert_eq!(
            private_key(text, &wrong).err(),
            Some(KeyError::PasswordWrong { form: "PKCS#1" }),
            "{wrong}"
        );
    }
}

#[test]
fn an_unsupported_encryption_is_named() {
    let scheme = |(_, text): (&str, &[u8])| match private_key(text, "secret").err() {
        Some(KeyError::Unsupported { scheme }) => scheme,
        other => panic!("{other:?}"),
    };
    assert_eq!(scheme(key!("rsa-camellia-256-cbc.pem")), "CAMELLIA-256-CBC");
    assert!(scheme(key!("ec-pbes1.pem")).starts_with("PBES1, such as pbeWithMD5AndDES-CBC"));
    assert!(scheme(key!("ec-pkcs12.pem")).starts_with("a scheme of PKCS#12"));
}

#[test]
fn the_error_about_a_missing_key_says_what_the_text_contains() {
    let fault = |text: &[u8]| private_key(text, "").err();
    assert_eq!(fault(RSA), Some(KeyError::Certificate));
    assert_eq!(fault(include_bytes!("../../tests/keys/ec-public.pem")), Some(KeyError::Public));
    assert_eq!(fault(b" \n"), Some(KeyError::Empty));
    assert_eq!(fault(b"secret"), Some(KeyError::None));
    assert_eq!(fault(&[0x30, 0x82, 1, 2, 3]), Some(KeyError::Der));
    assert_eq!(fault(b"-----BEGIN PRIVATE KEY-----\nMC4CAQ"), Some(KeyError::Broken));
    assert_eq!(fault(b"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n"), Some(KeyError::Broken));
    let openssh = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n";
    assert_eq!(fault(openssh), Some(KeyError::OpenSsh));
    let header =
        b"-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: DES-CBC,zz\n\nMC4CAQ==\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(private_key(header, "secret").err(), Some(KeyError::Damaged));
}

#[test]
fn the_error_about_a_missing_certificate_says_what_the_text_contains() {
    assert_eq!(certificates(&[RSA, b"comment\n", EC].concat()).map(|found| found.len()), Ok(2));
    assert_eq!(certificates(PLAIN[0].1), Err(CertError::Key));
    assert_eq!(certificates(b""), Err(CertError::Empty));
    assert_eq!(certificates(b"ca.pem"), Err(CertError::None));
    assert_eq!(certificates(&[0x30, 0x82, 1, 2, 3]), Err(CertError::Der));
    assert_eq!(certificates(&RSA[..RSA.len() / 2]), Err(CertError::Broken));
}

#[test]
fn the_contents_of_a_text_are_described() {
    let table: [(&[u8], &str); 9] = [
        (RSA, "a certificate"),
        (&[RSA, EC].concat(), "2 certificates"),
        (&[RSA, PLAIN[0].1].concat(), "a certificate and an RSA private key (PKCS#1)"),
        (TRADITIONAL[0].1, "an encrypted RSA private key (PKCS#1)"),
        (PLAIN[2].1, "an EC private key (SEC1)"),
        (PBES2[0].1, "an encrypted private key (PKCS#8)"),
        (b"", "nothing: it is empty"),
        (b"hello", "not PEM"),
        (b"-----BEGIN CERTIFICATE-----\n", "damaged PEM"),
    ];
    for (text, description) in table {
        assert_eq!(describe(text), description);
    }
}

#[test]
fn the_debug_output_does_not_show_the_key() {
    let key = private_key(PLAIN[2].1, "").expect("it is a key");
    assert!(format!("{key:?}").contains("elided"), "{key:?}");
}

/// An encrypted key with this key derivation.
fn costly(kdf: Kdf) -> Vec<u8> {
    let encryption = EncryptionScheme::Aes256Cbc { iv: [0; 16] };
    let scheme = pkcs8::pkcs5::EncryptionScheme::Pbes2(Parameters { kdf, encryption });
    let scheme = scheme.to_der().expect("it can be encoded");
    // A sequence of the scheme and sixteen bytes that are not a key.
    let body = [&scheme[..], &[0x04, 16], &[7; 16]].concat();
    let length = u8::try_from(body.len()).ok().filter(|length| *length < 128).expect("short");
    let der = [&[0x30, length][..], &body].concat();
    pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", der)).into_bytes()
}

#[test]
fn a_key_derivation_that_needs_hours_or_all_memory_is_refused_at_once() {
    let salt = Salt::new([1; 8]).expect("a salt");
    let pbkdf2 = |iteration_count| {
        Kdf::Pbkdf2(Pbkdf2Params { salt, iteration_count, key_length: None, prf: Pbkdf2Prf::HmacWithSha256 })
    };
    let scrypt = |cost_parameter, block_size, parallelization| {
        Kdf::Scrypt(ScryptParams { salt, cost_parameter, block_size, parallelization, key_length: None })
    };
    for (kdf, scheme) in [
        (pbkdf2(u32::MAX), "PBKDF2 with 4294967295 rounds"),
        (scrypt(1 << 40, 8, 1), "scrypt with N = 1099511627776, r = 8 and p = 1"),
        (scrypt(1 << 14, 8, u16::MAX), "scrypt with N = 16384, r = 8 and p = 65535"),
    ] {
        let error = private_key(&costly(kdf), "secret").expect_err("it is not tried").to_string();
        assert!(error.contains(scheme), "{error}");
    }
    let tried = private_key(&costly(pbkdf2(1_000)), "secret").expect_err("the password is wrong");
    assert_eq!(tried, KeyError::PasswordWrong { form: "PKCS#8" });
}
