//! Pixels as files.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder as _, ImageError};
use tiny_skia::Pixmap;

/// Formats of map images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Png,
    /// With a quality from 1 to 100. Knows no transparency: what is not drawn is white.
    Jpeg(u8),
    /// Without loss.
    Webp,
}

impl Format {
    /// The format of a file name's ending.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "png" => Some(Self::Png),
            "jpg" => Some(Self::Jpeg(85)),
            "webp" => Some(Self::Webp),
            _ => None,
        }
    }

    /// Its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg(_) => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The file of an image, unless it is given up meanwhile.
    ///
    /// # Errors
    /// See [`EncodeError`].
    pub fn encode(self, pixmap: Pixmap, given_up: &AtomicBool) -> Result<Vec<u8>, EncodeError> {
        let mut file = File { bytes: Vec::with_capacity(pixmap.pixels().len() / 4), given_up };
        match self.write(pixmap, &mut file) {
            _ if given_up.load(Ordering::Relaxed) => Err(EncodeError::GivenUp),
            written => written.map(|()| file.bytes).map_err(EncodeError::Image),
        }
    }

    fn write(self, pixmap: Pixmap, file: &mut File<'_>) -> Result<(), ImageError> {
        let (width, height) = (pixmap.width(), pixmap.height());
        let opaque = pixmap.pixels().iter().all(|pixel| pixel.alpha() == u8::MAX);
        let flat = opaque || matches!(self, Self::Jpeg(_));
        let (bytes, colours) = if flat {
            (on_white(&pixmap), ExtendedColorType::Rgb8)
        } else {
            (pixmap.take_demultiplied(), ExtendedColorType::Rgba8)
        };
        match self {
            // Maps are even areas: with this filter the fastest deflate finds nearly all there is to find.
            Self::Png => PngEncoder::new_with_quality(file, CompressionType::Fast, FilterType::Up)
                .write_image(&bytes, width, height, colours),
            Self::Jpeg(quality) => {
                JpegEncoder::new_with_quality(file, quality.clamp(1, 100)).write_image(&bytes, width, height, colours)
            }
            Self::Webp => WebPEncoder::new_lossless(file).write_image(&bytes, width, height, colours),
        }
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("nobody waits for the image any more")]
    GivenUp,
    /// The encoder refuses the size, which those of map images are far below.
    #[error(transparent)]
    Image(ImageError),
}

/// A file that is not gone on with once it is given up. JPEG, which takes longest by far, is written block by block; the
/// others are packed within a fifth of a second, and written then.
struct File<'f> {
    bytes: Vec<u8>,
    given_up: &'f AtomicBool,
}

impl Write for File<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Three bytes a pixel. Premultiplied colours need only the white that shines through added.
fn on_white(pixmap: &Pixmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pixmap.pixels().len() * 3);
    for pixel in pixmap.pixels() {
        let white = u8::MAX - pixel.alpha();
        bytes.extend([pixel.red() + white, pixel.green() + white, pixel.blue() + white]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use tiny_skia::Color;

    use super::*;

    static WANTED: AtomicBool = AtomicBool::new(false);

    #[test]
    fn a_file_that_is_given_up_is_not_gone_on_with() {
        let given_up = AtomicBool::new(true);
        let mut file = File { bytes: Vec::new(), given_up: &given_up };
        for format in [Format::Png, Format::Jpeg(95), Format::Webp] {
            let pixmap = || Pixmap::new(64, 64).expect("a size");
            assert!(format.write(pixmap(), &mut file).is_err() && file.bytes.is_empty(), "{format:?}");
            assert!(matches!(format.encode(pixmap(), &given_up), Err(EncodeError::GivenUp)));
        }
    }

    #[test]
    fn an_image_comes_back_from_every_format_as_it_was() {
        for format in [Format::Png, Format::Jpeg(95), Format::Webp] {
            let mut pixmap = Pixmap::new(16, 8).expect("a size");
            pixmap.fill(Color::from_rgba8(200, 40, 40, 255));
            let file = format.encode(pixmap, &WANTED).expect("encoded");
            let read = image::load_from_memory(&file).expect("an image").to_rgba8();
            assert_eq!(read.dimensions(), (16, 8));
            let pixel = read.get_pixel(3, 3).0;
            assert!(pixel.iter().zip([200, 40, 40, 255]).all(|(a, b)| a.abs_diff(b) < 6), "{format:?} {pixel:?}");
        }
    }

    #[test]
    fn what_is_not_drawn_is_transparent_or_white_on_jpeg() {
        let empty = || Pixmap::new(4, 4).expect("a size");
        let png = image::load_from_memory(&Format::Png.encode(empty(), &WANTED).expect("encoded"))
            .expect("an image")
            .to_rgba8();
        assert_eq!(png.get_pixel(0, 0).0[3], 0);
        let jpeg =
            image::load_from_memory(&Format::Jpeg(90).encode(empty(), &WANTED).expect("encoded")).expect("an image");
        assert!(jpeg.to_rgb8().get_pixel(0, 0).0.iter().all(|part| *part > 250));
    }
}
