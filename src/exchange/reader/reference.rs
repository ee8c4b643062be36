//! What a file of GDAL's calls its CRS, as a code of the register.

use gdal::spatial_ref::SpatialRef;

/// The register's code of a CRS, found by what it says if it does not name it; or what the file calls it.
pub fn name(reference: &mut SpatialRef) -> (Option<String>, Option<String>) {
    let code = |reference: &SpatialRef| {
        let authority = reference.authority().ok()?;
        authority.starts_with("EPSG:").then_some(authority)
    };
    if let Some(code) = code(reference) {
        return (Some(code), None);
    }
    if reference.auto_identify_epsg().is_ok()
        && let Some(code) = code(reference)
    {
        return (Some(code), None);
    }
    match best_match(reference) {
        Some(code) => (Some(code), None),
        None => (None, reference.name().or_else(|| Some("without a name".to_owned()))),
    }
}

/// PROJ's best match among the register, if it is sure of it. ESRI's .prj files name no codes.
fn best_match(reference: &SpatialRef) -> Option<String> {
    let (mut count, mut confidences) = (0, std::ptr::null_mut());
    // SAFETY: the handle lives as long as `reference`; both lists are freed below.
    let matches = unsafe {
        gdal_sys::OSRFindMatches(reference.to_c_hsrs(), std::ptr::null_mut(), &raw mut count, &raw mut confidences)
    };
    let mut found = None;
    if !matches.is_null() {
        // SAFETY: both lists have `count` entries, the list of handles ends with NULL.
        unsafe {
            if count > 0 && *confidences >= 90 {
                let code = gdal_sys::OSRGetAuthorityCode(*matches, std::ptr::null());
                if !code.is_null() {
                    found = Some(format!("EPSG:{}", std::ffi::CStr::from_ptr(code).to_string_lossy()));
                }
            }
            gdal_sys::OSRFreeSRSArray(matches);
            gdal_sys::VSIFree(confidences.cast());
        }
    }
    found
}
