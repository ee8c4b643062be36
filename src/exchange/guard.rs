//! What keeps a text in a table from being a formula, exact on the way back.
//!
//! A spreadsheet program runs a cell that begins with `=`, `+`, `-` or `@`, whoever wrote it. So exports put an apostrophe in
//! front of such texts, the sign with which these programs themselves mark a text, and imports of our own rows take it off
//! again. An apostrophe stands also before what an import would not take as it is: blanks around a text, words that people
//! write for "nothing", and an apostrophe.

use std::borrow::Cow;

const GUARD: char = '\'';
/// The last four are how East Asian keyboards write the first, which Excel takes for the same.
const RISKY: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A text as a cell of a table has it.
pub fn put(text: &str) -> Cow<'_, str> {
    if needs_guard(text) { Cow::Owned(format!("{GUARD}{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell that has a guard; `None` for one without.
pub fn taken_off(cell: &str) -> Option<&str> {
    cell.strip_prefix(GUARD).filter(|text| needs_guard(text))
}

fn needs_guard(text: &str) -> bool {
    text.starts_with(GUARD) || text.starts_with(RISKY) || text != text.trim() || is_nothing(text)
}

/// What people put into a cell of texts to say that they have nothing to put there.
pub fn is_nothing(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "---" | "null" | "<null>")
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// What import reads from a cell of ours.
    fn back(cell: &str) -> String {
        taken_off(cell).map_or_else(|| cell.trim().to_owned(), str::to_owned)
    }

    #[test]
    fn any_text_comes_back_and_none_begins_a_formula() {
        const LETTERS: [char; 16] =
            ['=', '+', '-', '@', '\'', '\t', '\n', ' ', '＝', '"', ';', '5', 'a', 'ß', '\u{a0}', '('];
        let mut random = rand_pcg::Pcg64::seed_from_u64(7);
        for _ in 0..20_000 {
            let length = random.random_range(0..5);
            let text: String = (0..length).map(|_| LETTERS[random.random_range(0..LETTERS.len())]).collect();
            let cell = put(&text);
            assert_eq!(back(&cell), text, "{text:?} as {cell:?}");
            assert!(!cell.starts_with(RISKY) && !cell.starts_with(char::is_whitespace), "{cell:?}");
        }
    }

    #[test]
    fn plain_texts_stand_as_they_are() {
        for text in ["", "Am Dom 5", "0050", "a=b", "12-14", "Fahrer's Weg"] {
            assert_eq!(put(text), text);
        }
        assert_eq!(put("=1+1"), "'=1+1");
        assert_eq!(put("---"), "'---");
        assert_eq!(taken_off("'n Teich"), None, "written by hand");
    }
}
