//! A scripted peer: a connection that needs no port and no real time. The test itself is the server.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::{Buf, BytesMut};
use sockeye::{
    config::{Endpoint, Settings},
    net::{Cause, Connect, ConnectError, Reporter, Socket, Step},
    session::{Evidence, FailureKind, Opened, Stage, StageReport, Timestamp},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    sync::mpsc,
    time::Instant,
};

/// How many bytes the pipe to the server holds in each direction.
pub const PIPE: usize = 64 << 10;

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// What the network does with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Refuse,
    Hang,
    Auto,
    /// As above, and the first frame, the text `hello`, comes in one piece with the handshake.
    Greet,
}

/// The network's end: answers each connection with the next answer, the last one for ever.
pub struct Peer {
    answers: Mutex<Vec<Answer>>,
    visits: mpsc::Sender<Visit>,
    connected: Arc<Mutex<Vec<Instant>>>,
}

/// The server's end: where accepted connections come out.
pub struct Visits {
    visits: mpsc::Receiver<Visit>,
    connected: Arc<Mutex<Vec<Instant>>>,
}

/// One accepted connection, as the server sees it.
pub struct Visit {
    pub io: DuplexStream,
    pub settings: Arc<Settings>,
    heard: BytesMut,
}

/// A frame of the client, unmasked.
#[derive(Debug, PartialEq, Eq)]
pub struct Heard {
    pub opcode: u8,
    pub payload: Vec<u8>,
}

/// Default settings for a server that does not exist.
pub fn settings() -> Settings {
    Settings::new(Endpoint::parse("ws://feed.test/").expect("the URL is well formed"))
}

/// A network and a server with these answers.
pub fn peer(answers: &[Answer]) -> (Peer, Visits) {
    let (sender, receiver) = mpsc::channel(8);
    let connected = Arc::new(Mutex::new(Vec::new()));
    let mut answers = answers.to_vec();
    answers.reverse();
    let peer = Peer { answers: Mutex::new(answers), visits: sender, connected: connected.clone() };
    (peer, Visits { visits: receiver, connected })
}

impl Connect for Peer {
    async fn connect(&self, settings: Arc<Settings>, report: Reporter) -> Result<Socket, ConnectError> {
        self.connected.lock().expect("no test panics with this lock").push(Instant::now());
        let answer = {
            let mut answers = self.answers.lock().expect("no test panics with this lock");
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
            Some(Answer::Auto | Answer::Greet) => {
                report.emit(ended(Ok(()))).await;
                let (ours, theirs) = duplex(PIPE);
                let visit = Visit { io: theirs, settings, heard: BytesMut::new() };
                self.visits.send(visit).await.expect("the server still takes visits");
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
                    inflate: None,
                    meter: None,
                    opened,
                })
            }
            Some(Answer::Hang) => std::future::pending().await,
            Some(Answer::Refuse) | None => {
                let error = refused();
                report.emit(ended(Err(error.failure()))).await;
                Err(error)
            }
        }
    }
}

fn refused() -> ConnectError {
    let message = "every address refused the connection".to_owned();
    let source = io::ErrorKind::ConnectionRefused.into();
    ConnectError { stage: Stage::Tcp, cause: Cause::Io { message, kind: FailureKind::Refused, source } }
}

impl Visits {
    /// The next connection.
    pub async fn next(&mut self) -> Visit {
        self.visits.recv().await.expect("the network still stands")
    }

    /// The pauses between all connections so far.
    pub fn pauses(&self) -> Vec<Duration> {
        let connected = self.connected.lock().expect("no test panics with this lock");
        connected.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

impl Visit {
    /// Sends one whole frame.
    pub async fn say(&mut self, opcode: u8, payload: &[u8]) {
        self.raw(&frame(opcode, payload)).await;
    }

    pub async fn text(&mut self, text: &str) {
        self.say(TEXT, text.as_bytes()).await;
    }

    pub async fn close(&mut self, code: u16, reason: &str) {
        self.say(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat()).await;
    }

    pub async fn raw(&mut self, bytes: &[u8]) {
        self.io.write_all(bytes).await.expect("the client still listens");
    }

    /// The client's next frame; `None` once it has hung up.
    pub async fn hear(&mut self) -> Option<Heard> {
        loop {
            if let Some(heard) = take_frame(&mut self.heard) {
                return Some(heard);
            }
            if self.io.read_buf(&mut self.heard).await.expect("a pipe does not fail") == 0 {
                return None;
            }
        }
    }
}

/// A frame as a server sends it: whole and not masked.
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

fn take_frame(heard: &mut BytesMut) -> Option<Heard> {
    let (&first, &second) = (heard.first()?, heard.get(1)?);
    assert_eq!(second & 0x80, 0x80, "a client masks every frame");
    let (len, start) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(heard.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(heard.get(2..10)?.try_into().ok()?)).ok()?, 10),
        len => (usize::from(len), 2),
    };
    let mask: [u8; 4] = heard.get(start..start + 4)?.try_into().ok()?;
    let masked = heard.get(start + 4..start + 4 + len)?;
    let payload = masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    heard.advance(start + 4 + len);
    Some(Heard { opcode: first & 0x0f, payload })
}
