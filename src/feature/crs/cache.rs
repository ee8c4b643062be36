//! What is kept of PROJ: plans for the whole process, objects for each thread.
//!
//! Making a [`Transformation`] asks PROJ's database (milliseconds), so plans are shared. To run one a thread needs PJ
//! objects of its own; they are made from the plan's pipeline text (a tenth of a millisecond) and stay with the thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use geo_types::Rect;

use super::proj::{Context, Object, Operation};
use super::{Crs, CrsError, Transformation};

/// Bound of both caches. A server speaks about a dozen CRSs; past that a cache starts anew instead of growing.
const KEPT: usize = 256;

/// What a plan depends on. Bits stand for the numbers of the area, so that it can be hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    from: Crs,
    to: Crs,
    area: Option<[u64; 4]>,
}

impl Key {
    pub(super) fn new(from: Crs, to: Crs, area: Option<Rect<f64>>) -> Self {
        let bits = |area: Rect<f64>| [area.min().x, area.min().y, area.max().x, area.max().y].map(f64::to_bits);
        Self { from, to, area: area.map(bits) }
    }
}

static PLANS: LazyLock<RwLock<HashMap<Key, Arc<Transformation>>>> = LazyLock::new(RwLock::default);

/// The plan between two CRSs, made on first use.
pub(super) fn plan(from: Crs, to: Crs, area: Option<Rect<f64>>) -> Result<Arc<Transformation>, CrsError> {
    let key = Key::new(from, to, area);
    if let Some(plan) = PLANS.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(Arc::clone(plan));
    }
    let plan = Arc::new(Transformation::new(from, to, area)?);
    let mut plans = PLANS.write().unwrap_or_else(PoisonError::into_inner);
    if plans.len() >= KEPT {
        plans.clear();
    }
    plans.insert(key, Arc::clone(&plan));
    Ok(plan)
}

/// The PJ objects of a plan, leg by leg, best operation first.
pub(super) type Runners = Rc<Vec<Vec<Object>>>;

/// What a thread keeps of PROJ.
struct Thread {
    context: Option<Rc<Context>>,
    runners: HashMap<Key, Runners>,
}

thread_local! {
    static THREAD: RefCell<Thread> = RefCell::new(Thread { context: Context::new(), runners: HashMap::new() });
}

/// The objects of a plan that this thread has already made.
pub(super) fn warm(key: Key) -> Option<Runners> {
    THREAD.with_borrow(|thread| thread.runners.get(&key).cloned())
}

/// Runs `work` with the context of this thread.
pub(super) fn with_context<T>(work: impl FnOnce(&Rc<Context>) -> Result<T, CrsError>) -> Result<T, CrsError> {
    // The borrow ends before `work` runs, so that `work` may come back here.
    let context = THREAD.with_borrow(|thread| thread.context.clone());
    work(&context.ok_or_else(|| CrsError::Proj("no context could be made".to_owned()))?)
}

/// The objects of a plan for this thread, made on first use.
pub(super) fn runners(plan: &Transformation, key: Key) -> Result<Runners, CrsError> {
    if let Some(warm) = warm(key) {
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
