//! API tokens: whose they are, and that they never hold more than their owner.

pub(super) mod routes;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::administration::given_by;
use super::{OrganisationError, Organisations, Refusal};
use crate::identity::organisations::OrganisationKind;
use crate::identity::roles::Holder;
use crate::identity::store::{NewToken, TokenRow, create_token, revoke_token};
use crate::identity::{Action, Area, Caller, Denied, Power, Secret, Subject};

/// A token that somebody wants to have made.
#[derive(Debug, Clone)]
pub struct Wish {
    pub name: String,
    pub role: String,
    /// `None`: all that the role is for.
    pub collections: Option<Vec<String>>,
    /// Municipality keys or their beginnings; `None`: where its owner may write.
    pub area: Option<Vec<String>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub owner: Owner,
}

/// Whose a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// That of the caller's own account.
    Own,
    Organisation(Uuid),
    District,
}

impl Organisations {
    /// The tokens that the caller may revoke, by name.
    pub fn tokens(&self, caller: &Caller) -> Vec<TokenRow> {
        let mut all = self.directory.tokens();
        all.retain(|token| self.may_revoke(caller, token).is_ok());
        all
    }

    /// Makes a token. Its secret is told once.
    pub async fn make_token(&self, caller: &Caller, wish: Wish) -> Result<(TokenRow, Secret), OrganisationError> {
        let (organisation, account) = self.owner(caller, &wish)?;
        let secret = Secret::random();
        let Wish { name, role, collections, area, expires_at, .. } = wish;
        let new = NewToken { name, hash: secret.hash(), role, collections, area, organisation, account, expires_at };
        let mut transaction = self.begin(caller, "create-token").await?;
        let made = create_token(&mut transaction, &new).await?.ok_or(Refusal::TokenNameTaken)?;
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok((made, secret))
    }

    /// Ends a token at once.
    pub async fn revoke(&self, caller: &Caller, id: Uuid) -> Result<(), OrganisationError> {
        let token = self.directory.tokens().into_iter().find(|token| token.id == id).ok_or(Refusal::NoToken)?;
        self.may_revoke(caller, &token)?;
        let mut transaction = self.begin(caller, "revoke-token").await?;
        if !revoke_token(&mut transaction, &token.name).await? {
            return Err(Refusal::NoToken.into());
        }
        self.spine.commit::<OrganisationError>(transaction).await?;
        Ok(())
    }

    fn may_revoke(&self, caller: &Caller, token: &TokenRow) -> Result<(), Denied> {
        if token.account.is_some() && token.account == caller.person().map(|person| person.account) {
            return Ok(());
        }
        match token.organisation.and_then(|id| self.directory.organisation(id)) {
            Some(organisation) => self.directory.may_administer(caller, &organisation),
            None => caller.may(Action::Administer, &Subject::district()),
        }
    }

    /// Who owns the token: organisation, account. Checks that the owner has what is wanted.
    fn owner(&self, caller: &Caller, wish: &Wish) -> Result<(Option<Uuid>, Option<Uuid>), OrganisationError> {
        match wish.owner {
            Owner::Organisation(id) => {
                let organisation = self.directory.organisation(id).ok_or(Refusal::NoOrganisation)?;
                self.directory.may_administer(caller, &organisation)?;
                let role = given_by(&self.directory, &organisation, &wish.role)?;
                self.directory.may_give(caller, &organisation, role)?;
                let (own, wanted) = (self.directory.area_of(&organisation), area(wish));
                if own.zip(wanted).is_some_and(|(own, wanted)| !own.holds(&wanted)) {
                    return Err(Refusal::AreaBeyond.into());
                }
                Ok((Some(id), None))
            }
            Owner::District => {
                caller.may(Action::Administer, &Subject::district())?;
                held(caller, &self.wanted(wish, area(wish), None)?)?;
                Ok((None, None))
            }
            Owner::Own => {
                let person = caller.person().ok_or(Denied::NotSignedIn)?;
                self.may_have(caller, person.account, wish)?;
                Ok((None, Some(person.account)))
            }
        }
    }

    /// Has an account what a token of its own wants? One of its roles must allow all of it, in the area asked for, or else in
    /// its own.
    fn may_have(&self, caller: &Caller, account: Uuid, wish: &Wish) -> Result<(), OrganisationError> {
        if held(caller, &self.wanted(wish, area(wish), None)?).is_ok() {
            return Ok(());
        }
        for membership in self.directory.memberships_of(account) {
            let Some(organisation) = self.directory.organisation(membership.organisation) else { continue };
            let kind = Some(organisation.kind);
            if held(caller, &self.wanted(wish, area(wish), kind)?).is_ok() {
                return Ok(());
            }
            let wanted = area(wish).or_else(|| self.directory.area_of(&organisation));
            let own = self.directory.power_in(&organisation, &membership.role, None).unwrap_or_default();
            if own.holds(&self.wanted(wish, wanted, kind)?) {
                return Ok(());
            }
        }
        caller.could(Action::Read)?;
        Err(Denied::MoreThanOwn.into())
    }

    /// What a token would allow in an area, if its owner, an organisation of a kind, allowed everything.
    fn wanted(&self, wish: &Wish, area: Option<Area>, kind: Option<OrganisationKind>) -> Result<Power, Refusal> {
        let roles = self.directory.roles();
        let known = || roles.iter().map(|role| role.name.clone()).collect();
        let role = roles.get(&wish.role).ok_or_else(|| Refusal::NoRole { known: known() })?;
        let holder = Holder { collections: wish.collections.as_deref(), area: area.map(Into::into), kind };
        Ok(self.directory.power(role, &holder))
    }
}

fn area(wish: &Wish) -> Option<Area> {
    wish.area.clone().map(|keys| Area::new(keys, None))
}

fn held(caller: &Caller, power: &Power) -> Result<(), Denied> {
    if caller.holds(power) { Ok(()) } else { Err(Denied::MoreThanOwn) }
}
