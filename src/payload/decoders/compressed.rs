//! Compressed payloads. Of each no more is expanded than is shown, so that a bomb costs no more than any other payload.

use std::io::{ErrorKind, Read};

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::payload::size;

use super::super::decoded::{Body, CUT_SHORT, Decoder, EXPANDED, Input, Misfit, Opened};

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
    read: |input| {
        let opened = expand(ZlibDecoder::new(input.payload), input)?;
        // Its mark is of two bytes, which text may have as well.
        if fault(&opened).is_some() { telling(opened, input) } else { Ok(opened) }
    },
};

pub(super) static ZSTD: Decoder = Decoder {
    name: "zstd",
    title: "zstd",
    extension: "zst",
    looks_like: |sample| sample.front.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
    read: |input| {
        let mut decoder = zstd::Decoder::with_buffer(input.payload).map_err(|_| "it cannot be expanded")?;
        decoder.window_log_max(WINDOW).map_err(|_| "it cannot be expanded")?;
        match expand(decoder, input) {
            // It comes out in blocks, of which not even the first may be here.
            Err(CUT_SHORT) if begins_block(input.payload) => Ok(packed(input)),
            opened => opened,
        }
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
        let opened = unbroken(expand(&mut decoder, input)?, input)?;
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
    read: |input| {
        let opened = expand(Decompressor::new(input.payload, 4096), input)?;
        telling(unbroken(opened, input)?, input)
    },
};

/// What can be unpacked; something must be, unless nothing is packed.
fn expand<'a>(decoder: impl Read, input: Input<'_>) -> Result<Opened<'a>, Misfit> {
    let limit = input.limit.min(EXPANDED);
    let mut inner = Vec::new();
    let failed = decoder.take(limit as u64 + 1).read_to_end(&mut inner).err().map(|error| error.kind());
    // All formats end in a way that is known.
    let fault = match failed {
        Some(ErrorKind::UnexpectedEof) if inner.is_empty() => return Err(CUT_SHORT),
        Some(_) if inner.is_empty() => return Err("it cannot be expanded"),
        Some(ErrorKind::UnexpectedEof) if !input.is_cut() => Some(CUT_SHORT),
        None | Some(ErrorKind::UnexpectedEof) => None,
        Some(_) => Some("what follows cannot be expanded"),
    };
    let is_cut = failed.is_some() || inner.len() > limit;
    inner.truncate(limit);
    Ok(Opened::Packed { inner, is_cut, fault })
}

const fn fault(opened: &Opened<'_>) -> Option<Misfit> {
    if let Opened::Packed { fault, .. } = opened { *fault } else { None }
}

/// Without a mark nothing that cannot be expanded to its end is believed in.
fn unbroken<'a>(opened: Opened<'a>, input: Input<'_>) -> Result<Opened<'a>, Misfit> {
    let fault = fault(&opened).filter(|_| !input.is_decided && !input.is_chosen);
    fault.map_or(Ok(opened), Err)
}

/// Whether a frame of zstd begins with a block that may be (RFC 8878, sections 3.1.1.1 and 3.1.1.2).
fn begins_block(payload: &[u8]) -> bool {
    /// `Block_Maximum_Size`.
    const LARGEST: u32 = 128 << 10;
    let Some(&descriptor) = payload.get(4) else { return false };
    let is_single = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let size = [usize::from(is_single), 2, 4, 8][usize::from(descriptor >> 6)];
    let block = payload.get(5 + usize::from(!is_single) + dictionary + size..);
    let Some(&[low, middle, high]) = block.and_then(|block| block.first_chunk()) else { return false };
    let header = u32::from_le_bytes([low, middle, high, 0]);
    descriptor & 8 == 0 && header >> 1 & 3 < 3 && header >> 3 <= LARGEST
}

/// A payload of which nothing can be expanded.
fn packed(input: Input<'_>) -> Opened<'_> {
    let body = Body::Bytes(input.front().into());
    let holds = zstd::zstd_safe::get_frame_content_size(input.payload).ok().flatten();
    let title = holds.map_or(String::new(), |bytes| format!("of {}", size(bytes)));
    if input.is_cut() { Opened::Titled(body, title) } else { Opened::Faulty(body, title, CUT_SHORT) }
}

const fn is_cut(opened: &Opened<'_>) -> bool {
    matches!(opened, Opened::Packed { is_cut: true, .. })
}

fn telling<'a>(opened: Opened<'a>, input: Input<'_>) -> Result<Opened<'a>, Misfit> {
    if let (Opened::Packed { inner, is_cut, .. }, false) = (&opened, input.is_chosen || input.is_decided)
        && !super::json_text::is_json(inner, *is_cut)
    {
        return Err("what it would hold is not JSON");
    }
    Ok(opened)
}
