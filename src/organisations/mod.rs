//! Organisations, who belongs to them with which role, and the tokens of both.
//!
//! The records and the rules of rights stand in [`crate::identity`]; here is what administrators do with them, and at which
//! address. In reading order: [`refusal`] (what may be the matter), [`administration`] (organisations and memberships),
//! [`tokens`] (API tokens of a person, an organisation or the district), [`roles`] (what a role allows, in words),
//! [`answers`], [`routes`], [`describe`].
//!
//! Nobody administers beyond their own area, and nobody gives away more than they have: see
//! [`administering`](crate::identity).

mod administration;
mod answers;
mod describe;
mod refusal;
mod roles;
mod routes;
mod tokens;

pub use refusal::{OrganisationError, Refusal};

use std::sync::Arc;

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::http::{Gate, Routes};
use crate::identity::store::IDENTITY;
use crate::identity::{Caller, Directory};
use crate::spine::{Purpose, Spine};
use crate::store::{StoreError, Transaction};
use crate::texts::Texts;

/// What organisations are kept with.
#[derive(Debug)]
pub struct Organisations {
    pub gate: Gate,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    pub directory: Arc<Directory>,
    pub spine: Spine,
    pub texts: Arc<Texts>,
    pub clock: Clock,
}

impl Organisations {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        let routes = Routes::new();
        tokens::routes::add(roles::routes::add(routes::add(routes))).answered_by(self)
    }

    async fn begin(&self, caller: &Caller, kind: &'static str) -> Result<Transaction, StoreError> {
        let purpose = Purpose { domain: IDENTITY, kind, reason: kind.replace('-', " "), undoes: None };
        self.spine.begin(caller, purpose).await
    }
}
