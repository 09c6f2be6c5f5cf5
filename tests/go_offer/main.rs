//! The offer held to itself, to what Go and `OpenSSL` were recorded to write, and to which keys Go was recorded to
//! sign with. The recorder lies beside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what cannot be set up fails its test"
)]

mod groups_and_suites;
mod keys;
mod peers;
mod records;
