//! Servers that write records of their own: alerts, cut and odd ones, and the first flight of TLS 1.2 by hand.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use super::{
    certificate::Cert,
    server::{Serving, leave},
};

/// A record of this type and version.
pub fn record(kind: u8, version: u16, content: &[u8]) -> Vec<u8> {
    let size = u16::try_from(content.len()).expect("a record is small");
    [&[kind][..], &version.to_be_bytes(), &size.to_be_bytes(), content].concat()
}

pub fn alert(level: u8, code: u8) -> Vec<u8> {
    record(21, 0x303, &[level, code])
}

/// A message of the handshake.
pub fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).expect("a message is small").to_be_bytes();
    [&[kind][..], &size[1..], body].concat()
}

/// A ServerHello of this version and suite, without a session.
pub fn server_hello(version: u16, suite: u16, random: [u8; 32], extensions: &[u8]) -> Vec<u8> {
    let mut body = [&version.to_be_bytes()[..], &random, &[0], &suite.to_be_bytes(), &[0]].concat();
    if !extensions.is_empty() {
        body.extend(u16::try_from(extensions.len()).expect("they are few").to_be_bytes());
        body.extend_from_slice(extensions);
    }
    handshake(2, &body)
}

/// An extension of a hello.
pub fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(body.len()).expect("it is small");
    [&kind.to_be_bytes()[..], &size.to_be_bytes(), body].concat()
}

/// When a server that writes records is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hears {
    /// It reads the ClientHello first.
    First,
    /// It says its part at once.
    Later,
    /// It never reads, which makes its end a reset.
    Never,
}

/// Writes these bytes, and closes.
pub fn writes(hears: Hears, bytes: Vec<u8>) -> Serving {
    Arc::new(move |mut stream, _| {
        if hears == Hears::First {
            heard(&mut stream)?;
        }
        stream.write_all(&bytes)?;
        if hears == Hears::Never {
            // The hello is there, and stays unread.
            stream.peek(&mut [0])?;
        } else {
            leave(&stream);
        }
        Ok(())
    })
}

/// Resets the connection after the ClientHello and these bytes.
pub fn resets(bytes: Vec<u8>) -> Serving {
    Arc::new(move |mut stream, _| {
        heard(&mut stream)?;
        stream.write_all(&bytes)?;
        std::thread::park_timeout(Duration::from_millis(50));
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        Ok(())
    })
}

/// Answers each ClientHello by what `answer` makes of it.
pub fn answers(answer: impl Fn(&Hello) -> Vec<u8> + Send + Sync + 'static) -> Serving {
    Arc::new(move |mut stream, _| {
        let hello = heard(&mut stream)?;
        stream.write_all(&answer(&Hello(hello)))?;
        leave(&stream);
        Ok(())
    })
}

/// The ClientHello, without the head of its record.
pub struct Hello(Vec<u8>);

impl Hello {
    pub fn random(&self) -> &[u8] {
        &self.0[6..38]
    }

    /// The session that it would resume, with its length.
    pub fn session(&self) -> &[u8] {
        &self.0[38..39 + usize::from(self.0[38])]
    }
}

/// Reads one record.
fn heard(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let mut content = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut content)?;
    Ok(content)
}

/// The random of the ServerHellos here.
pub const RANDOM: [u8; 32] = [1; 32];

/// ECDHE with ECDSA and AES-128-GCM.
pub const SUITE: u16 = 0xc02b;

/// Which messages of TLS 1.2 a server sends after its ServerHello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// It asks for a client certificate.
    pub asks: bool,
    /// The group of the key exchange, by its number.
    pub group: u16,
    /// The scheme that it says it signs with.
    pub scheme: u16,
    /// It sends its first messages only.
    pub cut: Option<usize>,
}

pub const FLIGHT: Flight = Flight { asks: false, group: 23, scheme: 0x0403, cut: None };

/// Sends its flight of TLS 1.2, reads what the client says to it, and writes these bytes.
pub fn flight(cert: &Cert, flight: Flight, then: Vec<u8>) -> Serving {
    let cert = cert.clone();
    Arc::new(move |mut stream, _| {
        let hello = Hello(heard(&mut stream)?);
        let mut messages = vec![
            server_hello(0x303, SUITE, RANDOM, &extension(0xff01, &[0])),
            handshake(11, &certificates(&[&cert.der])),
            handshake(12, &exchange(&cert, &hello, flight)),
        ];
        if flight.asks {
            messages.push(handshake(13, &[1, 64, 0, 4, 4, 3, 8, 4, 0, 0]));
        }
        messages.push(handshake(14, &[]));
        let all = messages.len();
        messages.truncate(flight.cut.unwrap_or(all));
        stream.write_all(&record(22, 0x303, &messages.concat()))?;
        if flight.cut.is_none() {
            heard(&mut stream)?;
        }
        stream.write_all(&then)?;
        leave(&stream);
        Ok(())
    })
}

/// The body of a Certificate message of TLS 1.2.
pub fn certificates(chain: &[&[u8]]) -> Vec<u8> {
    let sized = |bytes: &[u8]| {
        let size = u32::try_from(bytes.len()).expect("it is small").to_be_bytes();
        [&size[1..], bytes].concat()
    };
    let all: Vec<_> = chain.iter().map(|der| sized(der)).collect();
    sized(&all.concat())
}

fn exchange(cert: &Cert, hello: &Hello, flight: Flight) -> Vec<u8> {
    // Any point of the curve does, since nobody gets as far as to use it.
    let share = super::curve::P256.public(&[&[0; 31][..], &[5]].concat());
    let mut params = [&[3][..], &flight.group.to_be_bytes(), &[65]].concat();
    params.extend(share);
    let signed = [hello.random(), &RANDOM, &params].concat();
    let signature = cert.key.sign(cert.key.scheme(), &signed);
    let size = u16::try_from(signature.len()).expect("it is small");
    [&params[..], &flight.scheme.to_be_bytes(), &size.to_be_bytes(), &signature].concat()
}
