//! The table by municipality, for office programs: UTF-8 with a byte order mark and semicolons, as a German Excel opens it.

use super::answers::{SupplyCount, SupplySummary, SupplyTally};
use crate::texts::Language;

/// The head of a column.
const HEADS: [[&str; 13]; 2] = [
    [
        "Gemeindeschlüssel",
        "Gemeinde",
        "Einwohner",
        "Gebäude versorgt",
        "Gebäude mit zu wenig",
        "Gebäude ohne Wasser",
        "Gebäude ungewiss",
        "Gebäude nicht bewertet",
        "Personen versorgt",
        "Personen mit zu wenig",
        "Personen ohne Wasser",
        "Personen ungewiss",
        "Stand",
    ],
    [
        "municipality key",
        "municipality",
        "population",
        "buildings supplied",
        "buildings with too little",
        "buildings without water",
        "buildings unknown",
        "buildings not judged",
        "people supplied",
        "people with too little",
        "people without water",
        "people unknown",
        "as of",
    ],
];

/// The table of a summary.
///
/// # Errors
/// Writing into memory does not fail; should it, the error says why.
pub fn csv(summary: &SupplySummary, language: Language) -> Result<Vec<u8>, csv::Error> {
    let mut out = b"\xEF\xBB\xBF".to_vec();
    let mut table = csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(&mut out);
    let german = language == Language::De;
    table.write_record(HEADS[usize::from(!german)])?;
    let day = summary.day.to_string();
    for it in &summary.municipalities {
        let population = it.population.map(|people| people.to_string()).unwrap_or_default();
        // A name is no formula.
        let name = if it.name.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            format!("'{}", it.name)
        } else {
            it.name.clone()
        };
        table.write_record(record([it.key.clone(), name, population], &it.tally, &day))?;
    }
    let elsewhere = if german { "außerhalb der Gemeinden" } else { "outside of the municipalities" };
    table.write_record(record([String::new(), elsewhere.to_owned(), String::new()], &summary.elsewhere, &day))?;
    let all = if german { "alle" } else { "all" };
    table.write_record(record([String::new(), all.to_owned(), String::new()], &summary.total, &day))?;
    table.flush()?;
    drop(table);
    Ok(out)
}

fn record(head: [String; 3], tally: &SupplyTally, day: &str) -> Vec<String> {
    let of = |it: SupplyCount| [it.supplied, it.too_little, it.none, it.unknown].map(|number| number.to_string());
    let numbers = of(tally.buildings).into_iter().chain([tally.buildings.exempt.to_string()]).chain(of(tally.people));
    head.into_iter().chain(numbers).chain([day.to_owned()]).collect()
}
