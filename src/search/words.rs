//! Every word that names are made of, once, and how well something typed fits each of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::fold::Token;
use super::typo;

/// Number of a word.
pub type WordId = u32;

/// No fit at all.
pub const NONE: u8 = u8::MAX;
/// Cost of one error; a fit below it has none.
pub const ERROR: u8 = 20;
/// Of a word that is only begun: while typing that is usual, within a text it is an abbreviation.
const BEGUN: u8 = 3;
const ABBREVIATED: u8 = 10;
/// Letters from which on a word within a text may be an abbreviation without saying so.
const ABBREVIATION: usize = 3;

/// The words of all names.
#[derive(Debug, Default)]
pub struct Words {
    numbers: HashMap<Arc<str>, WordId>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    text: Arc<str>,
    /// Which letters it has, one bit each.
    letters: u64,
}

impl Words {
    /// The number of a word, a new one if need be.
    pub fn number(&mut self, word: &str) -> WordId {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let (text, number): (Arc<str>, _) = (word.into(), self.words.len() as WordId);
        self.words.push(Word { letters: letters(word), text: text.clone() });
        self.numbers.insert(text, number);
        number
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The text of a word.
    pub fn text(&self, number: WordId) -> &str {
        self.words.get(number as usize).map_or("", |word| &word.text)
    }

    /// Cost of every word for something typed, by number of the word. `last` for what is perhaps not finished.
    pub fn costs(&self, token: &Token, last: bool) -> Vec<u8> {
        if token.text.bytes().any(|byte| byte.is_ascii_digit()) {
            let mut costs = vec![NONE; self.words.len()];
            if let Some(number) = self.numbers.get(token.text.as_str()) {
                costs[*number as usize] = 0;
            }
            return costs;
        }
        let begun =
            if last { Some(BEGUN) } else { (token.dotted || token.text.len() >= ABBREVIATION).then_some(ABBREVIATED) };
        let mut costs: Vec<u8> = self.costs_of(&Typed::new(&token.text, begun)).collect();
        if let Some(literal) = &token.literal {
            let literal = Typed::new(literal, begun);
            costs.iter_mut().zip(self.costs_of(&literal)).for_each(|(cost, other)| *cost = other.min(*cost));
        }
        costs
    }

    fn costs_of(&self, typed: &Typed<'_>) -> impl Iterator<Item = u8> {
        self.words.iter().map(|word| word.cost(typed))
    }
}

/// Something typed, ready to be compared with every word.
struct Typed<'t> {
    text: &'t str,
    /// Which letters it has, one bit each.
    letters: u64,
    /// What it costs to take it for the beginning of a longer word, if it may be one.
    begun: Option<u8>,
}

impl<'t> Typed<'t> {
    fn new(text: &'t str, begun: Option<u8>) -> Self {
        Self { text, letters: letters(text), begun }
    }
}

impl Word {
    fn cost(&self, typed: &Typed<'_>) -> u8 {
        let Some(rest) = self.text.strip_prefix(typed.text) else { return self.cost_of_errors(typed, typed.begun) };
        if rest.is_empty() {
            return 0;
        }
        let whole = typed.begun.map_or(NONE, |begun| begun + (rest.len() as u8).min(6));
        whole.min(self.cost_of_errors(typed, None))
    }

    fn cost_of_errors(&self, typed: &Typed<'_>, begun: Option<u8>) -> u8 {
        let in_beginning = typo::forgiven(typed.text.len());
        if in_beginning == 0 {
            return NONE;
        }
        // Slips that leave letters out make a word no shorter than it is: of a whole one the longer of both decides.
        let most = in_beginning.max(typo::forgiven(self.text.len()));
        // Every letter that only one of the two has is an error of its own or half of one.
        if (typed.letters & !self.letters).count_ones() > most.into()
            || self.text.len() + usize::from(most) < typed.text.len()
            || (begun.is_none() && self.text.len() > typed.text.len() + usize::from(most))
        {
            return NONE;
        }
        let Some(errors) = typo::errors(typed.text, &self.text, most) else { return NONE };
        let whole = if errors.whole <= most { errors.whole * ERROR } else { NONE };
        let beginning =
            begun.filter(|_| errors.beginning <= in_beginning).map_or(NONE, |begun| errors.beginning * ERROR + begun);
        whole.min(beginning)
    }
}

fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |set, byte| set | 1 << (byte & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::tokens;

    fn cost(typed: &str, word: &str, last: bool) -> u8 {
        let mut words = Words::default();
        words.number(&tokens(word)[0].text);
        words.costs(&tokens(typed)[0], last)[0]
    }

    #[test]
    fn a_word_that_is_not_finished_fits_less_than_a_whole_one_and_better_than_a_wrong_one() {
        assert_eq!(cost("Gadebusch", "Gadebusch", true), 0);
        assert!((1..ERROR).contains(&cost("Gade", "Gadebusch", true)));
        assert!((1..ERROR).contains(&cost("Friedr.", "Friedrich", false)));
        assert!((ERROR..NONE).contains(&cost("Gedebusch", "Gadebusch", false)));
        assert_eq!(cost("Wismar", "Gadebusch", true), NONE);
    }

    #[test]
    fn what_folding_takes_away_makes_no_word_too_short_for_its_slips() {
        for (typed, name) in [("kreuzoeg", "Kreuzweg"), ("Nuesatdt", "Neustadt"), ("Msühlenw", "Mühlenweg")] {
            assert!((ERROR..NONE).contains(&cost(typed, name, true)), "{typed} for {name}");
        }
        assert_eq!(cost("kruzo", "Kreuzweg", false), NONE);
    }

    #[test]
    fn short_words_and_numbers_forgive_nothing() {
        assert_eq!(cost("Hog", "Hof", false), NONE);
        assert_eq!(cost("19206", "19205", true), NONE);
    }
}
