//! The formats that GDAL reads, each with its own drivers and no other: GeoPackage, Shapefile and GPX.

use std::ffi::{CStr, c_int};
use std::io::Write;

use gdal::vector::{Feature, Layer, LayerAccess};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use gdal_sys::{OGRFieldSubType, OGRFieldType, OGRwkbByteOrder};
use serde_json::{Map, Value as Json};

use super::encoding::{Encoding, Found};
use super::input::Input;
use super::layers::Offer;
use super::{Format, ReadError, bad_geometry, check_rows, dbase, geojson, reference};
use crate::collection::Label;
use crate::exchange::export::markup::{PREFIX, whole_element};
use crate::exchange::frame::{Column, FrameWriter, Header};
use crate::exchange::gdal_reason;

/// How one format is opened.
struct Way {
    name: &'static str,
    drivers: &'static [&'static str],
    options: &'static [&'static str],
}

impl Way {
    fn of(input: &Input) -> Self {
        match input.format {
            Format::GeoPackage if input.is_in_zip() => Self { name: "GeoPackage", drivers: &["GPKG"], options: &[] },
            Format::GeoPackage => Self { name: "GeoPackage", drivers: &["GPKG"], options: &["IMMUTABLE=YES"] },
            Format::Gpx => Self { name: "GPX", drivers: &["GPX"], options: &[] },
            // Letters come as they are, to be understood here.
            _ => Self { name: "Shapefile", drivers: &["ESRI Shapefile"], options: &["ENCODING="] },
        }
    }
}

/// A file that GDAL has opened.
pub struct Opened {
    dataset: Dataset,
    way: Way,
    names: Vec<String>,
}

impl Opened {
    pub fn open(input: &Input) -> Result<Self, ReadError> {
        let way = Way::of(input);
        // GDAL's own messages would go to standard error, where nobody knows what file they are about.
        let _ = gdal::config::set_config_option("CPL_DEBUG", "OFF");
        // SAFETY: installs GDAL's own handler that says nothing.
        unsafe { gdal_sys::CPLSetErrorHandler(Some(gdal_sys::CPLQuietErrorHandler)) };
        forget_errors();
        let options = DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            allowed_drivers: Some(way.drivers),
            open_options: Some(way.options),
            sibling_files: None,
        };
        let dataset = Dataset::open_ex(input.gdal_path(), options).map_err(|_| {
            let (name, reason) = (way.name, reason(input));
            ReadError::refused(
                format!("Die Datei lässt sich nicht als {name} lesen: {}", reason.de),
                format!("the file cannot be read as {name}: {}", reason.en),
            )
        })?;
        let names = dataset.layers().map(|layer| layer.name()).collect();
        Ok(Self { dataset, way, names })
    }

    /// The layers. Those without rows are read only when they are named; so are the tracks of a GPX that has waypoints.
    pub fn offers(&self, format: Format) -> Vec<Offer> {
        let counts: Vec<u64> = self.dataset.layers().map(|layer| layer.feature_count()).collect();
        let has_waypoints = counts.first().is_some_and(|count| *count > 0);
        let offer = |(k, (name, count)): (usize, (&String, &u64))| {
            let rows = || Label::new(format!("Zeilen: {count}"), format!("rows: {count}"));
            match count {
                0 => Offer::aside(name, Label::new("leer", "empty")),
                _ if format == Format::Gpx && (name.ends_with("_points") || (k > 0 && has_waypoints)) => {
                    Offer::aside(name, rows())
                }
                _ => Offer::table(name),
            }
        };
        let offers = self.names.iter().zip(&counts).enumerate().map(offer).collect();
        // A file with a single layer is read, whatever is in it.
        match self.names.as_slice() {
            [only] => vec![Offer::table(only)],
            _ => offers,
        }
    }

    /// Sends the rows of one layer; `header` has what is known of it so far.
    pub fn read<W: Write>(
        &self,
        nth: usize,
        input: &Input,
        said: Option<Encoding>,
        header: Header,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let mut layer = self.dataset.layer(nth).map_err(|error| ReadError::unreadable(gdal_reason::of(&error)))?;
        let found = match input.format {
            Format::Shapefile => dbase::encoding(&input.gdal_path(), said),
            // SQLite and GPX say UTF-8; what is not was written by a program that did not know.
            _ => Found { encoding: Encoding::named("1252").unwrap_or(Encoding::Utf8), mixed: true },
        };
        let format = match input.format {
            Format::Shapefile => format!("{} ({})", self.way.name, found.name()),
            _ => self.way.name.to_owned(),
        };
        let (crs, unknown_crs) = layer.spatial_ref().map_or((None, None), |mut crs| reference::name(&mut crs));
        let fields = fields(&layer, input.format, found);
        writer.header(&Header {
            format,
            layer: Some(layer.name()),
            crs,
            crs_by_format: input.format == Format::Gpx,
            unknown_crs,
            columns: fields.iter().map(|field| Column::from(field.name.clone())).collect(),
            ..header
        })?;
        rows(&mut layer, &fields, found, input, writer)
    }
}

/// A column of a layer.
struct Field {
    name: String,
    /// Its text or number stands for something else: JSON as text, booleans as integers.
    is_special: bool,
}

/// The columns. What GDAL writes into a GPX beside the format's own comes back with its mark before it.
fn fields(layer: &Layer<'_>, format: Format, found: Found) -> Vec<Field> {
    // SAFETY: the handles belong to the layer and are asked for fields that it has; names are copied.
    let raw: Vec<(Vec<u8>, bool)> = unsafe {
        let definition = gdal_sys::OGR_L_GetLayerDefn(layer.c_layer());
        let one = |nth| {
            let field = gdal_sys::OGR_FD_GetFieldDefn(definition, nth);
            let (kind, sub) = (gdal_sys::OGR_Fld_GetType(field), gdal_sys::OGR_Fld_GetSubType(field));
            let name = CStr::from_ptr(gdal_sys::OGR_Fld_GetNameRef(field)).to_bytes().to_vec();
            let is_special = (sub == OGRFieldSubType::OFSTJSON && kind == OGRFieldType::OFTString)
                || (sub == OGRFieldSubType::OFSTBoolean && kind == OGRFieldType::OFTInteger);
            (name, is_special)
        };
        (0..gdal_sys::OGR_FD_GetFieldCount(definition)).map(one).collect()
    };
    let field = |(name, is_special): (Vec<u8>, bool)| {
        let name = found.decode(&name).into_owned();
        let plain = name.strip_prefix("ogr_").filter(|_| format == Format::Gpx).map(str::to_owned);
        Field { name: plain.unwrap_or(name), is_special }
    };
    raw.into_iter().map(field).collect()
}

fn rows<W: Write>(
    layer: &mut Layer<'_>,
    fields: &[Field],
    found: Found,
    input: &Input,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    let (mut json, mut whole) = (Vec::new(), Vec::new());
    let mut line = 0;
    forget_errors();
    for feature in layer.features() {
        check_rows(writer.rows())?;
        line += 1;
        if failed() {
            let reason = reason(input);
            writer.bad(
                line,
                &Label::new(
                    format!("Das Objekt ist beschädigt: {}", reason.de),
                    format!("the feature is damaged: {}", reason.en),
                ),
            )?;
            forget_errors();
            continue;
        }
        let mut object = attributes(&feature, fields, found);
        if let Some(feature) = whole_feature(&mut object) {
            geojson::feature(feature.as_bytes(), &mut whole, writer)?;
            continue;
        }
        json.clear();
        serde_json::to_writer(&mut json, &object).map_err(std::io::Error::from)?;
        match wkb(&feature) {
            Some(wkb) => writer.row(line, &wkb, &json)?,
            None => writer.bad(line, &bad_geometry(&reason(input)))?,
        }
        forget_errors();
    }
    if failed() {
        let reason = reason(input);
        return Err(ReadError::refused(
            format!("Die Datei ist beschädigt: {}", reason.de),
            format!("the file is damaged: {}", reason.en),
        ));
    }
    Ok(())
}

/// The geometry with two coordinates and without arcs; empty if the feature has none, `None` if it cannot be written.
fn wkb(feature: &Feature<'_>) -> Option<Vec<u8>> {
    // SAFETY: the feature owns the geometry that is asked for; the copy is destroyed at the end, and the buffer is as long as
    // GDAL says that it will write.
    unsafe {
        let own = gdal_sys::OGR_F_GetGeometryRef(feature.c_feature());
        if own.is_null() || gdal_sys::OGR_G_IsEmpty(own) != 0 {
            return Some(Vec::new());
        }
        // Arcs become as many straight pieces as GDAL holds for fine: one for four degrees.
        let plain = gdal_sys::OGR_G_GetLinearGeometry(own, 0.0, std::ptr::null_mut());
        if plain.is_null() {
            return None;
        }
        gdal_sys::OGR_G_FlattenTo2D(plain);
        let mut wkb = vec![0; usize::try_from(gdal_sys::OGR_G_WkbSize(plain)).unwrap_or(0)];
        let written = gdal_sys::OGR_G_ExportToIsoWkb(plain, OGRwkbByteOrder::wkbNDR, wkb.as_mut_ptr());
        gdal_sys::OGR_G_DestroyGeometry(plain);
        (written == gdal_sys::OGRErr::OGRERR_NONE).then_some(wkb)
    }
}

fn attributes(feature: &Feature<'_>, fields: &[Field], found: Found) -> Map<String, Json> {
    use gdal::vector::FieldValue::{
        DateTimeValue, DateValue, Integer64Value, IntegerValue, RealValue, StringListValue,
    };
    let mut object = Map::with_capacity(fields.len());
    for (i, field) in fields.iter().enumerate() {
        let nth = i as c_int;
        // A field that was never set is not null to GDAL, and reads as 0.
        // SAFETY: the handle belongs to the feature and `nth` counts its fields; the text is copied at once.
        let text = unsafe {
            if gdal_sys::OGR_F_IsFieldSetAndNotNull(feature.c_feature(), nth) == 0 {
                continue;
            }
            let definition = gdal_sys::OGR_F_GetFieldDefnRef(feature.c_feature(), nth);
            (gdal_sys::OGR_Fld_GetType(definition) == OGRFieldType::OFTString)
                .then(|| CStr::from_ptr(gdal_sys::OGR_F_GetFieldAsString(feature.c_feature(), nth)).to_bytes().to_vec())
        };
        let json = match text.map(|bytes| found.decode(&bytes).into_owned()) {
            Some(text) if text.is_empty() => continue,
            Some(text) if field.is_special => serde_json::from_str(&text).unwrap_or(Json::String(text)),
            Some(text) => Json::String(text),
            None => match feature.field(i).ok().flatten() {
                Some(IntegerValue(number)) if field.is_special => Json::Bool(number != 0),
                Some(IntegerValue(number)) => number.into(),
                Some(Integer64Value(number)) => number.into(),
                Some(RealValue(number)) => number.into(),
                Some(DateValue(date)) => date.to_string().into(),
                Some(DateTimeValue(instant)) => instant.to_rfc3339().into(),
                Some(StringListValue(list)) => list.into(),
                _ => continue,
            },
        };
        object.insert(field.name.clone(), json);
    }
    object
}

/// The object in full that a waypoint of ours holds beside its name and place.
fn whole_feature(object: &mut Map<String, Json>) -> Option<String> {
    let mut parts = (1..).map_while(|nth| object.remove(&format!("{PREFIX}_{}", whole_element(nth))));
    let mut whole = parts.next()?.as_str()?.to_owned();
    parts.for_each(|part| whole.push_str(part.as_str().unwrap_or_default()));
    Some(whole)
}

/// True if GDAL has met an error since they were forgotten.
fn failed() -> bool {
    const FAILURE: u32 = 3;
    // SAFETY: reads a number of this thread.
    unsafe { gdal_sys::CPLGetLastErrorType() >= FAILURE }
}

fn forget_errors() {
    // SAFETY: forgets the errors of this thread.
    unsafe { gdal_sys::CPLErrorReset() };
}

/// GDAL's words for its last error, without the path of the file, which the reader of the message knows or must not know.
fn reason(input: &Input) -> Label {
    // SAFETY: the text belongs to this thread and is copied at once.
    let said = unsafe { CStr::from_ptr(gdal_sys::CPLGetLastErrorMsg()) }.to_string_lossy().into_owned();
    told(&said.replace(&input.gdal_path_of_container().display().to_string(), "the file"))
}

/// Words of GDAL as a reason; where it has none, ours.
fn told(said: &str) -> Label {
    let plain: String = said.trim().chars().take(300).collect();
    if plain.is_empty() {
        return Label::new("Sie ist beschädigt oder etwas anderes", "it is damaged, or something else");
    }
    Label::new(plain.clone(), plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_gdal_does_not_give_is_not_told_as_an_empty_one() {
        for said in ["", "  ", "\n"] {
            let Label { de, en } = told(said);
            assert!(!de.is_empty() && !en.is_empty(), "{said:?}");
        }
        assert_eq!(told(" no such table \n").en, "no such table");
    }
}
