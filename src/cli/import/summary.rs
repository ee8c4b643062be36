//! What an import says at its end: what the file is, how many rows became what, why, and which.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::said::tenths;
use crate::cli::{Voice, tell};
use crate::collection::Collection;
use crate::exchange::frame::{Header, Passed};
use crate::exchange::import::ImportOutcome;
use crate::exchange::locate::Located;
use crate::exchange::mapping::Mapping;
use crate::exchange::report::{Sum, ToldRow};
use crate::texts::{Label, Tell, Told};

/// Sums that are shown; the report has every row.
const SHOWN: usize = 30;

/// A line of the summary.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Line<'a> {
    CoordinatesIn { crs: String, because: Label, swapped: bool },
    Units { units: Vec<String> },
    PassedOver { count: u64, reason: Label, line: Option<u64> },
    Reason { count: u64, line: u64, text: Told },
    MoreReasons { count: usize },
    Row { layer: Option<&'a str>, line: u64, status: &'a str, reasons: Told },
    NoPosition { pairs: &'a str, whole: &'a str, columns: Vec<&'a str> },
    LeftOver { columns: Vec<&'a str> },
    Changeset { changeset: i64, seconds: f64 },
    NothingWritten { seconds: f64 },
    NothingToChange { seconds: f64 },
}

impl Tell for Line<'_> {
    const FILE: &'static str = "imports";
}

/// What is known of an import before it begins.
#[derive(Debug)]
pub struct Summary<'a> {
    voice: &'a Voice,
    collection: Arc<Collection>,
    /// Where positions are looked for: pairs of columns, and columns with a whole position.
    pairs: String,
    whole: String,
}

impl<'a> Summary<'a> {
    /// The summary of an import by a mapping.
    pub fn of(mapping: &Mapping, voice: &'a Voice) -> Self {
        let (pairs, whole) = mapping.place_columns();
        let pairs = pairs.iter().map(|(x, y)| format!("{x}/{y}")).collect();
        let whole = whole.into_iter().map(str::to_owned).collect();
        Self { voice, collection: mapping.collection.clone(), pairs: some(pairs), whole: some(whole) }
    }

    /// Tells what came of it.
    pub fn tell(&self, outcome: &ImportOutcome, nothing_written: bool) {
        self.layer(&outcome.header, outcome.located.as_ref());
        outcome.further.iter().for_each(|(header, located)| self.layer(header, located.as_ref()));
        if !outcome.units.is_empty() {
            let units = outcome.units.iter().map(|(column, unit)| format!("{column}: {unit}")).collect();
            self.voice.tell(&Line::Units { units });
        }
        outcome.passed.iter().for_each(|passed| self.passed(passed));
        tell(format_args!("{}", outcome.counts.text(self.voice.language)));
        outcome.sums.iter().take(SHOWN).for_each(|sum| self.sum(sum));
        if let Some(count) = outcome.sums.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            self.voice.tell(&Line::MoreReasons { count });
        }
        outcome.faulty.iter().for_each(|row| self.row(row));
        if outcome.placeless > 0 && outcome.placeless + outcome.counts.skipped == outcome.counts.rows {
            let columns = outcome.header.columns.iter().map(|column| column.name.as_str()).collect();
            self.voice.tell(&Line::NoPosition { pairs: &self.pairs, whole: &self.whole, columns });
        }
        if !outcome.left_over.is_empty() {
            self.voice.tell(&Line::LeftOver { columns: outcome.left_over.iter().map(String::as_str).collect() });
        }
        let seconds = tenths(outcome.elapsed.as_secs_f64());
        self.voice.tell(&match outcome.changeset {
            Some(changeset) => Line::Changeset { changeset, seconds },
            None if nothing_written => Line::NothingWritten { seconds },
            None => Line::NothingToChange { seconds },
        });
    }

    /// What was found out about one layer.
    fn layer(&self, header: &Header, located: Option<&Located>) {
        match header.layer.as_deref().filter(|_| header.one_of_several) {
            Some(layer) => tell(format_args!("{}: {layer}", header.format)),
            None => tell(format_args!("{}", header.format)),
        }
        for remark in &header.remarks {
            tell(format_args!("  {}", remark.in_language(self.voice.language)));
        }
        if let Some(Located { crs, swapped_axes, because }) = located {
            let (crs, because) = (crs.to_string(), because.clone());
            self.voice.tell(&Line::CoordinatesIn { crs, because, swapped: *swapped_axes });
        }
    }

    /// Something that stands in the file and is not among its rows.
    fn passed(&self, Passed { reason, count, first }: &Passed) {
        self.voice.tell(&Line::PassedOver { count: *count, reason: reason.clone(), line: *first });
    }

    /// How often something was said, with the first time.
    fn sum(&self, Sum { count, line, first, .. }: &Sum) {
        let text = Told::verbatim(first.text(&self.collection, self.voice.language));
        self.voice.tell(&Line::Reason { count: *count, line: *line, text });
    }

    fn row(&self, ToldRow { layer, line, status, reasons }: &ToldRow) {
        let (layer, status) = (layer.as_deref(), status.label(self.voice.language));
        self.voice.tell(&Line::Row { layer, line: *line, status, reasons: Told::verbatim(reasons.clone()) });
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
