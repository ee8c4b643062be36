//! Tokens, tablets, organisations and memberships in memory, so that no request asks the database who is calling and what they may do.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use geo_types::MultiPolygon;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::devices::store::{DEVICE, devices, note_seen};
use super::devices::{self, DeviceRow};
use super::organisations::store::{MEMBERSHIP, ORGANISATION, memberships, organisations};
use super::organisations::{Membership, Organisation};
use super::power::Power;
use super::roles::{Holder, Role};
use super::store::{Entry, TOKEN, TokenRow, note_token_uses, tokens};
use super::uses::{Use, Uses};
use super::{Area, Bits, Caller, People, Roles, Secret};
use crate::clock::Clock;
use crate::collection::{Catalogue, Frame};
use crate::feature::Geometry;
use crate::feature::crs::Crs;
use crate::feature::geometry::read_geojson;
use crate::index::RecordKeeper;
use crate::store::actors::Actor;
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// How often the database is told which tokens and tablets are in use.
const NOTED: Duration = Duration::from_secs(300);

/// Everybody with rights. Follows the journal as the index does: whoever was let in or sent away a moment ago is.
#[derive(Debug)]
pub struct Directory {
    roles: Arc<Roles>,
    catalogue: Arc<Catalogue>,
    frame: Frame,
    people: Arc<People>,
    /// What is known; held while it changes.
    known: Mutex<Known>,
    callers: ArcSwap<Callers>,
    token_uses: Uses,
    device_uses: Uses,
}

#[derive(Debug, Default)]
struct Known {
    tokens: HashMap<Uuid, TokenRow>,
    organisations: HashMap<Uuid, Organisation>,
    memberships: HashMap<Uuid, Membership>,
    devices: HashMap<Uuid, DeviceRow>,
}

/// What requests look up.
#[derive(Debug, Default)]
struct Callers {
    /// By the hash of their secret.
    secrets: HashMap<[u8; 32], Valid>,
    /// By the hash of what their cookies hold.
    devices: HashMap<[u8; 32], Tablet>,
    accounts: HashMap<Uuid, Arc<Power>>,
}

#[derive(Debug)]
struct Valid {
    caller: Caller,
    expires_at: Option<DateTime<Utc>>,
    owner: Option<Owner>,
    uses: Arc<Use>,
}

#[derive(Debug)]
struct Tablet {
    id: Uuid,
    caller: Caller,
    ends_at: DateTime<Utc>,
    uses: Arc<Use>,
}

/// The account that a token belongs to.
#[derive(Debug)]
struct Owner {
    account: Uuid,
    /// The token where its owner administers the district, and so holds everything.
    unbounded: Caller,
}

/// One kind of the directory's records, as the follower tells of them.
#[derive(Debug)]
struct Kept {
    directory: Arc<Directory>,
    subject: &'static str,
}

impl Directory {
    /// A directory that knows nobody yet. Outlines of areas are brought into the district's plane.
    pub fn new(roles: Arc<Roles>, catalogue: Arc<Catalogue>, frame: Frame, people: Arc<People>) -> Self {
        Self {
            roles,
            catalogue,
            frame,
            people,
            known: Mutex::default(),
            callers: ArcSwap::default(),
            token_uses: Uses::default(),
            device_uses: Uses::default(),
        }
    }

    /// The followers of its records.
    pub fn keepers(self: &Arc<Self>) -> Vec<Arc<dyn RecordKeeper>> {
        let keeper = |subject| -> Arc<dyn RecordKeeper> { Arc::new(Kept { directory: self.clone(), subject }) };
        [ORGANISATION, MEMBERSHIP, TOKEN, DEVICE].map(keeper).into()
    }

    /// The declared roles.
    pub fn roles(&self) -> &Arc<Roles> {
        &self.roles
    }

    /// Who holds a secret. `None`: nobody, or nobody any more. The map is keyed by a hash of random bits, so how long a
    /// look-up takes says nothing about the secrets in it.
    pub fn caller(&self, secret: &Secret, now: DateTime<Utc>) -> Option<Caller> {
        let callers = self.callers.load();
        let valid = callers.secrets.get(&secret.hash())?;
        if valid.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        valid.uses.note(now);
        let Some(owner) = &valid.owner else { return Some(valid.caller.clone()) };
        let person = self.people.get(owner.account)?;
        Some(if person.administrator { owner.unbounded.clone() } else { valid.caller.clone() })
    }

    /// The tablet whose cookie holds these bits, and its id; `None`: it is revoked, has ended, or never was one.
    pub fn device(&self, bits: &Bits, now: DateTime<Utc>) -> Option<(Uuid, Caller)> {
        let callers = self.callers.load();
        let tablet = callers.devices.get(&bits.hash()).filter(|tablet| tablet.ends_at > now)?;
        tablet.uses.note(now);
        Some((tablet.id, tablet.caller.clone()))
    }

    /// When a token was last used, as far as this node knows; to the hour.
    pub fn token_used(&self, id: Uuid) -> Option<DateTime<Utc>> {
        self.token_uses.last(id)
    }

    /// When a tablet was last seen, as far as this node knows; to the hour.
    pub fn device_seen(&self, id: Uuid) -> Option<DateTime<Utc>> {
        self.device_uses.last(id)
    }

    /// Tells the database now and then which tokens and tablets are in use.
    pub async fn keep_uses(self: Arc<Self>, store: Store, clock: Clock, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(NOTED)).await.is_some() {
            if let Err(error) = self.note_uses(&store, &clock).await {
                tracing::warn!(%error, "which tokens and tablets are in use could not be noted");
            }
        }
    }

    /// Tells the database of each token the day and of each tablet the hour, if it does not know it yet.
    ///
    /// # Errors
    /// The database's; what could not be told is told the next time.
    pub async fn note_uses(&self, store: &Store, clock: &Clock) -> Result<(), StoreError> {
        let used = self.token_uses.untold();
        if !used.is_empty() {
            let days: Vec<_> = used.iter().map(|(id, at)| (*id, clock.day_of(*at))).collect();
            note_token_uses(store, &days).await?;
            self.token_uses.told(&used);
        }
        let seen = self.device_uses.untold();
        if !seen.is_empty() {
            note_seen(store, &seen).await?;
            self.device_uses.told(&seen);
        }
        Ok(())
    }

    /// What an account may do by its memberships; `None` for one that has none.
    pub fn power_of(&self, account: Uuid) -> Option<Arc<Power>> {
        self.callers.load().accounts.get(&account).cloned()
    }

    /// The organisations that have not ended, by name.
    pub fn organisations(&self) -> Vec<Organisation> {
        let mut all: Vec<Organisation> =
            self.known().organisations.values().filter(|one| one.ended_at.is_none()).cloned().collect();
        all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        all
    }

    /// An organisation that has not ended.
    pub fn organisation(&self, id: Uuid) -> Option<Organisation> {
        self.known().organisations.get(&id).filter(|one| one.ended_at.is_none()).cloned()
    }

    /// The memberships that have not ended, the oldest first.
    pub fn memberships(&self) -> Vec<Membership> {
        let mut all: Vec<Membership> =
            self.known().memberships.values().filter(|one| one.ended_at.is_none()).cloned().collect();
        all.sort_by_key(|one| (one.created_at, one.id));
        all
    }

    /// The memberships of an account that have not ended, the oldest first.
    pub fn memberships_of(&self, account: Uuid) -> Vec<Membership> {
        let known = self.known();
        let own = known.memberships.values().filter(|one| one.account == account && one.ended_at.is_none());
        let mut own: Vec<Membership> = own.cloned().collect();
        own.sort_by_key(|one| (one.created_at, one.id));
        own
    }

    /// The roles of an account, in organisations that have not ended.
    pub fn roles_of(&self, account: Uuid) -> Vec<Arc<Role>> {
        let memberships = self.memberships_of(account).into_iter();
        let held = memberships.filter(|one| self.organisation(one.organisation).is_some());
        held.filter_map(|one| self.roles.get(&one.role).cloned()).collect()
    }

    /// The tokens that have not been revoked, by name.
    pub fn tokens(&self) -> Vec<TokenRow> {
        let mut all: Vec<TokenRow> =
            self.known().tokens.values().filter(|one| one.revoked_at.is_none()).cloned().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// The account that a token belongs to, revoked or not, by what it is as an author of changes.
    pub fn owner_of_token(&self, actor: i64) -> Option<Uuid> {
        self.known().tokens.values().find(|one| one.actor == actor)?.account
    }

    /// What a role comes to in an organisation; `None` if it is not declared, or not for organisations of that kind.
    pub fn power_in(&self, organisation: &Organisation, role: &str, collections: Option<&[String]>) -> Option<Power> {
        let role = self.roles.get(role).filter(|role| role.kinds.contains(&organisation.kind))?;
        let area = self.area_of(organisation).map(Arc::new);
        Some(self.power(role, &Holder { collections, area, kind: Some(organisation.kind) }))
    }

    /// What a role comes to for somebody.
    pub fn power(&self, role: &Arc<Role>, holder: &Holder<'_>) -> Power {
        self.roles.power(role, holder, &self.catalogue)
    }

    /// Where an organisation may write; `None` is the whole district.
    pub fn area_of(&self, organisation: &Organisation) -> Option<Area> {
        if organisation.municipalities.is_none() && organisation.outline.is_none() {
            return None;
        }
        let outline = organisation.outline.as_ref().and_then(|outline| outline_in(outline, self.frame));
        Some(Area::new(organisation.municipalities.clone().unwrap_or_default(), outline))
    }

    /// Of whom no role is known nobody is told later, since they are like somebody without.
    fn warn_of_unknown<'a>(&self, roles: impl Iterator<Item = &'a str>) {
        let unknown: BTreeSet<&str> = roles.filter(|role| self.roles.get(role).is_none()).collect();
        if !unknown.is_empty() {
            tracing::warn!(roles = ?unknown, "tokens or memberships have roles that are not declared, and may do nothing");
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, and works out anew what everybody may do: it happens rarely, and rights hang together.
    fn change(&self, change: impl FnOnce(&mut Known)) {
        let mut known = self.known();
        change(&mut known);
        self.callers.store(Arc::new(Work { directory: self, known: &known }.callers()));
    }
}

impl RecordKeeper for Kept {
    fn subject(&self) -> &'static str {
        self.subject
    }

    fn load<'a>(&'a self, store: &'a Store) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            match self.subject {
                TOKEN => {
                    let rows = tokens(store).await?;
                    let valid = rows.iter().filter(|row| row.revoked_at.is_none());
                    self.directory.warn_of_unknown(valid.map(|row| row.role.as_str()));
                    self.directory.change(|known| renew(&mut known.tokens, rows, |row| row.id));
                }
                ORGANISATION => {
                    let rows = organisations(store).await?;
                    self.directory.change(|known| renew(&mut known.organisations, rows, |row| row.id));
                }
                DEVICE => {
                    let rows = devices(store).await?;
                    self.directory.change(|known| renew(&mut known.devices, rows, |row| row.id));
                }
                _ => {
                    let rows = memberships(store).await?;
                    let present = rows.iter().filter(|row| row.ended_at.is_none());
                    self.directory.warn_of_unknown(present.map(|row| row.role.as_str()));
                    self.directory.change(|known| renew(&mut known.memberships, rows, |row| row.id));
                }
            }
            Ok(())
        }
        .boxed()
    }

    fn changed(&self, records: &[RecordChanged]) {
        self.directory.change(|known| {
            for record in records {
                match self.subject {
                    TOKEN => take(&mut known.tokens, record, |row| row.version),
                    ORGANISATION => take(&mut known.organisations, record, |row| row.version),
                    DEVICE => take(&mut known.devices, record, |row| row.version),
                    _ => take(&mut known.memberships, record, |row| row.version),
                }
            }
        });
    }
}

fn renew<T>(known: &mut HashMap<Uuid, T>, rows: Vec<T>, id: impl Fn(&T) -> Uuid) {
    *known = rows.into_iter().map(|row| (id(&row), row)).collect();
}

/// Takes the state of a record, unless a newer one is known.
fn take<T: Entry>(known: &mut HashMap<Uuid, T>, record: &RecordChanged, version: impl Fn(&T) -> i64) {
    if known.get(&record.id).is_some_and(|known| version(known) > record.version) {
        return;
    }
    match record.after.as_ref().and_then(|state| T::from_journal(record.id, record.version, state)) {
        Some(row) => drop(known.insert(record.id, row)),
        // Gone, or written by a newer program: nobody is let in by what cannot be read.
        None => drop(known.remove(&record.id)),
    }
}

/// Works out what everybody may do.
struct Work<'a> {
    directory: &'a Directory,
    known: &'a Known,
}

impl Work<'_> {
    fn callers(&self) -> Callers {
        let mut of_accounts: HashMap<Uuid, Vec<Arc<Power>>> = HashMap::new();
        for membership in self.known.memberships.values().filter(|one| one.ended_at.is_none()) {
            let powers = of_accounts.entry(membership.account).or_default();
            powers.extend(self.given(membership.organisation, &membership.role, None).map(Arc::new));
        }
        let sum = |powers: Vec<Arc<Power>>| Arc::new(Power::sum(powers.iter().map(Arc::as_ref)));
        let accounts = of_accounts.into_iter().map(|(account, powers)| (account, sum(powers))).collect();
        let tokens = self.known.tokens.values().filter(|token| token.revoked_at.is_none());
        let secrets = tokens.filter_map(|token| {
            let hash = token.hash.as_slice().try_into().ok()?;
            Some((hash, self.token(token, &accounts)?))
        });
        let secrets = secrets.collect();
        let tablets = self.known.devices.values().filter_map(|device| self.tablet(device));
        Callers { secrets, devices: tablets.collect(), accounts }
    }

    /// A tablet that is enrolled, with what crews of its organisation may do.
    fn tablet(&self, device: &DeviceRow) -> Option<([u8; 32], Tablet)> {
        let hash = device.hash.as_deref().filter(|_| device.revoked_at.is_none())?.try_into().ok()?;
        let power = self.given(device.organisation, devices::ROLE, None)?;
        let caller = Caller::with_device(Actor::Known(device.actor), Arc::new(power));
        let uses = self.directory.device_uses.of(device.id);
        Some((hash, Tablet { id: device.id, caller, ends_at: device.ends_at?, uses }))
    }

    /// What a role comes to in an organisation, if that may give it.
    fn given(&self, organisation: Uuid, role: &str, collections: Option<&[String]>) -> Option<Power> {
        let organisation = self.known.organisations.get(&organisation).filter(|one| one.ended_at.is_none())?;
        self.directory.power_in(organisation, role, collections)
    }

    /// A token may do what its role says, and never more than whom it belongs to.
    fn token(&self, token: &TokenRow, accounts: &HashMap<Uuid, Arc<Power>>) -> Option<Valid> {
        let area = token.area.clone().map(|keys| Arc::new(Area::new(keys, None)));
        let collections = token.collections.as_deref();
        let role = self.directory.roles.get(&token.role)?;
        let own = Arc::new(self.directory.power(role, &Holder { collections, area, kind: None }));
        let caller = |powers| Caller::with_token(token.name.clone(), Actor::Known(token.actor), powers);
        let bound = match (token.organisation, token.account) {
            (Some(organisation), _) => Some(Arc::new(self.given(organisation, &token.role, collections)?)),
            (None, Some(account)) => Some(accounts.get(&account).cloned().unwrap_or_default()),
            (None, None) => None,
        };
        let owner = token.account.map(|account| Owner { account, unbounded: caller(vec![own.clone()]) });
        let powers = std::iter::once(own).chain(bound).collect();
        let uses = self.directory.token_uses.of(token.id);
        Some(Valid { caller: caller(powers), expires_at: token.expires_at, owner, uses })
    }
}

/// An outline in the district's plane; `None` for what is no area there.
pub fn outline_in(outline: &serde_json::Value, frame: Frame) -> Option<MultiPolygon<f64>> {
    let mut geometry = read_geojson(outline, false).ok()?;
    frame.transformer.transform(Crs::CRS84, frame.crs, &mut geometry).ok()?;
    match geometry {
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon])),
        Geometry::MultiPolygon(polygons) => Some(polygons),
        _ => None,
    }
}
