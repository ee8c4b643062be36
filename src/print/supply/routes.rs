//! `/api/supply/report.pdf`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::describe;
use super::report::Report;
use crate::collection::Language;
use crate::http::answer::private;
use crate::http::{Ask, Limit, Needs, Operation, Parameters, Problem, Routes, Wrong};
use crate::identity::Action;
use crate::print::Print;
use crate::supply::places::{Gain, best};
use crate::work::Kind;

/// Places for tanks that are printed.
const PLACES: usize = 20;

/// The routes of the report.
pub fn routes() -> Routes<Arc<Print>> {
    Routes::new().route(
        Operation::get("supply_report", "/api/supply/report.pdf", Needs::Action(Action::Read))
            .limited(Limit::Sheet)
            .described(describe::report),
        report,
    )
}

async fn report(State(print): State<Arc<Print>>, ask: Ask) -> Result<Response, Problem> {
    print.supply.allow(&ask.caller)?;
    let mut parameters = Parameters::parse(&ask.query);
    let language = match parameters.take("lang").as_deref() {
        None => ask.language,
        Some("de") => Language::De,
        Some("en") => Language::En,
        Some(_) => {
            parameters.wrong("lang", &Wrong::Choice { words: &["de", "en"] });
            ask.language
        }
    };
    parameters.finish()?;
    let situation = print.supply.keeper.now().await?;
    let printer = print.clone();
    let work = move |effort: &crate::work::Effort| {
        let print = printer;
        let asked = (&situation.assessed, situation.settings());
        let sites = best(situation.scene(), asked, situation.ways(), (PLACES, Gain::Buildings), effort)?;
        let (clock, now) = (&print.painter.clock, print.painter.clock.now());
        let (summary, places) =
            (print.supply.summary(&situation), print.supply.places(&situation, &sites, &ask.caller));
        let municipalities = print.painter.index.snapshot_of("municipalities");
        let report = Report {
            summary: &summary,
            places: &places,
            situation: &situation,
            municipalities: municipalities.as_deref(),
            district: &print.district.name,
            language,
            now,
            on_the_wall: clock.on_the_wall(now),
        };
        report.print(&print.painter.studio.cartography).map_err(|error| Problem::internal(&error))
    };
    let file = print.work.run(Kind::Answer, work).await??;
    let mut response = private(file);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"loeschwasser-w405.pdf\""));
    Ok(response)
}
