//! `/api/enrolment`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::accounts::body::Body;
use crate::devices::answers::OwnDevice;
use crate::devices::{DeviceError, Devices, Refusal, describe};
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::line::Line;
use crate::http::session::{DEVICE, TABLET, check_page, cookie, set_cookie, set_mark};
use crate::http::{Limit, Needs, Operation, Problem, ProblemKind, Routes, Trouble, origin};
use crate::identity::Caller;
use crate::identity::devices::{EnrolmentCode, Pin};

/// Bytes of a body.
const MOST: usize = 4 << 10;

type Shared = State<Arc<Devices>>;
type OnLine = Option<Extension<Arc<Line>>>;

/// The routes for the tablet itself.
pub fn add(routes: Routes<Arc<Devices>>) -> Routes<Arc<Devices>> {
    const OWN: &str = "/api/enrolment";
    let post = |id, address| Operation::post(id, address, Needs::Nothing).limited(Limit::SignIn);
    routes
        .route(Operation::get("enrolment", OWN, Needs::Nothing).described(describe::enrolment), own)
        .route(post("enrol", OWN).described(describe::enrol), enrol)
        .route(post("enrolment_pin", "/api/enrolment/pin").described(describe::pin), check_pin)
        .route(Operation::delete("enrolment_leave", OWN, Needs::Nothing).described(describe::leave), leave)
}

async fn own(State(devices): Shared, headers: HeaderMap) -> Result<Response, Problem> {
    let (id, _) = tablet(&devices, &headers)?;
    Ok(private(Json(OwnDevice::from(devices.own(id).await?))))
}

async fn enrol(State(devices): Shared, line: OnLine, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&devices, &headers, body).await?;
    let (code, pin) = (EnrolmentCode::typed(&body.text("code")), pin(&mut body));
    let pin = body.finish_with(pin).map_err(DeviceError::from)?;
    let from = line.map(|Extension(line)| origin::of(line.peer, &headers, &devices.trusted_proxies));
    let (bits, device) = devices.enrol(&code, pin, from).await?;
    let seconds = devices.terms.device.as_secs();
    let mut response = (StatusCode::CREATED, private(Json(OwnDevice::from(device)))).into_response();
    for (name, value) in [set_cookie(DEVICE, Some(&bits), seconds), set_mark(TABLET, seconds)] {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

async fn check_pin(State(devices): Shared, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&devices, &headers, body).await?;
    let pin = pin(&mut body);
    let pin = body.finish_with(pin).map_err(DeviceError::from)?;
    let (id, _) = tablet(&devices, &headers)?;
    devices.check_pin(id, pin).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes the cookies away whatever they hold: a tablet that was revoked needs it most.
async fn leave(State(devices): Shared, headers: HeaderMap) -> Result<Response, Problem> {
    check_page(&headers, &devices.gate)?;
    if let Ok((id, caller)) = tablet(&devices, &headers) {
        devices.leave(id, &caller).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    for (name, value) in [set_cookie(DEVICE, None, 0), set_mark(TABLET, 0)] {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// The tablet that sends the request.
fn tablet(devices: &Devices, headers: &HeaderMap) -> Result<(Uuid, Caller), Problem> {
    let bits = cookie(headers, DEVICE).ok_or(DeviceError::Refused(Refusal::NotEnrolled))?;
    let ended = || Problem::of(ProblemKind::Unauthenticated, &Trouble::DeviceEnded);
    devices.gate.device(&bits).ok_or_else(ended)
}

fn pin(body: &mut Body) -> Option<Pin> {
    let text = body.text("pin");
    text.parse().map_err(|bad| body.wrong("pin", "pin", &bad)).ok()
}

async fn read(devices: &Devices, headers: &HeaderMap, body: HttpBody) -> Result<Body, Problem> {
    check_page(headers, &devices.gate)?;
    Ok(Body::of(read_json(headers, body, JSON_TYPES, MOST).await?))
}
