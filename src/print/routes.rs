//! `/map/image.png`, `.jpg`, `.webp`: a map as a picture.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::get;

use super::ask::ImageAsk;
use super::encode::{EncodeError, Format};
use super::map::scene::Fetched;
use super::map::style::Layer;
use super::map::{DrawError, Picture};
use super::source::Register;
use crate::app::App;
use crate::http::{Answer, Ask, Parameters, Problem, Routes};
use crate::search;
use crate::work::{Effort, Kind};

/// Steps of drawing a pixel of a full map and of writing it as JPEG, which takes longest.
pub(super) const STEPS_OF_A_PIXEL: u64 = 2;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .route("/map/image.png", get(|app, ask| image(app, ask, Format::Png)))
        .route("/map/image.jpg", get(|app, ask| image(app, ask, Format::Jpeg(85))))
        .route("/map/image.webp", get(|app, ask| image(app, ask, Format::Webp)))
}

async fn image(State(app): State<Arc<App>>, ask: Ask, format: Format) -> Result<Answer, Problem> {
    let mut query = Parameters::told_in(ask.language, &ask.query, "marker");
    let place = search::at(&app, &ask.caller, &mut query, ask.language, Kind::Image).await?;
    let wanted = ImageAsk::read(&mut query, format, place.map(|place| place.at), &app.studio, attribution(&app));
    query.finish()?;
    let wanted = wanted.ok_or_else(|| Problem::internal(&"an image without faults and without a frame"))?;
    let format = wanted.format;
    let painter = app.clone();
    let work = move |effort: &Effort| draw(&painter, &ask, &wanted, effort);
    let (tag, file) = app.work.run(Kind::Image, work).await??;
    Ok(match file {
        Some(file) => Answer::new(format.media(), file).with_tag(tag),
        None => Answer::not_modified(tag),
    })
}

/// The image's tag and, unless the client has it, its file. The tag goes by the content of the tiles, so it changes when
/// something in the picture has changed and not otherwise, and is the same on every node.
fn draw(app: &App, ask: &Ask, wanted: &ImageAsk, effort: &Effort) -> Result<(HeaderValue, Option<Vec<u8>>), Problem> {
    let shown = |layer: &Layer| wanted.layers.as_ref().is_none_or(|names| layer.is_one_of(names));
    let picture = Picture {
        frame: wanted.frame,
        style: app.studio.style(wanted.theme),
        ground: true,
        shown: &shown,
        markers: &wanted.markers,
        furniture: &wanted.furniture,
        whole_texts: true,
        is_paper: false,
    };
    let register = Register::now(app, picture.sources());
    let fetched = Fetched::fetch(&register, &picture.sources(), &wanted.frame, || effort.is_wanted());
    let tag = tag(app, wanted, &fetched)?;
    if ask.has(&tag) {
        return Ok((tag, None));
    }
    let (width, height) = wanted.frame.size.pixels();
    effort.spend(u64::from(width) * u64::from(height) * STEPS_OF_A_PIXEL);
    let pixmap = app.studio.draw(&picture, &fetched, wanted.theme, effort.given_up()).map_err(problem)?;
    let file = wanted.format.encode(pixmap, effort.given_up()).map_err(unwritten)?;
    Ok((tag, Some(file)))
}

fn tag(app: &App, wanted: &ImageAsk, fetched: &Fetched) -> Result<HeaderValue, Problem> {
    let mut hasher = DefaultHasher::new();
    format!("{wanted:?}").hash(&mut hasher);
    (fetched.digest(), app.edition, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
    HeaderValue::from_str(&format!("W/\"{:016x}\"", hasher.finish())).map_err(|error| Problem::internal(&error))
}

/// Nobody hears that an image was given up, and nothing is wrong with that; the rest is the server's fault.
pub(super) fn problem(error: DrawError) -> Problem {
    match error {
        DrawError::Cancelled => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The image was given up", error.to_string())
        }
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
fn attribution(app: &App) -> String {
    format!("{} · Stand {}", app.district.name, app.clock.today().format("%d.%m.%Y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_nobody_waits_for_is_no_fault_of_the_server() {
        assert_eq!(problem(DrawError::Cancelled).status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem(DrawError::Size(0, 0)).status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}
