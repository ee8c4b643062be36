//! Sprites: all symbols of a theme in one image, with an index that says where each is.
//!
//! The form is that of MapLibre (style specification, "Sprite"): a PNG and a JSON object of name → place, once for
//! screens with a pixel ratio of 1 and once for 2.

use axum::http::HeaderValue;
use bytes::Bytes;
use resvg::{tiny_skia, usvg};
use serde_json::{Map, Value, json};

use super::indexed;
use super::symbols::Symbol;
use crate::http::etag;

/// Width of the image at a pixel ratio of 1; about as much as makes it square.
const WIDTH: u32 = 512;

/// An image and its index.
#[derive(Debug)]
pub struct Sprite {
    pub png: Bytes,
    pub json: Bytes,
    pub png_tag: HeaderValue,
    pub json_tag: HeaderValue,
}

/// Why a sprite cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SpriteError {
    #[error("the symbol {name} is not an SVG document: {error}")]
    Svg { name: String, error: usvg::Error },
    #[error("an image of {0} × {1} pixels cannot be made")]
    Size(u32, u32),
    #[error("the image cannot be written: {0}")]
    Png(#[from] png::EncodingError),
}

impl Sprite {
    /// Draws the symbols at a pixel ratio, the tallest first and row by row.
    pub fn draw<'a>(symbols: impl Iterator<Item = &'a Symbol>, ratio: u8) -> Result<Self, SpriteError> {
        let scale = f32::from(ratio);
        let mut symbols: Vec<&Symbol> = symbols.collect();
        symbols.sort_by(|a, b| b.height.total_cmp(&a.height).then_with(|| a.name.cmp(&b.name)));
        let places = places(&symbols, ratio);
        let (width, height) = (WIDTH * u32::from(ratio), places.iter().map(|p| p.y + p.height).max().unwrap_or(1));
        let mut pixels = tiny_skia::Pixmap::new(width, height).ok_or(SpriteError::Size(width, height))?;
        let mut index = Map::new();
        for (symbol, place) in symbols.iter().zip(&places) {
            let drawn = draw(symbol, scale)?;
            let (x, y) = (i32::try_from(place.x).unwrap_or(0), i32::try_from(place.y).unwrap_or(0));
            let paint = tiny_skia::PixmapPaint::default();
            pixels.draw_pixmap(x, y, drawn.as_ref(), &paint, tiny_skia::Transform::identity(), None);
            let Place { x, y, width, height } = *place;
            let mut entry = json!({ "x": x, "y": y, "width": width, "height": height, "pixelRatio": ratio });
            // Not of the specification: pages of the house write numbers into it.
            if let Some(bare) = &symbol.bare {
                entry["bare"] = bare.as_str().into();
            }
            index.insert(symbol.name.clone(), entry);
        }
        index.sort_keys();
        let png = Bytes::from(indexed::encode(&pixels)?);
        let json = Bytes::from(Value::Object(index).to_string());
        let (png_tag, json_tag) = (etag::of_bytes(&png), etag::of_bytes(&json));
        Ok(Self { png, json, png_tag, json_tag })
    }
}

/// One symbol as pixels, at any scale.
///
/// # Errors
/// [`SpriteError::Svg`] and [`SpriteError::Size`]; neither occurs with symbols that were loaded by
/// [`super::Symbols::load`] and a scale of a screen or printer.
pub fn draw(symbol: &Symbol, scale: f32) -> Result<tiny_skia::Pixmap, SpriteError> {
    let tree = usvg::Tree::from_str(&symbol.svg, &usvg::Options::default())
        .map_err(|error| SpriteError::Svg { name: symbol.name.clone(), error })?;
    let (width, height) = pixels(symbol, scale);
    let mut drawn = tiny_skia::Pixmap::new(width, height).ok_or(SpriteError::Size(width, height))?;
    let size = tree.size();
    let transform =
        tiny_skia::Transform::from_scale(symbol.width * scale / size.width(), symbol.height * scale / size.height());
    resvg::render(&tree, transform, &mut drawn.as_mut());
    Ok(drawn)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a symbol is some dozens of pixels wide")]
fn pixels(symbol: &Symbol, scale: f32) -> (u32, u32) {
    ((symbol.width * scale).ceil() as u32, (symbol.height * scale).ceil() as u32)
}

#[derive(Debug, Clone, Copy)]
struct Place {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// Rows of symbols with a pixel between neighbours, or one would be smeared into the other when the map is scaled.
fn places(symbols: &[&Symbol], ratio: u8) -> Vec<Place> {
    let gap = u32::from(ratio);
    let (mut x, mut y, mut row) = (0, 0, 0);
    let place = |symbol: &&Symbol| {
        let (width, height) = pixels(symbol, f32::from(ratio));
        if x + width > WIDTH * u32::from(ratio) {
            (x, y, row) = (0, y + row + gap, 0);
        }
        let place = Place { x, y, width, height };
        x += width + gap;
        row = row.max(height);
        place
    };
    symbols.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::indexed::{channels, distance};
    use super::super::palette::Theme;
    use super::super::symbols::tests::shipped;
    use super::*;

    #[test]
    fn every_symbol_lies_in_the_image_and_on_no_other() {
        let symbols = shipped();
        let sprite = Sprite::draw(symbols.of(Theme::Day), 1).expect("a sprite");
        let image = image::load_from_memory(&sprite.png).expect("an image");
        let index: Map<String, Value> = serde_json::from_slice(&sprite.json).expect("an index");
        assert_eq!(index.len(), symbols.of(Theme::Day).count());
        let mut taken = vec![false; (image.width() * image.height()) as usize];
        for (name, entry) in &index {
            let part = |key: &str| u32::try_from(entry[key].as_u64().expect("a number")).expect("a small number");
            for (x, y) in (0..part("width")).flat_map(|x| (0..part("height")).map(move |y| (x, y))) {
                let (x, y) = (part("x") + x, part("y") + y);
                assert!(x < image.width() && y < image.height(), "{name} leaves the image");
                assert!(!std::mem::replace(&mut taken[(y * image.width() + x) as usize], true), "{name} overlaps");
            }
        }
    }

    #[test]
    fn the_image_shows_every_symbol_as_it_is_drawn() {
        let symbols = shipped();
        for theme in Theme::ALL {
            let sprite = Sprite::draw(symbols.of(theme), 2).expect("a sprite");
            let image = tiny_skia::Pixmap::decode_png(&sprite.png).expect("an image");
            let index: Map<String, Value> = serde_json::from_slice(&sprite.json).expect("an index");
            for symbol in symbols.of(theme) {
                let drawn = draw(symbol, 2.0).expect("a drawing");
                let at =
                    |key: &str| u32::try_from(index[&symbol.name][key].as_u64().expect("a number")).expect("small");
                let (x, y) = (at("x"), at("y"));
                let pixels = (0..drawn.height()).flat_map(|v| (0..drawn.width()).map(move |u| (u, v)));
                let differences = pixels.map(|(u, v)| {
                    let [ours, theirs] = [drawn.pixel(u, v), image.pixel(x + u, y + v)];
                    distance(channels(ours.expect("a pixel")), channels(theirs.expect("a pixel")))
                });
                let worst = differences.max();
                assert!(worst <= Some(8), "{theme}: {}: {worst:?} of 255", symbol.name);
            }
        }
    }

    #[test]
    fn the_finer_image_has_the_same_symbols_at_twice_the_size() {
        let symbols = shipped();
        let sprites = [1, 2].map(|ratio| Sprite::draw(symbols.of(Theme::Night), ratio).expect("a sprite"));
        let [one, two] = sprites.map(|sprite| serde_json::from_slice::<Map<_, _>>(&sprite.json).expect("an index"));
        for (name, entry) in &one {
            assert_eq!(two[name]["pixelRatio"], 2);
            assert_eq!(two[name]["width"].as_u64(), entry["width"].as_u64().map(|width| 2 * width));
        }
    }

    /// What is seen of a symbol without colour and as small as on a phone, in the middle of a light ground: 0 black to 1
    /// white.
    fn grey(symbol: &Symbol) -> Vec<f32> {
        const SIDE: u32 = 30;
        let drawn = draw(symbol, 24.0 / 32.0).expect("a drawing");
        let mut ground = tiny_skia::Pixmap::new(SIDE, SIDE).expect("a ground");
        ground.fill(tiny_skia::Color::from_rgba8(230, 230, 230, 255));
        let middle = |size: u32| i32::try_from((SIDE - size) / 2).expect("a symbol of 30 pixels at most");
        let (x, y) = (middle(drawn.width()), middle(drawn.height()));
        let (paint, still) = (tiny_skia::PixmapPaint::default(), tiny_skia::Transform::identity());
        ground.draw_pixmap(x, y, drawn.as_ref(), &paint, still, None);
        let light = |p: &tiny_skia::PremultipliedColorU8| {
            (0.299 * f32::from(p.red()) + 0.587 * f32::from(p.green()) + 0.114 * f32::from(p.blue())) / 255.0
        };
        ground.pixels().iter().map(light).collect()
    }

    #[test]
    fn without_colour_and_at_24_pixels_no_two_symbols_look_alike() {
        let symbols = shipped();
        for theme in Theme::ALL {
            let of_sources = symbols.of(theme).filter(|symbol| symbol.name.matches('-').count() == 2);
            let drawn: Vec<(&str, &str, &str, Vec<f32>)> = of_sources
                .map(|symbol| {
                    let mut parts = symbol.name.split('-');
                    let mut part = || parts.next().unwrap_or_default();
                    (part(), part(), part(), grey(symbol))
                })
                .collect();
            assert_eq!(drawn.len(), 4 * (8 + 14 + 10));
            for (k, (collection, kind, status, one)) in drawn.iter().enumerate() {
                for (_, kind2, status2, other) in drawn[k + 1..].iter().filter(|other| other.0 == *collection) {
                    if kind == kind2 || status == status2 {
                        let apart: f32 = one.iter().zip(other).map(|(a, b)| (a - b).abs()).sum();
                        let apart = apart / (24.0 * 24.0);
                        // A cross takes the middle of the picture: that it gives nothing matters more than what it is.
                        let least = if kind != kind2 && *status == "out_of_service" { 0.004 } else { 0.015 };
                        assert!(
                            apart > least,
                            "{theme}: {collection} {kind} {status} and {kind2} {status2}: {apart:.4}"
                        );
                    }
                }
            }
        }
    }
}
