//! Text without its case or its accents, for CASEI, ACCENTI and sorting.

use std::borrow::Cow;
use std::cmp::Ordering;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// What of a text does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fold {
    case: bool,
    accents: bool,
}

impl Fold {
    pub(super) const CASE: Self = Self { case: true, accents: false };
    pub(super) const ACCENTS: Self = Self { case: false, accents: true };
    const BOTH: Self = Self { case: true, accents: true };

    /// One fold and another.
    pub(super) fn and(self, other: Self) -> Self {
        Self { case: self.case || other.case, accents: self.accents || other.accents }
    }

    /// The text without what does not count.
    pub(super) fn apply(self, text: Cow<'_, str>) -> Cow<'_, str> {
        if text.is_ascii() {
            let changes = self.case && text.bytes().any(|byte| byte.is_ascii_uppercase());
            return if changes { Cow::Owned(text.to_ascii_lowercase()) } else { text };
        }
        let mut folded = String::with_capacity(text.len());
        for c in text.chars() {
            if self.accents {
                without_accents(c, |plain| self.push(plain, &mut folded));
            } else {
                self.push(c, &mut folded);
            }
        }
        Cow::Owned(folded)
    }

    fn push(self, c: char, folded: &mut String) {
        match (self.case, c.is_ascii()) {
            (false, _) => folded.push(c),
            (true, true) => folded.push(c.to_ascii_lowercase()),
            (true, false) => folded.extend(fold_case(c)),
        }
    }
}

/// Letters whose stroke or ligature Unicode does not decompose.
const WHOLE_LETTERS: [(char, &str); 14] = [
    ('ß', "ss"),
    ('ẞ', "SS"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ø', "o"),
    ('Ø', "O"),
    ('ł', "l"),
    ('Ł', "L"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('þ', "th"),
];

/// Canonical decomposition without its combining marks: ä becomes a. The order of marks, for which a whole text would
/// have to be looked at, no longer matters.
fn without_accents(c: char, mut push: impl FnMut(char)) {
    if c.is_ascii() {
        push(c);
    } else if let Some((_, plain)) = WHOLE_LETTERS.iter().find(|(letter, _)| *letter == c) {
        plain.chars().for_each(push);
    } else {
        decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                push(part);
            }
        });
    }
}

/// Full case folding (Unicode 3.13, toCasefold): the lower case of the upper case, which turns ß into ss and ς into σ.
/// The two letters below would come out otherwise than Unicode's CaseFolding.txt has them.
fn fold_case(c: char) -> impl Iterator<Item = char> {
    let special = match c {
        'ẞ' => Some("ss"),
        'ı' => Some("ı"),
        _ => None,
    };
    let plain = special.is_none().then_some(c);
    special
        .unwrap_or_default()
        .chars()
        .chain(plain.into_iter().flat_map(char::to_uppercase).flat_map(char::to_lowercase))
}

/// The order in which people look words up (DIN 5007-1: umlauts count as their vowels, case does not count); texts that
/// differ in nothing else are ordered by their characters, so that the order is total.
pub(super) fn compare_words(a: &str, b: &str) -> Ordering {
    let words = if a.is_ascii() && b.is_ascii() {
        a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
    } else {
        Fold::BOTH.apply(Cow::Borrowed(a)).cmp(&Fold::BOTH.apply(Cow::Borrowed(b)))
    };
    words.then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(fold: Fold, text: &str) -> String {
        fold.apply(Cow::Borrowed(text)).into_owned()
    }

    #[test]
    fn case_folding_is_the_full_one() {
        for (text, expected) in [
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("STRAẞE", "strasse"),
            ("Οδος", "οδοσ"),
            ("ÄÖÜ", "äöü"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(folded(Fold::CASE, text), expected);
        }
    }

    #[test]
    fn accents_go_and_case_stays() {
        for (text, expected) in [
            ("Änderung", "Anderung"),
            ("débárquér", "debarquer"),
            ("Łódź", "Lodz"),
            ("a\u{308}", "a"),
            ("Groß", "Gross"),
        ] {
            assert_eq!(folded(Fold::ACCENTS, text), expected);
        }
    }

    #[test]
    fn words_are_ordered_as_people_look_them_up() {
        let mut words = ["Zierow", "Ähre", "Ahrens", "acker", "Öl", "Ofen", "Acker"];
        words.sort_by(|a, b| compare_words(a, b));
        assert_eq!(words, ["Acker", "acker", "Ähre", "Ahrens", "Ofen", "Öl", "Zierow"]);
    }
}
