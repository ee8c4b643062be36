//! What has to be carried to a source before water flows.

/// The kit for a source of a kind, in the order in which it is reached for; `unknown` where the kind does not tell.
pub fn needs(collection: &str, kind: &str) -> &'static [&'static str] {
    match (collection, kind) {
        ("hydrants", "pillar") => &["key_pillar"],
        ("hydrants", "underground" | "chamber") => &["standpipe", "key_underground"],
        ("hydrants", "wall" | "filling_point") | ("suction_points", "submersible_pump") => &["none"],
        ("hydrants", _) | (_, "elevated_reservoir" | "other" | "unknown") => &["unknown"],
        // Open water, tanks and connections are drafted from.
        _ => &["suction_hose"],
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::collection::Catalogue;
    use crate::firewater::register::COLLECTIONS;

    #[test]
    fn every_kind_that_is_declared_tells_what_is_needed_unless_it_is_an_unknown_one() {
        let catalogue = Catalogue::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("the declarations");
        let mut silent = Vec::new();
        for name in COLLECTIONS {
            let collection = catalogue.get(name).expect("a collection");
            let kind = collection.position("kind").expect("a kind");
            let codes = collection.properties[kind].codes().expect("codes").codes();
            silent.extend(codes.iter().filter(|code| needs(name, &code.code) == ["unknown"]).map(|code| &*code.code));
        }
        silent.sort_unstable();
        silent.dedup();
        assert_eq!(silent, ["elevated_reservoir", "other", "pipe", "unknown"]);
        assert_eq!(needs("hydrants", "underground"), ["standpipe", "key_underground"]);
        assert_eq!(needs("water_sources", "lake"), ["suction_hose"]);
    }
}
