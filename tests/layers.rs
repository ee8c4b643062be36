//! The borders of the house: which folder of `src` may name which, and where the database and HTTP may be named.
//!
//! A folder names those above it in [`LAYERS`] and no other, so there is no circle between any two.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders (and files) of `src` in the order in which they build on one another.
const LAYERS: &[&str] = &[
    "clock",
    "memory",
    "texts",
    "tls",
    "coordinate",
    "feature",
    "collection",
    "calendar",
    "store",
    "index",
    "identity",
    "spine",
    "work",
    "mail",
    "blobs",
    "filter",
    "http",
    "accounts",
    "organisations",
    "devices",
    "views",
    "search",
    "firewater",
    "tiles",
    "supply",
    "config",
    "editing",
    "proposals",
    "upkeep",
    "exchange",
    "files",
    "imports",
    "demo",
    "events",
    "offline",
    "print",
    "ogc",
    "web",
    "server",
    "cli",
    "lib",
    "main",
];

/// Where SQL may be spoken, beside files named `store.rs`.
const DATABASE: [&str; 1] = ["store/"];

/// Where HTTP may be spoken, beside files named `routes.rs`: what answers requests, and what keeps answers ready with
/// their tags.
const HTTP: [&str; 14] = [
    "http/",
    "ogc/",
    "server/",
    "web/",
    "print/raster.rs",
    "tiles/cache.rs",
    "tiles/drawer.rs",
    "tiles/packing.rs",
    "tiles/pmtiles/configured.rs",
    "tiles/pmtiles/made.rs",
    "tiles/pmtiles/ranges.rs",
    "tiles/serve.rs",
    "tiles/style/glyphs.rs",
    "tiles/style/sprite.rs",
];

/// Parts that serve a second domain one day, and all that they may know till then.
const PARTS: [(&str, &[&str]); 2] = [
    ("firewater/network/", &["collection", "coordinate", "feature", "index", "store"]),
    ("print/map/", &["coordinate", "texts", "tiles"]),
];

struct Source {
    /// Below `src`.
    path: String,
    /// Without comments and without tests.
    code: String,
}

impl Source {
    fn folder(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }

    fn is_one_of(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == *place || place.ends_with('/') && self.path.starts_with(place))
    }

    /// The words that follow a prefix: `crate::` gives the folders it names.
    fn names_after(&self, prefix: &str) -> BTreeSet<&str> {
        let ends = |rest: &'_ str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let found = self.code.match_indices(prefix).map(|(at, _)| &self.code[at + prefix.len()..]);
        found.map(|rest| &rest[..ends(rest)]).collect()
    }
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let below = |file: &PathBuf| file.strip_prefix(&root).expect("a file below src").display().to_string();
    let paths = files.iter().map(|file| (file, below(file)));
    let is_test = |path: &str| path.contains("/tests/") || path.ends_with("tests.rs");
    let read = |(file, path): (&PathBuf, String)| {
        let text = fs::read_to_string(file).expect("a source");
        let lines = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines();
        let code = lines.map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        Source { path, code }
    };
    paths.filter(|(_, path)| !is_test(path)).map(read).collect()
}

#[test]
fn a_folder_builds_on_those_before_it_alone() {
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let mut faults = Vec::new();
    for source in sources() {
        let Some(own) = place(source.folder()) else {
            faults.push(format!("{} is in no layer", source.path));
            continue;
        };
        let named = source.names_after("crate::");
        let upward = named.iter().filter(|name| place(name).is_some_and(|other| other > own));
        faults.extend(upward.map(|name| format!("{} names {name}", source.path)));
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn parts_that_will_be_shared_know_no_more_than_they_need() {
    let sources = sources();
    for (part, known) in PARTS {
        let mut files = sources.iter().filter(|source| source.path.starts_with(part)).peekable();
        assert!(files.peek().is_some(), "{part} is gone");
        for source in files {
            let named = source.names_after("crate::");
            let others: Vec<_> = named.iter().filter(|name| !known.contains(*name)).collect();
            assert!(others.is_empty(), "{} names {others:?}", source.path);
        }
    }
}

#[test]
fn the_database_is_spoken_to_in_stores_alone() {
    let sources = sources();
    let speaks = sources.iter().filter(|source| !source.names_after("sqlx::").is_empty());
    let stray = speaks.filter(|source| !source.is_one_of(&DATABASE) && !source.path.ends_with("/store.rs"));
    assert_eq!(stray.map(|source| &source.path).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn rules_know_no_http() {
    let sources = sources();
    let speaks = sources.iter().filter(|source| !source.names_after("axum::").is_empty());
    let stray = speaks.filter(|source| !source.is_one_of(&HTTP) && !source.path.ends_with("/routes.rs"));
    assert_eq!(stray.map(|source| &source.path).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_list_of_layers_names_what_there_is() {
    let sources = sources();
    let there: BTreeSet<&str> = sources.iter().map(Source::folder).collect();
    assert_eq!(there, LAYERS.iter().copied().collect());
    let is_there = |place: &&str| sources.iter().any(|source| source.is_one_of(&[place]));
    let gone: Vec<&&str> = HTTP.iter().chain(&DATABASE).filter(|place| !is_there(place)).collect();
    assert_eq!(gone, Vec::<&&str>::new());
}

/// What people read of commands is made of texts in two languages: no command prints words of its own.
#[test]
fn commands_print_no_words_that_are_not_among_the_texts() {
    let words = |text: &str| {
        let outside = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
        outside.collect::<String>().replace("geokontor:", "").chars().any(char::is_alphabetic)
    };
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.folder() == "cli") {
        for printing in ["print!(", "println!(", "format_args!(", "Told::verbatim("] {
            for (at, _) in source.code.match_indices(printing) {
                let printed = source.code[at + printing.len()..].trim_start();
                let literal = printed.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default();
                if words(&literal.replace("\\r\\x1b[K", "")) {
                    found.push(format!("{}: {printing}\"{literal}\"", source.path));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
