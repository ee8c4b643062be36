//! Numbers as people write them into cells, with what stands around them.
//!
//! A word before or behind a number may turn it into its opposite: `unter 400 l/min`, `früher 1600`, `bis 800`. So only
//! words that are known to change nothing are passed over; any other makes the cell unclear.

use super::units;
use crate::collection::Property;
use crate::exchange::remark::What;

/// Words that say that a number is rounded, or nothing at all.
const ABOUT: [&str; 22] = [
    "ca.",
    "ca",
    "circa",
    "zirka",
    "etwa",
    "rund",
    "rd.",
    "rd",
    "ungefähr",
    "ungef.",
    "um",
    "approx.",
    "approx",
    "about",
    "around",
    "~",
    "≈",
    "±",
    "=",
    ":",
    "+",
    ".",
];
/// Words that make a number the least there is.
const AT_LEAST: [&str; 13] =
    ["mindestens", "mind.", "mind", "minimum", "min.", "min", "wenigstens", "ab", "at least", "≥", ">=", "=>", "⩾"];
/// Words that make the real value larger than the number: safe to reckon with, but worth a word.
const MORE_THAN: [&str; 9] =
    ["größer als", "größer", "grösser als", "grösser", "mehr als", "more than", "über", "over", ">"];
/// What diameters are introduced by.
const DIAMETER: [&str; 7] = ["dn", "nw", "ø", "⌀", "nennweite", "durchmesser", "d="];
/// What flows and pressures are introduced by.
const MEASURE: [&str; 6] = ["q=", "q =", "q:", "p=", "p =", "p:"];

/// What groups thousands without being a point or comma.
const BLANKS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];

/// A number in the unit of its property, and what was assumed.
#[derive(Debug)]
pub struct Measured {
    pub number: f64,
    /// The number stood in another unit.
    pub converted: bool,
    pub note: Option<What>,
}

/// Reads a text. `unit` is that of numbers without one; `thousands` lets a point or comma before three digits group.
pub fn measured(property: &Property, text: &str, unit: Option<&str>, thousands: bool) -> Result<Measured, What> {
    let lower = text.trim().to_lowercase();
    let wanted = property.unit.as_deref();
    let Some((start, end)) = digits(&lower) else { return Err(no_number(property)) };
    let number = parse_number(&lower[start..end], thousands).ok_or_else(|| no_number(property))?;
    let (before, more_than) = before(property, &lower[..start])?;
    let given = behind(&lower[end..], wanted)?;
    // A unit before and one behind is "DN 100 mm".
    let given = given.or(before).or(unit);
    let factor = match given {
        None => 1.0,
        Some(given) => units::factor(given, wanted).ok_or_else(|| unknown_unit(given, wanted))?,
    };
    let value = number * factor;
    let note = more_than.then_some(What::MoreThan { taken: value });
    Ok(Measured { number: value, converted: factor != 1.0, note })
}

/// A number without any words, in the unit of its column.
pub fn bare(property: &Property, number: f64, unit: Option<&str>) -> Result<Measured, What> {
    let wanted = property.unit.as_deref();
    let factor = unit.map_or(Some(1.0), |unit| units::factor(unit, wanted));
    let factor = factor.ok_or_else(|| unknown_unit(unit.unwrap_or_default(), wanted))?;
    Ok(Measured { number: number * factor, converted: factor != 1.0, note: None })
}

fn no_number(property: &Property) -> What {
    What::NoNumber { unit: property.unit.clone() }
}

fn unknown_unit(given: &str, wanted: Option<&str>) -> What {
    What::UnknownUnit { given: given.to_owned(), wanted: wanted.map(str::to_owned) }
}

/// Where the first number of a text begins and ends.
fn digits(text: &str) -> Option<(usize, usize)> {
    let first = text.find(|c: char| c.is_ascii_digit())?;
    let sign = text[..first].chars().next_back().filter(|c| matches!(c, '-' | '−'));
    let start = first - sign.map_or(0, char::len_utf8);
    let after = &text[start..];
    let outside = |(at, c): &(usize, char)| {
        let figures = after[at + c.len_utf8()..].bytes().take_while(u8::is_ascii_digit).count();
        let inside = c.is_ascii_digit()
            || (*at == 0 && matches!(c, '-' | '−'))
            || (matches!(c, '.' | ',') && figures > 0)
            // A blank groups thousands; anything else behind it is another number.
            || (BLANKS.contains(c) && figures == 3);
        !inside
    };
    let end = after.char_indices().find(outside).map_or(after.len(), |(at, _)| at);
    Some((start, start + end + exponent(&after[end..])))
}

/// The length of an exponent as spreadsheets write it: `1,2E+03`.
fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix('e') else { return 0 };
    let digits = rest.trim_start_matches(['+', '-']);
    let signs = rest.len() - digits.len();
    let figures = digits.bytes().take_while(u8::is_ascii_digit).count();
    if figures == 0 || signs > 1 { 0 } else { 1 + signs + figures }
}

/// The unit that stands before a number, and whether the value is larger than the number.
fn before<'a>(property: &Property, text: &'a str) -> Result<(Option<&'a str>, bool), What> {
    if text.trim().is_empty() {
        return Ok((None, false));
    }
    let has_unit = property.unit.is_some();
    let own = [property.title.de.to_lowercase(), property.title.en.to_lowercase(), property.name.clone()];
    let (mut rest, mut unit, mut more_than) = (text.trim(), None, false);
    while !rest.is_empty() {
        let words = |words: &[&'static str]| words.iter().find_map(|word| without(rest, word));
        let own = own.iter().find_map(|word| without(rest, word));
        if let Some(next) = own.or_else(|| words(&ABOUT)) {
            rest = next;
        } else if let Some(next) = words(&AT_LEAST).or_else(|| words(&MEASURE)).filter(|_| has_unit) {
            rest = next;
        } else if let Some(next) = words(&MORE_THAN).filter(|_| has_unit) {
            (rest, more_than) = (next, true);
        } else if let Some(next) = words(&DIAMETER).filter(|_| property.unit.as_deref() == Some("mm")) {
            rest = next;
        } else if unit.is_none() && units::plain(rest.trim_end_matches([':', '.'])).is_some() {
            unit = Some(rest.trim_end_matches([':', '.']));
            break;
        } else {
            return Err(What::Words);
        }
    }
    Ok((unit, more_than))
}

/// A text without a word it begins with; a word of letters must end there.
fn without<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    let ends = !word.ends_with(char::is_alphabetic) || !rest.starts_with(char::is_alphabetic);
    ends.then(|| rest.trim_start())
}

/// The unit behind a number.
fn behind<'a>(text: &'a str, wanted: Option<&str>) -> Result<Option<&'a str>, What> {
    let text = text.trim();
    // `800,-`, `800.` and `800+` say nothing more; the last is a least value.
    let text = text.strip_prefix(['+', '.', ',']).unwrap_or(text).trim();
    if text.is_empty() || text == "-" {
        return Ok(None);
    }
    // A unit, perhaps in brackets, perhaps with a word that says how sure it is.
    let bare = ABOUT.iter().chain(&["mindestens", "mind.", "min."]).find_map(|word| {
        text.strip_suffix(&format!("({word})")).or_else(|| text.strip_suffix(word).filter(|rest| rest.ends_with(' ')))
    });
    let unit = bare.unwrap_or(text).trim().trim_matches(['(', ')', '[', ']']).trim();
    if unit.is_empty() || units::plain(unit).is_some() {
        return Ok((!unit.is_empty()).then_some(unit));
    }
    let is_one_word = !unit.contains(char::is_whitespace) && unit.chars().all(|c| c.is_alphabetic() || c == '/');
    Err(if is_one_word { unknown_unit(unit, wanted) } else { What::Words })
}

/// A number as Germans and programs write it. With `thousands`, a point or comma before exactly three digits groups.
pub fn parse_number(text: &str, thousands: bool) -> Option<f64> {
    let text: String = text.trim().replace('−', "-").chars().filter(|c| !BLANKS.contains(c)).collect();
    let separators: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some(&(last, kind)) = separators.last() else { return text.parse().ok().filter(|n: &f64| n.is_finite()) };
    let mixed = separators.iter().any(|(_, other)| *other != kind);
    let whole = text[..last].trim_start_matches('-');
    let grouping = !mixed
        && (separators.len() > 1
            || (thousands && text.len() - last - 1 == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')));
    let mut plain = String::with_capacity(text.len());
    for (i, c) in text.char_indices() {
        match c {
            '.' | ',' if !grouping && i == last => plain.push('.'),
            '.' | ',' => {}
            c => plain.push(c),
        }
    }
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}
