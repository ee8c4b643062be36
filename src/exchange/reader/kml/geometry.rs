//! The geometry of a placemark (OGC 12-007r2, section 10).

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use super::tree::Tree;
use crate::collection::Label;

/// The WKB of a placemark; empty if it has no place.
pub fn wkb(placemark: &Tree) -> Result<Vec<u8>, Label> {
    let mut parts = Vec::new();
    for child in placemark.children() {
        collect(child, &mut parts)?;
    }
    let mut wkb = Vec::new();
    if let Some(geometry) = together(parts) {
        wkb::writer::write_geometry(&mut wkb, &geometry, &wkb::writer::WriteOptions::default())
            .map_err(|error| Label::new(error.to_string(), error.to_string()))?;
    }
    Ok(wkb)
}

fn collect(element: &Tree, parts: &mut Vec<Geometry>) -> Result<(), Label> {
    let line =
        |element: &Tree| -> Result<LineString, Label> { Ok(LineString(places(&element.child_text("coordinates"))?)) };
    match element.name() {
        "Point" => {
            let text = element.child_text("coordinates");
            // An empty point is none.
            if !text.is_empty() {
                let at = places(&text)?;
                parts.push(
                    Point(
                        *at.first().ok_or_else(|| {
                            Label::new("ein Punkt hat keine Koordinaten", "a point has no coordinates")
                        })?,
                    )
                    .into(),
                );
            }
        }
        "LineString" | "LinearRing" => parts.push(line(element)?.into()),
        "Polygon" => {
            let ring = |side: &Tree| side.all("LinearRing").next().map(line);
            let shell = element.all("outerBoundaryIs").find_map(ring).ok_or_else(no_shell)??;
            let holes = element.all("innerBoundaryIs").filter_map(ring).collect::<Result<Vec<_>, _>>()?;
            parts.push(Polygon::new(shell, holes).into());
        }
        "Track" => {
            let at = |text: String| -> Result<Coord, Label> {
                let numbers: Vec<&str> = text.split_whitespace().collect();
                place(&numbers)
            };
            let line = element.all("coord").map(Tree::text).map(at).collect::<Result<Vec<_>, _>>()?;
            parts.push(LineString(line).into());
        }
        "MultiGeometry" | "MultiTrack" => {
            for child in element.children() {
                collect(child, parts)?;
            }
        }
        "Model" => {
            let number = |name: &str| element.find(name).map(Tree::text).and_then(|text| text.parse::<f64>().ok());
            let at = number("longitude")
                .zip(number("latitude"))
                .ok_or_else(|| Label::new("ein Modell hat keine Lage", "a model has no place"))?;
            parts.push(Point::from(at).into());
        }
        _ => {}
    }
    Ok(())
}

fn no_shell() -> Label {
    Label::new("eine Fläche hat keinen äußeren Rand", "an area has no outer boundary")
}

/// One geometry of the parts of a placemark.
fn together(mut parts: Vec<Geometry>) -> Option<Geometry> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let points: Vec<Point> = parts.iter().filter_map(|part| Point::try_from(part.clone()).ok()).collect();
    let lines: Vec<LineString> = parts.iter().filter_map(|part| LineString::try_from(part.clone()).ok()).collect();
    let areas: Vec<Polygon> = parts.iter().filter_map(|part| Polygon::try_from(part.clone()).ok()).collect();
    Some(match parts.len() {
        n if n == points.len() => MultiPoint(points).into(),
        n if n == lines.len() => MultiLineString(lines).into(),
        n if n == areas.len() => MultiPolygon(areas).into(),
        _ => Geometry::GeometryCollection(GeometryCollection(parts)),
    })
}

/// Longitude, latitude and perhaps height, with commas between; blanks between places. Some write blanks behind the commas
/// as well.
fn places(text: &str) -> Result<Vec<Coord>, Label> {
    let mut tight = text.split_whitespace().collect::<Vec<_>>().join(" ");
    while tight.contains(", ") || tight.contains(" ,") {
        tight = tight.replace(", ", ",").replace(" ,", ",");
    }
    tight.split(' ').map(|place_text| place(&place_text.split(',').collect::<Vec<_>>())).collect()
}

fn place(numbers: &[&str]) -> Result<Coord, Label> {
    let number = |k: usize| numbers.get(k).and_then(|text| text.trim().parse::<f64>().ok()).filter(|it| it.is_finite());
    match (number(0), number(1)) {
        (Some(x), Some(y)) => Ok(Coord { x, y }),
        _ => {
            let text: String = numbers.join(",").chars().take(60).collect();
            Err(Label::new(format!("„{text}“ ist keine Koordinate"), format!("'{text}' is no position")))
        }
    }
}
