//! CSV: UTF-8 with a byte order mark and semicolons, which is what a German Excel opens without asking. Points have their
//! coordinates in two columns, other geometries as well-known text; lists are JSON; texts are no formulas ([`guard`]).

use std::io::Write;

use super::{ExportError, Selection, Written};
use crate::collection::PropertyKind;
use crate::collection::encode::plain_text;
use crate::exchange::guard;
use crate::feature::geometry::write_decimal;
use crate::feature::{Geometry, GeometryKind};

pub fn write(selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    let collection = selection.collection();
    let points_only = collection.geometry == [GeometryKind::Point];
    let (x, y) = if selection.crs.is_geographic() { ("longitude", "latitude") } else { ("easting", "northing") };
    out.write_all(b"\xEF\xBB\xBF")?;
    let mut table = csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(out);
    let head = ["id"].into_iter().chain(if points_only { vec![x, y] } else { vec!["wkt"] });
    let names = selection.properties().map(|(_, property)| property.name.as_str());
    table.write_record(head.chain(names)).map_err(io)?;
    let mut written = Written::default();
    let decimals = selection.crs.decimals() as u8;
    selection.each(|stored, geometry| {
        let mut record = vec![stored.id.to_string()];
        match (points_only, geometry) {
            (true, Some(Geometry::Point(point))) => {
                record.extend([decimal(point.x(), decimals), decimal(point.y(), decimals)]);
            }
            (true, _) => record.extend([String::new(), String::new()]),
            (false, geometry) => record.push(geometry.map_or_else(String::new, |geometry| well_known(&geometry))),
        }
        record.extend(selection.properties().map(|(k, property)| {
            let text = plain_text(property, stored.row().get(k));
            match property.kind {
                PropertyKind::Text { .. } => guard::put(&text).into_owned(),
                _ => text,
            }
        }));
        written.features += 1;
        table.write_record(&record).map_err(io)
    })?;
    table.flush()?;
    Ok(written)
}

fn io(error: csv::Error) -> ExportError {
    ExportError::Io(error.into())
}

/// A coordinate with a point and no more digits than mean something.
pub fn decimal(value: f64, decimals: u8) -> String {
    let mut out = Vec::new();
    write_decimal(value, decimals, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn well_known(geometry: &Geometry) -> String {
    use wkt::ToWkt;
    geometry.wkt_string()
}
