//! The echo server: whatever is sent comes back, at any path.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpStream, sync::Semaphore, task::JoinSet};

use super::{accept, feed, request};

/// A running echo server. It ends, and its clients are dropped, when this is dropped.
#[derive(Debug)]
pub struct Echo {
    address: SocketAddr,
    tasks: JoinSet<()>,
}

impl Echo {
    /// Binds a port on 127.0.0.1, 0 for any, and begins to serve. Call it inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub fn start(port: u16) -> io::Result<Self> {
        let listener = accept::bind(port)?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept::open(listener, Arc::new(Semaphore::new(accept::GUESTS)), |stream| async {
            drop(welcome(stream).await);
        }));
        Ok(Self { address, tasks })
    }

    /// Where `ws` is served.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The `ws` URL of a path; all paths do the same.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// What there is to see and where.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        vec![format!("echo on this machine only at {}, ctrl+c ends it", self.url("/"))]
    }

    /// Serves on; never returns unless the server fails.
    pub async fn run(mut self) {
        self.tasks.join_next().await;
    }
}

async fn welcome(mut stream: TcpStream) -> io::Result<()> {
    let request = request::read(&mut stream).await?;
    if !request.is_upgrade() {
        let wants = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
        let body = "this is a websocket server that sends back whatever it gets\n";
        return request::refuse(stream, "426 Upgrade Required", wants, body).await;
    }
    feed::echo(request.upgrade(stream).await?).await;
    Ok(())
}
