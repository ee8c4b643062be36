//! What a proposal says to a caller: whose it is, and field by field what was, what would be and what is now. Of properties
//! that the caller may not see it says nothing.

use geo_types::Coord;
use serde_json::{Map, Value as Json, json};

use super::answers::{Edit, EditSummary, FieldChange, Proposal, ProposalHead, ProposalSummary};
use crate::collection::{Collection, Visibility, encode};
use crate::editing::compare::{Packed, packed};
use crate::editing::proposals::{self, Outline, ProposedEdit, State, Words, conflicts};
use crate::editing::{Editor, Places};
use crate::feature::crs::{AxisOrder, Crs};
use crate::feature::geometry::{CoordinateStyle, write_geojson};
use crate::feature::{Geometry, Row};
use crate::identity::Caller;
use crate::store::features::FeatureState;

const GEOMETRY: &str = "geometry";

/// To whom proposals are shown.
pub struct Shower<'a> {
    pub editor: &'a Editor,
    pub caller: &'a Caller,
    pub places: Places,
    /// What addresses begin with.
    pub base: &'a str,
}

impl Shower<'_> {
    pub fn summary(&self, proposal: &proposals::Proposal, words: Option<Words>) -> ProposalSummary {
        let edits = proposal.edits.iter().filter_map(|edit| self.edit_summary(edit)).collect();
        ProposalSummary { head: self.head(proposal, words), edits }
    }

    pub fn whole(&self, proposal: &proposals::Proposal, words: Option<Words>, edits: &[ProposedEdit]) -> Proposal {
        let is_open = proposal.state == State::Open;
        let shown = proposal.edits.iter().zip(edits).filter_map(|(outline, edit)| self.edit(outline, edit, is_open));
        Proposal { head: self.head(proposal, words), edits: shown.collect() }
    }

    fn head(&self, proposal: &proposals::Proposal, words: Option<Words>) -> ProposalHead {
        let docket = self.editor.letters.as_ref().map(|letters| &letters.docket);
        let (proposer, reason, decider, answer) = match words {
            Some(words) => (words.proposer, words.reason, words.decider, words.answer),
            None => (String::new(), String::new(), None, None),
        };
        ProposalHead {
            id: proposal.id,
            href: format!("{}/api/proposals/{}", self.base, proposal.id),
            state: proposal.state,
            proposed_at: proposal.proposed_at,
            proposer,
            reason,
            own: docket.is_some_and(|docket| docket.is_own(self.caller, proposal)),
            decisions: docket.map(|it| it.decisions(self.caller, proposal, &self.places)).unwrap_or_default(),
            decided_at: proposal.decided_at,
            decider,
            answer,
            changeset: proposal.changeset,
        }
    }

    fn edit_summary(&self, edit: &Outline) -> Option<EditSummary> {
        let (collection, seen) = self.seen(&edit.collection)?;
        let is_seen = |name: &String| {
            name == GEOMETRY || collection.property(name).is_some_and(|property| property.visibility <= seen)
        };
        Some(EditSummary {
            collection: edit.collection.clone(),
            feature: edit.feature.0,
            version: edit.version,
            operation: edit.operation,
            fields: edit.fields.iter().filter(|name| is_seen(name)).cloned().collect(),
            from: edit.from.and_then(|at| self.on_earth(at)),
            to: edit.to.and_then(|at| self.on_earth(at)),
        })
    }

    fn edit(&self, outline: &Outline, edit: &ProposedEdit, is_open: bool) -> Option<Edit> {
        let (collection, seen) = self.seen(&edit.collection)?;
        let now = self.now(collection, edit);
        let before = edit.before.as_ref().map(|state| Packed::new(collection, state.clone()));
        let conflicting = match (&before, &now) {
            (Some(before), Some(now)) if is_open => {
                conflicts(collection, before, edit.after.as_ref(), now, &self.places)
            }
            _ => Vec::new(),
        };
        let mut names: Vec<&String> = outline.fields.iter().collect();
        // What stands against a deletion is not among what it would change.
        names.extend(conflicting.iter().filter(|name| !outline.fields.contains(name)));
        let [was, would, is] =
            [edit.before.as_ref(), edit.after.as_ref(), now.as_ref()].map(|state| self.members(collection, state));
        let field = |name: &String| {
            let is_seen = name == GEOMETRY || collection.property(name).is_some_and(|it| it.visibility <= seen);
            let of = |members: &Map<String, Json>| members.get(name).cloned().unwrap_or_default();
            is_seen.then(|| FieldChange {
                name: name.clone(),
                before: of(&was),
                after: of(&would),
                now: of(&is),
                conflict: conflicting.contains(name),
            })
        };
        Some(Edit {
            collection: edit.collection.clone(),
            feature: edit.feature.0,
            version: outline.version,
            current: now.as_ref().map(|state| state.version),
            operation: outline.operation,
            fields: names.into_iter().filter_map(field).collect(),
        })
    }

    /// The state that is there now, as the index has it.
    fn now(&self, collection: &Collection, edit: &ProposedEdit) -> Option<FeatureState> {
        let snapshot = self.editor.spine.index.snapshot_of(&edit.collection)?;
        let stored = snapshot.get(edit.feature)?;
        let mut properties = Vec::new();
        encode::write_object(collection, stored.row(), &mut properties);
        Some(FeatureState {
            id: edit.feature,
            version: stored.version,
            geometry: stored.shape.geometry().map(std::borrow::Cow::into_owned),
            properties: serde_json::from_slice(&properties).ok()?,
        })
    }

    /// The properties of a state and its geometry, by name.
    fn members(&self, collection: &Collection, state: Option<&FeatureState>) -> Map<String, Json> {
        let Some(state) = state else { return Map::new() };
        let mut properties = Vec::new();
        encode::write_object(collection, Row::new(&packed(collection, state)), &mut properties);
        let mut members: Map<String, Json> = serde_json::from_slice(&properties).unwrap_or_default();
        members.insert(GEOMETRY.to_owned(), self.geojson(state.geometry.as_ref()));
        members
    }

    fn geojson(&self, geometry: Option<&Geometry>) -> Json {
        let (frame, crs) = (self.editor.district.frame(), Crs::CRS84);
        let Some(mut geometry) = geometry.cloned() else { return Json::Null };
        if frame.transformer.transform(frame.crs, crs, &mut geometry).is_err() {
            return Json::Null;
        }
        let north_first = crs.axis_order() == AxisOrder::NorthEast;
        let mut out = Vec::new();
        write_geojson(&geometry, CoordinateStyle { north_first, decimals: crs.decimals() as u8 }, &mut out);
        serde_json::from_slice(&out).unwrap_or_default()
    }

    fn on_earth(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let point = self.geojson(Some(&Geometry::Point(Coord { x, y }.into())));
        serde_json::from_value(json!(point["coordinates"])).ok()
    }

    fn seen(&self, name: &str) -> Option<(&Collection, Visibility)> {
        let collection = self.editor.spine.index.catalogue().get(name)?;
        Some((collection, self.caller.sees(collection)?))
    }
}
