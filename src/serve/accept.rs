//! The accept loop that all loopback servers share.

use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
    sync::Semaphore,
    task::JoinSet,
    time::sleep,
};

/// How many clients a server has at once; the next one waits until one leaves.
pub(super) const GUESTS: usize = 64;

/// How long to wait after the system refused to accept, as when it is out of files.
const BREATH: Duration = Duration::from_millis(100);

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

/// Serves everyone who comes, until it is dropped; all clients leave with it.
pub(super) async fn open<F>(listener: TcpListener, room: Arc<Semaphore>, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut guests = JoinSet::new();
    while let Ok(place) = room.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                drop(stream.set_nodelay(true));
                let served = serve(stream);
                guests.spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(_) => sleep(BREATH).await,
        }
        while guests.try_join_next().is_some() {}
    }
}
