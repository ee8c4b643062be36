//! `geokontor token`: makes, lists and revokes API tokens. A running server follows within a second.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use clap::{Args, Subcommand};

use super::said::Said;
use super::{Failure, Place, Unfit, Voice};
use crate::clock::Clock;
use crate::config::Config;
use crate::identity::store::{IDENTITY, NewToken, TokenRow, create_token, revoke_token, tokens};
use crate::identity::{Roles, Secret};
use crate::store::actors::Actor;
use crate::store::transaction::NewChangeset;
use crate::store::{Store, StoreError};
use crate::texts::Told;

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token; its secret is shown once and kept nowhere
    Create(Create),
    /// Show all tokens without their secrets
    List,
    /// End a token at once
    Revoke {
        /// The name of the token
        #[arg(long)]
        name: String,
    },
}

/// A token to be made.
#[derive(Debug, Args)]
pub struct Create {
    /// Who or what the token is for: the name in the journal
    #[arg(long)]
    name: String,
    /// A role of data/roles: reader (sees what is not public), editor (changes features), administrator (imports and takes
    /// back) or another
    #[arg(long)]
    role: String,
    /// A collection the token is for; may be given several times. Without it: all
    #[arg(long = "collection", value_name = "COLLECTION")]
    collections: Vec<String>,
    /// A municipality key, or its first digits, the token may write in; may be given several times. Without it: everywhere
    #[arg(long = "area", value_name = "KEY", value_parser = municipality)]
    area: Vec<String>,
    /// The first day on which it is no longer valid (2027-01-01, UTC), or for how many days it is (90d)
    #[arg(long, value_name = "DAY|DAYS")]
    expires: Option<Expiry>,
}

/// When a token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expiry {
    On(NaiveDate),
    After(Days),
}

impl Expiry {
    fn instant(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::On(day) => Some(day.and_time(NaiveTime::MIN).and_utc()),
            Self::After(days) => now.checked_add_days(days),
        }
    }
}

impl std::str::FromStr for Expiry {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        let days = text.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|days| *days > 0);
        let day = text.parse().ok();
        days.map(|days| Self::After(Days::new(days)))
            .or_else(|| day.map(Self::On))
            .ok_or_else(|| Unfit::of(&Said::NoExpiry { text }))
    }
}

fn municipality(text: &str) -> Result<String, Unfit> {
    let is_key = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_key.then(|| text.to_owned()).ok_or_else(|| Unfit::of(&Said::NoMunicipality { text }))
}

/// Runs a command on tokens.
///
/// # Errors
/// When the name is taken or unknown, or the database refuses.
pub async fn run(token: Token, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let place = Place::read(config)?;
    if let Token::Create(create) = &token {
        check(create, &place, Clock::system().now())?;
        let roles = Roles::load(&config.data, &place.catalogue);
        let roles = roles.map_err(|faults| Failure::faulty(&Said::RolesFaulty, faults))?;
        if roles.get(&create.role).is_none() {
            let known = roles.iter().map(|role| role.name.clone()).collect();
            return Err(Failure::usage(&Said::NoRole { name: &create.role, known }));
        }
    }
    let store = place.store(config).await?;
    let refused = |error: StoreError| Failure::Failed(Told::from(&error));
    match token {
        Token::Create(given) => {
            let secret = create(&store, given, Clock::system().now()).await?;
            super::tell(format_args!("{}", secret.reveal()));
            voice.note(&Said::TokenOnce);
        }
        Token::List => {
            for row in tokens(&store).await.map_err(refused)? {
                super::tell(format_args!("{}", line(&row, Clock::system().now(), voice)));
            }
        }
        Token::Revoke { name } => {
            if !revoke(&store, &name).await.map_err(refused)? {
                return Err(Failure::failed(&Said::NoToken { name: &name }));
            }
            voice.tell(&Said::TokenRevoked { name: &name });
        }
    }
    Ok(())
}

fn check(create: &Create, place: &Place, now: DateTime<Utc>) -> Result<(), Failure> {
    if let Some(name) = create.collections.iter().find(|name| place.catalogue.get(name).is_none()) {
        return Err(Failure::usage(&Said::NoCollection { name, known: place.catalogue.names() }));
    }
    if create.expires.is_some_and(|expiry| expiry.instant(now).is_none_or(|end| end <= now)) {
        return Err(Failure::usage(&Said::TokenExpired));
    }
    Ok(())
}

async fn create(store: &Store, given: Create, now: DateTime<Utc>) -> Result<Secret, Failure> {
    let secret = Secret::random();
    let name = given.name;
    let token = NewToken {
        name: name.clone(),
        hash: secret.hash(),
        role: given.role,
        collections: (!given.collections.is_empty()).then_some(given.collections),
        area: (!given.area.is_empty()).then_some(given.area),
        expires_at: given.expires.and_then(|expiry| expiry.instant(now)),
        organisation: None,
        account: None,
    };
    match keep(store, &token).await {
        Ok(true) => Ok(secret),
        Ok(false) => Err(Failure::failed(&Said::TokenTaken { name: &name })),
        Err(error) => Err(Failure::Failed(Told::from(&error))),
    }
}

/// Who does it: whoever has the command line has the database.
fn changeset(kind: &'static str, reason: String) -> NewChangeset {
    let actor = Actor::system(super::OPERATOR);
    NewChangeset { actor, domain: IDENTITY, kind, reason, source: None, undoes: None }
}

async fn keep(store: &Store, token: &NewToken) -> Result<bool, StoreError> {
    let mut transaction = store.begin(&changeset("create-token", format!("token '{}'", token.name))).await?;
    if create_token(&mut transaction, token).await?.is_none() {
        return Ok(false);
    }
    transaction.commit().await?;
    Ok(true)
}

async fn revoke(store: &Store, name: &str) -> Result<bool, StoreError> {
    let mut transaction = store.begin(&changeset("revoke-token", format!("token '{name}'"))).await?;
    if !revoke_token(&mut transaction, name).await? {
        return Ok(false);
    }
    transaction.commit().await?;
    Ok(true)
}

/// A token as one line, its parts separated by tabs.
fn line(row: &TokenRow, now: DateTime<Utc>, voice: &Voice) -> String {
    let listed = |names: &Option<Vec<String>>, all: &Said<'_>| {
        names.as_ref().map_or_else(|| voice.sentence(all), |names| names.join(","))
    };
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
    let state = voice.sentence(&match (row.revoked_at, row.expires_at) {
        (Some(at), _) => Said::RevokedOn { day: day(at) },
        (None, Some(end)) if end <= now => Said::ExpiredOn { day: day(end) },
        (None, Some(end)) => Said::Until { day: day(end) },
        (None, None) => Said::Unlimited,
    });
    let (collections, area) = (listed(&row.collections, &Said::AllCollections), listed(&row.area, &Said::Everywhere));
    format!("{}\t{}\t{collections}\t{area}\t{state}", row.name, row.role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_day_or_a_number_of_days() {
        let now = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let instant = |text: &str| text.parse::<Expiry>().ok().and_then(|expiry| expiry.instant(now));
        assert_eq!(instant("2027-01-01"), "2027-01-01T00:00:00Z".parse().ok());
        assert_eq!(instant("90d"), "2027-02-20T12:00:00Z".parse().ok());
        for bad in ["", "d", "0d", "-3d", "tomorrow", "2027-13-01"] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_area_is_a_municipality_key_or_its_beginning() {
        assert!(municipality("13074012").is_ok());
        assert!(municipality("13074").is_ok());
        for bad in ["", "130740123", "1307x", "Wismar"] {
            assert!(municipality(bad).is_err(), "{bad}");
        }
    }
}
