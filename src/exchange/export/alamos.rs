//! The hydrant file of Alamos (FE2, AM): `Y-Koordinate;X-Koordinaten;Anzeigetext;Typ;Durchfluss;Kategorie`.
//!
//! As a community exporter for it writes it (2022; no public description by the maker is known): semicolons, ASCII, the
//! first column is the LONGITUDE in spite of its name, the type is O (above ground) or U (underground) and nothing else,
//! the flow is in l/min, the category 24, 48 or 96 m³/h. What is neither (ponds, tanks, wall hydrants) has no place in the file and
//! is counted.

use std::io::Write;

use super::markup::title;
use super::table::decimal;
use super::{ExportError, Selection, Written};
use crate::collection::encode::plain_text;
use crate::exchange::guard;
use crate::feature::{Geometry, Value};
use crate::index::Stored;

pub fn write(selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    out.write_all(b"Y-Koordinate;X-Koordinaten;Anzeigetext;Typ;Durchfluss;Kategorie\r\n")?;
    let mut written = Written::default();
    selection.each(|stored, geometry| {
        let (Some(kind), Some(Geometry::Point(at))) = (kind(selection, stored), geometry) else {
            written.absent += 1;
            return Ok(());
        };
        let (flow, category) = flow(selection, stored);
        let text = ascii(&guard::put(&label(selection, stored)));
        let (lon, lat) = (decimal(at.x(), 7), decimal(at.y(), 7));
        written.features += 1;
        Ok(write!(out, "{lon};{lat};{text};{kind};{flow};{category}\r\n")?)
    })?;
    Ok(written)
}

fn kind(selection: &Selection, stored: &Stored) -> Option<char> {
    let collection = selection.collection();
    let property = collection.property("kind").filter(|_| collection.name == "hydrants")?;
    match plain_text(property, stored.row().get(collection.position("kind")?)).as_str() {
        "pillar" => Some('O'),
        "underground" => Some('U'),
        _ => None,
    }
}

/// Number or kind, and the diameter of the main: what a crew reads first.
fn label(selection: &Selection, stored: &Stored) -> String {
    let main = selection.collection().position("main_diameter").map_or(Value::Null, |k| stored.row().get(k));
    match main {
        Value::Integer(diameter) => format!("{} DN{diameter}", title(selection, stored)),
        _ => title(selection, stored),
    }
}

/// Flow in l/min and category; without a flow the category follows the main, as the exporter for it does: above DN 100
/// 96 m³/h, above DN 80 48, else 24.
fn flow(selection: &Selection, stored: &Stored) -> (String, &'static str) {
    let get = |name| selection.collection().position(name).and_then(|k| stored.row().get(k).as_integer());
    match (get("flow_rate"), get("main_diameter")) {
        (Some(flow), _) => (
            flow.to_string(),
            if flow >= 1600 {
                "96"
            } else if flow >= 800 {
                "48"
            } else {
                "24"
            },
        ),
        (None, Some(main)) => (
            String::new(),
            if main > 100 {
                "96"
            } else if main > 80 {
                "48"
            } else {
                "24"
            },
        ),
        (None, None) => (String::new(), "24"),
    }
}

/// Text in ASCII, without what separates columns and rows.
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ';' => out.push(','),
            ' '..='~' => out.push(c),
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'Ä' => out.push_str("Ae"),
            'Ö' => out.push_str("Oe"),
            'Ü' => out.push_str("Ue"),
            'ß' => out.push_str("ss"),
            'á' | 'à' | 'â' | 'å' | 'ą' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => out.push('e'),
            'í' | 'ì' | 'î' => out.push('i'),
            'ó' | 'ò' | 'ô' | 'ø' => out.push('o'),
            'ú' | 'ù' | 'û' => out.push('u'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ñ' | 'ń' => out.push('n'),
            'ł' => out.push('l'),
            'š' | 'ś' => out.push('s'),
            'ž' | 'ź' | 'ż' => out.push('z'),
            '–' | '—' => out.push('-'),
            '²' => out.push('2'),
            '³' => out.push('3'),
            c if c.is_whitespace() || c.is_control() => out.push(' '),
            _ => out.push('?'),
        }
    }
    out
}
