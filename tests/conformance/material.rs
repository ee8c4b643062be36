//! The material of others.

use std::io::Write;
use std::path::PathBuf;

/// `cql2/examples` of opengeospatial/ogcapi-features and the like.
pub const ORACLES: &str = "GEOKONTOR_ORACLES";
/// Real registers.
pub const REAL_DATA: &str = "GEOKONTOR_TEST_DATA";

/// The address of a Keycloak that has the realm of `keycloak.json`, and the address of ours that stands in it.
pub const KEYCLOAK: &str = "GEOKONTOR_KEYCLOAK";
pub const KEYCLOAK_CLIENT: &str = "GEOKONTOR_KEYCLOAK_CLIENT";

/// What a variable says. `None`: nothing, and that has been said.
pub fn setting(variable: &str) -> Option<String> {
    let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        did_not_run(&format!("{variable} is not set"));
    }
    value
}

/// A path in the folder that a variable names. `None`: not here, and that has been said.
pub fn path(variable: &str, path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os(variable).filter(|folder| !folder.is_empty()) else {
        did_not_run(&format!("{variable} is not set: nothing was tested against {path}"));
        return None;
    };
    let path = PathBuf::from(folder).join(path);
    assert!(path.exists(), "{variable} is set, but there is no {}", path.display());
    Some(path)
}

/// Says so past the capture of the test harness, which hides what passing tests print.
pub fn did_not_run(why: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // Nobody can be told that standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "DID NOT RUN  {test}: {why}");
}
