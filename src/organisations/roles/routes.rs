//! `/api/roles`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::answer::private;
use crate::http::{Ask, Needs, Operation, Parameters, Problem, Routes};
use crate::organisations::routes::Shared;
use crate::organisations::{OrganisationError, Organisations, Refusal, describe};

/// The route for whoever has signed in.
pub fn add(routes: Routes<Arc<Organisations>>) -> Routes<Arc<Organisations>> {
    routes.route(Operation::get("roles", "/api/roles", Needs::Account).described(describe::roles), all)
}

/// With `organisation` the roles that it gives, told of it; only for those who administer it.
async fn all(State(organisations): Shared, ask: Ask) -> Result<Response, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let organisation = query.take("organisation");
    query.finish()?;
    let organisation = match organisation.map(|id| id.parse::<Uuid>()) {
        Some(Ok(id)) => Some(organisations.one(&ask.caller, id).await?),
        Some(Err(_)) => return Err(OrganisationError::from(Refusal::NoOrganisation).into()),
        None => None,
    };
    let language = ask.language;
    let roles: Vec<Value> = organisations
        .roles(&ask.caller, organisation.as_ref())
        .into_iter()
        .map(|(role, may_give)| {
            json!({
                "name": role.name, "title": role.title.in_language(language),
                "description": role.description.in_language(language), "for": role.kinds, "may_give": may_give,
                "sentences": organisations.in_words(&role, organisation.as_ref(), language),
            })
        })
        .collect();
    let language = [(header::CONTENT_LANGUAGE, language.tag())];
    Ok((language, private(Json(json!({ "roles": roles })))).into_response())
}
