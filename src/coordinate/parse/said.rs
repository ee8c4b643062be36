//! What a text says beside its figures: that it is a coordinate, and in which system.

use crate::coordinate::Datum;

/// What was said, taken out of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// `EPSG:2398`
    pub crs: Option<u32>,
    /// `42/83`, `DHDN`
    pub datum: Option<Datum>,
    /// `GK`, `Gauß-Krüger`
    pub gauss_krueger: bool,
    /// `GK4`
    pub zone: Option<u8>,
}

impl Said {
    /// Whether a system of metres was said.
    pub fn is_system(self) -> bool {
        self.crs.is_some() || self.datum.is_some() || self.gauss_krueger
    }
}

/// Words that only announce a coordinate, upper case.
const ANNOUNCING: [&str; 19] = [
    "KOORDINATEN",
    "KOORDINATE",
    "KOORD",
    "COORDINATES",
    "COORDINATE",
    "COORDS",
    "GPS",
    "POSITION",
    "POS",
    "STANDORT",
    "EINSATZORT",
    "EINSATZSTELLE",
    "EINSATZKOORDINATEN",
    "LOCATION",
    "LAGE",
    "PUNKT",
    "GEOKOORDINATEN",
    "DEZIMALGRAD",
    "ZIEL",
];
/// Words behind which a coordinate stands within a longer text.
const WITHIN: [&str; 3] = ["KOORDINATEN", "KOORDINATE", "COORDINATES"];
const DATUMS: [(&str, Datum); 14] = [
    ("PULKOVO 1942(83)", Datum::Pulkovo83),
    ("PULKOVO 1942/83", Datum::Pulkovo83),
    ("SYSTEM 42/83", Datum::Pulkovo83),
    ("S 42/83", Datum::Pulkovo83),
    ("S42/83", Datum::Pulkovo83),
    ("42/83", Datum::Pulkovo83),
    ("PULKOVO", Datum::Pulkovo83),
    ("KRASSOWSKI", Datum::Pulkovo83),
    ("KRASSOWSKIJ", Datum::Pulkovo83),
    ("KRASSOVSKY", Datum::Pulkovo83),
    ("DHDN", Datum::Dhdn),
    ("DHDN90", Datum::Dhdn),
    ("BESSEL", Datum::Dhdn),
    ("POTSDAM", Datum::Dhdn),
];
const GAUSS_KRUEGER: [&str; 7] =
    ["GAUSS-KRÜGER", "GAUSS-KRUEGER", "GAUSS-KRUGER", "GAUSS KRÜGER", "GAUSS KRUEGER", "GAUSSKRÜGER", "GK"];
const ZONE: [&str; 4] = ["MERIDIANSTREIFEN", "STREIFEN", "ZONE", "STR"];

/// A text without what announces it as a coordinate.
pub(super) fn unannounced(text: &str) -> &str {
    let mut rest = within(text);
    while let Some(after) = ANNOUNCING.iter().find_map(|word| strip_word(rest, word)) {
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '-' | '–' | '.' | '/'));
    }
    // A word alone announces nothing.
    if rest.is_empty() { text } else { rest }
}

/// What stands behind the word for a coordinate in a longer text.
fn within(text: &str) -> &str {
    let upper = text.to_uppercase();
    // Upper case may be longer; then the places differ and the text is left as it is.
    if upper.len() != text.len() {
        return text;
    }
    let end = |word: &&str| upper.rfind(*word).map(|at| at + word.len());
    match WITHIN.iter().find_map(end).and_then(|end| text.get(end..)) {
        Some(rest) if rest.bytes().any(|byte| byte.is_ascii_digit()) => {
            rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '.'))
        }
        _ => text,
    }
}

/// What follows a word at the beginning of a text, in any case.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    (head.eq_ignore_ascii_case(word) && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Takes the words for a system out of a text.
pub(super) fn take(text: &str) -> (String, Said) {
    let mut rest = text.to_uppercase();
    let mut said = Said { crs: take_epsg(&mut rest), ..Said::default() };
    for (word, datum) in DATUMS {
        if said.datum.is_none() && cut(&mut rest, word).is_some() {
            said.datum = Some(datum);
        }
    }
    for word in GAUSS_KRUEGER {
        if let Some(at) = cut(&mut rest, word) {
            said.gauss_krueger = true;
            said.zone = take_zone(&mut rest, at);
            break;
        }
    }
    (rest, said)
}

/// Replaces a word that stands by itself by a space; where it stood.
fn cut(text: &mut String, word: &str) -> Option<usize> {
    let stands_alone = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        // "GK4" is written as one; figures that go on are something else.
        let is_apart = |c: char| !c.is_alphanumeric() || (word == "GK" && c.is_ascii_digit());
        before.is_none_or(|c| !c.is_alphanumeric() && c != '.' && c != ',') && after.is_none_or(is_apart)
    };
    let at = text.match_indices(word).map(|(at, _)| at).find(stands_alone)?;
    text.replace_range(at..at + word.len(), " ");
    Some(at)
}

fn take_epsg(text: &mut String) -> Option<u32> {
    let at = text.find("EPSG")?;
    let gap = text[at + 4..].chars().take_while(|c| matches!(c, ':' | ' ' | '-')).map(char::len_utf8).sum::<usize>();
    let from = at + 4 + gap;
    let digits = text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let code = text[from..from + digits].parse().ok().filter(|_| (4..=6).contains(&digits))?;
    text.replace_range(at..from + digits, " ");
    Some(code)
}

/// The zone behind the name of the system: a digit alone.
fn take_zone(text: &mut String, at: usize) -> Option<u8> {
    let skip = |from: usize| {
        let gap = |c: &char| c.is_whitespace() || matches!(c, '-' | ':' | '.' | '(');
        from + text[from..].chars().take_while(gap).map(char::len_utf8).sum::<usize>()
    };
    let start = skip(at);
    let named =
        ZONE.iter().find(|word| text[start..].starts_with(**word)).map_or(start, |word| skip(start + word.len()));
    let digit = text[named..].chars().next().filter(|c| ('2'..='5').contains(c))?;
    let goes_on = text[named + 1..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '.' || c == ',');
    if goes_on {
        return None;
    }
    text.replace_range(start..=named, " ");
    digit.to_digit(10).map(|zone| zone as u8)
}
