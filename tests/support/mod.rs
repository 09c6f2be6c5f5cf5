//! Support for tests: temporary certificates, and servers that misbehave.
//!
//! Tests include it with `pub mod support;`, so that unused parts are not dead code.

#[expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "test support is not a public API")]
pub mod certs;
#[expect(clippy::missing_panics_doc, reason = "test support is not a public API")]
pub mod proxies;
#[expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "test support is not a public API")]
pub mod servers;
