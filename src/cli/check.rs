//! `geokontor check`: what is wrong with configuration, declarations, database and machine.
//!
//! One line a subject: `ok` or `FAULT`, what was found, what to do. It changes nothing.

use std::sync::Arc;

use crate::accounts::Providers;
use crate::calendar::Calendar;
use crate::collection::{Catalogue, District};
use crate::config::{Config, ConfigFaults, redacted};
use crate::exchange::drivers::{gdal_version, missing_drivers};
use crate::feature::crs::{Crs, assert_grids, proj_version};
use crate::identity::Roles;
use crate::mail::Templates;
use crate::print::Studio;
use crate::server;
use crate::store::inspect::Inspection;
use crate::store::{Store, StoreError};
use crate::tiles::{Cartography, Tilesets};

use super::Failure;

/// The oldest PostGIS the statements and views of this program were tested with.
const OLDEST_POSTGIS: (u32, u32) = (3, 3);

/// Prints findings and counts faults.
#[derive(Default)]
struct Report {
    faults: usize,
}

impl Report {
    fn ok(&self, subject: &str, found: &str) {
        super::tell(format_args!("ok     {subject}: {found}"));
    }

    fn fault(&mut self, subject: &str, found: &str, to_do: &str) {
        self.faults += 1;
        let to_do = if to_do.is_empty() { String::new() } else { format!(" – {to_do}") };
        super::tell(format_args!("FAULT  {subject}: {found}{to_do}"));
    }

    fn end(self) -> Result<(), Failure> {
        if self.faults == 0 { Ok(()) } else { Err(Failure::Said) }
    }
}

/// Says what is wrong with the configuration; nothing else can be looked at then.
pub fn misconfigured(faults: &ConfigFaults) -> Failure {
    let mut report = Report::default();
    for fault in &faults.0 {
        report.fault("configuration", &fault.to_string(), "");
    }
    Failure::Said
}

/// Checks everything.
///
/// # Errors
/// [`Failure::Said`] when there was a fault.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let mut report = Report::default();
    report.ok("configuration", &format!("listens on {}, data in {}", config.listen, config.data.display()));
    for variable in unknown_variables() {
        report.fault("configuration", &format!("{variable} is not a setting"), "see docs/operate.md for their names");
    }
    let crs = declarations(config, &mut report);
    texts(config, &mut report);
    providers(config, &mut report);
    database(config, crs, &mut report).await;
    match assert_grids() {
        Ok(()) => report.ok("coordinates", &format!("PROJ {} with the German datum shift grid", proj_version())),
        Err(error) => report.fault("coordinates", &error.to_string(), "install the Debian package proj-data"),
    }
    match missing_drivers().as_slice() {
        [] => report.ok("file formats", &format!("GDAL {} with all drivers needed", gdal_version())),
        missing => {
            let found = format!("GDAL {} lacks {}", gdal_version(), missing.join(", "));
            report.fault("file formats", &found, "install Debian's libgdal32 or a newer one");
        }
    }
    report.end()
}

/// Settings that look like ours and are none: most likely misspelt.
fn unknown_variables() -> Vec<String> {
    std::env::vars()
        .map(|(name, _)| name)
        .filter(|name| name.strip_prefix("GEOKONTOR_").is_some_and(|key| !Config::is_setting(&key.to_lowercase())))
        .collect()
}

fn declarations(config: &Config, report: &mut Report) -> Crs {
    let to_do = "correct the file; docs/data.md says how registers are declared";
    let crs = match District::load(&config.district) {
        Ok(district) => {
            report.ok("district", &format!("{} in {}", district.name, district.crs));
            match Calendar::named(&config.data, &district.calendar) {
                Ok(_) => report.ok("calendar", &district.calendar),
                Err(faults) => faults.0.iter().for_each(|fault| report.fault("calendar", &fault.to_string(), to_do)),
            }
            district.crs
        }
        Err(faults) => {
            faults.0.iter().for_each(|fault| report.fault("district", &fault.to_string(), to_do));
            Crs::UTM33
        }
    };
    match Catalogue::load(&config.data) {
        Ok(catalogue) => {
            let names: Vec<&str> = catalogue.collections().iter().map(|collection| collection.name.as_str()).collect();
            report.ok("declarations", &names.join(", "));
            match Roles::load(&config.data, &catalogue) {
                Ok(roles) => report.ok("roles", &roles.names()),
                Err(faults) => faults.0.iter().for_each(|fault| report.fault("roles", &fault.to_string(), to_do)),
            }
            tilesets(config, &catalogue, report);
        }
        Err(faults) => faults.0.iter().for_each(|fault| report.fault("declarations", &fault.to_string(), to_do)),
    }
    crs
}

fn texts(config: &Config, report: &mut Report) {
    match server::texts(&config.data).and_then(|_| Templates::load(&config.data.join("texts"))) {
        Ok(_) => report.ok("texts", "every sentence and every mail in German and in English"),
        Err(faults) => {
            let to_do = "correct the file; docs/data.md says how texts are written";
            faults.0.iter().for_each(|fault| report.fault("texts", &fault.to_string(), to_do));
        }
    }
}

/// They are not asked: one that is away keeps nobody from serving.
fn providers(config: &Config, report: &mut Report) {
    match Providers::load(config.openid_providers.as_deref()) {
        Ok(found) => match found.names().map(|(name, _)| name).collect::<Vec<_>>().as_slice() {
            [] => report.ok("sign-in", "by password"),
            names => report.ok("sign-in", &format!("by password, and through {}", names.join(", "))),
        },
        Err(fault) => {
            let to_do = "docs/operate.md says how providers are declared";
            fault.to_string().lines().for_each(|line| report.fault("sign-in", line, to_do));
        }
    }
}

fn tilesets(config: &Config, catalogue: &Catalogue, report: &mut Report) {
    match Tilesets::load(&config.tiles, catalogue) {
        Ok(tilesets) => {
            let names: Vec<&str> = tilesets.declared().map(|tileset| tileset.name.as_str()).collect();
            report.ok("tilesets", &names.join(", "));
            cartography(config, catalogue, &tilesets, report);
        }
        Err(faults) => {
            let to_do = "correct the file; docs/data.md says how tilesets are declared";
            faults.0.iter().for_each(|fault| report.fault("tilesets", &fault.to_string(), to_do));
        }
    }
}

fn cartography(config: &Config, catalogue: &Catalogue, tilesets: &Tilesets, report: &mut Report) {
    let found = Cartography::load(&config.tiles, &config.map_ground, tilesets, catalogue).and_then(|found| {
        let summary = format!("{} symbols, {} fonts", found.symbols.len(), found.fonts.len());
        // What browsers can draw the server must be able to draw, too.
        Studio::new(Arc::new(found)).map(|_| summary)
    });
    match found {
        Ok(summary) => report.ok("cartography", &summary),
        Err(faults) => {
            let to_do = "docs/cartography.md says how styles and symbols are made";
            faults.0.iter().for_each(|fault| report.fault("cartography", &fault.to_string(), to_do));
        }
    }
}

async fn database(config: &Config, crs: Crs, report: &mut Report) {
    let place = redacted(&config.database_url);
    // One try: whoever checks waits for no database.
    let found = match Store::connect(&config.database_url, crs, std::time::Duration::ZERO).await {
        Ok(store) => store.inspect().await,
        Err(error) => Err(error),
    };
    match found {
        Ok(found) => inspected(&found, &place, report),
        Err(StoreError::Url(error)) => {
            report.fault("database", &format!("the URL is not valid: {error}"), "correct DATABASE_URL");
        }
        Err(error) => report.fault("database", &format!("{error} ({place})"), "is it running, is DATABASE_URL right?"),
    }
}

fn inspected(found: &Inspection, place: &str, report: &mut Report) {
    report.ok("database", &format!("PostgreSQL {} at {place}", found.postgresql));
    let (major, minor) = OLDEST_POSTGIS;
    match &found.postgis {
        Some(version) if is_at_least(version, OLDEST_POSTGIS) => report.ok("postgis", version),
        Some(version) => report.fault("postgis", version, &format!("{major}.{minor} or newer is needed")),
        None => report.fault("postgis", "not in this database", "as a superuser: CREATE EXTENSION postgis"),
    }
    let schema = format!("{} of {} migrations applied", found.applied, found.known);
    match (found.foreign.as_slice(), found.applied == found.known) {
        ([], true) => report.ok("schema", &schema),
        ([], false) => report.ok("schema", &format!("{schema}; the rest follow at the next start")),
        (foreign, _) => {
            let found = format!("{} migrations of a newer program were applied", foreign.len());
            report.fault("schema", &found, "run that program, or restore the backup made before it");
        }
    }
    match found.missing_rights.as_slice() {
        [] => report.ok("rights", "may serve and migrate"),
        missing => report.fault("rights", &format!("missing: {}", missing.join(", ")), "grant them to the account"),
    }
}

fn is_at_least(version: &str, oldest: (u32, u32)) -> bool {
    let mut parts = version.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= oldest
}

#[cfg(test)]
mod tests {
    use super::is_at_least;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_at_least("3.3.2", (3, 3)));
        assert!(is_at_least("3.10.0dev", (3, 3)));
        assert!(is_at_least("4.0", (3, 3)));
        assert!(!is_at_least("3.2.9", (3, 3)));
        assert!(!is_at_least("2.5", (3, 3)));
    }
}
