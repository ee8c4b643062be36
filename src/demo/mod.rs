//! The demo district: an invented rural district by the sea, made from a seed.
//!
//! Nothing in it exists, everything in it could: municipalities and their offices, villages of the
//! kinds that stand between Lübeck and Wismar, five towns, a road network with its numbers, houses
//! with addresses, lakes and ponds, and a fire-water register with the gaps and ages of a real one.
//!
//! [`generate`] first plans a skeleton (land, settlements, streets, roads, waters) and then tells
//! one object after the other; only the skeleton is held. The same plan gives the same objects.
//!
//! Reading order: `municipalities` and `offices` (land), `settlements` and `network` (who lives
//! where and how they are joined), `villages`, `lanes`, `towns` and `quarters` (streets), `roads`, `motorway`, `tracks`,
//! `lakes` and `waters`, `communities` (names and offices), `skeleton` (puts these in order); then what is told from it: `base`,
//! `buildings` and `plots`, `landmarks`, `sources`, `hydrants`, `signs`. `dice`, `plane`, `grid`, `names` and `rows` are
//! their tools. The rest knows the names in `data/`, but no server, store or CRS.
//!
//! [`load`] alone knows the store: it brings the objects into the registers.
//!
//! Scale: up to 4,000 hydrants the district is the same and only the density of hydrants changes.
//! Beyond that settlements grow in number and size, and with them tanks and ponds, up to some
//! 10,000 km of streets. About 100,000 hydrants fill those at usual distances; a million stand
//! every ten metres, which no district has but a load test may want. Buildings and addresses stay
//! below 30,000 at any scale: what grows is the register, not the town.

mod base;
mod buildings;
mod communities;
mod dice;
mod grid;
mod hydrants;
mod lakes;
mod land;
mod landmarks;
mod lanes;
mod layout;
pub mod load;
mod motorway;
mod municipalities;
mod names;
mod network;
mod offices;
mod plane;
mod plots;
mod quarters;
mod roads;
mod rows;
mod settlements;
mod signs;
mod skeleton;
mod sources;
#[cfg(test)]
mod tests;
mod towns;
mod tracks;
mod villages;
mod waters;

use std::sync::Arc;

use chrono::NaiveDate;
use geo_types::{Geometry, Rect};
use serde_json::{Map, Value};

use skeleton::Skeleton;

/// What is to be made.
#[derive(Clone, Debug)]
pub struct DemoPlan {
    /// The same seed gives the same district.
    pub seed: u64,
    /// How many hydrants, exactly; 4,000 is a usual district.
    pub hydrants: usize,
    /// No date in the register is later than this day.
    pub today: NaiveDate,
    /// First digits of the municipality keys, five of them for eight-digit keys.
    pub municipality_prefix: String,
    /// Where the district may lie, in metres of its CRS; about 75 by 60 km give usual distances.
    pub bounds: Rect<f64>,
}

/// One object of the invented district.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoFeature {
    /// Name of the declared collection.
    pub collection: &'static str,
    /// In the district's CRS, to the centimetre; only signs may lack it.
    pub geometry: Option<Geometry<f64>>,
    /// Declared properties; automatic and derived ones are left to the server.
    pub properties: Map<String, Value>,
}

/// Makes the district: municipalities, roads, buildings, addresses, water sources, suction points,
/// hydrants, hydrant signs, in this order.
///
/// The skeleton is planned before this returns; after that objects come one by one.
pub fn generate(plan: &DemoPlan) -> impl Iterator<Item = DemoFeature> + Send + use<> {
    let skeleton = Arc::new(Skeleton::new(plan));
    let municipalities = each(&skeleton, skeleton.municipalities.len(), |s, i| Some(base::municipality(s, i)));
    let streets = each(&skeleton, skeleton.streets.len(), |s, i| Some(base::street(s, i)));
    let roads = each(&skeleton, skeleton.roads.len(), |s, i| Some(base::road(s, i)));
    let buildings = each(&skeleton, skeleton.settlements.len(), base::buildings);
    let addresses = each(&skeleton, skeleton.settlements.len(), base::addresses);
    let sources = each(&skeleton, skeleton.waters.len(), |s, i| Some(sources::water_source(s, i)));
    let suction_points = each(&skeleton, skeleton.waters.len(), sources::suction_points);
    let hydrants = each(&skeleton, skeleton.streets.len(), |s, i| {
        hydrants::of_street(s, i).map(|it| hydrants::hydrant(s, &it)).collect::<Vec<_>>()
    });
    let signs = each(&skeleton, skeleton.streets.len(), |s, i| {
        hydrants::of_street(s, i).filter_map(|it| signs::sign(s, &it)).collect::<Vec<_>>()
    });
    municipalities
        .chain(streets)
        .chain(roads)
        .chain(buildings)
        .chain(addresses)
        .chain(sources)
        .chain(suction_points)
        .chain(hydrants)
        .chain(signs)
}

/// The objects told from number 0 to `count` of something in the skeleton, a few at a time.
fn each<I>(
    skeleton: &Arc<Skeleton>,
    count: usize,
    tell: fn(&Skeleton, usize) -> I,
) -> impl Iterator<Item = DemoFeature> + Send + use<I>
where
    I: IntoIterator<Item = DemoFeature>,
    I::IntoIter: Send,
{
    let skeleton = Arc::clone(skeleton);
    (0..count).flat_map(move |i| tell(&skeleton, i))
}
