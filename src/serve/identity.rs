//! The certificate of the demo's TLS port, made at the start for a name that is not this host's.

use std::{io, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// The name in the certificate. Clients connect to 127.0.0.1, so it does not match.
pub(super) const NAME: &str = "feed.example";

/// The TLS acceptor, and the certificate that a client needs to trust it.
pub(super) struct Identity {
    pub(super) acceptor: TlsAcceptor,
    /// The certificate of the authority, as PEM.
    pub(super) authority: String,
}

impl Identity {
    /// Makes an authority and a certificate signed by it.
    ///
    /// # Errors
    ///
    /// Keys or certificates cannot be made.
    pub(super) fn make() -> io::Result<Self> {
        let issuer = CertifiedIssuer::self_signed(authority(), key()?).map_err(io::Error::other)?;
        let own = key()?;
        let leaf = leaf()?.signed_by(&own, &issuer).map_err(io::Error::other)?;
        let chain = vec![leaf.der().clone(), issuer.der().clone()];
        let private = PrivateKeyDer::Pkcs8(own.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(io::Error::other)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), authority: issuer.pem() })
    }
}

fn key() -> io::Result<KeyPair> {
    KeyPair::generate().map_err(io::Error::other)
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Sockeye demo authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params
}

fn leaf() -> io::Result<CertificateParams> {
    let mut params = CertificateParams::new([NAME.to_owned()]).map_err(io::Error::other)?;
    params.distinguished_name.push(DnType::CommonName, NAME);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    Ok(params)
}
