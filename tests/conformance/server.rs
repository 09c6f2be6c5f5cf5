//! A server that plays a script, connection by connection, and keeps what the client did.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::support::servers::switching;

/// What a client did on one connection.
#[derive(Clone, Debug)]
pub struct Seen {
    pub at: Instant,
    /// The request, with the blank line behind it.
    pub head: String,
    pub frames: Vec<Frame>,
    /// Whatever else the script wants to compare.
    pub notes: Vec<String>,
    pub end: End,
    /// When the script was done with it.
    pub over: Option<Instant>,
}

/// A frame that the client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// FIN, the reserved bits and the opcode.
    pub first_byte: u8,
    pub masked: bool,
    pub payload: Vec<u8>,
    /// Milliseconds since the connection began.
    pub at_ms: u128,
}

/// How the client ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The script never looked.
    Unseen,
    /// A close frame came.
    Close,
    Fin,
    Reset,
}

pub type Play = Arc<dyn Fn(&mut Conn, usize) -> io::Result<()> + Send + Sync>;

/// A server on loopback. It stops listening when dropped.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    over: Arc<AtomicBool>,
}

/// How long a script waits for the client.
const PATIENCE: Duration = Duration::from_secs(70);

impl Server {
    /// Plays `play` with each connection and its index; without it, the port is closed.
    pub fn start(play: Option<Play>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let server = Self { address, seen: Arc::default(), over: Arc::default() };
        let Some(play) = play else { return Ok(server) };
        let (seen, over) = (Arc::clone(&server.seen), Arc::clone(&server.over));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (play, seen) = (Arc::clone(&play), Arc::clone(&seen));
                let index = {
                    let mut seen = seen.lock().expect("no panic");
                    seen.push(Seen {
                        at: Instant::now(),
                        head: String::new(),
                        frames: Vec::new(),
                        notes: Vec::new(),
                        end: End::Unseen,
                        over: None,
                    });
                    seen.len() - 1
                };
                thread::spawn(move || {
                    let mut conn = Conn { stream, buffer: Vec::new(), seen, index };
                    if conn.stream.set_read_timeout(Some(PATIENCE)).is_ok() {
                        // A script that the client cuts short has seen what there is to see.
                        drop(play(&mut conn, index));
                    }
                    conn.note(|seen| seen.over = Some(Instant::now()));
                });
            }
        });
        Ok(server)
    }

    /// What was seen so far, a connection an item.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // The listener waits for one more connection.
        drop(TcpStream::connect(self.address));
    }
}

/// The server's side of a connection.
pub struct Conn {
    pub stream: TcpStream,
    buffer: Vec<u8>,
    seen: Arc<Mutex<Vec<Seen>>>,
    index: usize,
}

impl Conn {
    fn note<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.seen.lock().expect("no panic")[self.index])
    }

    /// Adds to what is compared.
    pub fn remember(&self, note: impl Into<String>) {
        self.note(|seen| seen.notes.push(note.into()));
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut more = [0; 16 << 10];
        let size = self.stream.read(&mut more)?;
        if size == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.buffer.extend_from_slice(&more[..size]);
        Ok(())
    }

    /// So many bytes of the client's.
    pub fn exactly(&mut self, size: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < size {
            self.fill()?;
        }
        Ok(self.buffer.drain(..size).collect())
    }

    /// Reads a request, without its body. The last one is kept as the head of the connection.
    pub fn head(&mut self) -> io::Result<String> {
        let end = loop {
            match self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.fill()?,
            }
        };
        let head = String::from_utf8_lossy(&self.exactly(end)?).into_owned();
        self.note(|seen| seen.head.clone_from(&head));
        Ok(head)
    }

    /// Reads the request and answers it with a 101 that has these header lines more.
    pub fn upgrade(&mut self, headers: &str) -> io::Result<()> {
        self.upgrade_and(headers, b"")
    }

    /// The same with bytes right behind the answer, in one write.
    pub fn upgrade_and(&mut self, headers: &str, then: &[u8]) -> io::Result<()> {
        let head = self.head()?;
        let mut answer = switching(&head, headers).into_bytes();
        answer.extend_from_slice(then);
        self.send(answer)
    }

    /// Reads one frame.
    pub fn frame(&mut self) -> io::Result<Frame> {
        let two = self.exactly(2)?;
        let size = match two[1] & 0x7f {
            126 => usize::from(u16::from_be_bytes(array(&self.exactly(2)?))),
            127 => {
                usize::try_from(u64::from_be_bytes(array(&self.exactly(8)?))).expect("a test sends no more")
            }
            size => usize::from(size),
        };
        let masked = two[1] & 0x80 != 0;
        let mask = if masked { self.exactly(4)? } else { vec![0; 4] };
        let mut payload = self.exactly(size)?;
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        let frame = Frame { first_byte: two[0], masked, payload, at_ms: 0 };
        Ok(self.note(|seen| {
            let frame = Frame { at_ms: seen.at.elapsed().as_millis(), ..frame };
            seen.frames.push(frame.clone());
            frame
        }))
    }

    /// Reads until the client ends; a close frame is answered by its code.
    pub fn watch(&mut self) -> io::Result<()> {
        let end = loop {
            match self.frame() {
                Ok(frame) if frame.first_byte & 0xf == 8 => {
                    let code = &frame.payload[..frame.payload.len().min(2)];
                    drop(self.send(of(8, code)));
                    break End::Close;
                }
                Ok(_) => {}
                Err(error) => match error.kind() {
                    io::ErrorKind::UnexpectedEof => break End::Fin,
                    io::ErrorKind::ConnectionReset => break End::Reset,
                    _ => return Err(error),
                },
            }
        };
        self.note(|seen| seen.end = end);
        Ok(())
    }

    /// Gives the client so much time; what it sends meanwhile is read with the next frame.
    pub fn wait(&mut self, time: Duration) -> io::Result<()> {
        self.stream.set_read_timeout(Some(time))?;
        let ended = self.fill();
        self.stream.set_read_timeout(Some(PATIENCE))?;
        match ended {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes the end of the script, which closes the connection, a reset.
    pub fn reset(&mut self) -> io::Result<()> {
        socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))
    }
}

fn array<const SIZE: usize>(bytes: &[u8]) -> [u8; SIZE] {
    bytes.try_into().expect("so many were read")
}

/// A frame as a server sends it, whole, of this opcode.
pub fn of(opcode: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    raw(0x80 | opcode, payload)
}

/// A frame with this first byte.
pub fn raw(first_byte: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut frame = vec![first_byte];
    match payload.len() {
        size @ 0..126 => frame.push(u8::try_from(size).expect("it is below 126")),
        size @ 126..0x1_0000 => {
            frame.push(126);
            frame.extend(u16::try_from(size).expect("it is below 65,536").to_be_bytes());
        }
        size => {
            frame.push(127);
            frame.extend(u64::try_from(size).expect("a size fits").to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}

pub fn text(payload: impl AsRef<[u8]>) -> Vec<u8> {
    of(1, payload)
}

pub fn binary(payload: impl AsRef<[u8]>) -> Vec<u8> {
    of(2, payload)
}

pub fn close(code: u16, reason: &str) -> Vec<u8> {
    of(8, [&code.to_be_bytes()[..], reason.as_bytes()].concat())
}
