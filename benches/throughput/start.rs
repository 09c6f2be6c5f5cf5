//! Measures the time from the start of the program to its first message, over ws and over wss.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use super::{
    child, median, print_line,
    server::{self, Feed, Server},
};

/// Measures both, in turn with the minimal reader.
pub fn measure(rounds: usize) {
    let feed = Feed { payload: server::stamped(200), count: 1, every: None, stamped: true };
    measure_one("ws", &Server::start(&feed).url(), None, rounds);
    let (url, root) = secure_server(&feed.payload);
    measure_one("wss", &url, Some(&root), rounds);
}

fn measure_one(scheme: &str, url: &str, root: Option<&Path>, rounds: usize) {
    let stdout = PathBuf::from("/dev/stdout");
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut floor = child::floor(url, &stdout, 1);
        floors.push(child::first_byte(floor.args(root)));
        let mut tail = child::tail(url, &stdout, "json", 1);
        ours.push(child::first_byte(tail.args(root.map(|_| "--cacert")).args(root)));
    }
    let ms = |times: Vec<Duration>| median(times.iter().map(|time| time.as_secs_f64() * 1e3).collect());
    let (own, floor) = (ms(ours), ms(floors));
    print_line(&format!(
        "start to first message over {scheme}: {own:.1} ms, floor {floor:.1} ms, {:.2} times",
        own / floor
    ));
}

/// Serves one message after the other over TLS 1.3 until this process ends; also returns the PEM file of the root.
fn secure_server(payload: &[u8]) -> (String, PathBuf) {
    let (config, root) = identity();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the system's choice");
    let address = listener.local_addr().expect("a bound socket has an address");
    let frame = server::frame(payload);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            client.set_nodelay(true).expect("a socket");
            let session = ServerConnection::new(config.clone()).expect("a session");
            let mut client = StreamOwned::new(session, client);
            // A client closes the connection when it has read enough.
            drop(server::upgrade(&mut client).and_then(|()| {
                client.write_all(&frame)?;
                client.read(&mut [0; 64])
            }));
        }
    });
    (format!("wss://{address}/"), root)
}

/// A server's certificate for the loopback address, and the PEM file of the root that issued it.
fn identity() -> (Arc<ServerConfig>, PathBuf) {
    let root_key = KeyPair::generate().expect("a key");
    let mut root = CertificateParams::new(Vec::new()).expect("parameters");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = root.self_signed(&root_key).expect("a root").pem();
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("parameters");
    let leaf = leaf.signed_by(&key, &Issuer::new(root, root_key)).expect("a certificate");
    let chain = vec![CertificateDer::from(leaf)];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a pair");
    let path = super::target().with_extension("root.pem");
    fs::write(&path, pem).expect("the root is written");
    (Arc::new(config), path)
}
