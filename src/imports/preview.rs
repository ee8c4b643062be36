//! What would become of each row, as people look at it; and a hash of all of it, to which the import has to come.

use geo::CoordsIter;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::rows::PreviewRow;
use crate::collection::{Collection, Frame};
use crate::exchange::mending::Mended;
use crate::exchange::remark::{Remark, What};
use crate::exchange::report::Status;
use crate::exchange::worker::{Done, Write};
use crate::feature::crs::Crs;
use crate::texts::{Label, Language};

/// Something that is said of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub text: Label,
    pub property: Option<String>,
    pub column: Option<String>,
    /// Where the register and the supplier have both changed something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<[Json; 2]>,
}

/// A property that changes. Of a new object there is nothing before; `property` is null for the place, whose `after` are metres.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub property: Option<String>,
    pub before: Json,
    pub after: Json,
}

/// Turns rows that are done with into what people look at.
#[derive(Debug)]
pub struct Teller<'a> {
    pub collection: &'a Collection,
    pub frame: Frame,
    pub mended: &'a Mended,
    number: i32,
    hash: Sha256,
}

impl<'a> Teller<'a> {
    pub fn new(collection: &'a Collection, frame: Frame, mended: &'a Mended) -> Self {
        Self { collection, frame, mended, number: 0, hash: Sha256::new() }
    }

    /// A row.
    pub fn told(&mut self, done: &Done) -> PreviewRow {
        let report = &done.report;
        let changes = self.changes(done);
        let (number, line) = (self.number, i64::try_from(report.line).unwrap_or(i64::MAX));
        self.number += 1;
        let feature = report.feature.filter(|_| report.status != Status::New).map(|id| id.0);
        let row = PreviewRow {
            number,
            layer: report.layer.clone(),
            line,
            status: report.status.name().to_owned(),
            feature,
            at: done.at.and_then(|at| {
                let at = self.frame.transformer.coord(self.frame.crs, Crs::CRS84, at).ok()?;
                Some([at.x, at.y])
            }),
            faults: self.said(&report.faults),
            warnings: self.said(&report.warnings),
            changes: json!(changes),
            cells: self.cells(done),
        };
        self.note(&row, done);
        row
    }

    /// The hash of all rows.
    pub fn digest(self) -> Vec<u8> {
        self.hash.finalize().to_vec()
    }

    /// Everything that decides what is written, but for ids that are drawn.
    fn note(&mut self, row: &PreviewRow, done: &Done) {
        self.hash.update(json!([row.layer, row.line, row.status, row.feature, row.changes]).to_string());
        let (Some(Write::Create { prepared, .. }) | Some(Write::Update { prepared, .. })) = &done.write else { return };
        for at in prepared.geometry.iter().flat_map(CoordsIter::coords_iter) {
            self.hash.update(at.x.to_le_bytes());
            self.hash.update(at.y.to_le_bytes());
        }
    }

    /// What changes of what somebody can set; the server's own marks follow from it.
    fn changes(&self, done: &Done) -> Vec<Change> {
        let (after, before) = match &done.write {
            None => return Vec::new(),
            Some(Write::Create { prepared, .. } | Write::Update { prepared, .. }) => (prepared, done.before.as_ref()),
        };
        let after: Map<String, Json> = serde_json::from_str(after.properties.get()).unwrap_or_default();
        let names = self.collection.properties.iter().filter(|property| property.is_writable()).map(|it| &it.name);
        let value =
            |of: Option<&Map<String, Json>>, name: &String| of.and_then(|of| of.get(name)).cloned().unwrap_or_default();
        let change = |name: &String| {
            let (before, after) = (value(before.map(|it| &it.properties), name), value(Some(&after), name));
            (before != after).then(|| Change { property: Some(name.clone()), before, after })
        };
        let moved = before.and_then(|it| it.moved).filter(|by| *by > 0.0);
        let moved =
            moved.map(|by| Change { property: None, before: Json::Null, after: json!((by * 10.0).round() / 10.0) });
        names.filter_map(change).chain(moved).collect()
    }

    fn said(&self, remarks: &[Remark]) -> Json {
        let said = remarks.iter().map(|remark| {
            let text = |language| remark.text(self.collection, language);
            let sides = match &remark.what {
                What::Conflict(sides) => {
                    Some([sides.ours.clone().unwrap_or_default(), sides.theirs.clone().unwrap_or_default()])
                }
                _ => None,
            };
            Said {
                text: Label::new(text(Language::De), text(Language::En)),
                property: remark.property.and_then(|k| self.collection.properties.get(k)).map(|it| it.name.clone()),
                column: remark.column.clone(),
                sides,
            }
        });
        json!(said.collect::<Vec<_>>())
    }

    /// The cells of a row that something was said about, as they were mended: those that somebody may want to put right.
    fn cells(&self, done: &Done) -> Option<Json> {
        let report = &done.report;
        let raw = report.raw.as_ref().filter(|_| !report.faults.is_empty() || !report.warnings.is_empty())?;
        let mending = self.mended.of(report.layer.as_deref(), report.line);
        let attributes = mending.map_or_else(|| raw.attributes.clone(), |mending| mending.mended(raw).attributes);
        serde_json::from_slice(&attributes).ok()
    }
}
