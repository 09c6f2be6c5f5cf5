//! The demo server: a feed with faults to look at, in plain and under TLS.

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
    DemoOptions, accept, feed,
    identity::{self, Identity},
    market::Market,
    paths::{self, Does, PATHS},
    request::{self, Request, refuse},
};

/// How long a client may take over the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// `demo:salmon`, as basic authentication writes it (RFC 7617).
const WELCOME: &str = "Basic ZGVtbzpzYWxtb24=";

/// A running demo server. It ends, and its clients are dropped, when this is dropped.
#[derive(Debug)]
pub struct Demo {
    plain: SocketAddr,
    secure: SocketAddr,
    authority: String,
    rate: u32,
    tasks: JoinSet<()>,
}

/// What all connections share.
struct House {
    options: DemoOptions,
    guests: AtomicU64,
}

impl Demo {
    /// Binds both ports on 127.0.0.1 and begins to serve. Call it inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// The port is taken, or the certificate cannot be made.
    pub fn start(options: DemoOptions) -> io::Result<Self> {
        let identity = Identity::make()?;
        let plain = accept::bind(options.port)?;
        let next = if options.port == 0 { 0 } else { options.port.saturating_add(1) };
        let secure = accept::bind(next).or_else(|_| accept::bind(0))?;
        let (plain_at, secure_at) = (plain.local_addr()?, secure.local_addr()?);

        let rate = options.rate.max(1);
        let house = Arc::new(House { options, guests: AtomicU64::new(0) });
        let room = Arc::new(Semaphore::new(accept::GUESTS));
        let mut tasks = JoinSet::new();
        let (own, acceptor) = (house.clone(), identity.acceptor);
        tasks.spawn(accept::open(plain, room.clone(), move |stream| welcome(own.clone(), stream)));
        tasks.spawn(accept::open(secure, room, move |stream| {
            let (house, acceptor) = (house.clone(), acceptor.clone());
            async move {
                if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    welcome(house, stream).await;
                }
            }
        }));
        Ok(Self { plain: plain_at, secure: secure_at, authority: identity.authority, rate, tasks })
    }

    /// Where `ws` is served.
    #[must_use]
    pub fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// Where `wss` is served, with a certificate for `feed.example`.
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

    /// The authority that signed the certificate, as PEM for `tls.root_cas`. With it, only the
    /// name is wrong.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What there is to see and where, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let rate = self.rate;
        let head = format!("demo feed on this machine only, {rate} ticks a second, ctrl+c ends it");
        let paths = PATHS.iter().map(|spec| format!("  {:<36}  {}", self.url(spec.path), spec.shows));
        let tls = format!(
            "  {:<36}  the same under TLS, with a certificate for {}",
            self.secure_url("/…"),
            identity::NAME
        );
        std::iter::once(head).chain(paths).chain([tls]).collect()
    }

    /// Serves on; never returns unless the server fails.
    pub async fn run(mut self) {
        self.tasks.join_next().await;
    }
}

/// Serves one client from its request on. A client that goes away is no error.
async fn welcome<S>(house: Arc<House>, mut stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if let Ok(request) = request::read(&mut stream).await {
        drop(answer(&house, request, stream).await);
    }
}

async fn answer<S>(house: &House, request: Request, stream: S) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(spec) = paths::find(&request.path) else {
        return refuse(stream, "404 Not Found", "", &index("there is nothing at this path")).await;
    };
    match spec.does {
        Does::Move => return refuse(stream, "301 Moved Permanently", "Location: /ticks\r\n", "").await,
        Does::Refuse if request.authorization.as_deref() != Some(WELCOME) => {
            let body =
                r#"{"error":"unauthorized","message":"a name and a password are wanted: demo and salmon"}"#;
            let wants = "WWW-Authenticate: Basic realm=\"sockeye demo\"\r\n";
            return refuse(stream, "401 Unauthorized", wants, body).await;
        }
        _ if !request.is_upgrade() => {
            let wants = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
            let body = index("this is a websocket server");
            return refuse(stream, "426 Upgrade Required", wants, &body).await;
        }
        _ => {}
    }
    let nth = house.guests.fetch_add(1, Ordering::Relaxed);
    let market = Market::new(house.options.seed.wrapping_add(nth));
    let socket = request.upgrade(stream).await?;
    match spec.does {
        Does::Feed(plan) => feed::play(socket, market, plan(&house.options)).await,
        Does::Refuse => feed::play(socket, market, feed::Plan::ticks(house.options.rate)).await,
        Does::Flood => feed::flood(socket, market).await,
        Does::Echo | Does::Move => feed::echo(socket).await,
    }
    Ok(())
}

/// A page for browsers and curl.
fn index(why: &str) -> String {
    let mut page = format!("{why}; point a websocket client to one of these:\n\n");
    for spec in PATHS {
        let _ = writeln!(page, "  {:<14} {}", spec.path, spec.shows);
    }
    page
}
