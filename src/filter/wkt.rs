//! Geometry literals of CQL2 text. Heights are read and dropped: the register keeps places, not altitudes.

use geo_types::{Coord, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::ast::Node;
use super::lex::TokenKind;
use super::text::Parser;
use super::{FilterError, Matter};
use crate::feature::Geometry;

const TYPES: [&str; 7] =
    ["point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection"];

/// The geometry that starts here, if one does; nothing is read otherwise.
pub(super) fn geometry(parser: &mut Parser) -> Result<Option<Node>, FilterError> {
    Ok(tagged(parser, true)?.map(Node::Geometry))
}

fn tagged(parser: &mut Parser, collections: bool) -> Result<Option<Geometry>, FilterError> {
    let TokenKind::Word(word) = parser.peek() else { return Ok(None) };
    // The dimension may be written onto the type: POINTZ(1 2 3).
    let word = word.to_ascii_lowercase();
    let plain = word.strip_suffix("zm").or_else(|| word.strip_suffix(['z', 'm'])).unwrap_or(&word);
    let Some(kind) = TYPES.into_iter().find(|kind| *kind == word || *kind == plain) else { return Ok(None) };
    let is_dimension = |word: &str| ["z", "m", "zm"].iter().any(|dimension| word.eq_ignore_ascii_case(dimension));
    let ahead = if matches!(parser.peek_at(1), TokenKind::Word(word) if is_dimension(word)) { 2 } else { 1 };
    match parser.peek_at(ahead) {
        TokenKind::Symbol("(") => {}
        TokenKind::Word(word) if word.eq_ignore_ascii_case("empty") => {
            return Err(parser.fault(&Matter::EmptyGeometry));
        }
        _ => return Ok(None),
    }
    if kind == "geometrycollection" && !collections {
        return Err(parser.fault(&Matter::NestedCollection));
    }
    for _ in 0..ahead {
        parser.step();
    }
    read(parser, kind).map(Some)
}

fn read(parser: &mut Parser, kind: &str) -> Result<Geometry, FilterError> {
    Ok(match kind {
        "point" => {
            parser.expect("(")?;
            let point = Point(coordinate(parser)?);
            parser.expect(")")?;
            point.into()
        }
        "linestring" => line(parser)?.into(),
        "polygon" => polygon(parser)?.into(),
        "multipoint" => MultiPoint(many(parser, |parser| {
            // Both MULTIPOINT((1 2), (3 4)) and MULTIPOINT(1 2, 3 4) are in use.
            let bracketed = parser.takes("(");
            let point = Point(coordinate(parser)?);
            if bracketed {
                parser.expect(")")?;
            }
            Ok(point)
        })?)
        .into(),
        "multilinestring" => MultiLineString(many(parser, line)?).into(),
        "multipolygon" => MultiPolygon(many(parser, polygon)?).into(),
        _ => Geometry::GeometryCollection(GeometryCollection(many(parser, |parser| {
            tagged(parser, false)?.ok_or_else(|| parser.fault(&Matter::GeometryExpected))
        })?)),
    })
}

fn many<T>(parser: &mut Parser, read: impl Fn(&mut Parser) -> Result<T, FilterError>) -> Result<Vec<T>, FilterError> {
    parser.expect("(")?;
    let mut parts = vec![read(parser)?];
    while parser.takes(",") {
        parts.push(read(parser)?);
    }
    parser.expect(")")?;
    Ok(parts)
}

fn line(parser: &mut Parser) -> Result<LineString, FilterError> {
    let line = LineString(many(parser, coordinate)?);
    if line.0.len() < 2 { Err(parser.fault(&Matter::ShortLine)) } else { Ok(line) }
}

fn polygon(parser: &mut Parser) -> Result<Polygon, FilterError> {
    let mut rings = many(parser, |parser| {
        let ring = LineString(many(parser, coordinate)?);
        if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
            return Err(parser.fault(&Matter::OpenRing));
        }
        Ok(ring)
    })?;
    let shell = rings.remove(0);
    Ok(Polygon::new(shell, rings))
}

/// Two to four numbers.
fn coordinate(parser: &mut Parser) -> Result<Coord, FilterError> {
    let (x, y) = (number(parser)?, number(parser)?);
    for _ in 0..2 {
        if matches!(parser.peek(), TokenKind::Number(_) | TokenKind::Symbol("+" | "-")) {
            number(parser)?;
        }
    }
    Ok(Coord { x, y })
}

fn number(parser: &mut Parser) -> Result<f64, FilterError> {
    let negative = !parser.takes("+") && parser.takes("-");
    let TokenKind::Number(number) = *parser.peek() else {
        return Err(parser.expected(&Matter::ACoordinate));
    };
    parser.step();
    Ok(if negative { -number } else { number })
}
