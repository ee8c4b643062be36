//! What a tablet does itself: it is enrolled, asks who it is, shows its PIN, and signs off.

pub(super) mod routes;

use std::net::IpAddr;
use std::sync::Arc;

use super::{DeviceError, Devices, Refusal};
use crate::identity::devices::store::{device_of, device_to_change, enrol_device, listed_one, pin_of, revoke_device};
use crate::identity::devices::{EnrolmentCode, Listed, Pin};
use crate::identity::{Bits, Caller, Power};
use crate::store::actors::Actor;
use crate::work::pool::Kind;

impl Devices {
    /// Enrols a tablet: gives what its cookie is to hold. The code is used up.
    async fn enrol(&self, code: &EnrolmentCode, pin: Pin, from: Option<IpAddr>) -> Result<(Bits, Listed), DeviceError> {
        let now = self.clock.now();
        self.guesses.code(from, now)?;
        let is_open = |end: Option<chrono::DateTime<chrono::Utc>>| end.is_some_and(|end| end > now);
        let found = device_of(&self.spine.store, code).await?.filter(|found| is_open(found.code_ends_at));
        let found = found.ok_or(Refusal::CodeRefused)?;
        let hashing = self.hashing.clone();
        let pin = self.work.run(Kind::Password, move |_| hashing.hash(&pin.as_password())).await?;
        let tablet = Caller::with_device(Actor::Known(found.actor), Arc::new(Power::default()));
        let mut transaction = self.begin(&tablet, "enrol-device").await?;
        let before = device_to_change(&mut transaction, found.id).await?.ok_or(Refusal::CodeRefused)?;
        let (bits, ends_at) = (Bits::random(), now + self.terms.device);
        if !enrol_device(&mut transaction, &before, code, (&bits, &pin), (now, ends_at)).await? {
            return Err(Refusal::CodeRefused.into());
        }
        self.spine.commit::<DeviceError>(transaction).await?;
        self.guesses.code_was_right(from);
        Ok((bits, self.own(found.id).await?))
    }

    /// The tablet that the caller is.
    async fn own(&self, id: uuid::Uuid) -> Result<Listed, DeviceError> {
        Ok(listed_one(&self.spine.store, id).await?.ok_or(Refusal::NotEnrolled)?)
    }

    /// Is it the PIN of this tablet? For one whose browser no longer knows it.
    async fn check_pin(&self, id: uuid::Uuid, pin: Pin) -> Result<(), DeviceError> {
        self.guesses.pin(id, self.clock.now())?;
        let kept = pin_of(&self.spine.store, id).await?;
        let hashing = self.hashing.clone();
        let is_right =
            self.work.run(Kind::Password, move |_| hashing.verify(&pin.as_password(), kept.as_deref())).await?;
        if !is_right {
            return Err(Refusal::PinWrong.into());
        }
        self.guesses.pin_was_right(id);
        Ok(())
    }

    /// The tablet is one no longer, as it wishes.
    async fn leave(&self, id: uuid::Uuid, tablet: &Caller) -> Result<(), DeviceError> {
        let mut transaction = self.begin(tablet, "leave-device").await?;
        // Whoever is revoked already is out.
        if let Some(before) = device_to_change(&mut transaction, id).await? {
            revoke_device(&mut transaction, &before, self.clock.now()).await?;
            self.spine.commit::<DeviceError>(transaction).await?;
        }
        Ok(())
    }
}
