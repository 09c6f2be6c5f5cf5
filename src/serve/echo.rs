//! The echo server: it sends every message back, at any path.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpStream, sync::Semaphore, task::JoinSet};

use super::{accept, feed, request};

/// A running echo server. Dropping it stops the server and drops its clients.
#[derive(Debug)]
pub struct Echo {
    address: SocketAddr,
    tasks: JoinSet<()>,
}

impl Echo {
    /// Binds a port on 127.0.0.1, 0 for any, and starts to serve. It must be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub fn start(port: u16) -> io::Result<Self> {
        let listener = accept::bind(port)?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept::serve(listener, Arc::new(Semaphore::new(accept::MAX_CLIENTS)), |stream| async {
            drop(serve_client(stream).await);
        }));
        Ok(Self { address, tasks })
    }

    /// The address of the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The `ws` URL of a path; all paths behave the same.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// The description to print at the start.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        vec![format!("echo on this machine only at {}; press ctrl+c to stop", self.url("/"))]
    }

    /// Runs until the server fails.
    pub async fn run(mut self) {
        self.tasks.join_next().await;
    }
}

async fn serve_client(mut stream: TcpStream) -> io::Result<()> {
    let request = request::read(&mut stream).await?;
    if !request.is_upgrade() {
        let headers = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
        let body = "this is a websocket server that sends every message back\n";
        return request::refuse(stream, "426 Upgrade Required", headers, body).await;
    }
    feed::echo(request.upgrade(stream).await?).await;
    Ok(())
}
