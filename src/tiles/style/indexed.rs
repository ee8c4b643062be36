//! Drawings of few colours as a PNG with a palette: a third of the bytes of one with four channels a pixel.
//!
//! Symbols are areas of a dozen colours whose edges are blended. The areas keep their colours exactly; of blends those
//! that cannot be told apart become one. Alpha is one of the channels, so no edge gets harder.

use std::cmp::Reverse;
use std::collections::HashMap;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};
use tiny_skia::{Pixmap, PremultipliedColorU8};

/// Red, green, blue, alpha, premultiplied.
type Colour = [u8; 4];

/// As many as an index of 8 bits tells apart.
const MOST: usize = 256;

/// The file of a drawing. No channel of a pixel differs from the drawing by more than the least amount with which 256
/// colours suffice.
///
/// # Errors
/// None with a drawing that fits into memory.
pub fn encode(pixels: &Pixmap) -> Result<Vec<u8>, EncodingError> {
    let drawn: Vec<Colour> = pixels.pixels().iter().map(|pixel| channels(*pixel)).collect();
    let colours = by_frequency(&drawn);
    let (palette, index) = (0..=u8::MAX).find_map(|apart| palette(&colours, apart)).unwrap_or_default();
    let indices: Vec<u8> = drawn.iter().map(|colour| index[colour]).collect();
    let (rgb, alpha): (Vec<[u8; 3]>, Vec<u8>) = palette
        .into_iter()
        .filter_map(|[red, green, blue, alpha]| PremultipliedColorU8::from_rgba(red, green, blue, alpha))
        .map(|colour| colour.demultiply())
        .map(|colour| ([colour.red(), colour.green(), colour.blue()], colour.alpha()))
        .unzip();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(rgb.concat());
    encoder.set_trns(alpha);
    encoder.set_compression(Compression::High);
    // Neighbouring indices are no neighbouring colours: nothing is foretold from them.
    encoder.set_filter(Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(file)
}

/// The colours, the most frequent first: of blends those that are drawn most are kept.
fn by_frequency(drawn: &[Colour]) -> Vec<Colour> {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for colour in drawn {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (Reverse(*count), *colour));
    colours.into_iter().map(|(colour, _)| colour).collect()
}

type Palette = (Vec<Colour>, HashMap<Colour, u8>);

/// Colours that stand for all, none farther than `apart` from those it stands for, and which stands for which; `None` if
/// that takes too many.
fn palette(colours: &[Colour], apart: u8) -> Option<Palette> {
    let (mut kept, mut index): Palette = Default::default();
    for colour in colours {
        let nearest = kept.iter().enumerate().min_by_key(|(_, other)| distance(**other, *colour));
        let place = match nearest {
            Some((place, other)) if distance(*other, *colour) <= apart => place,
            _ if kept.len() == MOST => return None,
            _ => {
                kept.push(*colour);
                kept.len() - 1
            }
        };
        index.insert(*colour, u8::try_from(place).ok()?);
    }
    Some((kept, index))
}

/// The largest difference of a channel.
pub(super) fn distance(a: Colour, b: Colour) -> u8 {
    a.into_iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

pub(super) fn channels(colour: PremultipliedColorU8) -> Colour {
    [colour.red(), colour.green(), colour.blue(), colour.alpha()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_colours_than_a_palette_holds_come_as_near_as_it_can() {
        let mut drawn = Pixmap::new(64, 64).expect("a drawing");
        for (k, pixel) in (0_u32..).zip(drawn.pixels_mut()) {
            let channel = |part: u32| u8::try_from(part * 4).expect("a channel");
            *pixel = PremultipliedColorU8::from_rgba(channel(k % 64), channel(k / 64), 0, 255).expect("a colour");
        }
        let file = encode(&drawn).expect("a file");
        let read = Pixmap::decode_png(&file).expect("a picture");
        let worst = drawn.pixels().iter().zip(read.pixels()).map(|(a, b)| distance(channels(*a), channels(*b))).max();
        assert!(worst > Some(0) && worst < Some(20), "{worst:?}");
    }
}
