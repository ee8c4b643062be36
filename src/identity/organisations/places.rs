//! Where an organisation's area is, in words.

use super::Organisation;
use crate::identity::roles::words::Whereabouts;
use crate::index::{Index, Stored};

/// The reference layer that has the names of municipalities.
const MUNICIPALITIES: &str = "municipalities";

/// The names of the municipalities of an organisation's area, by key; a key that nobody has a name for stands for itself.
pub fn whereabouts(organisation: &Organisation, index: &Index) -> Whereabouts {
    let Organisation { municipalities, outline, .. } = organisation;
    let known = self::municipalities(index);
    let named = |prefix: &String| {
        let within = known.iter().filter(|(key, _)| key.starts_with(prefix.as_str()));
        let names: Vec<String> = within.map(|(_, name)| name.clone()).collect();
        if names.is_empty() { vec![prefix.clone()] } else { names }
    };
    Whereabouts {
        places: municipalities.iter().flatten().flat_map(named).collect(),
        outline: outline.is_some(),
        everywhere: municipalities.is_none() && outline.is_none(),
    }
}

/// The municipalities of the district: key and name, by name.
pub fn municipalities(index: &Index) -> Vec<(String, String)> {
    let Some(snapshot) = index.snapshot_of(MUNICIPALITIES) else { return Vec::new() };
    let position = |name| snapshot.collection().position(name);
    let Some((key, name)) = position("key").zip(position("name")) else { return Vec::new() };
    let text = |stored: &Stored, k| stored.row().get(k).as_text().map(str::to_owned);
    let mut all: Vec<(String, String)> =
        snapshot.iter().filter_map(|stored| text(stored, key).zip(text(stored, name))).collect();
    all.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    all
}
