//! GeoJSON, feature by feature: the file is never in memory as a whole.
//!
//! A [`Scanner`] cuts the file into the members of the outermost object and the elements of `features`; only such a piece
//! is parsed. It reads feature collections, single features and
//! sequences of features (one after the other, with or without record separators, RFC 8142).

use std::io::{Read, Write};

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::encoding::Encoding;
use super::input::Input;
use super::scanner::{Scanner, cut_off, not_geojson};
use super::{ReadError, bad_geometry, check_rows};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};
use crate::exchange::remark::geometry_fault;
use crate::feature::geometry::read_geojson;

pub fn read<W: Write>(
    input: &Input,
    encoding: Option<Encoding>,
    header: Header,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    let crs = named_crs(input)?;
    let (text, found) = input.text(encoding)?;
    let header = Header {
        // It is UTF-8 by its definition (RFC 8259, section 8.1); a writer that did not know is worth telling.
        format: if found.encoding == Encoding::Utf8 {
            "GeoJSON".to_owned()
        } else {
            format!("GeoJSON ({})", found.name())
        },
        crs_by_format: crs.is_none(),
        crs: Some(crs.unwrap_or_else(|| "OGC:CRS84".to_owned())),
        ..header
    };
    writer.header(&header)?;
    let mut scanner = Scanner::new(text)?;
    let mut piece = Vec::new();
    let mut wkb = Vec::new();
    let mut any = false;
    while let Some(first) = scanner.skip_space(b"\x1e,")? {
        if first != b'{' {
            return Err(not_geojson(&scanner));
        }
        any = true;
        collection_or_feature(&mut scanner, &mut piece, &mut wkb, writer)?;
    }
    if any { Ok(()) } else { Err(not_geojson(&scanner)) }
}

/// The `crs` member of the 2008 form of GeoJSON, wherever in the file it stands before the features.
fn named_crs(input: &Input) -> Result<Option<String>, ReadError> {
    let mut head = Vec::new();
    input.open()?.take(64 << 10).read_to_end(&mut head).map_err(ReadError::unreadable)?;
    let text = String::from_utf8_lossy(&head);
    let before_features = text.split("\"features\"").next().unwrap_or_default();
    let Some((_, rest)) = before_features.split_once("\"crs\"") else { return Ok(None) };
    let named = rest.split_once("\"name\"").and_then(|(_, after)| {
        // Either "type": "name" or the name itself: the one after "properties" is meant.
        let after = after.split_once("\"name\"").map_or(after, |(_, deeper)| deeper);
        after.split('"').nth(1).map(str::to_owned)
    });
    Ok(named)
}

/// One object at the top of the file: a collection whose features are sent one by one, or a feature.
fn collection_or_feature<W: Write>(
    scanner: &mut Scanner,
    piece: &mut Vec<u8>,
    wkb: &mut Vec<u8>,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    // What the members other than `features` say is kept, for a feature is an object like the collection.
    let mut object = vec![b'{'];
    let mut had_features = false;
    scanner.expect(b'{')?;
    loop {
        match scanner.skip_space(b",")? {
            Some(b'}') => break,
            Some(b'"') => {}
            Some(_) => return Err(not_geojson(scanner)),
            None => return Err(cut_off(scanner)),
        }
        piece.clear();
        scanner.value(piece)?;
        let is_features = piece == b"\"features\"";
        if object.len() > 1 {
            object.push(b',');
        }
        object.extend_from_slice(piece);
        object.push(b':');
        scanner.skip_space(b"")?;
        scanner.expect(b':')?;
        if is_features && scanner.skip_space(b"")? == Some(b'[') {
            had_features = true;
            object.extend_from_slice(b"[]");
            features(scanner, piece, wkb, writer)?;
        } else {
            piece.clear();
            scanner.skip_space(b"")?;
            scanner.value(piece)?;
            object.extend_from_slice(piece);
        }
    }
    scanner.expect(b'}')?;
    object.push(b'}');
    if had_features {
        return Ok(());
    }
    match serde_json::from_slice::<Kind>(&object) {
        Ok(Kind { kind: Some(kind) }) if kind == "Feature" => feature(&object, wkb, writer),
        _ => Err(not_geojson(scanner)),
    }
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: Option<String>,
}

fn features<W: Write>(
    scanner: &mut Scanner,
    piece: &mut Vec<u8>,
    wkb: &mut Vec<u8>,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    scanner.expect(b'[')?;
    loop {
        match scanner.skip_space(b",")? {
            Some(b']') => return scanner.expect(b']'),
            None => return Err(cut_off(scanner)),
            Some(_) => {
                piece.clear();
                scanner.value(piece)?;
                feature(piece, wkb, writer)?;
            }
        }
    }
}

#[derive(Deserialize)]
struct RawFeature<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    geometry: Option<Json>,
}

/// Sends one feature, which is given as text.
pub fn feature<W: Write>(json: &[u8], wkb: &mut Vec<u8>, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
    let line = writer.rows() + 1;
    check_rows(line)?;
    let raw: RawFeature<'_> = match serde_json::from_slice(json) {
        Ok(raw) => raw,
        Err(error) => {
            let reason = Label::new(
                format!("Das Objekt ist kein gültiges JSON: {error}"),
                format!("the feature is not valid JSON: {error}"),
            );
            return Ok(writer.bad(line, &reason)?);
        }
    };
    wkb.clear();
    if let Some(geometry) = raw.geometry.filter(|geometry| !geometry.is_null()) {
        match read_geojson(&geometry, false) {
            Ok(geometry) => {
                wkb::writer::write_geometry(wkb, &geometry, &wkb::writer::WriteOptions::default())
                    .map_err(ReadError::unreadable)?;
            }
            Err(error) => return Ok(writer.bad(line, &bad_geometry(&geometry_fault(&error.fault)))?),
        }
    }
    let properties = raw.properties.map(|raw| raw.get().trim()).filter(|text| text.starts_with('{')).unwrap_or("{}");
    match raw.id {
        // The id of a feature is a column like the others, unless the properties have one of that name.
        Some(id) if !properties.contains("\"id\"") && id.get() != "null" => {
            let inner = properties[1..].trim_start();
            let comma = if inner.starts_with('}') { "" } else { "," };
            writer.row(line, wkb, format!("{{\"id\":{}{comma}{inner}", id.get()).as_bytes())?;
        }
        _ => writer.row(line, wkb, properties.as_bytes())?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::frame::{ReaderMessage, read_frame};
    use crate::exchange::reader::Format;
    use crate::exchange::reader::input::Files;

    fn frames(text: &str) -> Result<Vec<ReaderMessage>, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let input = Files::of(file.path(), Format::GeoJson).expect("a file").inputs.remove(0);
        let mut bytes = Vec::new();
        let mut writer = FrameWriter::new(&mut bytes);
        read(&input, None, Header::default(), &mut writer).map_err(|error| error.to_string())?;
        let mut input = bytes.as_slice();
        Ok(std::iter::from_fn(|| read_frame(&mut input).expect("frames")).collect())
    }

    fn rows(text: &str) -> Vec<String> {
        let frames = frames(text).expect("rows");
        frames
            .iter()
            .filter_map(|f| {
                if let ReaderMessage::Row(row) = f {
                    Some(String::from_utf8_lossy(&row.attributes).into())
                } else {
                    None
                }
            })
            .collect()
    }

    #[test]
    fn collections_features_and_sequences_are_read() {
        let a =
            r#"{"type":"Feature","id":"x\"1","properties":{"a":"}]"},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
        let b = r#"{"type":"Feature","properties":null,"geometry":null}"#;
        let expected = vec![r#"{"id":"x\"1","a":"}]"}"#.to_owned(), "{}".to_owned()];
        assert_eq!(
            rows(&format!(r#" {{"type":"FeatureCollection","n":3 ,"features":[{a} , {b}], "z":[1,{{}}]}} "#)),
            expected
        );
        assert_eq!(rows(&format!("{a}\n{b}\n")), expected);
        assert_eq!(rows(a), expected[..1]);
    }

    #[test]
    fn a_file_that_is_cut_or_something_else_is_one_clear_error() {
        assert!(
            frames(r#"{"type":"FeatureCollection","features":[{"type":"Fea"#)
                .expect_err("cut")
                .contains("not sent completely")
        );
        assert!(frames("id;x;y\n1;2;3\n").expect_err("csv").contains("not GeoJSON"));
        assert!(frames(r#"{"type":"Topology"}"#).expect_err("topology").contains("not GeoJSON"));
    }

    #[test]
    fn the_crs_of_old_geojson_is_found() {
        let text = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25833"}},"features":[]}"#;
        let Ok(Some(ReaderMessage::Header(header))) = frames(text).map(|frames| frames.into_iter().next()) else {
            panic!("a header")
        };
        assert_eq!((header.crs.as_deref(), header.crs_by_format), (Some("urn:ogc:def:crs:EPSG::25833"), false));
    }
}
