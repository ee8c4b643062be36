//! What is made of a whole collection and good for one state of it.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::Snapshot;

/// Something made of the content of one collection, kept until that changes.
#[derive(Debug)]
pub struct PerState<T> {
    kept: ArcSwapOption<Kept<T>>,
}

#[derive(Debug)]
struct Kept<T> {
    fingerprint: u64,
    made: Arc<T>,
}

impl<T> PerState<T> {
    /// What was made of this content before, or what `make` makes of it now. Two callers may make it at the same time.
    pub fn of(&self, snapshot: &Snapshot, make: impl FnOnce(&Snapshot) -> T) -> Arc<T> {
        let fingerprint = snapshot.fingerprint();
        if let Some(kept) = self.kept.load().as_ref().filter(|kept| kept.fingerprint == fingerprint) {
            return kept.made.clone();
        }
        let made = Arc::new(make(snapshot));
        self.kept.store(Some(Arc::new(Kept { fingerprint, made: made.clone() })));
        made
    }
}

impl<T> Default for PerState<T> {
    fn default() -> Self {
        Self { kept: ArcSwapOption::empty() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use uuid::Uuid;

    use super::*;
    use crate::collection::{Catalogue, District};
    use crate::feature::FeatureId;
    use crate::index::Applied;

    #[test]
    fn it_is_made_once_for_a_content_and_anew_when_that_changes() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let district = District::load(&data.join("district.toml")).expect("the district");
        let collection = catalogue.get("municipalities").expect("municipalities");
        let empty = Snapshot::empty(collection.clone(), district.frame());
        let id = FeatureId(Uuid::from_u128(1));
        let stored = empty.encoder().encode(id, 1, None, br#"{"key":"1"}"#).expect("a municipality").0;
        let one = empty.apply([Applied { id, after: Some(stored) }]);

        let count = PerState::default();
        assert_eq!(*count.of(&one, |snapshot| snapshot.iter().count()), 1);
        assert_eq!(*count.of(&one, |_| unreachable!("it is known")), 1);
        assert_eq!(*count.of(&empty, |snapshot| snapshot.iter().count()), 0);
    }
}
