//! TLS for tests: certificates of which each field can be wrong, servers that show them, and the scenes made of both.
//!
//! ```text
//! der -> key -> certificate, extension -> server, records -> scene -> scenes
//! ```

pub mod cbc;
pub mod certificate;
pub mod curve;
pub mod der;
pub mod extension;
pub mod groups;
pub mod hash;
pub mod key;
pub mod records;
pub mod rsa;
pub mod scene;
pub mod scenes;
pub mod server;
