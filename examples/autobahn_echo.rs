//! Runs all cases of the Autobahn test suite through `wire`, as an echo client.
//!
//! Needs the fuzzing server of the suite: `wstest -m fuzzingserver`. See `assets/autobahn.md`.

use std::{env, error::Error, io};

use bytes::BytesMut;
use sockeye::wire::{
    ControlFrame, Decoder, Inflater, Opcode, Piece, Strictness, close_payload, write_frame, write_message,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const AGENT: &str = "sockeye";
/// The suite's largest message has 16 MiB.
const LIMIT: u64 = 64 << 20;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let server = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9001".into());
    let count = Connection::open(&server, "/getCaseCount").await?.first_message().await?;
    let count: u32 = count.parse()?;
    for case in 1..=count {
        let path = format!("/runCase?case={case}&agent={AGENT}");
        // A case may end with an error; the report of the suite has the verdict.
        drop(Connection::open(&server, &path).await?.echo().await);
    }
    let path = format!("/updateReports?agent={AGENT}");
    drop(Connection::open(&server, &path).await?.echo().await);
    Ok(())
}

struct Connection {
    socket: TcpStream,
    decoder: Decoder,
    read: BytesMut,
    out: BytesMut,
}

impl Connection {
    /// Opens a connection that offers permessage-deflate. Sent messages are never compressed (RFC 7692, section 6.1,
    /// leaves that to the sender), so any window size is accepted.
    async fn open(server: &str, path: &str) -> Outcome<Self> {
        let mut socket = TcpStream::connect(server).await?;
        socket.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: c29ja2V5ZSBzYWxtb24uLg==\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        // Reads byte by byte, so that no frame after the head is consumed.
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await?);
        }
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(String::from_utf8_lossy(&head).into());
        }
        let head = String::from_utf8_lossy(&head);
        let inflate = head.contains("permessage-deflate").then(|| {
            if head.contains("server_no_context_takeover") {
                Inflater::without_takeover()
            } else {
                Inflater::with_takeover()
            }
        });
        let decoder = Decoder::new(LIMIT, Strictness::Rfc).inflating(inflate);
        Ok(Self { socket, decoder, read: BytesMut::new(), out: BytesMut::new() })
    }

    async fn first_message(mut self) -> Outcome<String> {
        loop {
            while let Some(piece) = self.decoder.next(&mut self.read, 1)? {
                if let Piece::Messages(run) = piece {
                    return Ok(str::from_utf8(&run.bytes[run.spans[0].start as usize..])?.to_owned());
                }
            }
            self.receive().await?;
        }
    }

    /// Echoes messages until one side closes.
    async fn echo(mut self) -> Outcome<()> {
        loop {
            let open = self.reply();
            self.socket.write_all(&self.out.split()).await?;
            if !open {
                // The server closes the connection (RFC 6455, section 7.1.1); later data is not parsed.
                self.socket.shutdown().await?;
                while self.socket.read_buf(&mut self.read).await? > 0 {
                    self.read.clear();
                }
                return Ok(());
            }
            self.receive().await?;
        }
    }

    /// Writes the replies to all received frames; returns false after a close frame of either side.
    fn reply(&mut self) -> bool {
        let mut mask = || fastrand::u32(..).to_ne_bytes();
        let out = &mut self.out;
        loop {
            let piece = match self.decoder.next(&mut self.read, usize::MAX) {
                Ok(Some(piece)) => piece,
                Ok(None) => return true,
                Err(violation) => {
                    let payload = close_payload(violation.close_code(), violation.reason());
                    write_frame(out, true, Opcode::Close, &payload, mask());
                    return false;
                }
            };
            match piece {
                Piece::Messages(run) => {
                    for span in run.spans.iter() {
                        write_message(out, span.kind, run.payload(span), &mut mask, None);
                    }
                }
                Piece::Control(ControlFrame::Ping(payload)) => {
                    write_frame(out, true, Opcode::Pong, &payload, mask());
                }
                Piece::Control(ControlFrame::Pong(_)) => {}
                Piece::Control(ControlFrame::Close(close)) => {
                    let payload = close.code.map(|code| close_payload(code, "")).unwrap_or_default();
                    write_frame(out, true, Opcode::Close, &payload, mask());
                    return false;
                }
            }
        }
    }

    async fn receive(&mut self) -> io::Result<()> {
        self.read.reserve(self.decoder.wanted(&self.read));
        match self.socket.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
