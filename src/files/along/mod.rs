//! Photos that a device takes along, so that they are there without a network: all that its holder sees, or those around a place.

pub mod answers;
mod routes;

pub use routes::{MOST_METRES, add};

use geo_types::Coord;

use super::store::{SizedPhoto, all_photos};
use super::{FileError, ObjectFiles};
use crate::collection::Medium;
use crate::coordinate::LonLat;
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::identity::Caller;

/// Around where.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    pub centre: LonLat,
    /// Metres.
    pub radius: f64,
}

impl ObjectFiles {
    /// The photos of objects that a caller sees, those of an object one after the other. None of defects, and none of objects that
    /// are gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn along(&self, caller: &Caller, around: Option<Around>) -> Result<Vec<SizedPhoto>, FileError> {
        let index = &self.editor.spine.index;
        let all = index.catalogue().collections().iter();
        let shown = all.filter(|collection| collection.files.shows(Medium::Photo, caller.sees(collection)));
        let names: Vec<String> = shown.map(|collection| collection.name.clone()).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut photos = all_photos(&self.editor.spine.store, &names).await?;
        let frame = self.editor.district.frame();
        let place = |LonLat { lon, lat }| frame.transformer.coord(Crs::CRS84, frame.crs, Coord { x: lon, y: lat });
        // A place that is nowhere in the plane of the district has nothing around it.
        let around = around.map(|around| (place(around.centre).ok(), around.radius));
        photos.retain(|photo| {
            let Some(snapshot) = index.snapshot_of(&photo.file.collection) else { return false };
            let Some(stored) = snapshot.get(FeatureId(photo.file.object)) else { return false };
            let Some((centre, radius)) = around else { return true };
            let distance = |to: Coord| Some((to.x - centre?.x).hypot(to.y - centre?.y));
            let place = stored.shape.bounds().map(|bounds| bounds.center());
            place.and_then(distance).is_some_and(|metres| metres <= radius)
        });
        Ok(photos)
    }
}
