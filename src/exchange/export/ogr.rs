//! GeoPackage and Shapefile, made by GDAL in a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};

use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, FieldDefn, LayerAccess, LayerOptions};
use gdal::{Dataset, DriverManager};
use gdal_sys::{OGRFieldType, OGRwkbGeometryType};

use super::{Cut, ExportError, Selection, Written};
use crate::collection::encode::plain_text;
use crate::collection::{Part, Property, PropertyKind};
use crate::exchange::OfExchange;
use crate::exchange::mapping::{OWN_VERSION, short_names};
use crate::exchange::merge::CUT;
use crate::feature::{Geometry, GeometryKind, Value};

/// Longest text a Shapefile's table has room for, bytes.
const DBF_TEXT: usize = 254;
/// The same where nothing is said.
const DBF_DEFAULT: usize = 80;

/// Writes a GeoPackage into `folder` and says where.
pub fn write_geopackage(selection: &Selection, folder: &Path) -> Result<(PathBuf, Written), ExportError> {
    let path = folder.join("export.gpkg");
    let names: Vec<String> = selection.properties().map(|(_, property)| property.name.clone()).collect();
    let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(&path)?;
    let name = selection.collection().name.clone();
    let layer = Layer {
        name: &name,
        id: "id",
        names: &names,
        dbf: false,
        kind: kind(selection),
        options: &["FID=fid", "GEOMETRY_NAME=geometry"],
    };
    let written = {
        let mut transaction = dataset.start_transaction()?;
        let written = fill(&mut transaction, selection, &layer, |_| true)?;
        transaction.commit()?;
        written
    };
    dataset.close()?;
    Ok((path, written))
}

/// Writes a zip with a Shapefile a kind of geometry, since a Shapefile holds only one, into `folder`. Names are cut to ten
/// characters there; a table inside says which is which.
pub fn write_shapefile(selection: &Selection, folder: &Path) -> Result<(PathBuf, Written), ExportError> {
    let collection = selection.collection();
    let short = short_names(collection);
    let names: Vec<String> = selection.properties().map(|(k, _)| short[k].clone()).collect();
    let inside = folder.join("shp");
    fs::create_dir(&inside)?;
    let dataset_path = inside.as_path();
    let mut dataset = DriverManager::get_driver_by_name("ESRI Shapefile")?.create_vector_only(dataset_path)?;
    let mut written = Written::default();
    let parts = parts(selection);
    for (nth, (part, kind)) in parts.iter().enumerate() {
        let name = if parts.len() > 1 { collection.name_of(*part) } else { collection.name.clone() };
        let layer =
            Layer { name: &name, id: "id", names: &names, dbf: true, kind: *kind, options: &["ENCODING=UTF-8"] };
        // What has no place stands in the first one.
        let filled = fill(&mut dataset, selection, &layer, |geometry| {
            geometry.and_then(GeometryKind::of).map_or(nth == 0, |kind| Part::of(kind) == *part)
        })?;
        written.features += filled.features;
        add_cuts(&mut written.cut, filled.cut);
    }
    dataset.close()?;
    let properties = selection.properties().map(|(_, property)| &property.name).zip(&names);
    let differ = properties.filter(|(name, short)| name != short);
    written.renamed = differ.map(|(name, short)| (name.clone(), short.clone())).collect();
    fs::write(inside.join("fields.csv"), field_table(selection, &names))?;
    let zip = folder.join("export.zip");
    zip_folder(&inside, &zip)?;
    Ok((zip, written))
}

/// Which Shapefiles a collection needs.
fn parts(selection: &Selection) -> Vec<(Part, OGRwkbGeometryType::Type)> {
    let kinds = &selection.collection().geometry;
    let many_points = kinds.contains(&GeometryKind::MultiPoint);
    let kind = |part| match part {
        Part::Points if many_points => OGRwkbGeometryType::wkbMultiPoint,
        Part::Points => OGRwkbGeometryType::wkbPoint,
        Part::Lines => OGRwkbGeometryType::wkbLineString,
        Part::Areas => OGRwkbGeometryType::wkbPolygon,
    };
    let has = |part: &Part| kinds.iter().any(|kind| Part::of(*kind) == *part);
    Part::ALL.into_iter().filter(has).map(|part| (part, kind(part))).collect()
}

fn kind(selection: &Selection) -> OGRwkbGeometryType::Type {
    match selection.collection().geometry.as_slice() {
        [GeometryKind::Point] => OGRwkbGeometryType::wkbPoint,
        [GeometryKind::LineString] => OGRwkbGeometryType::wkbLineString,
        [GeometryKind::Polygon] => OGRwkbGeometryType::wkbPolygon,
        _ => OGRwkbGeometryType::wkbUnknown,
    }
}

struct Layer<'a> {
    name: &'a str,
    id: &'a str,
    names: &'a [String],
    /// The table is dBase: few types, short texts.
    dbf: bool,
    kind: OGRwkbGeometryType::Type,
    options: &'a [&'a str],
}

fn fill(
    dataset: &mut Dataset,
    selection: &Selection,
    layer: &Layer<'_>,
    belongs: impl Fn(Option<&Geometry>) -> bool,
) -> Result<Written, ExportError> {
    let mut reference = SpatialRef::from_epsg(selection.crs.epsg().unwrap_or(4326))?;
    reference.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
    let made = dataset.create_layer(LayerOptions {
        name: layer.name,
        srs: Some(&reference),
        ty: layer.kind,
        options: Some(layer.options),
    })?;
    let id = FieldDefn::new(layer.id, OGRFieldType::OFTString)?;
    id.set_width(36);
    id.add_to_layer(&made)?;
    for ((_, property), name) in selection.properties().zip(layer.names) {
        if matches!(property.kind, PropertyKind::Boolean) && !layer.dbf {
            add_boolean(&made, name)?;
        } else {
            field(property, name, layer.dbf)?.add_to_layer(&made)?;
        }
    }
    if selection.versions {
        FieldDefn::new(OWN_VERSION, OGRFieldType::OFTInteger64)?.add_to_layer(&made)?;
    }
    let version = 1 + layer.names.len();
    let mut written = Written::default();
    selection.each(|stored, geometry| {
        if !belongs(geometry.as_ref()) {
            return Ok(());
        }
        let mut feature = Feature::new(made.defn())?;
        feature.set_field_string(0, &stored.id.to_string())?;
        for (nth, (k, property)) in selection.properties().enumerate() {
            if !set(&mut feature, nth + 1, property, stored.row().get(k), layer.dbf)? {
                let cut = Cut { property: property.name.clone(), values: 1, width: width(property) };
                add_cuts(&mut written.cut, vec![cut]);
            }
        }
        if selection.versions {
            feature.set_field_integer64(version, stored.version)?;
        }
        if let Some(geometry) = geometry {
            let mut wkb = Vec::new();
            wkb::writer::write_geometry(&mut wkb, &geometry, &wkb::writer::WriteOptions::default())
                .map_err(|error| ExportError::Refused(OfExchange::GeometryUnwritable { error: error.to_string() }))?;
            feature.set_geometry(gdal::vector::Geometry::from_wkb(&wkb)?)?;
        }
        feature.create(&made)?;
        written.features += 1;
        Ok(())
    })?;
    Ok(written)
}

/// Bytes of a text in the table of a Shapefile. Twice the characters holds any German text.
fn width(property: &Property) -> usize {
    match &property.kind {
        PropertyKind::Text { max_length, .. } => (max_length * 2).clamp(CUT.len_utf8(), DBF_TEXT),
        PropertyKind::List(_) => DBF_TEXT,
        _ => DBF_DEFAULT,
    }
}

fn field(property: &Property, name: &str, dbf: bool) -> Result<FieldDefn, ExportError> {
    let kind = match &property.kind {
        PropertyKind::Integer { .. } => OGRFieldType::OFTInteger64,
        PropertyKind::Number { .. } => OGRFieldType::OFTReal,
        PropertyKind::Date { .. } => OGRFieldType::OFTDate,
        _ => OGRFieldType::OFTString,
    };
    let definition = FieldDefn::new(name, kind)?;
    match &property.kind {
        PropertyKind::Number { decimals, .. } if dbf => {
            definition.set_width(18);
            definition.set_precision(i32::from(*decimals));
        }
        PropertyKind::Integer { .. } if dbf => definition.set_width(12),
        PropertyKind::Boolean => definition.set_width(5),
        PropertyKind::Text { .. } | PropertyKind::List(_) if dbf => definition.set_width(width(property) as i32),
        _ => {}
    }
    Ok(definition)
}

/// A column of yes and no, which the safe layer over GDAL cannot declare.
fn add_boolean(layer: &gdal::vector::Layer<'_>, name: &str) -> Result<(), ExportError> {
    let name = std::ffi::CString::new(name).map_err(|_| ExportError::Refused(OfExchange::ColumnUnwritable))?;
    // SAFETY: the definition is made, used and destroyed here; the layer copies it.
    let outcome = unsafe {
        let definition = gdal_sys::OGR_Fld_Create(name.as_ptr(), OGRFieldType::OFTInteger);
        gdal_sys::OGR_Fld_SetSubType(definition, gdal_sys::OGRFieldSubType::OFSTBoolean);
        let outcome = gdal_sys::OGR_L_CreateField(layer.c_layer(), definition, 1);
        gdal_sys::OGR_Fld_Destroy(definition);
        outcome
    };
    if outcome == 0 { Ok(()) } else { Err(ExportError::Refused(OfExchange::ColumnUnwritable)) }
}

/// Sets a field; says whether the value is there as a whole.
fn set(
    feature: &mut Feature<'_>,
    nth: usize,
    property: &Property,
    value: Value<'_>,
    dbf: bool,
) -> Result<bool, ExportError> {
    match value {
        Value::Null => feature.set_field_null(nth)?,
        Value::Boolean(value) if !dbf => feature.set_field_integer(nth, i32::from(value))?,
        Value::Integer(value) => feature.set_field_integer64(nth, value)?,
        Value::Number(value) => feature.set_field_double(nth, value)?,
        value => {
            let text = plain_text(property, value);
            if dbf && text.len() > width(property) {
                match value {
                    Value::List(_) => feature.set_field_null(nth)?,
                    _ => feature.set_field_string(nth, &cut(&text, width(property)))?,
                }
                return Ok(false);
            }
            feature.set_field_string(nth, &text)?;
        }
    }
    Ok(true)
}

/// As much of a text as `width` bytes hold, with a sign that it goes on.
fn cut(text: &str, width: usize) -> String {
    format!("{}{CUT}", &text[..text.floor_char_boundary(width - CUT.len_utf8())])
}

/// Adds counts of values that are not whole, a property once.
fn add_cuts(all: &mut Vec<Cut>, more: Vec<Cut>) {
    for cut in more {
        match all.iter_mut().find(|known| known.property == cut.property) {
            Some(known) => known.values += cut.values,
            None => all.push(cut),
        }
    }
}

/// What the cut names stand for.
fn field_table(selection: &Selection, names: &[String]) -> String {
    let mut table = "\u{feff}field;property;label;unit\r\n".to_owned();
    for ((_, property), name) in selection.properties().zip(names) {
        table.push_str(&format!(
            "{name};{};{};{}\r\n",
            property.name,
            property.title.de,
            property.unit.as_deref().unwrap_or_default()
        ));
    }
    table
}

/// Packs the files of a folder, through GDAL's own zip.
fn zip_folder(folder: &Path, zip: &Path) -> Result<(), ExportError> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    let text = |path: &Path| {
        std::ffi::CString::new(path.to_string_lossy().as_bytes())
            .map_err(|_| ExportError::Refused(OfExchange::ZipUnwritable))
    };
    // SAFETY: the handle is used between create and close, every text lives until its call returns, and the bytes written
    // are those of a buffer of that length.
    unsafe {
        let handle = gdal_sys::CPLCreateZip(text(zip)?.as_ptr(), std::ptr::null_mut());
        if handle.is_null() {
            return Err(ExportError::Refused(OfExchange::ZipUnwritable));
        }
        let mut fine = true;
        for path in paths {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            let mut file = fs::File::open(&path)?;
            fine &= gdal_sys::CPLCreateFileInZip(handle, text(&name)?.as_ptr(), std::ptr::null_mut()) == 0;
            let mut buffer = vec![0u8; 1 << 20];
            loop {
                let length = std::io::Read::read(&mut file, &mut buffer)?;
                if length == 0 {
                    break;
                }
                fine &= gdal_sys::CPLWriteFileInZip(handle, buffer.as_ptr().cast(), length as i32) == 0;
            }
            fine &= gdal_sys::CPLCloseFileInZip(handle) == 0;
        }
        fine &= gdal_sys::CPLCloseZip(handle) == 0;
        if fine { Ok(()) } else { Err(ExportError::Refused(OfExchange::ZipUnwritable)) }
    }
}
