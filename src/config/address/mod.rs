//! Addresses: where a feed is, and the proxy on the way there.

mod endpoint;
mod host;
mod proxy;

pub use endpoint::Endpoint;
pub use proxy::{Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme, of_login};
