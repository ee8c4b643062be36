//! A calendar from its file, every fault with its line.

use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::{Calendar, Holiday, Rule};
use crate::collection::{DeclarationFault, DeclarationFaults, Label};

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
    /// What is wrong is said in words.
    fn read(self) -> Result<Holiday, &'static str> {
        let rule = match (self.month, self.day, self.easter) {
            // A day that a leap year alone has would be no holiday in the others.
            (Some(month), Some(day), None) if NaiveDate::from_ymd_opt(2001, month, day).is_some() => {
                Rule::Fixed { month, day }
            }
            (Some(_), Some(_), None) => return Err("there is no such day in every year"),
            (None, None, Some(days)) if days.abs() <= 100 => Rule::Easter(days),
            (None, None, Some(_)) => return Err("easter lies within 100 days of Easter Sunday"),
            _ => return Err("a holiday has either month and day or easter"),
        };
        let years = (self.from.unwrap_or(i32::MIN), self.until.unwrap_or(i32::MAX));
        if years.0 > years.1 {
            return Err("from is later than until");
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
        let file = path.display().to_string();
        let fault = |line, reason: String| DeclarationFault { file: file.clone(), line, reason };
        let text = std::fs::read_to_string(path)
            .map_err(|error| DeclarationFaults(vec![fault(1, format!("cannot be read: {error}"))]))?;
        let line_of = |start: usize| 1 + text[..start.min(text.len())].matches('\n').count();
        let raw: RawCalendar = toml::from_str(&text).map_err(|error| {
            let line = line_of(error.span().map_or(0, |span| span.start));
            DeclarationFaults(vec![fault(line, error.message().to_owned())])
        })?;
        let mut faults = Vec::new();
        let mut holidays = Vec::with_capacity(raw.holidays.len());
        for holiday in raw.holidays {
            let line = line_of(holiday.span().start);
            match holiday.into_inner().read() {
                Ok(holiday) => holidays.push(holiday),
                Err(reason) => faults.push(fault(line, reason.to_owned())),
            }
        }
        if faults.is_empty() { Ok(Self { holidays }) } else { Err(DeclarationFaults(faults)) }
    }
}
