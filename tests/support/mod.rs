//! What tests need of the world: throw-away certificates, and servers that misbehave.
//!
//! A test takes it in with `pub mod support;`, so that what it does not use is no dead code.

#[expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "help for tests is no public API")]
pub mod certs;
#[expect(clippy::missing_panics_doc, reason = "help for tests is no public API")]
pub mod proxies;
#[expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "help for tests is no public API")]
pub mod servers;
