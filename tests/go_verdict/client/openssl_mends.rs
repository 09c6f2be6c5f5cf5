//! The commands of `mend`, given to a real `openssl`: what they write is read by the pipeline's rules.
//!
//! Where there is no `openssl`, nothing is stated.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sockeye::go_verdict::client::{EntryError, Files, Mend, Protection, entry, mend};

/// A folder with a certificate and a key, and the password of the key.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    /// `None` without an `openssl` of version 3.
    fn new(name: &str) -> Option<Self> {
        let version = Command::new("openssl").arg("version").output().ok()?;
        let is_three = String::from_utf8_lossy(&version.stdout).starts_with("OpenSSL 3");
        let folder = std::env::temp_dir().join(format!("mend {name} {}", std::process::id()));
        is_three.then(|| fs::create_dir_all(&folder).unwrap())?;
        Some(Self { folder })
    }

    fn path(&self, file: &str) -> String {
        self.folder.join(file).to_str().unwrap().to_owned()
    }

    fn openssl(&self, arguments: &str) {
        let arguments: Vec<_> = arguments.split(' ').collect();
        assert!(self.run(&arguments), "openssl {arguments:?}");
    }

    fn run(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().success()
    }

    /// A plain key and its certificate.
    fn pair(&self, algorithm: &str) {
        self.openssl(&format!("genpkey {algorithm} -out plain.key"));
        self.openssl("req -x509 -new -key plain.key -subj /CN=client -days 30 -out client.crt");
    }

    fn verdict(&self, cert: &str, key: &str, password: &str) -> Result<(), EntryError> {
        entry(&self.read(cert), &self.read(key), password).map(drop)
    }

    fn read(&self, file: &str) -> Vec<u8> {
        fs::read(Path::new(&self.path(file))).unwrap()
    }

    /// The words of the error, and that its mend makes the pair right.
    fn states(&self, cert: &str, key: &str, words: &str) -> Mend {
        let error = self.verdict(cert, key, "secret").unwrap_err();
        assert_eq!(error.to_string(), words);
        let (cert_path, key_path) = (self.path(cert), self.path(key));
        let (cert_text, key_text) = (self.read(cert), self.read(key));
        let files = Files { cert: &cert_path, cert_text: &cert_text, key: &key_path, key_text: &key_text };
        let mend = mend(&error, &files).unwrap();
        let mut arguments: Vec<_> = mend.arguments.iter().map(String::as_str).collect();
        match mend.protection {
            Protection::None => {}
            Protection::Lost => arguments.extend(["-passin", "pass:secret"]),
            Protection::Password | Protection::WeakPassword => {
                arguments.extend(["-passin", "pass:secret", "-passout", "pass:secret"]);
            }
        }
        assert!(self.run(&arguments), "openssl {arguments:?}");
        let (cert, key) = match mend.what {
            sockeye::go_verdict::client::What::Certificate => (mend.output.as_str(), key),
            sockeye::go_verdict::client::What::Key => (cert, mend.output.as_str()),
        };
        assert_eq!(self.verdict(cert, key, "secret"), Ok(()), "{}", mend.command());
        mend
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:1024";
const EC: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const ED25519: &str = "-algorithm ED25519";

const HASH: &str = "failed to parse encrypted PKCS#8 private key: pkcs8: unsupported hash function";
const NOT_RSA: &str = "failed to parse encrypted PKCS#8 private key: key block is not of type RSA";
const PBES1: &str = "failed to parse encrypted PKCS#8 private key: pkcs8: only PBES2 supported";
const MODE: &str = "failed to parse encrypted PKCS#1 private key: x509: unknown encryption mode";

#[test]
fn an_rsa_key_under_another_hash_is_encrypted_again() {
    let Some(desk) = Desk::new("hash") else { return };
    desk.pair(RSA);
    desk.openssl("pkcs8 -topk8 -in plain.key -v2prf hmacWithSHA512 -passout pass:secret -out client.key");
    assert_eq!(desk.states("client.crt", "client.key", HASH).protection, Protection::Password);
}

#[test]
fn an_rsa_key_under_another_cipher_is_encrypted_again() {
    let Some(desk) = Desk::new("cipher") else { return };
    desk.pair(RSA);
    desk.openssl("pkcs8 -topk8 -in plain.key -v2 camellia-256-cbc -passout pass:secret -out client.key");
    let words = "failed to parse encrypted PKCS#8 private key: pkcs8: unsupported cipher (OID: 1.2.392.200011.61.1.1.1.4)";
    desk.states("client.crt", "client.key", words);
}

#[test]
fn the_schemes_before_pbes2_are_opened_with_the_legacy_provider_where_they_need_it() {
    let Some(desk) = Desk::new("scheme") else { return };
    desk.pair(RSA);
    desk.openssl("pkcs8 -topk8 -in plain.key -v1 PBE-SHA1-3DES -passout pass:secret -out client.key");
    let mend = desk.states("client.crt", "client.key", PBES1);
    assert!(!mend.arguments.contains(&"legacy".to_owned()));
    let old = "pkcs8 -provider legacy -provider default -topk8 -in plain.key -v1 PBE-MD5-DES -passout pass:secret -out old.key";
    desk.openssl(old);
    let mend = desk.states("client.crt", "old.key", PBES1);
    assert!(mend.arguments.contains(&"legacy".to_owned()));
}

#[test]
fn an_ec_key_keeps_a_password_in_the_old_form_only() {
    let Some(desk) = Desk::new("ec") else { return };
    desk.pair(EC);
    desk.openssl("pkcs8 -topk8 -in plain.key -passout pass:secret -out client.key");
    assert_eq!(desk.states("client.crt", "client.key", NOT_RSA).protection, Protection::WeakPassword);
}

#[test]
fn an_ed25519_key_is_written_without_a_password() {
    let Some(desk) = Desk::new("ed25519") else { return };
    desk.pair(ED25519);
    desk.openssl("pkcs8 -topk8 -in plain.key -passout pass:secret -out client.key");
    assert_eq!(desk.states("client.crt", "client.key", NOT_RSA).protection, Protection::Lost);
    desk.openssl("pkcs8 -topk8 -in plain.key -v2prf hmacWithSHA512 -passout pass:secret -out client.key");
    assert_eq!(desk.states("client.crt", "client.key", HASH).protection, Protection::Lost);
}

#[test]
fn an_old_block_under_another_cipher_is_encrypted_again() {
    let Some(desk) = Desk::new("mode") else { return };
    desk.pair(RSA);
    desk.openssl("pkey -in plain.key -traditional -camellia256 -passout pass:secret -out client.key");
    desk.states("client.crt", "client.key", MODE);
    desk.pair(EC);
    desk.openssl("ec -in plain.key -camellia256 -passout pass:secret -out client.key");
    desk.states("client.crt", "client.key", MODE);
}

#[test]
fn an_encrypted_key_after_another_block_is_put_first() {
    let Some(desk) = Desk::new("second") else { return };
    desk.pair(RSA);
    desk.openssl("pkcs8 -topk8 -in plain.key -v2prf hmacWithSHA256 -passout pass:secret -out only.key");
    let both = [desk.read("client.crt"), desk.read("only.key")].concat();
    fs::write(desk.path("client.key"), both).unwrap();
    desk.states("client.crt", "client.key", "tls: failed to parse private key");
    desk.openssl("pkey -in plain.key -traditional -aes128 -passout pass:secret -out only.key");
    let both = [desk.read("client.crt"), desk.read("only.key")].concat();
    fs::write(desk.path("client.key"), both).unwrap();
    desk.states("client.crt", "client.key", "tls: failed to parse private key");
}

#[test]
fn a_curve_that_is_written_out_is_named() {
    let Some(desk) = Desk::new("curve") else { return };
    desk.pair(EC);
    desk.openssl("ec -in plain.key -param_enc explicit -out client.key");
    desk.states("client.crt", "client.key", "tls: failed to parse private key");
    desk.openssl("pkey -in plain.key -ec_param_enc explicit -out client.key");
    desk.states("client.crt", "client.key", "tls: failed to parse private key");
    desk.openssl("pkcs8 -topk8 -in client.key -v2prf hmacWithSHA256 -passout pass:secret -out locked.key");
    let words = "failed to parse encrypted PKCS#8 private key: pkcs8: incorrect password";
    desk.states("client.crt", "locked.key", words);
    desk.openssl("ec -in client.key -param_enc explicit -aes128 -passout pass:secret -out locked.key");
    let words = "failed to decrypt PKCS#1 key: x509: decryption password incorrect";
    desk.states("client.crt", "locked.key", words);
}

#[test]
fn der_and_bundles_become_pem() {
    let Some(desk) = Desk::new("der") else { return };
    desk.pair(EC);
    desk.openssl("pkey -in plain.key -outform DER -out key.der");
    desk.states("client.crt", "key.der", "failed to decode private key");
    desk.openssl("pkcs8 -topk8 -in plain.key -outform DER -passout pass:secret -out locked.der");
    desk.states("client.crt", "locked.der", "failed to decode private key");
    let no_pem = "tls: failed to find any PEM data in certificate input";
    desk.openssl("x509 -in client.crt -outform DER -out cert.der");
    desk.states("cert.der", "plain.key", no_pem);
    desk.openssl("crl2pkcs7 -nocrl -certfile client.crt -outform DER -out cert.p7b");
    desk.states("cert.p7b", "plain.key", no_pem);
    desk.openssl("pkcs12 -export -in client.crt -inkey plain.key -passout pass:secret -out both.p12");
    desk.states("both.p12", "plain.key", no_pem);
    desk.states("client.crt", "both.p12", "failed to decode private key");
    let other = |label: &str| {
        format!(
            "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{label}]"
        )
    };
    desk.openssl("crl2pkcs7 -nocrl -certfile client.crt -out pem.p7b");
    desk.states("pem.p7b", "plain.key", &other("PKCS7"));
    desk.openssl("x509 -in client.crt -trustout -out trusted.crt");
    desk.states("trusted.crt", "plain.key", &other("TRUSTED CERTIFICATE"));
}

#[test]
fn a_shell_takes_the_line_as_it_is() {
    let error = EntryError::Key(sockeye::go_verdict::client::key::KeyFault::CurveWrittenOut);
    let files = Files { cert: "", cert_text: b"", key: "-my key's.pem", key_text: b"" };
    let line = mend(&error, &files).unwrap().command();
    let expected =
        r"openssl ec -in './-my key'\''s.pem' -param_enc named_curve -out './-my key'\''s.pem.new'";
    assert_eq!(line, expected);
}

#[test]
fn what_no_conversion_cures_has_no_mend() {
    let files = Files { cert: "c", cert_text: b"", key: "k", key_text: b"" };
    for error in
        [EntryError::Mismatch, EntryError::KindMismatch, EntryError::NoKeyBlock, EntryError::NoCertificate]
    {
        assert_eq!(mend(&error, &files), None);
    }
}
