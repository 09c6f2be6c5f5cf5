//! Another handshake on the open connection, as Apache httpd asks for it: a client certificate
//! wanted for one location only. Needs `apache2`; `.ci/run` installs it and runs these.
#![cfg(all(unix, feature = "renegotiation"))]

pub mod support;

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rustls::version::{TLS12, TLS13};
use sockeye::{
    config::{ClientCert, Endpoint, RootSource, Settings, TlsSettings},
    diagnose,
    net::{Connect, Network, Reporter, Step},
    serve::{Demo, DemoOptions},
    session::{Evidence, FailureKind, Finding, StageReport, Timestamp},
};
use support::certs::{Authority, Identity, Valid};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// Longer than Apache takes to start.
const START: Duration = Duration::from_secs(10);

/// Where Debian has the modules.
const MODULES: &str = "/usr/lib/apache2/modules";

/// Apache in front of a feed, `/private` of which wants a client certificate.
struct Apache {
    process: Child,
    port: u16,
    authority: Authority,
    _folder: TempDir,
    _feed: Demo,
}

impl Drop for Apache {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Apache {
    async fn speaking(version: &rustls::SupportedProtocolVersion) -> Self {
        let feed = Demo::start(DemoOptions::default()).expect("the feed starts");
        let authority = Authority::new("our own");
        let identity = authority.issue(&["localhost"], Valid::Today);
        let folder = TempDir::new().expect("there is room for a folder");
        let port = free_port();
        write(folder.path(), &authority, &identity);
        let version = match version.version {
            rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3",
            _ => "TLSv1.2",
        };
        let config = folder.path().join("httpd.conf");
        fs::write(&config, config_of(folder.path(), port, version, &feed.url("/ticks")))
            .expect("it can be written");
        let process = Command::new("apache2")
            .args(["-D", "FOREGROUND", "-f"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("apache2 is installed");
        let apache = Self { process, port, authority, _folder: folder, _feed: feed };
        let listens = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(START, listens).await.expect("Apache listens");
        apache
    }

    /// A connection to the private location; what it failed with, or that it is open.
    async fn dial(&self, renegotiation: bool, client: Option<&Identity>) -> Told {
        let url = Endpoint::parse(&format!("wss://localhost:{}/private", self.port)).expect("it is one");
        let client_certs = client.map(|client| ClientCert::inline(client.pem(), &client.key_pem()));
        let tls = TlsSettings {
            enabled: true,
            renegotiation,
            roots: Some(RootSource::Text(self.authority.pem().to_owned())),
            client_certs: client_certs.into_iter().collect(),
            ..TlsSettings::default()
        };
        let settings = Settings { tls, ..Settings::new(url) };
        let (reporter, mut steps) = Reporter::new();
        let network = Network::new();
        let collect = async {
            let mut ladder = Vec::new();
            while let Some(step) = steps.recv().await {
                if let Step::Ended(report) = step {
                    ladder.push(*report);
                }
            }
            ladder
        };
        let (result, ladder) = tokio::join!(network.connect(Arc::new(settings.clone()), reporter), collect);
        let failure = result.err();
        let findings = failure
            .as_ref()
            .map(|failure| diagnose::failed(&settings, &ladder, failure, Timestamp::default()))
            .unwrap_or_default();
        Told { kind: failure.map(|failure| failure.kind), findings, ladder }
    }
}

struct Told {
    /// Why the connection failed; `None` when it is open.
    kind: Option<FailureKind>,
    findings: Vec<Finding>,
    ladder: Vec<StageReport>,
}

impl Told {
    fn codes(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.code.word()).collect()
    }

    fn edits(&self) -> Vec<String> {
        let edits = self.findings.iter().flat_map(|finding| &finding.fixes).flat_map(|fix| &fix.edits);
        edits.map(|edit| format!("{}={}", edit.path, edit.value)).collect()
    }

    fn renegotiations(&self) -> u32 {
        let exchange = self.ladder.iter().rev().find_map(|report| match &report.evidence {
            Evidence::Upgrade(exchange) => Some(exchange),
            _ => None,
        });
        exchange.map_or(0, |exchange| exchange.renegotiations)
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}

fn write(folder: &Path, authority: &Authority, identity: &Identity) {
    for (name, text) in
        [("ca.pem", authority.pem()), ("server.pem", identity.pem()), ("server.key", &identity.key_pem())]
    {
        fs::write(folder.join(name), text).expect("it can be written");
    }
}

fn config_of(folder: &Path, port: u16, version: &str, feed: &str) -> String {
    let folder = folder.display();
    let modules =
        ["mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http", "proxy_wstunnel"];
    let modules: Vec<_> =
        modules.iter().map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so")).collect();
    let modules = modules.join("\n");
    format!(
        "ServerRoot {folder}\nPidFile {folder}/pid\nServerName localhost\nListen 127.0.0.1:{port}\n\
         Mutex file:{folder}\n{modules}\nErrorLog {folder}/error.log\nSSLSessionCache none\nUser daemon\nGroup daemon\n\
         SSLEngine on\nSSLProtocol -all +{version}\nSSLCertificateFile {folder}/server.pem\n\
         SSLCertificateKeyFile {folder}/server.key\nSSLCACertificateFile {folder}/ca.pem\n\
         SSLVerifyClient none\nProxyPass /open {feed}\n\
         <Location /private>\nSSLVerifyClient require\nProxyPass {feed}\n</Location>\n"
    )
}

#[tokio::test]
#[ignore = "needs Apache httpd"]
async fn a_handshake_that_is_not_allowed_is_told_and_offered() {
    let apache = Apache::speaking(&TLS12).await;
    let told = apache.dial(false, None).await;
    assert_eq!(told.kind, Some(FailureKind::RenegotiationAsked));
    assert_eq!(told.codes(), ["tls-renegotiation"]);
    assert_eq!(told.edits(), ["tls.enabled=true", "tls.enable_renegotiation=true"]);
}

#[tokio::test]
#[ignore = "needs Apache httpd"]
async fn with_another_handshake_and_a_certificate_the_feed_opens() {
    let apache = Apache::speaking(&TLS12).await;
    let client = apache.authority.issue(&["client"], Valid::Today);
    let told = apache.dial(true, Some(&client)).await;
    assert_eq!(told.kind, None);
    assert_eq!(told.renegotiations(), 1);
}

#[tokio::test]
#[ignore = "needs Apache httpd"]
async fn without_a_certificate_the_other_handshake_ends_in_asking_for_one() {
    let apache = Apache::speaking(&TLS12).await;
    let told = apache.dial(true, None).await;
    assert_eq!(told.codes(), ["client-cert-wanted"]);
    assert_eq!(told.renegotiations(), 1);
}

#[tokio::test]
#[ignore = "needs Apache httpd"]
async fn a_certificate_of_a_stranger_is_refused() {
    let apache = Apache::speaking(&TLS12).await;
    let client = Authority::new("another").issue(&["client"], Valid::Today);
    let told = apache.dial(true, Some(&client)).await;
    assert_eq!(told.codes(), ["client-cert-refused"]);
}

#[tokio::test]
#[ignore = "needs Apache httpd"]
async fn under_tls_1_3_it_is_too_late_to_ask() {
    let apache = Apache::speaking(&TLS13).await;
    let client = apache.authority.issue(&["client"], Valid::Today);
    let told = apache.dial(true, Some(&client)).await;
    assert_eq!(told.kind, Some(FailureKind::Status { code: 403 }));
    assert_eq!(told.codes(), ["client-cert-wanted"]);
    assert_eq!(told.renegotiations(), 0);
}
