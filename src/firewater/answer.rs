//! The sources around a place as JSON.
//!
//! Written by hand into one buffer: a dozen sources are a dozen objects of thirty members, and a machinery that knows
//! nothing of them would take longer than the search. Codes come with their labels, so that a client needs no second
//! request at an incident; their objects are encoded once, with the [`Register`].

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::nearest::{Found, Route};
use super::register::{Register, Water};
use super::status::Because;
use crate::collection::{Collection, Laying, Need, Visibility};
use crate::coordinate::format::{Language, write_degrees_minutes};
use crate::coordinate::{LonLat, Precision, Utmref};
use crate::feature::geometry::write_decimal;
use crate::feature::value::{write_date, write_instant};
use crate::feature::{Row, Value};
use crate::search::{Located, Near};

/// The kit for a source whose kind does not tell.
const UNKNOWN: &[u8] = br#"["unknown"]"#;

/// What a source takes in an answer, rather more than less.
const SOURCE_BYTES: usize = 800;

/// What is said beside the sources.
#[derive(Debug)]
pub struct Head<'a> {
    pub place: &'a Located,
    /// The address nearest to the place.
    pub near: Option<Near>,
    /// The municipality the place lies in.
    pub municipality: Option<Arc<str>>,
    /// Metres.
    pub radius: f64,
    /// Usable sources that were asked for: where there are as many, there may be more.
    pub limit: usize,
    /// When the answer is made, from data as fresh as the register.
    pub now: DateTime<Utc>,
    /// The day this is in the district.
    pub today: NaiveDate,
    /// True if the sources are ranked by road.
    pub by_road: bool,
    /// True if there are roads to rank by.
    pub road_network: bool,
}

/// What is told of the sources of a collection: positions of properties, `None` for those it lacks or that somebody may
/// not see.
#[derive(Debug)]
pub struct Told {
    reference: Option<usize>,
    /// What people call a lake or a pond.
    name: Option<usize>,
    kind: Option<Coded>,
    /// What has to be carried there, as a JSON array, by position of the kind in its code list.
    needs: Vec<Vec<u8>>,
    status_reason: Option<usize>,
    status_until: Option<usize>,
    flow_class: Option<Coded>,
    /// What a hydrant gives, or what a well or a suction point yields.
    flow_rate: [Option<usize>; 2],
    flow_method: Option<Coded>,
    main_diameter: Option<usize>,
    usable_volume: Option<usize>,
    inexhaustible: Option<usize>,
    access_note: Option<usize>,
    updated_at: Option<usize>,
}

/// A property that is a code.
#[derive(Debug)]
struct Coded {
    position: usize,
    /// By position in the code list: `{"code":…,"de":…,"en":…}`.
    objects: Vec<Vec<u8>>,
}

impl Told {
    /// What is told of a collection to somebody who may see this much.
    pub fn new(collection: &Collection, to: Visibility) -> Self {
        let seen =
            |name: &str| collection.position(name).filter(|position| collection.properties[*position].visibility <= to);
        let coded = |name: &str| {
            let position = seen(name)?;
            let list = collection.properties[position].codes()?;
            let object = |code: &crate::collection::Code| coded_object(code);
            Some(Coded { position, objects: list.codes().iter().map(object).collect() })
        };
        let kinds = seen("kind").and_then(|position| collection.properties[position].codes());
        let needs = |code: &crate::collection::Code| needs_array(&code.needs);
        Self {
            reference: seen("ref"),
            name: seen("name"),
            kind: coded("kind"),
            needs: kinds.map_or_else(Vec::new, |kinds| kinds.codes().iter().map(needs).collect()),
            status_reason: seen("status_reason"),
            status_until: seen("status_until"),
            flow_class: coded("flow_class"),
            flow_rate: [seen("flow_rate"), seen("yield_rate")],
            flow_method: coded("flow_method"),
            main_diameter: seen("main_diameter"),
            usable_volume: seen("usable_volume"),
            inexhaustible: seen("inexhaustible"),
            access_note: seen("access_note"),
            updated_at: seen("updated_at"),
        }
    }
}

fn coded_object(code: &crate::collection::Code) -> Vec<u8> {
    let mut out = Vec::new();
    let label = &code.label;
    for (name, text) in [(&b"{\"code\":"[..], &code.code), (b",\"de\":", &label.de), (b",\"en\":", &label.en)] {
        out.extend_from_slice(name);
        write_text(text, &mut out);
    }
    for (name, bound) in [(&b",\"at_least\":"[..], code.range.at_least), (b",\"below\":", code.range.below)] {
        if let Some(bound) = bound {
            out.extend_from_slice(name);
            write_integer(bound, &mut out);
        }
    }
    out.push(b'}');
    out
}

/// What has to be carried to a source before water flows.
fn needs_array(needs: &[Need]) -> Vec<u8> {
    if needs.is_empty() {
        return UNKNOWN.to_vec();
    }
    let mut out = Vec::new();
    // Writing into a Vec cannot fail.
    let _ = serde_json::to_writer(&mut out, needs);
    out
}

/// The whole answer. `sees` says what the caller may see of a collection.
pub fn write(
    register: &Register,
    head: &Head<'_>,
    sources: &[Found<'_>],
    sees: impl Fn(&Collection) -> Option<Visibility>,
) -> Vec<u8> {
    // Of about the size it will have: growing it step by step copies it as often.
    let mut out = Vec::with_capacity(SOURCE_BYTES * (1 + sources.len()));
    out.extend_from_slice(b"{\"at\":");
    write_incident(head, register.utmref_zone, &mut out);
    out.extend_from_slice(b",\"notes\":[");
    for (nth, note) in head.place.notes.iter().enumerate() {
        out.extend_from_slice(if nth > 0 { b",\"" } else { b"\"" });
        out.extend_from_slice(note.as_bytes());
        out.push(b'"');
    }
    out.extend_from_slice(b"],\"radius\":");
    out.extend_from_slice(ryu::Buffer::new().format(head.radius).as_bytes());
    out.extend_from_slice(b",\"limit\":");
    out.extend_from_slice(itoa::Buffer::new().format(head.limit).as_bytes());
    out.extend_from_slice(if head.by_road { b",\"by\":\"road\"" } else { b",\"by\":\"line\"" });
    out.extend_from_slice(b",\"road_network\":");
    out.extend_from_slice(boolean(head.road_network));
    out.extend_from_slice(b",\"time\":\"");
    write_instant(head.now, &mut out);
    out.extend_from_slice(b"\",\"sources\":[");
    let told: Vec<&Told> =
        register.waters.iter().map(|water| water.told(sees(&water.collection).unwrap_or_default())).collect();
    let today = head.today;
    for (nth, found) in sources.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        let (water, told) = (&register.waters[found.water], told[found.water]);
        let source = Source { water, told, row: found.stored.row(), found };
        source.write(register, today, &mut out);
    }
    out.extend_from_slice(b"]}");
    out
}

/// One source.
struct Source<'a> {
    water: &'a Water,
    told: &'a Told,
    row: Row<'a>,
    found: &'a Found<'a>,
}

impl Source<'_> {
    fn write(&self, register: &Register, today: NaiveDate, out: &mut Vec<u8>) {
        let Self { water, told, found, .. } = *self;
        out.extend_from_slice(b"{\"collection\":\"");
        out.extend_from_slice(water.name.as_bytes());
        out.extend_from_slice(b"\",\"id\":\"");
        out.extend_from_slice(&found.stored.id.text());
        out.push(b'"');
        for (member, text) in [(&b",\"ref\":"[..], told.reference), (b",\"name\":", told.name)] {
            if let Some(text) = self.text(text) {
                out.extend_from_slice(member);
                write_text(text, out);
            }
        }
        out.extend_from_slice(b",\"kind\":");
        let unknown = br#"{"code":"unknown","de":"Unbekannt","en":"Unknown"}"#;
        out.extend_from_slice(self.coded(told.kind.as_ref()).unwrap_or(unknown));
        out.extend_from_slice(b",\"distance\":");
        write_number(found.distance, 1, out);
        out.extend_from_slice(b",\"bearing\":");
        let bearing = found.bearing.round();
        write_number(if bearing < 360.0 { bearing } else { 0.0 }, 0, out);
        self.write_way(&register.laying, out);
        self.write_status(today, out);
        self.write_supply(out);
        out.extend_from_slice(b",\"access_note\":");
        or_null(self.text(told.access_note), write_text, out);
        out.extend_from_slice(b",\"position\":");
        write_place(found.position, register.utmref_zone, out);
        out.extend_from_slice(b",\"updated_at\":");
        or_null(self.value(told.updated_at).as_instant(), write_quoted_instant, out);
        out.push(b'}');
    }

    /// The way along roads, what it takes, and what has to be carried along it.
    fn write_way(&self, laying: &Laying, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"route\":");
        or_null(self.found.route.as_ref(), |route, out| write_route(route, self.found.distance, laying, out), out);
        out.extend_from_slice(b",\"needs\":");
        let kind = self.told.kind.as_ref().and_then(|kind| self.row.get(kind.position).as_code());
        let needs = kind.and_then(|kind| self.told.needs.get(usize::from(kind)));
        out.extend_from_slice(needs.map_or(UNKNOWN, Vec::as_slice));
        out.extend_from_slice(b",\"unlimited\":");
        out.extend_from_slice(boolean(self.water.unlimited.holds(self.row)));
    }

    fn write_status(&self, today: NaiveDate, out: &mut Vec<u8>) {
        let readiness = self.found.readiness;
        out.extend_from_slice(b",\"usable\":");
        out.extend_from_slice(boolean(readiness.is_usable()));
        out.extend_from_slice(b",\"status\":\"");
        out.extend_from_slice(readiness.status.name().as_bytes());
        out.extend_from_slice(b"\",\"status_because\":\"");
        out.extend_from_slice(readiness.because.name().as_bytes());
        out.push(b'"');
        // Of a state that is over the reason is, too.
        let reason = self.told.status_reason.filter(|_| readiness.because != Because::Ended);
        if let Some(reason) = self.text(reason) {
            out.extend_from_slice(b",\"status_reason\":");
            write_text(reason, out);
        }
        if let Some(last) = readiness.until.filter(|_| self.told.status_until.is_some()) {
            out.extend_from_slice(b",\"status_until\":\"");
            write_date(last, out);
            out.push(b'"');
        }
        // Day of the last confirmation, and how many days ago that was.
        match readiness.as_of {
            Some(day) => {
                out.extend_from_slice(b",\"status_as_of\":\"");
                write_date(day, out);
                out.extend_from_slice(b"\",\"status_age_days\":");
                write_integer((today - day).num_days(), out);
            }
            None => out.extend_from_slice(b",\"status_as_of\":null,\"status_age_days\":null"),
        }
    }

    /// How much water, and from what: l/min, mm, m³.
    fn write_supply(&self, out: &mut Vec<u8>) {
        let told = self.told;
        let copied = |object: &[u8], out: &mut Vec<u8>| out.extend_from_slice(object);
        out.extend_from_slice(b",\"flow_class\":");
        or_null(self.coded(told.flow_class.as_ref()), copied, out);
        out.extend_from_slice(b",\"flow_rate\":");
        or_null(told.flow_rate.iter().find_map(|position| self.value(*position).as_integer()), write_integer, out);
        out.extend_from_slice(b",\"flow_method\":");
        or_null(self.coded(told.flow_method.as_ref()), copied, out);
        out.extend_from_slice(b",\"main_diameter\":");
        or_null(self.value(told.main_diameter).as_integer(), write_integer, out);
        out.extend_from_slice(b",\"usable_volume\":");
        let volume = match self.value(told.usable_volume) {
            Value::Number(number) => Some(number),
            Value::Integer(number) => Some(number as f64),
            _ => None,
        };
        or_null(volume, |number, out| out.extend_from_slice(ryu::Buffer::new().format(number).as_bytes()), out);
        out.extend_from_slice(b",\"inexhaustible\":");
        let inexhaustible = match self.value(told.inexhaustible) {
            Value::Boolean(value) => Some(boolean(value)),
            _ => None,
        };
        or_null(inexhaustible, copied, out);
    }

    fn value(&self, position: Option<usize>) -> Value<'_> {
        position.map_or(Value::Null, |position| self.row.get(position))
    }

    fn text(&self, position: Option<usize>) -> Option<&str> {
        self.value(position).as_text()
    }

    fn coded<'c>(&self, coded: Option<&'c Coded>) -> Option<&'c [u8]> {
        let Coded { position, objects } = coded?;
        objects.get(usize::from(self.row.get(*position).as_code()?)).map(Vec::as_slice)
    }
}

/// A way along roads: metres by road and straight, B hoses without and with reserve, and its line if it is wanted.
fn write_route(route: &Route, straight: f64, laying: &Laying, out: &mut Vec<u8>) {
    let (hoses, hoses_reserve) = laying.hoses(route.distance);
    out.extend_from_slice(b"{\"distance\":");
    write_number(route.distance, 1, out);
    out.extend_from_slice(b",\"straight\":");
    write_number(straight, 1, out);
    out.extend_from_slice(b",\"hoses\":");
    write_integer(hoses, out);
    out.extend_from_slice(b",\"hoses_reserve\":");
    write_integer(hoses_reserve, out);
    if !route.path.is_empty() {
        out.extend_from_slice(br#","geometry":{"type":"LineString","coordinates":["#);
        for (nth, turn) in route.path.iter().enumerate() {
            out.extend_from_slice(if nth > 0 { b",[" } else { b"[" });
            write_decimal(turn.lon, 7, out);
            out.push(b',');
            write_decimal(turn.lat, 7, out);
            out.push(b']');
        }
        out.extend_from_slice(b"]}");
    }
    out.push(b'}');
}

/// The place that was asked for, how sure it is, and where that is.
fn write_incident(head: &Head<'_>, utmref_zone: Option<u8>, out: &mut Vec<u8>) {
    write_place(head.place.at, utmref_zone, out);
    // It goes on where the place ends.
    out.pop();
    out.extend_from_slice(b",\"certainty\":\"");
    out.extend_from_slice(head.place.certainty.name().as_bytes());
    out.extend_from_slice(b"\",\"radius\":");
    or_null(head.place.certainty.radius(), |radius, out| write_number(radius, 0, out), out);
    out.extend_from_slice(b",\"matched\":");
    or_null(head.place.matched.as_deref(), write_text, out);
    out.extend_from_slice(b",\"municipality\":");
    or_null(head.municipality.as_deref(), write_text, out);
    out.extend_from_slice(b",\"near\":");
    or_null(head.near.as_ref(), write_near, out);
    out.push(b'}');
}

fn write_near(near: &Near, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"label\":");
    write_text(&near.label, out);
    for (name, text) in [(&b",\"settlement\":"[..], &near.settlement), (b",\"municipality\":", &near.municipality)] {
        out.extend_from_slice(name);
        or_null(Some(text.as_str()).filter(|text| !text.is_empty()), write_text, out);
    }
    out.extend_from_slice(b",\"distance\":");
    write_number(near.distance, 1, out);
    out.push(b'}');
}

/// A place in the forms crews use.
fn write_place(place: LonLat, utmref_zone: Option<u8>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"lon\":");
    write_number(place.lon, 7, out);
    out.extend_from_slice(b",\"lat\":");
    write_number(place.lat, 7, out);
    let utmref = match utmref_zone {
        Some(zone) => Utmref::in_zone(place, zone, Precision::M1),
        None => Utmref::at(place, Precision::M1),
    };
    // A place far from the district has none in its zone.
    match utmref {
        Ok(reference) => {
            out.extend_from_slice(b",\"utmref\":\"");
            reference.write(out);
            out.push(b'"');
        }
        Err(_) => out.extend_from_slice(b",\"utmref\":null"),
    }
    out.extend_from_slice(b",\"degrees_minutes\":\"");
    write_degrees_minutes(place, Language::De, out);
    out.extend_from_slice(b"\"}");
}

fn or_null<T>(value: Option<T>, write: impl FnOnce(T, &mut Vec<u8>), out: &mut Vec<u8>) {
    match value {
        Some(value) => write(value, out),
        None => out.extend_from_slice(b"null"),
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    // Writing into a Vec cannot fail.
    let _ = serde_json::to_writer(out, text);
}

fn write_integer(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// A number that is always seen to be one with decimals: `12.0`.
fn write_number(number: f64, decimals: u8, out: &mut Vec<u8>) {
    if !write_decimal(number, decimals, out) {
        out.extend_from_slice(b".0");
    }
}

fn write_quoted_instant(instant: DateTime<Utc>, out: &mut Vec<u8>) {
    out.push(b'"');
    write_instant(instant, out);
    out.push(b'"');
}

fn boolean(value: bool) -> &'static [u8] {
    if value { b"true" } else { b"false" }
}
