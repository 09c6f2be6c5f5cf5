//! Servers over TLS: any bytes as certificates, any key, and what they ask of a client. Each serves one connection of a
//! listener, and says which request it answered.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::Duration,
};

use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, ServerConnection,
    SignatureAlgorithm, SignatureScheme, StreamOwned, SupportedCipherSuite, SupportedProtocolVersion,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs},
    server::{
        ClientHello, ResolvesServerCert,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::{CertifiedKey, Signer, SigningKey},
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, UnixTime};

use super::{
    certificate::Cert,
    hash::Hash,
    key::{Key, Kind, Scheme},
};
use crate::support::servers::switching;

/// Serves one connection, and tells of the request if it accepts the websocket.
pub type Serving = Arc<dyn Fn(TcpStream, Accepted<'_>) -> io::Result<()> + Send + Sync>;

pub type Accepted<'a> = &'a dyn Fn(&str);

/// A server. Its fields are what can be unusual.
#[derive(Clone)]
pub struct Tls {
    pub chain: Vec<Vec<u8>>,
    /// Signs the handshake.
    pub key: Arc<Key>,
    /// How it may sign, in its order; what fits the key where it is empty.
    pub schemes: Vec<SignatureScheme>,
    pub versions: Vec<&'static SupportedProtocolVersion>,
    pub suites: Vec<SupportedCipherSuite>,
    pub groups: Vec<&'static dyn SupportedKxGroup>,
    pub asked: Option<Asked>,
    pub protocols: Vec<Vec<u8>>,
    pub then: Then,
}

/// What a server asks of a client's certificate.
#[derive(Clone, Debug)]
pub struct Asked {
    pub required: bool,
    /// The authorities that it names.
    pub authorities: Vec<Vec<u8>>,
    pub schemes: Vec<SignatureScheme>,
    /// How it refuses the one that it gets.
    pub refuses: Option<CertificateError>,
}

/// What comes after the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It accepts the websocket, sends one message, and waits for the end.
    Accepts,
    /// These bytes in the clear after the request.
    Clear(&'static [u8]),
    Closes,
    Resets,
    /// An alert through the encrypted connection; close_notify.
    Notifies,
}

/// How long a client may be silent.
const PATIENCE: Duration = Duration::from_secs(20);

impl Tls {
    /// A server that shows these certificates and has the key of the first.
    pub fn of(chain: &[&Cert]) -> Self {
        let mut suites = aws_lc_rs::ALL_CIPHER_SUITES.to_vec();
        suites.extend(super::cbc::suites());
        let mut groups = aws_lc_rs::ALL_KX_GROUPS.to_vec();
        groups.extend([super::groups::P521, super::groups::P384_ML_KEM_1024]);
        Self {
            chain: chain.iter().map(|cert| cert.der.clone()).collect(),
            key: Arc::clone(&chain[0].key),
            schemes: Vec::new(),
            versions: vec![&TLS13, &TLS12],
            suites,
            groups,
            asked: None,
            protocols: Vec::new(),
            then: Then::Accepts,
        }
    }

    #[must_use]
    pub fn only(mut self, version: &'static SupportedProtocolVersion) -> Self {
        self.versions = vec![version];
        self
    }

    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn serving(&self) -> Serving {
        let (config, then) = (Arc::new(self.config()), self.then);
        Arc::new(move |stream, accepted| serve(stream, Arc::clone(&config), then, accepted))
    }

    fn config(&self) -> ServerConfig {
        let provider = CryptoProvider {
            cipher_suites: self.suites.clone(),
            kx_groups: self.groups.clone(),
            ..aws_lc_rs::default_provider()
        };
        let builder = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&self.versions)
            .expect("the suites fit the versions");
        let builder = match &self.asked {
            Some(asked) => builder.with_client_cert_verifier(Arc::new(Verifier::of(asked))),
            None => builder.with_no_client_auth(),
        };
        let schemes = if self.schemes.is_empty() { usual(self.key.kind) } else { self.schemes.clone() };
        let signing = Signing { key: Arc::clone(&self.key), schemes };
        let chain = self.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
        let shown = Arc::new(CertifiedKey::new(chain, Arc::new(signing)));
        let mut config = builder.with_cert_resolver(Arc::new(Shows(shown)));
        config.alpn_protocols.clone_from(&self.protocols);
        config.send_tls13_tickets = 1;
        config
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, then: Then, accepted: Accepted<'_>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let under = stream.try_clone()?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut secured = StreamOwned::new(connection, stream);
    while secured.conn.is_handshaking() {
        if let Err(error) = secured.conn.complete_io(&mut secured.sock) {
            // A reset would overtake the alert.
            leave(&under);
            return Err(error);
        }
    }
    let request = head(&mut secured)?;
    match then {
        Then::Accepts => {
            secured.write_all(&[switching(&request, "").as_bytes(), &[0x81, 1, b'1']].concat())?;
            secured.flush()?;
            accepted(&request);
            return farewell(&mut secured);
        }
        Then::Clear(bytes) => (&under).write_all(bytes)?,
        Then::Closes => {}
        Then::Resets => {
            socket2::SockRef::from(&under).set_linger(Some(Duration::ZERO))?;
            return Ok(());
        }
        Then::Notifies => {
            secured.conn.send_close_notify();
            secured.conn.complete_io(&mut secured.sock)?;
        }
    }
    leave(&under);
    Ok(())
}

/// Reads a request.
pub fn head(stream: &mut impl Read) -> io::Result<String> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        read.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&read).into_owned())
}

/// Reads until the client has gone, and answers its close frame.
fn farewell(stream: &mut (impl Read + Write)) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let size = stream.read(&mut buffer)?;
        if size == 0 {
            return Ok(());
        }
        if buffer[0] & 0xf == 8 {
            stream.write_all(&[0x88, 2, 3, 0xe8])?;
            stream.flush()?;
        }
    }
}

/// Says that nothing more comes, and reads what the client still sends.
pub fn leave(mut stream: &TcpStream) {
    // Whoever has gone already is no concern of this server.
    drop(stream.shutdown(Shutdown::Write));
    drop(stream.set_read_timeout(Some(Duration::from_secs(2))));
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).is_ok_and(|size| size > 0) {}
}

/// The schemes of a key, the usual one first.
pub fn usual(kind: Kind) -> Vec<SignatureScheme> {
    match kind {
        Kind::Rsa(..768) => vec![SignatureScheme::RSA_PKCS1_SHA256],
        Kind::Rsa(_) | Kind::RsaPss => vec![
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
        ],
        Kind::P384 => vec![SignatureScheme::ECDSA_NISTP384_SHA384, SignatureScheme::ECDSA_NISTP256_SHA256],
        Kind::P521 => vec![SignatureScheme::ECDSA_NISTP521_SHA512, SignatureScheme::ECDSA_NISTP256_SHA256],
        Kind::Ed25519 => vec![SignatureScheme::ED25519],
        Kind::P224 | Kind::P256 | Kind::Secp256k1 | Kind::Ed448 => {
            vec![SignatureScheme::ECDSA_NISTP256_SHA256]
        }
    }
}

#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesServerCert for Shows {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[derive(Clone)]
struct Signing {
    key: Arc<Key>,
    schemes: Vec<SignatureScheme>,
}

struct Signs(Arc<Key>, SignatureScheme);

impl std::fmt::Debug for Signing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?}", self.schemes)
    }
}

impl std::fmt::Debug for Signs {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?}", self.1)
    }
}

impl SigningKey for Signing {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let scheme = self.schemes.iter().find(|scheme| offered.contains(scheme))?;
        Some(Box::new(Signs(Arc::clone(&self.key), *scheme)))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.key.kind {
            Kind::Rsa(_) | Kind::RsaPss => SignatureAlgorithm::RSA,
            Kind::Ed25519 => SignatureAlgorithm::ED25519,
            _ => SignatureAlgorithm::ECDSA,
        }
    }
}

impl Signer for Signs {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.0.sign(scheme(self.1), message))
    }

    fn scheme(&self) -> SignatureScheme {
        self.1
    }
}

fn scheme(scheme: SignatureScheme) -> Scheme {
    use SignatureScheme as S;
    let pss = matches!(scheme, S::RSA_PSS_SHA256 | S::RSA_PSS_SHA384 | S::RSA_PSS_SHA512);
    let hash = match scheme {
        S::RSA_PKCS1_SHA384 | S::RSA_PSS_SHA384 | S::ECDSA_NISTP384_SHA384 => Hash::Sha384,
        S::RSA_PKCS1_SHA512 | S::RSA_PSS_SHA512 | S::ECDSA_NISTP521_SHA512 => Hash::Sha512,
        S::RSA_PKCS1_SHA1 | S::ECDSA_SHA1_Legacy => Hash::Sha1,
        _ => Hash::Sha256,
    };
    Scheme { hash, pss }
}

/// Takes what it gets, or refuses it as it was told; the signatures of clients are their own affair.
#[derive(Debug)]
struct Verifier {
    asked: Asked,
    names: Vec<DistinguishedName>,
}

impl Verifier {
    fn of(asked: &Asked) -> Self {
        let name = |name: &Vec<u8>| DistinguishedName::in_sequence(super::der::read(name).1);
        Self { asked: asked.clone(), names: asked.authorities.iter().map(name).collect() }
    }
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        self.asked.required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.names
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let refused = self.asked.refuses.clone().map(Error::InvalidCertificate);
        refused.map_or(Ok(ClientCertVerified::assertion()), Err)
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.asked.schemes.clone()
    }
}
