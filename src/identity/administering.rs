//! Who may say who may what: nobody beyond their own area, and nobody more than they have.

use uuid::Uuid;

use super::organisations::Organisation;
use super::roles::Role;
use super::{Action, Caller, Denied, Directory, Power, Subject};

impl Directory {
    /// May the caller administer an organisation and whoever belongs to it? Its area must lie within theirs.
    ///
    /// # Errors
    /// Why not.
    pub fn may_administer(&self, caller: &Caller, organisation: &Organisation) -> Result<(), Denied> {
        let area = self.area_of(organisation);
        caller.may(Action::Administer, &Subject::organisation(area.as_ref()))
    }

    /// May the caller give a role in an organisation? Not if it allows more than their own do.
    ///
    /// # Errors
    /// Why not.
    pub fn may_give(&self, caller: &Caller, organisation: &Organisation, role: &Role) -> Result<(), Denied> {
        self.may_administer(caller, organisation)?;
        let power = self.power_in(organisation, &role.name, None).unwrap_or_default();
        held(caller, &power)
    }

    /// May the caller change an organisation into this? What its people and tokens could do then must not be more than the
    /// caller may.
    ///
    /// # Errors
    /// Why not.
    pub fn may_become(&self, caller: &Caller, changed: &Organisation) -> Result<(), Denied> {
        self.may_administer(caller, changed)?;
        let memberships = self.memberships().into_iter().filter(|one| one.organisation == changed.id);
        let tokens = self.tokens().into_iter().filter(|one| one.organisation == Some(changed.id));
        let mut roles: Vec<String> = memberships.map(|one| one.role).chain(tokens.map(|one| one.role)).collect();
        roles.sort();
        roles.dedup();
        let powers = roles.iter().filter_map(|role| self.power_in(changed, role, None));
        powers.into_iter().try_for_each(|power| held(caller, &power))
    }

    /// May the caller administer an account: send it links, disable it, erase it? Whoever may acts in its place if they
    /// want to, so it may not be able to do more than they. `administrator` says that it administers the district.
    ///
    /// # Errors
    /// Why not.
    pub fn may_administer_account(&self, caller: &Caller, account: Uuid, administrator: bool) -> Result<(), Denied> {
        caller.could(Action::Administer)?;
        if administrator {
            return caller.may_make_administrators();
        }
        held(caller, &self.power_of(account).unwrap_or_default())?;
        if caller.may(Action::Administer, &Subject::district()).is_ok() {
            return Ok(());
        }
        let theirs = self.memberships_of(account).into_iter();
        let mut organisations = theirs.filter_map(|one| self.organisation(one.organisation)).peekable();
        if organisations.peek().is_none() {
            // Nobody's: the district sees to them.
            return caller.may(Action::Administer, &Subject::district());
        }
        organisations.try_for_each(|organisation| self.may_administer(caller, &organisation))
    }
}

fn held(caller: &Caller, power: &Power) -> Result<(), Denied> {
    if caller.holds(power) { Ok(()) } else { Err(Denied::MoreThanOwn) }
}
