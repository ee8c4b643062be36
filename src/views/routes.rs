//! `/api/views`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::answers::{SavedView, ViewList};
use super::{ViewError, Views, Wanted, describe};
use crate::accounts::body::Body;
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::{Ask, Gate, Needs, Operation, Parameters, Path, Problem, Routes};
use crate::identity::{Caller, Denied, Person};

/// Bytes of a body.
const MOST: usize = 32 << 10;

type Shared = State<Arc<Views>>;

impl FromRef<Arc<Views>> for Gate {
    fn from_ref(domain: &Arc<Views>) -> Self {
        domain.gate.clone()
    }
}

impl Views {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        const ALL: &str = "/api/views";
        Routes::new()
            .route(Operation::get("views", ALL, Needs::Account).described(describe::views), all)
            .route(Operation::post("view_create", ALL, Needs::Account).described(describe::create), create)
            .route(
                Operation::delete("view_delete", "/api/views/{view}", Needs::Account).described(describe::delete),
                delete,
            )
            .answered_by(self)
    }
}

async fn all(State(views): Shared, ask: Ask) -> Result<Response, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let collection = query.take("collection");
    query.finish()?;
    let person = person(&ask.caller)?;
    let all = views.all(person, collection.as_deref()).await?;
    let views = all.into_iter().map(|row| SavedView::of(row, person.account)).collect();
    Ok(private(Json(ViewList { views })))
}

async fn create(State(views): Shared, caller: Caller, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let person = person(&caller)?;
    let mut body = Body::of(read_json(&headers, body, JSON_TYPES, MOST).await?);
    let wanted = Wanted {
        name: body.text("name"),
        collection: body.text("collection"),
        query: body.text("query"),
        organisation: body.id("organisation"),
    };
    let wanted = body.finish_with(Some(wanted)).map_err(ViewError::from)?;
    let made = views.create(&caller, person, wanted).await?;
    Ok((StatusCode::CREATED, private(Json(SavedView::of(made, person.account)))).into_response())
}

async fn delete(State(views): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    views.delete(&caller, person(&caller)?, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whoever is signed in, behind [`Needs::Account`].
fn person(caller: &Caller) -> Result<Person, Denied> {
    caller.person().ok_or(Denied::NotSignedIn)
}
