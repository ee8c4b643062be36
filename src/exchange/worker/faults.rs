//! Values that do not fit the declaration: left out where the object is the same without them, and told either way.

use super::Worker;
use crate::collection::{Fault, Faults, Property, PropertyKind};
use crate::editing::Prepared;
use crate::exchange::mapping::{Instead, Mapped};
use crate::exchange::remark::{Remark, What, geometry_fault, shown};
use crate::feature::{Geometry, GeometryKind, geometry};

impl Worker<'_> {
    /// The state that a row makes by itself. A value that does not fit becomes what its rule says, or is left out where
    /// that may be; then the row is checked once more.
    pub(super) fn fitted(&self, mapped: &mut Mapped, geometry: Option<&Geometry>) -> Option<Prepared> {
        let (mut prepared, mut remarks) = self.checked(mapped, geometry);
        let before = mapped.warnings.len();
        let mut seen = Vec::new();
        for remark in remarks.iter().filter(|remark| !remark.is_missing()) {
            let Some(k) = remark.property.filter(|k| !seen.contains(k)) else { continue };
            let Some((rule, column, cell)) = self.applier.origin(k) else { continue };
            seen.push(k);
            let mut remark = Remark { column: Some(column.to_owned()), value: Some(shown(cell)), ..remark.clone() };
            let name = &self.collection.properties[k].name;
            match self.applier.instead(rule, &mut remark) {
                Instead::Refused => {
                    mapped.faults.push(remark);
                    continue;
                }
                Instead::Nothing => drop(mapped.properties.shift_remove(name)),
                Instead::Value(value) => drop(mapped.properties.insert(name.clone(), value)),
            }
            mapped.warnings.push(remark);
        }
        if mapped.warnings.len() > before {
            (prepared, remarks) = self.checked(mapped, geometry);
        }
        let told = |remark: &Remark| {
            mapped.faults.iter().any(|fault| match remark.what {
                What::NoGeometry => fault.is_about_place(),
                _ => fault.property.is_some() && fault.property == remark.property,
            })
        };
        // A property that could not be read is not missing as well.
        remarks.retain(|remark| !told(remark));
        mapped.faults.extend(remarks);
        prepared
    }

    fn checked(&self, mapped: &Mapped, geometry: Option<&Geometry>) -> (Option<Prepared>, Vec<Remark>) {
        let mut faults = Faults::default();
        let preparer = &self.surroundings.preparer;
        let prepared = preparer.prepare(&self.collection, geometry.cloned(), &mapped.properties, "", &mut faults);
        (prepared, self.remarks(faults, geometry))
    }

    /// What the check of a state found, as remarks about its properties and its place.
    pub(super) fn remarks(&self, faults: Faults, geometry: Option<&Geometry>) -> Vec<Remark> {
        faults.told().iter().map(|fault| self.remark(fault, geometry)).collect()
    }

    fn remark(&self, fault: &Fault, geometry: Option<&Geometry>) -> Remark {
        let parts: Vec<&str> = fault.pointer.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["geometry", ..] => Remark::of_row(self.about_place(fault, geometry)),
            ["properties", name, inside @ ..] => match self.collection.position(name) {
                Some(k) => Remark::of(Some(k), self.about(&self.collection.properties[k], inside, fault)),
                None => Remark::of_row(self.other(fault)),
            },
            _ => Remark::of_row(self.other(fault)),
        }
    }

    fn about_place(&self, fault: &Fault, geometry: Option<&Geometry>) -> What {
        let outside = || self.surroundings.preparer.places().outside(geometry?);
        match fault.code {
            "missing" => What::NoGeometry,
            "geometry-type" => What::GeometryKind {
                found: geometry.and_then(GeometryKind::of),
                wanted: self.collection.geometry.clone(),
            },
            "outside-district" if let Some(outside) = outside() => What::OutsideDistrict(outside),
            _ => match geometry.and_then(|geometry| geometry::check(geometry).err()) {
                Some(error) => What::InvalidGeometry { reason: geometry_fault(&error.fault) },
                None => self.other(fault),
            },
        }
    }

    /// What is the matter with a value; `inside` is where in a list it stands.
    fn about(&self, property: &Property, inside: &[&str], fault: &Fault) -> What {
        let (PropertyKind::List(fields), [entry, rest @ ..]) = (&property.kind, inside) else {
            return matter(property, fault).unwrap_or_else(|| self.other(fault));
        };
        let field = rest.first().and_then(|name| fields.iter().find(|field| field.name == **name));
        let what = field.and_then(|field| matter(field, fault)).unwrap_or_else(|| self.other(fault));
        let entry = entry.parse::<usize>().unwrap_or_default() + 1;
        What::InList { entry, field: field.map(|field| field.title.clone()), what: Box::new(what) }
    }

    /// What no remark has words for, in those of the declaration.
    fn other(&self, fault: &Fault) -> What {
        What::Other { message: self.surroundings.texts.label(&fault.told) }
    }
}

/// What is the matter with a value; `None` for what remarks have no words for.
fn matter(property: &Property, fault: &Fault) -> Option<What> {
    let unit = property.unit.clone();
    let what = match (fault.code, &property.kind) {
        ("missing", _) => What::Missing,
        ("range", PropertyKind::Integer { minimum, maximum }) => {
            What::Outside { least: *minimum as f64, most: *maximum as f64, unit }
        }
        ("range", PropertyKind::Number { minimum, maximum, .. }) => {
            What::Outside { least: *minimum, most: *maximum, unit }
        }
        ("range", PropertyKind::Date { earliest, .. }) => What::TooEarly { first: *earliest },
        ("future-date", _) => What::Future,
        ("too-long", PropertyKind::Text { max_length, .. }) => What::TooLong { most: *max_length },
        ("pattern", PropertyKind::Text { digits_only: true, .. }) => What::DigitsOnly,
        ("pattern", _) => What::ControlCharacters,
        ("unknown-code", PropertyKind::Code(list)) => What::UnknownCode { list: list.clone() },
        ("unknown-municipality", _) => What::UnknownMunicipality,
        ("format", PropertyKind::Date { .. }) => What::NoDate,
        ("format", PropertyKind::Instant) => What::NoInstant,
        ("type", _) => What::WrongType,
        _ => return None,
    };
    Some(what)
}
