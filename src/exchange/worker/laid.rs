//! A row that is a feature of the register, laid over it: what the file has is taken, what it lacks stays, and where both sides have
//! changed something that is told.

use serde_json::{Map, Value as Json};

use super::{Before, Done, ReadRow, Worker, Write, about, done};
use crate::collection::Faults;
use crate::editing::{Prepared, compare};
use crate::exchange::mending::Decision;
use crate::exchange::merge::{SAME, differs, members, moved_to, near, overlay, three_way};
use crate::exchange::remark::{Remark, What};
use crate::exchange::report::Status;
use crate::exchange::store::Said;
use crate::feature::{Geometry, Row};
use crate::firewater::plausibility;
use crate::identity::Fields;
use crate::index::Stored;

/// A longer move than this is worth a look, metres.
const FAR: f64 = 25.0;

/// How a row is laid over a feature.
pub(super) struct Laying<'a> {
    /// Properties that somebody has emptied in what was checked out.
    pub(super) emptied: &'a [String],
    pub(super) decision: Option<Decision>,
    /// What was checked out; else what the supplier has said before counts.
    pub(super) base: Option<&'a Said>,
}

/// A row laid over a feature.
pub(super) struct Laid {
    pub(super) status: Status,
    /// Errors or conflicts.
    pub(super) faults: Vec<Remark>,
    /// The new state, if it is another one.
    pub(super) prepared: Option<Prepared>,
    /// How far the row moves the feature, metres.
    pub(super) moved: Option<f64>,
}

impl Laid {
    fn wrong(faults: Vec<Remark>) -> Self {
        Self { status: Status::Error, faults, prepared: None, moved: None }
    }
}

impl Worker<'_> {
    /// A row that is a feature of the register.
    pub(super) fn existing(&mut self, row: ReadRow, stored: &Stored, base: Option<&Said>) -> Done {
        let ReadRow { line, id, emptied, mut properties, assumed, geometry, mut warnings, decision, .. } = row;
        if id == Some(stored.id.0) {
            // What was written here says nothing about what the format has no room for.
            assumed.iter().for_each(|name| drop(properties.remove(name)));
        }
        let Laid { mut status, mut faults, prepared, moved } =
            self.laid_over(stored, properties, geometry, &Laying { emptied: &emptied, decision, base });
        let (mut write, mut before) = (None, None);
        if let Some(prepared) = prepared {
            let place = stored.shape.geometry();
            let changed = Fields {
                geometry: !near(place.as_deref(), prepared.geometry.as_ref()),
                properties: compare::changed_between(&self.collection, stored.row(), &prepared),
            };
            let may = self.may_write(place.as_deref(), changed);
            let may = may.and_then(|()| self.may_write(prepared.geometry.as_ref(), changed));
            let may = may.and_then(|()| self.may_alone(stored.row(), place.as_deref(), &prepared));
            if let Err(what) = may {
                return about(stored.id, done(line, Status::Error, vec![Remark::of_row(what)], warnings));
            }
            let state = Row::new(&prepared.row);
            match self.surroundings.known.take_number(line, state, Some(stored.id)) {
                Err(by) => {
                    let number = self.collection.reference.and_then(|k| state.get(k).as_text()).unwrap_or_default();
                    let what = What::NumberTaken { number: number.to_owned(), by };
                    (status, faults) = (Status::Error, vec![Remark::of(self.collection.reference, what)]);
                }
                Ok(()) => {
                    let far = moved.filter(|by| *by > FAR).map(|by| Remark::of_row(What::Moved { by }));
                    warnings.extend(far);
                    let again = plausibility::test_again(&self.collection, stored.row(), state);
                    warnings.extend(again.map(|it| self.implausible(it)));
                    self.look(&prepared, &mut warnings);
                    before = self.keeps_before.then(|| Box::new(Before { properties: members(stored), moved }));
                    write = Some(Write::Update { id: stored.id, version: stored.version, prepared });
                }
            }
        }
        Done { write, before, ..about(stored.id, done(line, status, faults, warnings)) }
    }

    /// What a row makes of a feature: what the file has is taken, what it lacks stays.
    pub(super) fn laid_over(
        &self,
        stored: &Stored,
        properties: Map<String, Json>,
        geometry: Option<Geometry>,
        laying: &Laying<'_>,
    ) -> Laid {
        let Laying { emptied, decision, base } = *laying;
        let preparer = &self.surroundings.preparer;
        let mut ours = members(stored);
        preparer.places().forget_unknown(&self.collection, &mut ours);
        let properties = self.number_kept_before(&ours, properties);
        let mut merged = ours.clone();
        overlay(&mut merged, self.mapping, properties);
        if base.is_some() {
            emptied.iter().for_each(|name| drop(merged.remove(name)));
        }
        let place = stored.shape.geometry().map(std::borrow::Cow::into_owned);
        let (mut target, moved) = moved_to(place.clone(), geometry);
        let mut faults = Faults::default();
        let Some(mut prepared) = preparer.prepare(&self.collection, target.clone(), &merged, "", &mut faults) else {
            return Laid::wrong(self.remarks(faults, target.as_ref()));
        };
        let mut conflicts = Vec::new();
        let said = base.or_else(|| self.surroundings.foreign.said.get(&stored.id));
        if let Some(said) = said.filter(|_| decision != Some(Decision::Theirs)) {
            let theirs = serde_json::from_str(prepared.properties.get()).unwrap_or_default();
            conflicts = three_way(&self.collection, said, &ours, &theirs, &mut merged);
            if moved.is_some_and(|by| by > SAME) && place != said.geometry {
                if !near(target.as_ref(), said.geometry.as_ref()) {
                    conflicts.push(Remark::of_row(What::PlaceConflict));
                }
                target.clone_from(&place);
            }
            match preparer.prepare(&self.collection, target.clone(), &merged, "", &mut faults) {
                Some(again) => prepared = again,
                None => return Laid::wrong(self.remarks(faults, target.as_ref())),
            }
        }
        if decision == Some(Decision::Ours) {
            conflicts.clear();
        }
        let changed = differs(&self.collection, stored.row(), Row::new(&prepared.row)) || place != prepared.geometry;
        let status = match (conflicts.is_empty(), changed) {
            (false, _) => Status::Conflict,
            (true, true) => Status::Changed,
            (true, false) => Status::Unchanged,
        };
        Laid { status, faults: conflicts, prepared: Some(prepared).filter(|_| changed), moved }
    }
}
