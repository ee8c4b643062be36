//! The parameter `at` of every door that takes a place as a text.

use super::place::Located;
use crate::app::App;
use crate::collection::Language;
use crate::http::Parameters;
use crate::identity::Caller;

/// Longest text that is read as a place, in characters.
const LONGEST: usize = 500;

/// The place that `at` names; `None` without it, or with a fault that is kept with the parameters.
pub async fn at(app: &App, caller: &Caller, parameters: &mut Parameters, language: Language) -> Option<Located> {
    let text = parameters.take("at")?;
    if text.chars().count() > LONGEST {
        parameters.fault("at", format!("a place has at most {LONGEST} characters"));
        return None;
    }
    app.search.ready().await;
    match app.search.place(&app.index, &text, |name| caller.visibility(name), language) {
        Ok(located) => Some(located),
        Err(unplaced) => {
            parameters.refuse("at", unplaced.code, unplaced.message, &unplaced.candidates);
            None
        }
    }
}
