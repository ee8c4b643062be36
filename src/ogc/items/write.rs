//! Joins the bytes of features into an answer.
//!
//! In CRS84 geometry and properties lie ready in memory and are copied. In another CRS, or with a choice of properties,
//! the part in question is written from the packed row or the shape. What nobody has recorded is `null`.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::query::ItemsQuery;
use super::select::Page;
use crate::collection::Visibility;
use crate::collection::encode::{self, Absent};
use crate::feature::crs::{AxisOrder, Crs, CrsError};
use crate::feature::geometry::{CoordinateStyle, write_geojson};
use crate::feature::value::format_instant;
use crate::feature::{FeatureId, Geometry};
use crate::http::answer::{GEOJSON, JSON};
use crate::http::{Ask, Problem};
use crate::index::{Snapshot, Stored};
use crate::ogc::link::{Link, link, self_and_alternate};
use crate::work::Effort;

/// What a feature takes beside its geometry and properties: id, braces, comma.
const FRAME_BYTES: usize = 80;
/// Bytes of a feature that are copied in the time of a step, and that of a geometry that are transformed.
const COPIED_IN_A_STEP: u64 = 64;
const TRANSFORMED_IN_A_STEP: u64 = 2;
/// Features that are looked at to know how much others lack.
const SOME: usize = 16;
/// What a collection takes beside its features, links included.
const HEAD_BYTES: usize = 1_500;

/// A FeatureCollection.
pub fn collection(
    snapshot: &Snapshot,
    page: &Page<'_>,
    ask: &Ask,
    query: &ItemsQuery,
    visibility: Visibility,
    (now, effort): (DateTime<Utc>, &Effort),
) -> Result<Vec<u8>, Problem> {
    let writer = Writer::new(snapshot, query, visibility);
    // As much as the one of some that lacks most: to grow the whole is to copy it.
    let some = page.features.iter().step_by(1 + page.features.len() / SOME);
    let absent = some.map(|stored| writer.absent.len(stored.row())).max().unwrap_or_default();
    let pieces = |stored: &&Stored| stored.json_len(visibility) + absent + FRAME_BYTES;
    let mut out = Vec::with_capacity(HEAD_BYTES + page.features.iter().map(pieces).sum::<usize>());
    out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"timeStamp\":\"");
    out.extend_from_slice(format_instant(now).as_bytes());
    out.push(b'"');
    write_count("numberMatched", page.matched, &mut out);
    write_count("numberReturned", page.features.len(), &mut out);
    out.extend_from_slice(b",\"links\":");
    write_links(&collection_links(snapshot, page, ask, query), &mut out);
    out.extend_from_slice(b",\"features\":[");
    for stored in &page.features {
        effort.spend(writer.steps(stored));
        effort.check()?;
        writer.open(stored, &mut out).map_err(|error| unreachable_crs(&error))?;
        out.extend_from_slice(b"},");
    }
    if !page.features.is_empty() {
        out.pop();
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// One Feature with its links, the collection's added.
pub fn feature(
    snapshot: &Snapshot,
    stored: &Stored,
    ask: &Ask,
    mut links: Vec<Link>,
    query: &ItemsQuery,
    visibility: Visibility,
) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::with_capacity(HEAD_BYTES + stored.footprint());
    let writer = Writer::new(snapshot, query, visibility);
    writer.open(stored, &mut out).map_err(|error| unreachable_crs(&error))?;
    let name = &snapshot.collection().name;
    links.push(link(ask.url(&format!("/ogc/collections/{name}")), "collection", JSON, "The collection"));
    out.extend_from_slice(b",\"links\":");
    write_links(&links, &mut out);
    out.push(b'}');
    Ok(out)
}

/// A feature of another time or place: anything with an id, a geometry in the district's CRS and properties as JSON.
pub fn loose_feature(
    snapshot: &Snapshot,
    id: FeatureId,
    geometry: Option<&Geometry>,
    properties: &[u8],
    crs: Crs,
    out: &mut Vec<u8>,
) -> Result<(), CrsError> {
    write_id(id, out);
    match geometry {
        Some(geometry) => write_geometry(snapshot, Cow::Borrowed(geometry), crs, out)?,
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"properties\":");
    out.extend_from_slice(properties);
    out.push(b'}');
    Ok(())
}

struct Writer<'a> {
    snapshot: &'a Snapshot,
    query: &'a ItemsQuery,
    visibility: Visibility,
    absent: Absent<'a>,
}

impl<'a> Writer<'a> {
    fn new(snapshot: &'a Snapshot, query: &'a ItemsQuery, visibility: Visibility) -> Self {
        let absent = match query.members {
            None => Absent::visible(snapshot.collection(), visibility),
            Some(members) => Absent::new(snapshot.collection(), members),
        };
        Self { snapshot, query, visibility, absent }
    }

    /// About what writing a feature costs.
    fn steps(&self, stored: &Stored) -> u64 {
        let is_copied = self.query.crs == Crs::CRS84 && self.query.members.is_none();
        let bytes = stored.json_len(self.visibility) as u64;
        1 + bytes / if is_copied { COPIED_IN_A_STEP } else { TRANSFORMED_IN_A_STEP }
    }

    /// A feature without its last brace.
    fn open(&self, stored: &Stored, out: &mut Vec<u8>) -> Result<(), CrsError> {
        write_id(stored.id, out);
        let members = self.open_members(stored, out)?;
        self.absent.write(stored.row(), members, out);
        out.push(b'}');
        Ok(())
    }

    /// Geometry and recorded properties without the brace behind these; gives where they begin.
    fn open_members(&self, stored: &Stored, out: &mut Vec<u8>) -> Result<usize, CrsError> {
        let in_crs84 = self.query.crs == Crs::CRS84;
        if in_crs84 && self.query.members.is_none() {
            return Ok(stored.write_json(self.visibility, out));
        }
        match stored.shape.geometry() {
            _ if in_crs84 => stored.write_geometry_json(out),
            Some(geometry) => write_geometry(self.snapshot, geometry, self.query.crs, out)?,
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"properties\":{");
        let start = out.len();
        match self.query.members {
            None => out.extend_from_slice(stored.members_json(self.visibility)),
            Some(members) => {
                encode::write_members(self.snapshot.collection(), stored.row(), members, out);
            }
        }
        Ok(start)
    }
}

/// The beginning of a feature up to its geometry; put together first and copied at once, for there may be a thousand.
fn write_id(id: FeatureId, out: &mut Vec<u8>) {
    const BEFORE: &[u8; 24] = br#"{"type":"Feature","id":""#;
    const AFTER: &[u8; 13] = br#"","geometry":"#;
    let mut text = [0; BEFORE.len() + FeatureId::TEXT + AFTER.len()];
    text[..BEFORE.len()].copy_from_slice(BEFORE);
    text[BEFORE.len()..BEFORE.len() + FeatureId::TEXT].copy_from_slice(&id.text());
    text[BEFORE.len() + FeatureId::TEXT..].copy_from_slice(AFTER);
    out.extend_from_slice(&text);
}

fn write_geometry(
    snapshot: &Snapshot,
    geometry: Cow<'_, Geometry>,
    crs: Crs,
    out: &mut Vec<u8>,
) -> Result<(), CrsError> {
    let frame = snapshot.frame();
    let north_first = crs.axis_order() == AxisOrder::NorthEast;
    let style = CoordinateStyle { north_first, decimals: crs.decimals() as u8 };
    if crs == frame.crs {
        write_geojson(&geometry, style, out);
        return Ok(());
    }
    let mut moved = match geometry.as_ref() {
        // Nearly everything a register holds is a point, which needs no buffer.
        Geometry::Point(point) => {
            let moved = frame.transformer.coord(frame.crs, crs, point.0)?;
            write_geojson(&Geometry::Point(moved.into()), style, out);
            return Ok(());
        }
        _ => geometry.into_owned(),
    };
    frame.transformer.transform(frame.crs, crs, &mut moved)?;
    write_geojson(&moved, style, out);
    Ok(())
}

fn write_count(name: &str, count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    out.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
}

fn write_links(links: &[Link], out: &mut Vec<u8>) {
    // Writing into a Vec cannot fail.
    let _ = serde_json::to_writer(out, links);
}

fn collection_links(snapshot: &Snapshot, page: &Page<'_>, ask: &Ask, query: &ItemsQuery) -> Vec<Link> {
    let collection = snapshot.collection();
    let mut links = Vec::from(self_and_alternate(ask, query.format, GEOJSON));
    links.push(link(ask.url(&format!("/ogc/collections/{}", collection.name)), "collection", JSON, "The collection"));
    links.extend(next_page(snapshot, page, ask, query).map(|href| link(href, "next", GEOJSON, "The next page")));
    links
}

/// The address of the next page, if there is one.
pub fn next_page(snapshot: &Snapshot, page: &Page<'_>, ask: &Ask, query: &ItemsQuery) -> Option<String> {
    let token = page.next.as_ref()?.write(snapshot.collection(), &query.sorted_by);
    Some(ask.this_with(&[("next", &token)]))
}

fn unreachable_crs(error: &CrsError) -> Problem {
    Problem::parameter("crs", error)
}
