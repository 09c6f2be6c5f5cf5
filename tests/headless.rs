//! The program itself, without a screen: its output, its words and its exit codes.

pub mod support;

#[path = "headless/captures.rs"]
mod captures;
#[path = "headless/checking.rs"]
mod checking;
#[path = "headless/comparing.rs"]
mod comparing;
#[path = "headless/draining.rs"]
mod draining;
#[path = "headless/exported.rs"]
mod exported;
#[path = "headless/lint.rs"]
mod lint;
#[path = "headless/metrics.rs"]
mod metrics;
#[path = "headless/planted.rs"]
mod planted;
#[path = "headless/probe.rs"]
mod probe;
#[path = "headless/profiles.rs"]
mod profiles;
#[path = "headless/program.rs"]
mod program;
#[path = "headless/proxies.rs"]
mod proxies;
#[path = "headless/secrets.rs"]
mod secrets;
#[path = "headless/sending.rs"]
mod sending;
#[path = "headless/stopping.rs"]
mod stopping;
#[path = "headless/tail.rs"]
mod tail;
#[cfg(unix)]
#[path = "headless/unix_sockets.rs"]
mod unix_sockets;
#[path = "headless/usage.rs"]
mod usage;
#[path = "headless/written.rs"]
mod written;
