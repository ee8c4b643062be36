use std::path::Path;

use chrono::NaiveDate;

use super::{Calendar, easter_sunday};
use crate::collection::Language;
use crate::texts::english;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn of_the_state() -> Calendar {
    Calendar::load(Path::new("data/calendars/mv.toml")).expect("the calendar")
}

/// Given by the Physikalisch-Technische Bundesanstalt.
#[test]
fn easter_falls_where_the_almanac_has_it_for_all_years_that_are_planned_with() {
    let known = [
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2031-04-13",
        "2032-03-28",
        "2033-04-17",
        "2034-04-09",
        "2035-03-25",
        "2038-04-25",
        "1818-03-22",
    ];
    for text in known {
        let easter = day(text);
        assert_eq!(easter_sunday(chrono::Datelike::year(&easter)), Some(easter));
    }
    assert_eq!(easter_sunday(1500), None);
}

#[test]
fn the_state_keeps_eleven_holidays_a_year_and_womens_day_since_2023() {
    let calendar = of_the_state();
    let kept = |year: i32| {
        let days = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day").iter_days().take(366);
        days.filter(|day| chrono::Datelike::year(day) == year && calendar.holiday(*day).is_some()).count()
    };
    assert_eq!((2024..=2035).map(kept).collect::<Vec<_>>(), [11; 12]);
    assert_eq!(kept(2022), 10);
    let name = |text: &str| calendar.holiday(day(text)).map(|name| name.in_language(Language::De));
    assert_eq!(name("2026-04-03"), Some("Karfreitag"));
    assert_eq!(name("2026-05-14"), Some("Christi Himmelfahrt"));
    assert_eq!(name("2026-05-25"), Some("Pfingstmontag"));
    assert_eq!(name("2026-10-31"), Some("Reformationstag"));
    assert_eq!(name("2026-06-04"), None, "Corpus Christi is none here");
}

#[test]
fn periods_in_working_days_leave_out_weekends_and_holidays() {
    let calendar = of_the_state();
    assert!(!calendar.is_working_day(day("2026-11-29")), "a Sunday");
    assert_eq!(calendar.working_days_after(day("2026-11-27"), 1), day("2026-11-30"));
    assert_eq!(calendar.working_days_after(day("2026-12-23"), 2), day("2026-12-28"));
    assert_eq!(calendar.working_days_after(day("2026-04-01"), 3), day("2026-04-08"), "over Easter");
    assert_eq!(calendar.working_days_after(day("2026-12-31"), 1), day("2027-01-04"));
    assert_eq!(calendar.working_days_after(day("2026-11-29"), 0), day("2026-11-29"));
    assert_eq!(calendar.next_working_day(day("2026-10-03")), day("2026-10-05"));
}

#[test]
fn every_fault_of_a_calendar_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.toml");
    let holiday = |rest: &str| format!("[[holiday]]\nname = {{ de = \"X\", en = \"X\" }}\n{rest}\n");
    let text = [
        holiday("month = 2\nday = 29"),
        holiday("easter = 1\nmonth = 3"),
        holiday("easter = 1"),
        holiday("easter = 1\nfrom = 2030\nuntil = 2020"),
    ];
    std::fs::write(&path, text.concat()).expect("a file");
    let faults = Calendar::load(&path).expect_err("faults").0;
    let told: Vec<(usize, String)> = faults.iter().map(|fault| (fault.line, english(fault.told.clone()))).collect();
    let expected = [
        (1, "there is no such day in every year".to_owned()),
        (5, "a holiday has either month and day or easter".to_owned()),
        (12, "from is later than until".to_owned()),
    ];
    assert_eq!(told, expected);
}

/// A period ends with a day of the district, whichever instant of the night it is asked at.
#[test]
fn nights_in_which_clocks_change_neither_lose_nor_repeat_a_day() {
    let calendar = of_the_state();
    let zone = chrono_tz::Tz::Europe__Berlin;
    let day_of = |instant: &str| {
        let instant: chrono::DateTime<chrono::Utc> = instant.parse().expect("an instant");
        crate::clock::Clock::standing_at(instant).in_zone(zone).today()
    };
    // The last minute of the Saturday, both sides of the hour that is left out, and the last minute of the Sunday.
    let spring = ["2026-03-28T22:59:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T21:59:59Z"];
    assert_eq!(spring.map(day_of), [day("2026-03-28"), day("2026-03-29"), day("2026-03-29"), day("2026-03-29")]);
    assert_eq!(spring.map(|at| calendar.working_days_after(day_of(at), 1)), [day("2026-03-30"); 4]);
    // The hour that comes twice, before and after, and the last minute of the 25 hours.
    let autumn = ["2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T22:59:59Z"];
    assert_eq!(autumn.map(day_of), [day("2026-10-25"); 4]);
    assert_eq!(autumn.map(|at| calendar.working_days_after(day_of(at), 1)), [day("2026-10-26"); 4]);
}
