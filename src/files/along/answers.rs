//! Photos to be taken along, as they are answered.

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::collection::Collection;
use crate::files::answers::ObjectFile;
use crate::files::store::SizedPhoto;

/// The photos that a device may take along.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DevicePhotoList {
    /// Those of an object one after the other, in their order.
    pub photos: Vec<DevicePhoto>,
}

/// A photo to be taken along.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DevicePhoto {
    /// The object.
    pub object: Uuid,
    pub file: ObjectFile,
    /// What its pictures weigh.
    pub thumbnail_bytes: u64,
    pub screen_bytes: u64,
}

impl DevicePhoto {
    /// As it is answered.
    pub fn of(one: SizedPhoto, collection: &Collection) -> Self {
        let SizedPhoto { file, thumbnail_bytes, screen_bytes } = one;
        Self { object: file.object, file: ObjectFile::of(file, collection), thumbnail_bytes, screen_bytes }
    }
}
