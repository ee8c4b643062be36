//! `/api/devices`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::accounts;
use crate::accounts::body::Body;
use crate::devices::answers::{Device, DeviceList, DeviceWithCode};
use crate::devices::{DeviceError, Devices, describe};
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::{Gate, Needs, Operation, Path, Problem, Routes};
use crate::identity::accounts::PersonName;
use crate::identity::devices::{EnrolmentCode, Listed};
use crate::identity::{Action, Caller};

/// Bytes of a body.
const MOST: usize = 16 << 10;

type Shared = State<Arc<Devices>>;

impl FromRef<Arc<Devices>> for Gate {
    fn from_ref(domain: &Arc<Devices>) -> Self {
        domain.gate.clone()
    }
}

/// The routes for those who administer.
pub fn add(routes: Routes<Arc<Devices>>) -> Routes<Arc<Devices>> {
    const NEEDS: Needs = Needs::AccountFor(Action::Administer);
    const ALL: &str = "/api/devices";
    const ONE: &str = "/api/devices/{device}";
    let code = "/api/devices/{device}/code";
    routes
        .route(Operation::get("devices", ALL, NEEDS).described(describe::devices), all)
        .route(Operation::post("device_create", ALL, NEEDS).described(describe::create), create)
        .route(Operation::patch("device_rename", ONE, NEEDS).described(describe::rename), rename)
        .route(Operation::delete("device_revoke", ONE, NEEDS).described(describe::revoke), revoke)
        .route(Operation::post("device_code", code, NEEDS).described(describe::code), new_code)
}

async fn all(State(devices): Shared, caller: Caller) -> Result<Response, Problem> {
    let now = devices.clock.now();
    let devices = devices.all(&caller).await?.into_iter().map(|one| Device::at(now, one)).collect();
    Ok(private(Json(DeviceList { devices })))
}

async fn create(
    State(devices): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&headers, body).await?;
    let name: Option<PersonName> = body.required_name("name");
    let organisation = body.id("organisation");
    if organisation.is_none() {
        body.wrong("organisation", "missing", &accounts::Refusal::Field { name: "organisation" });
    }
    let (name, organisation) = body.finish_with(name.zip(organisation)).map_err(DeviceError::from)?;
    let (made, code) = devices.create(&caller, name.as_str(), organisation).await?;
    Ok((StatusCode::CREATED, with_code(&devices, made, &code)).into_response())
}

async fn rename(
    State(devices): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&headers, body).await?;
    let name: Option<PersonName> = body.required_name("name");
    let name = body.finish_with(name).map_err(DeviceError::from)?;
    let renamed = devices.rename(&caller, id, name.as_str()).await?;
    Ok(private(Json(Device::at(devices.clock.now(), renamed))))
}

async fn new_code(State(devices): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let (device, code) = devices.new_code(&caller, id).await?;
    Ok(with_code(&devices, device, &code))
}

async fn revoke(State(devices): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    devices.revoke(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn read(headers: &HeaderMap, body: HttpBody) -> Result<Body, Problem> {
    Ok(Body::of(read_json(headers, body, JSON_TYPES, MOST).await?))
}

fn with_code(devices: &Devices, device: Listed, code: &EnrolmentCode) -> Response {
    let device = Device::at(devices.clock.now(), device);
    private(Json(DeviceWithCode { device, code: code.reveal() }))
}
