//! The real network: one connection as the list of its stages.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    config::{AddressChoice, ProxyScheme, Settings, of_login},
    session::{Opened, Stage},
};

use super::{
    ConnectError, Dial, Io, Meter, Reporter, Socket, Step,
    clock::Clock,
    environment::Environment,
    extension::Deflate,
    lookup, open,
    proxy::{self, TunnelRequest},
    roots::SystemRoots,
    route::{self, ChosenRoute},
    steps::Steps,
    stream::{Stream, Timeouts},
    tcp, tls,
    upgrade::{self, Accepted},
};

/// What stands for no time limit.
const NO_LIMIT: Duration = Duration::from_hours(24 * 365);

/// Connects over TCP and TLS. Cheap to clone; the clones share the roots of the system.
#[derive(Clone, Debug)]
pub struct Network {
    limits: Limits,
    clock: Clock,
    roots: SystemRoots,
    environment: Environment,
}

/// How long a connection may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the lookup to the answer to the upgrade, as in the pipeline.
    pub connect: Duration,
    /// For the opening messages.
    pub open: Duration,
    /// The longest silence within the body of a refusal.
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
    /// The network with the usual limits and the proxies of the environment. Reads the wall clock
    /// and those variables, the only time it does.
    #[must_use]
    pub fn new() -> Self {
        Self { environment: Environment::read(), ..Self::with_limits(Limits::default()) }
    }

    /// The network with other limits and an empty environment, for tests.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        let environment = Environment::default();
        Self { limits, clock: Clock::start(), roots: SystemRoots::default(), environment }
    }

    /// The same with these variables.
    #[must_use]
    pub fn within(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }
}

impl Dial for Network {
    async fn dial(&self, settings: Arc<Settings>, report: Reporter) -> Result<Socket, ConnectError> {
        let start = Instant::now();
        let deadline = start + self.limits.connect;
        let timeouts = Timeouts { quiet: self.limits.quiet, deadline };
        let settings = &*settings;
        let url = &settings.url;
        // The roots of the system take a while to read: they load while TCP connects.
        let tls_material = url.secure.then(|| self.roots.load(settings));
        let mut steps = Steps::new(&self.clock, report.clone());

        let (stream, remote) = self.reach(settings, timeouts, &mut steps).await?;
        let (mut line, tls) = match tls_material {
            None => {
                let remote = steps.whom.clone();
                (Stream { io: stream, remote, notes: None, asked: "the upgrade" }, None)
            }
            Some(tls_material) => {
                let handshake = async |seen: &mut _| {
                    tls::handshake(stream, &url.host, &steps.whom, settings, tls_material, seen).await
                };
                let secured = steps.run(Stage::Tls, deadline, handshake).await?;
                let (remote, notes) = (steps.whom.clone(), Some(secured.notes));
                let line = Stream { io: secured.stream, remote, notes, asked: "the upgrade" };
                (line, Some(secured.described))
            }
        };

        let upgrade =
            async |seen: &mut _| upgrade::upgrade(&mut line, settings, timeouts, &report, seen).await;
        let Accepted { read_ahead, subprotocol, deflate } =
            steps.run(Stage::Upgrade, deadline, upgrade).await?;

        if !settings.open_messages.is_empty() {
            // Longer than anybody waits, where there is no limit.
            let limit =
                if settings.options.dialect.behavior().limits_opening { self.limits.open } else { NO_LIMIT };
            let deadline = Instant::now() + limit;
            let send =
                async |seen: &mut _| open::send(&mut line, settings, deflate.is_some(), &report, seen).await;
            steps.run(Stage::Open, deadline, send).await?;
        }
        let inflate = deflate.as_ref().map(Deflate::inflate);
        let extension = deflate.map(|deflate| deflate.words);
        let opened = Opened { remote, tls, subprotocol, extension, took: start.elapsed() };
        let meter = steps.meter.take();
        Ok(Socket { io: line.io, read_ahead, inflate, meter, opened })
    }
}

impl Network {
    /// A connection to the host of the URL, straight or through a proxy, and the address that was
    /// connected to.
    async fn reach(
        &self,
        settings: &Settings,
        timeouts: Timeouts,
        steps: &mut Steps<'_>,
    ) -> Result<(Box<dyn Io>, Option<SocketAddr>), ConnectError> {
        let deadline = timeouts.deadline;
        let ChosenRoute { proxy, route } = match route::choose(settings, &self.environment) {
            Ok(way) => way,
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

        let look = async |seen: &mut lookup::Observed| {
            seen.route.clone_from(&route);
            let found = lookup::addresses(host, port, seen).await;
            found.map_err(|cause| if proxy.is_some() { cause.of_proxys_name() } else { cause })
        };
        let mut addresses = steps.run(Stage::Lookup, deadline, look).await?;
        match settings.options.only {
            None => {}
            Some(AddressChoice::First) => addresses.truncate(1),
            // Also one that the resolver gives no more.
            Some(AddressChoice::This(address)) => addresses = vec![SocketAddr::new(address, port)],
        }
        host.clone_into(&mut steps.whom);
        let connect = async |seen: &mut tcp::Observed| {
            seen.of_proxy = proxy.is_some();
            tcp::connect(&addresses, deadline, seen).await
        };
        let stream = steps.run(Stage::Tcp, deadline, connect).await?;
        let remote = stream.peer_addr().ok();
        if let Some(address) = remote {
            steps.whom = address.to_string();
        }
        steps.meter = Meter::of(&stream);
        let io: Box<dyn Io> = Box::new(stream);
        let Some(proxy) = &proxy else { return Ok((io, remote)) };
        // That of the environment is known only here.
        let secrets = proxy.login.as_ref().map(of_login).unwrap_or_default();
        steps.report.tell(Step::Secrets(secrets)).await;

        steps.whom = format!("the proxy {}", steps.whom);
        let report = &steps.report;
        let ask =
            TunnelRequest { proxy, io, remote: &steps.whom, route, settings, tls_material, timeouts, report };
        let tunnel = async |seen: &mut _| proxy::tunnel(ask, seen).await;
        let io = steps.run(Stage::Proxy, deadline, tunnel).await?;
        steps.whom = settings.url.place();
        Ok((io, remote))
    }
}
