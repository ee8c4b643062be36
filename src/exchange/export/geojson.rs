//! GeoJSON (RFC 7946): in CRS84 straight from the pieces of the index, in other CRSs with the `crs` member of the 2008
//! form, which every program but browsers reads. Coordinates are always east first.

use std::io::Write;

use super::{ExportError, Selection, Written};
use crate::collection::encode::Absent;
use crate::feature::crs::Crs;
use crate::feature::geometry::{CoordinateStyle, write_geojson};
use crate::index::Stored;

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
    let absent = Absent::visible(selection.collection(), selection.visibility);
    selection.each(|stored, geometry| {
        buffer.clear();
        buffer.extend_from_slice(if written.features > 0 { b",\n" } else { b"\n" });
        match geometry {
            Some(geometry) if !plain => {
                open(stored, &mut buffer);
                write_geojson(&geometry, style, &mut buffer);
                close(stored, absent, selection, &mut buffer);
            }
            _ => write_feature(selection, stored, absent, &mut buffer),
        }
        written.features += 1;
        Ok(out.write_all(&buffer)?)
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(written)
}

/// A feature in CRS84, with everything the caller may see of it.
pub fn write_feature(selection: &Selection, stored: &Stored, absent: Absent<'_>, out: &mut Vec<u8>) {
    open(stored, out);
    stored.write_geometry_json(out);
    close(stored, absent, selection, out);
}

fn open(stored: &Stored, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{{\"type\":\"Feature\",\"id\":\"{}\",\"geometry\":", stored.id).as_bytes());
}

fn close(stored: &Stored, absent: Absent<'_>, selection: &Selection, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"properties\":{");
    let start = out.len();
    out.extend_from_slice(stored.members_json(selection.visibility));
    absent.write(stored.row(), start, out);
    out.extend_from_slice(b"}}");
}
