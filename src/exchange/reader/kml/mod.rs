//! KML 2.2 (OGC 12-007r2), placemark by placemark, as Google Earth, QGIS and ArcGIS write it.
//!
//! A placemark is small and read as a [`tree`]; the file is never in memory as a whole. Its columns are its extended data,
//! its name, the folder it lies in, and what the table of its [`description`] says. [`geometry`] makes its WKB.

mod description;
mod geometry;
mod tree;

use std::io::{BufReader, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value as Json};

use super::encoding::Encoding;
use super::input::Input;
use super::layers::Offer;
use super::xml::{cut_off, faulty};
use super::{ReadError, bad_geometry, check_rows};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};
use tree::Tree;

/// Deeper folders than this are damage.
const MAX_DEPTH: usize = 200;

/// A document or folder that is open.
struct Folder {
    /// Position among all of the file.
    nth: usize,
    name: Option<String>,
    is_document: bool,
}

/// What is met on the way through a file.
enum Met<'a> {
    Placemark(&'a Tree, &'a [Folder]),
    /// Something else that shows on a map.
    Other(&'static str),
    /// A folder ends.
    Folder(&'a Folder),
}

/// The folders, in their order; they are read together unless one is named.
pub fn offers(input: &Input, encoding: Option<Encoding>) -> Result<Vec<Offer>, ReadError> {
    let (mut folders, mut any) = (Vec::<(usize, String)>::new(), false);
    walk(input, encoding, &mut |met| {
        match met {
            Met::Folder(folder) => {
                folders.push((folder.nth, folder.name.clone().unwrap_or_else(|| input.stem())));
            }
            Met::Placemark(..) => any = true,
            Met::Other(_) => {}
        }
        Ok(())
    })?;
    if !any {
        return Ok(vec![Offer::aside(input.stem(), Label::new("ohne Ortsmarken", "without placemarks"))]);
    }
    if folders.is_empty() {
        return Ok(vec![Offer::part(input.stem())]);
    }
    folders.sort_by_key(|(nth, _)| *nth);
    Ok(folders.into_iter().map(|(_, name)| Offer::part(name)).collect())
}

/// Sends the placemarks of the chosen folders and of those within them, or all.
pub fn read<W: Write>(
    input: &Input,
    encoding: Option<Encoding>,
    chosen: Option<&[usize]>,
    header: Header,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    let format = if input.is_kmz() { "KMZ" } else { "KML" };
    writer.header(&Header {
        format: format.to_owned(),
        crs: Some("OGC:CRS84".to_owned()),
        crs_by_format: true,
        ..header
    })?;
    let mut nth = 0;
    walk(input, encoding, &mut |met| match met {
        Met::Placemark(placemark, folders) => {
            nth += 1;
            if chosen.is_none_or(|chosen| folders.iter().any(|folder| chosen.contains(&folder.nth))) {
                send(placemark, folders, nth, writer)
            } else {
                writer.pass(Label::new("Ortsmarke eines anderen Ordners", "placemark of another folder"), Some(nth));
                Ok(())
            }
        }
        // What the parts of a KMZ say of each other.
        Met::Other("NetworkLink") if format == "KMZ" => Ok(()),
        Met::Other(name) => {
            writer.pass(Label::new(format!("kein Ort, sondern {name}"), format!("no place, but {name}")), None);
            Ok(())
        }
        Met::Folder(_) => Ok(()),
    })
}

/// Goes through a file, part by part.
fn walk(
    input: &Input,
    encoding: Option<Encoding>,
    take: &mut dyn FnMut(Met<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut known = 0;
    input.parts().iter().try_for_each(|part| walk_part(part, encoding, &mut known, take))
}

/// Goes through one part; `known` counts the folders.
fn walk_part(
    input: &Input,
    encoding: Option<Encoding>,
    known: &mut usize,
    take: &mut dyn FnMut(Met<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let (text, _) = input.text(encoding)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(256 << 10, text));
    let (mut buffer, mut folders, mut depth, mut begun) = (Vec::new(), Vec::<Folder>::new(), 0usize, false);
    // The element around the one that begins, to know whose name is read.
    let mut around: Vec<Kind> = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| faulty("KML", &error))? {
            Event::Start(tag) => {
                let kind = kind(&tag);
                if depth == 0 && kind == Kind::Unknown {
                    return Err(not_kml());
                }
                match kind {
                    Kind::Placemark => {
                        let placemark = tree::read(&mut reader, &tag.into_owned())?;
                        take(Met::Placemark(&placemark, &folders))?;
                        continue;
                    }
                    Kind::Name if matches!(around.last(), Some(Kind::Folder | Kind::Document)) => {
                        let name = tree::read(&mut reader, &tag.into_owned())?.text();
                        if let Some(folder) = folders.last_mut() {
                            folder.name = Some(name);
                        }
                        continue;
                    }
                    Kind::Folder | Kind::Document => {
                        folders.push(Folder { nth: *known, name: None, is_document: kind == Kind::Document });
                        *known += 1;
                    }
                    Kind::Other(name) => take(Met::Other(name))?,
                    _ => {}
                }
                around.push(kind);
                begun = true;
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(faulty("KML", &"too many elements within each other"));
                }
            }
            Event::Empty(tag) => match kind(&tag) {
                Kind::Unknown if depth == 0 => return Err(not_kml()),
                Kind::Placemark => take(Met::Placemark(&Tree::default(), &folders))?,
                _ => {}
            },
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if matches!(around.pop(), Some(Kind::Folder | Kind::Document))
                    && let Some(folder) = folders.pop()
                {
                    take(Met::Folder(&folder))?;
                }
            }
            Event::Eof if depth > 0 => return Err(cut_off()),
            Event::Eof if !begun => return Err(not_kml()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Kml,
    Document,
    Folder,
    Placemark,
    Name,
    Other(&'static str),
    Unknown,
}

fn kind(tag: &BytesStart<'_>) -> Kind {
    match tag.local_name().as_ref() {
        "kml" => Kind::Kml,
        "Document" => Kind::Document,
        "Folder" => Kind::Folder,
        "Placemark" => Kind::Placemark,
        "name" => Kind::Name,
        "NetworkLink" => Kind::Other("NetworkLink"),
        "GroundOverlay" => Kind::Other("GroundOverlay"),
        "PhotoOverlay" => Kind::Other("PhotoOverlay"),
        _ => Kind::Unknown,
    }
}

fn not_kml() -> ReadError {
    ReadError::refused(
        "Die Datei lässt sich nicht als KML lesen: Ihr äußerstes Element ist nicht <kml>",
        "the file cannot be read as KML: its outermost element is not <kml>",
    )
}

fn send<W: Write>(
    placemark: &Tree,
    folders: &[Folder],
    nth: u64,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    check_rows(writer.rows())?;
    let row = serde_json::to_vec(&columns(placemark, folders)).map_err(std::io::Error::from)?;
    match geometry::wkb(placemark) {
        Ok(wkb) => writer.row(nth, &wkb, &row)?,
        Err(reason) => writer.bad(nth, &bad_geometry(&reason))?,
    }
    Ok(())
}

/// The columns of a placemark. What stands earlier here goes before what comes later.
fn columns(placemark: &Tree, folders: &[Folder]) -> Map<String, Json> {
    let mut columns = Map::new();
    let mut add = |name: &str, value: String| {
        let is_known = columns.keys().any(|known: &String| known.eq_ignore_ascii_case(name));
        if !value.trim().is_empty() && !name.trim().is_empty() && !is_known {
            columns.insert(name.trim().to_owned(), Json::String(value.trim().to_owned()));
        }
    };
    for data in placemark.all("ExtendedData").flat_map(|data| data.children()) {
        match data.name() {
            "Data" => {
                let name = data.attribute("name").unwrap_or_else(|| data.child_text("displayName"));
                add(&name, data.child_text("value"));
            }
            "SchemaData" => {
                data.all("SimpleData").for_each(|data| add(&data.attribute("name").unwrap_or_default(), data.text()));
            }
            _ => {}
        }
    }
    let described = description::read(&placemark.child_text("description"));
    described.columns.iter().for_each(|(name, value)| add(name, value.clone()));
    add("description", described.text);
    for name in ["address", "phoneNumber", "when", "begin", "end"] {
        add(name, placemark.find(name).map(Tree::text).unwrap_or_default());
    }
    let named = folders.iter().filter(|folder| !folder.is_document).filter_map(|folder| folder.name.clone());
    let names: Vec<String> = named.collect();
    add("folder", names.last().cloned().unwrap_or_default());
    if names.len() > 1 {
        add("folders", names.join(" / "));
    }
    let name = placemark.child_text("name");
    if !is_a_copy(&name, placemark, &columns)
        && !columns.keys().any(|known| known.eq_ignore_ascii_case("name"))
        && !name.trim().is_empty()
    {
        columns.insert("name".to_owned(), Json::String(name.trim().to_owned()));
    }
    columns
}

/// A name is what the map shows. Where it is a copy of another column, or the placemark is one of ours, which has all it has
/// in its columns, it says nothing of its own.
fn is_a_copy(name: &str, placemark: &Tree, columns: &Map<String, Json>) -> bool {
    let is_ours = placemark
        .attribute("id")
        .zip(columns.get("id").and_then(Json::as_str))
        .is_some_and(|(mark, id)| mark == format!("f{id}"));
    is_ours || columns.iter().any(|(column, value)| column != "folder" && value.as_str() == Some(name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::frame::{Passed, ReaderMessage, read_frame};
    use crate::exchange::reader::Format;
    use crate::exchange::reader::input::Files;
    use crate::exchange::reader::layers::choose;

    const POINT: &str = "<Point><coordinates>11.46,53.89,0</coordinates></Point>";

    fn kml(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>D</name>{inner}</Document></kml>"
        )
    }

    #[test]
    fn labels_with_umlauts_and_folders_are_columns_and_a_copied_name_is_none() {
        let text = kml(&format!(
            "<Folder><name>Süd</name><Placemark><name>7</name><ExtendedData><Data name=\"Zustand geprüft am\"><value>1 &amp; 2</value></Data>\
             <SchemaData><SimpleData name=\"Nummer\">7</SimpleData></SchemaData></ExtendedData>{POINT}</Placemark></Folder>\
             <Placemark><name>8</name>{POINT}</Placemark><NetworkLink/><GroundOverlay></GroundOverlay>"
        ));
        let (all, passed) = rows(&text, None);
        assert_eq!(
            all,
            [
                (1, 21, r#"{"Zustand geprüft am":"1 & 2","Nummer":"7","folder":"Süd"}"#.to_owned()),
                (2, 21, r#"{"name":"8"}"#.to_owned())
            ]
        );
        assert_eq!(passed.len(), 1);
        let (south, passed) = rows(&text, Some("Süd"));
        assert_eq!((south.len(), passed[0].count), (1, 1));
    }

    #[test]
    fn a_placemark_without_a_place_is_a_row_and_one_with_a_wrong_place_a_fault() {
        let text = kml(
            "<Placemark><name>a</name></Placemark><Placemark><Point><coordinates>x,y</coordinates></Point></Placemark>",
        );
        let (rows, _) = rows(&text, None);
        assert_eq!(rows[0], (1, 0, r#"{"name":"a"}"#.to_owned()));
        assert!(rows[1].2.contains("geometry"), "{rows:?}");
    }

    fn rows(text: &str, layer: Option<&str>) -> (Vec<(u64, usize, String)>, Vec<Passed>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.kml");
        std::fs::write(&file, text).expect("written");
        let input = Files::of(&file, Format::Kml).expect("a file").inputs.remove(0);
        let offers = [offers(&input, None).expect("folders")];
        let chosen = choose(&offers, layer).expect("a choice");
        let chosen = (chosen[0].len() < offers[0].len()).then_some(chosen[0].as_slice());
        let mut out = Vec::new();
        let mut writer = FrameWriter::new(&mut out);
        read(&input, None, chosen, Header::default(), &mut writer).expect("placemarks");
        writer.end().expect("written");
        let (mut input, mut rows, mut passed) = (out.as_slice(), Vec::new(), Vec::new());
        while let Some(frame) = read_frame(&mut input).expect("frames") {
            match frame {
                ReaderMessage::Row(row) => {
                    rows.push((row.line, row.wkb.len(), String::from_utf8(row.attributes).expect("text")));
                }
                ReaderMessage::Bad { line, reason } => rows.push((line, 0, reason.en)),
                ReaderMessage::End(ending) => passed = ending.passed,
                _ => {}
            }
        }
        (rows, passed)
    }
}
