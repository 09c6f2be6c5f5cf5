//! The floor: a minimal reader that reads with tokio-tungstenite and writes the payloads.

use std::{fs::OpenOptions, io::Write as _, path::Path, sync::Arc};

use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

/// The argument with which this program runs as the floor.
pub const ROLE: &str = "floor";
const WRITE: usize = 64 << 10;

/// Reads `count` messages from `url` and writes each with a line break to `target`. The buffer is flushed when no more
/// messages are available.
///
/// Over TLS it trusts the root in this PEM file.
pub fn run(url: &str, target: &Path, count: u64, root: Option<&Path>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (_, address) = url.trim_end_matches('/').split_once("://").expect("a scheme");
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        match root {
            None => read(url, stream, target, count).await,
            Some(root) => read(url, secured(stream, address, root).await, target, count).await,
        }
    });
}

async fn secured(stream: TcpStream, address: &str, root: &Path) -> impl AsyncRead + AsyncWrite + Unpin {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(root).expect("a root")).expect("a sound root");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let host = address.rsplit_once(':').expect("a port").0.to_owned();
    let name = ServerName::try_from(host).expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("the handshake goes through")
}

async fn read(url: &str, stream: impl AsyncRead + AsyncWrite + Unpin, target: &Path, count: u64) {
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).open(target).expect("a file");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.expect("the server upgrades");
    let mut buffer = Vec::with_capacity(2 * WRITE);
    let mut read = 0;
    while read < count {
        // Reads all available messages per wake-up.
        let mut next = Some(socket.next().await);
        while let Some(Some(Ok(message))) = next {
            buffer.extend_from_slice(&message.into_data());
            buffer.push(b'\n');
            read += 1;
            if buffer.len() >= WRITE {
                out.write_all(&buffer).expect("the target takes it");
                buffer.clear();
            }
            next = if read < count { futures_util::FutureExt::now_or_never(socket.next()) } else { None };
        }
        out.write_all(&buffer).expect("the target takes it");
        buffer.clear();
    }
    drop(socket.close(None).await);
}
