//! Tablets in vehicles: made and revoked by those who administer, enrolled by a code on the tablet itself.
//!
//! The records and the rule of what a tablet may stand in [`crate::identity`]; here is what is done with them and at which
//! address. In reading order: [`refusal`] (what may be the matter), [`administration`] (`/api/devices`, for administrators),
//! [`tablet`] (`/api/enrolment`, for the tablet), [`answers`], [`describe`].
//!
//! Codes and PINs are short, so how often one may guess is limited here ([`Guesses`]), for each node by itself.

mod administration;
mod answers;
mod describe;
mod refusal;
mod tablet;

pub use refusal::{DeviceError, Refusal};

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::clock::Clock;
use crate::http::origin::household;
use crate::http::{Gate, Network, Routes};
use crate::identity::accounts::Hashing;
use crate::identity::attempts::{Attempts, TooEarly};
use crate::identity::store::IDENTITY;
use crate::identity::{Caller, Directory};
use crate::spine::{Purpose, Spine};
use crate::store::{StoreError, Transaction};
use crate::work::Pool;

/// What tablets are kept with.
#[derive(Debug)]
pub struct Devices {
    pub gate: Gate,
    pub directory: Arc<Directory>,
    pub spine: Spine,
    pub hashing: Hashing,
    pub work: Arc<Pool>,
    pub clock: Clock,
    pub terms: Terms,
    pub guesses: Guesses,
    pub trusted_proxies: Vec<Network>,
}

/// How long things hold.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// A code.
    pub code: Duration,
    /// A tablet, from its enrolment on.
    pub device: Duration,
}

/// How often codes and PINs may be guessed at.
#[derive(Debug)]
pub struct Guesses {
    codes: Attempts<IpAddr>,
    pins: Attempts<Uuid>,
}

impl Guesses {
    /// Nobody has guessed yet.
    pub fn new() -> Self {
        let longest = TimeDelta::minutes(15);
        Self { codes: Attempts::new(5, longest), pins: Attempts::new(5, longest) }
    }

    /// Lets a code be tried from an address, and counts it as wrong until [`Guesses::code_was_right`] says otherwise.
    ///
    /// # Errors
    /// How long to wait.
    fn code(&self, from: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), TooEarly> {
        let Some(network) = from.map(household) else { return Ok(()) };
        self.codes.check(&network, now)?;
        self.codes.count(network, now);
        Ok(())
    }

    fn code_was_right(&self, from: Option<IpAddr>) {
        if let Some(network) = from.map(household) {
            self.codes.uncount(&network);
        }
    }

    /// The same for the PIN of a tablet, whoever holds it.
    ///
    /// # Errors
    /// How long to wait.
    fn pin(&self, device: Uuid, now: DateTime<Utc>) -> Result<(), TooEarly> {
        self.pins.check(&device, now)?;
        self.pins.count(device, now);
        Ok(())
    }

    fn pin_was_right(&self, device: Uuid) {
        self.pins.forgive(&device);
    }
}

impl Default for Guesses {
    fn default() -> Self {
        Self::new()
    }
}

impl Devices {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        tablet::routes::add(administration::routes::add(Routes::new())).answered_by(self)
    }

    async fn begin(&self, caller: &Caller, kind: &'static str) -> Result<Transaction, StoreError> {
        let purpose = Purpose { domain: IDENTITY, kind, reason: kind.replace('-', " "), undoes: None };
        self.spine.begin(caller, purpose).await
    }
}
