//! Tablets as those see them who administer their organisation.

pub(super) mod routes;

use uuid::Uuid;

use super::{DeviceError, Devices, Refusal};
use crate::identity::devices::store::{
    create_device, device_to_change, listed, listed_one, rename_device, renew_code, revoke_device,
};
use crate::identity::devices::{DeviceRow, EnrolmentCode, Listed, ROLE};
use crate::identity::organisations::Organisation;
use crate::identity::{Caller, Denied};
use crate::store::Transaction;

impl Devices {
    /// The tablets of the organisations that the caller administers, by name.
    async fn all(&self, caller: &Caller) -> Result<Vec<Listed>, DeviceError> {
        let mut all = listed(&self.spine.store).await?;
        all.retain(|one| self.may_administer(caller, &one.row).is_ok());
        for one in &mut all {
            one.last_seen = one.last_seen.max(self.directory.device_seen(one.row.id));
        }
        Ok(all)
    }

    /// Makes a tablet that waits for its code, which is told once.
    async fn create(
        &self,
        caller: &Caller,
        name: &str,
        organisation: Uuid,
    ) -> Result<(Listed, EnrolmentCode), DeviceError> {
        let organisation = self.directory.organisation(organisation).ok_or(Refusal::NoOrganisation)?;
        self.directory.may_administer(caller, &organisation)?;
        self.may_give(caller, &organisation)?;
        let (code, now) = (EnrolmentCode::random(), self.clock.now());
        let mut transaction = self.begin(caller, "create-device").await?;
        let until = (&code, now + self.terms.code);
        let row = create_device(&mut transaction, (name, organisation.id), until, now).await?;
        self.spine.commit::<DeviceError>(transaction).await?;
        Ok((Listed { row, name: name.to_owned(), last_seen: None }, code))
    }

    /// Calls a tablet otherwise.
    async fn rename(&self, caller: &Caller, id: Uuid, name: &str) -> Result<Listed, DeviceError> {
        let (mut transaction, before) = self.begin_with(caller, "rename-device", id).await?;
        rename_device(&mut transaction, &before, name).await?;
        self.spine.commit::<DeviceError>(transaction).await?;
        self.one(id).await
    }

    /// Gives a tablet a new code, by which it, or another in its place, is enrolled.
    async fn new_code(&self, caller: &Caller, id: Uuid) -> Result<(Listed, EnrolmentCode), DeviceError> {
        let (mut transaction, before) = self.begin_with(caller, "renew-device-code", id).await?;
        let organisation = self.directory.organisation(before.organisation).ok_or(Refusal::NoOrganisation)?;
        self.may_give(caller, &organisation)?;
        let code = EnrolmentCode::random();
        renew_code(&mut transaction, &before, (&code, self.clock.now() + self.terms.code)).await?;
        self.spine.commit::<DeviceError>(transaction).await?;
        Ok((self.one(id).await?, code))
    }

    /// Ends a tablet with its next request.
    async fn revoke(&self, caller: &Caller, id: Uuid) -> Result<(), DeviceError> {
        let (mut transaction, before) = self.begin_with(caller, "revoke-device", id).await?;
        revoke_device(&mut transaction, &before, self.clock.now()).await?;
        self.spine.commit::<DeviceError>(transaction).await?;
        Ok(())
    }

    async fn one(&self, id: Uuid) -> Result<Listed, DeviceError> {
        Ok(listed_one(&self.spine.store, id).await?.ok_or(Refusal::NoDevice)?)
    }

    /// A change of a tablet that the caller administers.
    async fn begin_with(
        &self,
        caller: &Caller,
        kind: &'static str,
        id: Uuid,
    ) -> Result<(Transaction, DeviceRow), DeviceError> {
        let mut transaction = self.begin(caller, kind).await?;
        let before = device_to_change(&mut transaction, id).await?.ok_or(Refusal::NoDevice)?;
        self.may_administer(caller, &before)?;
        Ok((transaction, before))
    }

    /// Whoever administers the organisation of a tablet. Of one whose organisation has ended, the district.
    fn may_administer(&self, caller: &Caller, device: &DeviceRow) -> Result<(), Denied> {
        match self.directory.organisation(device.organisation) {
            Some(organisation) => self.directory.may_administer(caller, &organisation),
            None => caller.could_everywhere(crate::identity::Action::Administer),
        }
    }

    /// May the caller let tablets of an organisation read what crews read?
    fn may_give(&self, caller: &Caller, organisation: &Organisation) -> Result<(), DeviceError> {
        let role = self.directory.roles().get(ROLE).filter(|role| role.kinds.contains(&organisation.kind));
        self.directory.may_give(caller, organisation, role.ok_or(Refusal::NoCrews)?)?;
        Ok(())
    }
}
