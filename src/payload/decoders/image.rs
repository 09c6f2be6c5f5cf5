//! Images: of which format, and how large.

use imagesize::{ImageType, blob_size, image_type};
use memchr::memmem;

use super::super::decoded::{Body, CUT_SHORT, Decoder, Input, Misfit, Opened, Sample};

pub(super) static PNG: Decoder = Decoder {
    name: "png",
    title: "PNG",
    extension: "png",
    looks_like: |sample| is(sample, ImageType::Png),
    read: sized,
};

pub(super) static JPEG: Decoder = Decoder {
    name: "jpeg",
    title: "JPEG",
    extension: "jpg",
    looks_like: |sample| is(sample, ImageType::Jpeg),
    read: sized,
};

pub(super) static GIF: Decoder = Decoder {
    name: "gif",
    title: "GIF",
    extension: "gif",
    looks_like: |sample| is(sample, ImageType::Gif),
    read: sized,
};

pub(super) static WEBP: Decoder = Decoder {
    name: "webp",
    title: "WebP",
    extension: "webp",
    looks_like: |sample| is(sample, ImageType::Webp),
    read: sized,
};

fn is(sample: &Sample<'_>, expected: ImageType) -> bool {
    image_type(sample.front).is_ok_and(|found| found == expected)
}

fn sized(input: Input<'_>) -> Result<Opened<'_>, Misfit> {
    let size = blob_size(input.payload).map_err(|_| "no image has this head")?;
    let body = Body::Bytes(input.front().into());
    let title = format!("{} × {}", size.width, size.height);
    let is_whole = input.is_cut() || ends(input.payload);
    Ok(if is_whole { Opened::Titled(body, title) } else { Opened::Faulty(body, title, CUT_SHORT) })
}

/// Whether the end of an image is there; some programs write more behind it.
fn ends(payload: &[u8]) -> bool {
    match payload {
        [0x89, ..] => memmem::rfind(payload, b"IEND").is_some(),
        [0xff, ..] => memmem::rfind(payload, &[0xff, 0xd9]).is_some(),
        [b'G', ..] => payload.iter().rev().any(|byte| *byte == b';'),
        // The length of what follows stands in its head.
        [b'R', _, _, _, size @ ..] => {
            let size = size.first_chunk().map_or(0, |size| u32::from_le_bytes(*size));
            payload.len() as u64 >= u64::from(size) + 8
        }
        _ => true,
    }
}
