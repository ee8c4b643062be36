//! Finds the features of a page.
//!
//! Without an order of its own a page is in the order of ids, so that paging is stable; a page that holds all there is
//! need not be in any order and is left as the index gives it.

use std::cmp::Ordering;

use super::query::ItemsQuery;
use super::token::Token;
use crate::feature::FeatureId;
use crate::filter::Subject;
use crate::index::{Snapshot, Stored};
use crate::work::{Effort, Ended};

/// Features of a map's section, so that a list of them need not grow.
const USUAL: usize = 256;
/// Steps of comparing two features by one key, which may be words that are folded for that.
const COMPARISON: u64 = 4;
/// Features that are compared before it is asked whether the work goes on.
const RUN: usize = 10_000;

/// The features of a page.
#[derive(Debug)]
pub struct Page<'a> {
    pub features: Vec<&'a Stored>,
    /// How many features match in all.
    pub matched: usize,
    /// Where the next page begins, if there is one.
    pub next: Option<Token>,
}

/// Finds the page in a snapshot.
///
/// # Errors
/// If the effort ends before.
pub fn page<'a>(snapshot: &'a Snapshot, query: &ItemsQuery, effort: &Effort) -> Result<Page<'a>, Ended> {
    let in_any_order = match (query.windows(), &query.sort) {
        (Some(windows), _) => found_in(snapshot, query, &windows, effort),
        (None, Some(_)) => snapshot.iter().filter(|stored| passes(query, stored, effort)).collect(),
        (None, None) => return walk(snapshot, query, effort),
    };
    effort.check()?;
    cut(in_any_order, query, effort)
}

/// By id.
fn walk<'a>(snapshot: &'a Snapshot, query: &ItemsQuery, effort: &Effort) -> Result<Page<'a>, Ended> {
    let after = query.after.as_ref().map(|token| token.id);
    let mut features = Vec::with_capacity(query.limit.min(snapshot.len()));
    let mut more = false;
    let mut matched = snapshot.len();
    if query.is_filtered() {
        // What matches on other pages is counted, too, so every feature is looked at.
        matched = 0;
        for stored in snapshot.by_id(None).filter(|stored| passes(query, stored, effort)) {
            matched += 1;
            let is_before = after.is_some_and(|after| stored.id <= after);
            if !is_before && features.len() < query.limit {
                features.push(stored);
            } else if !is_before {
                more = true;
            }
        }
    } else {
        let mut rest = snapshot.by_id(after);
        features.extend(rest.by_ref().take(query.limit));
        more = rest.next().is_some();
    }
    effort.check()?;
    let next = if more { features.last().map(|last| Token::after(last, &[])) } else { None };
    Ok(Page { features, matched, next })
}

fn found_in<'a>(
    snapshot: &'a Snapshot,
    query: &ItemsQuery,
    windows: &[geo_types::Rect<f64>],
    effort: &Effort,
) -> Vec<&'a Stored> {
    let mut found = Vec::with_capacity(USUAL);
    for window in windows {
        snapshot.window(*window, |stored| {
            if passes(query, stored, effort) {
                found.push(stored);
            }
        });
    }
    if windows.len() > 1 {
        // A feature may meet both halves of a box across the antimeridian.
        found.sort_unstable_by_key(|stored| stored.id);
        found.dedup_by_key(|stored| stored.id);
    }
    if query.bbox.is_some() {
        found.extend(snapshot.without_geometry().filter(|stored| passes(query, stored, effort)));
    }
    found
}

/// Whether a feature is wanted; none is any more once the effort has ended, so that loops run out.
fn passes(query: &ItemsQuery, stored: &Stored, effort: &Effort) -> bool {
    effort.spend(1);
    effort.check().is_ok()
        && query.part.is_none_or(|part| part.holds(&stored.shape))
        && query.bbox.as_ref().is_none_or(|bbox| bbox.matches(&stored.shape))
        && query.datetime.is_none_or(|(datetime, k)| datetime.matches(stored.row().get(k)))
        && query.predicate.as_ref().is_none_or(|predicate| {
            predicate.matches(&Subject { id: stored.id, row: stored.row(), shape: &stored.shape, effort })
        })
}

/// Cuts the page out of all matches.
fn cut<'a>(mut features: Vec<&'a Stored>, query: &ItemsQuery, effort: &Effort) -> Result<Page<'a>, Ended> {
    let matched = features.len();
    let each = COMPARISON * (1 + query.sorted_by.len() as u64);
    let order = |a: Place<'_>, b: Place<'_>| {
        effort.spend(each);
        compare(query, a, b)
    };
    if let Some(token) = &query.after {
        features.retain(|stored| order(place(stored), (token.id, token.row())).is_gt());
    }
    let more = features.len() > query.limit;
    if more || query.sort.is_some() || query.after.is_some() {
        features = first(features, query.limit, &|a, b| order(place(a), place(b)), effort)?;
    }
    let next = if more { features.last().map(|last| Token::after(last, &query.sorted_by)) } else { None };
    Ok(Page { features, matched, next })
}

/// The first so many of some features in their order. Only those are put in order, not everything behind them, and in runs,
/// because nothing ends a sort that has begun.
fn first<'a>(
    features: Vec<&'a Stored>,
    most: usize,
    order: &dyn Fn(&Stored, &Stored) -> Ordering,
    effort: &Effort,
) -> Result<Vec<&'a Stored>, Ended> {
    let mut kept: Vec<&Stored> = Vec::with_capacity(features.len().min(2 * most));
    let mut last_kept: Option<&Stored> = None;
    for (nth, stored) in features.into_iter().enumerate() {
        if nth % RUN == 0 {
            effort.check()?;
        }
        if last_kept.is_some_and(|last| order(last, stored).is_lt()) {
            continue;
        }
        kept.push(stored);
        if kept.len() == 2 * most {
            last_kept = Some(*kept.select_nth_unstable_by(most - 1, |a, b| order(a, b)).1);
            kept.truncate(most);
            effort.check()?;
        }
    }
    if kept.len() > most {
        kept.select_nth_unstable_by(most - 1, |a, b| order(a, b));
        kept.truncate(most);
    }
    effort.check()?;
    kept.sort_unstable_by(|a, b| order(a, b));
    Ok(kept)
}

fn place(stored: &Stored) -> Place<'_> {
    (stored.id, stored.row())
}

type Place<'a> = (FeatureId, crate::feature::Row<'a>);

fn compare(query: &ItemsQuery, a: Place<'_>, b: Place<'_>) -> Ordering {
    match &query.sort {
        Some(sort) => sort.compare(a, b),
        None => a.0.cmp(&b.0),
    }
}
