//! The demo server: a feed and some faults, in plain and over TLS.

use std::{
    fmt::Write,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};

use super::{
    DemoOptions, accept, faults, feed,
    identity::{self, Identity},
    market::Market,
    paths::{self, Behavior, PATHS},
    request::{self, Request, refuse},
};

/// How long the TLS handshake of a client may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// `demo:salmon` in basic authentication (RFC 7617).
const CREDENTIALS: &str = "Basic ZGVtbzpzYWxtb24=";

/// A running demo server. Dropping it stops the server and drops its clients.
#[derive(Debug)]
pub struct Demo {
    plain: SocketAddr,
    secure: SocketAddr,
    authority: String,
    rate: u32,
    tasks: JoinSet<()>,
}

/// The state that all connections share.
struct Shared {
    options: DemoOptions,
    clients: AtomicU64,
    /// Where the numbers of `/faults` go on.
    numbers: AtomicU64,
}

impl Demo {
    /// Binds both ports on 127.0.0.1 and starts to serve. It must be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// A port is taken, or the certificate cannot be made.
    pub fn start(options: DemoOptions) -> io::Result<Self> {
        let identity = Identity::make()?;
        let plain = accept::bind(options.port)?;
        let next = if options.port == 0 { 0 } else { options.port.saturating_add(1) };
        let secure = accept::bind(next).or_else(|_| accept::bind(0))?;
        let (plain_at, secure_at) = (plain.local_addr()?, secure.local_addr()?);

        let rate = options.rate.max(1);
        let shared = Arc::new(Shared { options, clients: AtomicU64::new(0), numbers: AtomicU64::new(1) });
        let room = Arc::new(Semaphore::new(accept::MAX_CLIENTS));
        let mut tasks = JoinSet::new();
        let (own, acceptor) = (shared.clone(), identity.acceptor);
        tasks.spawn(accept::serve(plain, room.clone(), move |stream| serve_client(own.clone(), stream)));
        tasks.spawn(accept::serve(secure, room, move |stream| {
            let (shared, acceptor) = (shared.clone(), acceptor.clone());
            async move {
                if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    serve_client(shared, stream).await;
                }
            }
        }));
        Ok(Self { plain: plain_at, secure: secure_at, authority: identity.authority, rate, tasks })
    }

    /// The address of the `ws` server.
    #[must_use]
    pub fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// The address of the `wss` server, which has a certificate for `feed.example`.
    #[must_use]
    pub fn secure(&self) -> SocketAddr {
        self.secure
    }

    /// The `ws` URL of a path such as `/ticks`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.plain)
    }

    /// The `wss` URL of a path.
    #[must_use]
    pub fn secure_url(&self, path: &str) -> String {
        format!("wss://{}{path}", self.secure)
    }

    /// The certificate authority of the server, as PEM for `tls.root_cas`. A client that trusts it still
    /// finds the wrong name.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The description to print at the start: the paths and what they serve.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let rate = self.rate;
        let head = format!("demo feed on this machine only, {rate} ticks a second; press ctrl+c to stop");
        let paths = PATHS.iter().map(|spec| format!("  {:<36}  {}", self.url(spec.path), spec.description));
        let tls = format!(
            "  {:<36}  the same over TLS, with a certificate for {}",
            self.secure_url("/…"),
            identity::NAME
        );
        std::iter::once(head).chain(paths).chain([tls]).collect()
    }

    /// Runs until the server fails.
    pub async fn run(mut self) {
        self.tasks.join_next().await;
    }
}

/// Serves one client. A client that leaves is not an error.
async fn serve_client<S>(shared: Arc<Shared>, mut stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if let Ok(request) = request::read(&mut stream).await {
        drop(answer(&shared, request, stream).await);
    }
}

async fn answer<S>(shared: &Shared, request: Request, stream: S) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(spec) = paths::find(&request.path) else {
        return refuse(stream, "404 Not Found", "", &index("there is nothing at this path")).await;
    };
    match spec.behavior {
        Behavior::Move => return refuse(stream, "301 Moved Permanently", "Location: /ticks\r\n", "").await,
        Behavior::Refuse if request.authorization.as_deref() != Some(CREDENTIALS) => {
            let body = r#"{"error":"unauthorized","message":"log in as demo with the password salmon"}"#;
            let headers = "WWW-Authenticate: Basic realm=\"sockeye demo\"\r\n";
            return refuse(stream, "401 Unauthorized", headers, body).await;
        }
        _ if !request.is_upgrade() => {
            let headers = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
            let body = index("this is a websocket server");
            return refuse(stream, "426 Upgrade Required", headers, &body).await;
        }
        _ => {}
    }
    let nth = shared.clients.fetch_add(1, Ordering::Relaxed);
    let market = Market::new(shared.options.seed.wrapping_add(nth));
    let socket = request.upgrade(stream).await?;
    match spec.behavior {
        Behavior::Feed(plan) => feed::play(socket, market, plan(&shared.options)).await,
        Behavior::Refuse => feed::play(socket, market, feed::Plan::ticks(shared.options.rate)).await,
        Behavior::Faults => faults::play(socket, &shared.numbers).await,
        Behavior::Flood => feed::flood(socket, market).await,
        Behavior::Echo | Behavior::Move => feed::echo(socket).await,
    }
    Ok(())
}

/// A page for browsers and curl, which lists the paths.
fn index(reason: &str) -> String {
    let mut page = format!("{reason}; connect a websocket client to one of these:\n\n");
    for spec in PATHS {
        let _ = writeln!(page, "  {:<14} {}", spec.path, spec.description);
    }
    page
}
