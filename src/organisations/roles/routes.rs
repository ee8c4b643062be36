//! `/api/roles`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::http::answer::private;
use crate::http::{Ask, Needs, Operation, Parameters, Problem, Routes};
use crate::identity::roles::Role as Declared;
use crate::organisations::answers::{Role, RoleList};
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
    let told = |(role, may_give): (Arc<Declared>, bool)| Role {
        name: role.name.clone(),
        title: role.title.in_language(language).to_owned(),
        description: role.description.in_language(language).to_owned(),
        kinds: role.kinds.clone(),
        may_give,
        sentences: organisations.in_words(&role, organisation.as_ref(), language),
    };
    let roles = organisations.roles(&ask.caller, organisation.as_ref()).into_iter().map(told).collect();
    let language = [(header::CONTENT_LANGUAGE, language.tag())];
    Ok((language, private(Json(RoleList { roles }))).into_response())
}
