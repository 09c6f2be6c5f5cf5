//! The arguments for what runs beside a command without a screen.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::store::Compress;

/// The numbers of a session for Prometheus.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricsArgs {
    /// Serve the numbers of the session for Prometheus at this address, such as 127.0.0.1:9400, while it runs
    #[arg(long, value_name = "IP:PORT")]
    pub metrics: Option<SocketAddr>,
}

/// The capture beside a command without a screen.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureArgs {
    /// Also capture the whole session into this file
    #[arg(long, value_name = "FILE")]
    pub capture: Option<PathBuf>,
    /// When to compress the file of --capture at the end
    #[arg(long, value_name = "WORD", default_value = Compress::Auto.word())]
    pub compress: Compress,
}
