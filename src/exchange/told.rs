//! Why nothing was imported or exported, for people.

use schemars::JsonSchema;
use serde::Serialize;

use super::export::{ExportError, UnknownFormat};
use super::gdal_reason;
use super::import::ImportError;
use super::locate::Unlocated;
use super::source::SourceError;
use crate::editing::EditError;
use crate::texts::{Tell, Told};

/// What there is to say of files that are not read or written; `why` is what somebody else says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum OfExchange {
    // Of imports.
    ReportUnwritten { why: Told },
    Strict { errors: u64 },
    Overtaken { features: usize },
    Differs,
    Stopped,
    // Of exports.
    NoFormat { name: String, known: Vec<String> },
    Unwritable { why: Told },
    StaffOnly { collection: String, class: String },
    BoxFarAway,
    FileOnly,
    GeometryUnwritable { error: String },
    ColumnUnwritable,
    ZipUnwritable,
    GdalFailed { error: String },
}

impl Tell for OfExchange {
    const FILE: &'static str = "exchange";
}

impl From<&ImportError> for Told {
    fn from(error: &ImportError) -> Self {
        Self::of(&match error {
            ImportError::Source(SourceError(label)) | ImportError::Unlocated(Unlocated(label)) => {
                return label.clone().into();
            }
            ImportError::Denied(denied) => return Self::of(denied),
            ImportError::Store(error) | ImportError::Edit(EditError::Store(error)) => return error.into(),
            ImportError::Edit(EditError::Denied(denied)) => return Self::of(denied),
            ImportError::Edit(EditError::Invalid(faults)) => return Self::verbatim(faults.to_string()),
            ImportError::Edit(EditError::Lagging(lagging)) => return Self::verbatim(lagging.to_string()),
            ImportError::Edit(error) => return Self::of(error),
            ImportError::Report(error) => OfExchange::ReportUnwritten { why: error.into() },
            ImportError::Strict(outcome) => OfExchange::Strict { errors: outcome.counts.error },
            ImportError::Overtaken(features) => OfExchange::Overtaken { features: *features },
            ImportError::Differs => OfExchange::Differs,
            ImportError::Stopped => OfExchange::Stopped,
        })
    }
}

impl From<&ExportError> for Told {
    fn from(error: &ExportError) -> Self {
        Self::of(&match error {
            ExportError::Io(error) => OfExchange::Unwritable { why: error.into() },
            ExportError::Crs(error) => return error.into(),
            ExportError::Mapping(error) => return error.into(),
            ExportError::Refused(refused) => return Self::of(refused),
            ExportError::Gdal(error) => OfExchange::GdalFailed { error: gdal_reason::of(error) },
        })
    }
}

impl From<&UnknownFormat> for Told {
    fn from(UnknownFormat { name, known }: &UnknownFormat) -> Self {
        let known = known.iter().map(|known| (*known).to_owned()).collect();
        Self::of(&OfExchange::NoFormat { name: name.clone(), known })
    }
}
