//! Certificates of which each field can be wrong.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    der::{bits, integer, oid, sequence, tlv},
    extension::{
        CERT_SIGN, CLIENT, CRL_SIGN, authority, issuer_key, key_usage, named, no_authority, subject_key,
        usages,
    },
    key::{Key, Kind, Scheme, key},
};

/// A certificate with its key.
#[derive(Clone)]
pub struct Cert {
    pub der: Vec<u8>,
    pub key: Arc<Key>,
    /// The name by which it issues others.
    pub subject: Vec<u8>,
}

/// What a certificate will be. Fields that are bytes are written as they are.
pub struct Plan {
    /// 1 to 3; the number that is written is one less.
    pub version: u8,
    pub serial: Vec<u8>,
    pub subject: Vec<u8>,
    pub issuer: Vec<u8>,
    pub from: Vec<u8>,
    pub until: Vec<u8>,
    pub key: Arc<Key>,
    /// The public key; that of `key` where it is None.
    pub public: Option<Vec<u8>>,
    /// The unique identifiers.
    pub unique: Vec<u8>,
    pub extensions: Vec<Vec<u8>>,
    pub signer: Arc<Key>,
    pub scheme: Option<Scheme>,
    /// The algorithm within, and the one beside the signature.
    pub algorithms: [Option<Vec<u8>>; 2],
    /// The signature is wrong by one bit.
    pub spoiled: bool,
    /// What follows the extensions, and what follows the certificate.
    pub trailing: [Vec<u8>; 2],
}

/// The name that has this common name.
pub fn name(common: &str) -> Vec<u8> {
    name_of(&[("2.5.4.3", 0x0c, common.as_bytes())])
}

/// A name of attributes: each with its tag and its bytes.
pub fn name_of(attributes: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let parts: Vec<_> = attributes
        .iter()
        .map(|(attribute, tag, value)| tlv(0x31, &[&sequence(&[&oid(attribute), &tlv(*tag, &[value])])]))
        .collect();
    sequence(&[&parts.concat()])
}

pub const COMMON_NAME: &str = "2.5.4.3";
pub const ORGANISATION: &str = "2.5.4.10";
pub const UNIT: &str = "2.5.4.11";

pub fn utc_time(text: &str) -> Vec<u8> {
    tlv(0x17, &[text.as_bytes()])
}

pub fn generalized_time(text: &str) -> Vec<u8> {
    tlv(0x18, &[text.as_bytes()])
}

/// So many days from now.
pub fn days(days: i64) -> Vec<u8> {
    let time = Timestamp::now() + SignedDuration::from_hours(24 * days);
    utc_time(&time.strftime("%y%m%d%H%M%SZ").to_string())
}

/// The serial number of a plan that sets none: a new one each time.
fn serial() -> Vec<u8> {
    static LAST: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(4096);
    integer(LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

impl Plan {
    fn new(subject: &str, key: Arc<Key>, issuer: Option<&Cert>) -> Self {
        let subject = name(subject);
        Self {
            version: 3,
            serial: serial(),
            issuer: issuer.map_or(subject.clone(), |issuer| issuer.subject.clone()),
            subject,
            from: days(-2),
            until: days(60),
            signer: issuer.map_or(Arc::clone(&key), |issuer| Arc::clone(&issuer.key)),
            key,
            public: None,
            unique: Vec::new(),
            extensions: Vec::new(),
            scheme: None,
            algorithms: [None, None],
            spoiled: false,
            trailing: [Vec::new(), Vec::new()],
        }
    }

    /// Another key, for itself and, where it signs itself, as signer.
    pub fn of(&mut self, kind: Kind, number: u16) {
        if Arc::ptr_eq(&self.key, &self.signer) {
            self.signer = key(kind, number);
        }
        self.key = key(kind, number);
    }

    /// Names itself and, where it signs itself, its issuer.
    pub fn named(&mut self, name: Vec<u8>) {
        if self.issuer == self.subject {
            self.issuer.clone_from(&name);
        }
        self.subject = name;
    }

    pub fn ended(&mut self) {
        self.until = days(-1);
    }

    pub fn later(&mut self) {
        self.from = days(1);
    }

    pub fn add(&mut self, extension: Vec<u8>) {
        self.extensions.push(extension);
    }

    fn sign(self) -> Cert {
        let scheme = self.scheme.unwrap_or_else(|| self.signer.scheme());
        let [within, beside] = self.algorithms;
        let usual = self.signer.algorithm(scheme);
        let (within, beside) = (within.unwrap_or(usual.clone()), beside.unwrap_or(usual));
        let version = match self.version {
            1 => Vec::new(),
            version => tlv(0xa0, &[&integer(i64::from(version) - 1)]),
        };
        let extensions = match self.extensions.concat() {
            none if none.is_empty() => none,
            some => tlv(0xa3, &[&sequence(&[&some])]),
        };
        let signed = sequence(&[
            &version,
            &self.serial,
            &within,
            &self.issuer,
            &sequence(&[&self.from, &self.until]),
            &self.subject,
            self.public.as_ref().unwrap_or(&self.key.public),
            &self.unique,
            &extensions,
            &self.trailing[0],
        ]);
        let mut signature = self.signer.sign(scheme, &signed);
        if self.spoiled {
            *signature.last_mut().expect("it is not empty") ^= 1;
        }
        let mut der = sequence(&[&signed, &beside, &bits(&signature)]);
        der.extend(&self.trailing[1]);
        Cert { der, key: self.key, subject: self.subject }
    }
}

/// An authority that signs itself.
pub fn root(change: impl FnOnce(&mut Plan)) -> Cert {
    own("Lab Root", 0, change)
}

/// A certificate of an authority's extensions, signed by itself, with the key of this number.
pub fn own(subject: &str, number: u16, change: impl FnOnce(&mut Plan)) -> Cert {
    let mut plan = Plan::new(subject, key(Kind::P256, number), None);
    plan.extensions = vec![authority(None), key_usage(CERT_SIGN | CRL_SIGN)];
    change(&mut plan);
    if plan.version == 3 && plan.extensions.len() == 2 {
        let identifier = subject_key(&plan.key);
        plan.add(identifier);
    }
    plan.sign()
}

/// An authority by another.
pub fn intermediate(issuer: &Cert, change: impl FnOnce(&mut Plan)) -> Cert {
    between(issuer, "Lab Intermediate", 1, change)
}

/// An authority of this name by another, with the key of this number.
pub fn between(issuer: &Cert, subject: &str, number: u16, change: impl FnOnce(&mut Plan)) -> Cert {
    let mut plan = Plan::new(subject, key(Kind::P256, number), Some(issuer));
    plan.extensions = vec![
        authority(None),
        key_usage(CERT_SIGN | CRL_SIGN),
        subject_key(&plan.key),
        issuer_key(&issuer.key),
    ];
    change(&mut plan);
    plan.sign()
}

/// A server's certificate for `localhost` and `127.0.0.1`, unless it is changed.
pub fn leaf(issuer: &Cert, change: impl FnOnce(&mut Plan)) -> Cert {
    let mut plan = Plan::new("server", key(Kind::P256, 9), Some(issuer));
    plan.extensions = vec![named(&["localhost", "127.0.0.1"]), issuer_key(&issuer.key)];
    change(&mut plan);
    plan.sign()
}

/// A client's certificate.
pub fn client(issuer: &Cert, change: impl FnOnce(&mut Plan)) -> Cert {
    let mut plan = Plan::new("client", key(Kind::P256, 12), Some(issuer));
    plan.extensions = vec![no_authority(), usages(&[CLIENT]), issuer_key(&issuer.key)];
    change(&mut plan);
    plan.sign()
}

impl Cert {
    pub fn pem(&self) -> String {
        pem::encode(&pem::Pem::new("CERTIFICATE", self.der.clone()))
    }
}
