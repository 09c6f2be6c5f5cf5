//! What tests need of the world: throw-away certificates, and servers that misbehave.

pub mod certs;
pub mod servers;
