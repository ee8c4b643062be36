//! A feature as memory keeps it: ready to be filtered and ready to be sent.

use std::sync::Arc;

use crate::collection::{Collection, Frame, Visibility, encode, validate};
use crate::feature::crs::{Crs, CrsError};
use crate::feature::geometry::{CoordinateStyle, write_geojson};
use crate::feature::{FeatureId, Geometry, Row, RowBuilder, Shape};

/// How CRS84 coordinates are written: longitude first, about a millimetre.
const CRS84_STYLE: CoordinateStyle = CoordinateStyle { north_first: false, decimals: 8 };

/// One feature. Its packed row and the pieces of its GeoJSON lie in one run of bytes, so that answering a million-fold
/// read costs two copies a feature and no allocation.
#[derive(Debug)]
pub struct Stored {
    pub id: FeatureId,
    /// Counts from 1, one up a change.
    pub version: i64,
    /// In the district's CRS.
    pub shape: Shape,
    /// Packed row, GeoJSON geometry in CRS84, public members, staff members; cut at the ends below.
    bytes: Box<[u8]>,
    row_end: u32,
    geometry_end: u32,
    public_end: u32,
}

impl Stored {
    /// The typed properties.
    pub fn row(&self) -> Row<'_> {
        Row::new(&self.bytes[..self.row_end as usize])
    }

    /// The geometry as a GeoJSON object in CRS84, or `null`.
    pub fn geometry_json(&self) -> &[u8] {
        &self.bytes[self.row_end as usize..self.geometry_end as usize]
    }

    /// The members of `properties` a caller may see, without braces.
    pub fn members_json(&self, visibility: Visibility) -> &[u8] {
        let start = self.geometry_end as usize;
        match visibility {
            Visibility::Public => &self.bytes[start..self.public_end as usize],
            Visibility::Staff => &self.bytes[start..],
        }
    }

    /// Bytes this feature takes in memory, without the allocator's own.
    pub fn footprint(&self) -> usize {
        size_of::<Self>() + 2 * size_of::<usize>() + self.bytes.len()
    }
}

/// Makes [`Stored`] features; keeps its buffers from one to the next.
#[derive(Debug)]
pub struct Encoder {
    collection: Arc<Collection>,
    frame: Frame,
    row: RowBuilder,
    buffer: Vec<u8>,
}

/// Why a stored feature cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("its properties are not a JSON object: {0}")]
    Properties(#[from] serde_json::Error),
    #[error("its geometry cannot be brought to CRS84: {0}")]
    Geometry(#[from] CrsError),
}

impl Encoder {
    /// An encoder for one collection, whose geometries are in the district's CRS.
    pub fn new(collection: Arc<Collection>, frame: Frame) -> Self {
        Self { collection, frame, row: RowBuilder::new(), buffer: Vec::new() }
    }

    /// Encodes a feature from its stored JSON. What does not fit the declaration is left out and counted.
    pub fn encode(
        &mut self,
        id: FeatureId,
        version: i64,
        geometry: Option<Geometry>,
        properties: &[u8],
    ) -> Result<(Stored, usize), EncodeError> {
        self.row.clear();
        let misfits = validate::read_stored(&self.collection, properties, &mut self.row)?;
        self.buffer.clear();
        self.row.pack(&mut self.buffer);
        let row_end = self.buffer.len();
        match &geometry {
            None => self.buffer.extend_from_slice(b"null"),
            Some(geometry) => {
                let mut geographic = geometry.clone();
                self.frame.transformer.transform(self.frame.crs, Crs::CRS84, &mut geographic)?;
                write_geojson(&geographic, CRS84_STYLE, &mut self.buffer);
            }
        }
        let geometry_end = self.buffer.len();
        // The row lies at the front of the buffer that the members are appended to.
        let packed = self.buffer[..row_end].to_vec();
        let row = Row::new(&packed);
        let is_public = |_: usize, p: &crate::collection::Property| p.visibility == Visibility::Public;
        let any_public = encode::write_members(&self.collection, row, is_public, &mut self.buffer);
        let public_end = self.buffer.len();
        if any_public {
            self.buffer.push(b',');
        }
        let before_staff = self.buffer.len();
        encode::write_members(&self.collection, row, |k, p| !is_public(k, p), &mut self.buffer);
        if self.buffer.len() == before_staff {
            self.buffer.truncate(public_end);
        }
        let stored = Stored {
            id,
            version,
            shape: Shape::from(geometry),
            bytes: self.buffer.as_slice().into(),
            row_end: row_end as u32,
            geometry_end: geometry_end as u32,
            public_end: public_end as u32,
        };
        Ok((stored, misfits))
    }
}
