//! Rows and columns of the report.

use super::words::{Words, whole};
use crate::collection::Language;
use crate::print::sheet::pen::{BLACK, GREY, LIGHT, Letters, Pen, Weight};
use crate::supply::answers::{SupplyCount, SupplyPlaces, SupplySummary, SupplyTally};

/// Height of a row, points.
pub const ROW: f32 = 15.0;
const SIZE: f32 = 8.5;
/// Of the first columns of each table, points; the others share what is left.
const WIDE: f32 = 150.0;

/// A table that may go over several pages: a head, rows, and how wide the columns are. Texts stand left, numbers right.
pub struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    widths: Vec<f32>,
    /// Columns from this one on are numbers.
    numbers: usize,
    /// The last rows, which are sums.
    sums: usize,
}

/// The counts by municipality.
pub fn of_municipalities(summary: &SupplySummary, words: &Words, language: Language, width: f32) -> Table {
    let of = |what: &str| words.verdicts.iter().map(move |verdict| format!("{what} {verdict}")).collect::<Vec<_>>();
    let mut head = vec![words.municipality.to_owned()];
    head.extend(of(words.buildings));
    head.extend(of(words.people));
    let row = |name: &str, tally: &SupplyTally| {
        let of = |it: SupplyCount| [it.supplied, it.too_little, it.none, it.unknown];
        let numbers = of(tally.buildings).into_iter().chain(of(tally.people));
        std::iter::once(name.to_owned()).chain(numbers.map(|number| whole(number, language))).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = summary.municipalities.iter().map(|it| row(&it.name, &it.tally)).collect();
    rows.push(row(words.elsewhere, &summary.elsewhere));
    rows.push(row(words.all, &summary.total));
    let rest = (width - WIDE) / 8.0;
    let widths = std::iter::once(WIDE).chain([rest; 8]).collect();
    Table { head, rows, widths, numbers: 1, sums: 2 }
}

/// The places for tanks.
pub fn of_places(places: &SupplyPlaces, words: &Words, language: Language, width: f32) -> Table {
    let row = |site: &crate::supply::answers::SupplySite| {
        let place = site.near.clone().or_else(|| site.utmref.clone()).unwrap_or_default();
        let municipality = site.municipality.clone().unwrap_or_default();
        let numbers = [site.buildings, site.people, site.buildings_so_far].map(|number| whole(number, language));
        [site.rank.to_string(), place, municipality].into_iter().chain(numbers).collect()
    };
    let rest = (width - 36.0 - WIDE * 1.2 - 110.0) / 3.0;
    Table {
        head: words.tank_columns.map(str::to_owned).to_vec(),
        rows: places.places.iter().map(row).collect(),
        widths: vec![36.0, WIDE * 1.2, 110.0, rest, rest, rest],
        numbers: 3,
        sums: 0,
    }
}

impl Table {
    /// Draws the head and as many rows from `from` on as fit into so many points; gives the row that comes next.
    pub fn draw(&self, pen: &mut Pen<'_, '_>, from: usize, [x, y]: [f32; 2], height: f32) -> usize {
        let width: f32 = self.widths.iter().sum();
        let lines = self.heads(pen.letters);
        let head = 4.0 + 9.5 * lines.iter().map(Vec::len).max().unwrap_or(1) as f32;
        pen.block([x, y, width, head], LIGHT, 1.0);
        let mut left = x;
        for (nth, texts) in lines.iter().enumerate() {
            for (line, text) in texts.iter().enumerate() {
                let at = [left, y + 9.5 * (line as f32 + 1.0)];
                self.cell(pen, nth, text, at, (Weight::Bold, 7.5));
            }
            left += self.widths[nth];
        }
        let mut top = y + head;
        let mut next = from;
        while next < self.rows.len() && top + ROW <= y + height {
            let weight = if next + self.sums >= self.rows.len() { Weight::Bold } else { Weight::Regular };
            let mut left = x;
            for (nth, text) in self.rows[next].iter().enumerate() {
                self.cell(pen, nth, text, [left, top + ROW - 4.5], (weight, SIZE));
                left += self.widths[nth];
            }
            top += ROW;
            pen.line(&[[x, top], [x + width, top]], 0.3, GREY, None);
            next += 1;
        }
        next
    }

    fn heads(&self, letters: &Letters<'_>) -> Vec<Vec<String>> {
        let lines = |(text, width): (&String, &f32)| letters.lines(text, Weight::Bold, 7.5, width - 4.0, 3);
        self.head.iter().zip(&self.widths).map(lines).collect()
    }

    fn cell(&self, pen: &mut Pen<'_, '_>, nth: usize, text: &str, [x, y]: [f32; 2], (weight, size): (Weight, f32)) {
        let text = pen.letters.fitted(&pen.letters.printable(text), weight, size, self.widths[nth] - 4.0);
        if nth < self.numbers {
            pen.text([x + 2.0, y], &text, weight, size, BLACK);
        } else {
            pen.text_to([x + self.widths[nth] - 2.0, y], &text, weight, size, BLACK);
        }
    }
}
