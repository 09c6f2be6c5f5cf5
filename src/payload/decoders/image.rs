//! Images: of which format, and how large.

use imagesize::{ImageType, blob_size, image_type};

use super::super::decoded::{Body, Decoder, Input, Misfit, Opened, Sample};

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
    Ok(Opened::Titled(body, format!("{} × {}", size.width, size.height)))
}
