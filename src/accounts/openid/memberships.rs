//! Memberships that follow from what a provider says of a person: given at a sign-in, taken at the next where it is said no more.

use std::collections::BTreeSet;

use serde::Deserialize;
use uuid::Uuid;

use super::claims::Newcomer;
use super::provider::Provider;
use super::store::{given, keep_given};
use crate::accounts::{AccountError, Accounts};
use crate::identity::Caller;
use crate::identity::organisations::Membership;
use crate::identity::organisations::store::{create_membership, end_membership};
use crate::store::Transaction;

/// The name of an organisation, and that of a role.
pub type Place = (String, String);

/// From which text of a claim which membership follows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A text or a list of texts.
    pub claim: String,
    /// The text; `{organisation}` and `{role}` stand for what is named there.
    pub value: String,
    /// Where the text names none.
    pub organisation: Option<String>,
    pub role: Option<String>,
}

const ORGANISATION: &str = "{organisation}";
const ROLE: &str = "{role}";

impl Rule {
    /// Does it say for every text which organisation and which role is meant?
    pub fn is_complete(&self) -> bool {
        let named = |mark, given: &Option<String>| self.value.matches(mark).count() + usize::from(given.is_some()) == 1;
        named(ORGANISATION, &self.organisation) && named(ROLE, &self.role)
    }

    /// The membership that follows from a text; `None` if the rule is about another.
    pub fn place(&self, text: &str) -> Option<Place> {
        let (mut organisation, mut role) = (self.organisation.as_deref(), self.role.as_deref());
        let (mut pattern, mut rest) = (self.value.as_str(), text);
        loop {
            let marks = [ORGANISATION, ROLE].map(|mark| pattern.find(mark).map(|at| (at, mark)));
            let Some((at, mark)) = marks.into_iter().flatten().min() else {
                return (rest == pattern).then_some((organisation?.to_owned(), role?.to_owned()));
            };
            rest = rest.strip_prefix(&pattern[..at])?;
            pattern = &pattern[at + mark.len()..];
            // Up to what follows in the rule, or to the next mark.
            let next = &pattern[..pattern.find('{').unwrap_or(pattern.len())];
            let end = if next.is_empty() { rest.len() } else { rest.find(next)? };
            let named = Some(&rest[..end]).filter(|named| !named.is_empty())?;
            *(if mark == ROLE { &mut role } else { &mut organisation }) = Some(named);
            rest = &rest[end..];
        }
    }
}

impl Accounts {
    /// Gives an account the memberships that follow from what a provider says, and takes those it gave and says no more. What
    /// people have given is left alone.
    pub(super) async fn renew_memberships(
        &self,
        provider: &Provider,
        account: Uuid,
        newcomer: &Newcomer,
    ) -> Result<(), AccountError> {
        let issuer = provider.declared.issuer.as_str();
        let mut had = self.directory.memberships();
        had.retain(|one| one.account == account);
        let given = given(&self.spine.store, account, issuer).await?;
        let wanted: BTreeSet<(Uuid, &str)> =
            newcomer.memberships.iter().filter_map(|place| self.there_is(provider, place)).collect();
        let is_wanted = |one: &Membership| wanted.contains(&(one.organisation, one.role.as_str()));
        let gone: Vec<&Membership> = had.iter().filter(|one| given.contains(&one.id) && !is_wanted(one)).collect();
        let has = |place: &(Uuid, &str)| had.iter().any(|one| (one.organisation, one.role.as_str()) == *place);
        // What somebody has given already is not ours to give, nor to take later.
        let new: Vec<(Uuid, &str)> = wanted.iter().copied().filter(|place| !has(place)).collect();
        if gone.is_empty() && new.is_empty() {
            return Ok(());
        }
        let caller = Caller::operator(&format!("openid {}", provider.declared.name));
        let mut transaction = self.begin_change(&caller, "renew-memberships").await?;
        for membership in gone {
            end_membership(&mut transaction, membership).await?;
        }
        for (organisation, role) in new {
            if let Some(made) = create_membership(&mut transaction, (account, organisation, role)).await? {
                keep_given(&mut transaction, made.id, issuer).await?;
            }
        }
        self.spine.commit::<AccountError>(transaction).await?;
        Ok(())
    }

    /// Takes all memberships that a provider has given.
    pub(super) async fn take_memberships(
        &self,
        transaction: &mut Transaction,
        account: Uuid,
        issuer: &str,
    ) -> Result<(), AccountError> {
        let given = given(&self.spine.store, account, issuer).await?;
        for membership in self.directory.memberships().iter().filter(|one| given.contains(&one.id)) {
            end_membership(transaction, membership).await?;
        }
        Ok(())
    }

    /// The place that a provider names, if there is such an organisation and it gives that role.
    fn there_is<'a>(&self, provider: &Provider, (organisation, role): &'a Place) -> Option<(Uuid, &'a str)> {
        let found = self.directory.organisations().into_iter().find(|known| known.name == *organisation);
        let gives = |kind| self.directory.roles().get(role).is_some_and(|role| role.kinds.contains(&kind));
        let found = found.filter(|found| gives(found.kind));
        if found.is_none() {
            let provider = &provider.declared.name;
            tracing::warn!(
                provider,
                organisation,
                role,
                "a provider names an organisation that there is not or that does not give this role: it gives nothing"
            );
        }
        Some((found?.id, role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(value: &str, organisation: Option<&str>, role: Option<&str>) -> Rule {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (organisation, role) = (owned(organisation), owned(role));
        Rule { claim: "groups".to_owned(), value: value.to_owned(), organisation, role }
    }

    fn place(rule: &Rule, text: &str) -> Option<String> {
        rule.place(text).map(|(organisation, role)| format!("{organisation} as {role}"))
    }

    #[test]
    fn a_text_names_organisation_and_role_or_the_rule_does() {
        let whole = rule("/geokontor/{organisation}/{role}", None, None);
        assert_eq!(
            place(&whole, "/geokontor/Amt Klützer Winkel/editor").as_deref(),
            Some("Amt Klützer Winkel as editor")
        );
        for text in ["/geokontor/Amt", "/geokontor//editor", "/geokontor/Amt/", "x/geokontor/Amt/editor", ""] {
            assert_eq!(place(&whole, text), None, "{text}");
        }
        let fixed = rule("hydranten", Some("Wasserverband"), Some("utility"));
        assert_eq!(place(&fixed, "hydranten").as_deref(), Some("Wasserverband as utility"));
        assert_eq!(place(&fixed, "hydranten "), None);
        let half = rule("{role}@kreis", Some("Kreis"), None);
        assert_eq!(place(&half, "reader@kreis").as_deref(), Some("Kreis as reader"));
        assert_eq!(place(&half, "reader@kreis.evil.example"), None);
        assert!(whole.is_complete() && fixed.is_complete() && half.is_complete());
        assert!(!rule("{role}", None, None).is_complete());
        assert!(!rule("{role}{role}", Some("Kreis"), None).is_complete());
        assert!(!rule("{role}", Some("Kreis"), Some("reader")).is_complete());
    }
}
