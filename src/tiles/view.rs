//! One moment of what a tileset shows to one class of callers: snapshots, the properties they may see, the rules of a day.

use std::sync::Arc;

use chrono::NaiveDate;
use geo_types::{Rect, coord};

use super::atlas::Atlas;
use super::clusters::Pyramid;
use super::tileset::{Content, Layer, Tileset};
use crate::collection::{CodeList, Collection, Derivation, Presence, Visibility};
use crate::feature::GeometryKind;
use crate::firewater::status::StatusRule;
use crate::index::Snapshot;

/// How far around itself a tile shows points and lines, in its units: symbols and strokes reach over the edge.
pub const MARGIN: f64 = 64.0;

/// What tiles are made from. Cheap to make; a view of before an edit does not show it.
#[derive(Debug)]
pub struct View {
    pub(super) atlas: Arc<Atlas>,
    pub(super) layers: Vec<LayerView>,
}

/// One layer of a view.
#[derive(Debug)]
pub(super) struct LayerView {
    pub layer: Layer,
    pub snapshot: Arc<Snapshot>,
    pub rule: Option<StatusRule>,
    pub fields: Vec<Field>,
    /// Counts by cell for the zooms at which points do not stand alone.
    pub pyramid: Option<Arc<Pyramid>>,
    /// How many changes had been told of when the view was made; the snapshot shows them and perhaps more.
    pub epoch: u64,
    /// What names keep clear of.
    pub symbols: Vec<Arc<Snapshot>>,
}

/// A property that travels.
#[derive(Debug)]
pub(super) struct Field {
    pub position: usize,
    pub name: String,
    pub codes: Option<Arc<CodeList>>,
    /// What is written where nothing is recorded: a crew's map says of every source that its flow is unknown.
    pub absent: Option<u16>,
}

impl View {
    /// The view of a tileset. `snapshot` gives the present state of a collection by its place in the catalogue,
    /// `sees` what the caller may see of it; layers of collections the caller does not know of are left out. Statuses are those
    /// of the day. Names keep clear of what everybody sees, so that where they stand tells nothing else.
    pub fn new(
        atlas: &Arc<Atlas>,
        tileset: &Tileset,
        snapshot: impl Fn(usize) -> Arc<Snapshot>,
        sees: impl Fn(&Collection) -> Option<Visibility>,
        today: NaiveDate,
    ) -> Self {
        // Before the snapshots are taken: they then show at least what was told up to here.
        let epoch = atlas.clusters.epoch();
        let layers = tileset.layers.iter().filter_map(|layer| {
            let symbols = layer.names.iter().flat_map(|names| &names.clear_of).map(|k| snapshot(*k));
            let is_public = |symbols: &Arc<Snapshot>| symbols.collection().visibility == Visibility::Public;
            let symbols = symbols.filter(is_public).collect();
            let snapshot = snapshot(layer.collection);
            let collection = snapshot.collection();
            let visibility = sees(collection)?;
            let rule = layer.status.then(|| {
                let months = atlas.verified_for_months.get(&collection.name).copied();
                StatusRule::new(collection, today, months)
            });
            let fields = fields(layer, collection, visibility);
            let pyramid = has_points(layer, collection).then(|| atlas.clusters.pyramid(layer, today));
            Some(LayerView { layer: layer.clone(), fields, rule, pyramid, epoch, snapshot, symbols })
        });
        Self { atlas: atlas.clone(), layers: layers.collect() }
    }

    /// A box in the district's CRS that holds everything the view shows; `None` if that is nothing.
    pub fn extent(&self) -> Option<Rect<f64>> {
        let extents = self.layers.iter().filter_map(|layer| layer.snapshot.extent());
        extents.reduce(|one, other| {
            let min = coord! { x: one.min().x.min(other.min().x), y: one.min().y.min(other.min().y) };
            let max = coord! { x: one.max().x.max(other.max().x), y: one.max().y.max(other.max().y) };
            Rect::new(min, max)
        })
    }
}

/// True if features of the layer are drawn as points.
fn has_points(layer: &Layer, collection: &Collection) -> bool {
    match layer.content {
        Content::Points => true,
        Content::Features => collection.geometry.contains(&GeometryKind::Point),
        Content::Areas | Content::Places | Content::Names => false,
    }
}

fn fields(layer: &Layer, collection: &Collection, visibility: Visibility) -> Vec<Field> {
    let visible = |position: &&usize| {
        collection.properties.get(**position).is_some_and(|property| property.visibility <= visibility)
    };
    let field = |position: &usize| {
        let property = &collection.properties[*position];
        let codes = property.codes().cloned();
        let is_flow_class = matches!(property.presence, Presence::Derived(Derivation::FlowClass));
        let absent = codes.as_ref().filter(|_| layer.status && is_flow_class).and_then(|list| list.position("unknown"));
        Field { position: *position, name: property.name.clone(), codes, absent }
    };
    layer.properties.iter().filter(visible).map(field).collect()
}
