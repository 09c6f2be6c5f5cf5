//! A server with one page. It answers a client within a time or leaves it, and takes few of them.

use std::{io, net, sync::Arc, thread, time::Duration};

use prometheus_client::{
    encoding::prometheus_text::{CONTENT_TYPE, encode},
    registry::Registry,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime,
    sync::Semaphore,
    time::{sleep, timeout},
};

/// The longest head of a request, in bytes.
const HEAD: usize = 8 << 10;
/// The most headers of it.
const HEADERS: usize = 64;
/// The most clients at a time; one more is left without an answer.
const CLIENTS: usize = 16;
/// How long a client may take, from its first byte to its last.
const LIMIT: Duration = Duration::from_secs(5);
/// The pause after an error of accept, such as too many open files.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// Serves the page on a thread of its own for as long as the program runs.
///
/// # Errors
///
/// The system has no thread or socket left.
pub(super) fn start(listener: net::TcpListener, registry: Registry) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _inside = runtime.enter();
        TcpListener::from_std(listener)?
    };
    let serve = move || runtime.block_on(serve(listener, Arc::new(registry)));
    thread::Builder::new().name("metrics".to_owned()).spawn(serve).map(drop)
}

async fn serve(listener: TcpListener, registry: Arc<Registry>) {
    let room = Arc::new(Semaphore::new(CLIENTS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(RETRY_AFTER).await;
            continue;
        };
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let registry = registry.clone();
        tokio::spawn(async move {
            // One that is too slow, or has hung up, has no answer.
            drop(timeout(LIMIT, answer(stream, &registry)).await);
            drop(place);
        });
    }
}

async fn answer(mut stream: TcpStream, registry: &Registry) -> io::Result<()> {
    let mut head = Vec::new();
    let response = loop {
        if let Some(response) = response(&head, registry) {
            break response;
        }
        if (&mut stream).take((HEAD + 1 - head.len()) as u64).read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    };
    stream.write_all(response.as_bytes()).await?;
    stream.shutdown().await
}

/// The answer to a request; `None` while its head is not whole.
fn response(head: &[u8], registry: &Registry) -> Option<String> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let (status, kind, body) = match request.parse(head) {
        Ok(httparse::Status::Partial) if head.len() <= HEAD => return None,
        Ok(httparse::Status::Complete(_)) => {
            let path = request.path.and_then(|path| path.split('?').next());
            match (request.method, path) {
                (Some("GET"), Some("/metrics")) => {
                    let mut page = String::new();
                    match encode(&mut page, registry) {
                        Ok(()) => ("200 OK", CONTENT_TYPE, page),
                        Err(_) => plain("500 Internal Server Error", "the numbers cannot be written\n"),
                    }
                }
                _ => plain("404 Not Found", "the numbers are at /metrics\n"),
            }
        }
        Ok(httparse::Status::Partial) => plain("431 Request Header Fields Too Large", "too long\n"),
        Err(_) => plain("400 Bad Request", "this is no HTTP\n"),
    };
    let length = body.len();
    Some(format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
}

fn plain(status: &'static str, body: &str) -> (&'static str, &'static str, String) {
    (status, "text/plain; charset=utf-8", body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(head: &[u8]) -> Option<String> {
        let response = response(head, &Registry::default())?;
        response.lines().next().map(|line| line.trim_start_matches("HTTP/1.1 ").to_owned())
    }

    #[test]
    fn only_one_page_is_there_and_a_long_head_is_refused() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(status(b"GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"), some("200 OK"));
        assert_eq!(status(b"GET / HTTP/1.1\r\n\r\n"), some("404 Not Found"));
        assert_eq!(status(b"POST /metrics HTTP/1.1\r\n\r\n"), some("404 Not Found"));
        assert_eq!(status(b"GET /metrics HT"), None, "more may come");
        assert_eq!(status(b"\x16\x03\x01"), some("400 Bad Request"));
        let long = [b"GET / HTTP/1.1\r\nA: ".as_slice(), &[b'a'; HEAD]].concat();
        assert_eq!(status(&long), some("431 Request Header Fields Too Large"));
    }
}
