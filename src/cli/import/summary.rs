//! What an import says at its end, in German or English: what the file is, how many rows became what, why, and which.

use std::sync::Arc;

use crate::cli::tell;
use crate::collection::{Collection, Language};
use crate::exchange::frame::{Header, Passed};
use crate::exchange::import::ImportOutcome;
use crate::exchange::locate::Located;
use crate::exchange::mapping::Mapping;
use crate::exchange::report::{Sum, ToldRow};

/// Sums that are shown; the report has every row.
const SHOWN: usize = 30;

/// What is known of an import before it begins.
#[derive(Debug)]
pub struct Summary {
    language: Language,
    collection: Arc<Collection>,
    /// Where positions are looked for: pairs of columns, and columns with a whole position.
    pairs: String,
    whole: String,
}

impl Summary {
    /// The summary of an import by a mapping.
    pub fn of(mapping: &Mapping, language: Language) -> Self {
        let (pairs, whole) = mapping.place_columns();
        let pairs = pairs.iter().map(|(x, y)| format!("{x}/{y}")).collect();
        let whole = whole.into_iter().map(str::to_owned).collect();
        Self { language, collection: mapping.collection.clone(), pairs: some(pairs), whole: some(whole) }
    }

    /// Tells what came of it.
    pub fn tell(&self, outcome: &ImportOutcome, nothing_written: bool) {
        self.layer(&outcome.header, outcome.located.as_ref());
        outcome.further.iter().for_each(|(header, located)| self.layer(header, located.as_ref()));
        if !outcome.units.is_empty() {
            let units: Vec<String> = outcome.units.iter().map(|(column, unit)| format!("{column}: {unit}")).collect();
            self.say(
                &format!("Einheiten nach dem Kopf: {}", units.join(", ")),
                &format!("units by the head: {}", units.join(", ")),
            );
        }
        outcome.passed.iter().for_each(|passed| self.passed(passed));
        tell(format_args!("{}", outcome.counts.text(self.language)));
        outcome.sums.iter().take(SHOWN).for_each(|sum| self.sum(sum));
        if let Some(more) = outcome.sums.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            self.say(
                &format!("  … und {more} weitere Gründe: --report"),
                &format!("  … and {more} more reasons: --report"),
            );
        }
        outcome.faulty.iter().for_each(|row| self.row(row));
        if outcome.placeless > 0 && outcome.placeless + outcome.counts.skipped == outcome.counts.rows {
            self.looked_for(&outcome.header);
        }
        if !outcome.left_over.is_empty() {
            let columns = outcome.left_over.join(", ");
            self.say(
                &format!("nicht verwendete Spalten: {columns}"),
                &format!("columns nothing was taken from: {columns}"),
            );
        }
        let seconds = outcome.elapsed.as_secs_f64();
        let (de, en) = match outcome.changeset {
            Some(changeset) => (format!("Änderungssatz {changeset}"), format!("changeset {changeset}")),
            None if nothing_written => ("nichts geschrieben".to_owned(), "nothing was written".to_owned()),
            None => ("nichts zu ändern".to_owned(), "nothing to change".to_owned()),
        };
        self.say(&format!("{de}, {seconds:.1} s"), &format!("{en}, {seconds:.1} s"));
    }

    fn say(&self, de: &str, en: &str) {
        tell(format_args!("{}", if self.language == Language::De { de } else { en }));
    }

    /// What was found out about one layer.
    fn layer(&self, header: &Header, located: Option<&Located>) {
        match header.layer.as_deref().filter(|_| header.one_of_several) {
            Some(layer) => tell(format_args!("{}: {layer}", header.format)),
            None => tell(format_args!("{}", header.format)),
        }
        for remark in &header.remarks {
            tell(format_args!("  {}", remark.in_language(self.language)));
        }
        if let Some(Located { crs, swapped_axes, because }) = located {
            let (de, en) = if *swapped_axes { (", Achsen vertauscht", ", axes swapped") } else { ("", "") };
            self.say(
                &format!("Koordinaten in {crs} ({}{de})", because.de),
                &format!("coordinates in {crs} ({}{en})", because.en),
            );
        }
    }

    /// Something that stands in the file and is not among its rows.
    fn passed(&self, Passed { reason, count, first }: &Passed) {
        let (de, en) = match first {
            None => (String::new(), String::new()),
            Some(line) if *count == 1 => (format!(" (Zeile {line})"), format!(" (line {line})")),
            Some(line) => (format!(" (zuerst Zeile {line})"), format!(" (first on line {line})")),
        };
        self.say(
            &format!("{count} nicht übernommen: {}{de}", reason.de),
            &format!("{count} passed over: {}{en}", reason.en),
        );
    }

    /// How often something was said, with the first time.
    fn sum(&self, Sum { count, line, first, .. }: &Sum) {
        let text = first.text(&self.collection, self.language);
        let (de, en) = match count {
            1 => ("in Zeile", "on line"),
            _ => ("zuerst in Zeile", "first on line"),
        };
        self.say(&format!("  {count} × {de} {line}: {text}"), &format!("  {count} × {en} {line}: {text}"));
    }

    fn row(&self, ToldRow { layer, line, status, reasons }: &ToldRow) {
        let layer = layer.as_ref().map_or_else(String::new, |layer| format!("{layer}, "));
        let status = status.label(self.language);
        self.say(
            &format!("  {layer}Zeile {line}: {status}: {reasons}"),
            &format!("  {layer}line {line}: {status}: {reasons}"),
        );
    }

    /// Where a position was looked for, when no row has one.
    fn looked_for(&self, header: &Header) {
        let columns: Vec<&str> = header.columns.iter().map(|column| column.name.as_str()).collect();
        let (Self { pairs, whole, .. }, columns) = (self, columns.join(", "));
        self.say(
            &format!(
                "Keine Zeile hat eine Lage. Gesucht wurde: eine Geometrie der Datei selbst; ein Spaltenpaar ({pairs}) mit \
                 Metern oder mit Grad in jeder Schreibweise; eine Spalte ({whole}) mit WKT, GeoJSON, UTMREF oder einem \
                 Zahlenpaar. Die Datei hat die Spalten: {columns}. In einem Mapping nennen x und y oder at die richtigen."
            ),
            &format!(
                "no row has a position. Looked for: a geometry of the file itself; a pair of columns ({pairs}) with metres, \
                 or degrees in any notation; one column ({whole}) with WKT, GeoJSON, UTMREF or a pair of numbers. The file \
                 has the columns: {columns}. In a mapping, x and y or at name the right ones."
            ),
        );
    }
}

/// The names of a list that are one word; the others are ways to write them.
fn some(names: Vec<String>) -> String {
    let is_one_word = |name: &&String| name.chars().all(|c| c.is_alphabetic() || c == '/');
    let words: Vec<&str> = names.iter().filter(is_one_word).map(String::as_str).collect();
    if names.len() == 1 {
        return names.concat();
    }
    let more = if words.len() < names.len() { ", …" } else { "" };
    format!("{}{more}", words.join(", "))
}
