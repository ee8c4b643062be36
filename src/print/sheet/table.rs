//! The table of the sheet: a line of what decides and a line of details for each source.

use chrono::NaiveDate;

use super::badge;
use super::content::{Source, Water};
use super::pen::{BLACK, GREY, LIGHT, Pen, Weight};
use super::words::Words;
use crate::collection::Laying;
use crate::firewater::relay::{Line, relay};

/// Where the columns begin, points from the left.
const COLUMNS: [f32; 8] = [0.0, 22.0, 176.0, 218.0, 264.0, 318.0, 392.0, 466.0];
const WIDTH: f32 = 523.28;
const GAP: f32 = 5.0;
pub const HEAD: f32 = 14.0;
/// Up to so many sources the letters are large.
const FEW: usize = 10;
/// What a line is reckoned to carry, l/min.
const FLOW: f64 = 800.0;
const DIAMETER: f64 = 75.0;

/// Sizes of the table.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub row: f32,
    main: f32,
    detail: f32,
}

impl Sizes {
    /// The sizes that suit so many sources.
    pub fn of(count: usize) -> Self {
        if count <= FEW {
            Self { row: 25.0, main: 9.5, detail: 8.0 }
        } else {
            Self { row: 21.6, main: 8.5, detail: 8.0 }
        }
    }
}

/// Draws the table with its upper left corner at a point.
pub fn draw(pen: &mut Pen<'_, '_>, water: &Water, words: &Words, laying: &Laying, [x, y]: [f32; 2]) {
    pen.block([x, y, WIDTH, HEAD], LIGHT, 1.0);
    for (column, title) in words.columns.iter().enumerate() {
        pen.text([x + COLUMNS[column] + 2.0, y + HEAD - 4.0], title, Weight::Bold, 8.0, BLACK);
    }
    let sizes = Sizes::of(water.sources.len());
    for (nth, source) in water.sources.iter().enumerate() {
        let top = y + HEAD + sizes.row * nth as f32;
        row(pen, &Row { source, words, laying, sizes, is_exact: water.at.is_exact() }, [x, top]);
        pen.line(&[[x, top + sizes.row], [x + WIDTH, top + sizes.row]], 0.4, GREY, None);
    }
}

struct Row<'r> {
    source: &'r Source,
    words: &'r Words,
    laying: &'r Laying,
    sizes: Sizes,
    /// Whether it is known where the hoses lead to.
    is_exact: bool,
}

fn row(pen: &mut Pen<'_, '_>, row: &Row<'_>, [x, top]: [f32; 2]) {
    let Row { source, words, sizes, .. } = *row;
    let first = top + sizes.main + (sizes.row - sizes.main - sizes.detail) / 5.0;
    let second = top + sizes.row - (sizes.row - sizes.main - sizes.detail) / 2.0;
    let mut cell = |column: usize, line: f32, text: &str, weight: Weight, size: f32| {
        let left = COLUMNS[column] + 2.0;
        let right = COLUMNS.get(column + 1).copied().unwrap_or(WIDTH);
        let (text, room) = (pen.letters.printable(text), right - left - GAP + 3.0);
        // Smaller before it is cut.
        let size = (size * room / pen.letters.width(&text, weight, size).max(room)).max(sizes.detail);
        let text = pen.letters.fitted(&text, weight, size, room);
        pen.text([x + left, line], &text, weight, size, BLACK);
        pen.letters.width(&text, weight, size)
    };
    let kind = Some(source.kind.label(words.language()));
    let name = [source.name.as_deref(), source.reference.as_deref(), kind].into_iter().flatten();
    let name = name.collect::<Vec<_>>().join(" · ");
    let struck = cell(1, first, &name, Weight::Bold, sizes.main);
    cell(1, second, &about(source, words), Weight::Regular, sizes.detail);
    let metres = |metres: f64| if row.is_exact { words.metres(metres) } else { words.about(metres) };
    let way = source.route.as_ref().map_or_else(|| "–".to_owned(), |route| metres(route.distance));
    cell(2, first, &way, Weight::Bold, sizes.main);
    cell(3, first, &metres(source.distance), Weight::Regular, sizes.main);
    cell(3, second, words.direction(source.bearing), Weight::Regular, sizes.detail);
    // From a place that is not known nobody can count hoses.
    let (hoses, pumps) = if row.is_exact { line(row) } else { ("–".to_owned(), String::new()) };
    cell(4, first, &hoses, Weight::Bold, sizes.main);
    cell(4, second, &pumps, Weight::Regular, sizes.detail);
    let (yields, details) = supply(source, words);
    cell(5, first, &yields, Weight::Bold, sizes.main);
    cell(5, second, &details, Weight::Regular, sizes.detail);
    let weight = if source.status == "ready" { Weight::Regular } else { Weight::Bold };
    // Two words of which the second must not be cut off.
    let size = if source.usable { sizes.main } else { sizes.detail };
    cell(6, first, words.status(&source.status), weight, size);
    let day = |word: &str, day: NaiveDate| format!("{word} {}", day.format("%d.%m.%Y"));
    // When it ends says more than since when it is known.
    let until = source.status_until.map(|last| day(words.until, last));
    let as_of = until.or_else(|| source.status_as_of.map(|since| day(words.as_of, since)));
    cell(6, second, as_of.as_deref().unwrap_or(words.never_confirmed), Weight::Regular, sizes.detail);
    let size = sizes.detail;
    for (nth, need) in source.needs.iter().take(2).enumerate() {
        cell(7, if nth == 0 { first } else { second }, words.need(need), Weight::Regular, size);
    }
    badge::draw(pen, &source.status, Some(source.number), [x + 10.0, first - 0.36 * sizes.main]);
    if !source.usable {
        let middle = first - sizes.main * 0.33;
        let left = x + COLUMNS[1] + 2.0;
        pen.line(&[[left, middle], [left + struck, middle]], 0.9, BLACK, None);
    }
}

/// What must be known to find and use it.
fn about(source: &Source, words: &Words) -> String {
    let mut parts = Vec::new();
    parts.extend(source.status_reason.clone().filter(|_| source.status != "ready"));
    parts.extend(source.access_note.clone());
    if parts.is_empty() {
        parts.extend(source.position.utmref.clone());
    }
    if source.unlimited {
        parts.insert(0, words.unlimited.to_owned());
    }
    parts.join(" · ")
}

/// B hoses with the reserve, and the pumps of a line of them.
fn line(row: &Row<'_>) -> (String, String) {
    let Row { source, words, laying, .. } = *row;
    let metres = source.metres();
    let hoses = source.route.as_ref().map_or_else(|| laying.hoses(metres).1, |route| route.hoses_reserve);
    let plan = Line { flow: FLOW, diameter: DIAMETER, lines: 1, length: metres, height: 0.0 };
    let pumps = match relay(&plan).map(|relay| relay.pumps.len()) {
        Ok(count) if metres > laying.at_hand => {
            format!("{count} {}", if count == 1 { words.pump } else { words.pumps })
        }
        _ => String::new(),
    };
    let least = if source.route.is_none() { "≥ " } else { "" };
    (format!("{least}{hoses}"), pumps)
}

/// How much water, and from what.
fn supply(source: &Source, words: &Words) -> (String, String) {
    let volume = source.usable_volume.map(|volume| format!("{} m³", words.decimal(format!("{volume:.0}"))));
    let about = if source.is_guessed() { "≈ " } else { "" };
    let bound = source.flow_class.as_ref().and_then(|class| {
        let least = class.at_least.map(|least| format!("≥ {least} l/min"));
        least.or_else(|| class.below.map(|below| format!("< {below} l/min")))
    });
    let flow = source.flow_rate.map(|flow| format!("{about}{flow} l/min")).or(bound);
    let mut details = Vec::new();
    details.extend(source.main_diameter.map(|diameter| format!("DN {diameter}")));
    let main = match (flow, volume) {
        (Some(flow), volume) => {
            details.extend(volume);
            flow
        }
        (None, Some(volume)) => volume,
        (None, None) if source.unlimited => words.unlimited.to_owned(),
        (None, None) => words.unknown_flow.to_owned(),
    };
    (main, details.join(" · "))
}
