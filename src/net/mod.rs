//! Opens connections: from an address to a socket that is ready to be read, stage by stage.

mod answer;
mod body;
mod certificate;
mod client_cert_resolver;
mod clock;
mod dial;
mod environment;
mod error;
mod extension;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod head;
mod lenient;
mod lookup;
mod meter;
mod notes;
mod open;
mod proxy;
mod records;
#[cfg(all(unix, feature = "renegotiation"))]
mod renegotiate;
mod reporter;
mod request;
mod roots;
mod route;
mod socket;
mod steps;
mod stream;
mod tap;
mod tcp;
mod tls;
mod tls_failure;
mod upgrade;
mod verify;

pub(crate) use clock::Clock;
pub use dial::{Limits, Network};
pub use environment::{Environment, Variable};
pub use error::{Cause, ConnectError};
pub use meter::Meter;
pub use reporter::{Reporter, Step};
pub use socket::{Dial, Io, Socket};
pub(crate) use tap::asks_again;
