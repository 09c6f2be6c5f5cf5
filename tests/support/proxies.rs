//! Proxies on a loopback port, each for one connection.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
};

use super::servers::{Server, once, read_head};

/// A proxy that answers CONNECT with this and then tunnels to `target`. Its outcome is the request.
pub async fn tunnelling(answer: &'static str, target: SocketAddr) -> Server<String> {
    once(async move |stream| tunnel(stream, answer, target).await).await
}

/// The part of [`tunnelling`], on any stream.
pub async fn tunnel<S>(mut stream: S, answer: &str, target: SocketAddr) -> String
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request = read_head(&mut stream).await;
    stream.write_all(answer.as_bytes()).await.expect("the client reads");
    stream.flush().await.expect("the client reads");
    forward(stream, target).await;
    request
}

/// A SOCKS 5 proxy (RFC 1928) that always connects to `target`. With `login` it requires that user and
/// password (RFC 1929). Its outcome is the request.
pub async fn socks(login: Option<(&'static str, &'static str)>, target: SocketAddr) -> Server<Vec<u8>> {
    once(async move |mut stream: TcpStream| {
        let method = if login.is_some() { 2 } else { 0 };
        let methods = versioned_list(&mut stream, 5).await;
        let taken = if methods.contains(&method) { method } else { 0xff };
        stream.write_all(&[5, taken]).await.expect("the client reads");
        if let Some((user, password)) = login.filter(|_| taken == 2) {
            let got = (versioned_list(&mut stream, 1).await, list(&mut stream).await);
            let right = got == (user.as_bytes().to_vec(), password.as_bytes().to_vec());
            stream.write_all(&[1, u8::from(!right)]).await.expect("the client reads");
        }
        let request = request(&mut stream).await;
        if !request.is_empty() {
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.expect("the client reads");
            forward(stream, target).await;
        }
        request
    })
    .await
}

/// A SOCKS 5 proxy that answers the request with this code.
pub async fn socks_refusing(reply: u8) -> Server<Vec<u8>> {
    once(async move |mut stream: TcpStream| {
        versioned_list(&mut stream, 5).await;
        stream.write_all(&[5, 0]).await.expect("the client reads");
        let request = request(&mut stream).await;
        stream.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await.expect("the client reads");
        request
    })
    .await
}

/// Reads the version, which must be `version`, and a list that follows its length.
async fn versioned_list(stream: &mut TcpStream, version: u8) -> Vec<u8> {
    assert_eq!(stream.read_u8().await.expect("the client writes"), version);
    list(stream).await
}

async fn list(stream: &mut TcpStream) -> Vec<u8> {
    let mut list = vec![0; usize::from(stream.read_u8().await.expect("the client writes"))];
    stream.read_exact(&mut list).await.expect("the client writes");
    list
}

/// The type of address, the address and the port of a request; empty if the client has left.
async fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 4];
    if stream.read_exact(&mut head).await.is_err() {
        return Vec::new();
    }
    assert_eq!(head[..3], [5, 1, 0], "CONNECT");
    let (mut request, len) = match head[3] {
        1 => (vec![1], 6),
        4 => (vec![4], 18),
        _ => {
            let len = stream.read_u8().await.expect("the client writes");
            (vec![3, len], usize::from(len) + 2)
        }
    };
    let mut address = vec![0; len];
    stream.read_exact(&mut address).await.expect("the client writes");
    request.extend(address);
    request
}

async fn forward(mut stream: impl AsyncRead + AsyncWrite + Unpin, target: SocketAddr) {
    let mut server = TcpStream::connect(target).await.expect("the target listens");
    // The tunnel ends when either side leaves.
    drop(copy_bidirectional(&mut stream, &mut server).await);
}
