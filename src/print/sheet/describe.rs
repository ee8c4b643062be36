//! How the alarm sheet is described.

use crate::firewater::describe::{FIRE_WATER, place};
use crate::http::spec::{Context, Spec, binary, choice, limit, text};

/// `/api/firewater/alarm-sheet.pdf`
pub fn alarm_sheet(_: &Context<'_>) -> Spec {
    let language =
        "The language of the sheet; without it, that of the request's headers, or German where they name none";
    Spec::new(FIRE_WATER, "The alarm sheet: one page A4 with map and water")
        .parameters(place())
        .parameter(limit(12, 10))
        .parameter(text("text", "What has happened; the title of the sheet"))
        .parameter(choice("lang", language, &["de", "en"]))
        .found("The sheet", "application/pdf", &binary())
        .refused("400", "Invalid")
}
