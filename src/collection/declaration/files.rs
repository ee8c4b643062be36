//! The photos and documents of a collection.

use serde::Deserialize;
use toml::Spanned;

use super::{CodeLists, Mistake};
use crate::collection::Visibility;
use crate::collection::files::FileTerms;
use crate::texts::Reporter;

/// Files of a medium that an object may be declared with, and megabytes of one: what a page still shows, and what a reader still
/// takes into memory.
const MOST_FILES: u32 = 100;
const MOST_MEGABYTES: u64 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFiles {
    kinds: Spanned<String>,
    most: Spanned<u32>,
    megabytes: Spanned<u64>,
    visibility: Visibility,
}

/// Reads what a collection says of photos, or of documents.
pub fn read_files(raw: Option<RawFiles>, lists: &CodeLists, reporter: &mut Reporter<'_>) -> Option<FileTerms> {
    let RawFiles { kinds, most, megabytes, visibility } = raw?;
    let mut between = |name, span, value: f64, most: f64| {
        if !(1.0..=most).contains(&value) {
            reporter.fault(span, &Mistake::Between { name, least: 1.0, most, metres: false });
        }
    };
    between("most", most.span(), f64::from(*most.get_ref()), f64::from(MOST_FILES));
    between("megabytes", megabytes.span(), *megabytes.get_ref() as f64, MOST_MEGABYTES as f64);
    let list = lists.get(kinds.get_ref()).cloned();
    if list.is_none() {
        reporter.fault(kinds.span(), &Mistake::NoCodeList { name: kinds.get_ref() });
    }
    Some(FileTerms { kinds: list?, most: most.into_inner(), bytes: megabytes.into_inner() << 20, visibility })
}
