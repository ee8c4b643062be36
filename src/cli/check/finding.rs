//! What `geokontor check` says.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Tell, Told};

/// A subject of the check, what was found, or what to do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Finding<'a> {
    // How a line begins.
    Ok,
    Fault,
    // Subjects.
    Configuration,
    District,
    Calendar,
    Declarations,
    Roles,
    Checklists,
    Supply,
    Tilesets,
    Cartography,
    Texts,
    SignIn,
    Database,
    Postgis,
    Schema,
    Rights,
    Coordinates,
    FileFormats,
    // What was found.
    ListensOn { address: &'a str, data: String },
    NotASetting { variable: &'a str },
    DistrictIn { name: &'a str, crs: String },
    Drawn { symbols: usize, fonts: usize },
    BothLanguages,
    ByPassword { providers: Vec<&'a str> },
    PostgresqlAt { version: &'a str, place: &'a str },
    NoPostgis,
    Migrations { applied: usize, known: usize },
    NewerMigrations { count: usize },
    MayServe,
    MissingRights { rights: Vec<Told> },
    ProjWithGrid { version: String },
    Gdal { version: String },
    GdalLacks { version: String, drivers: Vec<&'a str> },
    At { what: Told, place: &'a str },
    // What to do.
    SeeSettings,
    SeeDeclarations,
    SeeTexts,
    SeeProviders,
    SeeTilesets,
    SeeCartography,
    CorrectUrl,
    IsItRunning,
    NewerPostgis { major: u32, minor: u32 },
    CreatePostgis,
    RunNewerProgram,
    GrantRights,
    InstallProjData,
    InstallGdal,
}

impl Tell for Finding<'_> {
    const FILE: &'static str = "check";
}
