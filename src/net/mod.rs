//! Opens connections: runs the stages from lookup to the opening messages and returns a socket.

mod body;
mod certificate;
mod client_cert_resolver;
mod client_key;
mod clock;
mod environment;
mod error;
mod extension;
mod foretelling;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod handshake_notes;
mod head;
mod judgement;
mod keylog;
mod lenient;
mod lookup;
mod meter;
mod network;
mod open;
mod peer;
mod proxy;
mod records;
#[cfg(all(unix, feature = "renegotiation"))]
mod renegotiate;
mod reporter;
mod request;
mod resolver;
mod response;
mod roots;
mod route;
mod socket;
mod steps;
mod stream;
mod tap;
mod tcp;
#[cfg(target_os = "linux")]
mod tcp_line;
mod tls;
mod tls_failure;
mod upgrade;
mod verify;

pub(crate) use clock::Clock;
pub use environment::{Environment, Variable};
use error::Cause;
pub use meter::Meter;
pub use network::{Limits, Network};
pub use reporter::{Reporter, Step};
pub use socket::{Connect, Io, Socket};
pub(crate) use tap::is_renegotiation_request;
pub(crate) use tls_failure::broken;
