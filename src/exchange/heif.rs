//! Photos as phones of some makers write them: HEIC, read where this GDAL can. Called by a limited process alone.

use gdal::raster::GdalDataType;
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};

const DRIVER: &str = "HEIF";
/// Where GDAL finds it: in memory.
const NAME: &str = "/vsimem/photo.heic";

/// The pixels of a photo, turned as it is to be seen.
#[derive(Debug)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// Red, green and blue, a byte each, row by row.
    pub rgb: Vec<u8>,
}

/// Why there are no pixels.
#[derive(Debug, thiserror::Error)]
pub enum HeifFault {
    #[error("this GDAL reads no HEIF")]
    NoDriver,
    #[error("{width} × {height} pixels are too many")]
    TooLarge { width: u32, height: u32 },
    #[error("the photo cannot be read")]
    Unreadable,
}

/// True where this GDAL reads such photos.
pub fn can_be_read() -> bool {
    DriverManager::get_driver_by_name(DRIVER).is_ok()
}

/// Decodes a photo unless its head says that it has more than so many pixels.
///
/// # Errors
/// See [`HeifFault`].
pub fn decode(bytes: Vec<u8>, most_pixels: u64) -> Result<Pixels, HeifFault> {
    let _ = gdal::config::set_config_option("CPL_DEBUG", "OFF");
    // SAFETY: installs GDAL's own handler that says nothing.
    unsafe { gdal_sys::CPLSetErrorHandler(Some(gdal_sys::CPLQuietErrorHandler)) };
    if !can_be_read() {
        return Err(HeifFault::NoDriver);
    }
    gdal::vsi::create_mem_file(NAME, bytes).map_err(|_| HeifFault::Unreadable)?;
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&[DRIVER]),
        open_options: None,
        sibling_files: None,
    };
    let dataset = Dataset::open_ex(NAME, options).map_err(|_| HeifFault::Unreadable)?;
    let (columns, rows) = dataset.raster_size();
    let (Ok(width), Ok(height)) = (u32::try_from(columns), u32::try_from(rows)) else {
        return Err(HeifFault::Unreadable);
    };
    if u64::from(width) * u64::from(height) > most_pixels {
        return Err(HeifFault::TooLarge { width, height });
    }
    let mut rgb = vec![0; columns * rows * 3];
    for nth in 0..3 {
        let band = dataset.rasterband(nth + 1).map_err(|_| HeifFault::Unreadable)?;
        if band.band_type() != GdalDataType::UInt8 {
            return Err(HeifFault::Unreadable);
        }
        let values = band.read_band_as::<u8>().map_err(|_| HeifFault::Unreadable)?;
        rgb.iter_mut().skip(nth).step_by(3).zip(values.data()).for_each(|(to, from)| *to = *from);
    }
    Ok(Pixels { width, height, rgb })
}
