//! Addresses of feeds and of proxies.

mod endpoint;
mod host;
mod proxy;

pub use endpoint::Endpoint;
pub use proxy::{Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme, login_secrets};
