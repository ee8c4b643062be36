//! Where the server works. Another district is another file.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use geo_types::{Rect, coord};
use serde::Deserialize;

use super::frame::Frame;
use super::laying::{Laying, NearestWater};
use super::{DeclarationFault, DeclarationFaults, Mistake, Reminding};
use crate::coordinate::Datum;
use crate::feature::crs::{Crs, Transformer};
use crate::texts::Reporter;

/// The district a server works for.
#[derive(Debug, Clone)]
pub struct District {
    pub name: String,
    /// By which days begin.
    pub time_zone: Tz,
    /// The name of the calendar by whose holidays deadlines run, a file of `calendars/`.
    pub calendar: String,
    /// First digits of the municipality keys in the district.
    pub municipality_prefix: String,
    /// CRS of storage and index; projected, metres.
    pub crs: Crs,
    /// The UTM zone crews speak, which need not be that of `crs`; `None`: the one a position lies in.
    pub utmref_zone: Option<u8>,
    /// Longitudes and latitudes, degrees.
    pub bounds: Rect<f64>,
    /// How far outside the district an object may lie, metres.
    pub margin: f64,
    /// Up to so many metres a place counts as exact.
    pub position_accuracy: f64,
    /// How far from a place the address may be that is named with it, metres.
    pub address_within: f64,
    /// Photos of the nearest water on an alarm sheet, where there is room.
    pub alarm_sheet_photos: usize,
    /// CRSs in which files are usually delivered, the likeliest first.
    pub import_crs: Vec<Crs>,
    /// Names of what the district lies in, which say nothing of a place in it: state, and its own in short.
    pub lies_in: Vec<String>,
    /// Gauss-Krüger as it is usually meant here, the likeliest first; empty: whoever writes it says the datum.
    pub gauss_krueger: Vec<Crs>,
    /// Months after which an unconfirmed state counts as not verified, by collection.
    pub verified_for_months: HashMap<String, u32>,
    pub laying: Laying,
    pub nearest_water: NearestWater,
    /// When people are reminded of defects that are due.
    pub reminding: Reminding,
}

/// Section `[coordinates]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCoordinates {
    #[serde(default)]
    gauss_krueger: Vec<toml::Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDistrict {
    name: String,
    #[serde(default = "time_zone")]
    time_zone: toml::Spanned<String>,
    #[serde(default = "calendar")]
    calendar: toml::Spanned<String>,
    municipality_prefix: String,
    crs: toml::Spanned<String>,
    utmref_zone: Option<toml::Spanned<u8>>,
    bounds: toml::Spanned<[f64; 4]>,
    margin: f64,
    #[serde(default = "position_accuracy")]
    position_accuracy_m: toml::Spanned<f64>,
    #[serde(default = "address_within")]
    address_within_m: toml::Spanned<f64>,
    #[serde(default = "alarm_sheet_photos")]
    alarm_sheet_photos: toml::Spanned<u8>,
    import_crs: Vec<toml::Spanned<String>>,
    #[serde(default)]
    lies_in: Vec<String>,
    #[serde(default)]
    coordinates: RawCoordinates,
    #[serde(default)]
    verified_for_months: HashMap<String, u32>,
    hose: Option<toml::Spanned<Laying>>,
    nearest_water: Option<toml::Spanned<NearestWater>>,
    reminders: Option<toml::Spanned<Reminding>>,
}

/// Where districts of this kind are.
fn time_zone() -> toml::Spanned<String> {
    toml::Spanned::new(0..0, "Europe/Berlin".to_owned())
}

/// The only state there is a calendar of as yet.
fn calendar() -> toml::Spanned<String> {
    toml::Spanned::new(0..0, "mv".to_owned())
}

/// What a phone knows on a street.
fn position_accuracy() -> toml::Spanned<f64> {
    toml::Spanned::new(0..0, 50.0)
}

/// Beyond it an address says nothing about a place.
fn address_within() -> toml::Spanned<f64> {
    toml::Spanned::new(0..0, 500.0)
}

/// So many can be told apart in a row.
fn alarm_sheet_photos() -> toml::Spanned<u8> {
    toml::Spanned::new(0..0, 3)
}

impl District {
    /// CRS and transformations of the district.
    pub fn frame(&self) -> Frame {
        Frame { crs: self.crs, transformer: Transformer::new(Some(self.bounds)) }
    }

    /// The day of an instant in the district.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.time_zone).date_naive()
    }

    /// Reads a district file; every mistake with its line.
    pub fn load(path: &Path) -> Result<Self, DeclarationFaults> {
        let text = std::fs::read_to_string(path).map_err(|error| DeclarationFault::unreadable(path, &error))?;
        let file = path.display().to_string();
        let mut reporter = Reporter::new(&file, &text);
        let raw: RawDistrict = match toml::from_str(&text) {
            Ok(raw) => raw,
            Err(error) => {
                reporter.syntax(&error);
                return reporter.end(None);
            }
        };
        let read = raw.read(&mut reporter);
        reporter.end(read)
    }
}

impl RawDistrict {
    /// The district, unless something is wrong without which there is none. Every mistake is reported.
    fn read(self, reporter: &mut Reporter<'_>) -> Option<District> {
        let raw = self;
        let mut read_crs = |named: &toml::Spanned<String>| {
            Crs::from_str(named.get_ref()).map_err(|error| reporter.fault(named.span(), &error)).ok()
        };
        let crs = read_crs(&raw.crs);
        let import_crs = raw.import_crs.iter().filter_map(&mut read_crs).collect();
        let gauss_krueger: Vec<Crs> = raw.coordinates.gauss_krueger.iter().filter_map(&mut read_crs).collect();
        let named = raw.coordinates.gauss_krueger.iter().zip(&gauss_krueger);
        for (name, crs) in named.filter(|(_, crs)| crs.epsg().and_then(Datum::of).is_none()) {
            reporter.fault(name.span(), &Mistake::NoGaussKrueger { crs: crs.to_string() });
        }
        let time_zone = raw.time_zone.get_ref().parse::<Tz>().ok();
        if time_zone.is_none() {
            reporter.fault(raw.time_zone.span(), &Mistake::NoTimeZone { text: raw.time_zone.get_ref() });
        }
        let calendar = raw.calendar.get_ref();
        if calendar.is_empty()
            || !calendar.bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789-".contains(&byte))
        {
            reporter.fault(raw.calendar.span(), &Mistake::NoCalendarName { text: calendar });
        }
        if crs.is_some_and(|crs| crs.is_geographic()) {
            reporter.fault(raw.crs.span(), &Mistake::CrsNotProjected);
        }
        let [west, south, east, north] = *raw.bounds.get_ref();
        if !(west < east && south < north && west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0) {
            reporter.fault(raw.bounds.span(), &Mistake::Bounds);
        }
        if let Some(zone) = raw.utmref_zone.as_ref().filter(|zone| !(1..=60).contains(zone.get_ref())) {
            let mistake = Mistake::Between { name: "utmref_zone", least: 1.0, most: 60.0, metres: false };
            reporter.fault(zone.span(), &mistake);
        }
        for (name, metres) in
            [("position_accuracy_m", &raw.position_accuracy_m), ("address_within_m", &raw.address_within_m)]
        {
            if !(1.0..=10_000.0).contains(metres.get_ref()) {
                let mistake = Mistake::Between { name, least: 1.0, most: 10_000.0, metres: true };
                reporter.fault(metres.span(), &mistake);
            }
        }
        if *raw.alarm_sheet_photos.get_ref() > 4 {
            let mistake = Mistake::Between { name: "alarm_sheet_photos", least: 0.0, most: 4.0, metres: false };
            reporter.fault(raw.alarm_sheet_photos.span(), &mistake);
        }
        if let Some(hose) = &raw.hose {
            hose.get_ref().faults().iter().for_each(|mistake| reporter.fault(hose.span(), mistake));
        }
        if let Some(nearest) = &raw.nearest_water {
            nearest.get_ref().faults().iter().for_each(|mistake| reporter.fault(nearest.span(), mistake));
        }
        if let Some(reminders) = &raw.reminders {
            reminders.get_ref().faults().iter().for_each(|mistake| reporter.fault(reminders.span(), mistake));
        }
        let (crs, time_zone) = crs.zip(time_zone)?;
        Some(District {
            name: raw.name,
            time_zone,
            calendar: raw.calendar.into_inner(),
            municipality_prefix: raw.municipality_prefix,
            crs,
            utmref_zone: raw.utmref_zone.map(toml::Spanned::into_inner),
            bounds: Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north }),
            margin: raw.margin,
            position_accuracy: raw.position_accuracy_m.into_inner(),
            address_within: raw.address_within_m.into_inner(),
            alarm_sheet_photos: usize::from(raw.alarm_sheet_photos.into_inner()),
            import_crs,
            lies_in: raw.lies_in,
            gauss_krueger,
            verified_for_months: raw.verified_for_months,
            laying: raw.hose.map(toml::Spanned::into_inner).unwrap_or_default(),
            nearest_water: raw.nearest_water.map(toml::Spanned::into_inner).unwrap_or_default(),
            reminding: raw.reminders.map(toml::Spanned::into_inner).unwrap_or_default(),
        })
    }
}
