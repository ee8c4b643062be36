use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, GenericImageView, ImageFormat, Rgb, RgbaImage};

use super::*;

const MOST: u64 = 1_000_000;

/// Red on the left, blue on the right.
fn photo(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) })
}

fn encoded(image: &image::RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = io::Cursor::new(Vec::new());
    match format {
        ImageFormat::WebP => {
            let encoder = WebPEncoder::new_lossless(&mut bytes);
            encoder.encode(image, image.width(), image.height(), ExtendedColorType::Rgb8).expect("WebP");
        }
        format => image.write_to(&mut bytes, format).expect("a picture"),
    }
    bytes.into_inner()
}

/// The same JPEG with a segment behind its start.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a short segment").to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}

/// EXIF (CIPA DC-008) that says how to turn the photo, what took it, and where.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x0110, 2, 16, 50_u32.to_le_bytes()));
    tiff.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 66_u32.to_le_bytes()));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(b"SecretPhone 4711");
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend(0_u32.to_le_bytes());
    [b"Exif\0\0", &tiff[..]].concat()
}

fn taken(bytes: Vec<u8>) -> Pictures {
    read(Order { most_pixels: MOST }, bytes).expect("it is taken").expect("a photo")
}

fn refused(bytes: impl Into<Vec<u8>>) -> Unfit {
    read(Order { most_pixels: MOST }, bytes.into()).expect_err("it is refused")
}

fn seen(picture: &[u8]) -> image::DynamicImage {
    image::load_from_memory(picture).expect("a picture")
}

fn is_red(image: &image::DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = image.get_pixel(x, y).0;
    red > 150 && blue < 100
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[test]
fn a_photo_of_any_format_becomes_pictures_of_its_pixels_in_three_sizes() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let pictures = taken(encoded(&photo(2_000, 400), format));
        assert_eq!((pictures.width, pictures.height), (2_000, 400), "{format:?}");
        let kept = if format == ImageFormat::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
        assert_eq!(image::guess_format(&pictures.kept).expect("a format"), kept);
        for (picture, width) in [(&pictures.kept, 2_000), (&pictures.screen, SCREEN), (&pictures.thumbnail, THUMBNAIL)]
        {
            let image = seen(picture);
            assert_eq!(image.dimensions(), (width, width / 5), "{format:?}");
            assert!(is_red(&image, width / 8, 10) && !is_red(&image, width - 20, 10), "{format:?}");
        }
    }
    let small = taken(encoded(&photo(300, 100), ImageFormat::Jpeg));
    assert!(small.screen.is_empty() && small.thumbnail.is_empty(), "what is small is kept once");
    let between = taken(encoded(&photo(1_000, 100), ImageFormat::Jpeg));
    assert!(between.screen.is_empty() && !between.thumbnail.is_empty());
    let wide = taken(encoded(&photo(8_000, 20), ImageFormat::Jpeg));
    assert_eq!((wide.width, wide.height), (KEPT, 10));
}

#[test]
fn a_photo_of_a_telephone_is_read_as_heic() {
    let bytes = include_bytes!("../../../tests/fixtures/photo.heic");
    if crate::exchange::heif::can_be_read() {
        let image = seen(&taken(bytes.to_vec()).kept);
        assert_eq!(image.dimensions(), (64, 32));
        assert!(is_red(&image, 8, 16) && !is_red(&image, 56, 16));
        assert_eq!(refused(&bytes[..bytes.len() / 2]), Unfit::Broken);
        let few = read(Order { most_pixels: 64 }, bytes.to_vec());
        assert_eq!(few.expect_err("too many"), Unfit::TooManyPixels { width: 64, height: 32 });
    } else {
        assert_eq!(refused(&bytes[..]), Unfit::Heic);
    }
}

#[test]
fn a_photo_is_turned_as_its_camera_was_held_and_says_neither_what_took_it_nor_where() {
    let jpeg = encoded(&photo(60, 40), ImageFormat::Jpeg);
    // Where red is: upright, upside down, and the sides up (CIPA DC-008, 4.6.4, Orientation).
    for (orientation, size, red) in
        [(1, (60, 40), (5, 20)), (3, (60, 40), (55, 20)), (6, (40, 60), (20, 5)), (8, (40, 60), (20, 55))]
    {
        let sent = with_segment(&jpeg, 0xe1, &exif(orientation));
        let sent = with_segment(&sent, 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SecretPlace</x:xmpmeta>");
        let sent = with_segment(&sent, 0xfe, b"SecretComment");
        let pictures = taken(sent);
        let image = seen(&pictures.kept);
        assert_eq!((pictures.width, pictures.height), size, "{orientation}");
        assert_eq!(image.dimensions(), size);
        assert!(is_red(&image, red.0, red.1), "{orientation}");
        assert!(!holds(&pictures.kept, b"Exif") && !holds(&pictures.kept, b"Secret"));
    }
    let nonsense = with_segment(&jpeg, 0xe1, b"Exif\0\0II*\0\xff\xff\xff\xff");
    assert_eq!(taken(nonsense).width, 60, "a damaged note is none");
}

#[test]
fn of_what_is_also_something_else_nothing_else_is_kept() {
    let jpeg = encoded(&photo(60, 40), ImageFormat::Jpeg);
    let page = b"<html><script>alert(1)</script>";
    for sent in [
        [&jpeg[..], b"PK\x03\x04evil.class PK\x05\x06"].concat(),
        [&jpeg[..], page].concat(),
        with_segment(&jpeg, 0xfe, page),
        with_segment(&jpeg, 0xe2, b"PK\x03\x04evil"),
    ] {
        let kept = taken(sent).kept;
        assert!(!holds(&kept, b"PK\x03\x04") && !holds(&kept, b"script"));
    }
    let png = encoded(&photo(60, 40), ImageFormat::Png);
    let kept = taken([&png[..], page].concat()).kept;
    assert!(!holds(&kept, b"script"));
}

#[test]
fn what_is_no_photo_and_no_document_is_refused_whatever_it_pretends_to_be() {
    let svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for other in [
        svg.as_bytes(),
        b"<html><body>photo.jpg</body></html>",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"PK\x03\x04 %PDF-1.7 %%EOF",
        b"BM\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"\0\0\0\x1cftypavif",
        b"MZ\x90\0",
        b" \x89PNG\r\n\x1a\n",
        b"\n%PDF-1.7\n%%EOF",
        b"\xff\xd8",
        b"x",
    ] {
        assert_eq!(refused(other), Unfit::Format, "{}", String::from_utf8_lossy(other));
    }
    assert!(
        read(Order { most_pixels: MOST }, b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n".to_vec()).expect("taken").is_none()
    );
    assert_eq!(refused(&b"%PDF-1.7\n1 0 obj"[..]), Unfit::Broken);
}

#[test]
fn what_breaks_off_is_refused_wherever_it_does() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(&photo(64, 64), format);
        // The last bytes of a PNG hold no pixels.
        let pixels = if format == ImageFormat::Png { whole.len() - 16 } else { whole.len() };
        for end in (16..pixels - 1).step_by(7) {
            assert!(matches!(refused(&whole[..end]), Unfit::Broken | Unfit::Format), "{format:?} of {end} bytes");
        }
    }
}

#[test]
fn bytes_that_were_changed_on_their_way_end_no_reader() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(&photo(64, 64), format);
        for at in 0..whole.len().min(600) {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            // Taken or not: it is told.
            let _ = read(Order { most_pixels: MOST }, changed);
        }
    }
}

#[test]
fn more_pixels_than_are_taken_are_refused_by_what_the_head_says() {
    let mut png = encoded(&photo(2, 2), ImageFormat::Png);
    // 200 megapixels in the head (ISO/IEC 15948, 11.2.2) and a handful of bytes behind it.
    png[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&10_000_u32.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(refused(png), Unfit::TooManyPixels { width: 20_000, height: 10_000 });
    let mut jpeg = encoded(&photo(8, 8), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|window| window == [0xff, 0xc0]).expect("a frame");
    jpeg[frame + 5..frame + 7].copy_from_slice(&60_000_u16.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&60_000_u16.to_be_bytes());
    assert_eq!(refused(jpeg), Unfit::TooManyPixels { width: 60_000, height: 60_000 });
}

/// The sum of a part of a PNG (ISO/IEC 15948, 5.5).
fn crc(part: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(part);
    sum.sum()
}

#[test]
fn what_is_seen_through_is_kept_and_lies_on_white_where_it_is_small() {
    let clear = RgbaImage::from_pixel(400, 400, image::Rgba([0, 0, 0, 0]));
    let mut png = io::Cursor::new(Vec::new());
    clear.write_to(&mut png, ImageFormat::Png).expect("a picture");
    let pictures = taken(png.into_inner());
    assert_eq!(seen(&pictures.kept).get_pixel(9, 9).0[3], 0);
    assert!(seen(&pictures.thumbnail).get_pixel(9, 9).0[0] > 250);
}
