//! Organisations and memberships: made, changed and ended.

use uuid::Uuid;

use super::{OrganisationError, Organisations, Refusal};
use crate::identity::accounts::store::account;
use crate::identity::organisations::store::{
    NewOrganisation, change_organisation, create_membership, create_organisation, end_membership, end_organisation,
    organisation_to_change, organisations,
};
use crate::identity::organisations::{Membership, Organisation};
use crate::identity::roles::Role;
use crate::identity::sessions::store::{Which, end_sessions};
use crate::identity::{Caller, Directory};

/// Which version of an organisation its author has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Nothing,
    Any,
    Versions(Vec<i64>),
}

impl Seen {
    fn check(&self, version: i64) -> Result<(), Refusal> {
        match self {
            Self::Nothing => Err(Refusal::VersionMissing),
            Self::Versions(seen) if !seen.contains(&version) => Err(Refusal::Stale),
            Self::Any | Self::Versions(_) => Ok(()),
        }
    }
}

impl Organisations {
    /// The organisations that the caller administers, by name.
    pub async fn all(&self, caller: &Caller) -> Result<Vec<Organisation>, OrganisationError> {
        let mut all = organisations(&self.spine.store).await?;
        all.retain(|one| one.ended_at.is_none() && self.directory.may_administer(caller, one).is_ok());
        all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        Ok(all)
    }

    /// One of them.
    pub async fn one(&self, caller: &Caller, id: Uuid) -> Result<Organisation, OrganisationError> {
        let all = organisations(&self.spine.store).await?;
        let one = all.into_iter().find(|one| one.id == id && one.ended_at.is_none()).ok_or(Refusal::NoOrganisation)?;
        self.directory.may_administer(caller, &one)?;
        Ok(one)
    }

    /// Makes an organisation, within the caller's area.
    pub async fn create(&self, caller: &Caller, new: &NewOrganisation) -> Result<Organisation, OrganisationError> {
        self.directory.may_administer(caller, &as_if(new, Uuid::nil()))?;
        let mut transaction = self.begin(caller, "create-organisation").await?;
        let made = create_organisation(&mut transaction, new).await?.ok_or(Refusal::NameTaken)?;
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok(made)
    }

    /// Changes an organisation, which must lie in the caller's area before and after.
    pub async fn change(
        &self,
        caller: &Caller,
        id: Uuid,
        seen: &Seen,
        new: &NewOrganisation,
    ) -> Result<Organisation, OrganisationError> {
        let mut transaction = self.begin(caller, "change-organisation").await?;
        let before = organisation_to_change(&mut transaction, id).await?.ok_or(Refusal::NoOrganisation)?;
        self.directory.may_administer(caller, &before)?;
        self.directory.may_become(caller, &as_if(new, id))?;
        seen.check(before.version)?;
        let after = change_organisation(&mut transaction, &before, new).await?.ok_or(Refusal::NameTaken)?;
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok(after)
    }

    /// Ends an organisation: its people and tokens lose at once what they had through it.
    pub async fn end(&self, caller: &Caller, id: Uuid, seen: &Seen) -> Result<(), OrganisationError> {
        let mut transaction = self.begin(caller, "end-organisation").await?;
        let before = organisation_to_change(&mut transaction, id).await?.ok_or(Refusal::NoOrganisation)?;
        self.directory.may_administer(caller, &before)?;
        seen.check(before.version)?;
        if !end_organisation(&mut transaction, &before).await? {
            return Err(Refusal::NoOrganisation.into());
        }
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok(())
    }

    /// The memberships in the organisations that the caller administers, the oldest first.
    pub fn memberships(&self, caller: &Caller) -> Vec<Membership> {
        let mut all = self.directory.memberships();
        let organisation = |id| self.directory.organisation(id);
        all.retain(|one| {
            organisation(one.organisation).is_some_and(|of| self.directory.may_administer(caller, &of).is_ok())
        });
        all
    }

    /// Gives an account a role in an organisation.
    pub async fn give(
        &self,
        caller: &Caller,
        (who, organisation, role): (Uuid, Uuid, &str),
    ) -> Result<Membership, OrganisationError> {
        let known = account(&self.spine.store, who).await?.filter(|account| account.erased_at.is_none());
        let known = known.ok_or(Refusal::NoAccount)?;
        self.directory.may_administer_account(caller, who, known.administrator)?;
        let given = may_give(&self.directory, caller, organisation, role)?;
        let mut transaction = self.begin(caller, "give-role").await?;
        let made = create_membership(&mut transaction, (who, organisation, role)).await?;
        let made = made.ok_or(Refusal::MemberAlready)?;
        if given.asks_for_two() {
            // Sessions may have been begun with less than the role asks for.
            let own = caller.person().filter(|person| person.account == who).and_then(|person| person.session);
            end_sessions(&mut transaction, who, Which::AllBut(own), self.clock.now()).await?;
        }
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok(made)
    }

    /// Takes a role from an account. What it allowed is gone with the next request.
    pub async fn take(&self, caller: &Caller, id: Uuid) -> Result<(), OrganisationError> {
        let membership = self.directory.memberships().into_iter().find(|one| one.id == id);
        let membership = membership.ok_or(Refusal::NoMembership)?;
        let organisation = self.directory.organisation(membership.organisation).ok_or(Refusal::NoOrganisation)?;
        self.directory.may_administer(caller, &organisation)?;
        let mut transaction = self.begin(caller, "take-role").await?;
        if !end_membership(&mut transaction, &membership).await? {
            return Err(Refusal::NoMembership.into());
        }
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok(())
    }
}

/// A role that the caller may give in an organisation.
///
/// # Errors
/// Unknown organisations and roles, roles that organisations of that kind do not give, and what the caller may not.
fn may_give<'a>(
    directory: &'a Directory,
    caller: &Caller,
    organisation: Uuid,
    role: &str,
) -> Result<&'a Role, OrganisationError> {
    let organisation = directory.organisation(organisation).ok_or(Refusal::NoOrganisation)?;
    directory.may_administer(caller, &organisation)?;
    let role = given_by(directory, &organisation, role)?;
    directory.may_give(caller, &organisation, role)?;
    Ok(role)
}

/// A role that organisations of this kind give.
pub fn given_by<'a>(directory: &'a Directory, organisation: &Organisation, role: &str) -> Result<&'a Role, Refusal> {
    let roles = directory.roles();
    let known = || roles.iter().map(|role| role.name.clone()).collect();
    let role = roles.get(role).ok_or_else(|| Refusal::NoRole { known: known() })?;
    if !role.kinds.contains(&organisation.kind) {
        let kinds = role.kinds.iter().map(|kind| kind.name()).collect();
        return Err(Refusal::NotForKind { role: role.title.clone(), kinds });
    }
    Ok(role)
}

/// The organisation that there would be.
fn as_if(new: &NewOrganisation, id: Uuid) -> Organisation {
    let NewOrganisation { name, kind, municipalities, outline } = new.clone();
    let created_at = chrono::DateTime::UNIX_EPOCH;
    Organisation { id, version: 0, name, kind, municipalities, outline, created_at, ended_at: None }
}
