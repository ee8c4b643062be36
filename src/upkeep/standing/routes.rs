//! `/api/upkeep/{collection}/{object}`: the status of an object, and why it is so.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answers::{May, Named, ObjectStatus, ObjectUpkeep, Telling};
use super::rule::{Standing, Terms};
use crate::collection::{Collection, encode};
use crate::http::answer::private;
use crate::http::{Needs, Operation, Parameters, Path, Problem, Routes};
use crate::identity::organisations::OrganisationKind;
use crate::identity::{Action, Caller, Spot, Subject};
use crate::upkeep::defects::answers::Defect;
use crate::upkeep::outages::answers::Outage;
use crate::upkeep::routes::Shared;
use crate::upkeep::{Object, Refusal, Upkeep, UpkeepError, describe};

/// The routes of statuses.
pub fn add(routes: Routes<std::sync::Arc<Upkeep>>) -> Routes<std::sync::Arc<Upkeep>> {
    const ONE: &str = "/api/upkeep/{collection}/{object}";
    let operation = Operation::get("upkeep", ONE, Needs::Action(Action::Read)).described(describe::upkeep);
    routes.route(operation, upkeep)
}

async fn upkeep(
    State(upkeep): Shared,
    caller: Caller,
    Path((collection, object)): Path<(String, Uuid)>,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.finish()?;
    let object = upkeep.read_object(&caller, &collection, object)?;
    Ok(private(Json(upkeep.told(&caller, &object).await?)))
}

impl Upkeep {
    /// All that says whether an object may be counted on.
    async fn told(&self, caller: &Caller, object: &Object) -> Result<ObjectUpkeep, UpkeepError> {
        let (name, id) = (object.collection.name.as_str(), object.id);
        let properties = self.properties_now(object).ok_or(Refusal::NoObject)?;
        let facts = self.facts((name, id), &properties).await?;
        let today = self.clock.today();
        let standing = facts.standing(Terms { today, words: &self.words });
        let may = |action| caller.may(action, &Subject::of(&object.collection).at(&object.spot)).is_ok();
        let lists = self.checklists.iter().filter(|list| list.is_for(&object.collection.name, object.kind.as_deref()));
        let outages = facts.outages.into_iter().filter(|outage| !outage.is_over_on(today));
        let may = May { inspect: may(Action::Inspect), block: may(Action::Block) };
        Ok(ObjectUpkeep {
            status: self.told_status(&object.collection, &properties, &standing),
            defects: facts.defects.into_iter().map(|one| Defect::of(one, &self.words)).collect(),
            outages: outages.map(|one| Outage::of(one, &self.words, today)).collect(),
            checklists: lists.map(|list| list.name.clone()).collect(),
            organisations: if may.inspect { self.working_at(&object.spot) } else { Vec::new() },
            may,
        })
    }

    /// The organisations whose area a place lies in, but for private persons.
    fn working_at(&self, spot: &Spot) -> Vec<Named> {
        let all = self.directory.organisations().into_iter();
        let here = all.filter(|one| self.directory.area_of(one).is_none_or(|area| area.covers(spot)));
        let named = here.filter(|one| one.kind != OrganisationKind::PrivatePerson);
        named.map(|one| Named { id: one.id, name: one.name }).collect()
    }

    /// The properties of an object as the index has them.
    fn properties_now(&self, object: &Object) -> Option<Map<String, Value>> {
        let snapshot = self.editor.spine.index.snapshot(object.collection.place);
        let mut json = Vec::new();
        encode::write_object(&object.collection, snapshot.get(object.id)?.row(), &mut json);
        serde_json::from_slice(&json).ok()
    }

    /// A status in words; `properties` are those of the object.
    pub fn told_status(&self, of: &Collection, properties: &Map<String, Value>, standing: &Standing) -> ObjectStatus {
        let decommissioned = properties.get("lifecycle").is_some_and(|cycle| cycle == "decommissioned");
        let (words, texts, today) = (&self.words, &*self.texts, self.clock.today());
        Telling { words, texts, today, collection: of, decommissioned }.status(standing)
    }
}
