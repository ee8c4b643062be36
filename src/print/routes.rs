//! `/map/image.png`, `.jpg`, `.webp`: a map as a picture.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::HeaderValue;

use super::ask::ImageAsk;
use super::describe;
use super::encode::{EncodeError, Format};
use super::map::scene::Fetched;
use super::map::style::Layer;
use super::map::{DrawError, Picture};
use super::source::TilesetViews;
use super::{Print, sheet, supply};
use crate::http::{Answer, Ask, Gate, Limit, Needs, Operation, Parameters, Problem, ProblemKind, Routes, Trouble};
use crate::work::{Effort, Kind};

/// Steps of drawing a pixel of a full map and of writing it as JPEG, which takes longest.
pub(super) const STEPS_OF_A_PIXEL: u64 = 2;

impl FromRef<Arc<Print>> for Gate {
    fn from_ref(domain: &Arc<Print>) -> Self {
        domain.gate.clone()
    }
}

impl Print {
    /// The routes of images and sheets.
    pub fn routes(self: Arc<Self>) -> Routes {
        images().merge(sheet::routes()).merge(supply::routes()).answered_by(self)
    }
}

fn images() -> Routes<Arc<Print>> {
    let of = |id, address| Operation::get(id, address, Needs::Nothing).limited(Limit::Image);
    Routes::new()
        .route(of("image_png", "/map/image.png").described(describe::png), |print, ask| image(print, ask, Format::Png))
        .route(of("image_jpg", "/map/image.jpg").described(describe::jpg), |print, ask| {
            image(print, ask, Format::Jpeg(85))
        })
        .route(of("image_webp", "/map/image.webp").described(describe::webp), |print, ask| {
            image(print, ask, Format::Webp)
        })
}

async fn image(State(print): State<Arc<Print>>, ask: Ask, format: Format) -> Result<Answer, Problem> {
    let mut query = Parameters::repeating(&ask.query, "marker");
    let place = print.search.at(&ask.caller, &mut query, ask.language, Kind::Image).await?;
    let wanted =
        ImageAsk::read(&mut query, format, place.map(|place| place.at), &print.painter.studio, attribution(&print));
    query.finish()?;
    let wanted = wanted.ok_or_else(|| Problem::internal(&"an image without faults and without a frame"))?;
    let format = wanted.format;
    let painter = print.clone();
    let work = move |effort: &Effort| draw(&painter, &ask, &wanted, effort);
    let (tag, file) = print.work.run(Kind::Image, work).await??;
    Ok(match file {
        Some(file) => Answer::new(format.media(), file).with_tag(tag),
        None => Answer::not_modified(tag),
    })
}

/// The image's tag and, unless the client has it, its file. The tag goes by the content of the tiles, so it changes when
/// something in the picture has changed and not otherwise, and is the same on every node.
fn draw(
    print: &Print,
    ask: &Ask,
    wanted: &ImageAsk,
    effort: &Effort,
) -> Result<(HeaderValue, Option<Vec<u8>>), Problem> {
    let shown = |layer: &Layer| wanted.layers.as_ref().is_none_or(|names| layer.is_one_of(names));
    let picture = Picture {
        frame: wanted.frame,
        style: print.painter.studio.style(wanted.theme),
        ground: true,
        shown: &shown,
        markers: &wanted.markers,
        furniture: &wanted.furniture,
        whole_texts: true,
        is_paper: false,
    };
    let register = TilesetViews::now(&print.painter, picture.sources());
    let fetched = Fetched::fetch(&register, &picture.sources(), &wanted.frame, || effort.is_wanted());
    let tag = tag(print, wanted, &fetched)?;
    if ask.has(&tag) {
        return Ok((tag, None));
    }
    let (width, height) = wanted.frame.size.pixels();
    effort.spend(u64::from(width) * u64::from(height) * STEPS_OF_A_PIXEL);
    let pixmap = print.painter.studio.draw(&picture, &fetched, wanted.theme, effort.given_up()).map_err(problem)?;
    let file = wanted.format.encode(pixmap, effort.given_up()).map_err(unwritten)?;
    Ok((tag, Some(file)))
}

fn tag(print: &Print, wanted: &ImageAsk, fetched: &Fetched) -> Result<HeaderValue, Problem> {
    let mut hasher = DefaultHasher::new();
    format!("{wanted:?}").hash(&mut hasher);
    (fetched.digest(), print.edition, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
    HeaderValue::from_str(&format!("W/\"{:016x}\"", hasher.finish())).map_err(|error| Problem::internal(&error))
}

/// Nobody hears that an image was given up, and nothing is wrong with that; the rest is the server's fault.
pub(super) fn problem(error: DrawError) -> Problem {
    match error {
        DrawError::Cancelled => Problem::of(ProblemKind::Busy, &Trouble::ImageGivenUp),
        DrawError::Size(..) | DrawError::Tile(_) => Problem::internal(&error),
    }
}

/// The same of a file that was not written.
pub(super) fn unwritten(error: EncodeError) -> Problem {
    match error {
        EncodeError::GivenUp => problem(DrawError::Cancelled),
        EncodeError::Image(error) => Problem::internal(&error),
    }
}

/// Whose data it is, and of which day.
fn attribution(print: &Print) -> String {
    format!("{} · Stand {}", print.district.name, print.painter.clock.today().format("%d.%m.%Y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_nobody_waits_for_is_no_fault_of_the_server() {
        assert_eq!(problem(DrawError::Cancelled).kind, ProblemKind::Busy);
        assert_eq!(problem(DrawError::Size(0, 0)).kind, ProblemKind::Internal);
    }
}
