//! Files out: what a caller may see of a collection, in the formats of others.
//!
//! Everything comes from the index and leaves as a stream, so a file of any size takes little memory. Text formats are
//! written by hand, one file each: [`geojson`], [`table`] (CSV), [`markup`] (KML and GPX), [`osm`], [`alamos`]. GeoPackage
//! and Shapefile are GDAL's ([`ogr`]). What is exported is decided here: visibility of the caller, box, CRS.

pub mod alamos;
pub mod geojson;
pub mod markup;
pub mod ogr;
pub mod osm;
pub mod table;

use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use geo::Intersects;
use geo_types::Rect;

use super::OfExchange;
use super::gdal_reason;
use super::mapping::{Mapping, MappingError};
use crate::collection::{Collection, Property, Visibility};
use crate::feature::Geometry;
use crate::feature::crs::{Crs, CrsError};
use crate::feature::geometry::right_handed;
use crate::index::{Snapshot, Stored};

/// The formats that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    GeoJson,
    GeoPackage,
    Shapefile,
    Csv,
    Kml,
    Gpx,
    Osm,
    Alamos,
}

impl Format {
    /// All of them by the word on the command line, with the ending of their files.
    pub const ALL: [(&'static str, Self, &'static str); 8] = [
        ("geojson", Self::GeoJson, "geojson"),
        ("gpkg", Self::GeoPackage, "gpkg"),
        ("shp", Self::Shapefile, "zip"),
        ("csv", Self::Csv, "csv"),
        ("kml", Self::Kml, "kml"),
        ("gpx", Self::Gpx, "gpx"),
        ("osm", Self::Osm, "geojson"),
        ("alamos", Self::Alamos, "csv"),
    ];

    /// True if the format prescribes longitude and latitude.
    pub fn is_geographic(self) -> bool {
        matches!(self, Self::Kml | Self::Gpx | Self::Osm | Self::Alamos)
    }

    /// True if the format must be written to a file that can be read again while it is made.
    pub fn needs_file(self) -> bool {
        matches!(self, Self::GeoPackage | Self::Shapefile)
    }
}

/// The word names no format.
#[derive(Debug)]
pub struct UnknownFormat {
    pub name: String,
    pub known: Vec<&'static str>,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.iter().find(|(name, ..)| *name == text).map(|(_, format, _)| *format).ok_or_else(|| UnknownFormat {
            name: text.to_owned(),
            known: Self::ALL.iter().map(|(name, ..)| *name).collect(),
        })
    }
}

/// Why nothing is exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Crs(#[from] CrsError),
    #[error("{0:?}")]
    Mapping(MappingError),
    #[error("{0:?}")]
    Refused(OfExchange),
    #[error("GDAL cannot write the file: {}", gdal_reason::of(.0))]
    Gdal(#[from] gdal::errors::GdalError),
}

/// What is exported.
#[derive(Debug, Clone)]
pub struct Selection {
    pub snapshot: Arc<Snapshot>,
    pub visibility: Visibility,
    /// In the district's CRS.
    pub bounds: Option<Rect<f64>>,
    /// Of the coordinates in the file.
    pub crs: Crs,
    /// Each feature tells its version, so that what is made of it comes back to where it was (a GeoPackage that is checked out).
    pub versions: bool,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub features: usize,
    /// Features that the format has no place for.
    pub absent: usize,
    /// Columns whose texts did not all fit.
    pub cut: Vec<Cut>,
    /// Properties under another name, and that name.
    pub renamed: Vec<(String, String)>,
}

/// Values that are not whole in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    pub property: String,
    /// Texts cut at the column's width, and lists left out, which cut would be worth nothing.
    pub values: usize,
    /// Bytes the column holds.
    pub width: usize,
}

impl Selection {
    /// A selection with a box in degrees: west, south, east, north.
    pub fn new(
        snapshot: Arc<Snapshot>,
        visibility: Visibility,
        bbox: Option<Rect<f64>>,
        crs: Crs,
    ) -> Result<Self, ExportError> {
        if snapshot.collection().seen_by(visibility).is_none() {
            let collection = snapshot.collection();
            let (collection, class) = (collection.name.clone(), collection.visibility.name().to_owned());
            return Err(ExportError::Refused(OfExchange::StaffOnly { collection, class }));
        }
        let frame = snapshot.frame();
        let bounds = match bbox {
            None => None,
            Some(bbox) => Some(
                frame
                    .transformer
                    .bounds(Crs::CRS84, frame.crs, bbox)?
                    .ok_or_else(|| ExportError::Refused(OfExchange::BoxFarAway))?,
            ),
        };
        // Refused before anything is written.
        frame.transformer.transformation(frame.crs, crs)?;
        Ok(Self { snapshot, visibility, bounds, crs, versions: false })
    }

    /// The same to be edited elsewhere and brought back.
    #[must_use]
    pub fn checked_out(self) -> Self {
        Self { versions: true, ..self }
    }

    /// The declaration.
    pub fn collection(&self) -> &Arc<Collection> {
        self.snapshot.collection()
    }

    /// The properties the caller may see.
    pub fn properties(&self) -> impl Iterator<Item = (usize, &Property)> {
        self.collection().visible(self.visibility)
    }

    /// The features by rising id, with their geometry in the CRS of the file, x east.
    pub fn each(
        &self,
        mut take: impl FnMut(&Stored, Option<Geometry>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let frame = self.snapshot.frame();
        for stored in self.snapshot.by_id(None) {
            let geometry = stored.shape.geometry();
            if let Some(bounds) = &self.bounds
                && !geometry.as_ref().is_some_and(|geometry| geometry.intersects(bounds))
            {
                continue;
            }
            let mut geometry = geometry.map(std::borrow::Cow::into_owned);
            if let Some(geometry) = &mut geometry {
                frame.transformer.transform(frame.crs, self.crs, geometry)?;
                right_handed(geometry);
            }
            take(stored, geometry)?;
        }
        Ok(())
    }
}

/// Writes a text format. `mappings` is the folder of the mappings, which hold the words of OSM.
pub fn write(
    format: Format,
    selection: &Selection,
    mappings: &Path,
    out: &mut dyn Write,
) -> Result<Written, ExportError> {
    match format {
        Format::GeoJson => geojson::write(selection, out),
        Format::Csv => table::write(selection, out),
        Format::Kml => markup::write_kml(selection, out),
        Format::Gpx => markup::write_gpx(selection, out),
        Format::Osm => {
            let mapping = Mapping::find(Some("osm"), mappings, selection.collection());
            let mapping = mapping.map_err(ExportError::Mapping)?;
            osm::write(selection, &mapping, out)
        }
        Format::Alamos => alamos::write(selection, out),
        Format::GeoPackage | Format::Shapefile => Err(ExportError::Refused(OfExchange::FileOnly)),
    }
}

/// Writes any format to a file. The file appears when it is whole.
pub fn write_file(format: Format, selection: &Selection, mappings: &Path, path: &Path) -> Result<Written, ExportError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let scratch = tempfile::Builder::new().prefix(".geokontor-export-").tempdir_in(folder)?;
    let made = scratch.path().join("export");
    let (made, written) = match format {
        Format::GeoPackage => ogr::write_geopackage(selection, scratch.path())?,
        Format::Shapefile => ogr::write_shapefile(selection, scratch.path())?,
        _ => {
            let mut out = io::BufWriter::with_capacity(1 << 18, std::fs::File::create(&made)?);
            let written = write(format, selection, mappings, &mut out)?;
            out.flush()?;
            (made, written)
        }
    };
    std::fs::rename(made, path)?;
    Ok(written)
}
