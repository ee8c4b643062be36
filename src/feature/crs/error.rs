//! What can go wrong with a CRS or a coordinate.

use super::Crs;
use crate::texts::{Label, Told};

/// Why a CRS or a coordinate could not be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CrsError {
    /// The text is no CRS name in any form read here.
    #[error(
        "`{0}` does not name a coordinate reference system; write for example \
         http://www.opengis.net/def/crs/EPSG/0/25833, EPSG:25833 or CRS84"
    )]
    Malformed(String),
    /// The name is well formed, but PROJ's database has no such entry.
    #[error("{0} is not a known coordinate reference system")]
    Unknown(String),
    /// It exists, but is no horizontal system with an east and a north axis.
    #[error("{name} ({title}) cannot be used: it has no east and north axis, or has a height")]
    NotHorizontal {
        /// Short name, for example `EPSG:7837`.
        name: String,
        /// Name in the register, for example `DHHN2016 height`.
        title: String,
    },
    /// The only way known ignores the difference of the datums and may be wrong by hundreds of metres.
    #[error("{from} → {to}: the only known transformation ignores the datum and may be wrong by hundreds of metres")]
    OnlyBallpark {
        /// Source CRS.
        from: Crs,
        /// Target CRS.
        to: Crs,
    },
    /// No way at all is known, or its grids are not installed.
    #[error("{from} → {to}: no transformation is known or its grid is not installed")]
    NoOperation {
        /// Source CRS.
        from: Crs,
        /// Target CRS.
        to: Crs,
    },
    /// A coordinate lies outside what the transformation is defined for, or is not a number.
    #[error("coordinate x={x}, y={y} in {from} cannot be expressed in {to}")]
    OutOfRange {
        /// East or longitude as given.
        x: f64,
        /// North or latitude as given.
        y: f64,
        /// Source CRS.
        from: Crs,
        /// Target CRS.
        to: Crs,
    },
    /// The grid for the German datum shift is not used.
    #[error(
        "the datum shift grid {file} is not in use: install the Debian package `{package}` \
         (control point off by {off_m:.3} m, operation: {operation})"
    )]
    GridMissing {
        /// File name of the grid.
        file: &'static str,
        /// Debian package that brings it.
        package: &'static str,
        /// Distance of the control point from its true place, in metres.
        off_m: f64,
        /// What PROJ used instead.
        operation: String,
    },
    /// PROJ itself failed, for example because its database is missing.
    #[error("PROJ failed (is the Debian package `proj-data` installed?): {0}")]
    Proj(String),
}

impl From<&CrsError> for Told {
    fn from(error: &CrsError) -> Self {
        Label::new(error.german(), error.to_string()).into()
    }
}

impl CrsError {
    /// The text in German.
    pub fn german(&self) -> String {
        match self {
            Self::Malformed(text) => {
                format!("„{text}“ nennt kein Koordinatensystem; zum Beispiel EPSG:25833 oder CRS84")
            }
            Self::Unknown(name) => format!("das Koordinatensystem {name} ist nicht bekannt"),
            Self::NotHorizontal { name, title } => {
                format!("{name} ({title}) ist nicht verwendbar: es hat keine Ost- und Nordachse, oder eine Höhe")
            }
            Self::OnlyBallpark { from, to } => format!(
                "{from} → {to}: die einzige bekannte Umrechnung lässt das Datum außer Acht und kann um Hunderte Meter danebenliegen"
            ),
            Self::NoOperation { from, to } => {
                format!("{from} → {to}: keine Umrechnung bekannt, oder ihr Gitter ist nicht installiert")
            }
            Self::OutOfRange { x, y, from, to } => {
                format!("die Koordinate x={x}, y={y} in {from} liegt außerhalb dessen, was {to} abbilden kann")
            }
            Self::GridMissing { file, package, off_m, .. } => format!(
                "das Gitter {file} für den Datumsübergang wird nicht verwendet ({off_m:.3} m Abweichung): bitte das Debian-Paket {package} installieren"
            ),
            Self::Proj(reason) => {
                format!("PROJ ist gescheitert (ist das Debian-Paket proj-data installiert?): {reason}")
            }
        }
    }
}
