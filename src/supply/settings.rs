//! By what supply is judged: `data/supply/w405.toml`. Every number of the code of practice, and every choice it leaves to the
//! district, stands there.

use std::collections::HashMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::collection::{Catalogue, CodeList, DeclarationFault, DeclarationFaults, Label, Mistake};
use crate::firewater::status::Status;
use crate::texts::{Reporter, Tell};

/// The name of the settings in force.
pub const W405: &str = "w405";
/// What holds without a file, as far as the district has its codes.
const BUILT_IN: &str = include_str!("../../data/supply/w405.toml");
/// The collection of buildings, and the property with what they are used for.
pub const BUILDINGS: &str = "buildings";
pub const FUNCTION: &str = "function";
/// How a flow was found out.
const METHODS: &str = "flow_method";

/// How far something is counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CountedOn")]
pub enum Counts {
    No,
    Maybe,
    Yes,
}

/// How metres to the water are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SupplyMeasure")]
pub enum Measure {
    /// Along the roads on which hoses are laid.
    Hose,
    /// Straight.
    Line,
}

/// What is counted to supply a building.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Metres.
    pub reach: f64,
    pub by: Measure,
    /// Points for one building; `None` for any number.
    pub most: Option<usize>,
    /// Litres a minute that each of them must give.
    pub least: u32,
    /// Hours for which the flow must last.
    pub hours: f64,
}

/// A class of buildings that need the same.
#[derive(Debug, Clone)]
pub struct Demand {
    pub name: String,
    pub title: Label,
    /// Litres a minute.
    pub flow: u32,
    /// Codes of functions.
    functions: Vec<u16>,
    storeys: Option<i64>,
}

/// The settings of a district.
#[derive(Debug, Clone)]
pub struct Settings {
    pub title: Label,
    pub source: Label,
    pub terms: Terms,
    /// Litres a minute.
    pub inexhaustible: u32,
    /// By [`Status`], in the order of [`Status::ALL`].
    status: [Counts; Status::ALL.len()],
    /// By code of the method.
    methods: HashMap<u16, Counts>,
    pub dry: Counts,
    /// Usable cubic metres of a new tank.
    pub tank: f64,
    pub demands: Vec<Demand>,
    exempt: Vec<u16>,
    dwellings: Vec<u16>,
    pub dwelling_storeys: f64,
}

/// What a building needs, litres a minute. Where its use is not known well enough, it needs something between two flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// It belongs to another building.
    Nothing,
    Flow {
        least: u32,
        most: u32,
    },
}

/// Litres a minute in cubic metres an hour.
pub fn cubic_metres(flow: u32) -> f64 {
    f64::from(flow) * 60.0 / 1_000.0
}

/// Cubic metres an hour in litres a minute, rounded: 48 are 800.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no flow comes near the limit")]
pub fn litres(cubic_metres: f64) -> u32 {
    (cubic_metres * 1_000.0 / 60.0).round().clamp(0.0, 1e9) as u32
}

impl Settings {
    /// The settings of a name, from the folder of declarations.
    ///
    /// # Errors
    /// Every mistake with its line.
    pub fn named(data: &Path, name: &str, catalogue: &Catalogue) -> Result<Self, DeclarationFaults> {
        let path = data.join("supply").join(format!("{name}.toml"));
        let (text, is_own) = match std::fs::read_to_string(&path) {
            Ok(text) => (text, true),
            // An installation from before there was any has a data folder without it, and other code lists perhaps.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && name == W405 => (BUILT_IN.to_owned(), false),
            Err(error) => return Err(DeclarationFault::unreadable(&path, &error).into()),
        };
        let file = path.display().to_string();
        let mut reporter = Reporter::new(&file, &text);
        let raw: RawSettings = match toml::from_str(&text) {
            Ok(raw) => raw,
            Err(error) => {
                reporter.syntax(&error);
                return reporter.end(None);
            }
        };
        let read = raw.read(&mut reporter, catalogue);
        if is_own { reporter.end(Some(read)) } else { Ok(read) }
    }

    /// The terms as one sees at a glance that they are the right ones: `300 m, 24 m³/h, 2 h`.
    pub fn terms_in_short(&self) -> String {
        let Terms { reach, least, hours, .. } = self.terms;
        format!("{reach} m, {} m³/h, {hours} h", cubic_metres(least))
    }

    /// How far a source of this status is counted on.
    pub fn of_status(&self, status: Status) -> Counts {
        let nth = Status::ALL.iter().position(|other| *other == status);
        nth.map_or(Counts::Maybe, |nth| self.status[nth])
    }

    /// How far a flow that was found out so is counted on.
    pub fn of_method(&self, method: Option<u16>) -> Counts {
        method.and_then(|code| self.methods.get(&code).copied()).unwrap_or(Counts::Yes)
    }

    /// What a building needs. One whose function is not recorded, or that no row names, may need any of the flows; one whose
    /// storeys are not recorded, any of those that storeys tell apart.
    pub fn needs(&self, function: Option<u16>, storeys: Option<i64>) -> Needs {
        let all = || self.demands.iter().map(|demand| demand.flow);
        let named = |code: u16| self.demands.iter().filter(move |demand| demand.functions.contains(&code));
        let Some(code) = function.filter(|code| self.exempt.contains(code) || named(*code).next().is_some()) else {
            return between(all());
        };
        if self.exempt.contains(&code) {
            return Needs::Nothing;
        }
        let may_be = named(code).filter(|demand| match (demand.storeys, storeys) {
            (Some(most), Some(storeys)) => storeys <= most,
            _ => true,
        });
        let mut flows = Vec::new();
        for demand in may_be {
            flows.push(demand.flow);
            if demand.storeys.is_none() || storeys.is_some() {
                break;
            }
        }
        // Higher than any row that names its function: it needs no less than the last of them.
        if flows.is_empty() {
            flows.extend(named(code).next_back().map(|demand| demand.flow));
        }
        between(flows.into_iter())
    }

    /// Do people live in buildings of this function?
    pub fn is_dwelling(&self, function: Option<u16>) -> bool {
        function.is_some_and(|code| self.dwellings.contains(&code))
    }

    /// Litres a minute that a volume gives for as long as is asked for, of cubic metres.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no flow comes near the limit")]
    pub fn sustained(&self, volume: f64) -> u32 {
        // A little more, so that 96 m³ in two hours are not 799 l/min for an error of rounding.
        (volume * 1_000.0 / (self.terms.hours * 60.0) + 1e-6).floor().clamp(0.0, 1e9) as u32
    }
}

fn between(flows: impl Iterator<Item = u32>) -> Needs {
    let (least, most) = flows.fold((u32::MAX, 0), |(least, most), flow| (least.min(flow), most.max(flow)));
    Needs::Flow { least: least.min(most), most }
}

/// What can be wrong with the settings, beside names that nothing has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum SupplyMistake<'a> {
    /// A word that the code list lacks.
    NoSupplyCode {
        code: &'a str,
        list: &'a str,
    },
    NoSupplyStatus {
        code: &'a str,
        known: Vec<&'static str>,
    },
    NoDemands,
    DemandTwice {
        name: &'a str,
    },
    /// Two rows would say what a building needs.
    ExemptAndNot {
        code: &'a str,
    },
}

impl Tell for SupplyMistake<'_> {
    const FILE: &'static str = "declarations";
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettings {
    title: Label,
    source: Label,
    reach: RawReach,
    points: RawPoints,
    inexhaustible: RawFlow,
    counts: RawCounts,
    tank: RawTank,
    demands: Spanned<Vec<RawDemand>>,
    #[serde(default)]
    exempt: RawFunctions,
    dwellings: RawDwellings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReach {
    metres: Spanned<f64>,
    by: Measure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPoints {
    most: Option<Spanned<u32>>,
    least_m3_h: Spanned<f64>,
    hours: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    flow_m3_h: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounts {
    status: HashMap<Spanned<String>, Counts>,
    #[serde(default)]
    method: HashMap<Spanned<String>, Counts>,
    seasonal: RawSeasonal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSeasonal {
    dry: Counts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTank {
    volume_m3: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDemand {
    name: Spanned<String>,
    title: Label,
    flow_m3_h: Spanned<f64>,
    functions: Vec<Spanned<String>>,
    storeys: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFunctions {
    functions: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDwellings {
    functions: Vec<Spanned<String>>,
    storeys: Spanned<f64>,
}

impl RawSettings {
    fn read(self, reporter: &mut Reporter<'_>, catalogue: &Catalogue) -> Settings {
        let functions = catalogue.get(BUILDINGS).and_then(|buildings| buildings.property(FUNCTION)?.codes().cloned());
        let functions = functions.as_deref();
        let RawPoints { most, least_m3_h, hours } = self.points;
        let terms = Terms {
            reach: number(reporter, "reach.metres", &self.reach.metres, (10.0, 5_000.0), true),
            by: self.reach.by,
            most: most.map(|most| {
                let whole = Spanned::new(most.span(), f64::from(*most.get_ref()));
                number(reporter, "points.most", &whole, (1.0, 100.0), false);
                *most.get_ref() as usize
            }),
            least: litres(number(reporter, "points.least_m3_h", &least_m3_h, (0.0, 1_000.0), false)),
            hours: number(reporter, "points.hours", &hours, (0.1, 48.0), false),
        };
        let flow = &self.inexhaustible.flow_m3_h;
        let inexhaustible = litres(number(reporter, "inexhaustible.flow_m3_h", flow, (0.0, 10_000.0), false));
        let exempt = codes(reporter, functions, &self.exempt.functions);
        let demands = demands(reporter, functions, self.demands, &exempt);
        Settings {
            title: self.title,
            source: self.source,
            terms,
            inexhaustible,
            status: statuses(reporter, self.counts.status),
            methods: methods(reporter, catalogue, self.counts.method),
            dry: self.counts.seasonal.dry,
            tank: number(reporter, "tank.volume_m3", &self.tank.volume_m3, (1.0, 100_000.0), false),
            demands,
            exempt,
            dwellings: codes(reporter, functions, &self.dwellings.functions),
            dwelling_storeys: number(reporter, "dwellings.storeys", &self.dwellings.storeys, (0.1, 60.0), false),
        }
    }
}

fn number(
    reporter: &mut Reporter<'_>,
    name: &'static str,
    given: &Spanned<f64>,
    (least, most): (f64, f64),
    metres: bool,
) -> f64 {
    if !(least..=most).contains(given.get_ref()) {
        reporter.fault(given.span(), &Mistake::Between { name, least, most, metres });
    }
    *given.get_ref()
}

/// The numbers of some codes of functions.
fn codes(reporter: &mut Reporter<'_>, list: Option<&CodeList>, named: &[Spanned<String>]) -> Vec<u16> {
    let mut found = Vec::with_capacity(named.len());
    for name in named {
        match list.and_then(|list| list.position(name.get_ref())) {
            Some(code) => found.push(code),
            None => {
                let mistake = SupplyMistake::NoSupplyCode { code: name.get_ref(), list: "building_function" };
                reporter.fault(name.span(), &mistake);
            }
        }
    }
    found
}

fn demands(
    reporter: &mut Reporter<'_>,
    list: Option<&CodeList>,
    raw: Spanned<Vec<RawDemand>>,
    exempt: &[u16],
) -> Vec<Demand> {
    if raw.get_ref().is_empty() {
        reporter.fault(raw.span(), &SupplyMistake::NoDemands);
    }
    let mut demands: Vec<Demand> = Vec::with_capacity(raw.get_ref().len());
    for one in raw.into_inner() {
        let name = one.name.get_ref();
        if demands.iter().any(|other| other.name == *name) {
            reporter.fault(one.name.span(), &SupplyMistake::DemandTwice { name });
        }
        for function in &one.functions {
            let code = list.and_then(|list| list.position(function.get_ref()));
            if code.is_some_and(|code| exempt.contains(&code)) {
                reporter.fault(function.span(), &SupplyMistake::ExemptAndNot { code: function.get_ref() });
            }
        }
        let flow = litres(number(reporter, "flow_m3_h", &one.flow_m3_h, (1.0, 10_000.0), false));
        let functions = codes(reporter, list, &one.functions);
        demands.push(Demand { flow, functions, title: one.title, storeys: one.storeys, name: one.name.into_inner() });
    }
    demands
}

fn statuses(reporter: &mut Reporter<'_>, named: HashMap<Spanned<String>, Counts>) -> [Counts; Status::ALL.len()] {
    // What is not named is not sure.
    let mut all = [Counts::Maybe; Status::ALL.len()];
    for (name, counts) in named {
        match Status::ALL.iter().position(|status| status.name() == name.get_ref()) {
            Some(nth) => all[nth] = counts,
            None => {
                let known = Status::ALL.map(Status::name).to_vec();
                reporter.fault(name.span(), &SupplyMistake::NoSupplyStatus { code: name.get_ref(), known });
            }
        }
    }
    all
}

fn methods(
    reporter: &mut Reporter<'_>,
    catalogue: &Catalogue,
    named: HashMap<Spanned<String>, Counts>,
) -> HashMap<u16, Counts> {
    let list = catalogue.code_lists().get(METHODS);
    let mut all = HashMap::new();
    for (name, counts) in named {
        match list.and_then(|list| list.position(name.get_ref())) {
            Some(code) => drop(all.insert(code, counts)),
            None => {
                let mistake = SupplyMistake::NoSupplyCode { code: name.get_ref(), list: METHODS };
                reporter.fault(name.span(), &mistake);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests;
