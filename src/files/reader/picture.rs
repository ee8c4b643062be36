//! From a photo to the pictures that are kept of it. Only its pixels get through: position, device, comments and colour profile
//! stay behind, and it is turned as it is to be seen.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType as Sampling;
use image::{DynamicImage, ImageDecoder, ImageEncoder as _, ImageResult, Limits, RgbImage};

use super::format::Format;
use super::{KEPT, Pictures, SCREEN, THUMBNAIL, Unfit, jpeg};
use crate::exchange::heif::{self, HeifFault};

/// Bytes a decoder may take for itself; the process has no more than a little beyond that.
const MEMORY: u64 = 1 << 30;

/// Quality of JPEG: what is kept, and what is made of it.
const QUALITY: u8 = 88;
const QUALITY_OF_COPIES: u8 = 80;

/// Bytes that a picture without loss may have before it is kept as a photo.
const MOST_LOSSLESS: usize = 8 << 20;

/// Makes the pictures of a photo.
pub fn read(format: Format, bytes: Vec<u8>, most_pixels: u64) -> Result<Pictures, Unfit> {
    let image = decode(format, bytes, most_pixels)?;
    pictures(format, image).map_err(|_| Unfit::Broken)
}

/// The pixels, turned as they are to be seen and no more of them than are kept.
fn decode(format: Format, bytes: Vec<u8>, most_pixels: u64) -> Result<DynamicImage, Unfit> {
    let cursor = Cursor::new(bytes.as_slice());
    let broken = |_| Unfit::Broken;
    match format {
        Format::Jpeg if !jpeg::is_whole(&bytes) => Err(Unfit::Broken),
        Format::Jpeg => turned(JpegDecoder::new(cursor).map_err(broken)?, most_pixels),
        Format::Png => turned(PngDecoder::with_limits(cursor, limits()).map_err(broken)?, most_pixels),
        Format::WebP => turned(WebPDecoder::new(cursor).map_err(broken)?, most_pixels),
        Format::Heic => {
            let pixels = heif::decode(bytes, most_pixels).map_err(|fault| match fault {
                HeifFault::TooLarge { width, height } => Unfit::TooManyPixels { width, height },
                HeifFault::NoDriver => Unfit::Heic,
                HeifFault::Unreadable => Unfit::Broken,
            })?;
            let image = RgbImage::from_raw(pixels.width, pixels.height, pixels.rgb).ok_or(Unfit::Broken)?;
            Ok(bounded(image.into()))
        }
        Format::Pdf => Err(Unfit::Format),
    }
}

fn turned(mut decoder: impl ImageDecoder, most_pixels: u64) -> Result<DynamicImage, Unfit> {
    // What the head says, before anything is made of the rest.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > most_pixels {
        return Err(Unfit::TooManyPixels { width, height });
    }
    decoder.set_limits(limits()).map_err(|_| Unfit::TooManyPixels { width, height })?;
    // A damaged note on how to turn it is none.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = bounded(DynamicImage::from_decoder(decoder).map_err(|_| Unfit::Broken)?);
    image.apply_orientation(orientation);
    Ok(image)
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY);
    limits
}

/// No larger than what is kept, a byte a channel.
fn bounded(image: DynamicImage) -> DynamicImage {
    let image = if image.width().max(image.height()) > KEPT { image.thumbnail(KEPT, KEPT) } else { image };
    if image.color().has_alpha() { image.into_rgba8().into() } else { image.into_rgb8().into() }
}

fn pictures(format: Format, image: DynamicImage) -> ImageResult<Pictures> {
    let (width, height) = (image.width(), image.height());
    let (mut screen, mut thumbnail) = (Vec::new(), Vec::new());
    // What is seen through is on white, as on paper.
    let kept = match format {
        Format::Png => lossless(&image).filter(|png| png.len() <= MOST_LOSSLESS),
        _ => None,
    };
    let opaque = on_white(image);
    let kept = kept.map_or_else(|| jpeg_of(&opaque, QUALITY), Ok)?;
    let mut copy = opaque;
    for (side, of) in [(SCREEN, &mut screen), (THUMBNAIL, &mut thumbnail)] {
        if width.max(height) > side {
            copy = copy.resize(side, side, Sampling::Triangle);
            *of = jpeg_of(&copy, QUALITY_OF_COPIES)?;
        }
    }
    Ok(Pictures { width, height, kept, screen, thumbnail })
}

fn on_white(image: DynamicImage) -> DynamicImage {
    let DynamicImage::ImageRgba8(seen) = image else { return image };
    let (width, height) = seen.dimensions();
    let through = |pixel: &image::Rgba<u8>| {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        [red, green, blue].map(|channel| u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255))
    };
    let rgb = seen.pixels().flat_map(through).collect();
    RgbImage::from_raw(width, height, rgb).map_or(DynamicImage::ImageRgba8(seen), DynamicImage::ImageRgb8)
}

fn jpeg_of(image: &DynamicImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(image)?;
    Ok(bytes)
}

fn lossless(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into()).ok()?;
    Some(bytes)
}
