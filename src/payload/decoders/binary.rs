//! Payloads that are not text: compressed ones, known by their first bytes, and all others.

use super::super::decoded::{Body, Decoder};

pub(super) static GZIP: Decoder = Decoder {
    name: "gzip",
    extension: "gz",
    looks_like: |sample| sample.front.starts_with(&[0x1f, 0x8b]),
    read: |payload, limit| Some(bytes(payload, limit)),
};

pub(super) static ZLIB: Decoder = Decoder {
    name: "zlib",
    extension: "bin",
    // The first two bytes, as a number, are a multiple of 31 (RFC 1950, section 2.2).
    looks_like: |sample| matches!(*sample.front, [0x78, second, ..] if (0x7800 + u16::from(second)).is_multiple_of(31)),
    read: |payload, limit| Some(bytes(payload, limit)),
};

pub(super) static ZSTD: Decoder = Decoder {
    name: "zstd",
    extension: "zst",
    looks_like: |sample| sample.front.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
    read: |payload, limit| Some(bytes(payload, limit)),
};

pub(super) static BINARY: Decoder = Decoder {
    name: "binary",
    extension: "bin",
    looks_like: |_| true,
    read: |payload, limit| Some(bytes(payload, limit)),
};

pub(super) fn bytes(payload: &[u8], limit: usize) -> Body<'_> {
    Body::Bytes(payload[..payload.len().min(limit)].into())
}
