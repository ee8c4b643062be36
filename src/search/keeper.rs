//! Keeps what is searched in step with the index.
//!
//! The follower tells of changes before their authors are answered; here they are only noted. The next search looks the
//! changed features up and brings them in, so an edit costs the follower nothing and a search sees everything that was
//! answered before it began. From time to time all is made anew beside the readers: see [`Lookup::keep`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Instant;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::coordinates;
use super::find::{self, Asked, Candidate, Found, Question};
use super::fold;
use super::gazetteer::{Gazetteer, Setting};
use super::hit::{Hit, Teller};
use super::kind::{Kind, Kinds};
use super::places::Settlements;
use super::references::References;
use super::sources::Sources;
use crate::collection::{Catalogue, Collection, District, Language, Visibility};
use crate::coordinate::named_by_link;
use crate::feature::FeatureId;
use crate::index::areas::Areas;
use crate::index::{Changed, Index, Observer, PerState};
use crate::memory;
use crate::store::journal::{Cursor, Passed};

/// After so many changes all is made anew.
const RENEW_AFTER: usize = 4_096;
/// So many changes are brought in without anybody noticing.
const FEW: usize = 256;

/// The search of one process.
#[derive(Debug)]
pub struct Lookup {
    district: Arc<District>,
    sources: Sources,
    places: Arc<Settlements>,
    areas: PerState<Areas<Arc<str>>>,
    /// Names of what the district lies in, folded: they say nothing of a place in it.
    within: Vec<Vec<String>>,
    state: RwLock<State>,
    notes: Mutex<Notes>,
    /// There is more to bring in than is good for readers.
    renew: Notify,
    ready: watch::Sender<bool>,
    /// How often the registers were loaded anew.
    restarts: AtomicU64,
}

/// What is searched, and how many of the noted changes it shows.
#[derive(Debug, Default)]
pub(super) struct State {
    pub gazetteer: Gazetteer,
    /// One a register, in the order of the sources.
    references: Vec<References>,
    shows: u64,
}

/// Changes since the state was last made anew.
#[derive(Debug, Default)]
struct Notes {
    /// How many came before those that are kept.
    before: u64,
    changed: Vec<(usize, FeatureId)>,
}

impl Notes {
    fn end(&self) -> u64 {
        self.before + self.changed.len() as u64
    }

    /// The changes from one on.
    fn since(&self, shown: u64) -> &[(usize, FeatureId)] {
        &self.changed[(shown.saturating_sub(self.before) as usize).min(self.changed.len())..]
    }
}

impl Observer for Lookup {
    fn changed(&self, changes: &[Changed]) {
        let of_interest = changes.iter().filter(|change| self.sources.follows(change.collection));
        let mut notes = self.notes();
        notes.changed.extend(of_interest.map(|change| (change.collection, change.id)));
        if notes.changed.len() > RENEW_AFTER {
            self.renew.notify_one();
        }
    }

    fn reached(&self, _: &Cursor, _: &[Passed]) {}

    /// Searches wait until all has been made anew.
    fn restarted(&self, _: &Cursor) {
        self.restarts.fetch_add(1, Ordering::SeqCst);
        self.ready.send_replace(false);
        self.renew.notify_one();
    }
}

impl Lookup {
    /// Nothing to be found until [`Lookup::keep`] has made it ready.
    pub fn new(catalogue: &Catalogue, district: Arc<District>, places: Arc<Settlements>) -> Self {
        let within = district.lies_in.iter().chain([&district.name]);
        let folded = |name: &String| fold::tokens(name).into_iter().map(|token| token.text).collect();
        Self {
            within: within.map(folded).collect(),
            district,
            sources: Sources::new(catalogue),
            places,
            areas: PerState::default(),
            state: RwLock::default(),
            notes: Mutex::default(),
            renew: Notify::new(),
            ready: watch::Sender::new(false),
            restarts: AtomicU64::new(0),
        }
    }

    /// Makes everything searchable once the index is loaded, and anew after many changes, until `stop`.
    pub async fn keep(self: Arc<Self>, index: Arc<Index>, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => return,
            () = index.loaded() => {}
        }
        while !stop.is_cancelled() {
            let (search, from) = (self.clone(), index.clone());
            if let Err(error) = tokio::task::spawn_blocking(move || search.renew(&from)).await {
                tracing::error!(%error, "what is searched could not be made anew");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.renew.notified() => {}
            }
        }
    }

    /// Waits until searches are answered.
    pub async fn ready(&self) {
        // The sender lives as long as this does.
        let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
    }

    /// What is searched by.
    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    pub(super) fn areas(&self) -> &PerState<Areas<Arc<str>>> {
        &self.areas
    }

    pub(super) fn district(&self) -> &District {
        &self.district
    }

    /// What somebody may find who may see so much of each collection.
    pub fn open_to(&self, sees: impl Fn(&Collection) -> Option<Visibility>) -> Kinds {
        self.sources.open_to(sees)
    }

    /// The name of a municipality by its key.
    pub(super) fn municipality_called(&self, key: &str, open: Kinds) -> Option<String> {
        let state = self.read();
        let area = state.gazetteer.area_of(key).filter(|_| open.has(Kind::Municipality))?;
        state.gazetteer.areas().get(area as usize).map(|area| area.name.to_string())
    }

    /// True if the next search has so much to bring in that it should not keep others waiting.
    pub fn has_much_to_do(&self) -> bool {
        // Never both locks at once in this order: bringing in takes them in the other.
        let shown = self.read().shows;
        self.notes().since(shown).len() > FEW
    }

    /// About how many steps of work a question is: each of its words is compared with all that names are made of, and looked
    /// for in all names.
    pub fn steps(&self, text: &str) -> u64 {
        let state = self.read();
        let words = fold::tokens(text).len().min(find::MOST_WORDS);
        2 * words as u64 * state.gazetteer.size() as u64
    }

    /// Makes everything anew from what the index holds.
    pub fn renew(&self, index: &Index) {
        let (started, restarts) = (Instant::now(), self.restarts.load(Ordering::SeqCst));
        // Noted before the snapshots are taken: what comes later is brought in again.
        let shows = self.notes().end();
        let state = self.made_from(index, shows);
        let names = state.gazetteer.entries().count();
        let before = std::mem::replace(&mut *self.state.write().unwrap_or_else(PoisonError::into_inner), state);
        // Taking the old state down takes a while; readers go on meanwhile.
        drop(before);
        let mut notes = self.notes();
        let done = (shows.saturating_sub(notes.before) as usize).min(notes.changed.len());
        notes.changed.drain(..done);
        notes.before += done as u64;
        drop(notes);
        // What was made of registers that were given up meanwhile is made again before anybody is answered from it.
        self.ready.send_if_modified(|ready| {
            *ready = self.restarts.load(Ordering::SeqCst) == restarts;
            true
        });
        memory::give_back();
        tracing::info!(names, seconds = started.elapsed().as_secs_f64(), "the search is ready");
    }

    fn made_from(&self, index: &Index, shows: u64) -> State {
        let mut gazetteer = Gazetteer::default();
        let sources = &self.sources;
        let addresses = sources.addresses.as_ref().map(|it| index.snapshot(it.source.position));
        let setting = Setting { sources, frame: self.district.frame(), addresses: addresses.as_ref() };
        let layers = [
            sources.municipalities.as_ref().map(|it| it.source.position),
            sources.addresses.as_ref().map(|it| it.source.position),
            sources.roads.as_ref().map(|it| it.source.position),
        ];
        let registers = sources.registers.iter().filter(|it| it.has_names()).map(|it| it.source.position);
        for position in layers.into_iter().flatten().chain(registers) {
            for stored in index.snapshot(position).iter() {
                gazetteer.put(setting, position, stored.id, Some(stored));
            }
        }
        if let Some(addresses) = &addresses {
            gazetteer.locate(&self.places.of(addresses), addresses);
        }
        let references = sources.registers.iter().map(|it| References::of(it, &index.snapshot(it.source.position)));
        State { references: references.collect(), gazetteer, shows }
    }

    /// The state with every change that was noted before this was called.
    pub(super) fn up_to_date(&self, index: &Index) -> RwLockReadGuard<'_, State> {
        let noted = self.notes().end();
        let state = self.read();
        if state.shows >= noted {
            return state;
        }
        drop(state);
        {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            let (end, mut changed) = {
                let notes = self.notes();
                (notes.end(), notes.since(state.shows).to_vec())
            };
            changed.sort_unstable();
            changed.dedup();
            let addresses = self.sources.addresses.as_ref().map(|it| index.snapshot(it.source.position));
            let setting =
                Setting { sources: &self.sources, frame: self.district.frame(), addresses: addresses.as_ref() };
            for (collection, id) in changed {
                let snapshot = index.snapshot(collection);
                state.put(setting, collection, id, snapshot.get(id));
            }
            state.shows = end.max(state.shows);
        }
        self.read()
    }

    /// What fits a question, the best first, to a caller who may see so much of each collection.
    pub fn find(
        &self,
        index: &Index,
        question: &Question,
        sees: impl Fn(&Collection) -> Option<Visibility>,
        language: Language,
    ) -> Vec<Hit> {
        let open = self.sources.open_to(sees);
        let question = Question { kinds: question.kinds.and(open), ..question.clone() };
        let coordinates = coordinates::read(&self.district, &question, language);
        let named = named_by_link(&question.text);
        if coordinates.iter().any(coordinates::Read::is_certain) {
            return coordinates.into_iter().map(|read| read.hit).collect();
        }
        let state = self.up_to_date(index);
        let asked = Asked::new(named.as_deref().unwrap_or(&question.text), &self.within, &state.gazetteer);
        if asked.is_empty() {
            return coordinates.into_iter().map(|read| read.hit).collect();
        }
        let (mut candidates, lacking) = asked.names(&state.gazetteer, &question);
        if lacking > 0 {
            let corner = asked.crossings(index, &self.sources, &state.gazetteer, &question);
            candidates = if corner.is_empty() { candidates } else { corner };
        }
        self.numbered(index, &state, &asked, &question, &mut candidates);
        find::keep_exact(&mut candidates);
        let order = |a: &Candidate, b: &Candidate| a.score.total_cmp(&b.score).then(a.what.cmp(&b.what));
        // A few more than wanted: one may have gone, another be there twice.
        let wanted = question.limit + 20;
        if candidates.len() > wanted {
            candidates.select_nth_unstable_by(wanted, order);
            candidates.truncate(wanted);
        }
        candidates.sort_unstable_by(order);
        let accuracy = self.district.position_accuracy;
        let teller = Teller {
            sources: &self.sources,
            index,
            gazetteer: &state.gazetteer,
            asked: &asked,
            open,
            accuracy,
            language,
        };
        let mut hits: Vec<Hit> = Vec::new();
        let mut coordinate = coordinates.into_iter().map(|read| read.hit).next();
        // A short text that is the very number of an object is meant as that.
        let number_first =
            candidates.first().is_some_and(|best| best.exact && matches!(best.what, Found::Reference(..)));
        if !number_first {
            hits.extend(coordinate.take());
        }
        for hit in candidates.iter().filter_map(|candidate| teller.hit(candidate)) {
            if hits.len() == question.limit {
                break;
            }
            if hit.id.is_none() || hits.iter().all(|other| other.id != hit.id) {
                hits.push(hit);
                hits.extend(coordinate.take());
            }
        }
        hits.truncate(question.limit);
        hits
    }

    /// Objects that are called by a number in the question.
    fn numbered(&self, index: &Index, state: &State, asked: &Asked, question: &Question, out: &mut Vec<Candidate>) {
        let wanted = |kind, kinds: Kinds| question.kinds.and(kinds).has(kind);
        asked.numbers(|key, around| {
            if key.is_empty() || !around.could_be_area(&state.gazetteer) {
                return;
            }
            for (nth, (register, references)) in self.sources.registers.iter().zip(&state.references).enumerate() {
                if !wanted(register.kind, around.kinds) {
                    continue;
                }
                let snapshot = index.snapshot(register.source.position);
                references.find(register, &snapshot, key, |fit, stored| {
                    let area = state.gazetteer.area_of(register.municipality(stored.row()));
                    let Some(cost) = around.cost_in(&state.gazetteer, area).filter(|_| around.may_be(fit)) else {
                        return;
                    };
                    let Some((_, extent)) = super::entry::place_of(stored, &snapshot.frame()) else { return };
                    let score = question.reference_score(fit, register.kind, cost, extent);
                    let (exact, begun) = (around.is_exact(fit, cost), cost < 1.0);
                    let what = Found::Reference(nth, stored.id);
                    out.push(Candidate { score, exact, begun: begun && !exact, nearby: false, loose: 0, what });
                });
            }
        });
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, setting: Setting<'_>, collection: usize, id: FeatureId, now: Option<&crate::index::Stored>) {
        self.gazetteer.put(setting, collection, id, now);
        let registers = setting.sources.registers.iter().zip(&mut self.references);
        for (register, references) in registers.filter(|(register, _)| register.source.position == collection) {
            references.put(register, id, now);
        }
    }
}
