//! Loopback servers to try and to test against: a demo feed with faults, and an echo server.

mod accept;
mod demo;
mod echo;
mod feed;
mod identity;
mod market;
mod paths;
mod request;

pub use demo::{Demo, DemoOptions};
pub use echo::Echo;
pub use paths::{PATHS, PathSpec};
