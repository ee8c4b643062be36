//! Kerning of the letters that German names are written with: the pairs of the table `GPOS` (OpenType 1.9, lookup type 2),
//! or of the older `kern`.

use std::collections::HashMap;

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::opentype_layout::LookupIndex;
use ttf_parser::{Face, GlyphId, Tag};

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜäöüßéèó0123456789.,-–/'’ ";

/// Units by which pairs are moved together (negative) or apart.
pub fn read(face: &Face<'_>, glyph: impl Fn(char) -> Option<GlyphId>) -> HashMap<(u16, u16), f32> {
    let letters: Vec<GlyphId> = LETTERS.chars().filter_map(glyph).collect();
    let tables = pair_tables(face);
    let mut pairs = HashMap::new();
    for left in &letters {
        for right in &letters {
            let units =
                tables.iter().find_map(|table| of_pair(table, *left, *right)).or_else(|| older(face, *left, *right));
            if let Some(units) = units.filter(|units| *units != 0) {
                pairs.insert((left.0, right.0), f32::from(units));
            }
        }
    }
    pairs
}

/// The tables of the feature `kern`.
fn pair_tables<'f>(face: &Face<'f>) -> Vec<PairAdjustment<'f>> {
    let Some(positions) = face.tables().gpos else { return Vec::new() };
    let mut lookups: Vec<LookupIndex> = Vec::new();
    for feature in positions.features.into_iter().filter(|feature| feature.tag == Tag::from_bytes(b"kern")) {
        lookups.extend(feature.lookup_indices);
    }
    lookups.sort_unstable();
    lookups.dedup();
    let lookups = lookups.into_iter().filter_map(|index| positions.lookups.get(index));
    let tables = lookups.flat_map(|lookup| lookup.subtables.into_iter::<PositioningSubtable<'_>>());
    tables.filter_map(|table| if let PositioningSubtable::Pair(table) = table { Some(table) } else { None }).collect()
}

fn of_pair(table: &PairAdjustment<'_>, left: GlyphId, right: GlyphId) -> Option<i16> {
    let place = table.coverage().get(left)?;
    match table {
        PairAdjustment::Format1 { sets, .. } => Some(sets.get(place)?.get(right)?.0.x_advance),
        PairAdjustment::Format2 { classes, matrix, .. } => {
            let (first, _) = matrix.get((classes.0.get(left), classes.1.get(right)))?;
            // A class without an adjustment leaves the pair to the next table.
            Some(first.x_advance).filter(|units| *units != 0)
        }
    }
}

fn older(face: &Face<'_>, left: GlyphId, right: GlyphId) -> Option<i16> {
    let tables = face.tables().kern?.subtables;
    tables.into_iter().filter(|table| table.horizontal).find_map(|table| table.glyphs_kerning(left, right))
}
