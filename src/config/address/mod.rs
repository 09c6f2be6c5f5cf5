//! Addresses of feeds and of proxies.

mod endpoint;
mod go_url;
mod host;
mod pipeline;
mod proxy;

pub use endpoint::Endpoint;
pub use go_url::GoFault;
pub use pipeline::InPipeline;
pub use proxy::{Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme, login_secrets};
