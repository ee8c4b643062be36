//! How the report is described.

use crate::http::spec::{Context, Spec, binary, choice};

/// `/api/supply/report.pdf`
pub fn report(_: &Context<'_>) -> Spec {
    let language = "The language of the report; without it, that of the request's headers";
    Spec::new("Supply", "The report on the supply with fire water: numbers, map, municipalities, places for tanks")
        .parameter(choice("lang", language, &["de", "en"]))
        .found("The report", "application/pdf", &binary())
        .refused("400", "Invalid")
}
