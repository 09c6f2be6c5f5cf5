//! The real network: one dial as the list of its stages.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    config::Settings,
    session::{Opened, Stage},
};

use super::{
    Dial, DialError, Reporter, Socket,
    clock::Clock,
    lookup, open,
    roots::SystemRoots,
    steps::Steps,
    tcp, tls,
    upgrade::{self, Accepted, Line, Patience},
};

/// Dials over TCP and TLS. Cheap to clone; the clones share the roots of the system.
#[derive(Clone, Debug)]
pub struct Network {
    limits: Limits,
    clock: Clock,
    roots: SystemRoots,
}

/// How long a dial may take.
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
    /// The network with the usual limits. Reads the wall clock, the only time it does.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    /// The network with other limits, for tests.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, clock: Clock::start(), roots: SystemRoots::default() }
    }
}

impl Dial for Network {
    async fn dial(&self, settings: Arc<Settings>, report: Reporter) -> Result<Socket, DialError> {
        let start = Instant::now();
        let deadline = start + self.limits.connect;
        let settings = &*settings;
        let url = &settings.url;
        // The roots of the system take a while to read: they load while TCP connects.
        let trust = url.secure.then(|| self.roots.load(&settings.tls));
        let mut steps = Steps::new(&self.clock, report.clone());

        let addresses =
            steps.run(Stage::Lookup, deadline, async |seen| lookup::addresses(url, seen).await).await?;
        steps.whom.clone_from(&url.host);
        let stream = steps
            .run(Stage::Tcp, deadline, async |seen| tcp::connect(&addresses, deadline, seen).await)
            .await?;
        let remote = stream.peer_addr().ok();
        if let Some(address) = remote {
            steps.whom = address.to_string();
        }

        let (mut line, tls) = match trust {
            None => (Line { io: Box::new(stream), remote: steps.whom.clone(), notes: None }, None),
            Some(trust) => {
                let handshake =
                    async |seen: &mut _| tls::handshake(stream, &steps.whom, settings, trust, seen).await;
                let secured = steps.run(Stage::Tls, deadline, handshake).await?;
                let line =
                    Line { io: secured.stream, remote: steps.whom.clone(), notes: Some(secured.notes) };
                (line, Some(secured.described))
            }
        };

        let patience = Patience { quiet: self.limits.quiet, deadline };
        let upgrade = async |seen: &mut _| upgrade::upgrade(&mut line, settings, patience, seen).await;
        let Accepted { read_ahead, subprotocol } = steps.run(Stage::Upgrade, deadline, upgrade).await?;

        if !settings.open_messages.is_empty() {
            let deadline = Instant::now() + self.limits.open;
            let send = async |seen: &mut _| open::send(&mut line, settings, &report, seen).await;
            steps.run(Stage::Open, deadline, send).await?;
        }
        let opened = Opened { remote, tls, subprotocol, took: start.elapsed() };
        Ok(Socket { io: line.io, read_ahead, opened })
    }
}
