//! The picture that an authenticator is shown.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

/// Modules of quiet around it (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// A QR code as SVG, dark on what lies behind it; `None` for a text that is too long for one.
pub fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in (0..code.size).filter(|column| code[row][*column].value()) {
            // Writing into a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", column + QUIET, row + QUIET);
        }
    }
    let size = code.size + 2 * QUIET;
    Some(format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\"><path d=\"{path}\"/></svg>"))
}
