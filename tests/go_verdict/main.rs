//! The rules of Go's TLS, held to what Go 1.26.8 itself said of thousands of certificates, chains, keys and bytes.
//!
//! The folders `recorder` hold the Go programs that wrote the tables.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a row of a table that cannot be read fails its test"
)]

mod certificate;
mod chain;
mod client;
mod wire;
