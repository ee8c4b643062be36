//! GeoJSON (RFC 7946): in CRS84 straight from the pieces of the index, in other CRSs with the `crs` member of the 2008
//! form, which every program but browsers reads. Coordinates are always east first.

use std::io::Write;

use super::{ExportError, Selection, Written};
use crate::feature::crs::Crs;
use crate::feature::geometry::{CoordinateStyle, write_geojson};

pub fn write(selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    out.write_all(b"{\"type\":\"FeatureCollection\",")?;
    write!(out, "\"name\":\"{}\",", selection.collection().name)?;
    let style = CoordinateStyle { north_first: false, decimals: selection.crs.decimals() as u8 };
    let plain = [Crs::CRS84, Crs::WGS84].contains(&selection.crs);
    if let Some(code) = selection.crs.epsg().filter(|_| !plain) {
        write!(out, "\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"urn:ogc:def:crs:EPSG::{code}\"}}}},")?;
    }
    out.write_all(b"\"features\":[")?;
    let mut written = Written::default();
    let mut buffer = Vec::new();
    selection.each(|stored, geometry| {
        buffer.clear();
        buffer.extend_from_slice(if written.features > 0 { b",\n" } else { b"\n" });
        buffer.extend_from_slice(format!("{{\"type\":\"Feature\",\"id\":\"{}\",\"geometry\":", stored.id).as_bytes());
        match geometry {
            None => buffer.extend_from_slice(b"null"),
            Some(_) if plain => stored.write_geometry_json(&mut buffer),
            Some(geometry) => write_geojson(&geometry, style, &mut buffer),
        }
        buffer.extend_from_slice(b",\"properties\":{");
        buffer.extend_from_slice(stored.members_json(selection.visibility));
        buffer.extend_from_slice(b"}}");
        written.features += 1;
        Ok(out.write_all(&buffer)?)
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(written)
}
