//! Compressed payloads. Of each no more is expanded than is shown, so that a bomb costs no more than any other payload.

use std::io::{ErrorKind, Read};

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::super::decoded::{Decoder, Input, Misfit, Opened};

/// The most that a payload is expanded to, in bytes.
pub(super) const EXPANDED: usize = 16 << 20;

/// The largest window of zstd that is kept, as a power of two: 16 MiB.
const WINDOW: u32 = 24;

/// The fewest bytes that formats without a mark are looked for in.
const TELLING: usize = 8;

pub(super) static GZIP: Decoder = Decoder {
    name: "gzip",
    title: "gzip",
    extension: "gz",
    looks_like: |sample| sample.front.starts_with(&[0x1f, 0x8b, 8]),
    read: |input| expand(MultiGzDecoder::new(input.payload), input),
};

pub(super) static ZLIB: Decoder = Decoder {
    name: "zlib",
    title: "zlib",
    extension: "zlib",
    // The first two bytes, as a number, are a multiple of 31 (RFC 1950, section 2.2).
    looks_like: |sample| matches!(*sample.front, [0x78, second, ..] if (0x7800 + u16::from(second)).is_multiple_of(31)),
    read: |input| expand(ZlibDecoder::new(input.payload), input),
};

pub(super) static ZSTD: Decoder = Decoder {
    name: "zstd",
    title: "zstd",
    extension: "zst",
    looks_like: |sample| sample.front.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
    read: |input| {
        let mut decoder = zstd::Decoder::with_buffer(input.payload).map_err(|_| "it cannot be expanded")?;
        decoder.window_log_max(WINDOW).map_err(|_| "it cannot be expanded")?;
        expand(decoder, input)
    },
};

/// Without a mark: what comes out must be JSON.
pub(super) static DEFLATE: Decoder = Decoder {
    name: "deflate",
    title: "deflate",
    extension: "deflate",
    looks_like: |sample| sample.front.len() >= TELLING,
    read: |input| {
        let mut decoder = DeflateDecoder::new(input.payload);
        let opened = expand(&mut decoder, input)?;
        let is_rest = !is_cut(&opened) && decoder.total_in() < input.payload.len() as u64;
        if is_rest { Err("bytes follow its end") } else { telling(opened, input) }
    },
};

/// Without a mark, as deflate is. It is looked for only where it has the window that its own library writes, 4 MiB,
/// since to try it costs more.
pub(super) static BROTLI: Decoder = Decoder {
    name: "brotli",
    title: "brotli",
    extension: "br",
    looks_like: |sample| sample.front.len() >= TELLING && sample.front[0] & 0xf == 0xb,
    read: |input| telling(expand(Decompressor::new(input.payload, 4096), input)?, input),
};

fn expand<'a>(decoder: impl Read, input: Input<'_>) -> Result<Opened<'a>, Misfit> {
    let limit = input.limit.min(EXPANDED);
    let mut inner = Vec::new();
    let failed = decoder.take(limit as u64 + 1).read_to_end(&mut inner).err();
    let is_cut = match failed {
        None => inner.len() > limit,
        // All formats end in a way that is known.
        Some(error) if error.kind() == ErrorKind::UnexpectedEof && input.is_cut && !inner.is_empty() => true,
        Some(error) if error.kind() == ErrorKind::UnexpectedEof => return Err("it ends too early"),
        Some(_) => return Err("it cannot be expanded"),
    };
    inner.truncate(limit);
    Ok(Opened::Packed { inner, is_cut })
}

const fn is_cut(opened: &Opened<'_>) -> bool {
    matches!(opened, Opened::Packed { is_cut: true, .. })
}

fn telling<'a>(opened: Opened<'a>, input: Input<'_>) -> Result<Opened<'a>, Misfit> {
    if let (Opened::Packed { inner, is_cut }, false) = (&opened, input.is_chosen)
        && !super::json::is_json(inner, *is_cut)
    {
        return Err("what it would hold is not JSON");
    }
    Ok(opened)
}
