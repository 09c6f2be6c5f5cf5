//! The real network: runs the stages of a connection.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    config::{AddressChoice, ProxyScheme, Settings, login_secrets},
    session::{Failure, Opened, Stage},
};

use super::{
    Cause, Connect, Io, Meter, Reporter, Socket, Step,
    clock::Clock,
    environment::Environment,
    extension::Deflate,
    lookup, open,
    peer::Peer,
    proxy::{self, TunnelRequest},
    roots::SystemRoots,
    route::{self, ChosenRoute},
    steps::Steps,
    stream::{Stream, Timeouts},
    tcp, tls,
    upgrade::{self, Accepted},
};

/// Stands for no time limit.
const NO_LIMIT: Duration = Duration::from_hours(24 * 365);

/// Connects over TCP and TLS. Cheap to clone; the clones share the system's roots.
#[derive(Clone, Debug)]
pub struct Network {
    limits: Limits,
    clock: Clock,
    roots: SystemRoots,
    environment: Environment,
}

/// The time limits of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the lookup to the response to the upgrade, as in the pipeline.
    pub connect: Duration,
    /// For the opening messages.
    pub open: Duration,
    /// The longest pause within the body of a refusal.
    pub quiet: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(45),
            open: Duration::from_secs(10),
            quiet: Duration::from_secs(2),
        }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Network {
    /// A network with the default limits and the proxies of the environment. Reads the wall clock and those
    /// variables once.
    #[must_use]
    pub fn new() -> Self {
        Self { environment: Environment::read(), ..Self::with_limits(Limits::default()) }
    }

    /// A network with other limits and an empty environment, for tests.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        let environment = Environment::default();
        Self { limits, clock: Clock::start(), roots: SystemRoots::default(), environment }
    }

    #[must_use]
    pub fn with_environment(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }
}

impl Connect for Network {
    async fn connect(&self, settings: Arc<Settings>, report: Reporter) -> Result<Socket, Failure> {
        let start = Instant::now();
        let deadline = start + self.limits.connect;
        let timeouts = Timeouts { quiet: self.limits.quiet, deadline };
        let settings = &*settings;
        let url = &settings.url;
        let as_go = settings.options.dialect.is_pipeline();
        let mut steps = Steps::new(&self.clock, settings.beyond.limits, report.clone());
        let prepared = match upgrade::prepare(settings).await {
            Ok(prepared) => prepared,
            Err(cause) => {
                let fail = async |_: &mut upgrade::Observed| Err(cause);
                return steps.run(Stage::Upgrade, deadline, fail).await;
            }
        };
        // Reading the system's roots takes time: they load while TCP connects.
        let tls_material = url.secure.then(|| self.roots.load(settings));

        let (stream, remote) = self.reach(settings, timeouts, &mut steps).await?;
        let (mut stream, tls) = match tls_material {
            None => {
                let remote = steps.peer.clone();
                (Stream { io: stream, remote, notes: None, purpose: "the upgrade", as_go }, None)
            }
            Some(tls_material) => {
                let meter = Mutex::new(steps.meter.take());
                let handshake = async |observed: &mut _| {
                    let (host, peer) = (url.host.as_str(), steps.peer.as_str());
                    let peer = Peer { host, remote: peer, ends: steps.ends, is_proxy: false };
                    let again = async || {
                        // The meter holds the first connection open.
                        drop(meter.lock().unwrap_or_else(PoisonError::into_inner).take());
                        let (stream, own) = self.reach_again(settings, remote, timeouts, &steps).await?;
                        *meter.lock().unwrap_or_else(PoisonError::into_inner) = own;
                        Ok(stream)
                    };
                    tls::handshake(stream, peer, settings, tls_material, Some(again), observed).await
                };
                let secured = steps.run(Stage::Tls, deadline, handshake).await?;
                steps.meter = meter.into_inner().unwrap_or_else(PoisonError::into_inner);
                let (remote, notes) = (steps.peer.clone(), Some(secured.notes));
                let stream = Stream { io: secured.stream, remote, notes, purpose: "the upgrade", as_go };
                (stream, Some(secured.described))
            }
        };

        let upgrade = async |observed: &mut _| {
            upgrade::upgrade(&mut stream, prepared, settings, timeouts, &report, observed).await
        };
        let Accepted { read_ahead, subprotocol, deflate } =
            steps.run(Stage::Upgrade, deadline, upgrade).await?;

        if !settings.open_messages.is_empty() {
            let limit =
                if settings.options.dialect.behavior().limits_opening { self.limits.open } else { NO_LIMIT };
            let deadline = Instant::now() + limit;
            let send = async |observed: &mut _| {
                open::send(&mut stream, settings, deflate.is_some(), &report, observed).await
            };
            steps.run(Stage::Open, deadline, send).await?;
        }
        let inflate = deflate.as_ref().map(Deflate::inflate);
        let extension = deflate.map(|deflate| deflate.words);
        let opened = Opened { remote, tls, subprotocol, extension, took: start.elapsed() };
        let meter = steps.meter.take();
        Ok(Socket { io: stream.io, read_ahead, inflate, meter, opened })
    }
}

impl Network {
    /// Connects to the host of the URL, directly or through a proxy. Also returns the address of the TCP peer.
    async fn reach(
        &self,
        settings: &Settings,
        timeouts: Timeouts,
        steps: &mut Steps<'_>,
    ) -> Result<(Box<dyn Io>, Option<SocketAddr>), Failure> {
        let deadline = timeouts.deadline;
        #[cfg(unix)]
        if let Some(path) = &settings.beyond.unix_socket {
            let connect = async |observed: &mut _| tcp::connect_to_unix_socket(path, observed).await;
            steps.peer = format!("the unix socket {}", path.display());
            let stream = steps.run(Stage::Tcp, deadline, connect).await?;
            return Ok((Box::new(stream), None));
        }
        let ChosenRoute { proxy, route } = match route::choose(settings, &self.environment) {
            Ok(chosen) => chosen,
            Err(cause) => {
                return steps.run(Stage::Proxy, deadline, async |_: &mut proxy::Observed| Err(cause)).await;
            }
        };
        let (host, port) = match &proxy {
            Some(proxy) => (proxy.host.as_str(), proxy.port),
            None => (settings.url.host.as_str(), settings.url.port),
        };
        let secure = proxy.as_ref().is_some_and(|proxy| proxy.scheme == ProxyScheme::Https);
        let tls_material = secure.then(|| self.roots.load(settings));

        let lookup = async |observed: &mut lookup::Observed| {
            observed.route.clone_from(&route);
            let found = lookup::addresses(host, port, &settings.beyond, observed).await;
            found.map_err(|cause| if proxy.is_some() { cause.for_proxy() } else { cause })
        };
        let mut addresses = steps.run(Stage::Lookup, deadline, lookup).await?;
        match settings.options.address {
            None => {}
            Some(AddressChoice::First) => addresses.truncate(1),
            // Also an address that the resolver no longer returns.
            Some(AddressChoice::This(address)) => addresses = vec![SocketAddr::new(address, port)],
        }
        host.clone_into(&mut steps.peer);
        let tcp_deadline = steps.deadline(Stage::Tcp, deadline);
        let connect = async |observed: &mut tcp::Observed| {
            observed.of_proxy = proxy.is_some();
            tcp::connect(&addresses, settings.beyond.source, tcp_deadline, observed).await
        };
        let stream = steps.run(Stage::Tcp, deadline, connect).await?;
        let remote = stream.peer_addr().ok();
        steps.ends = stream.local_addr().ok().zip(remote);
        if let Some(address) = remote {
            steps.peer = address.to_string();
        }
        steps.meter = Meter::of(&stream);
        let io: Box<dyn Io> = Box::new(stream);
        let Some(proxy) = &proxy else { return Ok((io, remote)) };
        // The login of a proxy from the environment is known only here.
        let secrets = proxy.login.as_ref().map(login_secrets).unwrap_or_default();
        steps.report.emit(Step::Secrets(secrets)).await;

        steps.peer = format!("the proxy {}", steps.peer);
        let report = &steps.report;
        let request = TunnelRequest {
            proxy,
            io,
            remote: &steps.peer,
            ends: steps.ends,
            route,
            settings,
            tls_material,
            timeouts,
            report,
        };
        let tunnel = async |observed: &mut _| proxy::tunnel(request, observed).await;
        let io = steps.run(Stage::Proxy, deadline, tunnel).await?;
        settings.url.place().clone_into(&mut steps.peer);
        Ok((io, remote))
    }

    /// Connects once more, to the same address and through the same proxy, without a stage of its own.
    async fn reach_again(
        &self,
        settings: &Settings,
        remote: Option<SocketAddr>,
        timeouts: Timeouts,
        steps: &Steps<'_>,
    ) -> Result<(Box<dyn Io>, Option<Meter>), Cause> {
        #[cfg(unix)]
        if let Some(path) = &settings.beyond.unix_socket {
            let stream = tcp::connect_to_unix_socket(path, &mut tcp::Observed::default()).await?;
            return Ok((Box::new(stream), None));
        }
        let ChosenRoute { proxy, route } = route::choose(settings, &self.environment)?;
        let addresses: Vec<_> = remote.into_iter().collect();
        let stream = tcp::connect(
            &addresses,
            settings.beyond.source,
            timeouts.deadline,
            &mut tcp::Observed::default(),
        )
        .await?;
        let (meter, io): (_, Box<dyn Io>) = (Meter::of(&stream), Box::new(stream));
        let Some(proxy) = &proxy else { return Ok((io, meter)) };
        let tls_material = (proxy.scheme == ProxyScheme::Https).then(|| self.roots.load(settings));
        let (remote, ends, report) = (steps.peer.as_str(), steps.ends, &steps.report);
        let request =
            TunnelRequest { proxy, io, remote, ends, route, settings, tls_material, timeouts, report };
        let io = proxy::tunnel(request, &mut proxy::Observed::default()).await?;
        Ok((io, meter))
    }
}
