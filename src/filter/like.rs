//! Patterns of LIKE: `%` stands for any number of characters, `_` for one, `\` makes either an ordinary one.

use crate::work::Effort;

/// Characters that are compared in the time of a step.
const COMPARED_IN_A_STEP: u64 = 4;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Any,
    One,
    Char(char),
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Self {
        let mut pieces = Vec::with_capacity(pattern.len());
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let piece = match c {
                '%' if pieces.last() == Some(&Piece::Any) => continue,
                '%' => Piece::Any,
                '_' => Piece::One,
                '\\' => Piece::Char(chars.next().unwrap_or('\\')),
                _ => Piece::Char(c),
            };
            pieces.push(piece);
        }
        Self(pieces)
    }

    /// Whether the whole text fits. On a mismatch only the last `%` is tried again one character further, which is
    /// enough (an earlier one taking more could not help), so no pattern takes longer than pattern times text.
    pub(super) fn fits(&self, text: &str, effort: &Effort) -> bool {
        let mut compared = 0;
        let fits = self.compare(text, &mut compared);
        effort.spend(compared / COMPARED_IN_A_STEP);
        fits
    }

    fn compare(&self, text: &str, compared: &mut u64) -> bool {
        let pieces = &self.0;
        let (mut rest, mut at) = (text.chars(), 0);
        let mut retry: Option<(std::str::Chars<'_>, usize)> = None;
        loop {
            *compared += 1;
            let before = rest.clone();
            match (pieces.get(at), rest.next()) {
                (Some(Piece::Any), _) => {
                    rest = before;
                    at += 1;
                    retry = Some((rest.clone(), at));
                    continue;
                }
                (Some(Piece::One), Some(_)) => {
                    at += 1;
                    continue;
                }
                (Some(Piece::Char(wanted)), Some(found)) if *wanted == found => {
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                (Some(_), None) => return false,
                _ => {}
            }
            let Some((from, piece)) = &mut retry else { return false };
            from.next();
            rest = from.clone();
            at = *piece;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_characters_and_a_backslash_takes_their_meaning_away() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("%", "", true),
            ("a%", "abc", true),
            ("a%", "ba", false),
            ("%c", "abcabc", true),
            ("%b%b%", "abcabc", true),
            ("%b%b%b", "abcabc", false),
            ("_ö_", "Köl", true),
            ("_", "", false),
            ("%_", "a", true),
            (r"100\%", "100%", true),
            (r"100\%", "1000", false),
            (r"a\_b", "a_b", true),
            (r"a\_b", "axb", false),
            (r"a\\%", r"a\xyz", true),
            ("abc", "abcd", false),
        ] {
            assert_eq!(Pattern::new(pattern).fits(text, &Effort::new()), fits, "{text} LIKE {pattern}");
        }
    }

    #[test]
    fn a_hostile_pattern_is_done_at_once() {
        let pattern = Pattern::new(&"%a".repeat(1_000));
        assert!(!pattern.fits(&"ab".repeat(900), &Effort::new()));
    }

    #[test]
    fn what_a_pattern_compares_is_counted() {
        let effort = Effort::new();
        let pattern = Pattern::new(&format!("%{}x", "_".repeat(500)));
        assert!(!pattern.fits(&"a".repeat(1_000), &effort));
        assert!(effort.spent() > 10_000, "{} steps", effort.spent());
    }
}
