//! Is the GDAL of this machine the one that reading and writing rely on?

use gdal::DriverManager;

/// Every driver that the reader and the exports ask for by name.
const NEEDED: [&str; 3] = ["GPKG", "ESRI Shapefile", "GPX"];

/// The version of the linked GDAL, for example `3.6.2`.
pub fn gdal_version() -> String {
    gdal::version::version_info("RELEASE_NAME")
}

/// The drivers that are needed and not there; files of their formats could not be exchanged.
pub fn missing_drivers() -> Vec<&'static str> {
    NEEDED.into_iter().filter(|name| DriverManager::get_driver_by_name(name).is_err()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_gdal_of_this_machine_has_all_drivers() {
        assert_eq!(super::missing_drivers(), Vec::<&str>::new());
    }
}
