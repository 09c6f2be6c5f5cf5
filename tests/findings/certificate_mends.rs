//! The mends of a server's certificates: their words, and that a real `openssl` makes the pipeline take what they write.
//!
//! Where there is no `openssl`, only the words are stated.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use jiff::Zoned;
use sockeye::{
    diagnose,
    go_verdict::{
        Judged, Trust,
        certificate::{Pool, pem},
        chain::{Fitness, Signer},
    },
    session::{
        Aspect, Certificate, CertificateCheck, Evidence, FailureKind, FindingCode, Judgement, Stage,
        TlsEvidence, TlsVerdict,
    },
};

use crate::fixtures::{NOW, failure, leaf, report, settings};

/// The titles of the fixes where the pipeline refuses the certificates.
fn titles(tls: TlsEvidence) -> Vec<String> {
    let ladder = [report(Stage::Tls, Evidence::Tls(Box::new(tls)))];
    let failure = failure(Stage::Tls, FailureKind::CertInvalid);
    let findings = diagnose::failed(&settings("wss://feed.example/"), &ladder, &failure, NOW);
    let finding = findings.first().expect("there is a finding");
    finding.fixes.iter().map(|fix| fix.title.clone()).collect()
}

fn with_fault(certificate: Certificate, aspect: Aspect, fault: &str) -> Certificate {
    let checks = vec![CertificateCheck { aspect, fault: Some(fault.to_owned()) }];
    Certificate { judgement: Some(Judgement { checks, ..Judgement::default() }), ..certificate }
}

#[test]
fn each_fault_has_its_advice() {
    let rows = [
        (Aspect::Dates, "current time B is after A", "renew the server's certificate"),
        (Aspect::Dates, "current time A is before B", "with dates that have begun"),
        (
            Aspect::Name,
            "x509: certificate relies on legacy Common Name field, use SANs instead",
            "the common name counts for nothing",
        ),
        (Aspect::Name, "x509: certificate is valid for a, not b", "among its subject alternative names"),
        (Aspect::Usage, "x509: certificate specifies an incompatible key usage", "lacks serverAuth"),
        (Aspect::Extensions, "x509: unhandled critical extension", "without the critical extension"),
        (Aspect::Parsing, "x509: negative serial number", "cannot read it"),
        (Aspect::Parsing, "x509: unsupported elliptic curve", "make a new key for the server"),
        (Aspect::Trust, "the root: current time B is after A", "renew the authority “Example CA”"),
        (
            Aspect::Trust,
            "the root: x509: invalid signature: parent certificate cannot sign this kind of certificate",
            "again as an authority (CA:TRUE, keyCertSign)",
        ),
        (
            Aspect::Trust,
            "not by \"Example CA\": x509: cannot verify signature: insecure algorithm SHA1-RSA",
            "signed again, with SHA-256",
        ),
        (
            Aspect::Trust,
            "not by \"Example CA\": crypto/rsa: 512-bit keys are insecure (see …)",
            "is too short",
        ),
        (
            Aspect::Trust,
            "not by \"Example CA\": x509: ECDSA verification failure",
            "one of the same name but another key is trusted",
        ),
    ];
    for (aspect, fault, words) in rows {
        let chain = vec![with_fault(leaf(), aspect, fault)];
        let titles = titles(TlsEvidence { chain, ..TlsEvidence::default() });
        assert!(titles.iter().any(|title| title.contains(words)), "{fault}: {titles:?}");
        assert!(titles.last().expect("it is not empty").starts_with("connect without verification"));
    }
}

#[test]
fn each_fault_of_a_chain_has_its_advice() {
    let rows = [
        ("x509: too many intermediates for path length constraint", "without the path length"),
        (
            "x509: a root or intermediate certificate is not authorized to sign for this name: …",
            "name constraints",
        ),
        ("x509: no valid chains built: 1 candidate chains with invalid policies", "the policies that"),
        (
            "tls: server's certificate contains an unsupported type of public key: x",
            "a new key for the server",
        ),
        (
            "tls: invalid signature by the server certificate: crypto/rsa: 512-bit keys are insecure",
            "a new key for the server",
        ),
    ];
    for (line, words) in rows {
        let pipeline = Some(TlsVerdict::Fails { line: line.to_owned() });
        let titles = titles(TlsEvidence { chain: vec![leaf()], pipeline, ..TlsEvidence::default() });
        assert!(titles.iter().any(|title| title.contains(words)), "{line}: {titles:?}");
    }
}

#[test]
fn an_open_connection_has_the_mends_as_well() {
    let line = "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: …";
    let chain = vec![with_fault(leaf(), Aspect::Dates, "current time B is after A")];
    let pipeline = Some(TlsVerdict::Fails { line: line.to_owned() });
    let tls = TlsEvidence { chain, pipeline, ..TlsEvidence::default() };
    let ladder = [report(Stage::Tls, Evidence::Tls(Box::new(tls)))];
    let findings = diagnose::opened(&settings("wss://feed.example/"), &ladder, NOW);
    let differs = findings.iter().find(|finding| finding.code == FindingCode::TlsGoDiffers);
    let titles = differs.expect("it is found").fixes.iter().map(|fix| fix.title.as_str());
    let expected = [
        "renew the server's certificate; key and names stay",
        "printf '%s\\n' 'subjectAltName=DNS:feed.example' basicConstraints=CA:FALSE extendedKeyUsage=serverAuth \
         > server.ext && openssl x509 -in server.pem -x509toreq -signkey server.key -out server.csr && \
         openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 0x$(openssl rand -hex 8) -days 365 \
         -extfile server.ext -out server-new.pem",
        "these lines are for who holds the keys: server, intermediate and ca stand for the files of each; \
         a public authority issues by its own means",
    ];
    assert_eq!(titles.collect::<Vec<_>>(), expected);
}

#[test]
fn a_certificate_that_signs_no_other_is_to_be_left_out() {
    let other = Certificate { subject: "another".to_owned(), names: Vec::new(), ..leaf() };
    let other = with_fault(other, Aspect::Dates, "current time B is after A");
    let titles = titles(TlsEvidence { chain: vec![leaf(), other], ..TlsEvidence::default() });
    let words = "leave certificate 1, “another”, out of what the server sends: no other is signed by it";
    assert!(titles.contains(&words.to_owned()), "{titles:?}");
}

/// A folder with the files of an authority and of a server.
struct Desk {
    folder: PathBuf,
    served: &'static [&'static str],
    /// The file that is trusted.
    root: &'static str,
}

const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign,cRLSign";
const SERVER: &str = "subjectAltName=DNS:feed.example";
const EC: &str = "ec -pkeyopt ec_paramgen_curve:P-256";

impl Desk {
    /// `None` without an `openssl` of version 3.
    fn new(name: &str, served: &'static [&'static str]) -> Option<Self> {
        let version = Command::new("openssl").arg("version").output().ok()?;
        let is_three = String::from_utf8_lossy(&version.stdout).starts_with("OpenSSL 3");
        let folder = std::env::temp_dir().join(format!("mends {name} {}", std::process::id()));
        is_three.then(|| fs::create_dir_all(&folder).expect("a folder can be made"))?;
        Some(Self { folder, served, root: "ca" })
    }

    fn run(&self, line: &str) {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(&self.folder).stdin(Stdio::null());
        let output = command.output().expect("there is a shell");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes `file.pem` with a new key; `signer` is the file of another, or of itself.
    fn make(&self, file: &str, key: &str, extensions: &str, signer: &str, more: &str) {
        let signing = if signer == file {
            format!("-signkey {file}.key")
        } else {
            format!("-CA {signer}.pem -CAkey {signer}.key")
        };
        let serial = if more.contains("-set_serial") { "" } else { "-set_serial 7" };
        let days = if more.contains("-days") { "" } else { "-days 30" };
        let subject = if file == "server" { "feed.example" } else { file };
        self.run(&format!(
            "openssl req -new -newkey {key} -nodes -keyout {file}.key -subj '/CN={subject}' -out {file}.csr && \
             printf '%s\\n' {extensions} > made.ext && openssl x509 -req -in {file}.csr {signing} {serial} {days} {more} \
             -extfile made.ext -out {file}.pem"
        ));
    }

    fn der(&self, file: &str) -> Vec<u8> {
        let text = fs::read(self.folder.join(format!("{file}.pem"))).expect("the file is there");
        pem::decode(&text).expect("it is PEM").0.bytes
    }

    /// What is heard of the server, as the pipeline judges it.
    fn evidence(&self) -> TlsEvidence {
        let roots = self.folder.join(format!("{}.pem", self.root));
        let roots = Pool::from_pem(&fs::read(roots).expect("the file is there"));
        let ders: Vec<_> = self.served.iter().map(|file| self.der(file)).collect();
        let now = Zoned::now();
        let judged =
            Judged::of(&ders, Trust { roots: &roots, name: "feed.example", now: &now, skips: false });
        let pipeline = match judged.refused() {
            Some(refused) => TlsVerdict::Fails { line: refused.to_string() },
            None => TlsVerdict::Opens {},
        };
        let chain = self.served.iter().enumerate().map(|(nth, file)| self.certificate(nth, file, &judged));
        TlsEvidence { chain: chain.collect(), pipeline: Some(pipeline), ..TlsEvidence::default() }
    }

    fn certificate(&self, nth: usize, file: &str, judged: &Judged) -> Certificate {
        let above = self.served.get(nth + 1).copied().unwrap_or(self.root);
        let subject = |file: &str| format!("CN={}", if file == "server" { "feed.example" } else { file });
        let checks = checks(nth, judged, &self.der(file));
        Certificate {
            subject: subject(file),
            issuer: subject(above),
            self_issued: above == file,
            judgement: Some(Judgement { checks, ..Judgement::default() }),
            ..Certificate::default()
        }
    }

    /// The pipeline refuses the server with these words, and takes it after the lines of the finding.
    fn is_mended(&self, words: &str) {
        let evidence = self.evidence();
        let Some(TlsVerdict::Fails { line }) = &evidence.pipeline else { panic!("it is not refused") };
        assert!(line.contains(words), "{line}");
        let titles = titles(evidence.clone());
        let commands = titles.iter().filter(|title| title.contains("openssl "));
        assert!(commands.clone().count() > 0, "{titles:?}");
        commands.for_each(|command| self.run(command));
        self.run("for made in *-new.*; do mv \"$made\" \"$(echo \"$made\" | sed s/-new//)\"; done");
        assert_eq!(self.evidence().pipeline, Some(TlsVerdict::Opens {}), "{titles:?}");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// The faults of one certificate.
fn checks(nth: usize, judged: &Judged, der: &[u8]) -> Vec<CertificateCheck> {
    let mut checks = Vec::new();
    let mut add = |aspect, fault: Option<String>| checks.push(CertificateCheck { aspect, fault });
    let Some(all) = &judged.judgements else {
        let fault = sockeye::go_verdict::certificate::Certificate::parse(der).err();
        add(Aspect::Parsing, fault.map(|fault| fault.to_string()));
        return checks;
    };
    let one = all.served.get(nth).expect("each is judged");
    for (aspect, fault) in faults(&one.fitness) {
        add(aspect, Some(fault));
    }
    if let Some(Err(fault)) = &one.name {
        add(Aspect::Name, Some(fault.to_string()));
    }
    match &one.signer {
        Signer::Root(place) => {
            let fault = all.roots.get(place).and_then(|root| faults(root).into_iter().next());
            add(Aspect::Trust, fault.map(|(_, fault)| format!("the root: {fault}")));
        }
        Signer::Nobody(Some(hint)) => {
            add(Aspect::Trust, Some(format!("not by \"{}\": {}", hint.authority, hint.cause)));
        }
        _ => {}
    }
    checks
}

fn faults(fitness: &Fitness) -> Vec<(Aspect, String)> {
    let unhandled = "x509: unhandled critical extension".to_owned();
    let usage = "x509: certificate specifies an incompatible key usage".to_owned();
    let authority = fitness.authority.as_ref().and_then(|authority| authority.as_ref().err());
    let all = [
        fitness.has_unhandled_critical.then_some((Aspect::Extensions, unhandled)),
        fitness.dates.as_ref().err().map(|fault| (Aspect::Dates, fault.to_string())),
        authority.map(|fault| (Aspect::Authority, fault.to_string())),
        (!fitness.permits_servers).then_some((Aspect::Usage, usage)),
    ];
    all.into_iter().flatten().collect()
}

#[test]
fn the_lines_mend_a_servers_own_certificate() {
    let rows = [
        (EC, SERVER, "-days -1", "is after"),
        (EC, "basicConstraints=CA:FALSE", "", "legacy Common Name"),
        (EC, "subjectAltName=DNS:other.example", "", "valid for other.example"),
        (EC, "subjectAltName=DNS:feed.example extendedKeyUsage=clientAuth", "", "incompatible key usage"),
        (EC, "subjectAltName=DNS:feed.example 1.2.3.4=critical,ASN1:NULL", "", "unhandled critical"),
        (EC, SERVER, "-set_serial -5", "negative serial"),
        (EC, SERVER, "-sha1", "insecure algorithm"),
        ("ec -pkeyopt ec_paramgen_curve:secp256k1", SERVER, "", "unsupported elliptic curve"),
        ("ed448", SERVER, "", "unsupported type of public key"),
    ];
    for (nth, (key, extensions, more, words)) in rows.into_iter().enumerate() {
        let Some(desk) = Desk::new(&format!("server {nth}"), &["server"]) else { return };
        desk.make("ca", EC, AUTHORITY, "ca", "");
        desk.make("server", key, extensions, "ca", more);
        desk.is_mended(words);
    }
}

#[test]
fn the_lines_mend_an_own_authority() {
    let limited = "basicConstraints=critical,CA:TRUE 'nameConstraints=critical,permitted;DNS:other.example'";
    let rows = [
        (EC, AUTHORITY, "-days -1", "is after"),
        (EC, "keyUsage=critical,keyCertSign", "", "cannot sign this kind"),
        (EC, "basicConstraints=CA:TRUE keyUsage=critical,digitalSignature", "", "cannot sign this kind"),
        (EC, "basicConstraints=CA:TRUE extendedKeyUsage=clientAuth", "", "incompatible key usage"),
        (EC, "basicConstraints=CA:TRUE 1.2.3.4=critical,ASN1:NULL", "", "unhandled critical"),
        (EC, limited, "", "not authorized to sign for this name"),
        ("rsa:768", AUTHORITY, "", "-bit keys are insecure"),
    ];
    for (nth, (key, extensions, more, words)) in rows.into_iter().enumerate() {
        let Some(desk) = Desk::new(&format!("authority {nth}"), &["server"]) else { return };
        desk.make("ca", key, extensions, "ca", more);
        desk.make("server", EC, SERVER, "ca", "");
        desk.is_mended(words);
    }
}

#[test]
fn the_lines_mend_an_authority_between() {
    let keyed = "basicConstraints=critical,CA:TRUE authorityKeyIdentifier=keyid";
    let rows = [
        (AUTHORITY, EC, keyed, "-days -1", "is after"),
        (AUTHORITY, EC, "keyUsage=critical,keyCertSign", "", "cannot sign this kind"),
        (AUTHORITY, EC, "basicConstraints=CA:TRUE extendedKeyUsage=clientAuth", "", "incompatible key usage"),
        (AUTHORITY, EC, AUTHORITY, "-set_serial -5", "negative serial"),
        (AUTHORITY, EC, AUTHORITY, "-sha1", "unknown authority"),
        (AUTHORITY, "rsa:768", AUTHORITY, "", "-bit keys are insecure"),
        ("basicConstraints=critical,CA:TRUE,pathlen:0", EC, AUTHORITY, "", "path length"),
    ];
    for (nth, (root, key, extensions, more, words)) in rows.into_iter().enumerate() {
        let Some(desk) = Desk::new(&format!("between {nth}"), &["server", "intermediate"]) else { return };
        desk.make("ca", EC, root, "ca", "");
        desk.make("intermediate", key, extensions, "ca", more);
        desk.make("server", EC, SERVER, "intermediate", "");
        desk.is_mended(words);
    }
}

#[test]
fn an_address_is_named_as_one_and_the_other_names_stay() {
    let names = ["other.example", "*.feed.example", "a name,DNS:evil", "10.0.0.1"].map(str::to_owned);
    let chain = vec![with_fault(Certificate { names: names.to_vec(), ..leaf() }, Aspect::Name, "x509: …")];
    let pipeline = Some(TlsVerdict::Fails { line: "x509: …".to_owned() });
    let tls = TlsEvidence { chain, pipeline, ..TlsEvidence::default() };
    let ladder = [report(Stage::Tls, Evidence::Tls(Box::new(tls)))];
    let findings = diagnose::opened(&settings("wss://127.0.0.1/"), &ladder, NOW);
    let titles: Vec<_> = findings.iter().flat_map(|finding| &finding.fixes).map(|fix| &fix.title).collect();
    let words = "'subjectAltName=IP:127.0.0.1,DNS:other.example,DNS:*.feed.example,IP:10.0.0.1' basic";
    assert!(titles.iter().any(|title| title.contains(words)), "{titles:?}");
}

#[test]
fn the_lines_mend_a_certificate_that_signs_itself() {
    let rows = [
        (SERVER, "-days -1", "is after"),
        ("basicConstraints=CA:TRUE", "", "legacy Common Name"),
        ("subjectAltName=DNS:feed.example 1.2.3.4=critical,ASN1:NULL", "", "unhandled critical"),
    ];
    for (nth, (extensions, more, words)) in rows.into_iter().enumerate() {
        let Some(mut desk) = Desk::new(&format!("itself {nth}"), &["server"]) else { return };
        desk.root = "server";
        desk.make("server", EC, extensions, "server", more);
        desk.is_mended(words);
    }
}
