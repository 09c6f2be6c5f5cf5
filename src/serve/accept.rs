//! The accept loop that all loopback servers share.

use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
    sync::Semaphore,
    task::JoinSet,
    time::sleep,
};

/// The highest number of clients at a time; the next one waits until one leaves.
pub(super) const MAX_CLIENTS: usize = 64;

/// The pause after an error of accept, such as too many open files.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// Binds a port of the loopback address; 0 lets the system choose.
///
/// # Errors
///
/// The port is taken, or there is no tokio runtime.
pub(super) fn bind(port: u16) -> io::Result<TcpListener> {
    Handle::try_current().map_err(io::Error::other)?;
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// Accepts and serves clients until it is dropped; that drops all clients too.
pub(super) async fn serve<F>(
    listener: TcpListener,
    room: Arc<Semaphore>,
    serve_client: impl Fn(TcpStream) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut clients = JoinSet::new();
    while let Ok(place) = room.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                drop(stream.set_nodelay(true));
                let served = serve_client(stream);
                clients.spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(_) => sleep(RETRY_AFTER).await,
        }
        while clients.try_join_next().is_some() {}
    }
}
