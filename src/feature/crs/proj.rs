//! PROJ behind a safe face: the only file of the house that calls `proj-sys`.
//!
//! It knows contexts, objects, axes and coordinate operations, and nothing of districts, geometries or imports.
//! A PJ and the context it belongs to must stay on one thread. Both are held by pointers, so the compiler sees to that:
//! neither type is `Send`. What has to travel between threads travels as text ([`Operation::pipeline`]).
//!
//! Network access is switched off in every context: a grid is installed or it is missing, and a transformation never
//! depends on whether some server was reachable.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{self, NonNull};
use std::rc::Rc;

use geo_types::{Coord, Rect};
use proj_sys::{
    PJ, PJ_CONTEXT, PJ_DIRECTION_PJ_FWD, PJ_DIRECTION_PJ_INV, PJ_LOG_LEVEL_PJ_LOG_NONE, PJ_OBJ_LIST,
    PJ_OPERATION_FACTORY_CONTEXT, PJ_PROJ_STRING_TYPE_PJ_PROJ_5, PJ_TYPE_PJ_TYPE_GEOGRAPHIC_2D_CRS,
    PJ_TYPE_PJ_TYPE_PROJECTED_CRS, PROJ_GRID_AVAILABILITY_USE_PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID,
    PROJ_SPATIAL_CRITERION_PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION,
};

/// The version of the linked PROJ, for example `9.1.1`.
pub(super) fn version() -> String {
    // SAFETY: `proj_info` takes no arguments and returns a struct whose strings are static inside PROJ.
    unsafe { text(proj_sys::proj_info().version) }.unwrap_or_default()
}

/// A PROJ context: the settings and the database handle of one thread.
pub(super) struct Context {
    ptr: NonNull<PJ_CONTEXT>,
}

impl Context {
    /// A fresh context without network and without output on stderr; `None` when memory is short.
    pub(super) fn new() -> Option<Rc<Self>> {
        // SAFETY: the fresh pointer is owned by the returned value alone and freed by its `Drop`; the two settings
        // are called with that live context.
        unsafe {
            let ptr = NonNull::new(proj_sys::proj_context_create())?;
            proj_sys::proj_context_set_enable_network(ptr.as_ptr(), 0);
            proj_sys::proj_log_level(ptr.as_ptr(), PJ_LOG_LEVEL_PJ_LOG_NONE);
            Some(Rc::new(Self { ptr }))
        }
    }

    /// Makes the object a definition names (`EPSG:25833`, a pipeline string, …); `None` when PROJ does not know it.
    pub(super) fn create(self: &Rc<Self>, definition: &str) -> Option<Object> {
        let definition = CString::new(definition).ok()?;
        // SAFETY: the context lives as long as `self`; the string is NUL-terminated and outlives the call.
        let pj = unsafe { proj_sys::proj_create(self.ptr.as_ptr(), definition.as_ptr()) };
        self.own(pj)
    }

    /// Takes ownership of a PJ that PROJ has just returned for this context.
    fn own(self: &Rc<Self>, pj: *mut PJ) -> Option<Object> {
        Some(Object { pj: NonNull::new(pj)?, context: Rc::clone(self) })
    }

    /// What PROJ says about its last failure in this context.
    pub(super) fn fault(&self) -> String {
        // SAFETY: the context is live; the returned string belongs to it and is copied at once.
        unsafe {
            let code = proj_sys::proj_context_errno(self.ptr.as_ptr());
            text(proj_sys::proj_context_errno_string(self.ptr.as_ptr(), code))
        }
        .unwrap_or_else(|| "no reason given".to_owned())
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `proj_context_create` and every object of the context holds an `Rc` to this
        // value, so none is left.
        unsafe { proj_sys::proj_context_destroy(self.ptr.as_ptr()) };
    }
}

/// Which way an operation is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    Inverse,
}

/// A CRS or a coordinate operation, tied to the context it was made in.
pub(super) struct Object {
    pj: NonNull<PJ>,
    context: Rc<Context>,
}

impl Object {
    /// For a plain horizontal CRS whether it is geographic (`true`) or projected; `None` for everything else.
    pub(super) fn horizontal(&self) -> Option<bool> {
        // SAFETY: the object is live.
        match unsafe { proj_sys::proj_get_type(self.pj.as_ptr()) } {
            PJ_TYPE_PJ_TYPE_GEOGRAPHIC_2D_CRS => Some(true),
            PJ_TYPE_PJ_TYPE_PROJECTED_CRS => Some(false),
            _ => None,
        }
    }

    /// The name in the register, for example `ETRS89 / UTM zone 33N`.
    pub(super) fn name(&self) -> String {
        // SAFETY: the object is live; the string belongs to it and is copied at once.
        unsafe { text(proj_sys::proj_get_name(self.pj.as_ptr())) }.unwrap_or_default()
    }

    /// The area a CRS is meant for, in degrees; `None` when unstated, across the date line or around a pole.
    pub(super) fn area_of_use(&self) -> Option<Rect<f64>> {
        let [mut west, mut south, mut east, mut north] = [0.0; 4];
        // SAFETY: context and object are live, the four numbers outlive the call, and no name is asked for.
        let found = unsafe {
            proj_sys::proj_get_area_of_use(
                self.context.ptr.as_ptr(),
                self.pj.as_ptr(),
                &mut west,
                &mut south,
                &mut east,
                &mut north,
                ptr::null_mut(),
            )
        };
        // PROJ answers -1000 for an unknown edge.
        let sound = found != 0 && -180.0 <= west && west < east && -90.0 <= south && south < north;
        sound.then(|| Rect::new((west, south), (east, north)))
    }

    /// The directions of the axes in the authority's order, for example `["north", "east"]`; empty when the object has
    /// no coordinate system.
    pub(super) fn axis_directions(&self) -> Vec<String> {
        let context = self.context.ptr.as_ptr();
        // SAFETY: context and CRS are live; the coordinate system is owned by the wrapper and freed with it.
        let system = unsafe { proj_sys::proj_crs_get_coordinate_system(context, self.pj.as_ptr()) };
        let Some(system) = self.context.own(system) else {
            return Vec::new();
        };
        // SAFETY: the coordinate system is live.
        let count = unsafe { proj_sys::proj_cs_get_axis_count(context, system.pj.as_ptr()) };
        (0..count).filter_map(|index| system.axis_direction(index)).collect()
    }

    /// The direction of one axis of a coordinate system.
    fn axis_direction(&self, index: i32) -> Option<String> {
        let mut direction: *const c_char = ptr::null();
        // SAFETY: context and coordinate system are live, the index is in range; PROJ accepts null for every output it
        // need not fill, and the one it fills points into the coordinate system and is copied before that is freed.
        unsafe {
            let found = proj_sys::proj_cs_get_axis_info(
                self.context.ptr.as_ptr(),
                self.pj.as_ptr(),
                index,
                ptr::null_mut(),
                ptr::null_mut(),
                &mut direction,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            );
            if found == 0 { None } else { text(direction) }
        }
    }

    /// Runs the operation over the coordinates in place.
    ///
    /// PROJ marks a coordinate it cannot transform as infinite and goes on with the next; the caller has to look.
    pub(super) fn run(&self, direction: Direction, coords: &mut [Coord<f64>]) {
        if coords.is_empty() {
            return;
        }
        let direction = match direction {
            Direction::Forward => PJ_DIRECTION_PJ_FWD,
            Direction::Inverse => PJ_DIRECTION_PJ_INV,
        };
        let (count, stride) = (coords.len(), size_of::<Coord<f64>>());
        let first = coords.as_mut_ptr();
        // SAFETY: the operation is live. `x` and `y` point at the fields of the first coordinate and keep the right to
        // the whole slice; with the stride of one coordinate PROJ touches exactly `count` of each. Null pointers with
        // length 0 mean "no height, no time".
        unsafe {
            proj_sys::proj_errno_reset(self.pj.as_ptr());
            proj_sys::proj_trans_generic(
                self.pj.as_ptr(),
                direction,
                &raw mut (*first).x,
                stride,
                count,
                &raw mut (*first).y,
                stride,
                count,
                ptr::null_mut(),
                0,
                0,
                ptr::null_mut(),
                0,
                0,
            );
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the pointer is owned by this value alone; its context is still alive through the `Rc`.
        unsafe { proj_sys::proj_destroy(self.pj.as_ptr()) };
    }
}

/// One way from a CRS to another, as plain data.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operation {
    /// PROJ pipeline in visualisation order (east, north); degrees for geographic coordinates.
    pub(super) pipeline: String,
    /// The register's name, for example `DHDN to ETRS89 (8)` among its steps.
    pub(super) name: String,
    /// Accuracy in metres, when every step has one.
    pub(super) accuracy_m: Option<f64>,
}

/// All usable ways from one CRS to another, best first.
///
/// Ways whose grid is not installed are left out, and so are ballpark ways unless `ballpark` asks for them. `area` is in
/// degrees (x = longitude, y = latitude). A way qualifies when its area of use meets that of the CRSs or the given one;
/// PROJ's default demands that it cover them, which would leave only the ballpark way from Pulkovo 1942(83) (all of
/// eastern Europe) by parameters made for eastern Germany.
pub(super) fn operations(from: &Object, to: &Object, area: Option<Rect<f64>>, ballpark: bool) -> Vec<Operation> {
    let context = &from.context;
    let Some(factory) = Factory::new(context, area, ballpark) else {
        return Vec::new();
    };
    // SAFETY: context, both CRSs and the factory are live; the list is owned by the wrapper and freed with it.
    let list = unsafe {
        proj_sys::proj_create_operations(context.ptr.as_ptr(), from.pj.as_ptr(), to.pj.as_ptr(), factory.ptr.as_ptr())
    };
    let Some(list) = NonNull::new(list).map(List) else {
        return Vec::new();
    };
    // SAFETY: the list is live.
    let count = unsafe { proj_sys::proj_list_get_count(list.0.as_ptr()) };
    (0..count)
        .filter_map(|index| {
            // SAFETY: context and list are live and the index is in range; the object is a copy of its own.
            let pj = unsafe { proj_sys::proj_list_get(context.ptr.as_ptr(), list.0.as_ptr(), index) };
            describe(&context.own(pj)?)
        })
        .collect()
}

/// Turns an operation into plain data; `None` when it cannot be run here.
fn describe(operation: &Object) -> Option<Operation> {
    let context = operation.context.ptr.as_ptr();
    // SAFETY: context and operation are live throughout; the normalised copy is owned by its wrapper; the pipeline text
    // belongs to that copy and is copied into a String before it is freed.
    unsafe {
        if proj_sys::proj_coordoperation_is_instantiable(context, operation.pj.as_ptr()) == 0 {
            return None;
        }
        let accuracy = proj_sys::proj_coordoperation_get_accuracy(context, operation.pj.as_ptr());
        let normal =
            operation.context.own(proj_sys::proj_normalize_for_visualization(context, operation.pj.as_ptr()))?;
        let pipeline = text(proj_sys::proj_as_proj_string(
            context,
            normal.pj.as_ptr(),
            PJ_PROJ_STRING_TYPE_PJ_PROJ_5,
            ptr::null(),
        ))?;
        // PROJ answers a negative number when a step has no stated accuracy.
        let accuracy_m = (accuracy >= 0.0).then_some(accuracy);
        Some(Operation { pipeline, name: operation.name(), accuracy_m })
    }
}

/// The rules by which PROJ looks for operations.
struct Factory {
    ptr: NonNull<PJ_OPERATION_FACTORY_CONTEXT>,
}

impl Factory {
    fn new(context: &Context, area: Option<Rect<f64>>, ballpark: bool) -> Option<Self> {
        let context = context.ptr.as_ptr();
        // SAFETY: the context is live; the fresh factory is owned by the returned value and freed by its `Drop`. No
        // authority (null) means all of them.
        unsafe {
            let ptr = NonNull::new(proj_sys::proj_create_operation_factory_context(context, ptr::null()))?;
            let factory = Self { ptr };
            let raw = ptr.as_ptr();
            proj_sys::proj_operation_factory_context_set_spatial_criterion(
                context,
                raw,
                PROJ_SPATIAL_CRITERION_PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION,
            );
            proj_sys::proj_operation_factory_context_set_grid_availability_use(
                context,
                raw,
                PROJ_GRID_AVAILABILITY_USE_PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID,
            );
            proj_sys::proj_operation_factory_context_set_allow_ballpark_transformations(
                context,
                raw,
                i32::from(ballpark),
            );
            if let Some(area) = area {
                let (min, max) = (area.min(), area.max());
                proj_sys::proj_operation_factory_context_set_area_of_interest(context, raw, min.x, min.y, max.x, max.y);
            }
            Some(factory)
        }
    }
}

impl Drop for Factory {
    fn drop(&mut self) {
        // SAFETY: the pointer is owned by this value alone.
        unsafe { proj_sys::proj_operation_factory_context_destroy(self.ptr.as_ptr()) };
    }
}

/// An owned list of operations.
struct List(NonNull<PJ_OBJ_LIST>);

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: the pointer is owned by this value alone.
        unsafe { proj_sys::proj_list_destroy(self.0.as_ptr()) };
    }
}

/// Copies a C string; `None` for a null pointer.
///
/// # Safety
/// `pointer` is null or points at a NUL-terminated string that stays valid during the call.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null, and the caller vouches for the rest.
    Some(unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}
