//! A scripted peer: connections that need no port and no real time. The test itself is the server.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::{Buf, BytesMut};
use sockeye::{
    config::{Endpoint, Settings},
    net::{Connect, Reporter, Socket, Step},
    session::{Evidence, Failure, FailureKind, Opened, Stage, StageReport, Timestamp},
    wire::Inflater,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    sync::mpsc,
    time::Instant,
};

/// The capacity of the pipe to the server in bytes, in each direction.
pub const PIPE: usize = 64 << 10;

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// How the network answers a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Refuse,
    Hang,
    Accept,
    /// Accept, and send the first frame, the text `hello`, together with the handshake.
    Greet,
    /// Accept, with compression without context takeover.
    AcceptCompressed,
}

/// The network: it gives each connection the next answer, and repeats the last one.
pub struct Peer {
    answers: Mutex<Vec<Answer>>,
    connections: mpsc::Sender<ServerEnd>,
    connected: Arc<Mutex<Vec<Instant>>>,
}

/// Receives the accepted connections.
pub struct Connections {
    connections: mpsc::Receiver<ServerEnd>,
    connected: Arc<Mutex<Vec<Instant>>>,
}

/// The server's end of an accepted connection.
pub struct ServerEnd {
    pub io: DuplexStream,
    pub settings: Arc<Settings>,
    received: BytesMut,
}

/// A frame from the client, unmasked.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub opcode: u8,
    pub payload: Vec<u8>,
}

/// Default settings for a server that does not exist.
pub fn settings() -> Settings {
    Settings::new(Endpoint::parse("ws://feed.test/").expect("the URL is well formed"))
}

/// A network with these answers, and its accepted connections.
pub fn peer(answers: &[Answer]) -> (Peer, Connections) {
    let (sender, receiver) = mpsc::channel(8);
    let connected = Arc::new(Mutex::new(Vec::new()));
    let mut answers = answers.to_vec();
    answers.reverse();
    let peer = Peer { answers: Mutex::new(answers), connections: sender, connected: connected.clone() };
    (peer, Connections { connections: receiver, connected })
}

impl Connect for Peer {
    async fn connect(&self, settings: Arc<Settings>, report: Reporter) -> Result<Socket, Failure> {
        self.connected.lock().expect("no test panics while it holds this lock").push(Instant::now());
        let answer = {
            let mut answers = self.answers.lock().expect("no test panics while it holds this lock");
            if answers.len() > 1 { answers.pop() } else { answers.last().copied() }
        };
        report.emit(Step::Started(Stage::Tcp)).await;
        let ended = |outcome| {
            Step::Ended(Box::new(StageReport {
                stage: Stage::Tcp,
                began: Timestamp(0),
                took: Duration::ZERO,
                outcome,
                evidence: Evidence::Nothing {},
            }))
        };
        match answer {
            Some(Answer::Accept | Answer::Greet | Answer::AcceptCompressed) => {
                report.emit(ended(Ok(()))).await;
                let (ours, theirs) = duplex(PIPE);
                let server = ServerEnd { io: theirs, settings, received: BytesMut::new() };
                self.connections.send(server).await.expect("the test still receives connections");
                let opened = Opened {
                    remote: None,
                    tls: None,
                    subprotocol: None,
                    extension: None,
                    took: Duration::ZERO,
                };
                let early = if answer == Some(Answer::Greet) { frame(TEXT, b"hello") } else { Vec::new() };
                Ok(Socket {
                    io: Box::new(ours),
                    read_ahead: BytesMut::from(&early[..]),
                    inflate: (answer == Some(Answer::AcceptCompressed)).then(Inflater::without_takeover),
                    meter: None,
                    opened,
                })
            }
            Some(Answer::Hang) => std::future::pending().await,
            Some(Answer::Refuse) | None => {
                let error = refused();
                report.emit(ended(Err(error.clone()))).await;
                Err(error)
            }
        }
    }
}

fn refused() -> Failure {
    let message = "every address refused the connection".to_owned();
    let sources = vec![io::Error::from(io::ErrorKind::ConnectionRefused).to_string()];
    Failure { stage: Stage::Tcp, kind: FailureKind::Refused, message, sources }
}

impl Connections {
    /// The next connection.
    pub async fn next(&mut self) -> ServerEnd {
        self.connections.recv().await.expect("the network still exists")
    }

    /// The pauses between all connections so far.
    pub fn pauses(&self) -> Vec<Duration> {
        let connected = self.connected.lock().expect("no test panics while it holds this lock");
        connected.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

impl ServerEnd {
    /// Sends one whole frame.
    pub async fn send_frame(&mut self, opcode: u8, payload: &[u8]) {
        self.send_bytes(&frame(opcode, payload)).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_frame(TEXT, text.as_bytes()).await;
    }

    pub async fn close(&mut self, code: u16, reason: &str) {
        self.send_frame(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat()).await;
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.io.write_all(bytes).await.expect("the client still reads");
    }

    /// The next frame from the client; `None` once it has hung up.
    pub async fn receive(&mut self) -> Option<Frame> {
        loop {
            if let Some(received) = take_frame(&mut self.received) {
                return Some(received);
            }
            if self.io.read_buf(&mut self.received).await.expect("a pipe does not fail") == 0 {
                return None;
            }
        }
    }
}

/// A frame of a server: whole and unmasked.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        len @ 0..=125 => frame.push(u8::try_from(len).expect("it is at most 125")),
        len @ 126..=65_535 => {
            frame.push(126);
            frame.extend(u16::try_from(len).expect("it is at most 65,535").to_be_bytes());
        }
        len => {
            frame.push(127);
            frame.extend((len as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

fn take_frame(received: &mut BytesMut) -> Option<Frame> {
    let (&first, &second) = (received.first()?, received.get(1)?);
    assert_eq!(second & 0x80, 0x80, "a client masks every frame");
    let (len, start) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(received.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(received.get(2..10)?.try_into().ok()?)).ok()?, 10),
        len => (usize::from(len), 2),
    };
    let mask: [u8; 4] = received.get(start..start + 4)?.try_into().ok()?;
    let masked = received.get(start + 4..start + 4 + len)?;
    let payload = masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    received.advance(start + 4 + len);
    Some(Frame { opcode: first & 0x0f, payload })
}
