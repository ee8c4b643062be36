//! The formats that GDAL reads, each with its own drivers and no other.

use std::io::Write;
use std::path::{Path, PathBuf};

use gdal::vector::{Feature, Layer, LayerAccess};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use gdal_sys::{OGRFieldSubType, OGRFieldType};
use serde_json::{Map, Value as Json};

use super::{Format, Order, ReadError, bad_geometry, check_rows, reference, zip};
use crate::exchange::frame::{FrameWriter, Header};

/// How one format is opened.
struct Way {
    path: PathBuf,
    name: &'static str,
    drivers: &'static [&'static str],
    options: &'static [&'static str],
}

pub fn read<W: Write>(
    path: &Path,
    format: Format,
    order: &Order,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    let way = way(path, format)?;
    // GDAL's own messages would go to standard error, where nobody knows what file they are about.
    let _ = gdal::config::set_config_option("CPL_DEBUG", "OFF");
    let _ = gdal::config::set_config_option("OSM_USE_CUSTOM_INDEXING", "YES");
    // A sheet of texts only would otherwise be taken for one without a head.
    let _ = gdal::config::set_config_option("OGR_XLSX_HEADERS", "FORCE");
    // SAFETY: installs GDAL's own handler that says nothing.
    unsafe { gdal_sys::CPLSetErrorHandler(Some(gdal_sys::CPLQuietErrorHandler)) };
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(way.drivers),
        open_options: Some(way.options),
        sibling_files: None,
    };
    let dataset = Dataset::open_ex(&way.path, options).map_err(|error| {
        let (name, reason) = (way.name, shortened(&error.to_string(), path));
        ReadError::refused(
            format!("Die Datei lässt sich nicht als {name} lesen: {reason}"),
            format!("the file cannot be read as {name}: {reason}"),
        )
    })?;
    let layers = choose(&dataset, format, order)?;
    if format == Format::Osm {
        // Otherwise the driver keeps what belongs to the other layers in memory.
        let interest = format!("SET interest_layers = {}", layers.join(","));
        let _ = dataset.execute_sql(interest, None, gdal::vector::sql::Dialect::DEFAULT);
    }
    for (nth, name) in layers.iter().enumerate() {
        let mut layer = dataset.layer_by_name(name).map_err(ReadError::unreadable)?;
        if nth == 0 {
            writer.header(&header(&layer, &way, format))?;
        }
        // SAFETY: forgets the errors of this thread; what went wrong while the CRS was looked up is told already.
        unsafe { gdal_sys::CPLErrorReset() };
        rows(&mut layer, format, writer)?;
        if last_error() >= 3 {
            let reason = shortened(&last_message(), path);
            return Err(ReadError::refused(
                format!("Die Datei ist beschädigt: {reason}"),
                format!("the file is damaged: {reason}"),
            ));
        }
    }
    Ok(())
}

fn way(path: &Path, format: Format) -> Result<Way, ReadError> {
    let plain = |name, drivers, options| Way { path: path.to_owned(), name, drivers, options };
    let is_zip = starts_with(path, b"PK\x03\x04")?;
    let archive = if is_zip { Some(zip::check(path)?) } else { None };
    Ok(match format {
        Format::GeoPackage => plain("GeoPackage", &["GPKG"], &["IMMUTABLE=YES"]),
        Format::Xlsx => plain("XLSX", &["XLSX"], &[]),
        Format::Kml if is_zip => plain("KMZ", &["LIBKML"], &[]),
        Format::Kml => plain("KML", &["KML", "LIBKML"], &[]),
        Format::Osm => plain("OpenStreetMap data", &["OSM"], &[]),
        Format::Gpx => plain("GPX", &["GPX"], &[]),
        _ => match archive {
            None if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) => {
                return Err(ReadError::refused(
                    "Die Datei ist keine Zip-Datei oder wurde nicht vollständig übertragen",
                    "the file is not a zip file, or was not sent completely",
                ));
            }
            None => plain("Shapefile", &["ESRI Shapefile"], &[]),
            Some(names) => {
                let inner = |ending: &str| names.iter().find(|name| name.to_lowercase().ends_with(ending));
                let (name, drivers, entry): (_, &'static [&'static str], _) = match (inner(".shp"), inner(".gpkg")) {
                    (Some(entry), _) => ("Shapefile", &["ESRI Shapefile"], entry),
                    (None, Some(entry)) => ("GeoPackage", &["GPKG"], entry),
                    _ => {
                        return Err(ReadError::refused(
                            "Die Zip-Datei enthält weder eine .shp- noch eine .gpkg-Datei",
                            "the zip file holds neither a .shp nor a .gpkg file",
                        ));
                    }
                };
                if entry.split(['/', '\\']).any(|part| part == "..") {
                    return Err(ReadError::refused(
                        "Die Zip-Datei hat einen Eintrag, der aus ihr hinausführt",
                        "the zip file has an entry that leads out of it",
                    ));
                }
                let path = Path::new("/vsizip").join(format!("{{{}}}", path.display())).join(entry);
                Way { path, name, drivers, options: &[] }
            }
        },
    })
}

fn starts_with(path: &Path, magic: &[u8]) -> Result<bool, ReadError> {
    use std::io::Read;
    let mut head = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(magic.len() as u64).read_to_end(&mut head))
        .map_err(ReadError::unreadable)?;
    Ok(head == magic)
}

/// The layers to read: what is asked for, or the only one that has rows.
fn choose(dataset: &Dataset, format: Format, order: &Order) -> Result<Vec<String>, ReadError> {
    let names: Vec<String> = dataset.layers().map(|layer| layer.name()).collect();
    if let Some(wanted) = &order.layer {
        return match names.iter().find(|name| *name == wanted) {
            Some(name) => Ok(vec![name.clone()]),
            None => Err(ReadError::refused(
                format!("Es gibt keine Ebene „{wanted}“; es gibt {}", names.join(", ")),
                format!("there is no layer '{wanted}'; there are {}", names.join(", ")),
            )),
        };
    }
    if format == Format::Osm {
        return Ok(order.osm_layers.clone());
    }
    if format == Format::Gpx {
        return Ok(vec!["waypoints".to_owned()]);
    }
    match names.as_slice() {
        [] => Err(ReadError::refused("Die Datei hat keine Ebene", "the file has no layer")),
        [only] => Ok(vec![only.clone()]),
        several if format == Format::Kml => Ok(several.to_vec()),
        several => only_filled(dataset, several).map(|only| vec![only]).ok_or_else(|| several_layers(several)),
    }
}

/// The only layer that has rows: spreadsheet programs add empty sheets.
fn only_filled(dataset: &Dataset, names: &[String]) -> Option<String> {
    let filled = |name: &&String| dataset.layer_by_name(name).is_ok_and(|layer| layer.feature_count() > 0);
    let mut filled = names.iter().filter(filled);
    filled.next().filter(|_| filled.next().is_none()).cloned()
}

fn several_layers(several: &[String]) -> ReadError {
    let several = several.join(", ");
    ReadError::refused(
        format!("Die Datei hat mehrere Ebenen: {several}; wählen Sie eine mit --layer, oder alle mit --layer all"),
        format!("the file has several layers: {several}; choose one with --layer, or all of them with --layer all"),
    )
}

fn header(layer: &Layer<'_>, way: &Way, format: Format) -> Header {
    let (crs, unknown_crs) = layer.spatial_ref().map_or((None, None), |mut crs| reference::name(&mut crs));
    let columns = columns(layer, format).into_iter().map(Into::into).collect();
    let by_format = matches!(format, Format::Kml | Format::Osm | Format::Gpx);
    Header {
        format: way.name.to_owned(),
        layer: Some(layer.name()),
        crs,
        crs_by_format: by_format,
        unknown_crs,
        columns,
        ..Header::default()
    }
}

/// The names of the columns. What GDAL writes into a GPX beside the format's own comes back with its mark before it.
fn columns(layer: &Layer<'_>, format: Format) -> Vec<String> {
    let plain = |name: String| match name.strip_prefix("ogr_") {
        Some(plain) if format == Format::Gpx => plain.to_owned(),
        _ => name,
    };
    layer.defn().fields().map(|field| plain(field.name())).collect()
}

fn rows<W: Write>(layer: &mut Layer<'_>, format: Format, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
    let fields: Vec<(String, bool)> =
        columns(layer, format).into_iter().enumerate().map(|(i, name)| (name, is_json_or_boolean(layer, i))).collect();
    let osm_kind = match (format, layer.name().as_str()) {
        (Format::Osm, "points") => "node",
        (Format::Osm, "multipolygons") => "relation",
        (Format::Osm, _) => "way",
        _ => "",
    };
    let mut json = Vec::new();
    for feature in layer.features() {
        check_rows(writer.rows())?;
        let line = match (format, feature.fid()) {
            // The row of the sheet, with its head.
            (Format::Xlsx, Some(row)) if row > 0 => row,
            _ => writer.rows() + 1,
        };
        let mut object = attributes(&feature, &fields);
        if format == Format::Osm {
            unfold_tags(&mut object, osm_kind);
        }
        json.clear();
        serde_json::to_writer(&mut json, &object).map_err(std::io::Error::from)?;
        match feature.geometry().filter(|geometry| !geometry.is_empty()) {
            None => writer.row(line, &[], &json)?,
            Some(geometry) => {
                let mut flat = geometry.clone();
                flat.flatten_to_2d();
                match flat.iso_wkb() {
                    Ok(wkb) => writer.row(line, &wkb, &json)?,
                    Err(error) => writer.bad(line, &bad_geometry(error))?,
                }
            }
        }
    }
    Ok(())
}

/// True for fields whose text or number stands for something else: JSON as text, booleans as integers.
fn is_json_or_boolean(layer: &Layer<'_>, nth: usize) -> bool {
    // SAFETY: the handles belong to the layer and `nth` counts its fields.
    unsafe {
        let definition = gdal_sys::OGR_L_GetLayerDefn(layer.c_layer());
        let field = gdal_sys::OGR_FD_GetFieldDefn(definition, nth as i32);
        let (kind, sub) = (gdal_sys::OGR_Fld_GetType(field), gdal_sys::OGR_Fld_GetSubType(field));
        (sub == OGRFieldSubType::OFSTJSON && kind == OGRFieldType::OFTString)
            || (sub == OGRFieldSubType::OFSTBoolean && kind == OGRFieldType::OFTInteger)
    }
}

fn attributes(feature: &Feature<'_>, fields: &[(String, bool)]) -> Map<String, Json> {
    use gdal::vector::FieldValue::{
        DateTimeValue, DateValue, Integer64Value, IntegerValue, RealValue, StringListValue, StringValue,
    };
    let mut object = Map::with_capacity(fields.len());
    for (i, (name, special)) in fields.iter().enumerate() {
        // A field that was never set is not null to GDAL, and reads as 0: an empty cell of a sheet, for one.
        // SAFETY: the handle belongs to the feature and `i` counts its fields.
        if unsafe { gdal_sys::OGR_F_IsFieldSetAndNotNull(feature.c_feature(), i as i32) } == 0 {
            continue;
        }
        let Some(value) = feature.field(i).unwrap_or_default() else { continue };
        let json = match value {
            StringValue(text) if text.is_empty() => continue,
            StringValue(text) if *special => serde_json::from_str(&text).unwrap_or(Json::String(text)),
            StringValue(text) => Json::String(text),
            IntegerValue(number) if *special => Json::Bool(number != 0),
            IntegerValue(number) => number.into(),
            Integer64Value(number) => number.into(),
            RealValue(number) => number.into(),
            DateValue(date) => date.to_string().into(),
            DateTimeValue(instant) => instant.to_rfc3339().into(),
            StringListValue(list) => list.into(),
            _ => continue,
        };
        object.insert(name.clone(), json);
    }
    object
}

/// OSM keys that are no column of the driver lie in `other_tags`, written like PostgreSQL's hstore.
fn unfold_tags(object: &mut Map<String, Json>, kind: &str) {
    let text = |value: Option<Json>| value.and_then(|value| value.as_str().map(str::to_owned));
    let id = text(object.remove("osm_id")).map(|id| format!("{kind}/{id}"));
    let way = text(object.remove("osm_way_id")).map(|id| format!("way/{id}"));
    if let Some(id) = id.or(way) {
        object.insert("@id".to_owned(), id.into());
    }
    let Some(tags) = text(object.remove("other_tags")) else { return };
    let mut words = quoted(&tags).into_iter();
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        object.insert(key, value.into());
    }
}

/// The texts between quotes; a backslash keeps what follows it.
fn quoted(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (&mut word, c) {
            (Some(_), '"') => words.extend(word.take()),
            (Some(word), '\\') => word.extend(characters.next()),
            (Some(word), c) => word.push(c),
            (None, '"') => word = Some(String::new()),
            (None, _) => {}
        }
    }
    words
}

fn last_error() -> u32 {
    // SAFETY: reads a number of this thread.
    unsafe { gdal_sys::CPLGetLastErrorType() }
}

fn last_message() -> String {
    // SAFETY: the text belongs to this thread and is copied at once.
    unsafe { std::ffi::CStr::from_ptr(gdal_sys::CPLGetLastErrorMsg()) }.to_string_lossy().into_owned()
}

/// GDAL's words without the path of the file, which the reader of the message knows or must not know.
fn shortened(message: &str, path: &Path) -> String {
    let plain = message.replace(&path.display().to_string(), "the file");
    plain.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_unfolded_with_quotes_and_commas_in_them() {
        let mut object = Map::new();
        object.insert("osm_id".into(), "7".into());
        object.insert("other_tags".into(), r#""fire_hydrant:type"=>"pillar","note"=>"a \"b\", c=>d""#.into());
        unfold_tags(&mut object, "node");
        assert_eq!(object["@id"], "node/7");
        assert_eq!(object["fire_hydrant:type"], "pillar");
        assert_eq!(object["note"], "a \"b\", c=>d");
    }
}
