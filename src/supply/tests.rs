//! Supply over places made by hand, over the cases of the code of practice, and over the invented district against a check that
//! does everything the slow way.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use geo_types::{Coord, Geometry, Point, Rect, coord};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::assessed::Lost;
use super::given::{ANY, Given, Grounds, Stock};
use super::places::{Gain, best};
use super::reach::Start;
use super::settings::{Measure, Needs, Settings, Terms, litres};
use super::situation::{Rules, Situation, Sources};
use super::verdict::{Choice, Verdict, judge};
use crate::collection::{Catalogue, District};
use crate::demo::{DemoPlan, generate};
use crate::feature::FeatureId;
use crate::firewater::Register;
use crate::firewater::network::Network;
use crate::firewater::network::graph::between;
use crate::index::{Applied, Index, Snapshot, Stored};
use crate::work::Effort;

const CORNER: Coord = Coord { x: 260_000.0, y: 5_960_000.0 };

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
}

fn id(number: u128) -> FeatureId {
    FeatureId(Uuid::from_u128(number))
}

/// Registers made by hand.
struct World {
    catalogue: Arc<Catalogue>,
    district: District,
    settings: Settings,
    snapshots: Vec<Snapshot>,
    network: Option<Arc<Network>>,
}

impl World {
    fn empty() -> Self {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Arc::new(Catalogue::load(&data).expect("the declarations"));
        let district = District::load(&data.join("district.toml")).expect("the district");
        let settings = Settings::named(&data, "w405", &catalogue).expect("the settings");
        let empty = |collection: &Arc<_>| Snapshot::empty(Arc::clone(collection), district.frame());
        let snapshots = catalogue.collections().iter().map(empty).collect();
        Self { catalogue, district, settings, snapshots, network: None }
    }

    /// Puts a feature, metres east and north of the corner; a building is a square of ten metres around there.
    fn put(&mut self, collection: &str, number: u128, (east, north): (f64, f64), properties: &Json) {
        let at = CORNER + coord! { x: east, y: north };
        let half = coord! { x: 5.0, y: 5.0 };
        let geometry: Geometry = match collection {
            "buildings" => Rect::new(at - half, at + half).to_polygon().into(),
            "municipalities" => {
                let wide = coord! { x: 20_000.0, y: 20_000.0 };
                Rect::new(at - wide, at + wide).to_polygon().into()
            }
            _ => Point(at).into(),
        };
        let place = self.catalogue.position(collection).expect("declared");
        let snapshot = &self.snapshots[place];
        let version = snapshot.get(id(number)).map_or(1, |stored| stored.version + 1);
        let text = properties.to_string();
        let encoded = snapshot.encoder().encode(id(number), version, Some(geometry), text.as_bytes());
        let after = Some(encoded.expect("a feature").0);
        self.snapshots[place] = snapshot.apply([Applied { id: id(number), after }]);
    }

    /// A hydrant that is ready, of so many litres a minute.
    fn hydrant(&mut self, number: u128, place: (f64, f64), flow: Option<i64>) {
        let mut properties = json!({"kind": "pillar", "operational_status": "ready", "status_as_of": "2026-05-01"});
        if let Some(flow) = flow {
            properties["flow_rate"] = json!(flow);
        }
        self.put("hydrants", number, place, &properties);
    }

    fn house(&mut self, number: u128, place: (f64, f64)) {
        self.put("buildings", number, place, &json!({"function": "residential", "storeys": 2}));
    }

    fn rules(&self) -> Rules {
        Rules {
            settings: Arc::new(self.settings.clone()),
            register: Arc::new(Register::new(&self.catalogue, &self.district)),
            laying: self.district.laying.clone(),
            frame: self.district.frame(),
        }
    }

    fn sources(&self) -> Sources {
        let index = Index::new(self.catalogue.clone(), &self.district).holding(self.snapshots.iter().cloned());
        Sources::now(&index, self.network.clone(), today())
    }

    fn situation(&self) -> Situation {
        Situation::of(&self.rules(), &self.sources(), None, &Effort::new()).expect("a situation")
    }

    fn verdict(&self, number: u128) -> Verdict {
        let situation = self.situation();
        situation.assessed.verdicts[situation.ground.position(id(number)).expect("a building")]
    }
}

fn needs(cubic_metres: f64) -> Needs {
    Needs::Flow { least: litres(cubic_metres), most: litres(cubic_metres) }
}

fn by_two_points(cubic_metres: f64, flows: &[u32], most: Option<usize>) -> Verdict {
    let terms = Terms { reach: 300.0, by: Measure::Line, most, least: 400, hours: 2.0 };
    let points = flows.iter().zip(0..).map(|(flow, water)| {
        let given = Given { sure: *flow, possible: *flow, because: Grounds::Sure };
        (given, water)
    });
    judge(needs(cubic_metres), &terms, points, &mut Choice::default()).verdict
}

#[test]
fn two_points_of_400_and_1200_litres_a_minute_supply_96_cubic_metres_an_hour() {
    assert_eq!(by_two_points(96.0, &[400, 1_200], Some(2)), Verdict::Supplied);
}

#[test]
fn three_points_supply_it_only_where_three_are_allowed() {
    assert_eq!(by_two_points(96.0, &[400, 400, 800], Some(2)), Verdict::TooLittle);
    assert_eq!(by_two_points(96.0, &[400, 400, 800], None), Verdict::Supplied);
}

#[test]
fn what_is_a_metre_too_far_does_not_count() {
    // The plane is longer than the earth here by some tenths of a percent.
    for (metres, verdict) in [(298.0, Verdict::Supplied), (301.0, Verdict::None)] {
        let mut world = World::empty();
        world.settings.terms.by = Measure::Line;
        world.house(1, (0.0, 0.0));
        let there = world.district.frame().on_earth(CORNER).expect("a place");
        let east = world.district.frame().on_earth(CORNER + coord! { x: 1_000.0, y: 0.0 }).expect("a place");
        let scale = crate::coordinate::geodesic_distance_m(there, east) / 1_000.0;
        world.hydrant(2, (metres / scale, 0.0), Some(800));
        assert_eq!(world.verdict(1), verdict, "{metres} m");
    }
}

#[test]
fn a_flow_that_nobody_has_recorded_is_unknown_and_not_nothing() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    world.house(1, (0.0, 0.0));
    assert_eq!(world.verdict(1), Verdict::None);
    world.hydrant(2, (50.0, 0.0), None);
    assert_eq!(world.verdict(1), Verdict::Unknown);
    world.hydrant(3, (90.0, 0.0), Some(800));
    assert_eq!(world.verdict(1), Verdict::Supplied, "whatever the other one gives");
}

#[test]
fn an_outage_counts_at_once_and_what_nobody_has_verified_may_be_there() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    world.house(1, (0.0, 0.0));
    world.hydrant(2, (50.0, 0.0), Some(1_600));
    let before = world.situation();
    assert_eq!(before.assessed.verdicts, [Verdict::Supplied]);
    let state = |status: &str, day: &str| json!({"kind": "pillar", "operational_status": status, "status_as_of": day, "flow_rate": 1_600});
    for (status, day, verdict) in [
        ("out_of_service", "2026-05-01", Verdict::None),
        ("restricted", "2026-05-01", Verdict::Supplied),
        ("unknown", "2026-05-01", Verdict::Unknown),
        // Four years and a day ago.
        ("ready", "2022-11-21", Verdict::Unknown),
    ] {
        world.put("hydrants", 2, (50.0, 0.0), &state(status, day));
        assert_eq!(world.verdict(1), verdict, "{status} of {day}");
        let (rules, sources) = (world.rules(), world.sources());
        assert!(!before.is_of(&sources));
        let next = Situation::of(&rules, &sources, Some(&before), &Effort::new()).expect("a situation");
        assert_eq!(next.assessed.verdicts, [verdict], "{status} of {day}, from the situation before");
    }
}

#[test]
fn what_gives_less_than_a_point_has_to_is_not_added_up() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    world.house(1, (0.0, 0.0));
    world.hydrant(2, (50.0, 0.0), Some(399));
    world.hydrant(3, (60.0, 0.0), Some(400));
    assert_eq!(world.verdict(1), Verdict::TooLittle);
    world.hydrant(4, (70.0, 0.0), Some(400));
    assert_eq!(world.verdict(1), Verdict::Supplied);
}

#[test]
fn a_tank_gives_its_usable_volume_over_two_hours_and_what_flows_in() {
    let settings = World::empty().settings;
    let tank = |volume, refill| {
        let stock = Stock { usable_volume: Some(volume), refill_rate: refill, ..Stock::default() };
        stock.flow(&settings)
    };
    assert_eq!(tank(96.0, None), Some(800), "48 m³/h");
    assert_eq!(tank(95.0, None), Some(791));
    assert_eq!(tank(48.0, Some(400.0)), Some(800));
    assert_eq!(tank(0.0, None), Some(0), "an empty one");
    assert_eq!(Stock::default().flow(&settings), None, "of which nothing is recorded");
    let well = Stock { yield_rate: Some(800.0), yield_hours: Some(1.0), ..Stock::default() };
    assert_eq!(well.flow(&settings), Some(400), "half of it, after an hour");
    let lasting = Stock { yield_hours: Some(3.0), ..well };
    assert_eq!(lasting.flow(&settings), Some(800));
    let lake = Stock { inexhaustible: true, ..Stock::default() };
    assert_eq!(lake.flow(&settings), Some(1_600));
}

#[test]
fn two_suction_points_at_one_pond_are_one_supply() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    world.put("buildings", 1, (0.0, 0.0), &json!({"function": "school"}));
    let there = json!({"operational_status": "ready", "status_as_of": "2026-05-01", "municipality": "13074001"});
    let with = |more: Json| {
        let mut all = there.clone();
        all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        all
    };
    world.put(
        "water_sources",
        2,
        (600.0, 0.0),
        &with(json!({"kind": "pond_din14210", "ref": "W1", "usable_volume": 96})),
    );
    let point = with(json!({"kind": "shaft", "water_source": "W1"}));
    world.put("suction_points", 3, (50.0, 0.0), &point);
    world.put("suction_points", 4, (60.0, 0.0), &point);
    assert_eq!(world.verdict(1), Verdict::TooLittle, "48 m³/h of one pond, although it lies too far off itself");
    world.put(
        "water_sources",
        2,
        (600.0, 0.0),
        &with(json!({"kind": "pond_din14210", "ref": "W1", "usable_volume": 192})),
    );
    assert_eq!(world.verdict(1), Verdict::Supplied);
    let narrow = with(json!({"kind": "shaft", "water_source": "W1", "flow_rate": 1_000}));
    world.put("suction_points", 3, (50.0, 0.0), &narrow);
    world.put("suction_points", 4, (60.0, 0.0), &narrow);
    assert_eq!(world.verdict(1), Verdict::TooLittle, "no more than goes through");
}

#[test]
fn hoses_go_along_roads_and_round_what_lies_between() {
    let mut world = World::empty();
    world.house(1, (0.0, 10.0));
    world.hydrant(2, (0.0, 190.0), Some(800));
    assert_eq!(world.verdict(1), Verdict::Supplied, "180 m without a road, times 1.5");
    // Two streets that meet 200 m to the east.
    let street: Vec<Coord> =
        [(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0)].map(|(x, y)| CORNER + coord! { x: x, y: y }).into();
    world.network = Some(Arc::new(Network::build([&street[..]])));
    assert_eq!(world.verdict(1), Verdict::None, "620 m along the streets");
    world.settings.terms.by = Measure::Line;
    assert_eq!(world.verdict(1), Verdict::Supplied);
}

#[test]
fn without_a_point_those_lose_their_supply_that_depend_on_it_and_nobody_else() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    for (number, east) in [(1, 0.0), (2, 280.0), (3, 500.0)] {
        world.house(number, (east, 0.0));
    }
    world.hydrant(10, (20.0, 0.0), Some(800));
    world.hydrant(11, (400.0, 0.0), Some(800));
    let situation = world.situation();
    let without = |failed: &[u128]| -> Vec<(usize, Verdict)> {
        let failed: Vec<FeatureId> = failed.iter().map(|number| id(*number)).collect();
        let lost = situation.assessed.without(situation.scene(), &failed).into_iter();
        lost.map(|Lost { building, after, .. }| (building, after)).collect()
    };
    assert_eq!(without(&[10]), [(0, Verdict::None)], "the second has the other one");
    assert_eq!(without(&[10, 11]), [(0, Verdict::None), (1, Verdict::None), (2, Verdict::None)]);
    assert_eq!(without(&[99]), []);
}

#[test]
fn the_people_of_a_municipality_are_spread_over_its_dwellings_and_add_up() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    world.put("municipalities", 90, (0.0, 0.0), &json!({"key": "13074001", "name": "Labow", "population": 10}));
    world.house(1, (0.0, 0.0));
    world.put("buildings", 2, (20.0, 0.0), &json!({"function": "residential", "storeys": 1}));
    world.put("buildings", 3, (40.0, 0.0), &json!({"function": "barn", "storeys": 1}));
    let situation = world.situation();
    let people: Vec<u32> = situation.ground.buildings.iter().map(|building| building.people).collect();
    assert_eq!(people, [7, 3, 0]);
    assert_eq!(situation.assessed.tallies[0].people.iter().sum::<u32>(), 10);
}

#[test]
fn the_best_place_for_a_tank_supplies_most_and_the_next_adds_most() {
    let mut world = World::empty();
    world.settings.terms.by = Measure::Line;
    // Three houses here, two far away, one alone and farther; a garage needs nothing.
    for (number, east) in [(1, 0.0), (2, 40.0), (3, 80.0), (4, 5_000.0), (5, 5_040.0), (6, 9_000.0)] {
        world.house(number, (east, 0.0));
    }
    world.put("buildings", 7, (5_080.0, 0.0), &json!({"function": "garage"}));
    let situation = world.situation();
    let asked = (&situation.assessed, situation.settings());
    let sites = best(situation.scene(), asked, situation.ways(), (2, Gain::Buildings), &Effort::new()).expect("places");
    assert_eq!(sites.iter().map(|site| site.buildings).collect::<Vec<_>>(), [3, 2]);
    let people = best(situation.scene(), asked, situation.ways(), (2, Gain::People), &Effort::new()).expect("places");
    assert_eq!(people, [], "nobody is known to live there");
}

/// The invented district, in which hoses are laid along its roads.
static DISTRICT: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::empty();
    let plan = DemoPlan {
        seed: 4,
        hydrants: 1_500,
        today: today(),
        municipality_prefix: world.district.municipality_prefix.clone(),
        bounds: Rect::new(coord! { x: 222_000.0, y: 5_929_000.0 }, coord! { x: 297_000.0, y: 5_989_000.0 }),
    };
    let mut features: Vec<Vec<Stored>> = world.snapshots.iter().map(|_| Vec::new()).collect();
    let mut encoders: Vec<_> = world.snapshots.iter().map(Snapshot::encoder).collect();
    let mut lines: Vec<Vec<Coord>> = Vec::new();
    for (number, feature) in generate(&plan).enumerate() {
        if let (Some(Geometry::LineString(line)), "roads") = (&feature.geometry, feature.collection) {
            lines.push(line.0.clone());
        }
        let place = world.catalogue.position(feature.collection).expect("declared");
        let properties = serde_json::to_vec(&feature.properties).expect("JSON");
        let encoded = encoders[place].encode(id(number as u128), 1, feature.geometry, &properties);
        features[place].push(encoded.expect("a feature").0);
    }
    let empty = std::mem::take(&mut world.snapshots).into_iter().zip(features);
    world.snapshots =
        empty.map(|(empty, held)| Snapshot::load(empty.collection().clone(), empty.frame(), held)).collect();
    world.network = Some(Arc::new(Network::build(lines.iter().map(Vec::as_slice))));
    world
});

/// The slow way: every point for every building, measured from the building, and every pair of them.
fn checked(situation: &Situation, nth: usize, failed: Option<FeatureId>) -> Verdict {
    let ways = situation.ways();
    let building = &situation.ground.buildings[nth];
    let scale = |at: Coord| ways.scales.at(at);
    let metres = |at: Coord| -> Option<f64> {
        let straight = between(at, building.at);
        let reach = ways.terms.reach / scale(at);
        if straight > reach {
            return None;
        }
        let way = match (ways.terms.by, ways.network) {
            (Measure::Line, _) => straight,
            (Measure::Hose, None) => straight * ways.laying.detour,
            (Measure::Hose, Some(network)) => {
                let ends = [building.at, at].map(|end| network.snap(end, ways.laying.road_within));
                match ends {
                    [Some(from), Some(to)] if straight > from.offset && straight > to.offset => {
                        if network.graph().part(&from) == network.graph().part(&to) {
                            let along = network.spread(from).metres_to(&to, f64::INFINITY)?;
                            (along + from.offset + to.offset).max(straight)
                        } else {
                            straight * ways.laying.detour
                        }
                    }
                    [Some(_), Some(_)] => straight,
                    _ => straight * ways.laying.detour,
                }
            }
        };
        (way <= reach).then_some(way)
    };
    let there: Vec<_> = situation
        .outlets
        .iter()
        .filter(|outlet| failed.is_none_or(|failed| !outlet.is(failed)))
        .filter(|outlet| metres(outlet.at).is_some())
        .collect();
    let greatest = |value: fn(&Given) -> u32| {
        let mut greatest = 0;
        for (nth, one) in there.iter().enumerate() {
            greatest = greatest.max(value(&one.given));
            for other in there[nth + 1..].iter().filter(|other| other.water != one.water) {
                greatest = greatest.max(value(&one.given).saturating_add(value(&other.given)));
            }
        }
        greatest
    };
    Verdict::of(building.needs, greatest(|given| given.sure), greatest(|given| given.possible))
}

#[test]
fn the_invented_district_is_judged_as_by_a_check_that_does_everything_the_slow_way() {
    let mut world =
        World { snapshots: DISTRICT.snapshots.clone(), network: DISTRICT.network.clone(), ..World::empty() };
    for by in [Measure::Hose, Measure::Line] {
        world.settings.terms.by = by;
        let situation = world.situation();
        let all = situation.ground.buildings.len();
        assert!(all > 10_000, "{all} buildings");
        let seen: std::collections::HashSet<Verdict> = situation.assessed.verdicts.iter().copied().collect();
        assert_eq!(seen.len(), Verdict::ALL.len(), "every verdict is there");
        for nth in (0..all).step_by(29) {
            let told = situation.assessed.verdicts[nth];
            assert_eq!(told, checked(&situation, nth, None), "building {nth} {by:?}");
        }
        let hydrants: Vec<FeatureId> = situation.outlets.iter().step_by(197).map(|outlet| outlet.id).collect();
        for failed in hydrants {
            let lost = situation.assessed.without(situation.scene(), &[failed]);
            for Lost { building, before, after } in lost {
                assert_eq!(before, checked(&situation, building, None));
                assert_eq!(after, checked(&situation, building, Some(failed)));
            }
        }
    }
}

#[test]
fn sums_of_municipalities_are_those_of_all_buildings_and_people() {
    let situation = DISTRICT.situation();
    let sums = |of: fn(&super::assessed::Tally) -> u32| situation.assessed.tallies.iter().map(of).sum::<u32>();
    assert_eq!(sums(|tally| tally.buildings.iter().sum()), situation.ground.buildings.len() as u32);
    let housed: u32 = situation.ground.buildings.iter().map(|building| building.people).sum();
    let recorded: u32 = situation.ground.municipalities.iter().filter_map(|it| it.population).sum();
    assert_eq!((housed, sums(|tally| tally.people.iter().sum())), (recorded, recorded));
}

#[test]
fn tanks_supply_those_that_they_are_said_to_supply() {
    let mut world =
        World { snapshots: DISTRICT.snapshots.clone(), network: DISTRICT.network.clone(), ..World::empty() };
    let situation = world.situation();
    let asked = (&situation.assessed, situation.settings());
    let sites = best(situation.scene(), asked, situation.ways(), (3, Gain::Buildings), &Effort::new()).expect("places");
    assert_eq!(sites.len(), 3);
    let mut before = situation.assessed.verdicts;
    for (site, number) in sites.iter().zip(1_u128..) {
        let (east, north) = (site.at.x - CORNER.x, site.at.y - CORNER.y);
        let mut tank = json!({"kind": "underground_tank", "operational_status": "ready", "status_as_of": "2026-11-01"});
        tank["usable_volume"] = json!(96);
        world.put("water_sources", u128::MAX - number, (east, north), &tank);
        let after = world.situation().assessed.verdicts;
        // Some of which that was not known are supplied, too.
        let helped = before.iter().zip(&after);
        let helped = helped.filter(|(before, after)| before.is_gap() && **after == Verdict::Supplied).count();
        assert!(site.buildings > 0);
        assert_eq!(helped, site.buildings as usize, "place {number}");
        before = after;
    }
}

#[test]
fn the_way_from_a_point_is_the_way_to_it() {
    let situation = DISTRICT.situation();
    let ways = situation.ways();
    for building in situation.ground.buildings.iter().step_by(701) {
        let scale = ways.scales.at(building.at);
        let mut back = Start::new(ways, building.at);
        for outlet in &situation.outlets {
            let mut start = Start::new(ways, outlet.at);
            let snap = ways.network.and_then(|network| network.snap(outlet.at, ways.laying.road_within));
            let there = start.to(building.at, building.snap.as_ref(), scale);
            let back = back.to(outlet.at, snap.as_ref(), scale);
            match (there, back) {
                (Some(one), Some(other)) => assert!((one - other).abs() < 0.01, "{one} and {other}"),
                // At the very limit rounding decides.
                (one, other) => assert!(one.or(other).is_none_or(|metres| metres > 299.9), "{one:?} and {other:?}"),
            }
        }
    }
}

#[test]
fn what_nobody_knows_is_more_than_any_demand() {
    assert_eq!(Verdict::of(needs(192.0), 0, ANY), Verdict::Unknown);
    assert_eq!(Verdict::of(needs(48.0), 400, 700), Verdict::TooLittle);
    assert_eq!(Verdict::of(Needs::Flow { least: 800, most: 1_600 }, 800, 800), Verdict::Unknown, "its use decides");
    assert_eq!(Verdict::of(Needs::Nothing, 0, 0), Verdict::Exempt);
}
