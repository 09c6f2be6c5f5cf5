//! Payloads that are nothing that is known.

use super::super::decoded::{Body, Decoder};
use super::Opened;

pub(super) static BINARY: Decoder = Decoder {
    name: "binary",
    title: "binary",
    extension: "bin",
    looks_like: |_| true,
    read: |input| Ok(Opened::Body(Body::Bytes(input.front().into()))),
};
