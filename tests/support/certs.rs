//! Certificates that are made for one test.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, aws_lc_rs},
    server::{
        ClientHello, ResolvesServerCert, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use tokio_rustls::TlsAcceptor;

/// When a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Valid {
    Today,
    /// Until the end of 2001.
    Formerly,
    /// From 2900 on.
    Later,
}

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate and those of its issuers, without the root.
    chain: Vec<CertificateDer<'static>>,
    der: CertificateDer<'static>,
    pem: String,
}

/// The certificate chain of a server, and its key.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// The server's own certificate.
    pem: String,
}

fn params(name: &str, names: &[&str], valid: Valid) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("the names are valid");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let (from, to) = match valid {
        Valid::Today => (2000, 2900),
        Valid::Formerly => (2000, 2002),
        Valid::Later => (2900, 2901),
    };
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    params
}

fn key_of(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

impl Authority {
    /// A root authority.
    pub fn new(name: &str) -> Self {
        let params = authority_params(name);
        let key = KeyPair::generate().expect("a key can be made");
        let cert = params.self_signed(&key).expect("it can sign itself");
        let (der, pem) = (cert.der().clone(), cert.pem());
        Self { issuer: Issuer::new(params, key), chain: Vec::new(), der, pem }
    }

    /// An authority signed by this one.
    #[must_use]
    pub fn intermediate(&self, name: &str) -> Self {
        let params = authority_params(name);
        let key = KeyPair::generate().expect("a key can be made");
        let cert = params.signed_by(&key, &self.issuer).expect("it can be signed");
        let (der, pem) = (cert.der().clone(), cert.pem());
        let chain = [vec![der.clone()], self.chain.clone()].concat();
        Self { issuer: Issuer::new(params, key), chain, der, pem }
    }

    /// Its certificate, for `tls.root_cas`.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// A server certificate for these names and addresses.
    pub fn issue(&self, names: &[&str], valid: Valid) -> Identity {
        let key = KeyPair::generate().expect("a key can be made");
        let cert = params("a server", names, valid).signed_by(&key, &self.issuer).expect("it can be signed");
        let chain = [vec![cert.der().clone()], self.chain.clone()].concat();
        Identity { chain, key: key_of(&key), pem: cert.pem() }
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = params(name, &[], Valid::Today);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

impl Identity {
    /// A self-signed certificate, marked as an authority if `ca`, as `openssl req -x509` makes it.
    pub fn self_signed(names: &[&str], ca: bool) -> Self {
        let mut params = params("a server", names, Valid::Today);
        if ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let key = KeyPair::generate().expect("a key can be made");
        let cert = params.self_signed(&key).expect("it can sign itself");
        Self { chain: vec![cert.der().clone()], key: key_of(&key), pem: cert.pem() }
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its private key as PEM (PKCS#8).
    pub fn key_pem(&self) -> String {
        pem::encode(&pem::Pem::new("PRIVATE KEY", self.key.secret_der()))
    }

    /// The same without the certificates of its issuers.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.chain.truncate(1);
        self
    }

    /// The same with the certificate of this authority at the end.
    #[must_use]
    pub fn ending_in(mut self, root: &Authority) -> Self {
        self.chain.push(root.der.clone());
        self
    }

    /// A server that sends these bytes as its certificate.
    pub fn acceptor_showing(&self, der: &[u8]) -> TlsAcceptor {
        let key = provider().key_provider.load_private_key(self.key.clone_key()).expect("it is a key");
        let shown = CertifiedKey::new(vec![CertificateDer::from(der.to_vec())], key);
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the versions fit the provider")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(FixedCert(Arc::new(shown))));
        TlsAcceptor::from(Arc::new(config))
    }

    /// A server with this identity, any TLS version.
    pub fn acceptor(&self) -> TlsAcceptor {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the versions fit the provider")
            .with_no_client_auth();
        self.finish(config)
    }

    /// A server with this identity and one version of TLS.
    pub fn acceptor_of(&self, version: &'static SupportedProtocolVersion) -> TlsAcceptor {
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .expect("the version fits the provider")
            .with_no_client_auth();
        self.finish(config)
    }

    /// A server with one version of TLS that requires a client certificate of `authority`.
    pub fn strict_acceptor(
        &self,
        authority: &Authority,
        version: &'static SupportedProtocolVersion,
    ) -> TlsAcceptor {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("it is an authority");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
            .build()
            .expect("there is a root");
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .expect("the version fits the provider")
            .with_client_cert_verifier(verifier);
        self.finish(config)
    }

    /// A server with one version of TLS that requires a client certificate, of an authority with this name in DER if
    /// there is one, and looks no further at it.
    pub fn curious_acceptor(
        &self,
        authority: Option<&[u8]>,
        version: &'static SupportedProtocolVersion,
    ) -> TlsAcceptor {
        let names = authority.into_iter().map(|name| DistinguishedName::from(name.to_vec())).collect();
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .expect("the version fits the provider")
            .with_client_cert_verifier(Arc::new(AnyClient(names)));
        self.finish(config)
    }

    fn finish(
        &self,
        config: rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>,
    ) -> TlsAcceptor {
        let config = config
            .with_single_cert(self.chain.clone(), self.key.clone_key())
            .expect("certificate and key belong together");
        TlsAcceptor::from(Arc::new(config))
    }
}

#[derive(Debug)]
struct FixedCert(Arc<CertifiedKey>);

impl ResolvesServerCert for FixedCert {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

/// Wants a certificate, and believes any.
#[derive(Debug)]
struct AnyClient(Vec<DistinguishedName>);

impl ClientCertVerifier for AnyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.0
    }

    fn verify_client_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _issuers: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        sockeye::go_offer::verify_schemes()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
