//! Which line has the names of the columns.
//!
//! The line in which most names are known to the mapping; names may be spread over two lines. Where none is known, the
//! first line of words that is as wide as the table. What stands above is titles; a line of units right below belongs to
//! the columns.

use std::collections::HashSet;

use super::{Cell, Line};
use crate::collection::Label;
use crate::exchange::frame::Column;
use crate::exchange::mapping::units;

/// The names of columns that are looked for.
#[derive(Debug, Default)]
pub struct Known(HashSet<String>);

impl Known {
    pub fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| key(name)).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&key(name))
    }
}

/// A name for comparing: small letters, single blanks, without a unit behind it.
fn key(name: &str) -> String {
    let small = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = small.split(['(', '[']).next().unwrap_or_default();
    let bare = bare.split_once(" in ").map_or(bare, |(name, _)| name);
    let bare = bare.trim().trim_end_matches(':');
    if bare.is_empty() { small } else { bare.to_owned() }
}

/// What was found out about a table.
#[derive(Debug, Default, PartialEq)]
pub struct Head {
    pub columns: Vec<Column>,
    /// The cells of the line with the names, to know it when it comes again.
    pub cells: Vec<String>,
    /// Position in the sample of the first line that is a row.
    pub first_row: usize,
    pub remarks: Vec<Label>,
    /// How many names are known.
    pub known: usize,
}

/// Finds the head in the first lines of a table, none of which is blank.
pub fn find(sample: &[Line], known: &Known) -> Option<Head> {
    let single =
        (0..sample.len()).filter(|k| is_words(&sample[*k])).map(|k| (k, k, score(&names_of(&sample[k]), known)));
    let singles: Vec<_> = single.collect();
    let most = singles.iter().map(|(.., score)| *score).max().unwrap_or(0);
    let pairs = (1..sample.len())
        .filter(|k| is_words(&sample[k - 1]) && is_words(&sample[*k]))
        .map(|k| (k - 1, k, score(&joined(&sample[k - 1], &sample[k], known), known)));
    let pair = pairs.max_by_key(|(upper, _, score)| (*score, usize::MAX - upper)).filter(|(.., score)| *score > most);
    let (upper, lower, score) = match pair {
        Some(pair) => pair,
        // A value may be called like a column; a head has most of its names.
        None if most >= 2 => *singles.iter().find(|(.., score)| score * 10 >= most * 6)?,
        None => structural(sample, &singles)?,
    };
    let names = if upper == lower { names_of(&sample[lower]) } else { joined(&sample[upper], &sample[lower], known) };
    let mut head = Head { known: score, first_row: lower + 1, cells: names_of(&sample[lower]), ..Head::default() };
    head.remarks.extend(titles(&sample[..upper]));
    if upper < lower {
        let (first, last) = (sample[upper].number, sample[lower].number);
        head.remarks.push(Label::new(
            format!("Der Kopf der Tabelle steht in den Zeilen {first} und {last}"),
            format!("the head of the table is on lines {first} and {last}"),
        ));
    }
    head.columns = unique(names);
    if let Some(units) = sample.get(lower + 1).filter(|line| is_units(line)) {
        for (column, cell) in head.columns.iter_mut().zip(&units.cells) {
            column.unit = cell.text().map(|text| bare(&text).to_owned()).filter(|unit| is_unit(unit));
        }
        head.first_row += 1;
        let line = units.number;
        head.remarks.push(Label::new(
            format!("Zeile {line} nennt die Einheiten der Spalten"),
            format!("line {line} has the units of the columns"),
        ));
    }
    Some(head)
}

/// The head where no names are known: the first line of words that is about as wide as the table.
fn structural(sample: &[Line], singles: &[(usize, usize, usize)]) -> Option<(usize, usize, usize)> {
    let widest = sample.iter().map(Line::filled).max()?;
    singles.iter().find(|(k, ..)| sample[*k].filled() * 2 >= widest).copied()
}

/// True if the line could be names: words, and hardly a number.
fn is_words(line: &Line) -> bool {
    let words =
        line.cells.iter().filter(|cell| matches!(cell, Cell::Text(text) if text.chars().any(char::is_alphabetic)));
    let words = words.count();
    words > 0 && words * 5 >= line.filled() * 4
}

fn names_of(line: &Line) -> Vec<String> {
    line.cells.iter().map(name_of).collect()
}

fn name_of(cell: &Cell) -> String {
    match cell {
        Cell::Blank | Cell::Uncalculated(_) => String::new(),
        // A word that was parted at the end of a line in its cell.
        Cell::Text(text) => Cell::Text(text.replace("-\r\n", "").replace("-\n", "")).text().unwrap_or_default(),
        Cell::Value(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}

/// The names of two lines together. A cell above may stand for several columns.
fn joined(upper: &Line, lower: &Line, known: &Known) -> Vec<String> {
    let (above, below) = (names_of(upper), names_of(lower));
    let mut group = String::new();
    (0..above.len().max(below.len()))
        .map(|k| {
            let own = above.get(k).cloned().unwrap_or_default();
            if !own.is_empty() {
                group.clone_from(&own);
            }
            let name = below.get(k).cloned().unwrap_or_default();
            if name.is_empty() {
                return own;
            }
            let together = [name.clone(), format!("{group} {name}"), format!("{name} {group}")];
            together.into_iter().find(|name| known.has(name)).unwrap_or(name)
        })
        .collect()
}

fn score(names: &[String], known: &Known) -> usize {
    let met: HashSet<String> =
        names.iter().filter(|name| !name.is_empty() && known.has(name)).map(|name| key(name)).collect();
    met.len()
}

/// Columns with names of their own, so that no cell is lost. Blank columns at the end are none.
pub fn unique(mut names: Vec<String>) -> Vec<Column> {
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let mut met: HashSet<String> = HashSet::new();
    let mut columns = Vec::with_capacity(names.len());
    for (k, name) in names.into_iter().enumerate() {
        let name = if name.is_empty() { unnamed(k) } else { name };
        let mut own = name.clone();
        let mut n = 1;
        while !met.insert(own.to_lowercase()) {
            n += 1;
            own = format!("{name} ({n})");
        }
        columns.push(own.into());
    }
    columns
}

/// What a column without a name is called.
pub fn unnamed(k: usize) -> String {
    format!("column {}", k + 1)
}

fn titles(lines: &[Line]) -> Option<Label> {
    let texts: Vec<String> = lines.iter().filter_map(Line::first_text).map(|text| shortened(&text)).collect();
    let (first, last) = (lines.first()?.number, lines.last()?.number);
    let (said, quoted) = (texts.join("“, „"), texts.join("', '"));
    Some(if first == last {
        Label::new(format!("Titel in Zeile {first}: „{said}“"), format!("title on line {first}: '{quoted}'"))
    } else {
        Label::new(
            format!("Titel in den Zeilen {first} bis {last}: „{said}“"),
            format!("titles on lines {first} to {last}: '{quoted}'"),
        )
    })
}

/// A text that fits into a message.
pub fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).chain("…".chars()).collect() }
}

/// What says how a cell is written, beside units.
const FORMS: [&str; 12] =
    ["jahr", "jjjj", "tt.mm.jjjj", "tt.mm.jj", "dd.mm.yyyy", "yyyy", "datum", "text", "ja/nein", "j/n", "-", "---"];

fn bare(text: &str) -> &str {
    text.trim().trim_matches(['[', ']', '(', ')']).trim().trim_start_matches("in ")
}

fn is_unit(text: &str) -> bool {
    units::is_measure(bare(text))
}

/// A line below the head that names units: most of its cells are some, and the others hold no digit.
fn is_units(line: &Line) -> bool {
    let cells: Vec<Option<String>> = line.cells.iter().filter(|cell| **cell != Cell::Blank).map(Cell::text).collect();
    let says = |cell: &Option<String>| {
        cell.as_ref().is_some_and(|text| is_unit(text) || FORMS.contains(&bare(text).to_lowercase().as_str()))
    };
    let wordy =
        |cell: &Option<String>| cell.as_ref().is_some_and(|text| !text.bytes().any(|byte| byte.is_ascii_digit()));
    let units = cells.iter().filter(|cell| says(cell)).count();
    let some = cells.iter().any(|cell| cell.as_ref().is_some_and(|text| is_unit(text)));
    some && units * 2 >= cells.len() && cells.iter().all(|cell| says(cell) || wordy(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<Line> {
        let line =
            |(k, text): (usize, &&str)| Line { number: k as u64 + 1, cells: text.split(';').map(Cell::of).collect() };
        texts.iter().enumerate().map(line).collect()
    }

    fn known() -> Known {
        Known::new(
            &["Nummer", "Bauart", "Rechtswert", "Hochwert", "Durchfluss", "Nennweite Leitung"].map(str::to_owned),
        )
    }

    fn found(texts: &[&str]) -> (String, usize) {
        let head = find(&lines(texts), &known()).expect("a head");
        let column = |column: &Column| match &column.unit {
            Some(unit) => format!("{} [{unit}]", column.name),
            None => column.name.clone(),
        };
        (head.columns.iter().map(column).collect::<Vec<_>>().join(";"), head.first_row)
    }

    #[test]
    fn titles_above_the_head_are_passed_over_and_units_below_belong_to_it() {
        let table = [
            "Hydrantenliste Lossow;;;",
            "Stand: 01.05.2024;;;",
            "Nummer;Rechtswert;Hochwert;Durchfluss",
            ";m;[m];m³/h",
            "A;1;2;96",
        ];
        assert_eq!(found(&table), ("Nummer;Rechtswert [m];Hochwert [m];Durchfluss [m³/h]".to_owned(), 4));
    }

    #[test]
    fn a_line_of_units_is_known_by_any_unit_that_a_cell_may_have_and_a_row_is_none() {
        for unit in ["cbm/Std.", "l/sek", "Liter/Minute", "m³ / h", "mWS", "Dezimalgrad", "(in cm)"] {
            let table = format!(";{unit};{unit};{unit}");
            assert_eq!(found(&["Nummer;Rechtswert;Hochwert;Durchfluss", &table, "A;1;2;96"]).1, 2, "{unit}");
        }
        // `1` and `a` are units of a count and a year, and numbers of hydrants.
        for row in ["1;Unterflurhydrant", "a;Unterflurhydrant", "St;a"] {
            assert_eq!(found(&["Nummer;Bauart", row, "2;Unterflurhydrant"]).1, 1, "{row}");
        }
    }

    #[test]
    fn a_head_on_two_lines_is_put_together_where_that_makes_names() {
        let table = ["Nummer;Bauart;Koordinaten;;Leitung", ";;Rechtswert;Hochwert;Nennweite", "A;UFH;1;2;100"];
        let heads = find(
            &lines(&table),
            &Known::new(&["Nummer", "Bauart", "Rechtswert", "Hochwert", "Nennweite Leitung"].map(str::to_owned)),
        );
        let names: Vec<_> = heads.expect("a head").columns.into_iter().map(|column| column.name).collect();
        assert_eq!(names, ["Nummer", "Bauart", "Rechtswert", "Hochwert", "Nennweite Leitung"]);
        let groups = [
            "Liste;;;;",
            ";;Koordinaten (GK 4);;Leitung",
            "Nummer;Bauart;Rechtswert;Hochwert;Durchfluss (m³/h)",
            "A;UFH;1;2;100",
        ];
        assert_eq!(found(&groups), ("Nummer;Bauart;Rechtswert;Hochwert;Durchfluss (m³/h)".to_owned(), 3));
    }

    #[test]
    fn without_known_names_the_first_line_of_words_as_wide_as_the_table_is_the_head() {
        assert_eq!(found(&["Liste;;", "a;b;c", "1;2;3"]), ("a;b;c".to_owned(), 2));
        assert_eq!(found(&["a;a;;d", "1;2;3;4"]), ("a;a (2);column 3;d".to_owned(), 1));
    }
}
