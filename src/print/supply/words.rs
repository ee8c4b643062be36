//! The words of the report.

use crate::collection::Language;

/// Words in one language.
#[derive(Debug)]
pub struct Words {
    pub title: &'static str,
    pub as_of: &'static str,
    pub by: &'static str,
    pub within: &'static str,
    pub by_hose: &'static str,
    pub by_line: &'static str,
    pub points: &'static str,
    pub any_points: &'static str,
    pub each: &'static str,
    pub during: &'static str,
    pub needs: &'static str,
    pub result: &'static str,
    pub buildings: &'static str,
    pub people: &'static str,
    pub not_judged: &'static str,
    /// Supplied, too little, none, unknown.
    pub verdicts: [&'static str; 4],
    pub map: &'static str,
    pub map_note: &'static str,
    pub municipalities: &'static str,
    pub municipality: &'static str,
    pub all: &'static str,
    pub elsewhere: &'static str,
    pub tanks: &'static str,
    pub tanks_note: &'static str,
    pub tank_columns: [&'static str; 6],
    pub no_tanks: &'static str,
    pub note: &'static str,
    pub page: &'static str,
}

const DE: Words = Words {
    title: "Löschwasserversorgung",
    as_of: "Stand",
    by: "Bewertet nach",
    within: "Wasser zählt bis",
    by_hose: "Schlauchweg",
    by_line: "Luftlinie",
    points: "Stellen je Gebäude: höchstens",
    any_points: "Stellen je Gebäude: beliebig viele",
    each: "jede mindestens",
    during: "über",
    needs: "Bedarf",
    result: "Ergebnis",
    buildings: "Gebäude",
    people: "Personen",
    not_judged: "nicht bewertet",
    verdicts: ["versorgt", "zu wenig", "ohne Wasser", "ungewiss"],
    map: "Lücken im Landkreis",
    map_note: "Ein Zeichen je Quadratkilometer: die schlechteste Bewertung der Gebäude dort. Norden ist oben.",
    municipalities: "Nach Gemeinden",
    municipality: "Gemeinde",
    all: "alle",
    elsewhere: "außerhalb der Gemeinden",
    tanks: "Wo ein neuer Behälter am meisten hilft",
    tanks_note: "Jeder Ort zählt, was er zu den Orten vor ihm hinzufügt. Nutzbarer Vorrat je Behälter:",
    tank_columns: ["Rang", "Ort", "Gemeinde", "Gebäude", "Personen", "Gebäude bis hierher"],
    no_tanks: "Kein Ort würde ein weiteres Gebäude versorgen.",
    note: "Ungewiss ist, was von nicht eingetragenen Durchflüssen oder nicht geprüften Stellen abhängt. Personen sind die Einwohner der \
           Gemeinden, nach Geschossfläche auf die Wohngebäude verteilt.",
    page: "Seite",
};

const EN: Words = Words {
    title: "Fire-water supply",
    as_of: "As of",
    by: "Judged by",
    within: "Water counts up to",
    by_hose: "along hoses",
    by_line: "in a straight line",
    points: "Points for a building: at most",
    any_points: "Points for a building: any number",
    each: "each at least",
    during: "during",
    needs: "Demand",
    result: "Result",
    buildings: "Buildings",
    people: "People",
    not_judged: "not judged",
    verdicts: ["supplied", "too little", "no water", "unknown"],
    map: "Gaps of the district",
    map_note: "A sign for each square kilometre: the worst verdict of the buildings there. North is up.",
    municipalities: "By municipality",
    municipality: "Municipality",
    all: "all",
    elsewhere: "outside of the municipalities",
    tanks: "Where a new tank would help most",
    tanks_note: "Each place counts what it adds to those before it. Usable volume of each tank:",
    tank_columns: ["Rank", "Place", "Municipality", "Buildings", "People", "Buildings so far"],
    no_tanks: "No place would supply another building.",
    note: "Unknown is what depends on flows that are not recorded or points that nobody has verified. People are the inhabitants of the \
           municipalities, spread over dwellings by floor area.",
    page: "Page",
};

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::De => &DE,
        Language::En => &EN,
    }
}

/// A number as the language has it: `13.109` or `13,109`.
pub fn whole(number: u32, language: Language) -> String {
    let digits = number.to_string();
    let mark = if language == Language::De { '.' } else { ',' };
    let mut out = String::with_capacity(digits.len() + 3);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// A flow or a length: `48` or `39,6`.
pub fn decimal(number: f64, language: Language) -> String {
    let text = number.to_string();
    if language == Language::De { text.replace('.', ",") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, german) in [(0, "0"), (999, "999"), (1_000, "1.000"), (1_234_567, "1.234.567")] {
            assert_eq!(whole(number, Language::De), german);
        }
        assert_eq!(whole(13_109, Language::En), "13,109");
        assert_eq!((decimal(39.6, Language::De), decimal(48.0, Language::En)), ("39,6".to_owned(), "48".to_owned()));
    }
}
