//! House numbers: how they are read, and which one of a street is nearest to the one that was asked for.

/// A house number: `12`, `12a`, `12-14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HouseNumber {
    first: u16,
    /// The other end of a range; `first` without one.
    last: u16,
    /// Small letters, up to two; zero bytes without.
    letters: [u8; 2],
}

/// How well a number fits the one that was asked for: the smaller the better, zero is the very number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Misfit(pub u32);

impl Misfit {
    /// Of a house with the same number and another letter.
    const LETTER: u32 = 1;

    /// The number itself, or in a range that has it.
    pub fn is_exact(self) -> bool {
        self.0 == 0
    }

    /// The same number with another letter or without.
    pub fn is_letter(self) -> bool {
        self.0 == Self::LETTER
    }
}

impl HouseNumber {
    /// A number from its digits; `None` for what no house has: 0, or more than four digits.
    pub fn of(first: &str, last: Option<&str>, letters: Option<&str>) -> Option<Self> {
        let read = |digits: &str| digits.parse::<u16>().ok().filter(|number| (1..=9_999).contains(number));
        let number = read(first)?;
        let end = match last {
            Some(last) => read(last).filter(|last| *last > number)?,
            None => number,
        };
        let mut kept = [0; 2];
        for (place, letter) in kept.iter_mut().zip(letters.unwrap_or_default().bytes()) {
            *place = letter.to_ascii_lowercase();
        }
        Some(Self { first: number, last: end, letters: kept })
    }

    /// A number as registers hold it, the addition beside it or in it.
    pub fn read(number: &str, addition: &str) -> Option<Self> {
        super::fold::tokens(&format!("{number}{addition}")).into_iter().find_map(|token| token.number)
    }

    /// How far another number is from this one, which was asked for. The other side of the street is farther than the
    /// next house but one.
    pub fn misfit(self, other: Self) -> Misfit {
        let within = |range: Self, number: u16| {
            range.first <= number && number <= range.last && (number - range.first).is_multiple_of(2)
        };
        if self == other || (other.last > other.first && self.letters == [0; 2] && within(other, self.first)) {
            return Misfit(0);
        }
        if self.first == other.first || within(self, other.first) {
            return Misfit(Misfit::LETTER);
        }
        let apart = u32::from(self.first.abs_diff(other.first)).min(u32::from(self.first.abs_diff(other.last)));
        Misfit(Misfit::LETTER + 2 * apart + u32::from(!apart.is_multiple_of(2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(asked: &str, there: &[&'static str]) -> &'static str {
        let number = |text: &str| HouseNumber::read(text, "").expect("a house number");
        there.iter().min_by_key(|text| number(asked).misfit(number(text))).expect("a number")
    }

    #[test]
    fn the_nearest_number_is_the_same_one_then_one_of_its_range_then_a_neighbour() {
        assert_eq!(nearest("12", &["11", "12a", "12", "12-14"]), "12");
        assert_eq!(nearest("12a", &["11", "12", "13"]), "12");
        assert_eq!(nearest("14", &["12-16", "13", "15"]), "12-16");
        assert_eq!(nearest("12", &["9", "11", "14", "15"]), "11");
        assert_eq!(nearest("12", &["9", "14", "15"]), "14");
    }

    #[test]
    fn what_no_house_has_is_no_number() {
        assert_eq!(HouseNumber::read("0", ""), None);
        assert_eq!(HouseNumber::read("19205", ""), None);
        assert_eq!(HouseNumber::read("", "a"), None);
        assert_eq!(HouseNumber::read("12", "A"), HouseNumber::of("12", None, Some("a")));
    }
}
