//! Text as the search compares it: the many ways of writing a German name come to the same words.
//!
//! Case, accents, `ß`/`ss`, `ä`/`ae`/`a`, hyphens and abbreviations (`Str.`, `Dr.`, `St.`) make no difference. Names in the
//! registers and what is typed go the same way, so a fold may be crude (`Neuendorf` becomes `neundorf`) as long as it is
//! the same for both.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::house::HouseNumber;

/// A word or a number of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Folded; of a number the digits, and the letter of `12a`.
    pub text: String,
    /// As it counts in a number people call an object by: zeros before digits do not.
    pub key: String,
    pub number: Option<HouseNumber>,
    /// The same with every `e` behind an a, o or u, where there is one: in `Kreuzoeg` it is no umlaut but a slip.
    pub literal: Option<String>,
    /// A full stop follows: perhaps an abbreviation, or a number in an order.
    pub dotted: bool,
}

/// Ends of street names that are written apart or joined: `Gartenweg`, `Garten Weg`. Folded.
const ENDINGS: [&str; 15] = [
    "strase", "weg", "platz", "allee", "gase", "ring", "damm", "chausee", "hof", "berg", "ufer", "steg", "gang",
    "markt", "park",
];

/// Words that names are told apart by only when nothing else does, and that are left out or shortened.
const LIGHT: [&str; 32] = [
    "a", "an", "am", "auf", "b", "bei", "beim", "d", "das", "dem", "den", "der", "des", "die", "gemeinde", "i", "im",
    "in", "nr", "ort", "ortsteil", "ot", "stadt", "u", "und", "v", "vom", "von", "vor", "zu", "zum", "zur",
];

/// True for words that may be missing on either side.
pub fn is_light(word: &str) -> bool {
    LIGHT.contains(&word)
}

/// Stem and ending of a street name written as one word.
pub fn cut_ending(word: &str) -> Option<(&str, &str)> {
    let ending = ENDINGS.iter().find(|ending| word.ends_with(**ending))?;
    let stem = word.strip_suffix(ending)?;
    (stem.len() >= 3).then_some((stem, *ending))
}

/// True for an ending of street names by itself.
pub fn is_ending(word: &str) -> bool {
    ENDINGS.contains(&word)
}

/// The words and numbers of a text in their order.
pub fn tokens(text: &str) -> Vec<Token> {
    let pieces = pieces(text);
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = &pieces[..];
    while let Some((piece, mut after)) = rest.split_first() {
        match piece {
            Piece::Mark(_) => {}
            Piece::Letters { folded, literal } => {
                let dotted = matches!(after.first(), Some(Piece::Mark('.')));
                let text = spelled_out(folded, dotted);
                let literal = (literal != folded).then(|| spelled_out(literal, dotted));
                tokens.push(Token { key: text.clone(), text, literal, number: None, dotted });
            }
            Piece::Digits(digits) => {
                let token = number(digits, &mut after);
                let dotted = matches!(after.first(), Some(Piece::Mark('.')));
                tokens.push(Token { dotted, ..token });
            }
        }
        rest = after;
    }
    tokens
}

/// What a number people call an object by is compared as: `NWM-0123` and `nwm 123` are the same.
pub fn key(text: &str) -> String {
    tokens(text).into_iter().map(|token| token.key).collect()
}

#[derive(Debug)]
enum Piece {
    Letters { folded: String, literal: String },
    Digits(String),
    Mark(char),
}

/// Runs of letters, runs of digits and single marks; what stands between words for no reason is one mark.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let folded =
        text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'));
    for c in folded {
        if let Some(digit) = c.is_ascii_digit().then_some(c) {
            match pieces.last_mut() {
                Some(Piece::Digits(digits)) => digits.push(digit),
                _ => pieces.push(Piece::Digits(digit.to_string())),
            }
        } else if c.is_alphanumeric() {
            if !matches!(pieces.last(), Some(Piece::Letters { .. })) {
                pieces.push(Piece::Letters { folded: String::new(), literal: String::new() });
            }
            if let Some(Piece::Letters { folded, literal }) = pieces.last_mut() {
                push_letter(literal, c);
                // How ä, ö and ü are written without an umlaut.
                if c != 'e' || !folded.ends_with(['a', 'o', 'u']) {
                    push_letter(folded, c);
                }
            }
        } else {
            pieces.push(Piece::Mark(if c == '–' { '-' } else { c }));
        }
    }
    pieces
}

fn push_letter(letters: &mut String, c: char) {
    match (letters.chars().last(), c) {
        (last, 'ß' | 's') => {
            if last != Some('s') {
                letters.push('s');
            }
        }
        (_, 'æ') => letters.push('a'),
        (_, 'ø' | 'œ') => letters.push('o'),
        (_, 'ł') => letters.push('l'),
        (_, c) => letters.push(c),
    }
}

/// What an abbreviation stands for; any other word as it is.
fn spelled_out(word: &str, dotted: bool) -> String {
    let whole = match word {
        "doktor" => "dr",
        "profesor" => "prof",
        "sankt" | "sanct" => "st",
        "bgm" | "brgm" | "burgerm" => "burgermeister",
        "gr" => "gros",
        "kl" => "klein",
        "pl" => "platz",
        "ch" => "chausee",
        _ => "",
    };
    if !whole.is_empty() {
        return whole.to_owned();
    }
    match (word.strip_suffix("str"), word.strip_suffix("pl").filter(|stem| dotted && stem.len() > 2)) {
        (Some(stem), _) => format!("{stem}strase"),
        (None, Some(stem)) => format!("{stem}platz"),
        (None, None) => word.to_owned(),
    }
}

/// A number with what belongs to it: a letter (`12a`, `12 a`) or the other end of a range (`12-14`, `12/14`).
fn number(digits: &str, rest: &mut &[Piece]) -> Token {
    let mut token = Token {
        text: digits.to_owned(),
        key: digits.trim_start_matches('0').to_owned(),
        literal: None,
        number: HouseNumber::of(digits, None, None),
        dotted: false,
    };
    let spaces = rest.iter().take_while(|piece| matches!(piece, Piece::Mark(c) if c.is_whitespace())).count();
    match &rest[spaces..] {
        [Piece::Letters { folded: letter, .. }, after @ ..]
            if letter.len() == 1 && !matches!(after.first(), Some(Piece::Mark('.'))) =>
        {
            token.text.push_str(letter);
            token.key.push_str(letter);
            token.number = HouseNumber::of(digits, None, Some(letter));
            *rest = after;
        }
        [Piece::Mark('-' | '/'), after @ ..] => {
            let gap = after.iter().take_while(|piece| matches!(piece, Piece::Mark(c) if c.is_whitespace())).count();
            if let [Piece::Digits(last), after @ ..] = &after[gap..]
                && let Some(range) = HouseNumber::of(digits, Some(last), None)
            {
                token.text.push_str(last);
                token.key.push_str(last.trim_start_matches('0'));
                token.number = Some(range);
                *rest = after;
            }
        }
        _ => {}
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        tokens(text).into_iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_ways_of_writing_a_name_come_to_the_same_words() {
        for ways in [
            &["Hauptstraße", "hauptstr.", "HAUPTSTRASSE", "Hauptstrase", "Hauptstr"][..],
            &["Müller-Straße", "mueller str", "Muller  Strasse", "MÜLLER-STR."],
            &["Sankt-Jürgen-Ring", "St. Juergen Ring", "st jurgen ring"],
            &["Dr.-Leber-Straße", "Doktor Leber Str."],
            &["Schloßplatz", "Schlosspl.", "schlossplatz"],
            &["Cafe\u{301}weg", "Caféweg"],
        ] {
            for way in ways {
                assert_eq!(words(way), words(ways[0]), "{way}");
            }
        }
    }

    #[test]
    fn a_house_number_keeps_its_letter_and_its_range() {
        assert_eq!(words("Hauptstr12A"), "hauptstrase 12a");
        assert_eq!(words("Hauptstr. 12 a, 19205 Gadebusch"), "hauptstrase 12a 19205 gadebusch");
        assert_eq!(tokens("12-14")[0].number, HouseNumber::of("12", Some("14"), None));
        assert_eq!(words("5 a.d. Mühle"), "5 a d muhle");
    }

    #[test]
    fn a_number_of_an_object_is_the_same_however_it_is_written() {
        for way in ["NWM-0123", "nwm 123", "NWM0123", "nwm.0123"] {
            assert_eq!(key(way), "nwm123", "{way}");
        }
    }
}
