//! Moving coordinates from one CRS to another, from any thread, without ever guessing a datum shift.
//!
//! Two steps. A [`Transformation`] is the plan: which operation of the register is used, how accurate it is, and its
//! PROJ pipelines as text. Making one asks PROJ's database (milliseconds), so plans are kept for the whole process. To
//! run a plan a thread needs PJ objects of its own; they are made from the pipeline text (microseconds) and kept by the
//! thread.
//!
//! A plan fixes one operation per leg. PROJ's own bundle (`proj_create_crs_to_crs`) would choose anew for every point:
//! it reports no accuracy, and beyond the edge of a shift grid it falls back to a 3 m transformation without a word.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use geo_types::{Coord, Geometry, Polygon, Rect};

use super::proj::{self, Context, Object, Operation};
use super::{Crs, CrsError};

/// Bound of both caches. A server speaks about a dozen CRSs; past that a cache starts anew instead of growing.
const KEPT: usize = 256;

/// Steps a side when a box is transformed; see [`Transformer::bounds`].
const STEPS: u32 = 24;

/// How to get from one CRS to another: the plan, free of PROJ objects, shared between threads.
#[derive(Clone, Debug, PartialEq)]
pub struct Transformation {
    from: Crs,
    to: Crs,
    /// Each leg lists its operations, best first; coordinates only ever use the first.
    legs: Vec<Vec<Operation>>,
}

impl Transformation {
    /// Plans the transformation with the best stated accuracy, directly or by way of ETRS89.
    ///
    /// The way round matters: PROJ goes from WGS 84 to Pulkovo 1942(83) with parameters good for 2 m, though ETRS89
    /// lies between the two with parameters good for 0.1 m. `area` is the district in degrees (x = longitude).
    ///
    /// # Errors
    /// [`CrsError::OnlyBallpark`] when the datums can only be taken as equal, [`CrsError::NoOperation`] when there is
    /// no way or its grid is missing.
    pub fn new(from: Crs, to: Crs, area: Option<Rect<f64>>) -> Result<Self, CrsError> {
        // CRS84 and EPSG:4326 differ in axis order alone, which memory does not know.
        let wgs84 = [Crs::CRS84, Crs::WGS84];
        if from == to || (wgs84.contains(&from) && wgs84.contains(&to)) {
            return Ok(Self { from, to, legs: Vec::new() });
        }
        with_context(|context| {
            let [source, hub, target] = [from, Crs::ETRS89, to].map(|crs| context.create(&crs.definition()));
            let (Some(source), Some(hub), Some(target)) = (source, hub, target) else {
                return Err(CrsError::Proj(context.fault()));
            };
            let leg = |from: &Object, to: &Object| {
                Some(proj::operations(from, to, area, false)).filter(|operations| !operations.is_empty())
            };
            let direct = leg(&source, &target).map(|leg| vec![leg]);
            let ends_at_hub = from == Crs::ETRS89 || to == Crs::ETRS89;
            let round = || Some(vec![leg(&source, &hub)?, leg(&hub, &target)?]);
            let round = if ends_at_hub { None } else { round() };
            let legs = match (direct, round) {
                (Some(direct), Some(round)) if is_better(&round, &direct) => round,
                (Some(direct), _) => direct,
                (None, Some(round)) => round,
                (None, None) if proj::operations(&source, &target, area, true).is_empty() => {
                    return Err(CrsError::NoOperation { from, to });
                }
                (None, None) => return Err(CrsError::OnlyBallpark { from, to }),
            };
            Ok(Self { from, to, legs })
        })
    }

    /// Source CRS.
    pub fn from(&self) -> Crs {
        self.from
    }

    /// Target CRS.
    pub fn to(&self) -> Crs {
        self.to
    }

    /// Accuracy in metres as the register states it; `None` when a step has none.
    pub fn accuracy_m(&self) -> Option<f64> {
        accuracy(&self.legs)
    }

    /// The register's names of the operations used, joined by ` + `; empty when source and target are the same.
    pub fn operation(&self) -> String {
        self.legs.iter().filter_map(|leg| leg.first()).map(|op| op.name.as_str()).collect::<Vec<_>>().join(" + ")
    }
}

/// Sum of the accuracies of the first operation of each leg.
fn accuracy(legs: &[Vec<Operation>]) -> Option<f64> {
    legs.iter().map(|leg| leg.first().and_then(|op| op.accuracy_m)).sum()
}

/// Whether the way round is stated to be more accurate than the direct one.
fn is_better(round: &[Vec<Operation>], direct: &[Vec<Operation>]) -> bool {
    matches!((accuracy(round), accuracy(direct)), (Some(round), Some(direct)) if round < direct)
}

/// Transforms coordinates with operations suited to a district. Cheap to copy; usable from any thread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Transformer {
    area: Option<Rect<f64>>,
}

impl Transformer {
    /// A transformer for a district given as longitudes (x) and latitudes (y); `None` takes what suits most of the world.
    pub fn new(area: Option<Rect<f64>>) -> Self {
        Self { area }
    }

    /// The plan used between two CRSs, for showing its name and accuracy.
    ///
    /// # Errors
    /// As [`Transformation::new`].
    pub fn transformation(&self, from: Crs, to: Crs) -> Result<Arc<Transformation>, CrsError> {
        let key = Key::new(from, to, self.area);
        if let Some(plan) = PLANS.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(plan));
        }
        let plan = Arc::new(Transformation::new(from, to, self.area)?);
        let mut plans = PLANS.write().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= KEPT {
            plans.clear();
        }
        plans.insert(key, Arc::clone(&plan));
        Ok(plan)
    }

    /// Transforms a geometry in place; on error it is left as it was.
    ///
    /// A box or triangle becomes a polygon, since its image is in general neither.
    ///
    /// # Errors
    /// As [`Transformation::new`]; [`CrsError::OutOfRange`] names the first coordinate that cannot be transformed.
    pub fn transform(&self, from: Crs, to: Crs, geometry: &mut Geometry<f64>) -> Result<(), CrsError> {
        let mut coords = Vec::new();
        each_run(geometry, &mut |run| coords.extend_from_slice(run));
        self.coords(from, to, &mut coords)?;
        let mut rest = &coords[..];
        each_run(geometry, &mut |run| {
            let (head, tail) = rest.split_at(run.len());
            run.copy_from_slice(head);
            rest = tail;
        });
        Ok(())
    }

    /// Transforms many coordinates in place; on error their content is unspecified.
    ///
    /// # Errors
    /// As [`Transformer::transform`].
    pub fn coords(&self, from: Crs, to: Crs, coords: &mut [Coord<f64>]) -> Result<(), CrsError> {
        let given = coords.to_vec();
        self.attempt(from, to, coords)?;
        match coords.iter().position(|coord| !is_finite(*coord)) {
            None => Ok(()),
            Some(index) => Err(CrsError::OutOfRange { x: given[index].x, y: given[index].y, from, to }),
        }
    }

    /// Transforms one coordinate.
    ///
    /// # Errors
    /// As [`Transformer::transform`].
    pub fn coord(&self, from: Crs, to: Crs, coord: Coord<f64>) -> Result<Coord<f64>, CrsError> {
        let mut moved = [coord];
        self.attempt(from, to, &mut moved)?;
        let out_of_range = CrsError::OutOfRange { x: coord.x, y: coord.y, from, to };
        if is_finite(moved[0]) { Ok(moved[0]) } else { Err(out_of_range) }
    }

    /// The box in `to` that encloses a box in `from`.
    ///
    /// A straight edge becomes a curve, so [`STEPS`] points a side are transformed and the result is widened by the most
    /// a curve can bulge between two of them (an eighth of the second difference, doubled). Poles and the date line are
    /// not looked after: no district lies there. Beyond the edge of a shift grid the next best operation is good enough
    /// for a box and is used.
    ///
    /// # Errors
    /// As [`Transformer::transform`].
    pub fn bounds(&self, from: Crs, to: Crs, bounds: Rect<f64>) -> Result<Rect<f64>, CrsError> {
        if from == to {
            return Ok(bounds);
        }
        let plan = self.transformation(from, to)?;
        let outline = outline(bounds);
        let mut moved = outline.clone();
        for leg in runners(&plan, Key::new(from, to, self.area))?.iter() {
            let given = moved.clone();
            for operation in leg {
                moved.copy_from_slice(&given);
                operation.forward(&mut moved);
                if moved.iter().copied().all(is_finite) {
                    break;
                }
            }
        }
        match moved.iter().position(|coord| !is_finite(*coord)) {
            None => Ok(enclosing(&moved)),
            Some(index) => Err(CrsError::OutOfRange { x: outline[index].x, y: outline[index].y, from, to }),
        }
    }

    /// Transforms what can be transformed; the rest becomes infinite.
    pub(super) fn attempt(&self, from: Crs, to: Crs, coords: &mut [Coord<f64>]) -> Result<(), CrsError> {
        if from == to {
            return Ok(());
        }
        let key = Key::new(from, to, self.area);
        let warm = THREAD.with_borrow(|thread| thread.runners.get(&key).cloned());
        let legs = match warm {
            Some(legs) => legs,
            None => runners(&*self.transformation(from, to)?, key)?,
        };
        for leg in legs.iter() {
            if let Some(best) = leg.first() {
                best.forward(coords);
            }
        }
        Ok(())
    }
}

fn is_finite(coord: Coord<f64>) -> bool {
    coord.x.is_finite() && coord.y.is_finite()
}

/// Calls `visit` with every run of coordinates of a geometry, in a fixed order.
fn each_run(geometry: &mut Geometry<f64>, visit: &mut dyn FnMut(&mut [Coord<f64>])) {
    match geometry {
        Geometry::Point(point) => visit(std::slice::from_mut(&mut point.0)),
        Geometry::Line(line) => {
            visit(std::slice::from_mut(&mut line.start));
            visit(std::slice::from_mut(&mut line.end));
        }
        Geometry::LineString(line) => visit(&mut line.0),
        Geometry::Polygon(polygon) => each_ring(polygon, visit),
        Geometry::MultiPoint(points) => points.0.iter_mut().for_each(|p| visit(std::slice::from_mut(&mut p.0))),
        Geometry::MultiLineString(lines) => lines.0.iter_mut().for_each(|line| visit(&mut line.0)),
        Geometry::MultiPolygon(polygons) => polygons.0.iter_mut().for_each(|polygon| each_ring(polygon, visit)),
        Geometry::GeometryCollection(parts) => parts.0.iter_mut().for_each(|part| each_run(part, visit)),
        Geometry::Rect(rect) => {
            *geometry = Geometry::Polygon(rect.to_polygon());
            each_run(geometry, visit);
        }
        Geometry::Triangle(triangle) => {
            *geometry = Geometry::Polygon(triangle.to_polygon());
            each_run(geometry, visit);
        }
    }
}

fn each_ring(polygon: &mut Polygon<f64>, visit: &mut dyn FnMut(&mut [Coord<f64>])) {
    polygon.exterior_mut(|ring| visit(&mut ring.0));
    polygon.interiors_mut(|rings| rings.iter_mut().for_each(|ring| visit(&mut ring.0)));
}

/// Points along the four edges of a box, counter-clockwise, first point repeated at the end.
fn outline(bounds: Rect<f64>) -> Vec<Coord<f64>> {
    let (min, max) = (bounds.min(), bounds.max());
    let corners = [min, Coord { x: max.x, y: min.y }, max, Coord { x: min.x, y: max.y }, min];
    let mut points = Vec::with_capacity(4 * STEPS as usize + 1);
    for edge in corners.windows(2) {
        for step in 0..STEPS {
            let share = f64::from(step) / f64::from(STEPS);
            points.push(edge[0] + (edge[1] - edge[0]) * share);
        }
    }
    points.push(min);
    points
}

/// The box around a transformed outline, widened by what its curves may bulge between the points.
fn enclosing(outline: &[Coord<f64>]) -> Rect<f64> {
    let (mut min, mut max, mut bulge) = (outline[0], outline[0], Coord { x: 0.0_f64, y: 0.0_f64 });
    for coord in outline {
        min = Coord { x: min.x.min(coord.x), y: min.y.min(coord.y) };
        max = Coord { x: max.x.max(coord.x), y: max.y.max(coord.y) };
    }
    // Edge by edge: across a corner the second difference measures the corner, not a curve.
    for edge in 0..4 {
        let start = edge * STEPS as usize;
        for three in outline[start..=start + STEPS as usize].windows(3) {
            let second = three[0] - three[1] * 2.0 + three[2];
            bulge = Coord { x: bulge.x.max(second.x.abs()), y: bulge.y.max(second.y.abs()) };
        }
    }
    Rect::new(min - bulge / 4.0, max + bulge / 4.0)
}

/// What a plan depends on. Bits stand for the numbers of the area, so that it can be hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    from: Crs,
    to: Crs,
    area: Option<[u64; 4]>,
}

impl Key {
    fn new(from: Crs, to: Crs, area: Option<Rect<f64>>) -> Self {
        let bits = |area: Rect<f64>| [area.min().x, area.min().y, area.max().x, area.max().y].map(f64::to_bits);
        Self { from, to, area: area.map(bits) }
    }
}

static PLANS: LazyLock<RwLock<HashMap<Key, Arc<Transformation>>>> = LazyLock::new(RwLock::default);

/// The PJ objects of a plan, leg by leg, best operation first.
type Runners = Rc<Vec<Vec<Object>>>;

/// What a thread keeps of PROJ.
struct Thread {
    context: Option<Rc<Context>>,
    runners: HashMap<Key, Runners>,
}

thread_local! {
    static THREAD: RefCell<Thread> = RefCell::new(Thread { context: Context::new(), runners: HashMap::new() });
}

/// Runs `work` with the context of this thread.
pub(super) fn with_context<T>(work: impl FnOnce(&Rc<Context>) -> Result<T, CrsError>) -> Result<T, CrsError> {
    // The borrow ends before `work` runs, so that `work` may come back here.
    let context = THREAD.with_borrow(|thread| thread.context.clone());
    work(&context.ok_or_else(|| CrsError::Proj("no context could be made".to_owned()))?)
}

/// The objects of a plan for this thread, made on first use.
fn runners(plan: &Transformation, key: Key) -> Result<Runners, CrsError> {
    if let Some(warm) = THREAD.with_borrow(|thread| thread.runners.get(&key).cloned()) {
        return Ok(warm);
    }
    let made = with_context(|context| {
        let object = |op: &Operation| context.create(&op.pipeline).ok_or_else(|| CrsError::Proj(context.fault()));
        let leg = |leg: &Vec<Operation>| leg.iter().map(object).collect::<Result<Vec<_>, _>>();
        plan.legs.iter().map(leg).collect::<Result<Vec<_>, _>>()
    })?;
    let made = Rc::new(made);
    THREAD.with_borrow_mut(|thread| {
        if thread.runners.len() >= KEPT {
            thread.runners.clear();
        }
        thread.runners.insert(key, Rc::clone(&made));
    });
    Ok(made)
}
