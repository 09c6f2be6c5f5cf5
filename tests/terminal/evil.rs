//! A server and files that try to steer the terminal: none of it may come through.

use std::fs;

use futures_util::SinkExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_tungstenite::{
    accept_async,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{Runtime, Terminal};

/// CSI, OSC 52, OSC 8, a title, a bell, C1, bidi and zero-width, with words that are easy to find.
const EVIL: &str = "\u{1b}[31mred\u{1b}]52;c;RVZJTA==\u{7}\u{1b}]8;;http://evil\u{1b}\\link\u{1b}]0;EVIL\u{7}\u{9b}5mC1\u{202e}bidi\u{200b}zero\u{feff}";

/// What of it must not reach the terminal.
const SEQUENCES: &[&str] = &[
    "\u{1b}[31mred",
    "\u{1b}]52",
    "\u{1b}]8",
    "\u{1b}]0",
    "\u{7}",
    "\u{9b}",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "http://evil\u{1b}",
];

fn nothing_came_through(terminal: &Terminal) {
    let seen = terminal.seen();
    let raw = String::from_utf8_lossy(&seen.raw).into_owned();
    drop(seen);
    for sequence in SEQUENCES {
        assert!(!raw.contains(sequence), "{sequence:?} came through");
    }
    // Outside of UTF-8 a C1 control is one byte.
    assert!(!raw.contains('\u{fffd}') || !raw.contains("\u{fffd}5mC1"), "a bare C1 control came through");
}

#[test]
fn payloads_and_close_reasons_steer_nothing() {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let url = format!("ws://{}/", listener.local_addr().expect("an address"));
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut socket) = accept_async(stream).await else { continue };
            drop(socket.send(Message::text(EVIL)).await);
            drop(socket.send(Message::binary(EVIL.as_bytes().to_vec())).await);
            drop(socket.send(Message::text(format!("{{\"evil\":\"{EVIL}\"}}"))).await);
            drop(socket.send(Message::Ping(EVIL.as_bytes()[..40].to_vec().into())).await);
            let reason = EVIL.to_owned().into();
            drop(socket.close(Some(CloseFrame { code: CloseCode::Library(4001), reason })).await);
        }
    });
    let mut terminal = Terminal::on(&url, (120, 40));
    terminal.wait_for_text("4001");
    for keys in ["g", "\r", "v", "v", "j", "v", "j", "j", "3", "6", "k", "2", "1", "?"] {
        terminal.press(keys);
    }
    terminal.wait_for_text("esc closes");
    nothing_came_through(&terminal);
    terminal.press("?qqq");
    assert!(terminal.ended().0.success());
}

#[test]
fn headers_and_bodies_of_a_refusal_steer_nothing() {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let url = format!("ws://{}/", listener.local_addr().expect("an address"));
    runtime.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 2048];
            drop(stream.read(&mut head).await);
            let body = EVIL.repeat(3);
            let evil = EVIL.replace('\n', "");
            let answer = format!(
                "HTTP/1.1 403 {evil}\r\nX-Evil: {evil}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    let mut terminal = Terminal::on(&url, (120, 40));
    terminal.wait_for_text("403");
    terminal.press("3\t");
    for _ in 0..30 {
        terminal.press("j");
    }
    terminal.press("6k?");
    terminal.wait_for_text("esc closes");
    nothing_came_through(&terminal);
    terminal.press("?qq");
    assert!(terminal.ended().0.success());
}

#[test]
fn names_in_certificates_steer_nothing() {
    use tokio_rustls::{TlsAcceptor, rustls};
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let url = format!("wss://{}/", listener.local_addr().expect("an address"));
    let mut params = rcgen::CertificateParams::new(vec!["feed.example".to_owned()]).expect("parameters");
    params.distinguished_name.push(rcgen::DnType::CommonName, EVIL);
    params.distinguished_name.push(rcgen::DnType::OrganizationName, EVIL);
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a config");
    runtime.spawn(async move {
        let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    let mut terminal = Terminal::on(&url, (120, 40));
    terminal.wait_for_text("failed at tls");
    terminal.press("3\tjjjjjjjj6?");
    terminal.wait_for_text("esc closes");
    nothing_came_through(&terminal);
    terminal.press("?qq");
    assert!(terminal.ended().0.success());
}

#[test]
fn names_of_files_steer_nothing() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let captures = folder.path().join("sockeye/captures");
    fs::create_dir_all(&captures).expect("a folder");
    let name = EVIL.replace('/', "_");
    fs::write(captures.join(format!("{name}.sqlite")), "no database").expect("a file");
    let config = folder.path().join(format!("{name}.yaml"));
    fs::write(&config, "url: ws://127.0.0.1:9/\nopen_message: \"a\\e]0;EVIL\\a\"\n").expect("a file");
    let mut start = Terminal::in_state(&[], (160, 40), folder);
    start.wait_for_text("1 capture");
    nothing_came_through(&start);
    start.press("\x1b");
    let folder = std::mem::replace(&mut start.state, tempfile::TempDir::new().expect("a folder"));
    assert!(start.ended().0.success());
    let mut terminal = Terminal::in_state(&["-c", config.to_str().expect("a path")], (160, 40), folder);
    terminal.wait_for_text("refused");
    terminal.press("2jjj?");
    terminal.wait_for_text("esc closes");
    nothing_came_through(&terminal);
    terminal.press("?qq");
    terminal.ended();
}
