//! What commands say: results, progress, and why something was not done.

use schemars::JsonSchema;
use serde::Serialize;

use crate::store::contents::Contents;
use crate::texts::{Tell, Told};

/// A sentence of a command; `why` is what somebody else says, `place` the database without its password.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Said<'a> {
    // Heads of lists of faults.
    ConfigurationFaulty,
    DeclarationsFaulty,
    TextsFaulty,
    RolesFaulty,
    ChecklistsFaulty,
    SupplyFaulty,
    CalendarFaulty,
    ProvidersFaulty,
    StyleFaulty,
    // Of the machine and the database.
    CannotStart { why: Told },
    AtDatabase { why: Told, place: String },
    NoAnswer { why: Told },
    RegistersUnread { why: Told },
    Unreadable { file: String, why: Told },
    Unwritable { file: String, why: Told },
    BrokeOff { why: String },
    NoWeb { why: String },
    NoHashing { why: String },
    NoFiles { why: Told },
    NoArchive { file: &'a str, why: Told },
    NoMaps { why: Told },
    // Names that nothing has.
    NoCollection { name: &'a str, known: Vec<String> },
    NoTileset { name: &'a str, known: Vec<String> },
    NoRole { name: &'a str, known: Vec<String> },
    NoEncoding { name: &'a str },
    NoBox { text: &'a str },
    NoExpiry { text: &'a str },
    NoMunicipality { text: &'a str },
    Zooms { first: u8, last: u8 },
    // Accounts.
    PasswordLink { days: i64, hours: i64 },
    AccountDisabled { mail: String },
    AccountEnabled { mail: String },
    AccountErased { mail: String },
    Administrator,
    DisabledSince { day: String },
    // Tokens.
    TokenOnce,
    TokenTaken { name: &'a str },
    TokenExpired,
    NoToken { name: &'a str },
    TokenRevoked { name: &'a str },
    AllCollections,
    Everywhere,
    RevokedOn { day: String },
    ExpiredOn { day: String },
    Until { day: String },
    Unlimited,
    // Readers of the database.
    PasswordOnce,
    ReaderPassword { name: String },
    ReaderByHost { name: String },
    TemporaryTables { name: String },
    LargeObjects { name: String },
    // Migrate, demo.
    UpToDate { versions: &'a str },
    Objects { count: usize },
    ObjectsLoaded { count: usize, seconds: f64 },
    RegistersNotEmpty,
    NothingLoaded { why: Told },
    DemoNotLoaded { why: Told },
    BoundsUnfit { why: Told },
    NotDeclared { name: &'a str },
    // Backup and restore.
    Contents { features: i64, changes: i64, changesets: i64, tokens: i64 },
    BackedUp { file: String, bytes: u64, contents: Told },
    Restored { at: String, contents: Told },
    ProgramMissing { name: &'a str, why: Told },
    ProgramFailed { name: &'a str, error: String },
    ManifestUnread { file: String, why: Told },
    NoManifest { file: String, why: String },
    OtherDistrict { district: &'a str, crs: &'a str, ours: &'a str },
    Damaged { file: String },
    NoPostgis { place: String },
    DatabaseNotEmpty { place: String },
    HoldsOther { found: Told, wanted: Told },
    NothingRestored { error: String },
    // Serving.
    CannotListen { address: &'a str, why: Told },
    NoAddress { address: &'a str },
    NoSignals { why: Told },
    // Imports.
    Rows { rows: u64, rate: u64 },
    // Exports and tiles.
    FeaturesWritten { features: usize },
    FeaturesAbsent { features: usize },
    ValuesCut { property: &'a str, values: usize, width: usize },
    NamesCut { names: Vec<String> },
    DegreesOnly { format: &'a str },
    ZoomDone { zoom: u8, tiles: u64 },
    TilesWritten { tiles: u64, bytes: u64, seconds: f64, file: String },
}

impl Tell for Said<'_> {
    const FILE: &'static str = "commands";
}

impl From<&Contents> for Said<'_> {
    fn from(contents: &Contents) -> Self {
        let Contents { changesets, changes, tokens, .. } = *contents;
        Self::Contents { features: contents.features.values().sum(), changes, changesets, tokens }
    }
}

/// Seconds, as people read them.
pub fn tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}
