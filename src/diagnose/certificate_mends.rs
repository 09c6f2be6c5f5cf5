//! What mends each fault that the pipeline finds in a server's certificates: advice, and lines for a shell.

use std::net::IpAddr;

use crate::session::{
    Aspect::{self, Authority, Dates, Extensions, Name, Parsing, Trust, Usage},
    Certificate, Fix, TlsEvidence, TlsVerdict,
};

use super::finding::{advice, cut};

/// A fault, and what mends it.
struct Row {
    part: Part,
    /// `None`: of the line of the log.
    aspect: Option<Aspect>,
    /// In the pipeline's words for it.
    words: &'static str,
    /// `{name}` is the certificate's name, `{signer}` that of its signer, `{host}` the host of the URL.
    advice: &'static str,
    remedy: Remedy,
}

/// What has the fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The server's own certificate.
    Server,
    /// Another one that it sends.
    Between,
    /// The trusted certificate that has signed one of them.
    Root,
    /// The signature on one of them.
    Signature,
    /// The chain as a whole.
    Chain,
}

/// What the lines for a shell do.
#[derive(Clone, Copy)]
enum Remedy {
    /// Other dates and another signature; the rest stays.
    Renew,
    /// The same key and, of an authority, the same name; all else is new.
    Again,
    /// A new key.
    NewKey,
    /// A new key of the signer, and what it signed is signed again.
    NewKeyOfSigner,
    /// As `Again`, of the signer.
    AgainSigner,
    /// As `Again`, of every authority of the chain.
    AuthoritiesAgain,
    /// No line does it.
    Advice,
}

use Part::{Between, Chain, Root, Server, Signature};
use Remedy::{Again, AgainSigner, AuthoritiesAgain, NewKey, NewKeyOfSigner, Renew};

#[rustfmt::skip]
static ROWS: &[Row] = &[
    Row { part: Server, aspect: Some(Dates), words: "is after", advice: "renew the server's certificate; key and names stay", remedy: Renew },
    Row { part: Server, aspect: Some(Dates), words: "is before", advice: "issue the server's certificate with dates that have begun; key and names stay", remedy: Renew },
    Row { part: Server, aspect: Some(Name), words: "legacy Common Name", advice: "issue the server's certificate with “{host}” as a subject alternative name: the common name counts for nothing", remedy: Again },
    Row { part: Server, aspect: Some(Name), words: "", advice: "issue the server's certificate with “{host}” among its subject alternative names", remedy: Again },
    Row { part: Server, aspect: Some(Usage), words: "", advice: "issue the server's certificate for servers: its extended key usage lacks serverAuth", remedy: Again },
    Row { part: Server, aspect: Some(Extensions), words: "", advice: "issue the server's certificate without the critical extension that the pipeline does not know", remedy: Again },
    Row { part: Server, aspect: Some(Parsing), words: "elliptic curve", advice: "make a new key for the server, RSA of 2048 bits or EC P-256: the pipeline cannot read this one", remedy: NewKey },
    Row { part: Server, aspect: Some(Parsing), words: "ECDSA parameters", advice: "make a new key for the server, RSA of 2048 bits or EC P-256: the pipeline cannot read this one", remedy: NewKey },
    Row { part: Server, aspect: Some(Parsing), words: "public key", advice: "make a new key for the server, RSA of 2048 bits or EC P-256: the pipeline cannot read this one", remedy: NewKey },
    Row { part: Server, aspect: Some(Parsing), words: "", advice: "issue the server's certificate again, since the pipeline cannot read it", remedy: Again },
    Row { part: Between, aspect: Some(Dates), words: "", advice: "renew the authority “{name}” with its key; what it has signed stays valid", remedy: Renew },
    Row { part: Between, aspect: Some(Authority), words: "", advice: "make “{name}” again as an authority (CA:TRUE, keyCertSign), with its key; what it has signed stays valid", remedy: Again },
    Row { part: Between, aspect: Some(Usage), words: "", advice: "make the authority “{name}” again without an extended key usage, with its key; what it has signed stays valid", remedy: Again },
    Row { part: Between, aspect: Some(Extensions), words: "", advice: "make the authority “{name}” again without the critical extension that the pipeline does not know", remedy: Again },
    Row { part: Between, aspect: Some(Parsing), words: "RDNSequence", advice: "make the authority “{name}” again under a name that the pipeline can read, and what it has signed with it", remedy: Remedy::Advice },
    Row { part: Between, aspect: Some(Parsing), words: "", advice: "make the authority “{name}” again with its key, since the pipeline cannot read its certificate", remedy: Again },
    Row { part: Root, aspect: Some(Trust), words: "current time", advice: "renew the authority “{name}” with its key and trust the new one (tls.root_cas_file); what it has signed stays valid", remedy: Renew },
    Row { part: Root, aspect: Some(Trust), words: "cannot sign this kind", advice: "make “{name}” again as an authority (CA:TRUE, keyCertSign), with its key, and trust the new one (tls.root_cas_file); what it has signed stays valid", remedy: Again },
    Row { part: Root, aspect: Some(Trust), words: "incompatible key usage", advice: "make the authority “{name}” again without an extended key usage, with its key, and trust the new one (tls.root_cas_file)", remedy: Again },
    Row { part: Root, aspect: Some(Trust), words: "unhandled critical", advice: "make the authority “{name}” again without the critical extension that the pipeline does not know, and trust the new one (tls.root_cas_file)", remedy: Again },
    Row { part: Signature, aspect: Some(Trust), words: "insecure algorithm", advice: "have “{name}” signed again, with SHA-256: the pipeline takes no SHA-1 and no MD5", remedy: Renew },
    Row { part: Signature, aspect: Some(Trust), words: "-bit keys are insecure", advice: "make a new key of 2048 bits or more: the key that signed “{name}” is too short", remedy: NewKeyOfSigner },
    Row { part: Signature, aspect: Some(Trust), words: "cannot sign this kind", advice: "make “{signer}” again as an authority (CA:TRUE, keyCertSign), with its key; what it has signed stays valid, and a root goes into tls.root_cas_file", remedy: AgainSigner },
    Row { part: Signature, aspect: Some(Trust), words: "", advice: "trust the authority's present certificate (tls.root_cas_file): one of the same name but another key is trusted", remedy: Remedy::Advice },
    Row { part: Chain, aspect: None, words: "path length constraint", advice: "make the authority that has it again without the path length that this chain exceeds, or issue the server's certificate by one further up", remedy: AuthoritiesAgain },
    Row { part: Chain, aspect: None, words: "not authorized to sign for this name", advice: "make the authority that has them again without the name constraints that exclude a name of the server, or leave that name out", remedy: AuthoritiesAgain },
    Row { part: Chain, aspect: None, words: "invalid policies", advice: "have the certificates issued with the policies that their authorities require", remedy: Remedy::Advice },
    Row { part: Chain, aspect: None, words: "unsupported type of public key", advice: "make a new key for the server: RSA of 2048 bits or EC P-256", remedy: NewKey },
    Row { part: Chain, aspect: None, words: "RSA key larger than", advice: "make a shorter key for the server: RSA of 2048 bits or EC P-256", remedy: NewKey },
    Row { part: Chain, aspect: None, words: "server certificate: crypto/rsa: ", advice: "make a new key for the server: RSA of 2048 bits or EC P-256", remedy: NewKey },
];

/// The mends of all faults that the pipeline finds, those of the server's own certificate first.
pub(super) fn mends(tls: &TlsEvidence, host: &str) -> Vec<Fix> {
    let scene = Scene { chain: &tls.chain, host, line: line(tls) };
    let mut titles: Vec<String> = Vec::new();
    let checked = tls.chain.iter().enumerate().flat_map(|(nth, one)| {
        let checks = one.judgement.iter().flat_map(|judgement| &judgement.checks);
        checks.filter_map(move |check| Some((nth, Some(check.aspect), check.fault.as_deref()?)))
    });
    for (nth, aspect, fault) in checked.chain([(0, None, scene.line)]) {
        titles.extend(scene.mend(nth, aspect, fault));
    }
    if titles.iter().any(|title| title.contains("openssl ")) {
        titles.push(FILES.to_owned());
    }
    let mut fixes: Vec<Fix> = Vec::new();
    for fix in titles.into_iter().map(advice) {
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    fixes
}

fn line(tls: &TlsEvidence) -> &str {
    match &tls.pipeline {
        Some(TlsVerdict::Fails { line }) => line,
        _ => "",
    }
}

/// A certificate to be made, or one that signs it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The how-manieth of those that the server sends.
    Served(usize),
    Root,
}

struct Scene<'a> {
    chain: &'a [Certificate],
    host: &'a str,
    /// Of the pipeline's log.
    line: &'a str,
}

impl Scene<'_> {
    /// The advice about a fault, then its lines for a shell.
    fn mend(&self, nth: usize, aspect: Option<Aspect>, fault: &str) -> Vec<String> {
        let part = match aspect {
            None => Chain,
            Some(_) if fault.starts_with("the root: ") => Root,
            Some(_) if fault.starts_with("not by ") => Signature,
            Some(_) if nth == 0 => Server,
            Some(_) => Between,
        };
        // Whoever signs with its own key has no signer to mend: it is to be trusted, or not.
        if part == Signature && self.chain.get(nth).is_some_and(|one| one.self_issued) {
            return Vec::new();
        }
        if nth > 0 && part != Root && self.is_needless(nth) {
            let name = self.name(Which::Served(nth));
            return vec![format!(
                "leave certificate {nth}, “{name}”, out of what the server sends: no other is signed by it"
            )];
        }
        let is_of = |row: &&Row| row.part == part && row.aspect == aspect && fault.contains(row.words);
        let Some(row) = ROWS.iter().find(is_of) else { return Vec::new() };
        let which = if part == Root { Which::Root } else { Which::Served(nth) };
        let name = self.name(which);
        let advice = row.advice.replace("{name}", &name).replace("{host}", self.host);
        let advice = advice.replace("{signer}", &self.name(self.signer(which)));
        let is_own_root = part == Server && self.signer(which) == which;
        let advice = if is_own_root { format!("{advice}; {TRUST_NEW}") } else { advice };
        std::iter::once(advice).chain(self.commands(row.remedy, which)).collect()
    }

    fn commands(&self, remedy: Remedy, which: Which) -> Vec<String> {
        match remedy {
            Renew => vec![self.renewed(which)],
            Again => vec![self.again(which, "", &self.request(which))],
            AgainSigner => {
                let signer = self.signer(which);
                vec![self.again(signer, "", &self.request(signer))]
            }
            NewKey => vec![self.with_new_key(which)],
            NewKeyOfSigner => match self.signer(which) {
                signer if signer == which => vec![self.with_new_key(which)],
                signer => vec![self.with_new_key(signer), self.again(which, "-new", &self.request(which))],
            },
            AuthoritiesAgain => {
                let all = self.authorities().into_iter();
                all.map(|which| self.again(which, "", &self.request(which))).collect()
            }
            Remedy::Advice => Vec::new(),
        }
    }

    /// Whether nothing else that the server sends is signed by it, or it is a root, which a client has itself.
    fn is_needless(&self, nth: usize) -> bool {
        // Of a certificate that cannot be read, the issuer is not known.
        let all_are_read = self.chain.iter().all(|one| !one.issuer.is_empty());
        let others = || self.chain.iter().enumerate().filter(|(other, _)| *other != nth);
        self.chain.get(nth).is_some_and(|one| {
            one.self_issued || all_are_read && others().all(|(_, issued)| issued.issuer != one.subject)
        })
    }

    fn signer(&self, which: Which) -> Which {
        let Which::Served(nth) = which else { return Which::Root };
        let Some(one) = self.chain.get(nth) else { return Which::Root };
        if one.self_issued {
            return which;
        }
        let is_signer = |other: &Certificate| other.subject == one.issuer && !other.self_issued;
        let place = self.chain.iter().skip(1).position(is_signer);
        place.map_or(Which::Root, |place| Which::Served(place.saturating_add(1)))
    }

    /// The root, then the authorities between: the line of the log does not tell which of them has the limit.
    fn authorities(&self) -> Vec<Which> {
        let between = self.chain.iter().enumerate().skip(1).filter(|(_, one)| !one.self_issued);
        std::iter::once(Which::Root).chain(between.map(|(nth, _)| Which::Served(nth))).collect()
    }

    fn name(&self, which: Which) -> String {
        let name = match which {
            Which::Served(nth) => self.chain.get(nth).map(|one| &one.subject),
            Which::Root => self.root_name(),
        };
        cut(name.map_or("", String::as_str), 200)
    }

    /// The issuer that the server does not send.
    fn root_name(&self) -> Option<&String> {
        let is_sent =
            |issuer: &String| self.chain.iter().skip(1).any(|one| one.subject == *issuer && !one.self_issued);
        self.chain.iter().map(|one| &one.issuer).find(|issuer| !is_sent(issuer))
    }

    /// The name of its files, without an end.
    fn file(which: Which) -> String {
        match which {
            Which::Root => "ca".to_owned(),
            Which::Served(0) => "server".to_owned(),
            Which::Served(1) => "intermediate".to_owned(),
            Which::Served(nth) => format!("intermediate-{nth}"),
        }
    }

    /// The words that sign it; the files of another signer end with `suffix`.
    fn signing(&self, which: Which, suffix: &str) -> String {
        let (own, signer) = (Self::file(which), self.signer(which));
        if signer == which {
            return format!("-signkey {own}.key");
        }
        let signer = Self::file(signer);
        format!("-CA {signer}{suffix}.pem -CAkey {signer}{suffix}.key {SERIAL}")
    }

    fn renewed(&self, which: Which) -> String {
        let (file, signing, days) = (Self::file(which), self.signing(which, ""), days(which));
        if self.signer(which) == which {
            return format!("openssl x509 -in {file}.pem {signing} -days {days} -out {file}-new.pem");
        }
        self.again(which, "", &Self::request_of_old(which))
    }

    /// `suffix` is that of the signer's files.
    fn again(&self, which: Which, suffix: &str, request: &str) -> String {
        let (file, signing, days) = (Self::file(which), self.signing(which, suffix), days(which));
        let extensions = self.extensions(which);
        if which == Which::Root {
            return format!(
                "{extensions} && openssl x509 -in {file}.pem {signing} -clrext -days {days} -extfile {file}.ext \
                 -out {file}-new.pem"
            );
        }
        let serial = if signing.contains(SERIAL) { String::new() } else { format!(" {SERIAL}") };
        format!(
            "{extensions} && {request} && openssl x509 -req -in {file}.csr {signing}{serial} -days {days} \
             -extfile {file}.ext -out {file}-new.pem"
        )
    }

    /// The line that writes the request. What an authority has signed names it as it is named.
    fn request(&self, which: Which) -> String {
        if which != Which::Served(0) {
            return Self::request_of_old(which);
        }
        let file = Self::file(which);
        format!("openssl req -new -key {file}.key -subj {} -out {file}.csr", self.subject(which))
    }

    fn request_of_old(which: Which) -> String {
        let file = Self::file(which);
        format!("openssl x509 -in {file}.pem -x509toreq -signkey {file}.key -out {file}.csr")
    }

    fn with_new_key(&self, which: Which) -> String {
        let (file, days) = (Self::file(which), days(which));
        let signing = if self.signer(which) == which {
            format!("-signkey {file}-new.key {SERIAL}")
        } else {
            self.signing(which, "")
        };
        format!(
            "{} && openssl req -new -newkey rsa:2048 -nodes -keyout {file}-new.key -subj {} -out {file}.csr && \
             openssl x509 -req -in {file}.csr {signing} -days {days} -extfile {file}.ext -out {file}-new.pem",
            self.extensions(which),
            self.subject(which)
        )
    }

    /// The words of `-subj`.
    fn subject(&self, which: Which) -> String {
        let name = match which {
            Which::Served(0) => self.host.to_owned(),
            _ => common_name(&self.name(which)).to_owned(),
        };
        // A common name has at most 64 characters (RFC 5280, appendix A.1).
        let name = if name.is_empty() || name.chars().count() > 64 { "server" } else { &name };
        let escaped: String = name
            .chars()
            .flat_map(|one| "/\\+".contains(one).then_some('\\').into_iter().chain([one]))
            .collect();
        word(&format!("/CN={escaped}"))
    }

    /// The line that writes the file of extensions.
    fn extensions(&self, which: Which) -> String {
        let file = Self::file(which);
        let lines = match which {
            Which::Served(0) => {
                let names = word(&format!("subjectAltName={}", self.alternative_names()));
                format!("{names} basicConstraints=CA:FALSE extendedKeyUsage=serverAuth")
            }
            _ => "basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign,cRLSign subjectKeyIdentifier=hash"
                .to_owned(),
        };
        format!(r"printf '%s\n' {lines} > {file}.ext")
    }

    /// The host, then the other names that the certificate has, but for those that the file could not hold.
    fn alternative_names(&self) -> String {
        let is_plain =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_*:".contains(&byte));
        let own = self.chain.first().into_iter().flat_map(|leaf| leaf.names.iter().map(String::as_str));
        let others = own.filter(|name| !name.eq_ignore_ascii_case(self.host) && is_plain(name));
        let form = |name: &str| if name.parse::<IpAddr>().is_ok() { "IP" } else { "DNS" };
        let names = std::iter::once(self.host).chain(others);
        names.map(|name| format!("{}:{name}", form(name))).collect::<Vec<_>>().join(",")
    }
}

/// Of a certificate that is signed by its own key.
const TRUST_NEW: &str = "trust the new one (tls.root_cas_file)";

/// What the names in the lines mean.
const FILES: &str = "these lines are for who holds the keys: server, intermediate and ca stand for the files of each; \
                     a public authority issues by its own means";

const SERIAL: &str = "-set_serial 0x$(openssl rand -hex 8)";

fn days(which: Which) -> u16 {
    match which {
        Which::Served(0) => 365,
        Which::Served(_) => 1825,
        Which::Root => 3650,
    }
}

/// The common name in a name such as `C=NL, CN=Example CA`; the whole name without one.
fn common_name(name: &str) -> &str {
    name.rsplit_once("CN=").map_or(name, |(_, rest)| rest.split(", ").next().unwrap_or(rest))
}

/// As one word for a POSIX shell, which takes no zero byte.
fn word(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| "''".to_owned(), std::borrow::Cow::into_owned)
}
