//! Our tiles through a reader that others wrote: what it understands must be what ours understands, or encoder and decoder
//! could be wrong in the same way.

use fast_mvt::{MvtFeatureRef, MvtGeometry, MvtReaderRef, MvtValueRef};
use geo::CoordsIter;

use super::super::mvt::decode::{Feature, Value};
use super::super::mvt::{self, Kind};

/// Fails unless both readers find the same layers, features, properties and positions in a tile.
pub fn assert_read_alike(bytes: &[u8], ours: &mvt::Tile<'_>) {
    let theirs = MvtReaderRef::new(bytes).expect("a tile to others");
    assert_eq!(theirs.layer_count(), ours.layers.len());
    for (their, our) in theirs.layers().zip(&ours.layers) {
        assert_eq!((their.name(), their.extent(), their.version()), (our.name, our.extent, 2));
        assert_eq!(their.feature_count(), our.features().len());
        for (their, our) in their.features().zip(our.features()) {
            assert_eq!(their.id(), our.id());
            assert_eq!(their_properties(their), our.properties().collect::<Vec<_>>());
            assert_eq!(their_positions(their), our_positions(our));
        }
    }
}

fn their_properties(feature: MvtFeatureRef<'_>) -> Vec<(&str, Value<'_>)> {
    let read = feature.properties_vec().expect("properties to others");
    read.into_iter().map(|(key, value)| (key, as_ours(value))).collect()
}

fn as_ours(value: MvtValueRef<'_>) -> Value<'_> {
    match value {
        MvtValueRef::String(text) => Value::Text(text),
        MvtValueRef::Float(number) => Value::Float(number.into()),
        MvtValueRef::Double(number) => Value::Float(number),
        MvtValueRef::Int(number) | MvtValueRef::SInt(number) => Value::Integer(number),
        MvtValueRef::UInt(number) => i64::try_from(number).map_or(Value::Unsigned(number), Value::Integer),
        MvtValueRef::Bool(truth) => Value::Bool(truth),
        MvtValueRef::Null => unreachable!("no writer of ours knows null"),
    }
}

fn their_positions(feature: MvtFeatureRef<'_>) -> (Kind, Vec<[i32; 2]>) {
    let geometry = feature.geometry().expect("a geometry to others");
    let kind = match &geometry {
        MvtGeometry::Point(_) | MvtGeometry::MultiPoint(_) => Kind::Point,
        MvtGeometry::LineString(_) | MvtGeometry::MultiLineString(_) => Kind::Line,
        MvtGeometry::Polygon(_) | MvtGeometry::MultiPolygon(_) => Kind::Polygon,
        other => unreachable!("no tile holds {other:?}"),
    };
    (kind, geometry.coords_iter().map(|at| [at.x, at.y]).collect())
}

/// Rings closed, as others give them.
fn our_positions(feature: Feature<'_, '_>) -> (Kind, Vec<[i32; 2]>) {
    let geometry = feature.geometry();
    let mut positions = Vec::new();
    for part in geometry.parts() {
        positions.extend_from_slice(part);
        positions.extend((geometry.kind == Kind::Polygon).then(|| part[0]));
    }
    (geometry.kind, positions)
}
