//! What is asked of a collection's features: every parameter parsed and typed, every fault reported at once.

use std::sync::Arc;

use geo_types::Rect;

use super::token::Token;
use crate::collection::{Collection, Part, Visibility};
use crate::feature::crs::Crs;
use crate::filter::{self, Bbox, BboxFilter, DatetimeFilter, DistrictPlane, Filter, Predicate, Sort};
use crate::http::{Ask, Format, Parameters, Problem, Wrong};
use crate::ogc::Ogc;
use crate::ogc::crs;

/// What is asked of a collection's features.
#[derive(Debug, Clone)]
pub struct ItemsQuery {
    pub format: Format,
    /// Features of a page, at least 1.
    pub limit: usize,
    /// Where the page begins.
    pub after: Option<Token>,
    /// Of the answer.
    pub crs: Crs,
    pub bbox: Option<BboxFilter>,
    /// The stretch and the position of the property it applies to.
    pub datetime: Option<(DatetimeFilter, usize)>,
    pub predicate: Option<Arc<Predicate>>,
    /// Only what belongs to this part of the collection.
    pub part: Option<Part>,
    pub sort: Option<Sort>,
    /// Positions of the properties that are sorted by; what a token keeps.
    pub sorted_by: Vec<usize>,
    /// Bit k for property k; `None` for all a caller may see.
    pub members: Option<u64>,
}

impl ItemsQuery {
    /// All features in the default form.
    pub fn everything() -> Self {
        Self {
            format: Format::Json,
            limit: 1,
            after: None,
            crs: Crs::CRS84,
            bbox: None,
            datetime: None,
            predicate: None,
            part: None,
            sort: None,
            sorted_by: Vec::new(),
            members: None,
        }
    }

    /// True if features are looked at one by one, whatever the box.
    pub fn is_filtered(&self) -> bool {
        self.predicate.is_some() || self.datetime.is_some() || self.part.is_some()
    }

    /// The windows of the index that hold every match; `None` when all features have to be looked at.
    pub fn windows(&self) -> Option<Vec<Rect<f64>>> {
        match &self.bbox {
            Some(bbox) => Some(bbox.windows().collect()),
            None => self.predicate.as_ref().and_then(|predicate| predicate.window()).map(|window| vec![window]),
        }
    }
}

/// Reads the parameters of a request for features.
pub fn read(ogc: &Ogc, collection: &Collection, ask: &Ask, visibility: Visibility) -> Result<ItemsQuery, Problem> {
    let mut parameters = Parameters::parse(&ask.query);
    let format = ask.format(&mut parameters)?;
    let limit = parameters.clamped("limit", 1, ogc.page_limits.maximum).unwrap_or(ogc.page_limits.default);
    let crs = crs::parameter(&mut parameters, "crs", &ogc.district);
    let plane = DistrictPlane::new(&ogc.district);
    let bbox_crs = crs::parameter(&mut parameters, "bbox-crs", &ogc.district);
    let bbox = parameters.value::<Bbox>("bbox").and_then(|bbox| {
        let placed = bbox.in_district(bbox_crs, &plane);
        parameters.keep("bbox", placed)
    });
    let datetime = parameters.value::<DatetimeFilter>("datetime").zip(collection.temporal);
    let members = chosen_members(&mut parameters, collection, visibility);
    let (sort, sorted_by) = sort(&mut parameters, collection, visibility);
    let after = parameters.take("next").and_then(|text| {
        let token = Token::read(&text, collection, sort.is_some());
        parameters.keep("next", token)
    });
    let predicate = predicate(&mut parameters, ogc, collection, &plane, visibility);
    let queryables = || collection.visible(visibility).filter(|(_, p)| p.queryable).map(|(_, p)| p.name.as_str());
    parameters.finish_knowing(|| std::iter::once("id").chain(queryables()))?;
    let query = ItemsQuery::everything();
    Ok(ItemsQuery { format, limit, after, crs, bbox, datetime, predicate, sort, sorted_by, members, ..query })
}

/// Takes `properties`: the names of those that are wanted.
pub fn chosen_members(parameters: &mut Parameters, collection: &Collection, visibility: Visibility) -> Option<u64> {
    let text = parameters.take("properties")?;
    let mut members = 0;
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        match collection.position(name).filter(|k| collection.properties[*k].visibility <= visibility) {
            Some(k) => members |= 1 << k,
            None => parameters.wrong("properties", &Wrong::NoProperty { collection: &collection.name, name }),
        }
    }
    Some(members)
}

fn sort(parameters: &mut Parameters, collection: &Collection, visibility: Visibility) -> (Option<Sort>, Vec<usize>) {
    let Some(text) = parameters.take("sortby") else { return (None, Vec::new()) };
    let parsed = Sort::parse(&text, collection, visibility);
    let sort = parameters.keep("sortby", parsed);
    let names = text.split(',').map(|part| part.trim().trim_start_matches(['+', '-']));
    let sorted_by = names.filter_map(|name| collection.position(name)).collect();
    (sort, sorted_by)
}

/// `filter-lang`. What the drafts called `cql-text` is taken, too: GDAL up to 3.6 sends it.
fn filter_language(parameters: &mut Parameters) -> filter::Language {
    match parameters.text("filter-lang") {
        Some("cql-text") => filter::Language::Text,
        _ => parameters.value("filter-lang").unwrap_or_default(),
    }
}

/// `filter` and the queryables given as parameters, both to hold.
fn predicate(
    parameters: &mut Parameters,
    ogc: &Ogc,
    collection: &Collection,
    plane: &DistrictPlane,
    visibility: Visibility,
) -> Option<Arc<Predicate>> {
    let language = filter_language(parameters);
    let filter_crs = crs::parameter(parameters, "filter-crs", &ogc.district);
    let filter = parameters.take("filter").and_then(|text| {
        let compiled =
            Filter::parse(language, &text).and_then(|filter| filter.compile(collection, filter_crs, plane, visibility));
        parameters.keep("filter", compiled)
    });
    let mut equal: Option<Predicate> = None;
    let is_queryable = |name: &str| {
        name == "id" || collection.property(name).is_some_and(|p| p.queryable && p.visibility <= visibility)
    };
    for (name, value) in parameters.take_matching(is_queryable) {
        let compiled = filter::compile_parameters([(&*name, &*value)], collection, plane, visibility);
        if let Some(one) = parameters.keep(&name, compiled) {
            equal = Some(match equal {
                Some(others) => others.and(one),
                None => one,
            });
        }
    }
    let both = match (filter, equal) {
        (Some(filter), Some(equal)) => Some(filter.and(equal)),
        (one, other) => one.or(other),
    };
    both.map(Arc::new)
}
