//! Addresses of feeds and of proxies.

mod endpoint;
mod go_url;
mod host;
mod pipeline;
mod proxy;
mod scheme;
mod unix_address;

pub use endpoint::Endpoint;
pub use go_url::GoFault;
pub use pipeline::{InPipeline, asks_name_server};
pub use proxy::{Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme, login_secrets};
pub use unix_address::UnixAddress;
