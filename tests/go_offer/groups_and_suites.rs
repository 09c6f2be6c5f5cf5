//! The groups and suites between a client and a server that both have them, in memory.

use std::io::{Read, Write};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, HandshakeKind, NamedGroup, ServerConfig,
    ServerConnection, SignatureScheme, SupportedProtocolVersion,
};
use sockeye::go_offer::{Offer, provider, verify_schemes};
use sockeye::go_verdict::{
    self,
    wire::{Block, Engine},
};

/// What Go offers with and without the suites of chained blocks, as its own hellos say.
fn of_go(block: Block) -> go_verdict::wire::Offer {
    go_verdict::wire::Offer::of(Engine::Benthos80, block)
}

#[test]
fn the_suites_are_gos_in_gos_order() {
    let numbers =
        |offer: Offer| offer.suites.iter().map(|suite| u16::from(suite.suite())).collect::<Vec<_>>();
    assert_eq!(numbers(Offer::with_cbc()), of_go(Block::Off).suites);
    assert_eq!(numbers(Offer::default()), of_go(Block::On).suites);
}

#[test]
fn the_groups_are_gos_in_gos_order() {
    let numbers: Vec<_> = Offer::default().groups.iter().map(|group| u16::from(group.name())).collect();
    assert_eq!(numbers, of_go(Block::On).groups);
}

#[test]
fn the_schemes_are_gos_in_gos_order() {
    let numbers: Vec<_> = verify_schemes().into_iter().map(u16::from).collect();
    assert_eq!(numbers, of_go(Block::On).schemes);
}

#[test]
fn the_hello_offers_two_shares() {
    let hello = hello(&[&TLS12, &TLS13]);
    assert!(has(
        &hello,
        &[0, 10, 0, 16, 0, 14, 0x11, 0xec, 0x11, 0xeb, 0x11, 0xed, 0, 29, 0, 23, 0, 24, 0, 25]
    ));
    // Of 1184 and 32 bytes, and of 32 bytes.
    let shares = [&[0, 51, 0x04, 0xea, 0x04, 0xe8, 0x11, 0xec, 0x04, 0xc0][..], &[0, 29, 0, 32]];
    assert!(shares.iter().all(|share| has(&hello, share)));
    assert!(has(&hello, &[0xc0, 0x09, 0xc0, 0x13, 0xc0, 0x0a, 0xc0, 0x14, 0x13, 1, 0x13, 2, 0x13, 3]));
}

#[test]
fn the_hello_of_tls12_offers_curves_alone() {
    assert!(has(&hello(&[&TLS12]), &[0, 10, 0, 10, 0, 8, 0, 29, 0, 23, 0, 24, 0, 25]));
}

fn hello(versions: &[&'static SupportedProtocolVersion]) -> Vec<u8> {
    let config = client_config(&Offer::with_cbc(), versions).unwrap();
    let mut client = ClientConnection::new(Arc::new(config), ServerName::try_from("peer").unwrap()).unwrap();
    let mut hello = Vec::new();
    client.write_tls(&mut hello).unwrap();
    hello
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn every_suite_carries_text_both_ways() {
    for suite in Offer::with_cbc().suites {
        let server = Offer { suites: vec![suite], ..Offer::with_cbc() };
        let (client, _) = converse(&Offer::with_cbc(), &server, suite.version(), 100_000).unwrap();
        assert_eq!(client.negotiated_cipher_suite(), Some(suite));
    }
}

#[test]
fn no_suite_of_chained_blocks_is_offered_unasked() {
    let server = Offer { suites: Offer::with_cbc().suites[6..10].to_vec(), ..Offer::default() };
    assert!(converse(&Offer::default(), &server, &TLS12, 1).is_err());
}

#[test]
fn every_group_agrees() {
    for group in Offer::default().groups {
        for version in [&TLS12, &TLS13] {
            let server = Offer { groups: vec![group], ..Offer::default() };
            for client in [&Offer::default(), &server] {
                let opened = converse(client, &server, version, 1);
                assert_eq!(
                    opened.is_ok(),
                    group.usable_for_version(version.version),
                    "{group:?} {version:?}"
                );
                if let Ok((client, _)) = opened {
                    assert_eq!(client.negotiated_key_exchange_group().unwrap().name(), group.name());
                }
            }
        }
    }
}

#[test]
fn the_classical_half_of_a_hybrid_needs_no_second_hello() {
    let groups = Offer::default().groups;
    for (hybrid, half) in [(0, 3), (1, 4), (2, 5)] {
        let client = Offer { groups: vec![groups[hybrid], groups[half]], ..Offer::default() };
        let server = Offer { groups: vec![groups[half]], ..Offer::default() };
        let (client, _) = converse(&client, &server, &TLS13, 1).unwrap();
        assert_eq!(client.negotiated_key_exchange_group().unwrap().name(), groups[half].name());
        assert_eq!(client.handshake_kind(), Some(HandshakeKind::Full));
    }
}

#[test]
fn a_share_of_the_wrong_shape_is_refused() {
    for name in [NamedGroup::Unknown(0x11ed), NamedGroup::secp521r1] {
        let group = Offer::default().groups.into_iter().find(|group| group.name() == name).unwrap();
        let good = group.start_and_complete(group.start().unwrap().pub_key()).unwrap().pub_key;
        assert!(group.start().unwrap().complete(&good).is_ok());
        for share in
            [&[][..], &good[1..], &good[..good.len() - 1], &[&good[..], &[0]].concat(), &vec![4; good.len()]]
        {
            assert!(group.start().unwrap().complete(share).is_err(), "{name:?} {}", share.len());
            assert!(group.start_and_complete(share).is_err(), "{name:?} {}", share.len());
        }
        let mut compressed = good.clone();
        compressed[0] = 2;
        assert!(group.start().unwrap().complete(&compressed).is_err());
    }
}

type Ends = (ClientConnection, ServerConnection);

/// Lets both ends shake hands and send a text of the given length each.
fn converse(
    client: &Offer,
    server: &Offer,
    version: &'static SupportedProtocolVersion,
    length: usize,
) -> Result<Ends, Error> {
    let ecdsa = server.suites.iter().all(|suite| format!("{suite:?}").contains("ECDSA"));
    let key = if ecdsa { include_str!("keys/p256.pem") } else { include_str!("keys/rsa2048.pem") };
    let key = rcgen::KeyPair::from_pem(key).unwrap();
    let cert = rcgen::CertificateParams::new(vec!["peer".into()]).unwrap().self_signed(&key).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(provider(server)))
        .with_protocol_versions(&[version])?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
    let client = client_config(client, &[version])?;
    let mut client = ClientConnection::new(Arc::new(client), ServerName::try_from("peer").unwrap())?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    let text: Vec<u8> = (0..=255).cycle().take(length).collect();
    client.set_buffer_limit(None);
    server.set_buffer_limit(None);
    client.writer().write_all(&text).unwrap();
    server.writer().write_all(&text).unwrap();
    let (mut at_client, mut at_server) = (Vec::new(), Vec::new());
    while at_client.len() < length || at_server.len() < length {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut rest = &wire[..];
        while !rest.is_empty() {
            server.read_tls(&mut rest).unwrap();
            server.process_new_packets()?;
            let _ = server.reader().read_to_end(&mut at_server);
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        let mut rest = &wire[..];
        while !rest.is_empty() {
            client.read_tls(&mut rest).unwrap();
            client.process_new_packets()?;
            let _ = client.reader().read_to_end(&mut at_client);
        }
    }
    assert!(at_client == text && at_server == text, "the text arrives whole");
    Ok((client, server))
}

fn client_config(
    offer: &Offer,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConfig, Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(provider(offer)))
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyServer))
        .with_no_client_auth())
}

/// Takes every certificate, but not every signature.
#[derive(Debug)]
pub struct AnyServer;

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider(&Offer::default()).signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signed, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider(&Offer::default()).signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signed, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        verify_schemes()
    }
}
