//! A calendar from its file, every fault with its line.

use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::{Calendar, Holiday, Rule};
use crate::collection::{DeclarationFault, DeclarationFaults, Label, Mistake};
use crate::texts::Reporter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCalendar {
    #[serde(rename = "holiday")]
    holidays: Vec<Spanned<RawHoliday>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    name: Label,
    month: Option<u32>,
    day: Option<u32>,
    easter: Option<i64>,
    from: Option<i32>,
    until: Option<i32>,
}

impl RawHoliday {
    fn read(self) -> Result<Holiday, Mistake<'static>> {
        let rule = match (self.month, self.day, self.easter) {
            // A day that a leap year alone has would be no holiday in the others.
            (Some(month), Some(day), None) if NaiveDate::from_ymd_opt(2001, month, day).is_some() => {
                Rule::Fixed { month, day }
            }
            (Some(_), Some(_), None) => return Err(Mistake::NotInEveryYear),
            (None, None, Some(days)) if days.abs() <= 100 => Rule::Easter(days),
            (None, None, Some(_)) => return Err(Mistake::FarFromEaster),
            _ => return Err(Mistake::NeitherDayNorEaster),
        };
        let years = (self.from.unwrap_or(i32::MIN), self.until.unwrap_or(i32::MAX));
        if years.0 > years.1 {
            return Err(Mistake::YearsTurned);
        }
        Ok(Holiday { name: self.name, rule, years })
    }
}

impl Calendar {
    /// The calendar of a name, from the folder of declarations.
    ///
    /// # Errors
    /// Every mistake with its line.
    pub fn named(data: &Path, name: &str) -> Result<Self, DeclarationFaults> {
        Self::load(&data.join("calendars").join(format!("{name}.toml")))
    }

    /// Reads a calendar.
    ///
    /// # Errors
    /// Every mistake with its line.
    pub fn load(path: &Path) -> Result<Self, DeclarationFaults> {
        let text = std::fs::read_to_string(path).map_err(|error| DeclarationFault::unreadable(path, &error))?;
        let file = path.display().to_string();
        let mut reporter = Reporter::new(&file, &text);
        let raw: RawCalendar = match toml::from_str(&text) {
            Ok(raw) => raw,
            Err(error) => {
                reporter.syntax(&error);
                return reporter.end(None);
            }
        };
        let mut holidays = Vec::with_capacity(raw.holidays.len());
        for holiday in raw.holidays {
            let span = holiday.span();
            match holiday.into_inner().read() {
                Ok(holiday) => holidays.push(holiday),
                Err(mistake) => reporter.fault(span, &mistake),
            }
        }
        reporter.end(Some(Self { holidays }))
    }
}
