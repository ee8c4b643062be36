//! How the operations of the OGC APIs and of changesets are described, a file for each group of routes.

pub mod changes;
pub mod documents;
pub mod features;
pub mod tiles;

use crate::collection::Collection;
use crate::http::spec::{Context, Spec};

/// What stands for the name of a collection in addresses.
const NAME: &str = "{collection}";

/// One description for each collection, at its own address and under an id of its own.
fn each(context: &Context<'_>, address: &str, id: &str, spec: impl Fn(&Collection) -> Spec) -> Vec<Spec> {
    context.collections().map(|collection| of_one(collection, address, id, spec(collection))).collect()
}

/// The same for collections and for parts of collections; `spec` gets the name of the collection that a part is of.
fn each_or_part(context: &Context<'_>, address: &str, id: &str, spec: impl Fn(&Collection, &str) -> Spec) -> Vec<Spec> {
    let mut specs = each(context, address, id, |collection| spec(collection, &collection.name));
    specs.extend(context.parts().map(|(part, whole)| of_one(part, address, id, spec(part, whole))));
    specs
}

fn of_one(collection: &Collection, address: &str, id: &str, spec: Spec) -> Spec {
    spec.at(address.replace(NAME, &collection.name), format!("{}_{id}", collection.name))
}
