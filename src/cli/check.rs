//! `geokontor check`: what is wrong with configuration, declarations, database and machine.
//!
//! One line a subject: `ok` or `FAULT`, what was found, what to do. It changes nothing.

mod finding;

use std::sync::Arc;

use crate::accounts::{Providers, ProvidersFault};
use crate::calendar::Calendar;
use crate::collection::{Catalogue, District};
use crate::config::{Config, ConfigFaults, redacted};
use crate::exchange::drivers::{gdal_version, missing_drivers};
use crate::feature::crs::{Crs, assert_grids, proj_version};
use crate::identity::Roles;
use crate::mail::Templates;
use crate::print::Studio;
use crate::store::inspect::Inspection;
use crate::store::{Store, StoreError};
use crate::supply;
use crate::texts::{DeclarationFaults, Told};
use crate::tiles::{Cartography, Tilesets};
use crate::upkeep::Checklists;

use super::{Failure, Voice, vocabulary};
pub use finding::Finding;

/// The oldest PostGIS the statements and views of this program were tested with.
const OLDEST_POSTGIS: (u32, u32) = (3, 3);

/// Prints findings and counts faults.
struct Report<'a> {
    voice: &'a Voice,
    faults: usize,
}

impl<'a> Report<'a> {
    fn new(voice: &'a Voice) -> Self {
        Self { voice, faults: 0 }
    }

    fn ok(&self, subject: &Finding<'_>, found: impl Into<Told>) {
        self.line(&Finding::Ok, subject, &self.voice.sentence(found));
    }

    fn fault(&mut self, subject: &Finding<'_>, found: impl Into<Told>, to_do: &Finding<'_>) {
        let found = self.voice.sentence(found);
        self.fault_at(subject, &found, Some(to_do));
    }

    /// Every mistake of a file, with its line.
    fn declared(&mut self, subject: &Finding<'_>, faults: &DeclarationFaults, to_do: &Finding<'_>) {
        for fault in &faults.0 {
            let found = fault.in_language(&self.voice.texts, self.voice.language);
            self.fault_at(subject, &found, Some(to_do));
        }
    }

    fn fault_at(&mut self, subject: &Finding<'_>, found: &str, to_do: Option<&Finding<'_>>) {
        self.faults += 1;
        let to_do = to_do.map_or_else(String::new, |to_do| format!(" – {}", self.voice.sentence(to_do)));
        self.line(&Finding::Fault, subject, &format!("{found}{to_do}"));
    }

    fn line(&self, outcome: &Finding<'_>, subject: &Finding<'_>, found: &str) {
        let (outcome, subject) = (self.voice.sentence(outcome), self.voice.sentence(subject));
        super::tell(format_args!("{outcome:6} {subject}: {found}"));
    }

    fn end(self) -> Result<(), Failure> {
        if self.faults == 0 { Ok(()) } else { Err(Failure::Said) }
    }
}

/// Says what is wrong with the configuration; nothing else can be looked at then.
pub fn misconfigured(faults: &ConfigFaults, voice: &Voice) -> Failure {
    let mut report = Report::new(voice);
    for fault in &faults.0 {
        report.fault_at(&Finding::Configuration, &fault.in_language(&voice.texts, voice.language), None);
    }
    Failure::Said
}

/// Checks everything.
///
/// # Errors
/// [`Failure::Said`] when there was a fault.
pub async fn run(config: &Config, voice: &Voice) -> Result<(), Failure> {
    let mut report = Report::new(voice);
    let data = config.data.display().to_string();
    report.ok(&Finding::Configuration, &Finding::ListensOn { address: &config.listen, data });
    for variable in unknown_variables() {
        let found = Finding::NotASetting { variable: &variable };
        report.fault(&Finding::Configuration, &found, &Finding::SeeSettings);
    }
    let crs = declarations(config, &mut report);
    texts(config, &mut report);
    providers(config, &mut report);
    database(config, crs, &mut report).await;
    match assert_grids() {
        Ok(()) => report.ok(&Finding::Coordinates, &Finding::ProjWithGrid { version: proj_version() }),
        Err(error) => report.fault(&Finding::Coordinates, &error, &Finding::InstallProjData),
    }
    let (version, drivers) = (gdal_version(), missing_drivers());
    if drivers.is_empty() {
        report.ok(&Finding::FileFormats, &Finding::Gdal { version });
    } else {
        report.fault(&Finding::FileFormats, &Finding::GdalLacks { version, drivers }, &Finding::InstallGdal);
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

fn declarations(config: &Config, report: &mut Report<'_>) -> Crs {
    let to_do = Finding::SeeDeclarations;
    let crs = match District::load(&config.district) {
        Ok(district) => {
            let crs = district.crs.to_string();
            report.ok(&Finding::District, &Finding::DistrictIn { name: &district.name, crs });
            match Calendar::named(&config.data, &district.calendar) {
                Ok(_) => report.ok(&Finding::Calendar, Told::verbatim(district.calendar)),
                Err(faults) => report.declared(&Finding::Calendar, &faults, &to_do),
            }
            district.crs
        }
        Err(faults) => {
            report.declared(&Finding::District, &faults, &to_do);
            Crs::UTM33
        }
    };
    match Catalogue::load(&config.data) {
        Ok(catalogue) => {
            let names: Vec<&str> = catalogue.collections().iter().map(|collection| collection.name.as_str()).collect();
            report.ok(&Finding::Declarations, Told::verbatim(names.join(", ")));
            match Roles::load(&config.data, &catalogue) {
                Ok(roles) => report.ok(&Finding::Roles, Told::verbatim(roles.names())),
                Err(faults) => report.declared(&Finding::Roles, &faults, &to_do),
            }
            match Checklists::load(&config.data, &catalogue) {
                Ok(lists) => report.ok(&Finding::Checklists, Told::verbatim(lists.names())),
                Err(faults) => report.declared(&Finding::Checklists, &faults, &to_do),
            }
            match supply::Settings::named(&config.data, supply::W405, &catalogue) {
                Ok(settings) => report.ok(&Finding::Supply, Told::verbatim(settings.terms_in_short())),
                Err(faults) => report.declared(&Finding::Supply, &faults, &to_do),
            }
            tilesets(config, &catalogue, report);
        }
        Err(faults) => report.declared(&Finding::Declarations, &faults, &to_do),
    }
    crs
}

fn texts(config: &Config, report: &mut Report<'_>) {
    match vocabulary::tidy_texts(&config.data).and_then(|_| Templates::load(&config.data.join("texts"))) {
        Ok(_) => report.ok(&Finding::Texts, &Finding::BothLanguages),
        Err(faults) => report.declared(&Finding::Texts, &faults, &Finding::SeeTexts),
    }
}

/// They are not asked: one that is away keeps nobody from serving.
fn providers(config: &Config, report: &mut Report<'_>) {
    match Providers::load(config.openid_providers.as_deref()) {
        Ok(found) => {
            let providers = found.names().map(|(name, _)| name).collect();
            report.ok(&Finding::SignIn, &Finding::ByPassword { providers });
        }
        Err(ProvidersFault::Declared(faults)) => report.declared(&Finding::SignIn, &faults, &Finding::SeeProviders),
        Err(ProvidersFault::Web(error)) => {
            report.fault(&Finding::SignIn, Told::verbatim(error.to_string()), &Finding::SeeProviders);
        }
    }
}

fn tilesets(config: &Config, catalogue: &Catalogue, report: &mut Report<'_>) {
    match Tilesets::load(&config.tiles, catalogue) {
        Ok(tilesets) => {
            let names: Vec<&str> = tilesets.declared().map(|tileset| tileset.name.as_str()).collect();
            report.ok(&Finding::Tilesets, Told::verbatim(names.join(", ")));
            cartography(config, catalogue, &tilesets, report);
        }
        Err(faults) => report.declared(&Finding::Tilesets, &faults, &Finding::SeeTilesets),
    }
}

fn cartography(config: &Config, catalogue: &Catalogue, tilesets: &Tilesets, report: &mut Report<'_>) {
    let found = Cartography::load(&config.tiles, &config.map_ground, tilesets, catalogue).and_then(|found| {
        let drawn = Finding::Drawn { symbols: found.symbols.len(), fonts: found.fonts.len() };
        // What browsers can draw the server must be able to draw, too.
        Studio::new(Arc::new(found)).map(|_| drawn)
    });
    match found {
        Ok(drawn) => report.ok(&Finding::Cartography, &drawn),
        Err(faults) => report.declared(&Finding::Cartography, &faults, &Finding::SeeCartography),
    }
}

async fn database(config: &Config, crs: Crs, report: &mut Report<'_>) {
    let place = redacted(&config.database_url);
    // One try: whoever checks waits for no database.
    let found = match Store::connect(&config.database_url, crs, std::time::Duration::ZERO).await {
        Ok(store) => store.inspect().await,
        Err(error) => Err(error),
    };
    match found {
        Ok(found) => inspected(&found, &place, report),
        Err(error @ StoreError::Url(_)) => report.fault(&Finding::Database, &error, &Finding::CorrectUrl),
        Err(error) => {
            let found = Finding::At { what: Told::from(&error), place: &place };
            report.fault(&Finding::Database, &found, &Finding::IsItRunning);
        }
    }
}

fn inspected(found: &Inspection, place: &str, report: &mut Report<'_>) {
    report.ok(&Finding::Database, &Finding::PostgresqlAt { version: &found.postgresql, place });
    let (major, minor) = OLDEST_POSTGIS;
    match &found.postgis {
        Some(version) if is_at_least(version, OLDEST_POSTGIS) => report.ok(&Finding::Postgis, Told::verbatim(version)),
        Some(version) => {
            report.fault(&Finding::Postgis, Told::verbatim(version), &Finding::NewerPostgis { major, minor });
        }
        None => report.fault(&Finding::Postgis, &Finding::NoPostgis, &Finding::CreatePostgis),
    }
    match found.foreign.len() {
        0 => report.ok(&Finding::Schema, &Finding::Migrations { applied: found.applied, known: found.known }),
        count => report.fault(&Finding::Schema, &Finding::NewerMigrations { count }, &Finding::RunNewerProgram),
    }
    if found.missing_rights.is_empty() {
        report.ok(&Finding::Rights, &Finding::MayServe);
    } else {
        let found = Finding::MissingRights { rights: found.missing_rights.clone() };
        report.fault(&Finding::Rights, &found, &Finding::GrantRights);
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
