//! Drawing an uploaded image again: whatever else was in the file is gone.

use super::{Content, MediaType};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use std::io::Cursor;

/// The most pixels that are decoded.
pub(super) const MOST_PIXELS: u64 = 40_000_000;
/// The most memory that decoding one image may take, in bytes: 40 million pixels of 16 bits in four channels.
const MEMORY: u64 = 8 * MOST_PIXELS + 64 * 1024 * 1024;
/// How well photos are kept, of 100.
const QUALITY: u8 = 85;
/// A colour profile larger than this is left out, in bytes.
const LARGEST_PROFILE: usize = 64 * 1024;

/// An image as it is stored.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: MediaType,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Draws the image again, upright, no side longer than `longest_side` pixels, with its colour profile and nothing else.
/// Photos become JPEG; PNG stays PNG, and so does what can be seen through.
///
/// Reasons: `too_many_pixels`, `unreadable`.
pub(super) fn draw_again(
    bytes: &[u8],
    content: Content,
    longest_side: u32,
) -> Result<Drawn, &'static str> {
    let format = match content {
        Content::Jpeg => ImageFormat::Jpeg,
        Content::Png => ImageFormat::Png,
        Content::Webp => ImageFormat::WebP,
        Content::Pdf => return Err("unreadable"),
    };
    let (image, profile) = decode(bytes, format, longest_side)?;
    encode(&image, profile, format == ImageFormat::Png).map_err(|_| "unreadable")
}

fn decode(
    bytes: &[u8],
    format: ImageFormat,
    longest_side: u32,
) -> Result<(DynamicImage, Option<Vec<u8>>), &'static str> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| "unreadable")?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err("too_many_pixels");
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| "unreadable")?;
    // Made smaller before it is turned: turning takes a copy.
    if width.max(height) > longest_side {
        image = image.thumbnail(longest_side, longest_side);
    }
    image.apply_orientation(orientation);
    Ok((
        image,
        profile.filter(|profile| profile.len() <= LARGEST_PROFILE),
    ))
}

fn encode(
    image: &DynamicImage,
    profile: Option<Vec<u8>>,
    is_drawing: bool,
) -> image::ImageResult<Drawn> {
    let (width, height) = (image.width(), image.height());
    let mut bytes = Vec::new();
    let see_through = image.color().has_alpha().then(|| image.to_rgba8());
    let see_through = see_through.filter(|it| it.pixels().any(|pixel| pixel.0[3] < u8::MAX));
    let media_type = if let Some(image) = see_through {
        write(PngEncoder::new(&mut bytes), profile, &image.into())?;
        MediaType::Png
    } else if is_drawing {
        write(
            PngEncoder::new(&mut bytes),
            profile,
            &image.to_rgb8().into(),
        )?;
        MediaType::Png
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        write(encoder, profile, &image.to_rgb8().into())?;
        MediaType::Jpeg
    };
    Ok(Drawn {
        bytes,
        media_type,
        width,
        height,
    })
}

fn write(
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
    image: &DynamicImage,
) -> image::ImageResult<()> {
    if let Some(profile) = profile {
        // Without it colours are a little off, which is better than no image.
        drop(encoder.set_icc_profile(profile));
    }
    image.write_with_encoder(encoder)
}
