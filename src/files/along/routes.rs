//! `/api/device/photos`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::Around;
use super::answers::{DevicePhoto, DevicePhotoList};
use crate::coordinate::LonLat;
use crate::files::{ObjectFiles, describe};
use crate::http::answer::private;
use crate::http::{Needs, Operation, Parameters, Problem, Routes, Wrong};
use crate::identity::Caller;

/// Metres around a place that may be asked for: any district.
pub const MOST_METRES: f64 = 200_000.0;

/// The route of photos to be taken along.
pub fn add(routes: Routes<Arc<ObjectFiles>>) -> Routes<Arc<ObjectFiles>> {
    // Who sees which is declared; it may be everybody.
    let operation = Operation::get("device.photos", "/api/device/photos", Needs::Nothing).described(describe::along);
    routes.route(operation, along)
}

async fn along(
    State(domain): State<Arc<ObjectFiles>>,
    caller: Caller,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    const ALL: [&str; 3] = ["lon", "lat", "radius"];
    let lon = parameters.number("lon", -180.0, 180.0);
    let lat = parameters.number("lat", -90.0, 90.0);
    let radius = parameters.number("radius", 0.0, MOST_METRES);
    let given = ALL.iter().filter(|name| parameters.text(name).is_some()).count();
    for name in ALL.iter().filter(|_| given > 0) {
        if parameters.text(name).is_none() {
            parameters.wrong(name, &Wrong::Missing { names: &[name] });
        }
    }
    parameters.finish()?;
    let around = lon.zip(lat).zip(radius).map(|((lon, lat), radius)| Around { centre: LonLat { lon, lat }, radius });
    let catalogue = domain.editor.spine.index.catalogue();
    let photos = domain.along(&caller, around).await?.into_iter();
    let photos = photos.filter_map(|photo| {
        let collection = catalogue.get(&photo.file.collection)?;
        Some(DevicePhoto::of(photo, collection))
    });
    Ok(private(Json(DevicePhotoList { photos: photos.collect() })))
}
