//! `/map/styles`, `/map/sprites`, `/map/glyphs`: what a map program fetches to draw the house's maps.
//!
//! Everybody may have all of it. It changes with the server's version and its files only, but under the same addresses,
//! so a copy may be used for an hour and is asked for again by its tag.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::describe;
use super::palette::Theme;
use super::{Cartography, Sprite, SpriteError};
use crate::http::answer::JSON;
use crate::http::{Absent, Answer, Ask, Gate, Needs, Operation, Parameters, Path, Problem, Routes, etag};

/// Media type of a glyph range.
const GLYPHS: &str = "application/x-protobuf";
const PNG: &str = "image/png";

/// A style names addresses that follow the server's configuration: it is asked for each time, and small.
const ASK_ALWAYS: &str = "no-cache";
const KEEP: &str = "public, max-age=3600";

/// What map programs fetch.
#[derive(Debug)]
pub struct Maps {
    pub gate: Gate,
    pub cartography: Arc<Cartography>,
}

impl FromRef<Arc<Maps>> for Gate {
    fn from_ref(domain: &Arc<Maps>) -> Self {
        domain.gate.clone()
    }
}

impl Maps {
    /// Every route of this module.
    pub fn routes(self: Arc<Self>) -> Routes {
        Routes::new()
            .route(Operation::get("style", "/map/styles/{style}", Needs::Nothing).described(describe::style), style)
            .route(
                Operation::get("sprite", "/map/sprites/{sprite}", Needs::Nothing).described(describe::sprite),
                sprite,
            )
            .route(
                Operation::get("glyphs", "/map/glyphs/{fontstack}/{range}", Needs::Nothing).described(describe::glyphs),
                glyphs,
            )
            .answered_by(self)
    }
}

async fn style(State(maps): State<Arc<Maps>>, Path(name): Path<String>, ask: Ask) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let theme = name.strip_suffix(".json").and_then(Theme::of_name);
    let theme = theme.ok_or_else(|| Problem::not_found(&Absent::Style { name: &name }))?;
    let style = Bytes::from(maps.cartography.served(theme, &ask.base));
    let tag = etag::of_bytes(&style);
    Ok(answer(&ask, JSON, style, tag, ASK_ALWAYS))
}

async fn sprite(State(maps): State<Arc<Maps>>, Path(name): Path<String>, ask: Ask) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let known = "day and night, with @2x or without, .png and .json";
    let (stem, image) = match name.rsplit_once('.') {
        Some((stem, "png")) => (stem, true),
        Some((stem, "json")) => (stem, false),
        _ => return Err(Problem::not_found(&Absent::Sprite { name: &name, known })),
    };
    let (theme, fine) = stem.strip_suffix("@2x").map_or((stem, false), |theme| (theme, true));
    let theme = Theme::of_name(theme).ok_or_else(|| Problem::not_found(&Absent::Sprite { name: &name, known }))?;
    let part = move |sprite: &Sprite| match image {
        true => (PNG, sprite.png.clone(), sprite.png_tag.clone()),
        false => (JSON, sprite.json.clone(), sprite.json_tag.clone()),
    };
    let (media, bytes, tag) = match maps.cartography.drawn_sprite(theme, fine) {
        Some(sprite) => part(sprite),
        None => off_thread(&maps, move |cartography| cartography.sprite(theme, fine).map(part)).await?,
    };
    Ok(answer(&ask, media, bytes, tag, KEEP))
}

/// A font stack is a list of fonts of which the first that the server has is given.
async fn glyphs(
    State(maps): State<Arc<Maps>>,
    Path((fontstack, range)): Path<(String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let fonts = &maps.cartography.fonts;
    let number = fontstack.split(',').find_map(|name| fonts.iter().position(|font| font.name == name.trim()));
    let names = || fonts.iter().map(|font| font.name.as_str()).collect::<Vec<_>>().join(", ");
    let number = number.ok_or_else(|| Problem::not_found(&Absent::Font { name: &fontstack, known: &names() }))?;
    let known = "0-255.pbf to 65280-65535.pbf in steps of 256";
    let start = start_of(&range).ok_or_else(|| Problem::not_found(&Absent::Glyphs { name: &range, known }))?;
    let found = off_thread(&maps, move |cartography| {
        Ok::<_, SpriteError>(cartography.fonts.get(number).and_then(|font| font.range(start)).cloned())
    });
    let found = found.await?.ok_or_else(|| Problem::not_found(&Absent::Glyphs { name: &range, known }))?;
    Ok(answer(&ask, GLYPHS, found.bytes, found.tag, KEEP))
}

/// `256-511.pbf` → 256.
fn start_of(range: &str) -> Option<u32> {
    let (start, end) = range.strip_suffix(".pbf")?.split_once('-')?;
    let (start, end): (u32, u32) = (start.parse().ok()?, end.parse().ok()?);
    (start.is_multiple_of(256) && start < 0x1_0000 && end == start + 255).then_some(start)
}

/// Work that is done once and takes a while, on a thread that may block.
async fn off_thread<T, E>(
    maps: &Arc<Maps>,
    work: impl FnOnce(&Cartography) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: std::fmt::Display + Send + 'static,
{
    let cartography = maps.cartography.clone();
    let done = tokio::task::spawn_blocking(move || work(&cartography)).await;
    done.map_err(|error| Problem::internal(&error))?.map_err(|error| Problem::internal(&error))
}

fn answer(ask: &Ask, media: &'static str, body: Bytes, tag: HeaderValue, keep: &'static str) -> Response {
    let mut response = Answer::new(media, body).tagged(ask, tag).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

#[cfg(test)]
mod tests {
    use super::start_of;

    #[test]
    fn a_range_is_256_code_points_from_a_multiple_of_256() {
        assert_eq!(start_of("0-255.pbf"), Some(0));
        assert_eq!(start_of("65280-65535.pbf"), Some(65280));
        for wrong in
            ["0-256.pbf", "1-256.pbf", "65536-65791.pbf", "0-255", "-1-254.pbf", "a-b.pbf", "4294967040-4294967295.pbf"]
        {
            assert_eq!(start_of(wrong), None, "{wrong}");
        }
    }
}
