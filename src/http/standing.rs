//! Whether somebody is still who they were when their answer began, for answers that go on for hours.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::{Gate, caller, session};
use crate::identity::{Bits, Caller, Secret};

/// What a caller came with, to be looked at again.
#[derive(Debug, Clone)]
pub struct Standing {
    gate: Gate,
    proof: Option<Proof>,
}

#[derive(Debug, Clone)]
enum Proof {
    Token(Secret),
    Session(Bits),
    Device(Bits),
}

impl Standing {
    /// Who it is now; `None` for somebody whose token, session or tablet holds no longer. Whoever came without any stays anonymous.
    pub fn caller(&self) -> Option<Caller> {
        match &self.proof {
            None => Some(Caller::anonymous()),
            Some(Proof::Token(secret)) => self.gate.caller(secret),
            Some(Proof::Session(bits)) => self.gate.still(bits),
            Some(Proof::Device(bits)) => self.gate.device(bits).map(|(_, caller)| caller),
        }
    }

    /// True for whoever came without token, session and tablet: nothing of them can end.
    pub fn is_nobody(&self) -> bool {
        self.proof.is_none()
    }

    fn of(headers: &HeaderMap, gate: &Gate) -> Self {
        let token = headers.get(header::AUTHORIZATION).and_then(caller::secret).map(Proof::Token);
        let session = || {
            let bits = session::cookie(headers, session::SESSION)?;
            gate.still(&bits).map(|_| Proof::Session(bits))
        };
        let tablet = || {
            let bits = session::cookie(headers, session::DEVICE)?;
            gate.device(&bits).map(|_| Proof::Device(bits))
        };
        Self { gate: gate.clone(), proof: token.or_else(session).or_else(tablet) }
    }
}

impl<S> FromRequestParts<S> for Standing
where
    S: Send + Sync,
    Gate: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &Gate::from_ref(state)))
    }
}
