//! Loopback servers to try and to test against: a demo feed with faults, and an echo server.

mod accept;
mod demo;
mod echo;
mod faults;
mod feed;
mod identity;
mod market;
mod options;
mod paths;
mod request;

pub use demo::Demo;
pub use echo::Echo;
pub use options::DemoOptions;
pub use paths::{PATHS, PathSpec};
