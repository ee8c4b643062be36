//! Days as people write them: with two digits for the year, months by name, months and years without a day, the day
//! numbers of spreadsheets.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, TimeDelta};

/// A day as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    pub sure: Sure,
}

/// How sure a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    Exact,
    /// Only the month was written; its first day stands for it.
    Month,
    /// Only the year was written; its first day stands for it.
    Year,
    /// `03/04/2024` may be either of two days.
    Order,
}

/// Years of two digits are the hundred that begin here.
const WINDOW: i32 = 1950;
/// Years that a date of a register may have.
const YEARS: RangeInclusive<i32> = 1700..=2699;
/// Day numbers of spreadsheets from 1950 to 2149; the first two months of 1900, which they count wrongly, are below.
const SERIAL: RangeInclusive<i64> = 18_264..=91_312;

/// Beginnings of the names of months, German and English, small letters.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän"],
    &["feb"],
    &["mär", "mar", "mrz", "maer"],
    &["apr"],
    &["mai", "may"],
    &["jun"],
    &["jul"],
    &["aug"],
    &["sep"],
    &["okt", "oct"],
    &["nov"],
    &["dez", "dec"],
];
/// What names of months may go on with, or a word would be one that only begins alike.
const ENDINGS: [&str; 16] =
    ["", "uar", "ner", "uary", "ruar", "ruary", "z", "ch", "il", "i", "e", "ust", "t", "tember", "ober", "ember"];

/// Reads a day. `month_first` says that `03/04/2024` is the fourth of March.
pub fn read(text: &str, month_first: bool) -> Option<Day> {
    let text = text.trim();
    let text =
        text.split_once('T').filter(|(day, _)| day.ends_with(|c: char| c.is_ascii_digit())).map_or(text, |it| it.0);
    let text = without_time(text);
    let parts = parts(text)?;
    let day = match parts.as_slice() {
        [Part::Number(n, 8)] => numbers_day(n / 10_000, n / 100 % 100, n % 100),
        [Part::Number(n, 5)] => return serial(i64::from(*n)),
        [Part::Number(year, 4)] => Some(Day { sure: Sure::Year, ..numbers_day(*year, 1, 1)? }),
        // 2024-05-31 and 2024/05/31.
        [Part::Number(year, 4), Part::Number(month, 1..=2), Part::Number(day, 1..=2)] => {
            numbers_day(*year, *month, *day)
        }
        [Part::Number(a, 1..=2), Part::Number(b, 1..=2), Part::Number(year, digits @ (2 | 4))] => {
            let year = full_year(*year, *digits)?;
            if text.contains('.') { numbers_day(year, *b, *a) } else { either(year, *a, *b, month_first) }
        }
        [Part::Number(day, 1..=2), Part::Month(month), Part::Number(year, digits @ (2 | 4))]
        | [Part::Month(month), Part::Number(day, 1..=2), Part::Number(year, digits @ (2 | 4))] => {
            numbers_day(full_year(*year, *digits)?, *month, *day)
        }
        [Part::Month(month), Part::Number(year, digits @ (2 | 4))] => month_of(full_year(*year, *digits)?, *month),
        [Part::Number(month, 1..=2), Part::Number(year, 4)] | [Part::Number(year, 4), Part::Number(month, 1..=2)] => {
            month_of(*year, *month)
        }
        _ => None,
    };
    day.filter(|day| YEARS.contains(&day.date.year()))
}

/// The day with a number of a spreadsheet.
pub fn serial(number: i64) -> Option<Day> {
    if !SERIAL.contains(&number) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(TimeDelta::days(number))?;
    Some(Day { date, sure: Sure::Exact })
}

#[derive(Debug, Clone, Copy)]
enum Part {
    /// A number, and of how many digits.
    Number(i32, usize),
    Month(i32),
}

/// A time behind the day says nothing more: `01.05.2024 00:00:00`, `1.5.2024, 8 Uhr`.
fn without_time(text: &str) -> &str {
    let text = [" AM", " PM", " Uhr", " h"].iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text);
    let time = text.rsplit_once([' ', ',']).filter(|(_, time)| {
        let time = time.trim_end_matches(|c: char| c.is_alphabetic());
        time.contains(':') && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-'))
    });
    time.map_or(text, |(day, _)| day.trim_end_matches([',', ' ']))
}

fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::with_capacity(3);
    let mut rest = text;
    while !rest.is_empty() {
        let of = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let (digits, letters) = (of(|c| c.is_ascii_digit()), of(char::is_alphabetic));
        let end = if digits > 0 {
            parts.push(Part::Number(rest[..digits].parse().ok()?, digits));
            digits
        } else if letters > 0 {
            parts.push(Part::Month(month(&rest[..letters].to_lowercase())?));
            letters
        } else {
            of(|c| matches!(c, '.' | '-' | '/' | ' ' | ',' | '\u{a0}'))
        };
        if end == 0 || parts.len() > 3 {
            return None;
        }
        rest = &rest[end..];
    }
    Some(parts)
}

fn month(word: &str) -> Option<i32> {
    let is_named = |names: &[&str]| {
        names.iter().any(|name| word.strip_prefix(name).is_some_and(|ending| ENDINGS.contains(&ending)))
    };
    MONTHS.iter().position(|names| is_named(names)).map(|n| n as i32 + 1)
}

fn full_year(year: i32, digits: usize) -> Option<i32> {
    match digits {
        4 => Some(year),
        2 => Some(WINDOW + (year - WINDOW % 100).rem_euclid(100)),
        _ => None,
    }
}

fn numbers_day(year: i32, month: i32, day: i32) -> Option<Day> {
    let date = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
    Some(Day { date, sure: Sure::Exact })
}

fn month_of(year: i32, month: i32) -> Option<Day> {
    Some(Day { sure: Sure::Month, ..numbers_day(year, month, 1)? })
}

/// Two numbers before the year: one of them may be too large for a month; if not, the day comes first unless the mapping
/// says otherwise, and that is told.
fn either(year: i32, a: i32, b: i32, month_first: bool) -> Option<Day> {
    let (day_first, month_first_day) = (numbers_day(year, b, a), numbers_day(year, a, b));
    match (day_first, month_first_day) {
        (Some(day), Some(other)) if day.date != other.date && !month_first => Some(Day { sure: Sure::Order, ..day }),
        (day, other) if month_first => other.or(day),
        (day, other) => day.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, Sure)> {
        read(text, false).map(|day| (day.date.to_string(), day.sure))
    }

    #[test]
    fn a_day_is_read_however_it_is_written() {
        for text in [
            "01.05.24",
            "1.5.2024",
            "1.5.24",
            "01.05.2024 00:00:00",
            "45413",
            "2024-05-01T08:15:00+02:00",
            "1. Mai 2024",
            "1 May 2024",
            "May 1, 2024",
            "2024/05/01",
            "20240501",
            "1. 5. 2024",
            "2024-05-01",
            "01.05.2024, 08:15",
            "2024-05-01T08:15:00Z",
            "1.MAI 2024",
            "2024-05-01 00:00:00.000",
        ] {
            assert_eq!(told(text), Some(("2024-05-01".to_owned(), Sure::Exact)), "{text}");
        }
        assert_eq!(told("5/31/2024"), Some(("2024-05-31".to_owned(), Sure::Exact)));
        assert_eq!(told("31-05-2024"), Some(("2024-05-31".to_owned(), Sure::Exact)));
    }

    #[test]
    fn years_of_two_digits_lie_in_a_window_and_what_is_unclear_says_so() {
        assert_eq!(told("31.12.49").map(|it| it.0).as_deref(), Some("2049-12-31"));
        assert_eq!(told("01.01.50").map(|it| it.0).as_deref(), Some("1950-01-01"));
        for text in ["Mai 2024", "05/2024", "05.2024", "2024-05", "May 2024", "Mai 24"] {
            assert_eq!(told(text), Some(("2024-05-01".to_owned(), Sure::Month)), "{text}");
        }
        assert_eq!(told("2024"), Some(("2024-01-01".to_owned(), Sure::Year)));
        assert_eq!(told("03/04/2024"), Some(("2024-04-03".to_owned(), Sure::Order)));
        assert_eq!(read("03/04/2024", true).map(|day| day.date.to_string()).as_deref(), Some("2024-03-04"));
        assert_eq!(told("04/04/2024"), Some(("2024-04-04".to_owned(), Sure::Exact)));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "KW 12/2024",
            "Q2 2024",
            "Frühjahr 2024",
            "Mainz 2024",
            "32.01.2024",
            "01.01.0001",
            "05.24",
            "viel",
            "1234",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
